"""From what the client asks (a factor, pixels, or inches) to exact pixels."""

from dataclasses import dataclass

from imaging.errors import ImageDimensionsError, ImageTooLargeError

DEFAULT_SCALE = 4.0
DEFAULT_DPI = 300.0
SOFT_OVER_SCALE = 8.0
SHARED_SIDES_TOLERANCE = 0.01


@dataclass(frozen=True, slots=True)
class SizeRequest:
    """At most one of: `scale`; `width`/`height` in pixels; `print_width_in`/`print_height_in` in inches."""

    scale: float | None = None
    width: int | None = None
    height: int | None = None
    print_width_in: float | None = None
    print_height_in: float | None = None
    dpi: float | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """The size of the result."""

    width_px: int
    height_px: int
    dpi: float | None
    scale: float
    """Larger of the two factors."""
    distorted: bool
    """Width and height grow by different factors."""


def target_size(request: SizeRequest, *, width: int, height: int, max_megapixels: float) -> Target:
    """The exact size that a request means for an image of `width` x `height` pixels.

    Raises:
        ImageDimensionsError: a side of the result would be under one pixel.
        ImageTooLargeError: the result would have more than `max_megapixels`.
    """
    wide, high, dpi = _wanted(request)
    if wide is None and high is None:
        factor = request.scale or DEFAULT_SCALE
        wide, high = width * factor, height * factor
    elif wide is None:
        wide = width * (high or 0) / height
    elif high is None:
        high = height * wide / width
    width_px, height_px = round(wide), round(high or 0)
    if min(width_px, height_px) < 1:
        raise ImageDimensionsError(f"The result would be {width_px}x{height_px} px.")
    if width_px * height_px > max_megapixels * 1e6:
        raise ImageTooLargeError(
            f"The result would be {width_px}x{height_px} px; at most {max_megapixels:g} megapixels are made."
        )
    factors = (width_px / width, height_px / height)
    distorted = abs(factors[0] - factors[1]) > SHARED_SIDES_TOLERANCE * max(factors) + 1 / min(width, height)
    return Target(width_px, height_px, dpi, max(factors), distorted)


def _wanted(request: SizeRequest) -> tuple[float | None, float | None, float | None]:
    """Width, height in pixels and the resolution tag, each as far as the request says."""
    inches = (request.print_width_in, request.print_height_in)
    if inches == (None, None):
        return request.width, request.height, request.dpi
    dpi = request.dpi or DEFAULT_DPI
    wide, high = (None if side is None else side * dpi for side in inches)
    return wide, high, dpi
