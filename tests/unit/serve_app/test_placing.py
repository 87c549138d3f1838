"""Where a logo and lettering go on a garment."""

from dataclasses import replace

import numpy as np
import pytest

from configs.settings import REPOSITORY
from imaging.garment.load import load_garment
from imaging.garment.spec import Quad, SideSpec
from serve_app.artwork import PlacementSpec, PrintSpec
from serve_app.deployments.garments import Garments
from serve_app.deployments.jersey import DISTANCE_BELOW_IN, DISTANCE_IN, lettered, outline_px
from serve_app.deployments.placing import BELOW_NUMBER_IN, place_on
from serve_app.domain import Staged
from serve_app.errors import InvalidFieldsError

SQUARE = (600, 600)


@pytest.fixture(scope="module")
def back() -> SideSpec:
    """The t-shirt's back."""
    return load_garment(REPOSITORY / "configs" / "garments" / "tshirt").spec("back")


@pytest.fixture(scope="module")
def hooded() -> SideSpec:
    """The hoodie's back, which has no nape to print on."""
    return load_garment(REPOSITORY / "configs" / "garments" / "hoodie").spec("back")


def spec(**more: object) -> PlacementSpec:
    """An order for the back."""
    return PlacementSpec(garment="tshirt", side="back", **more)


def test_without_lettering_the_logo_has_its_zone(back: SideSpec) -> None:
    """The usual zone, as wide as it is."""
    place = place_on(back, spec())
    assert (place.zone.id, place.fit(SQUARE).width_in, place.texts) == ("back_full", 12, ())


def test_logo_makes_room_for_lettering(back: SideSpec) -> None:
    """With a name the logo goes to the nape and ends above the name; nothing overlaps."""
    place = place_on(back, spec(name="Duarte", number="10"))
    box = place.fit(SQUARE)
    logo, name, number = (
        outline_px(zone, part)
        for zone, part in ((place.zone, box), *((text.zone, text.box()) for text in place.texts))
    )
    assert place.zone.id == "nape"
    assert logo[3] + DISTANCE_IN * back.pixels_per_inch <= name[1] + 1
    assert name[3] < number[1]
    assert place.notices(box, contrast=21) == ()


def test_asked_for_zone_is_kept_and_its_overlap_told(back: SideSpec) -> None:
    """Who asks for the whole back gets it, with a warning."""
    place = place_on(back, spec(zone="back_full", number="10"))
    box = place.fit(SQUARE)
    assert place.zone.id == "back_full"
    assert [notice.code for notice in place.notices(box, contrast=21)] == ["prints_overlap"]


def test_what_does_not_fit_is_told(back: SideSpec) -> None:
    """Too wide, off the zone and of the garment's colour: each has its notice."""
    place = place_on(back, spec(width_in=20.0, offset_in=(3.0, 0.0)))
    box = place.fit(SQUARE)
    codes = [notice.code for notice in place.notices(box, contrast=1.1)]
    assert codes == ["low_contrast", "width_clamped", "print_cut_off"]
    assert box.clamped


@pytest.mark.parametrize("more", [{"name": "Duarte"}, {"number": "10"}, {"name": "Li", "number": "7"}])
def test_under_a_hood_the_logo_goes_below_the_lettering(hooded: SideSpec, more: dict[str, str]) -> None:
    """Where a back has no nape the logo stands on the zone, clear of the lowest text; nothing overlaps."""
    place = place_on(hooded, spec(**more))
    box = place.fit(SQUARE)
    logo = outline_px(place.zone, box)
    foot = max(outline_px(text.zone, text.box())[3] for text in place.texts)
    assert logo[1] == pytest.approx(foot + DISTANCE_BELOW_IN * hooded.pixels_per_inch)
    assert not box.overhangs(place.zone.size_in)
    assert place.notices(box, contrast=21) == ()


