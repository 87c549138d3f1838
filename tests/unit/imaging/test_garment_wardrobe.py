"""All garments together, and the pictures that are kept of them."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from imaging.garment.errors import GarmentError, GarmentFileError, UnknownGarmentError
from imaging.garment.load import load_garment
from imaging.garment.spec import SIDES, Zone
from imaging.garment.wardrobe import Wardrobe

GARMENTS = Path(__file__).parents[3] / "configs" / "garments"
SHIPPED = sorted(path.parent for path in GARMENTS.glob("*/garment.yaml"))


@pytest.fixture(scope="module")
def two_small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two copies of the t-shirt with pictures of 256 px."""
    garments = tmp_path_factory.mktemp("garments")
    for name in ("one", "two"):
        folder = Path(shutil.copytree(GARMENTS / "tshirt", garments / name))
        text = (folder / "garment.yaml").read_text().replace("id: tshirt", f"id: {name}")
        for number in ("62.31", "62.73"):
            text = text.replace(f"pixels_per_inch: {number}", "pixels_per_inch: 8")
        zones = "zones:\n      front_full: {size_in: [12, 16], origin_px: [80, 60]}\n"
        front, back = text[text.index("views:") : text.index("colors:")].split("  back:")
        text = (
            text[: text.index("views:")]
            + front[: front.index("zones:")]
            + zones
            + "  back:"
            + back[: back.index("zones:")].replace("back_full", "front_full")
            + zones
            + text[text.index("colors:") :]
        )
        (folder / "garment.yaml").write_text(text)
        for path in folder.glob("*.webp"):
            Image.open(path).resize((256, 256)).save(path)
    return garments


@pytest.fixture
def small(two_small: Path, tmp_path: Path) -> Path:
    """A copy of the two that a test may spoil."""
    return Path(shutil.copytree(two_small, tmp_path / "garments"))


def test_sides_are_kept_up_to_the_limit(small: Path) -> None:
    """After any sequence of looks at most `keep` sides are in memory, and they are the last ones seen."""
    wardrobe = Wardrobe(small, keep=2)
    assert wardrobe.held == ()
    looks = [("one", "front"), ("one", "back"), ("two", "front"), ("one", "back"), ("two", "back")]
    for name, side in looks:
        wardrobe.get(name).view(side)
        assert len(wardrobe.held) <= 2
        assert wardrobe.held[-1] == (name, side)
    assert wardrobe.held == (("one", "back"), ("two", "back"))


def test_a_kept_side_is_not_read_again(small: Path) -> None:
    """The same pictures come back while they are kept, others after they were dropped."""
    wardrobe = Wardrobe(small, keep=1)
    first = wardrobe.get("one").view("front")
    assert wardrobe.get("one").view("front") is first
    wardrobe.get("two").view("front")
    assert wardrobe.get("one").view("front") is not first


def test_threads_share_one_reading(small: Path) -> None:
    """Eight threads that ask at once get the same pictures."""
    wardrobe = Wardrobe(small)
    with ThreadPoolExecutor(8) as pool:
        views = list(pool.map(lambda _: wardrobe.get("one").view("front"), range(24)))
    assert all(view is views[0] for view in views)


def test_an_unknown_garment_names_what_there_is(small: Path) -> None:
    """The error for a wrong id is a GarmentError that lists the right ones."""
    with pytest.raises(UnknownGarmentError, match="one, two") as caught:
        Wardrobe(small).get("../one")
    assert isinstance(caught.value, GarmentError)


def test_one_bad_garment_stops_the_wardrobe(small: Path) -> None:
    """A mistake in any garment is found when the wardrobe is opened, not when the garment is ordered."""
    (small / "two" / "back_mask.webp").unlink()
    with pytest.raises(GarmentFileError, match=r"two/garment\.yaml: views\.back\.mask"):
        Wardrobe(small)


def test_an_empty_folder_is_no_wardrobe(tmp_path: Path) -> None:
    """A folder without garments is an error that names it."""
    with pytest.raises(GarmentFileError, match=tmp_path.name):
        Wardrobe(tmp_path)


def test_it_describes_what_can_be_ordered() -> None:
    """The description holds ids, names, colours as hex, sides and zones in inches."""
    shirt = next(item for item in Wardrobe(GARMENTS).describe() if item["id"] == "tshirt")
    assert shirt["name"] == "T-shirt"
    assert {"name": "white", "hex": "#ffffff"} in shirt["colors"]
    front = next(side for side in shirt["sides"] if side["side"] == "front")
    assert front["default_zone"] == "front_full"
    assert {"zone": "left_chest", "width_in": 4, "height_in": 4} in front["zones"]


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda path: path.name)
def test_every_shipped_zone_lies_on_cloth(folder: Path) -> None:
    """An eighth of an inch inside its corners a zone is all garment; one at an angle may miss 2 %."""
    garment = load_garment(folder)
    for spec in garment.sides:
        view = garment.view(spec.side)
        for zone in spec.zones:
            upright = zone.quad_px[0][0] == zone.quad_px[3][0] and zone.quad_px[0][1] == zone.quad_px[1][1]
            on_cloth = (view.mask[inside(zone, view.size_px)] == 255).mean()
            assert on_cloth >= (1.0 if upright else 0.98), (spec.side, zone.id)


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda path: path.name)
def test_every_shipped_view_is_cloth_on_a_clear_ground(folder: Path) -> None:
    """Corners are ground, the zone is cloth near its neutral brightness, and the upper rim is lit."""
    garment = load_garment(folder)
    assert {spec.side for spec in garment.sides} <= set(SIDES)
    for spec in garment.sides:
        view = garment.view(spec.side)
        assert not view.mask[[0, 0, -1, -1], [0, -1, 0, -1]].any()
        zone = inside(spec.zone(None), view.size_px)
        assert 0.6 <= np.median(view.shading[zone]) / spec.shading_neutral <= 1.3
        assert view.shadow[0].min() >= 180


def inside(zone: Zone, size_px: int) -> np.ndarray:
    """Where a zone without an eighth of an inch of its rim lies, (S, S) bool."""
    width, height = zone.size_in
    to_view = cv2.getPerspectiveTransform(
        np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32),
        np.array(zone.quad_px, np.float32),
    )
    rim = 0.125
    corners = [(rim, rim), (width - rim, rim), (width - rim, height - rim), (rim, height - rim)]
    points = cv2.perspectiveTransform(np.array([corners], np.float32), to_view)[0]
    return cv2.fillConvexPoly(np.zeros((size_px, size_px), np.uint8), np.int32(points), 1).astype(bool)
