"""Icon files, manifest, head, cards, archive, and the check that opens them again."""

import io
import json
import zipfile
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from configs.settings import REPOSITORY
from imaging.errors import CorruptImageError
from imaging.web.bundle import bundle
from imaging.web.cards import CARDS, CardText, card_fonts, showable, social_cards
from imaging.web.head import HEAD, head_html
from imaging.web.ico import read_ico, write_ico
from imaging.web.icons import IconStyle, large_icons, small_icons
from imaging.web.icons_check import check_pictures, check_texts
from imaging.web.manifest import ICONS, MANIFEST, Site, site_manifest
from tests.unit.imaging.web.marks import NAVY, RED, disc, letters

CARD = (REPOSITORY / "configs" / "web" / "card.typ").read_bytes()
STYLE: dict[str, Any] = {"colors": (NAVY, RED), "template": CARD, "fonts": card_fonts()}
HOSTILE = "A \"B\" <script>alert(1)</script> & 'C' \U0001f98a فريق"


def site(name: str = HOSTILE, base_url: str | None = None) -> Site:
    """A site of that name."""
    return Site(name, name[:12], NAVY, (255, 255, 255), base_url)


class Head(HTMLParser):
    """Reads tags and attributes as a browser does."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def pictures() -> dict[str, bytes]:
    """Every picture of a set."""
    style = IconStyle("Harbor Foxes", (NAVY, RED))
    sets = (
        small_icons(disc(), style),
        large_icons(disc(), style),
        social_cards(disc(), CardText("Harbor Foxes", "Season 2026"), **STYLE),
    )
    return {name: file.data for made in sets for name, file in made.files.items()}


def test_an_icon_file_opens_in_pillow() -> None:
    """Other readers find every size, with its pixels and its transparency."""
    images = [disc(side=side) for side in (48, 16, 32)]
    data = write_ico(images)
    with Image.open(BytesIO(data)) as icon:
        assert icon.info["sizes"] == {(16, 16), (32, 32), (48, 48)}
        for image in images:
            icon.size = (len(image), len(image))  # type: ignore[misc]  # of an icon it may be chosen
            assert np.array_equal(np.asarray(icon.convert("RGBA"))[..., 3], image[..., 3])


def test_bitmaps_carry_a_mask_for_readers_without_alpha() -> None:
    """One bit a pixel, set where the icon is clear, rows padded to four bytes, lowest row first."""
    image = np.zeros((16, 16, 4), np.uint8)
    image[0, 0] = (1, 2, 3, 255)
    data = write_ico([image])
    mask = np.frombuffer(data[-64:], np.uint8).reshape(16, 4)
    assert mask[15, 0] == 0b01111111
    assert (mask[:15, :2] == 255).all()
    assert (mask[:, 2:] == 0).all()


@pytest.mark.parametrize("cut", [0, 3, 10, 60, 900])
def test_icon_files_that_are_cut_off_are_told(cut: int) -> None:
    """Reading half a file is an error of its own."""
    with pytest.raises(CorruptImageError):
        read_ico(write_ico([disc(side=16)])[:cut])


def test_only_square_icons_are_written() -> None:
    """A wide picture is a mistake of the caller."""
    with pytest.raises(ValueError, match="shape"):
        write_ico([np.zeros((16, 20, 4), np.uint8)])


def test_names_come_back_from_manifest_and_head() -> None:
    """Quotes, angle brackets, emoji and Arabic are what they were when JSON and HTML are parsed again."""
    said = json.loads(site_manifest(site()))
    assert (said["name"], said["short_name"]) == (HOSTILE, HOSTILE[:12])
    head = Head(head_html(site()).decode())
    metas = {attrs.get("name") or attrs.get("property"): attrs.get("content") for _, attrs in head.found}
    assert metas["application-name"] == metas["og:title"] == HOSTILE
    assert {tag for tag, _ in head.found} == {"link", "meta"}


def test_addresses_follow_the_base() -> None:
    """Without a base files lie at the root; with one every address is whole; manifest icons stay relative."""
    for base, first in ((None, "/favicon.ico"), ("https://x.org/a/", "https://x.org/a/favicon.ico")):
        head = Head(head_html(site(base_url=base)).decode())
        assert head.found[0][1]["href"] == first
    assert [icon["src"] for icon in json.loads(site_manifest(site(base_url="https://x.org/")))["icons"]] == [
        name for name, _, _ in ICONS
    ]


def test_every_picture_passes(pictures: dict[str, bytes]) -> None:
    """A whole set has no finding against it."""
    found = check_pictures(pictures)
    assert [entry["file"] for entry in found] == list(pictures)
    assert all(entry["ok"] for entry in found), found


@pytest.mark.parametrize(
    ("name", "spoilt", "check"),
    [
        ("icon-192.png", "icon-96.png", "size"),
        ("apple-touch-icon.png", "icon-512.png", "opaque"),
        ("icon-maskable-512.png", "icon-512.png", "safe_zone"),
        ("icon-monochrome-512.png", "icon-maskable-512.png", "one_color"),
        ("og-image.png", "social-square.png", "size"),
        ("favicon.ico", "icon-16.png", "opens"),
        ("favicon.svg", "icon-16.png", "opens"),
    ],
)
def test_a_wrong_file_is_found_out(pictures: dict[str, bytes], name: str, spoilt: str, check: str) -> None:
    """A file in another's place fails the check that concerns it."""
    (entry,) = check_pictures({name: pictures[spoilt]})
    assert not entry["ok"]
    assert check in [found["name"] for found in entry["checks"] if not found["ok"]]