def test_below_a_number_the_logo_is_small_unless_a_width_is_asked_for(hooded: SideSpec) -> None:
    """A strip is six inches wide below a number, and as wide as asked for where that fits."""
    strip = (1200, 100)
    assert place_on(hooded, spec(number="10")).fit(strip).width_in == BELOW_NUMBER_IN[0]
    asked = place_on(hooded, spec(number="10", width_in=11.0))
    assert asked.fit(strip).width_in == 11
    assert asked.notices(asked.fit(strip), contrast=21) == ()


@pytest.mark.parametrize(
    ("more", "codes"),
    [
        ({"zone": "back_full"}, ["prints_overlap"]),
        ({"zone": "back_full", "width_in": 5.0}, ["prints_overlap"]),
        ({"offset_in": (0.0, -2.0)}, ["prints_overlap"]),
        ({"width_in": 11.0}, ["width_clamped"]),
    ],
)
def test_under_a_hood_what_was_asked_for_is_told(
    hooded: SideSpec, more: dict[str, object], codes: list[str]
) -> None:
    """A named zone and an offset are kept, and their overlap told; a width yields to the room."""
    place = place_on(hooded, spec(number="10", **more))
    assert [notice.code for notice in place.notices(place.fit(SQUARE), contrast=21)] == codes


def test_without_room_below_the_zone_is_kept_and_its_overlap_told(hooded: SideSpec) -> None:
    """A zone that ends with the number has no room below it: the logo has the zone, with a warning."""
    number = hooded.zone("back_number")
    low = replace(number, id="low", size_in=(10.0, 8.5), quad_px=_cut(number.quad_px, 8.5 / 12))
    side = replace(hooded, zones=(*hooded.zones, low), default_zone="low")
    place = place_on(side, spec(number="10"))
    assert (place.zone.id, place.offset_in) == ("low", (0.0, 0.0))
    assert [notice.code for notice in place.notices(place.fit(SQUARE), contrast=21)] == ["prints_overlap"]


def _cut(quad: Quad, share: float) -> Quad:
    """The upper part of an upright rectangle."""
    (left, top), (right, _), (_, foot), _ = quad
    low = top + (foot - top) * share
    return (left, top), (right, top), (right, low), (left, low)


@pytest.mark.parametrize("dpi", [72, 200])
def test_a_logo_is_printed_where_the_answer_says(dpi: int) -> None:
    """Beside lettering the print file has the logo at the answer's inches, whatever its resolution."""
    garments = Garments(REPOSITORY / "configs" / "garments", keep_sides=1)
    order = PlacementSpec(garment="hoodie", side="back", name="Duarte", number="10")
    logo = Staged(np.full((90, 100, 4), (200, 16, 46, 255), np.uint8))
    told = garments.dress(logo, order).report["placement"]
    printed = garments.print_file(logo, order, PrintSpec(dpi=dpi), "logo").pixels[..., 3]
    rows, columns = (np.flatnonzero(printed.any(axis=axis)) for axis in (1, 0))
    assert abs(rows[0] / dpi - told["y_in"]) <= 1 / dpi
    assert abs((rows[-1] + 1) / dpi - told["y_in"] - told["height_in"]) <= 1 / dpi
    assert abs(columns[0] / dpi - told["x_in"]) <= 1 / dpi


@pytest.mark.parametrize(
    ("more", "field"), [({"name": "\N{SNOWMAN}\N{PILE OF POO}"}, "name"), ({"number": "\a"}, "number")]
)
def test_text_that_cannot_be_set_is_named(back: SideSpec, more: dict[str, str], field: str) -> None:
    """Characters that no font has, and control characters, are refused with their field."""
    with pytest.raises(InvalidFieldsError) as error:
        lettered(back, spec(**more))
    assert [item.field for item in error.value.errors] == [field]


def test_front_takes_no_name() -> None:
    """A side without a place for it refuses a name."""
    front = load_garment(REPOSITORY / "configs" / "garments" / "tshirt").spec("front")
    with pytest.raises(InvalidFieldsError) as error:
        place_on(front, PlacementSpec(garment="tshirt", side="front", name="Duarte"))
    assert error.value.errors[0].field == "name"
