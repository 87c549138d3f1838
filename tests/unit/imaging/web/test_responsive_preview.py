"""ThumbHash, dominant colour, focal point, chroma, the chain of reductions."""

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest
from PIL import Image
from skimage import data

from imaging.types import Pixels
from imaging.web.responsive.chroma import needs_full_chroma
from imaging.web.responsive.focal import find_focal
from imaging.web.responsive.ladder import enough_px, make_ladder
from imaging.web.responsive.plan import Focal, WebSpec
from imaging.web.responsive.preview import preview_of
from imaging.web.responsive.thumbhash import thumbhash


def ramp(height: int, width: int) -> Pixels:
    """Red grows to the right, green downwards; opaque."""
    ys, xs = np.mgrid[:height, :width]
    red, green = xs * 255 // max(1, width - 1), ys * 255 // max(1, height - 1)
    return np.stack([red, green, (xs * 7 + ys * 3) % 256, np.full((height, width), 255)], -1).astype(np.uint8)


def faded(height: int, width: int) -> Pixels:
    """The same, solid in the top left corner and clear in the others."""
    pixels = ramp(height, width)
    ys, xs = np.mgrid[:height, :width]
    pixels[..., 3] = np.clip(255 - xs * 5 - ys * ys // 3, 0, 255)
    return pixels


@pytest.mark.parametrize(
    ("pixels", "expected"),
    [
        (ramp(40, 60), "e0f7092d9a8073787076897787787787608108f878"),
        (ramp(60, 40), "1f080a451a6176609588977887787887a0a207f878"),
        (ramp(1, 1), "000802070000000000000000000000000000000000000000"),
        (np.zeros((8, 8, 4), np.uint8), "00088205000000000000000000000000000000000000000000"),
        (faded(30, 50), "d506861384240375357354f97606e1f78f88af87677788"),
    ],
)
def test_thumbhash_is_the_reference(pixels: Pixels, expected: str) -> None:
    """Hashes are those of the reference in JavaScript (npm thumbhash 0.1.1)."""
    assert thumbhash(pixels).hex() == expected


def test_thumbhash_of_a_large_image_is_refused() -> None:
    """Over 100 px a side there is no hash; images are made smaller before."""
    with pytest.raises(ValueError, match="101x1"):
        thumbhash(ramp(1, 101))


def test_dominant_color_is_the_commonest_that_is_seen() -> None:
    """The colour of the largest area wins, with its grain; what is clear does not count."""
    rng = np.random.default_rng(0)
    pixels = np.zeros((400, 300, 4), np.uint8)
    pixels[:200] = (200, 30, 40, 255)
    pixels[200:300] = (10, 20, 90, 255)
    pixels[:300, :, :3] += rng.integers(0, 9, (300, 300, 3)).astype(np.uint8)
    color = preview_of(pixels)[1]
    assert np.abs(np.array([int(color[at : at + 2], 16) for at in (1, 3, 5)]) - (204, 34, 44)).max() <= 3
    assert preview_of(np.zeros((9, 9, 4), np.uint8))[1] == "#ffffff"


def test_focal_point_is_the_face() -> None:
    """In a portrait crops look at the face (it lies around 0.44, 0.23)."""
    focal = find_focal(data.astronaut())
    assert abs(focal.x - 0.44) < 0.1
    assert abs(focal.y - 0.27) < 0.12


def test_focal_point_of_nothing_is_the_middle() -> None:
    """A blank image has no point that stands out."""
    assert find_focal(np.full((50, 90, 3), 7, np.uint8)) == Focal()


def test_full_chroma_is_for_colored_edges() -> None:
    """Red text on blue needs its colours at full resolution, a photograph does not."""
    text = np.full((200, 300, 3), (20, 40, 160), np.uint8)
    cv2.putText(text, "Rovers 27", (10, 120), cv2.FONT_HERSHEY_DUPLEX, 1.7, (220, 30, 30), 3, cv2.LINE_AA)
    assert needs_full_chroma(text)
    assert not needs_full_chroma(data.astronaut())
    assert not needs_full_chroma(text[:1, :1])


def test_ladder_sizes_and_threads() -> None:
    """Every size is there, the same with and without threads, and looks like one reduction of the source."""
    pixels = np.ascontiguousarray(data.astronaut())
    spec = WebSpec((40, 100, 230, 512), ("avif",), ("original", "2:1"))
    alone = make_ladder(pixels, source_size=(512, 512), spec=spec)
    with ThreadPoolExecutor(2) as pool:
        shared = make_ladder(pixels, source_size=(512, 512), spec=spec, pool=pool)
    for one, other in zip(alone.levels, shared.levels, strict=True):
        assert np.array_equal(one.pixels, other.pixels)
    level = alone.level("", 100)
    assert level is not None
    direct = np.asarray(Image.fromarray(pixels).resize((100, 100), Image.Resampling.LANCZOS), int)
    assert np.abs(level.pixels - direct).mean() < 1.0
    wide = alone.level("2x1", 230)
    assert wide is not None
    assert wide.pixels.shape == (115, 230, 3)
    assert alone.level("", 99) is None


def test_opaque_alpha_is_dropped() -> None:
    """An alpha channel that clears nothing is none."""
    ladder = make_ladder(ramp(20, 20), source_size=(20, 20), spec=WebSpec((10,), ("avif",)))
    assert not ladder.facts.has_alpha
    assert ladder.levels[0].pixels.shape == (10, 10, 3)


def test_enough_is_twice_what_is_made() -> None:
    """A source may be read at twice the largest size that is made, and at its own at most."""
    assert enough_px(4000, 3000, spec=WebSpec((320, 640), ("avif",))) == (1280, 960)
    assert enough_px(4000, 3000, spec=WebSpec((2400,), ("avif",))) == (4000, 3000)
    assert enough_px(4000, 2000, spec=WebSpec((500,), ("avif",), ("1:1",))) == (2000, 1000)
