"""Find the kernel that Jupyter would start a new notebook with."""

from __future__ import annotations

from msgspec import Struct


class Kernel(Struct, frozen=True):
    """What a notebook says of the kernel that it is run with."""

    name: str = "python3"
    display_name: str = "Python 3 (ipykernel)"
    language: str = "python"


def default_kernel() -> Kernel:
    """Return Jupyter's own kernel if it is installed here, else the first that is, else the one most people have."""
    try:
        from jupyter_client.kernelspec import NATIVE_KERNEL_NAME, KernelSpecManager
        from traitlets import TraitError
    except ImportError:
        return Kernel()
    manager = KernelSpecManager()
    names = sorted(manager.find_kernel_specs(), key=lambda name: (name != NATIVE_KERNEL_NAME, name))
    for name in names:
        try:
            spec = manager.get_kernel_spec(name)
        except (OSError, ValueError, LookupError, TraitError):  # its file went away, or is not what it should be
            continue
        return Kernel(name, spec.display_name or name, spec.language or "python")
    return Kernel()
