"""What happens to a tile around a network: colour, alpha, gray, and results that cannot be true."""

import cv2
import numpy as np
import pytest

from imaging.enlarge import (
    area_error,
    bounded,
    color_of_tile,
    finish_tile,
    is_sound,
    restored,
    shrunk,
    source_facts,
)
from imaging.fidelity import compare
from imaging.types import Pixels
from tests.unit.imaging.drawings import disc

SCALE = 4


def photo(height: int = 48, width: int = 64) -> Pixels:
    """Soft noise with an edge: something a network would see as a picture."""
    noise = np.random.default_rng(4).integers(0, 256, (height, width, 3), np.uint8)
    pixels = cv2.GaussianBlur(noise, (0, 0), 2).astype(np.uint8)
    pixels[:, width // 2 :] //= 3
    return pixels


def cubic(pixels: Pixels) -> Pixels:
    """A sound network."""
    large = cv2.resize(pixels, None, fx=SCALE, fy=SCALE, interpolation=cv2.INTER_CUBIC)
    return large.astype(np.uint8, copy=False)


def two_colored() -> Pixels:
    """A disc whose left half is yellow, on transparency whose hidden colour is bright red."""
    pixels = disc()
    left = pixels[:, :32]
    left[left[..., 3] > 0] = (240, 220, 30, 255)
    return pixels


def enlarged(tile: Pixels, network: Pixels | None = None) -> tuple[Pixels, bool]:
    """The steps around a network, cubic interpolation unless another result is given."""
    facts = source_facts(tile)
    color = color_of_tile(tile, facts=facts)
    result = cubic(color) if network is None else network
    return finish_tile(tile, color, result, facts=facts, scale=SCALE)


def corrected(source: Pixels, large: Pixels) -> Pixels:
    """With the colour of areas put back."""
    return restored(large, error=area_error(source, shrunk(large, like=source)))


def sound(source: Pixels, large: Pixels) -> bool:
    """Whether the result is taken."""
    small = shrunk(large, like=source)
    return is_sound(source, small, error=area_error(source, small))


def test_transparency_keeps_its_shape() -> None:
    """Colour goes through the network and alpha beside it; the shape stays, without a fringe."""
    result, good = enlarged(two_colored())
    assert (result.shape, good) == ((256, 256, 4), True)
    fidelity = compare(two_colored(), result)
    assert fidelity.alpha_iou > 0.97
    assert fidelity.psnr_downscaled_db > 32
    edge = result[(result[..., 3] > 20) & (result[..., 3] < 235)][:, :3].astype(int)
    assert not ((edge[:, 0] > 200) & (edge[:, 1] < 60)).any()  # none of the hidden red


def test_opaque_alpha_stays_solid() -> None:
    """An alpha channel that hides nothing comes back solid."""
    result, _ = enlarged(np.dstack([photo(), np.full((48, 64), 255, np.uint8)]))
    assert int(result[..., 3].min()) == 255


def test_gray_stays_gray() -> None:
    """Whatever tint a network adds, a gray image comes back with equal channels."""
    gray = photo()[..., :1].repeat(3, axis=2)
    tinted = np.clip(np.add(cubic(gray), (9, 0, -9)), 0, 255).astype(np.uint8)
    result, good = enlarged(gray, tinted)
    assert good
    assert (result[..., 0] == result[..., 1]).all()
    assert (result[..., 1] == result[..., 2]).all()


def test_a_colour_shift_is_put_back() -> None:
    """Twelve levels of drift, of either sign, are gone after the correction; the network's edges stay."""
    source = photo()
    shifted = np.clip(np.add(cubic(source), (12, -12, 5)), 0, 255).astype(np.uint8)
    before, after = compare(source, shifted), compare(source, corrected(source, shifted))
    assert before.delta_e > 2
    assert after.delta_e < 0.5 * before.delta_e
    assert after.psnr_downscaled_db > before.psnr_downscaled_db + 6
    assert np.abs(corrected(source, cubic(source)).astype(int) - cubic(source)).mean() < 2


def test_a_clean_drawing_is_put_back_pixel_by_pixel() -> None:
    """A stripe that the network washed out is back; the same in a grainy photo stays as it was made."""
    drawing = np.full((40, 40, 3), 90, np.uint8)
    drawing[:, 18:20] = 120
    washed = cubic(np.full((40, 40, 3), 90, np.uint8))
    assert compare(drawing, corrected(drawing, washed)).psnr_downscaled_db > 40
    grain = np.random.default_rng(7).integers(0, 9, drawing.shape, np.uint8)
    assert compare(drawing + grain, corrected(drawing + grain, washed)).psnr_downscaled_db < 34


def test_overshoot_is_bounded() -> None:
    """On a flat area a wrong pixel is pulled to within a few levels; next to an edge the network is free."""
    source = np.full((20, 20, 3), 100, np.uint8)
    source[:, 10:] = 200
    wild = cubic(source).copy()
    wild[8, 8] = 0
    wild[8, 70] = 255
    wild[40, 40] = 20
    result = bounded(source, wild)
    assert (result[8, 8] == 94).all()
    assert (result[8, 70] == 206).all()
    assert (result[40, 40] == 20).all()


@pytest.mark.parametrize("level", [0, 255, 90])
def test_black_and_blank_results_are_refused(level: int) -> None:
    """A result of one colour is not taken for the photo, and a resampled tile comes instead."""
    source = photo()
    result, good = enlarged(source, np.full((192, 256, 3), level, np.uint8))
    assert not good
    assert compare(source, result).psnr_downscaled_db > 30


def test_black_is_refused_of_a_dark_photo_too() -> None:
    """Black for a night shot of ten levels is still not the night shot."""
    dark = (photo() // 12).astype(np.uint8)
    assert sound(dark, cubic(dark))
    assert not sound(dark, np.zeros((192, 256, 3), np.uint8))


def test_channels_swapped_or_inverted_are_refused() -> None:
    """A result with red for blue, or a negative, is refused."""
    source = photo()
    source[..., 0] //= 4
    assert not sound(source, cubic(source)[..., ::-1].copy())
    assert not sound(source, 255 - cubic(source))


@pytest.mark.parametrize("sign", [1, -1])
def test_a_shift_of_everything_is_refused(sign: int) -> None:
    """A tile of much contrast that is 28 levels too bright or too dark is refused; 20 can be put back."""
    source = np.full((40, 40, 3), 70, np.uint8)
    source[:, 20:] = 180
    less, more = ((cubic(source) + sign * levels).clip(0, 255).astype(np.uint8) for levels in (20.0, 28.0))
    assert sound(source, less)
    assert not sound(source, more)


def test_a_failed_network_is_replaced() -> None:
    """Without a result of the network the tile is resampled, and says so."""
    source = photo()
    facts = source_facts(source)
    result, good = finish_tile(source, source, None, facts=facts, scale=SCALE)
    assert (result.shape, good) == ((192, 256, 3), False)
    assert compare(source, result).psnr_downscaled_db > 30


def test_a_flat_tile_needs_no_network() -> None:
    """One colour stays exactly that colour, also where only part of it is seen."""
    flat = np.full((10, 12, 4), (200, 16, 46, 255), np.uint8)
    flat[:5, :, 3] = 0
    facts = source_facts(flat)
    result, good = finish_tile(flat, color_of_tile(flat, facts=facts), None, facts=facts, scale=SCALE)
    assert good
    assert (result[..., :3] == (200, 16, 46)).all()


def test_facts_of_a_source() -> None:
    """Opaque, gray and the mean of what is seen are told of the whole image."""
    facts = source_facts(two_colored())
    assert (facts.opaque, facts.gray) == (False, False)
    assert np.abs(np.subtract(facts.fill, (130, 130, 115))).max() < 12
    assert source_facts(np.full((3, 3, 3), 7, np.uint8)).gray
