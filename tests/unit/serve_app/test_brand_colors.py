"""The colours of a brand."""

from imaging.color import contrast_ratio, parse_color, to_hex
from imaging.logo.palette import PaletteColor
from serve_app.services.brand_colors import brand_colors


def palette(**shares: float) -> tuple[PaletteColor, ...]:
    """Named colours with their shares."""
    return tuple(PaletteColor(parse_color(name), name, share) for name, share in shares.items())


def names(*args: object, **options: object) -> list[str]:
    """The colours that are chosen."""
    return [to_hex(each.color) for each in brand_colors(*args, **options)]  # type: ignore[arg-type]  # passed on


def test_teams_are_known_by_their_colors() -> None:
    """A vivid colour goes before a gray with a larger share; the accent is the most vivid of the rest."""
    found = names(palette(white=0.5, navy=0.3, gray=0.12, orange=0.05, black=0.03))
    assert found == ["#000080", "#ffffff", "#ffa500"]


def test_shades_and_details_are_no_colors() -> None:
    """What nobody could tell from another one, or is hardly there, is left out; one colour is enough."""
    assert names(palette(red=0.9, crimson=0.09, blue=0.01)) == ["#ff0000"]
    assert names(palette(gray=0.01)) == ["#808080"]
    assert names(()) == []


def test_what_is_asked_for_wins() -> None:
    """The request's colours, then the kit's, then the logo's; each tells where it is from."""
    logo = palette(red=0.6, navy=0.4)
    asked, kept = ((0, 128, 0),), ((255, 215, 0), (0, 0, 0))
    assert names(logo, asked=asked, kept=kept) == ["#008000", "#ff0000", "#000080"]
    assert names(logo, kept=kept) == ["#ffd700", "#000000", "#ff0000"]
    assert [each.source for each in brand_colors(logo, kept=kept)] == ["kit", "kit", "logo"]


def test_contrast_is_told() -> None:
    """The text colour is the one that is read better, with the WCAG ratio that it has."""
    (each, *_) = brand_colors(palette(gold=1.0))
    shown = each.as_json()
    assert (shown["part"], shown["text"], shown["aa"]) == ("primary", "#000000", True)
    assert shown["text_contrast"] == round(contrast_ratio((255, 215, 0), (0, 0, 0)), 2)
    assert shown["on_white"] < 2
