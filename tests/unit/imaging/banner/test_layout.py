"""The layout solver: any roster on any banner of any template."""

from dataclasses import replace
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imaging.banner import BannerSpec, Player, Sponsor, Template, load_template
from imaging.banner.box import Box
from imaging.banner.layout import Composition, compose
from imaging.banner.stage import Placed

FOLDER = Path(__file__).resolve().parents[4] / "configs/banners"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))
EPSILON_PT = 0.01
PLAYER_NAMES = (
    "Ava Li",
    "Maximiliana Featherstonehaugh-Cholmondeley",
    "عمر الشريف",
    "क्षितिज शर्मा",
    "กิตติศักดิ์ ศรีสุข",
    "",
    "Jo",
)
TEXT = st.text(max_size=60)


class Shapes:
    """Pictures that are only shapes, the same on every ground."""

    def __init__(self, *keys: str) -> None:
        self.keys = keys

    def aspect(self, key: str, ground: str) -> float | None:  # noqa: ARG002 - as `Art` has it
        """Each key has its own."""
        shapes = {
            "logo": 0.8,
            "sponsor_0": 5.0,
            "sponsor_1": 1.0,
            "sponsor_2": 0.4,
            "league": 1.5,
            "photo": 1.5,
        }
        return shapes[key] if key in self.keys else None

    def density(self, key: str) -> float:  # noqa: ARG002 - as `Art` has it
        """Half full."""
        return 0.5

    def chip(self, keys: tuple[str, ...], ground: str) -> bool:  # noqa: ARG002 - as `Art` has it
        """Always."""
        return True


@cache
def template(name: str) -> Template:
    """Loaded once."""
    return load_template(FOLDER / f"{name}.yaml")


def laid_out(spec: BannerSpec, name: str = "bold", art: Shapes | None = None) -> Composition:
    """A banner solved."""
    chosen = template(name)
    return compose(spec, chosen, fonts=chosen.fonts(), art=art or Shapes())


def ink_room(placed: Placed) -> Box:
    """Where a line's letters are, from its capitals' top to its baseline, as wide as the pen goes."""
    line = placed.line
    share = {"left": 0.0, "center": 0.5, "right": 1.0}[line.align]
    return Box(line.x + (line.w - line.advance) * share, line.baseline - line.cap, line.advance, line.cap)


def inside(inner: Box, outer: Box) -> bool:
    """Whether a box is wholly in another."""
    return (
        inner.x >= outer.x - EPSILON_PT
        and inner.y >= outer.y - EPSILON_PT
        and inner.right <= outer.right + EPSILON_PT
        and inner.bottom <= outer.bottom + EPSILON_PT
    )


def apart(one: Box, other: Box) -> bool:
    """Whether two boxes share no area."""
    return (
        one.right <= other.x + EPSILON_PT
        or other.right <= one.x + EPSILON_PT
        or one.bottom <= other.y + EPSILON_PT
        or other.bottom <= one.y + EPSILON_PT
    )


PLAYERS = st.builds(
    Player,
    number=st.sampled_from(["", "0", "00", "7", "88", "7A", "100", "12A4"]),
    name=st.sampled_from(PLAYER_NAMES) | TEXT,
    position=st.sampled_from([None, "GK", "Midfielder"]),
)
ROSTERS = st.integers(0, 200).flatmap(
    lambda count: st.lists(PLAYERS, min_size=1, max_size=8).map(
        lambda few: tuple(few[i % len(few)] for i in range(count))
    )
)
TEAMS = (
    st.sampled_from(["FC", "", "Riverside Wildcats", "The Really Long Named Youth Athletic Association"])
    | TEXT
)
PICTURES = st.lists(
    st.sampled_from(["logo", "league", "photo", "sponsor_0", "sponsor_1", "sponsor_2"]), unique=True
)
SIZES = st.sampled_from([(72, 36), (60, 36), (48, 24), (24, 36), (20, 11.25), (11.25, 14.0625)]) | st.tuples(
    st.floats(12, 60), st.floats(12, 60)
).filter(lambda s: 1 / 3 <= s[0] / s[1] <= 3)


