"""The ways in which an image can be refused."""

from __future__ import annotations

from publisher.errors import Problem, PublisherError


class ImageError(PublisherError):
    """An image cannot be shown: `what` is wrong with it, as a sentence without a subject's name, and a `hint`."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(Problem("", what, hint))
        self.what = what
        self.hint = hint

    def __reduce__(self) -> tuple[type[ImageError], tuple[str, str]]:
        return type(self), (self.what, self.hint)


class TooLargeError(ImageError):
    """An image says that it is larger than what is shown; nothing else is known to be wrong with it."""
