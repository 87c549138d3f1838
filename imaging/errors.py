"""What pure image work raises. Nothing here knows of HTTP; one table in the API maps it.

ImagingError
├── UnsupportedFormatError   not one of the accepted formats, by its magic bytes
├── CorruptImageError        the header or the pixels cannot be decoded
├── ImageTooLargeError       more megapixels than allowed
├── ImageDimensionsError     a side is zero, or longer than allowed
└── NoForegroundError        nothing to cut out
"""


class ImagingError(ValueError):
    """Base of every error of this package; its text is safe to show to a client."""


class UnsupportedFormatError(ImagingError):
    """The bytes are not of an accepted image format."""


class CorruptImageError(ImagingError):
    """The bytes claim a known format but cannot be decoded."""


class ImageTooLargeError(ImagingError):
    """The image, or the output asked for, has more megapixels than allowed."""


class ImageDimensionsError(ImagingError):
    """A side of the image is zero or longer than allowed."""


class NoForegroundError(ImagingError):
    """There is nothing in the image that stands out from its background."""
