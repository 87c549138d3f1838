"""What an asset pack is made of: one table from which the pack is read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from serve_app.domain import PackGroup, PackItem

Need = Literal["logo", "garment", "brand", "name", "team", "roster"]
"""What an item is made of: the kit's logo files, the garment's colour, the brand's colours, the team's
name, all of its words (name, sport, season) with the template, the players."""
Ground = Literal["light", "dark", "garment", "none"]
"""What a picture with transparency is shown on in the contact sheet."""

README: PackItem = "readme"
WEB: PackItem = "web_assets"
ZIP: PackItem = "zip"
JERSEY = "jersey_"
"""What the items begin with that are made for each player."""
MOCKUP_PX = 1600
"""Longer side of a mock-up."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the pack, made, kept and told of alone."""

    name: PackItem
    group: PackGroup
    path: str
    """In the archive; a folder ends with a slash."""
    needs: tuple[Need, ...]
    """All that decides on its bytes, beside the code."""
    caption: str
    """In the contact sheet."""
    size: str
    ground: Ground = "none"


ITEMS: tuple[Item, ...] = (
    Item("logo_master", "logo", "logo/logo-master.png", ("logo",), "Logo", "3000 px", "light"),
    Item("logo_svg", "logo", "logo/logo.svg", ("logo",), "Logo", "10 in, any size", "light"),
    Item("logo_pdf", "logo", "logo/logo.pdf", ("logo",), "Logo", "10 in, any size", "light"),
    Item("logo_mono", "logo", "logo/logo-one-color.png", ("logo",), "One colour", "3000 px", "light"),
    Item("logo_reversed", "logo", "logo/logo-reversed.png", ("logo",), "Reversed", "3000 px", "dark"),
    Item("logo_dark_garment", "logo", "logo/logo-on-dark.png", ("logo",), "On dark", "3000 px", "dark"),
    Item("tshirt_front", "mockups", "mockups/tshirt-front.jpg", ("logo", "garment"), "Front", "1600 px"),
    Item("tshirt_back", "mockups", "mockups/tshirt-back.jpg", ("logo", "garment"), "Back", "1600 px"),
    Item(
        "tshirt_front_print", "print", "print/tshirt-front.png", ("logo", "garment"),
        "Front print", "zone in inches at 300 dpi", "garment",
    ),
    Item(
        "tshirt_front_print_pdf", "print", "print/tshirt-front.pdf", ("logo", "garment"),
        "Front print", "zone in inches", "garment",
    ),
    Item(
        "tshirt_back_print", "print", "print/tshirt-back.png", ("logo", "garment"),
        "Back print", "zone in inches at 300 dpi", "garment",
    ),
    Item(
        "tshirt_back_print_pdf", "print", "print/tshirt-back.pdf", ("logo", "garment"),
        "Back print", "zone in inches", "garment",
    ),
    Item(
        "banner_png", "banner", "banner/banner.png", ("logo", "brand", "team", "roster"),
        "Banner", "6 x 3 ft at 50 dpi, a proof",
    ),
    Item(
        "banner_pdf", "banner", "banner/banner.pdf", ("logo", "brand", "team", "roster"),
        "Banner", "6 x 3 ft and bleed, to be printed",
    ),
    Item(
        "social_card", "banner", "banner/social-card.png", ("logo", "brand", "team", "roster"),
        "Social card", "1080 x 1350 px",
    ),
    Item(
        "screen_banner", "banner", "banner/screen-banner.png", ("logo", "brand", "team", "roster"),
        "Screen", "1920 x 1080 px",
    ),
    Item(
        "web_assets", "web", "web/", ("logo", "brand", "name"), "Web",
        "favicon, icons, cards, manifest, head",
    ),
    Item(README, "archive", "README.pdf", (), "Contact sheet", "one page"),
    Item(ZIP, "archive", "", (), "Archive", "all of it"),
)  # fmt: skip
"""In the order of the answer; those of the group `archive` are made last, of all others."""

BY_NAME: Mapping[str, Item] = {item.name: item for item in ITEMS}
ALL_ITEMS: tuple[PackItem, ...] = tuple(item.name for item in ITEMS)
OF_KIT: tuple[PackItem, ...] = tuple(item.name for item in ITEMS if item.group == "logo")
"""Files that the brand kit has."""
LAST: tuple[PackItem, ...] = tuple(item.name for item in ITEMS if item.group == "archive")
GROUPS: tuple[PackGroup, ...] = get_args(PackGroup)


def chosen(include: Iterable[str] | None, exclude: Iterable[str] = ()) -> tuple[PackItem, ...]:
    """The items that a request asks for, in the table's order.

    Args:
        include: Items and groups; None, and nothing but the archive's own, take all.
        exclude: Items and groups that are left out of these.
    """
    wanted = _named(include) if include is not None else set(ALL_ITEMS)
    if not wanted - set(LAST):
        wanted |= set(ALL_ITEMS) - set(LAST)
    return tuple(name for name in ALL_ITEMS if name in wanted - _named(exclude))


def roles_like(roles: Sequence[str], part: str) -> tuple[str, ...]:
    """The roles of files that were made for one item as another one has them: only jerseys have numbers."""
    if not part.startswith(JERSEY):
        return tuple(roles)
    return tuple(f"{part}_{role.rpartition('_')[2]}" for role in roles)


def _named(names: Iterable[str]) -> set[PackItem]:
    wanted = set(names)
    return {item.name for item in ITEMS if item.name in wanted or item.group in wanted}
