"""Reading a garment's folder."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from imaging.garment.errors import GarmentFileError, UnknownSideError, UnknownZoneError
from imaging.garment.load import load_garment

TSHIRT = Path(__file__).parents[3] / "configs" / "garments" / "tshirt"
QUAD = "quad_px: [[900, 500], [1100, 520], [1090, 700], [910, 690]]"
LEFT_CHEST = "left_chest: {size_in: [4, 4], origin_px: [1110, 480]}"


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


def left_chest(fields: str) -> tuple[str, str]:
    """The left chest zone, and what to put in its place."""
    return LEFT_CHEST, f"left_chest: {{{fields}}}"


def test_the_tshirt_has_two_sides_with_zones() -> None:
    """The t-shirt's front and back each have a default zone that takes a 12 x 16 in print."""
    garment = load_garment(TSHIRT)
    assert garment.id == "tshirt"
    for side in ("front", "back"):
        assert garment.spec(side).zone(None).size_in == (12, 16)
    assert garment.spec("front").zone("left_chest").size_in == (4, 4)


def test_an_upright_zone_is_as_large_as_its_inches(folder: Path) -> None:
    """A zone given by its upper left corner spans inches times pixels per inch."""
    spec = load_garment(folder).spec("front")
    (left, top), _, (right, bottom), _ = spec.zone("left_chest").quad_px
    assert (left, top) == (1110, 480)
    assert (right - left, bottom - top) == pytest.approx((4 * 62.31, 4 * 62.31))


def test_a_view_holds_what_its_spec_says(folder: Path) -> None:
    """Opening a side gives square maps of the stated size; without the optional map there is none."""
    garment = load_garment(folder)
    view = garment.view("back")
    assert view.mask.shape == view.shading.shape == (view.size_px, view.size_px) == (2000, 2000)
    assert view.displacement.shape == (500, 500, 3)
    assert view.no_ink is None
    assert view.zones == garment.spec("back").zones


def test_an_optional_map_is_read(folder: Path) -> None:
    """A no_ink map, smaller than the view and PNG, comes with the view."""
    Image.fromarray(np.eye(64, dtype=np.uint8) * 255).save(folder / "cords.png")
    garment = load_garment(spoil(folder, "default_zone: front", "no_ink: cords.png\n    default_zone: front"))
    no_ink = garment.view("front").no_ink
    assert no_ink is not None
    assert np.array_equal(no_ink, np.eye(64) * 255)


def test_unknown_side_and_zone_name_what_there_is() -> None:
    """Errors for a wrong side or zone list the right ones."""
    garment = load_garment(TSHIRT)
    with pytest.raises(UnknownSideError, match="front, back"):
        garment.view("hood")
    with pytest.raises(UnknownZoneError, match="left_chest"):
        garment.spec("front").zone("pocket")
    with pytest.raises(UnknownZoneError):
        garment.spec("front").zone("")


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("name: T-shirt", "", "name: is missing"),
        ("name: T-shirt", "name: T-shirt\nprice: 9", "price: is not a field"),
        ("name: T-shirt", 'name: "T\\u0007shirt"', "name: must be at most 60 printable"),
        ("name: T-shirt", f"name: {'T' * 61}", "name: must be at most 60 printable"),
        ("id: tshirt", "id: polo", "id: must be the folder's name"),
        ("id: tshirt", "id: ../tshirt", "id: must be 1 to 40 of"),
        ("shading_neutral: 180", "shading_neutral: dark", "views.front.shading_neutral: must be a number"),
        ("shading_neutral: 180", "shading_neutral: 400", "views.front.shading_neutral: must be above 31"),
        ("pixels_per_inch: 62.31", "pixels_per_inch: .nan", "views.front.pixels_per_inch: must be a number"),
        ("displacement_in: 0.3", "displacement_in: 30", "views.front.displacement_in: must be above 0"),
        ("default_zone: front_full", "default_zone: pocket", "views.front.default_zone: names no zone"),
        (*left_chest("size_in: [4], origin_px: [1, 1]"), "left_chest.size_in: must be two numbers"),
        (*left_chest("size_in: [4, .inf], origin_px: [1, 1]"), "left_chest.size_in: must be a number"),
        (*left_chest("size_in: [4, 0.4], origin_px: [1, 1]"), "left_chest.size_in: must be two numbers from"),
        (*left_chest("size_in: [4, 31], origin_px: [1, 1]"), "left_chest.size_in: must be two numbers from"),
        (*left_chest("size_in: [4, 4]"), "left_chest.origin_px: give either"),
        (*left_chest(f"size_in: [4, 4], origin_px: [1, 1], {QUAD}"), "left_chest.quad_px: give either"),
        (*left_chest("size_in: [4, 4], quad_px: [1]"), "left_chest.quad_px: must be four points"),
        (*left_chest("size_in: [4, 4], origin_px: [1900, 480]"), "left_chest.origin_px: the zone must lie"),
        (LEFT_CHEST, LEFT_CHEST.replace("left_chest", "Left Chest"), "zones.Left Chest: must be 1 to 40"),
        ('white: "#ffffff"', "white: bone-ish", "colors.white: A colour is"),
        ('white: "#ffffff"', 'Off White: "#ffffff"', "colors.Off White: must be 1 to 40"),
        ("mask: front_mask.webp", "mask: ../front_mask.webp", "views.front.mask: must be a file name"),
        ("mask: front_mask.webp", "mask: absent.webp", "views.front.mask: absent.webp: cannot be read"),
        ("mask: front_mask.webp", "mask: front_shadow.webp", "views.front.shading: must be as large as"),
        ("views:\n  front:", "views:\n  top:", "views.top: is not a field"),
        ("id: tshirt", "id: [", "tshirt/garment.yaml: cannot be read"),
    ],
)
def test_bad_data_names_file_and_field(folder: Path, old: str, new: str, named: str) -> None:
    """Each kind of mistake in garment.yaml is answered with the file's name and the field's path."""
    with pytest.raises(GarmentFileError) as caught:
        load_garment(spoil(folder, old, new))
    assert "tshirt/garment.yaml" in str(caught.value)
    assert named in str(caught.value)


