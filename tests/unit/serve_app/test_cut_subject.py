"""What a cut-out of a photo says of its subject."""

import numpy as np
import numpy.typing as npt
import pytest

from imaging.errors import NoForegroundError
from serve_app.deployments.foreground import cut_subject
from serve_app.domain import CutSpec

SPEC = CutSpec(model="any", refine=False)
Floats = npt.NDArray[np.float32]


def ring(*, inside: float = 1.0, outside: float = 0.0) -> Floats:
    """Saliency of a ring in the middle: outer radius 24 of 64, inner 8."""
    rows, columns = np.mgrid[:64, :64] - 31.5
    distance = np.hypot(rows, columns)
    return np.where((distance < 24) & (distance > 8), inside, outside).astype(np.float32)


def photo(height: int = 256, width: int = 128) -> npt.NDArray[np.uint8]:
    """Anything: without refinement only the saliency counts."""
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)


def test_every_fact_is_measured() -> None:
    """Box, coverage, hole and kind of a ring are those of the ring, in the image's own pixels."""
    cut, facts = cut_subject(photo(), ring(), SPEC)
    assert set(facts) == {"bbox", "coverage", "confidence", "holes", "kind"}
    assert facts["bbox"] == pytest.approx([16, 32, 112, 224], abs=2)
    assert facts["coverage"] == pytest.approx(np.pi * (24**2 - 8**2) / 64**2, rel=0.03)
    assert (facts["holes"], facts["kind"]) == (1, "photo")
    assert facts["coverage"] == pytest.approx(cut[..., 3].mean() / 255, abs=1e-4)


def test_confidence_is_of_the_raw_output() -> None:
    """A faint subject is stretched to the same matte as a clear one, but not to the same confidence."""
    clear, faint = (cut_subject(photo(), ring(inside=level), SPEC) for level in (1.0, 0.75))
    assert np.array_equal(clear[0][..., 3], faint[0][..., 3])
    assert clear[1]["confidence"] == pytest.approx(1.0, abs=0.02)
    assert faint[1]["confidence"] == pytest.approx(0.75, abs=0.02)


@pytest.mark.parametrize("raw", [ring(inside=0.5), ring(inside=0.0), ring(outside=0.6)])
def test_nothing_that_stands_out_is_no_foreground(raw: Floats) -> None:
    """A faint peak, nothing at all, and everything at once have no foreground, however they would stretch."""
    with pytest.raises(NoForegroundError):
        cut_subject(photo(), raw, SPEC)


def test_the_veil_over_the_ground_is_gone() -> None:
    """Saliency of 2 % around a subject leaves its ground quite clear and its inside quite solid."""
    raw = ring(inside=0.99)
    raw[:, :4], raw[31, 12] = 0.02, 1.0
    alpha = cut_subject(photo(), raw, SPEC)[0][..., 3]
    assert not alpha[:, :6].any()
    assert alpha[128, 24:32].min() == 255


def test_transparency_that_was_brought_stays() -> None:
    """What the image itself cleared is clear in the cut-out, whatever the network sees there."""
    rgba = np.dstack([photo(), np.full((256, 128), 255, np.uint8)])
    rgba[:128, :, 3] = 0
    assert not cut_subject(rgba, ring(), SPEC)[0][:128, :, 3].any()


def test_a_subject_that_is_cleared_is_no_foreground() -> None:
    """Where the image is clear throughout, what a network sees in its hidden colours is nothing."""
    rgba = np.dstack([photo(), np.zeros((256, 128), np.uint8)])
    with pytest.raises(NoForegroundError, match="stands out"):
        cut_subject(rgba, ring(), SPEC)