@st.composite
def specs(draw: st.DrawFn) -> BannerSpec:
    """Any order."""
    width, height = draw(SIZES)
    screen = (width, height) in {(20, 11.25), (11.25, 14.0625)}
    return BannerSpec(
        team_name=draw(TEAMS),
        sport=draw(st.sampled_from(["", "Soccer"]) | TEXT),
        season=draw(st.sampled_from(["", "2026 Season"])),
        record=draw(st.sampled_from(["", "14-2-1"])),
        caption=draw(st.sampled_from(["", "District champions"]) | TEXT),
        league=draw(st.sampled_from(["", "Northern Youth League"])),
        players=draw(ROSTERS),
        coaches=tuple(draw(st.lists(st.just("Dana Whitfield") | TEXT, max_size=4))),
        sponsors=tuple(
            Sponsor("Northside Credit Union", f"sponsor_{index}") for index in range(draw(st.integers(0, 3)))
        ),
        width_in=width,
        height_in=height,
        dpi=96,
        medium="screen" if screen else "print",
    )


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=12, deadline=None)
@given(specs(), PICTURES)
def test_any_order_is_laid_out_within_its_boxes(name: str, spec: BannerSpec, pictures: list[str]) -> None:
    """Texts keep to their area, the margin and the floor; no two texts, logos or cells share a place."""
    composition = laid_out(spec, name, Shapes(*pictures))
    frame = composition.frame
    for area, filled in composition.filled.items():
        rooms = [ink_room(placed) for placed in filled.lines]
        assert [room for room in rooms if not inside(room, frame.areas[area].inner)] == []
    texts = [ink_room(placed) for placed in composition.lines]
    assert [room for room in texts if not inside(room, frame.safe)] == []
    assert [placed for placed in composition.lines if placed.line.size < frame.floor - EPSILON_PT] == []
    assert [pair for pair in combinations(texts, 2) if not apart(*pair)] == []
    shown = [shown for filled in composition.filled.values() for shown in filled.pictures]
    plates = [picture.chip or picture.box for picture in shown if picture.role != "photo"]
    assert [plate for plate in plates if not inside(plate, frame.safe)] == []
    assert [(plate, text) for plate in plates for text in texts if not apart(plate, text)] == []
    assert [pair for pair in combinations(plates, 2) if not apart(*pair)] == []
    if composition.roster:
        cells = composition.roster.cells
        assert all(inside(cell.box, frame.areas[composition.roster.area].inner) for cell in cells)
        assert all(inside(ink_room(placed), cell.box) for cell in cells for placed in cell.lines)
        assert all(inside(ink_room(cell.number), cell.box) for cell in cells if cell.number)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("count", [0, 1, 2, 7, 15, 60, 137, 200])
def test_every_player_has_a_cell(name: str, count: int) -> None:
    """Columns and rows hold all players, differ by one at most, and none is blank without need."""
    players = tuple(Player(str(index), "Ava Taylor") for index in range(count))
    for size in ((72, 36), (24, 36)):
        composition = laid_out(
            BannerSpec("Wildcats", players=players, width_in=size[0], height_in=size[1]), name
        )
        layout = composition.layout
        cells = composition.roster.cells if composition.roster else ()
        assert sum(not cell.empty for cell in cells) == count
        assert layout.columns * layout.rows - count < max(layout.columns, layout.rows, 1)
        assert layout.cut == ()


@pytest.mark.parametrize("count", [1, 2, 12, 15, 30, 60])
def test_common_rosters_leave_no_hole(count: int) -> None:
    """Usual numbers of players on a 36 x 18 in banner fill a whole grid, no name cut."""
    names = ("Ava Taylor", "Liam Rodriguez", "Sofia Smith-Jones", "Noah Lee", "Isabella Novak")
    players = tuple(Player(str(i), names[i % 5]) for i in range(count))
    layout = laid_out(BannerSpec("Wildcats", players=players), art=Shapes("logo")).layout
    assert layout.columns * layout.rows == count
    assert layout.cut == ()


def test_long_names_shrink_then_wrap_then_are_cut() -> None:
    """One long name shrinks, a longer one wraps, an endless one is cut; their neighbours keep their size."""
    wrapped = "Maximiliana Alexandra Featherstonehaugh"
    names = ["Isabella Rodriguez"] * 27 + ["Maximilian Featherstone", wrapped, "W" * 300]
    players = tuple(Player(str(i), name) for i, name in enumerate(names))
    composition = laid_out(BannerSpec("Wildcats", players=players, height_in=14))
    layout, roster = composition.layout, composition.roster
    assert roster is not None
    assert (layout.cut, layout.wrapped) == (("W" * 300,), (wrapped,))
    assert "Maximilian Featherstone" in layout.shrunk
    assert roster.cells[0].lines[0].line.size == pytest.approx(layout.name_size_pt, abs=0.01)
    assert roster.cells[29].lines[0].line.text.endswith("…")


