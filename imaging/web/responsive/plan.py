"""Which sizes are made of an image: widths, crops, and what the source is too small for."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from imaging.types import Color

WebFormat = Literal["avif", "webp", "jpeg", "png"]
ORIGINAL = ""
"""The label of the image's own proportions."""
WEBP_MAX_SIDE_PX = 16_383
"""VP8 has 14 bits for a side (RFC 6386, 9.1)."""


@dataclass(frozen=True, slots=True)
class Focal:
    """Where crops look: 0-1 from the left and from the top."""

    x: float = 0.5
    y: float = 0.5


@dataclass(frozen=True, slots=True)
class WebSpec:
    """What is wanted of an image."""

    widths: tuple[int, ...]
    """Pixels; ascending, each once."""
    formats: tuple[WebFormat, ...]
    """Each once, in the order in which a browser is offered them."""
    aspect_ratios: tuple[str, ...] = ()
    """`W:H`, or `original`; none is the same as `original` alone."""
    focal: Focal | None = Focal()
    """None looks for what stands out."""
    target_ssim: float = 0.98
    max_bytes: int | None = None
    """Of each file."""
    jpeg_ground: Color | None = None
    """What a transparent image is laid on for JPEG; None leaves JPEG out then."""


@dataclass(frozen=True, slots=True)
class Crop:
    """One shape of the image, and the sizes in which it is made."""

    label: str
    """`16x9`; empty for the image's own proportions."""
    box: tuple[int, int]
    """Pixels of the source that it has, wide and high."""
    sizes: tuple[tuple[int, int], ...]
    """Of the results, ascending."""
    left_out: tuple[int, ...] = ()
    """Widths that the source does not have."""

    @property
    def pixels(self) -> int:
        """Of all sizes together."""
        return sum(width * height for width, height in self.sizes)


def plan_crops(width: int, height: int, *, spec: WebSpec) -> tuple[Crop, ...]:
    """Every crop of an image of `width` x `height` pixels.

    Nothing is enlarged: a width over the crop's own is left out. Where that leaves none, the crop's own width
    is made.
    """
    ratios = spec.aspect_ratios or ("original",)
    return tuple(_crop(width, height, ratio, widths=spec.widths) for ratio in ratios)


def _crop(width: int, height: int, ratio: str, *, widths: Sequence[int]) -> Crop:
    box = crop_size(width, height, ratio)
    kept = tuple(wide for wide in widths if wide <= box[0]) or (box[0],)
    sizes = tuple((wide, max(1, round(wide * box[1] / box[0]))) for wide in kept)
    label = ORIGINAL if ratio == "original" else ratio.replace(":", "x")
    return Crop(label, box, sizes, tuple(wide for wide in widths if wide > box[0]))


def crop_size(width: int, height: int, ratio: str) -> tuple[int, int]:
    """The largest rectangle of a ratio in an image, pixels wide and high, at least one each."""
    if ratio == "original":
        return width, height
    across, down = (int(part) for part in ratio.split(":"))
    shape = Fraction(across, down)
    if Fraction(width, height) > shape:
        return max(1, round(height * shape)), height
    return width, max(1, round(width / shape))


def place_crop(size: int, *, crop: int, focal: float) -> int:
    """Where a crop of `crop` pixels starts on a side of `size`, its middle as near to `focal` as it can."""
    return min(max(round(focal * size - crop / 2), 0), size - crop)
