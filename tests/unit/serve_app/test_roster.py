"""Who is printed: privacy, leagues, order."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from configs.leagues import League, load_leagues
from serve_app.errors import InvalidFieldsError
from serve_app.services.roster import STRICTNESS, PrintedRoster, RosterPlayer, RosterRules
from serve_app.services.roster_order import in_order, name_key, number_key

LEAGUES = load_leagues()
TEAM = (RosterPlayer("7", "Mina Duarte", "GK"), RosterPlayer("10", "Ana Reyes"))


def shown(roster: PrintedRoster) -> list[tuple[str, str]]:
    """Number and name of each printed player."""
    return [(player.number, player.name) for player in roster.players]


def codes(roster: PrintedRoster) -> list[str]:
    """Codes of the notices."""
    return [notice.code for notice in roster.notices]


def test_numbers_sort_as_people_count() -> None:
    """2 is before 10, 0 and 00 are apart, 7A follows 7, letters follow figures, none is last."""
    wanted = ["0", "00", "1", "2", "7", "07", "7A", "10", "GK", ""]
    mixed = random.Random(1).sample(wanted, len(wanted))
    assert [p.number for p in in_order([RosterPlayer(n) for n in mixed], "number")] == wanted


def test_names_sort_the_same_everywhere() -> None:
    """Accents and case decide only between names that are else alike; no name is last."""
    wanted = ["adam", "Ádám", "Ål", "Łucja", "Müller", "Muller Jr", "Øster", "Zoe", "Ωmega", "Яна", "王"]
    mixed = random.Random(1).sample([*wanted, ""], len(wanted) + 1)
    assert [p.name for p in in_order([RosterPlayer("", n) for n in mixed], "name")] == [*wanted, ""]


@given(st.lists(st.builds(RosterPlayer, st.text(max_size=4), st.text(max_size=8)), max_size=20))
def test_any_roster_can_be_sorted(players: list[RosterPlayer]) -> None:
    """Sorting loses nobody, and sorting again changes nothing."""
    for by in ("number", "name"):
        once = in_order(players, by)
        assert sorted(map(repr, once)) == sorted(map(repr, players))
        assert in_order(once, by) == once
    assert all(number_key(p.number) and name_key(p.name) for p in players)


def test_without_rules_everything_is_printed_as_it_came() -> None:
    """No privacy, no league: the roster itself, and nothing to look at."""
    roster = RosterRules().apply(TEAM, coaches=["Dana Fox"])
    assert shown(roster) == [("7", "Mina Duarte"), ("10", "Ana Reyes")]
    assert (roster.coaches, roster.notices) == (("Dana Fox",), ())


def test_a_league_never_shows_more_than_it_allows() -> None:
    """Whatever is asked, each preset keeps names within its privacy, and numbers where it wants them."""
    for league in LEAGUES.values():
        for asked in STRICTNESS:
            if (league.numbers, asked) == ("never", "number_only"):
                continue
            roster = RosterRules(privacy=asked, league=league).apply(TEAM, has_photo=True)
            assert STRICTNESS.index(roster.privacy) >= STRICTNESS.index(asked)
            assert STRICTNESS.index(roster.privacy) >= STRICTNESS.index(league.privacy)
            together = [number and name for number, name in shown(roster)]
            assert league.numbers == "beside_names" or not any(together), league.title


def test_name_or_number_but_never_both() -> None:
    """AYSO Region 4 takes a name or a number: names go first, `number_only` turns it round."""
    rules = RosterRules(league=LEAGUES["ayso_region_4"])
    roster = rules.apply(TEAM)
    assert shown(roster) == [("", "Mina Duarte"), ("", "Ana Reyes")]
    assert codes(roster) == ["privacy_by_league"]
    assert "aysoregion4.com" in roster.notices[0].fix
    numbers = RosterRules(privacy="number_only", league=LEAGUES["ayso_region_4"]).apply(TEAM)
    assert shown(numbers) == [("7", ""), ("10", "")]


def test_region_73_wants_first_names_a_sponsor_and_its_logo() -> None:
    """First names of players and coaches, no numbers, two blocks, one reminder."""
    rules = RosterRules(league=LEAGUES["ayso_region_73"])
    roster = rules.apply(TEAM, coaches=["Head coach: Dana Fox", "Asst. Coach Ben Hart", "Fox, Eve"])
    assert shown(roster) == [("", "Mina"), ("", "Ana")]
    assert roster.coaches == ("Head coach: Dana", "Asst. Coach Ben", "Eve")
    assert codes(roster) == ["privacy_by_league", "league_reminder"]
    assert [notice.code for notice in rules.missing_blocks(())] == ["league_block_missing"] * 2
    assert rules.missing_blocks(("sponsor", "league_logo")) == ()


def test_rules_that_leave_nothing_are_refused() -> None:
    """No names and no numbers is no roster."""
    with pytest.raises(InvalidFieldsError) as caught:
        RosterRules(privacy="number_only", league=LEAGUES["ayso_region_73"]).apply(TEAM)
    assert caught.value.errors[0].field == "privacy"


def test_a_photo_goes_without_names_where_guidance_says_so() -> None:
    """NSPCC CPSU: with a photo, no child is named; without one, all are."""
    rules = RosterRules(league=LEAGUES["nspcc_cpsu"])
    assert shown(rules.apply(TEAM, has_photo=True)) == [("7", ""), ("10", "")]
    assert codes(rules.apply(TEAM, has_photo=True)) == ["privacy_by_league", "consent_needed"]
    assert shown(rules.apply(TEAM)) == [("7", "Mina Duarte"), ("10", "Ana Reyes")]


def test_one_player_may_be_kept_from_view() -> None:
    """A stricter wish for one player holds, and a freer one does not."""
    team = (
        RosterPlayer("7", "Mina Duarte", privacy="number_only"),
        RosterPlayer("10", "Ana Reyes", privacy="full"),
    )
    assert shown(RosterRules(privacy="first_name").apply(team)) == [("7", ""), ("10", "Ana")]


def test_players_with_nothing_to_show_are_told() -> None:
    """A player without a number is left out of numbers only, with a warning."""
    roster = RosterRules(privacy="number_only").apply((*TEAM, RosterPlayer("", "Tom Hill")))
    assert shown(roster) == [("7", ""), ("10", "")]
    assert codes(roster) == ["players_left_out"]


def test_repeated_players_and_numbers_are_told() -> None:
    """A player listed twice is a warning; a number worn twice is in `duplicates` even when not printed."""
    roster = RosterRules(show_numbers=False).apply((*TEAM, TEAM[0]))
    assert roster.duplicates == ("7",)
    assert codes(roster) == ["duplicate_players"]


def test_names_of_one_word_are_doubted_in_scripts_without_spaces() -> None:
    """`first_name` cannot tell 田中太郎 apart, and says so; a given name of its own is used."""
    roster = RosterRules(privacy="first_name").apply(
        (RosterPlayer("1", "田中太郎"), RosterPlayer("2", "Pelé"))
    )
    assert codes(roster) == ["privacy_unsure"]
    known = RosterRules(privacy="first_name").apply((RosterPlayer("1", "田中 太郎", first="太郎"),))
    assert (shown(known), codes(known)) == ([("1", "太郎")], [])


def test_every_preset_names_its_source() -> None:
    """No rule without an address and a date."""
    for league in LEAGUES.values():
        assert league.sources
        assert all(
            str(source.url).startswith("http") and source.read.year >= 2026 for source in league.sources
        )


def test_misspelled_presets_stop_the_start() -> None:
    """An unknown key, a rule without a source and an unknown mode are refused."""
    source = {"url": "https://example.org/", "read": "2026-11-23", "says": "x"}
    for wrong in ({"privcy": "full"}, {"sources": []}, {"privacy": "none"}, {"required": ["mascot"]}):
        with pytest.raises(ValidationError):
            League.model_validate({"title": "x", "sources": [source], **wrong})


def test_names_stay_off_shirts_where_a_league_says_so() -> None:
    """A league without names on shirts leaves the numbers alone, even those that it keeps off banners."""
    rules = RosterRules(league=LEAGUES["ayso_region_73"], sort_by="number")
    players, notices = rules.on_shirts(TEAM[::-1], rules.apply(TEAM))
    assert [(player.number, player.name) for player in players] == [("7", ""), ("10", "")]
    assert [notice.code for notice in notices] == ["names_off_shirts"]
    hidden = RosterRules(league=LEAGUES["ayso"], show_numbers=False)
    assert hidden.on_shirts(TEAM, hidden.apply(TEAM))[0] == ()
    free = RosterRules(privacy="first_name")
    assert free.on_shirts(TEAM, free.apply(TEAM)) == (free.apply(TEAM).players, ())