def test_right_to_left_names_mirror_their_cells() -> None:
    """An Arabic name has its number at the right; a roster of them begins at the right as well."""
    latin = [Player(str(i), "Ava Taylor") for i in range(29)]
    one = laid_out(BannerSpec("Wildcats", players=(*latin, Player("10", "عمر الشريف")))).roster
    most = laid_out(BannerSpec("Wildcats", players=(latin[0], *[Player("10", "عمر الشريف")] * 29))).roster
    assert one is not None
    assert most is not None
    assert [cell.mirrored for cell in one.cells if not cell.empty] == [False] * 29 + [True]
    assert one.cells[29].number.line.x > one.cells[29].lines[0].line.x
    assert one.cells[29].lines[0].line.align == "right"
    assert all(cell.mirrored for cell in most.cells)
    assert most.cells[0].box.x == max(cell.box.x for cell in most.cells)


def test_sponsors_logos_have_equal_weight() -> None:
    """A wide, a square and a tall logo cover about the same area, none higher than its row."""
    sponsors = tuple(Sponsor("", f"sponsor_{index}") for index in range(3))
    composition = laid_out(
        BannerSpec("Wildcats", sponsors=sponsors), art=Shapes("sponsor_0", "sponsor_1", "sponsor_2")
    )
    boxes = [shown.box for shown in composition.filled["foot"].pictures]
    areas = [box.w * box.h for box in boxes]
    assert len(boxes) == 3
    assert max(areas) < 6 * min(areas)
    assert (
        max(box.h for box in boxes)
        <= composition.frame.areas["foot"].content.logos * composition.frame.unit + EPSILON_PT
    )


def test_sponsors_names_go_under_their_logos_in_a_narrow_column() -> None:
    """Names of sponsors without a logo stand beside others' logos where there is room, else under them."""
    few = tuple(Sponsor("", f"sponsor_{index}") for index in range(3))
    order = BannerSpec("Wildcats", sponsors=(*few, Sponsor("Northside Credit Union and Savings Bank")))
    for width, under in ((36.0, False), (12.0, True)):
        spec = replace(order, width_in=width)
        filled = laid_out(spec, art=Shapes("sponsor_0", "sponsor_1", "sponsor_2")).filled["foot"]
        name = next(ink_room(placed) for placed in filled.lines if placed.role == "text")
        plates = [shown.chip for shown in filled.pictures if shown.chip]
        assert all(apart(name, plate) for plate in plates)
        assert all(name.y >= plate.bottom for plate in plates) == under


@pytest.mark.parametrize("name", NAMES)
def test_every_template_shows_the_league(name: str) -> None:
    """By its logo where there is one, else by its name."""
    spec = BannerSpec("Wildcats", league="Northern Youth League", players=(Player("7", "Ana"),))
    named, drawn = laid_out(spec, name), laid_out(spec, name, Shapes("league"))
    assert "league" in template(name).uses
    assert any(placed.line.text.lower() == spec.league.lower() for placed in named.lines)
    assert any(shown.role == "league" for filled in drawn.filled.values() for shown in filled.pictures)


def test_credits_that_no_font_has_are_left_out() -> None:
    """A sponsor whose name is a picture without a font leaves no label behind."""
    composition = laid_out(BannerSpec("Wildcats", coaches=("🐯",), sponsors=(Sponsor("🐯"),)))
    assert composition.missing_glyphs == ("🐯",)
    assert not any(placed.role == "label" for placed in composition.lines)


def test_without_numbers_there_are_no_badges() -> None:
    """A roster without numbers has names alone; one without names has numbers alone."""
    nameless = laid_out(BannerSpec("Wildcats", players=(Player("7", ""),) * 12)).roster
    numberless = laid_out(BannerSpec("Wildcats", players=(Player("", "Ava Taylor"),) * 12)).roster
    assert nameless is not None
    assert numberless is not None
    assert nameless.grid.kind == "card"
    assert nameless.grid.plate_h == 0
    assert numberless.grid.badge_w == 0
