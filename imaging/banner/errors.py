"""What the banner step raises, beside the errors of `imaging.errors`.

ImagingError
├── BannerSpecError        a size, count or field of the order is outside what can be printed
└── BannerTemplateError    the template itself is broken; never the caller's fault
"""

from imaging.errors import ImagingError


class BannerSpecError(ImagingError):
    """A size, count or text of the order is outside what can be printed."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        """Name of the field of `BannerSpec` at fault, as clients spell it."""
        self.message = message

    def __reduce__(self) -> tuple[type["BannerSpecError"], tuple[str, str]]:
        """Errors travel between processes pickled."""
        return (type(self), (self.field, self.message))


class BannerTemplateError(ImagingError):
    """The template cannot be read or compiled."""
