"""The layout solver: any roster on any banner."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imaging.banner import BannerSpec, BannerTemplateError, Player, Sponsor, load_template
from imaging.banner.fit import split_balanced
from imaging.banner.frame import Box
from imaging.banner.grid import FLOOR_PT, Roster, even_lengths, solve_grid
from imaging.banner.layout import Composition, compose
from imaging.banner.typeset import Line

BOLD = load_template(Path(__file__).resolve().parents[3] / "configs/banners/bold.typ")
FONTS = BOLD.fonts()
NAMES = (
    "Ava Li",
    "Maximiliana Featherstonehaugh-Cholmondeley",
    "عمر الشريف",
    "क्षितिज शर्मा",
    "กิตติศักดิ์",
    "",
    "Jo",
)
EPSILON_PT = 0.01

SIZES = st.tuples(st.floats(12, 120), st.floats(12, 120)).filter(lambda s: 1 / 3 <= s[0] / s[1] <= 3)
PLAYERS = st.builds(
    Player,
    number=st.sampled_from(["", "0", "7", "88", "100", "12A"]),
    name=st.sampled_from(NAMES),
    position=st.sampled_from([None, "GK", "Midfielder"]),
)
SPECS = st.builds(
    lambda size, team, players, coaches, sponsors: BannerSpec(
        team_name=team,
        sport="Soccer",
        players=tuple(players),
        coaches=tuple(coaches),
        sponsors=tuple(Sponsor(name) for name in sponsors),
        width_in=size[0],
        height_in=size[1],
    ),
    SIZES,
    st.sampled_from(["FC", "", "Riverside Wildcats", "The Really Long Named Youth Athletic Association"]),
    st.lists(PLAYERS, max_size=200),
    st.lists(st.just("Dana Whitfield"), max_size=4),
    st.lists(st.just("Northside Credit Union & Sons"), max_size=12),
)


def _lines(composition: Composition) -> list[Line]:
    numbers = [cell.number for cell in composition.cells if cell.number]
    names = [line for cell in composition.cells for line in cell.lines]
    head = composition.masthead
    return [*numbers, *names, *head.title, *head.tag, *composition.foot]


def _inside(inner: Box, outer: Box) -> bool:
    return (
        inner.x >= outer.x - EPSILON_PT
        and inner.y >= outer.y - EPSILON_PT
        and inner.right <= outer.right + EPSILON_PT
        and inner.bottom <= outer.bottom + EPSILON_PT
    )


@settings(max_examples=60, deadline=None)
@given(SPECS, st.none() | st.floats(0.2, 6))
def test_everything_is_inside_the_safe_area_and_large_enough(
    spec: BannerSpec, logo_aspect: float | None
) -> None:
    """No line, cell or logo leaves the safe area, and no type is under 8 pt."""
    composition = compose(spec, BOLD, fonts=FONTS, logo_aspect=logo_aspect)
    safe = composition.frame.safe
    boxes = [cell.box for cell in composition.cells]
    boxes += [Box(line.x, line.baseline - line.cap, line.w, line.cap) for line in _lines(composition)]
    if composition.masthead.logo:
        boxes.append(composition.masthead.logo)
    assert [box for box in boxes if not _inside(box, safe)] == []
    assert [line for line in _lines(composition) if line.size < FLOOR_PT - EPSILON_PT] == []


@settings(max_examples=60, deadline=None)
@given(SPECS)
def test_texts_fit_their_room_and_cells_do_not_overlap(spec: BannerSpec) -> None:
    """Every line is no wider than its room as measured, and no two cells share space."""
    composition = compose(spec, BOLD, fonts=FONTS, logo_aspect=1.0)
    for line in _lines(composition):
        style = type(BOLD.text)(line.families, line.weight, line.stretch)
        assert FONTS.width_em(line.text, style) * line.size <= line.w + EPSILON_PT
    cells = [cell.box for cell in composition.cells]
    corners = {(round(box.x, 2), round(box.y, 2)) for box in cells}
    assert len(corners) == len(cells)
    area = sum(box.w * box.h for box in cells)
    assert area <= composition.frame.body.w * composition.frame.body.h + 1


@settings(max_examples=60, deadline=None)
@given(SPECS)
def test_every_player_has_a_cell_and_columns_are_even(spec: BannerSpec) -> None:
    """Columns times rows hold all players, every column is used, and lengths differ by one at most."""
    layout = compose(spec, BOLD, fonts=FONTS, logo_aspect=None)
    count, columns, rows = len(spec.players), layout.layout.columns, layout.layout.rows
    assert sum(not cell.empty for cell in layout.cells) == count
    assert columns * rows >= count
    assert columns * rows - count < max(columns, rows, 1)


@given(st.floats(300, 6000), st.floats(300, 6000), st.integers(1, 200), st.floats(0.5, 20))
def test_grid_fills_its_area(width: float, height: float, players: int, name_em: float) -> None:
    """Cells and gaps add up to exactly the area, and the groups to exactly the players."""
    roster = Roster((name_em,) * players, (name_em / 2,) * players, numbers_em=1.0, notes_em=0.0)
    grid = solve_grid(width, height, roster)
    assert grid.columns * grid.cell_w + (grid.columns - 1) * grid.gap_x == pytest.approx(width)
    assert grid.rows * grid.cell_h + (grid.rows - 1) * grid.gap_y == pytest.approx(height)
    assert sum(grid.lengths) == players
    assert max(grid.lengths) - min(grid.lengths) <= 1


@pytest.mark.parametrize("count", [1, 2, 12, 15, 30, 60])
def test_common_rosters_leave_no_hole(count: int) -> None:
    """Usual numbers of players on a 36 x 18 in banner fill a whole grid, no name cut."""
    names = ("Ava Taylor", "Liam Rodriguez", "Sofia Smith-Jones", "Noah Lee", "Isabella Novak")
    players = tuple(Player(str(i), names[i % 5]) for i in range(count))
    layout = compose(BannerSpec("Wildcats", players=players), BOLD, fonts=FONTS, logo_aspect=1.0).layout
    assert layout.columns * layout.rows == count
    assert layout.cut == ()


def test_long_names_are_shrunk_then_cut_and_reported() -> None:
    """One long name shrinks, an endless one is cut; their neighbours keep their size."""
    names = ["Isabella Rodriguez"] * 28 + ["Maximilian Featherstone", "W" * 300]
    players = tuple(Player(str(i), name) for i, name in enumerate(names))
    composition = compose(BannerSpec("Wildcats", players=players), BOLD, fonts=FONTS, logo_aspect=None)
    assert composition.layout.cut == ("W" * 300,)
    assert composition.layout.shrunk == ("Maximilian Featherstone",)
    assert composition.cells[0].lines[0].size == pytest.approx(composition.layout.name_size_pt, abs=0.01)
    assert composition.cells[29].lines[0].text.endswith("…")


def test_one_typeface_sets_a_whole_word() -> None:
    """A Cyrillic name is led by a family that has all of it, a Latin one by the first choice."""
    assert FONTS.lead("WILDCATS", BOLD.display).families[0] == "Anton"
    assert FONTS.lead("ЗЕНИТ", BOLD.display).families[0] != "Anton"
    assert FONTS.missing("ЗЕНИТ عمر क กิ", BOLD.text) == ()
    assert FONTS.missing("王A王", BOLD.text) == ("王",)


def test_words_break_where_lines_are_shortest() -> None:
    """5+1 | 4 is better than 5 | 1+4 with a space of 1 when both lines count."""
    assert split_balanced([5, 1, 4], 1, 2) == (1, 3)
    assert split_balanced([3, 3, 3, 3], 1, 2) == (2, 4)
    assert even_lengths(31, 4) == (8, 8, 8, 7)


def test_broken_templates_are_named(tmp_path: Path) -> None:
    """A missing file, a missing field and a missing font each raise the template error."""
    with pytest.raises(BannerTemplateError):
        load_template(tmp_path / "absent.typ")
    (tmp_path / "half.typ").write_text("")
    (tmp_path / "half.yaml").write_text("title: Half")
    with pytest.raises(BannerTemplateError):
        load_template(tmp_path / "half.typ")
