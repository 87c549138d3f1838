"""Photos are cut to what is seen of them before Typst gets them."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from imaging.banner.art import Artwork
from imaging.banner.box import Box
from imaging.banner.palette import build_palette
from imaging.banner.render import render_banner
from imaging.banner.spec import BannerSpec, Picture
from imaging.banner.template import Template, load_template

BANNERS = Path(__file__).parents[4] / "configs" / "banners"


@pytest.fixture(scope="module")
def template() -> Template:
    """The one that shows a photo."""
    return load_template(BANNERS / "photo_hero")


@pytest.mark.parametrize(("width", "height"), [(1, 4096), (4096, 1), (60, 40), (7, 90)])
def test_what_is_written_covers_what_is_seen_and_little_more(
    template: Template, tmp_path: Path, width: int, height: int
) -> None:
    """A photo of any shape covers a square: its file holds the square and less than a pixel more."""
    art = Artwork(
        {"photo": Picture(np.zeros((height, width, 3), np.uint8))},
        build_palette((), template.palette),
        99,
        9999,
    )
    clip, scale = Box(0, 0, 100, 100), max(100 / width, 100 / height)
    box = Box(50 - width * scale / 2, 50 - height * scale / 2, width * scale, height * scale)
    path, place = art.write_part("photo", "body", tmp_path, box=box, clip=clip)
    made = np.asarray(Image.open(tmp_path / path.lstrip("/")))
    slack = 1e-6
    assert max(place.x, place.y) <= slack
    assert min(place.x + place.w, place.y + place.h) >= 100 - slack
    assert max(place.w, place.h) < 100 + 2 * scale + slack
    assert made.shape[1] / made.shape[0] == pytest.approx(place.w / place.h)


def test_a_photo_one_pixel_wide_makes_a_banner(template: Template) -> None:
    """Enlarged whole, it would be 4096 times as high as the banner is wide."""
    photo = np.full((4096, 1, 3), (20, 90, 200), np.uint8)
    spec = BannerSpec("Harbor Foxes", width_in=36, height_in=18, dpi=10)
    banner = render_banner(spec, template=template, pictures={"photo": Picture(photo)}, formats=("png",))
    pixels = np.asarray(Image.open(BytesIO(banner.png)).convert("RGB"), int)
    assert np.abs(pixels - (20, 90, 200)).max(axis=2).min() < 12
