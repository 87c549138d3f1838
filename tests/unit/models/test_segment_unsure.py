"""Which masks bfloat16 may decide."""

import numpy as np
import numpy.typing as npt
import pytest

from models.segment.unsure import is_unsure


def disc(*, inside: float, rim: float = 0.0, rim_px: float = 0.0) -> npt.NDArray[np.float32]:
    """A round subject of 20 px in 64 x 64, with a rim of some saliency around it."""
    rows, columns = np.mgrid[:64, :64] - 31.5
    distance = np.hypot(rows, columns)
    return np.where(distance < 20, inside, np.where(distance < 20 + rim_px, rim, 0.0)).astype(np.float32)


def test_a_clear_subject_is_sure() -> None:
    """A solid subject on a clear ground does not depend on the arithmetic."""
    assert not is_unsure(disc(inside=1.0))


def test_a_rim_on_the_fence_is_unsure() -> None:
    """A tenth of the mask's area close to one half is more than bfloat16 may decide; at 0.3 it is decided."""
    assert is_unsure(disc(inside=1.0, rim=0.48, rim_px=1.5))
    assert not is_unsure(disc(inside=1.0, rim=0.3, rim_px=1.5))


@pytest.mark.parametrize(
    ("peak", "unsure"), [(0.0, False), (0.4, False), (0.68, True), (0.8, True), (0.95, False)]
)
def test_a_subject_that_may_be_none_is_unsure(*, peak: float, unsure: bool) -> None:
    """Around the least peak that makes a subject, float32 decides; far below it there is none."""
    assert is_unsure(disc(inside=peak)) is unsure
