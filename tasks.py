"""The commands of this blog; `dev.*` are for those who work on publisher itself."""

from publisher.tasks import namespace as ns

__all__ = ["ns"]
