"""The logo made ready for its ground: trimmed, of a printable size, with a keyline where it would sink in."""

import cv2
import numpy as np

from imaging.color import luminance, srgb_to_linear
from imaging.errors import NoForegroundError
from imaging.logo.trim import trim
from imaging.types import Color, Pixels

_SINKS_RATIO = 1.6
"""WCAG contrast under which an edge is lost from across a field."""
SINKS_SHARE = 0.12
"""Share of the edge that may be lost before the whole logo gets a keyline."""
KEYLINE = 0.018
"""Width of the keyline as a share of the logo's longer side."""
_LONGEST_PX = 2400
"""A logo is a third of a banner; more pixels than this do not show at 100 dpi on 72 inches."""
_SHORTEST_PX = 256


def longest_px(*, side_in: float, dpi: float) -> int:
    """How large a logo is worth for a picture: half of the banner's longer side, within bounds."""
    return max(_SHORTEST_PX, min(_LONGEST_PX, round(side_in * dpi / 2)))


def prepare_logo(logo: Pixels, *, ground: Color, limit_px: int = _LONGEST_PX) -> Pixels | None:
    """Trim a logo and, where its edge would not show on the ground, draw a white or black keyline round it.

    Args:
        logo: (H, W, 4) RGBA, or (H, W, 3) for one without transparency.
        ground: the colour it lies on.
        limit_px: longer side of the result at most, the keyline aside.

    Returns:
        (H, W, 4) RGBA; None when the logo is fully transparent.
    """
    whole = _trimmed(logo)
    if whole is None:
        return None
    rgba = _limited(whole, limit_px)
    # Judged before the limit, so that a picture and a PDF of one order agree.
    if not needs_keyline(whole, ground=ground):
        return rgba
    width = max(2, round(KEYLINE * max(rgba.shape[:2])))
    return add_keyline(rgba, color=keyline_color(ground), width_px=width)


def needs_keyline(logo: Pixels, *, ground: Color) -> bool:
    """Whether too much of a logo's edge would not show on a ground."""
    return sunk_share(logo, ground=ground) > SINKS_SHARE


def keyline_color(ground: Color) -> Color:
    """White, which shows on all but light grounds; near-black on those."""
    return (255, 255, 255) if luminance(ground) < 0.4 else (16, 16, 18)  # noqa: PLR2004 - where white fades


def rgba_of(picture: Pixels) -> Pixels:
    """(H, W, 4) RGBA of an RGB or RGBA picture."""
    if picture.shape[2] == 4:  # noqa: PLR2004 - channels
        return picture
    return np.dstack((picture, np.full(picture.shape[:2], 255, np.uint8)))


def prepare_mark(logo: Pixels, *, limit_px: int = _LONGEST_PX) -> Pixels | None:
    """A logo trimmed, without a keyline: (H, W, 4) RGBA; None when it is fully transparent."""
    whole = _trimmed(logo)
    return _limited(whole, limit_px) if whole is not None else None


def prepare_photo(photo: Pixels, *, limit_px: int) -> Pixels:
    """A photo no larger than it shows: (H, W, 3) RGB, what is transparent laid on black."""
    rgb = photo[..., :3]
    if photo.shape[2] == 4:  # noqa: PLR2004 - channels
        alpha = photo[..., 3:].astype(np.float32) / 255
        rgb = np.rint(rgb * alpha).astype(np.uint8)
    scale = limit_px / max(rgb.shape[:2])
    if scale >= 1:
        return np.ascontiguousarray(rgb)
    size = (max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale)))
    return np.asarray(cv2.resize(np.ascontiguousarray(rgb), size, interpolation=cv2.INTER_AREA), np.uint8)


def sunk_share(logo: Pixels, *, ground: Color) -> float:
    """The share, 0-1, of a logo's outer edge whose contrast with the ground is too low to see.

    Args:
        logo: (H, W, 4) RGBA.
        ground: the colour it lies on.
    """
    scale = min(1.0, 512 / max(logo.shape[:2]))
    size = (max(1, round(logo.shape[1] * scale)), max(1, round(logo.shape[0] * scale)))
    small = cv2.resize(logo, size, interpolation=cv2.INTER_NEAREST)
    solid = (small[..., 3] >= 128).astype(np.uint8)  # noqa: PLR2004 - half opaque
    inner = cv2.erode(solid, np.ones((5, 5), np.uint8), borderValue=0)
    edge = small[..., :3][(solid == 1) & (inner == 0)]
    if not len(edge):
        return 0.0
    light = srgb_to_linear(edge) @ np.array([0.2126, 0.7152, 0.0722])
    base = luminance(ground)
    ratio = (np.maximum(light, base) + 0.05) / (np.minimum(light, base) + 0.05)
    return float(np.mean(ratio < _SINKS_RATIO))


def add_keyline(logo: Pixels, *, color: Color, width_px: int) -> Pixels:
    """A die-cut outline: the logo's shape, holes filled in by the line's width, grown and laid beneath it.

    Args:
        logo: (H, W, 4) RGBA.
        color: of the line.
        width_px: of the line; the result is larger by this plus one on every side.
    """
    pad = width_px + 1
    grown = np.pad(logo, ((pad, pad), (pad, pad), (0, 0)))
    solid = (grown[..., 3] < 128).astype(np.uint8)  # noqa: PLR2004 - half opaque
    away = cv2.distanceTransform(solid, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    # Only where the line shows is there anything to mix: its ring is a small part of the picture.
    ring = np.flatnonzero((away < width_px + 0.5) & (grown[..., 3] < 255))  # noqa: PLR2004 - not opaque
    line = np.clip(width_px + 0.5 - away.reshape(-1)[ring], 0.0, 1.0)[:, None]
    flat = grown.reshape(-1, 4)
    alpha = flat[ring, 3:].astype(np.float32) / 255
    under = line * (1 - alpha)
    total = alpha + under
    mixed = (flat[ring, :3] * alpha + np.array(color, np.float32) * under) / np.maximum(total, 1e-6)
    flat[ring] = np.rint(np.hstack((mixed, total * 255))).astype(np.uint8)
    return grown


def _trimmed(logo: Pixels) -> Pixels | None:
    try:
        return trim(rgba_of(logo))
    except NoForegroundError:
        return None


def _limited(logo: Pixels, limit_px: int) -> Pixels:
    scale = limit_px / max(logo.shape[:2])
    if scale >= 1:
        return logo
    size = (max(1, round(logo.shape[1] * scale)), max(1, round(logo.shape[0] * scale)))
    alpha = logo[..., 3:].astype(np.float32) / 255
    small = cv2.resize(np.dstack((logo[..., :3] * alpha, alpha * 255)), size, interpolation=cv2.INTER_AREA)
    color = small[..., :3] / np.maximum(small[..., 3:] / 255, 1e-6)
    return np.rint(np.clip(np.dstack((color, small[..., 3:])), 0, 255)).astype(np.uint8)
