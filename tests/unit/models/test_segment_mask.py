"""Masks and evidence from raw saliency."""

import numpy as np
import numpy.typing as npt
import pytest

from models.segment.mask import confidence, has_foreground, to_mask


def disc(*, inside: float, outside: float) -> npt.NDArray[np.float32]:
    """Saliency of a round subject in the middle of a 64 x 64 input."""
    rows, columns = np.mgrid[:64, :64] - 31.5
    return np.where(np.hypot(rows, columns) < 16, inside, outside).astype(np.float32)


def test_mask_is_stretched_to_the_full_range() -> None:
    """A faint subject becomes solid and its ground clear, as rembg does it."""
    mask = to_mask(disc(inside=0.4, outside=0.2), height=64, width=64)
    assert (mask.min(), mask.max(), mask.dtype) == (0, 255, np.uint8)


def test_mask_has_the_images_size() -> None:
    """A mask is as tall and wide as the image, and the subject stays in its middle."""
    mask = to_mask(disc(inside=1.0, outside=0.0), height=100, width=240)
    assert mask.shape == (100, 240)
    assert mask[50, 120] == 255
    assert mask[2, 2] == 0


def test_flat_saliency_is_an_empty_mask() -> None:
    """Saliency without contrast gives an empty mask instead of a division by zero."""
    assert not to_mask(np.full((64, 64), 0.5, np.float32), height=10, width=10).any()


@pytest.mark.parametrize(
    ("inside", "outside", "found"),
    [(0.99, 0.0, True), (0.9, 0.01, True), (0.1, 0.0, False), (1.0, 0.5, False)],
)
def test_foreground_is_judged_before_the_stretch(*, inside: float, outside: float, found: bool) -> None:
    """A faint peak is no subject, and where everything is salient nothing stands out."""
    assert has_foreground(disc(inside=inside, outside=outside)) is found


def test_confidence_falls_with_contrast() -> None:
    """Confidence is the difference of mean saliency inside and outside."""
    for inside, outside in ((1.0, 0.0), (0.8, 0.1), (0.5, 0.3)):
        raw = disc(inside=inside, outside=outside)
        value = confidence(raw, to_mask(raw, height=64, width=64))
        assert value == pytest.approx(inside - outside, abs=0.01)


def test_confidence_of_nothing_and_of_everything() -> None:
    """An empty mask has no confidence; a full one has the mean saliency."""
    raw = np.full((64, 64), 0.75, np.float32)
    assert confidence(raw, np.zeros((30, 30), np.uint8)) == 0
    assert confidence(raw, np.full((30, 30), 255, np.uint8)) == pytest.approx(0.75)