@pytest.mark.parametrize(
    ("points", "named"),
    [
        ("[[900, 500], [1100, 500], [900, 700], [1100, 700]]", "convex"),
        ("[[900, 500], [900, 700], [1100, 700], [1100, 500]]", "convex"),
        ("[[900, 500], [1100, 500], [1000, 550], [900, 700]]", "convex"),
        ("[[900, 500], [900, 500], [1100, 700], [900, 700]]", "convex"),
        ("[[900, 500], [1000, 500], [1100, 500], [1000, 501]]", "convex"),
        ("[[900, 500], [1100, 500], [1100, 2001], [900, 700]]", "lie on the view"),
        ("[[900, 500], [910, 500], [910, 510], [900, 510]]", "times as far apart"),
        ("[[200, 200], [1800, 200], [1800, 1800], [200, 1800]]", "times as far apart"),
    ],
)
def test_four_points_that_are_no_zone_are_refused(folder: Path, points: str, named: str) -> None:
    """Crossed, mirrored, dented, doubled, flat, outlying, tiny and huge quads are each refused with why."""
    with pytest.raises(GarmentFileError, match=rf"left_chest\.quad_px.*{named}"):
        load_garment(spoil(folder, *left_chest(f"size_in: [4, 4], quad_px: {points}")))


@pytest.mark.parametrize(
    ("name", "size", "named"),
    [
        ("front_mask", (200, 200), "mask: must be 256 to 4096"),
        ("front_mask", (2000, 1000), "mask: front_mask.webp: must be square"),
        ("front_shadow", (2001, 2001), "shadow: must be 32 to 2000"),
        ("front_displacement", (31, 31), "displacement: must be 32 to 2000"),
    ],
)
def test_pictures_of_wrong_sizes_are_refused(
    folder: Path, name: str, size: tuple[int, int], named: str
) -> None:
    """A view that is too small, not square, or a small map larger than the view is named by its field."""
    Image.new("RGB", size).save(folder / f"{name}.webp")
    with pytest.raises(GarmentFileError, match=named):
        load_garment(folder)


def test_a_map_that_is_no_image_is_named(folder: Path) -> None:
    """A broken picture file is an error that names its field, found without opening the side."""
    (folder / "back_shading.webp").write_bytes(b"not a picture")
    with pytest.raises(GarmentFileError, match=r"views\.back\.shading"):
        load_garment(folder)


def test_a_map_that_ends_early_is_named_when_it_is_shown(folder: Path) -> None:
    """A picture with a sound header and half its data is a GarmentFileError when the side is opened."""
    path = folder / "back_shading.webp"
    path.write_bytes(path.read_bytes()[:100_000])
    with pytest.raises(GarmentFileError, match=r"views\.back\.shading: back_shading\.webp: cannot be read"):
        load_garment(folder).view("back")


def test_a_png_that_ends_early_is_named_when_it_is_shown(folder: Path) -> None:
    """The same holds for PNG, whose readers like to give what they have."""
    noise = np.random.default_rng(0).integers(0, 256, (500, 500, 3), np.uint8)
    path = folder / "front_shadow.webp"
    Image.fromarray(noise).save(path, "PNG")
    path.write_bytes(path.read_bytes()[:200_000])
    with pytest.raises(GarmentFileError, match=r"views\.front\.shadow"):
        load_garment(folder).view("front")


def test_red_and_green_of_a_displacement_are_x_and_y(folder: Path) -> None:
    """A displacement's first channel is red, and gray maps are read from red."""
    rgb = np.zeros((40, 40, 3), np.uint8) + np.array([10, 20, 30], np.uint8)
    for name in ("front_displacement", "front_shadow"):
        Image.fromarray(rgb).save(folder / f"{name}.webp", lossless=True)
    view = load_garment(folder).view("front")
    assert (view.displacement == (10, 20, 30)).all()
    assert (view.shadow == 10).all()


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    """A folder without garment.yaml is a GarmentFileError, not an OSError."""
    with pytest.raises(GarmentFileError, match=r"garment\.yaml"):
        load_garment(tmp_path)
