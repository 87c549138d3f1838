"""The table of a pack's items, and what is chosen from it."""

from typing import get_args

import pytest

from imaging.banner.spec import Player
from serve_app.domain import PackItem
from serve_app.services.pack_items import ALL_ITEMS, ITEMS, LAST, OF_KIT, chosen, roles_like
from serve_app.services.pack_jerseys import jerseys_of, shirt_name


def test_the_table_holds_every_item() -> None:
    """Each item that the API takes stands in the table once, with a place of its own in the archive."""
    assert sorted(ALL_ITEMS) == sorted(get_args(PackItem))
    paths = [item.path for item in ITEMS if item.path]
    assert len(set(paths)) == len(paths)
    assert all(item.needs or item.name in LAST for item in ITEMS)
    assert ALL_ITEMS[-2:] == LAST == ("readme", "zip")


@pytest.mark.parametrize(
    ("include", "exclude", "expected"),
    [
        (None, (), ALL_ITEMS),
        (["zip"], (), tuple(name for name in ALL_ITEMS if name != "readme")),
        (["zip", "banner_pdf", "logo_svg"], (), ("logo_svg", "banner_pdf", "zip")),
        (["logo"], ["logo_pdf"], tuple(name for name in OF_KIT if name != "logo_pdf")),
        (None, ["logo", "print", "banner", "web", "archive"], ("tshirt_front", "tshirt_back")),
    ],
)
def test_what_is_chosen(include: list[str] | None, exclude: list[str], expected: tuple[str, ...]) -> None:
    """Items and groups are taken and left out, in the table's order; the archive alone is all of it."""
    assert chosen(include, exclude) == expected


def test_every_player_has_a_jersey() -> None:
    """Jerseys follow the roster; their files have names that people and disks can read, each once."""
    players = (
        Player("7", "Mina Duarte"),
        Player("", ""),
        Player("10", "张伟"),
        Player("", "Łucja Nowak"),
        Player("7", "Ana Duarte"),
        Player("", "张伟"),
        Player("00", "../../Étienne O'Neill"),
        Player("1", "A 2-9"),
        Player("1", "2"),
        Player("1", "2"),
    )
    found = jerseys_of(players, files=("mockup",))
    assert [jersey.part for jersey in found] == [f"jersey_{place}" for place in range(1, 10)]
    stems = ["7-duarte", "10", "nowak", "7-duarte-4", "player-5", "00-o-neill", "1-2-9", "1-2", "1-2-9-9"]
    assert [jersey.stem for jersey in found] == stems
    assert found[0].paths()["jersey_1_mockup"] == "mockups/jerseys/7-duarte.jpg"
    assert jerseys_of(players, files=()) == ()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Mina Duarte", "DUARTE"),
        ("de la Cruz, Ana", "DE LA CRUZ"),
        ("Mina van der Berg", "VAN DER BERG"),
        ("Marcus Allen Jr.", "ALLEN JR."),
        ("Allen, Jr.", "ALLEN JR."),
        ("中村 俊輔", "中村"),
        ("M. D.", "M. D."),
        ("Mina", "MINA"),
        ("  ", ""),
        ("weiß", "WEISS"),
    ],
)
def test_what_stands_on_a_back(name: str, shown: str) -> None:
    """The family name in capitals with what belongs to it; initials and single names as they are."""
    assert shirt_name(name) == shown


def test_roles_follow_their_item() -> None:
    """A jersey's files take the place of the jersey that they are given to; all others keep their roles."""
    assert roles_like(["jersey_3_mockup", "jersey_3_name"], "jersey_12") == (
        "jersey_12_mockup",
        "jersey_12_name",
    )
    assert roles_like(["favicon.ico", "og-image"], "web_assets") == ("favicon.ico", "og-image")
