"""A logo's inks, split once for all its variants."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from imaging.errors import NoForegroundError
from imaging.logo.variants import make_variant
from imaging.types import Color, Pixels
from serve_app.deployments.ink_memo import InkMemo

PALETTE: tuple[Color, ...] = ((200, 20, 40), (20, 30, 60))


def _logo(width: int) -> Pixels:
    logo = np.zeros((60, 60, 4), np.uint8)
    logo[10:50, 10:50] = (*PALETTE[0], 255)
    logo[20:40, 20 : 20 + width] = (*PALETTE[1], 255)
    return logo


def test_split_once_for_threads_at_the_same_time() -> None:
    """Whoever asks for the same logo gets the same inks; another logo, palette or time its own."""
    memo = InkMemo()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: memo.split(_logo(9), PALETTE), range(8)))
    assert all(inks is found[0] for inks in found)
    assert memo.split(_logo(15), PALETTE) is not found[0]
    assert memo.split(_logo(9), PALETTE[::-1]).colors == PALETTE[::-1]
    last = memo.split(_logo(9), PALETTE)
    memo.clear()
    assert memo.split(_logo(9), PALETTE) is not last


@pytest.mark.parametrize("variant", ["mono", "reversed", "dark_garment"])
def test_variants_are_the_same(variant: str) -> None:
    """A variant made of remembered inks is the one made without; splitting changed nothing for the next."""
    memo, logo = InkMemo(), _logo(9)
    for _ in range(2):
        inks = memo.split(logo, PALETTE)
        made, done = make_variant(logo, variant=variant, palette=PALETTE, inks=inks)  # type: ignore[arg-type]
        alone, said = make_variant(logo, variant=variant, palette=PALETTE)  # type: ignore[arg-type]
        assert np.array_equal(made, alone)
        assert done == said


def test_a_blank_logo() -> None:
    """Nothing that shows has no inks, and does not keep others from theirs."""
    memo = InkMemo()
    with pytest.raises(NoForegroundError):
        memo.split(np.zeros((10, 10, 4), np.uint8), PALETTE)
    assert memo.split(_logo(9), PALETTE).flat_share > 0
