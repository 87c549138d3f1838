"""Large logos are keyed band by band, with the result of keying them at once."""

import io
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from configs.settings import REPOSITORY
from imaging.logo import banded
from imaging.logo.banded import bands, by_label
from imaging.logo.cutout import key_logo
from imaging.types import Pixels

EMBLEM = REPOSITORY / "examples" / "logos" / "emblem.png"


def emblem(side_px: int, *, jpeg: bool) -> Pixels:
    """The example logo on white, clean or as a JPEG at quality 60."""
    with Image.open(EMBLEM) as image:
        picture = image.convert("RGB").resize((side_px, side_px), Image.Resampling.LANCZOS)
    if jpeg:
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=60)
        picture = Image.open(file)
    return np.asarray(picture.convert("RGB")).copy()


@pytest.mark.parametrize("jpeg", [False, True])
def test_bands_do_not_show(jpeg: bool, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: FBT001 - a parameter
    """In bands of a few rows a logo is cut as it is in one piece, to a handful of edge pixels."""
    logo = emblem(700, jpeg=jpeg)
    whole = key_logo(logo)
    monkeypatch.setattr(banded, "BAND_PX", 1)
    cut = key_logo(logo)
    differing = (np.abs(cut.pixels.astype(int) - whole.pixels) > 2).any(axis=2)
    assert differing.sum() <= 0.0001 * differing.size
    assert cut.regions == whole.regions


def test_bands_cover_every_row_once() -> None:
    """The rows of all bands are the image's, and each lies where it says in what is around it."""
    rows = np.arange(1000)
    found = list(bands(1000, 30_000, halo_px=7))
    assert len(found) > 5
    assert np.concatenate([rows[band.rows] for band in found]).tolist() == rows.tolist()
    assert all((rows[band.around][band.inner] == rows[band.rows]).all() for band in found)


def test_values_by_label() -> None:
    """Every label is replaced by its value."""
    labels = np.random.default_rng(1).integers(0, 5, (50, 40)).astype(np.int32)
    values = np.array([9, 8, 7, 6, 5], np.uint8)
    np.testing.assert_array_equal(by_label(values, labels), values[labels])


SCRIPT = """
import sys
import numpy as np
from PIL import Image
from imaging.logo.cutout import key_logo
from tests.peak_memory import peak_mb, resident_mb
with Image.open(sys.argv[1]) as image:
    logo = np.asarray(image.convert("RGB").resize((4000, 4000))).copy()
key_logo(logo[::8, ::8].copy())
before = resident_mb()
key_logo(logo)
print((peak_mb() - before) * 1e6 / 16e6)
"""


def test_memory_of_a_large_logo() -> None:
    """Keying takes at most 20 bytes a pixel, four of which are the result."""
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(EMBLEM)], capture_output=True, text=True, check=True
    )
    assert float(run.stdout) < 20
