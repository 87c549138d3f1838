"""Where a logo and lettering go on a garment."""

import pytest

from configs.settings import REPOSITORY
from imaging.garment.load import load_garment
from imaging.garment.spec import SideSpec
from serve_app.artwork import PlacementSpec
from serve_app.deployments.jersey import DISTANCE_IN, lettered, outline_px
from serve_app.deployments.placing import place_on
from serve_app.errors import InvalidFieldsError

SQUARE = (600, 600)


@pytest.fixture(scope="module")
def back() -> SideSpec:
    """The t-shirt's back."""
    return load_garment(REPOSITORY / "configs" / "garments" / "tshirt").spec("back")


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
