"""Templates: read strictly, refused with a sentence that names what is wrong."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from imaging.banner import BannerTemplateError, load_template
from imaging.banner.shelf import draw_sample, load_templates

FOLDER = Path(__file__).resolve().parents[4] / "configs/banners"
PLAIN: dict[str, Any] = {
    "title": "Plain",
    "description": "A name over a roster.",
    "sizes": [{"name": "2 x 4 ft", "width_in": 48, "height_in": 24, "bleed_in": 0.25}],
    "fonts": ["anton"],
    "styles": {"display": {"families": ["Anton"]}, "text": {"families": ["Anton"]}},
    "palette": {"page": "night", "card": "raised", "badge": "pop"},
    "areas": {
        "head": {"holds": "title"},
        "body": {"holds": "roster", "cells": {"row": {}}},
    },
    "arrangements": [{"name": "all", "rows": [{"area": "head", "share": 0.4}, {"area": "body"}]}],
}
DRAWN = "#let data = json(bytes(sys.inputs.data))\n#set page(width: 9in, height: 9in)\n#data.title"


def change(**to: Any) -> Callable[[dict[str, Any]], None]:
    """A change of keys at the top."""
    return lambda fields: fields.update(to)


def change_in(*way: str | int, **to: Any) -> Callable[[dict[str, Any]], None]:
    """A change of keys further down."""

    def apply(fields: Any) -> None:
        for step in way:
            fields = fields[step]
        fields.update(to)

    return apply


def written(folder: Path, *changes: Callable[[dict[str, Any]], None], source: str = DRAWN) -> Path:
    """The plain template with changes."""
    fields = yaml.safe_load(yaml.safe_dump(PLAIN))
    for apply in changes:
        apply(fields)
    (folder / "plain.yaml").write_text(yaml.safe_dump(fields))
    (folder / "plain.typ").write_text(source)
    return folder / "plain.yaml"


def test_two_files_make_a_template(tmp_path: Path) -> None:
    """A template of some twenty lines is read and drawn, and says what it uses."""
    written(tmp_path)
    template = load_templates(tmp_path)["plain"]
    assert (template.name, template.title) == ("plain", "Plain")
    assert template.uses == ("logo", "positions")
    assert template.sizes[0].medium == "print"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (change(colour="x"), "colour"),
        (change(fonts=["no-such-font"]), "fontpkg-no-such-font"),
        (change(palette={"page": "beige"}), "palette.page"),
        (change(palette={"card": "raised", "badge": "pop"}), "`page` is missing"),
        (change(palette={"page": "night", "card": "raised"}), "no ground 'badge'"),
        (change_in("styles", "display", families=["Papyrus"]), "Papyrus"),
        (change_in("areas", "head", style="script"), "no style 'script'"),
        (change_in("areas", "head", ground="sky"), "no ground 'sky'"),
        (change_in("areas", "head", lines=9), "lines"),
        (change_in("areas", "body", cells={}), "kind of cell"),
        (change_in("areas", "body", cells={"tile": {}}), "tile"),
        (change_in("arrangements", 0, "rows", 0, area="hat"), "no area 'hat'"),
        (change_in("arrangements", 0, "rows", 0, units=3), "one of share, units and fit"),
        (change_in("arrangements", 0, "rows", 0, **{"with": {"size": 3}}), "size"),
        (change_in("arrangements", 0, aspect=[0.5, 3]), "aspect 0.333"),
        (change_in("arrangements", 0, players=[1, 200]), "0 players"),
    ],
)
def test_a_wrong_key_is_named(wrong: Callable[[dict[str, Any]], None], sentence: str, tmp_path: Path) -> None:
    """What is unknown, missing or out of range stops the start, with the template's name and the fault."""
    with pytest.raises(BannerTemplateError, match="plain") as caught:
        load_template(written(tmp_path, wrong))
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    "source", ["#let", "#data.nothing", '#read("/etc/passwd")', '#import "@preview/a:0.1.0"']
)
def test_a_template_that_does_not_draw_stops_the_start(source: str, tmp_path: Path) -> None:
    """Every template is drawn once when it is loaded."""
    written(tmp_path, source=source)
    with pytest.raises(BannerTemplateError, match="plain"):
        load_templates(tmp_path)


def test_missing_files_are_named(tmp_path: Path) -> None:
    """Without its files there is no template, only the error."""
    with pytest.raises(BannerTemplateError, match="absent"):
        load_template(tmp_path / "absent.yaml")


def test_the_shipped_templates_are_sound() -> None:
    """All six load for the real sizes, and each of their arrangements draws all that an order may have."""
    templates = load_templates(FOLDER)
    assert len(templates) >= 6
    for template in templates.values():
        sizes = {(size.width_in, size.height_in) for size in template.sizes}
        assert sizes >= {(72, 36), (60, 36), (48, 24), (24, 36), (20, 11.25), (11.25, 14.0625)}
        for plan in template.plans[1:]:
            draw_sample(template, plan)
