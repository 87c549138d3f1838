"""Reading a garment's folder."""

import shutil
from pathlib import Path

import pytest

from imaging.garment.errors import GarmentFileError, UnknownSideError, UnknownZoneError
from imaging.garment.load import load_garment

TSHIRT = Path(__file__).parents[3] / "configs" / "garments" / "tshirt"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the t-shirt to spoil."""
    return Path(shutil.copytree(TSHIRT, tmp_path / "tshirt"))


def spoil(folder: Path, old: str, new: str) -> Path:
    """Replace a text of garment.yaml, which must be there."""
    path = folder / "garment.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    return folder


def test_the_tshirt_has_two_sides_with_zones() -> None:
    """The t-shirt's front and back each have a default zone that takes a 12 x 16 in print."""
    garment = load_garment(TSHIRT)
    assert garment.id == "tshirt"
    for side in ("front", "back"):
        assert garment.view(side).zone(None).size_in == (12, 16)
    assert garment.view("front").zone("left_chest").size_in == (4, 4)


def test_every_zone_lies_on_the_cloth() -> None:
    """All corners of all zones, an eighth of an inch inside, are on solid cloth."""
    for view in load_garment(TSHIRT).views:
        for zone in view.zones:
            for across in (0.125, zone.size_in[0] - 0.125):
                for down in (0.125, zone.size_in[1] - 0.125):
                    x = round(zone.origin_px[0] + across * view.pixels_per_inch)
                    y = round(zone.origin_px[1] + down * view.pixels_per_inch)
                    assert view.mask[y, x] == 255, (view.side, zone.id)


def test_unknown_side_and_zone_name_what_there_is() -> None:
    """Errors for a wrong side or zone list the right ones."""
    garment = load_garment(TSHIRT)
    with pytest.raises(UnknownSideError, match="front, back"):
        garment.view("hood")
    with pytest.raises(UnknownZoneError, match="left_chest"):
        garment.view("front").zone("pocket")


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("name: T-shirt", "", "name: is missing"),
        ("name: T-shirt", "name: T-shirt\nprice: 9", "price: is not a field"),
        ("shading_neutral: 180", "shading_neutral: dark", "views.front.shading_neutral: must be a number"),
        ("shading_neutral: 180", "shading_neutral: 400", "views.front.shading_neutral: must be above 0"),
        ("default_zone: full_front", "default_zone: pocket", "views.front.default_zone: names no zone"),
        ("size_in: [4, 4]", "size_in: [4]", "views.front.zones.left_chest.size_in: must be two numbers"),
        ("size_in: [4, 4]", "size_in: [4, -4]", "views.front.zones.left_chest.size_in: must be two positive"),
        ("size_in: [4, 4]", "size_in: [4, 4], quad_px: [1]", "left_chest.quad_px: must be four points"),
        ('white: "#ffffff"', "white: bone-ish", "colors.white: A colour is"),
        ("mask: front_mask.webp", "mask: ../front_mask.webp", "views.front.mask: must be a file name"),
        ("mask: front_mask.webp", "mask: absent.webp", "views.front.mask: absent.webp: cannot be read"),
        ("mask: front_mask.webp", "mask: front_shadow.webp", "views.front.shading: must be square"),
        ("id: tshirt", "id: [", "garment.yaml: cannot be read"),
    ],
)
def test_bad_data_names_file_and_field(folder: Path, old: str, new: str, named: str) -> None:
    """Each kind of mistake in garment.yaml is answered with the file's name and the field's path."""
    with pytest.raises(GarmentFileError) as caught:
        load_garment(spoil(folder, old, new))
    assert "garment.yaml" in str(caught.value)
    assert named in str(caught.value)


def test_a_map_that_is_no_image_is_named(folder: Path) -> None:
    """A broken picture file is an error that names its field."""
    (folder / "back_shading.webp").write_bytes(b"not a picture")
    with pytest.raises(GarmentFileError, match=r"views\.back\.shading"):
        load_garment(folder)


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    """A folder without garment.yaml is a GarmentFileError, not an OSError."""
    with pytest.raises(GarmentFileError, match=r"garment\.yaml"):
        load_garment(tmp_path)