def test_scripts_and_references_in_the_svg_are_found_out(pictures: dict[str, bytes]) -> None:
    """What runs, or reaches outside, does not pass."""
    markup = pictures["favicon.svg"]
    for extra in (
        b"<script>1</script>",
        b'<image href="https://x.org/a.png"/>',
        b"<style>@import 'a'</style>",
    ):
        (entry,) = check_pictures({"favicon.svg": markup.replace(b"</svg>", extra + b"</svg>")})
        assert not entry["ok"], extra


def test_manifest_and_head_are_held_against_the_files(pictures: dict[str, bytes]) -> None:
    """All that is named is there; a missing or wrong icon is found out."""
    said = site("Harbor Foxes")
    files = {**pictures, MANIFEST: site_manifest(said), HEAD: head_html(said)}
    assert all(entry["ok"] for entry in check_texts(files, site=said))
    files["icon-192.png"] = files["icon-96.png"]
    del files["favicon.ico"]
    manifest, head = check_texts(files, site=said)
    assert not manifest["ok"]
    assert not head["ok"]


def test_cards_show_what_can_be_shown() -> None:
    """Emoji and control characters are left out; a name of nothing else still gives both cards."""
    assert showable("Foxes \U0001f98a\u202e FC", card_fonts()) == "Foxes FC"
    made = social_cards(letters(RED), CardText("\U0001f98a"), **{**STYLE, "colors": ()})
    assert set(made.files) == set(CARDS)
    assert all(entry["ok"] for entry in check_pictures({k: file.data for k, file in made.files.items()}))


def test_cards_show_any_script() -> None:
    """A name is shown in the first font that has all of its letters: Greek, Arabic, Devanagari, Tamil."""
    for name in ("Δελφίνια", "صقور المدينة", "बाघ", "புலிகள்"):
        assert showable(name, card_fonts()) == name
        card = social_cards(disc(), CardText(name), **STYLE).files["og-image.png"].data
        assert card != social_cards(disc(), CardText(""), **STYLE).files["og-image.png"].data


def test_text_is_never_markup_in_a_card() -> None:
    """Typst's own signs are drawn, not run."""
    text = CardText('#panic("x") $1$ *a* `b` \\', '[#image("/etc/passwd")]')
    assert social_cards(disc(), text, **STYLE).files


def test_the_archive_is_the_same_bytes_again() -> None:
    """Equal files give an equal archive, which holds them as they are."""
    files = {"a.png": b"1" * 40, "head.html": b"<link>" * 9}
    first = bundle(files)
    assert first == bundle(dict(files))
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files
        assert archive.testzip() is None


def test_the_template_reads_nothing_but_the_logo() -> None:
    """The card's source names no other file and no package."""
    source = (Path(REPOSITORY) / "configs" / "web" / "card.typ").read_text(encoding="utf-8")
    assert "#import" not in source
    assert "#include" not in source
    assert source.count("image(") == 1
