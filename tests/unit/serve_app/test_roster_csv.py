"""`players_csv`: rosters as people keep them."""

import codecs
import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from configs.roster_headers import load_headers
from serve_app.errors import InvalidFieldsError, TooManyItemsError
from serve_app.services.csv_text import MAX_CELLS, MAX_LINES
from serve_app.services.roster_csv import CsvRoster, parse_players_csv

PLAIN = "number,name,position\n7,Mina Duarte,GK\n00,Ána Reyes,\n"


def read(data: str | bytes) -> list[tuple[str, str]]:
    """Number and name of each player."""
    return [(player.number, player.name) for player in parse_players_csv(data).players]


@pytest.mark.parametrize(
    "data",
    [
        PLAIN.encode(),
        codecs.BOM_UTF8 + PLAIN.encode(),
        PLAIN.encode("utf-16"),
        PLAIN.encode("utf-16-le"),
        PLAIN.encode("utf-16-be"),
        PLAIN.encode("cp1252"),
        "\ufeff" + PLAIN,
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t"),
        "sep=|\n" + PLAIN.replace(",", "|"),
        PLAIN.replace("number,name,position", "Jersey #,Player,Pos."),
        PLAIN.replace("number,name,position", "N\u00ba,JUGADOR,Posici\u00f3n"),
        PLAIN.replace("number,name,position", "背番号,氏名,ポジション"),
        PLAIN.replace("number,name,position", "R\u00fcckennummer,Vollst\u00e4ndiger Name,Pos"),
        PLAIN.partition("\n")[2],
        "Harbor Foxes,,\nSpring 2026,,\n\n" + PLAIN,
        PLAIN.replace("7,", "#7,").replace("00,", '"=""00""",'),
        "#7 Mina Duarte\nÁna Reyes 00",
        "No.,First name,Last name\n7.0,Mina,Duarte\n00,Ána,Reyes\n",
        "Nr,Vorname,Name\n7,Mina,Duarte\n00,Ána,Reyes\n",
        "Apellidos;Nombre;Dorsal\nDuarte;Mina;7\nReyes;Ána;00",
        "#,Jersey,Player,Grade\n1,7,Mina Duarte,5\n2,00,Ána Reyes,6\n",
        PLAIN + "\nnumber,name,position\n,,\n",
    ],
)
def test_the_same_roster_in_any_form(data: str | bytes) -> None:
    """Encodings, delimiters, line ends, languages, titles, no header: the same two players."""
    assert read(data) == [("7", "Mina Duarte"), ("00", "Ána Reyes")]


def problems(data: str) -> tuple[tuple[int, str], ...]:
    """What is told of the lines."""
    return parse_players_csv(data).problems


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (",,GK", "neither number nor name"),
        ("goalkeeper,Tom,GK", "no shirt number"),
        (f"8,{'x' * 121},GK", "more than 120"),
        ('8,"Tom,GK', "quote"),
        ("8,Tom,GK,,more", "cells more"),
        (f"8,Tom,{'x' * 41}", "position"),
    ],
)
def test_every_bad_line_is_told_with_its_number(line: str, said: str) -> None:
    """The other players stay, and the line's number and fault are told."""
    data = PLAIN + line + "\n9,Zoe,\n"
    (problem,) = problems(data)
    assert problem[0] == 4
    assert said in problem[1]
    assert {("7", "Mina Duarte"), ("9", "Zoe")} <= set(read(data))


def test_an_open_quote_swallows_no_player() -> None:
    """A quote that does not close costs nobody else the place on the roster."""
    data = 'number,name\n7,"Mina\n8,Ana\n9,Tom\n10,"A ""B"" C"\n'
    assert read(data) == [("7", "Mina"), ("8", "Ana"), ("9", "Tom"), ("10", 'A "B" C')]


def test_formulas_are_text() -> None:
    """What a spreadsheet would work out is printed as it stands."""
    assert read("number,name\n7,=SUM(A1)\n8,@cmd\n") == [("7", "=SUM(A1)"), ("8", "@cmd")]


def test_a_surname_with_a_comma_may_lack_its_quotes() -> None:
    """A comma too many belongs to the name where the name is last."""
    assert read("number,name\n7,Duarte, Mina\n") == [("7", "Duarte, Mina")]


def test_east_asian_names_keep_their_order_and_their_given_name() -> None:
    """The family name goes first in print, and privacy still knows the given name."""
    (player,) = parse_players_csv("姓,名,背番号\n田中,太郎,10\n").players
    assert (player.name, player.first) == ("田中 太郎", "太郎")


def test_guessed_encoding_is_told() -> None:
    """Text that is no Unicode is read as Windows-1252, with a warning."""
    codes = [notice.code for notice in parse_players_csv(PLAIN.encode("cp1252")).notices()]
    assert codes == ["csv_encoding"]


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04rest", b"\x00\x01\x02\x03\x04", b"\xff\xfea", "", "\n\n", ",,\n,,"]
)
def test_what_is_no_roster_is_refused(data: str | bytes) -> None:
    """A workbook, binary data and an empty file are refused by the field's name."""
    with pytest.raises(InvalidFieldsError) as caught:
        parse_players_csv(data)
    assert caught.value.errors[0].field.startswith("players_csv")


def test_no_spelling_stands_for_two_columns() -> None:
    """The table of headers loads, and every spelling has one meaning."""
    assert len(load_headers()) > 300


def test_a_file_of_very_many_lines_is_no_roster() -> None:
    """Lines are counted before they are read; those of delimiters alone do not count, however many."""
    row = "none of these is a shirt number,\n"
    with pytest.raises(TooManyItemsError):
        parse_players_csv(PLAIN + row * MAX_LINES)
    assert len(read(PLAIN + " ,;\n" * 20 * MAX_LINES)) == 2


def test_cells_far_to_the_right_are_not_looked_at() -> None:
    """A line of very many cells is read as far as a roster goes."""
    gap = "," * MAX_CELLS
    assert read(f"number,name{gap}position\n7,Ana{gap}GK\n") == [("7", "Ana")]
    assert read(f"number{gap}name\n7{gap}Ana\n") == [("7", "")]


@pytest.mark.parametrize("start", ["<html><table>", "<!DOCTYPE html>\n", "%PDF-1.7\n", "{\\rtf1\\ansi "])
def test_a_document_is_no_roster(start: str) -> None:
    """A web page, a PDF or a rich text would be printed as its own source."""
    with pytest.raises(InvalidFieldsError) as refused:
        parse_players_csv(f"{start}7,Ana\n".encode())
    assert "CSV" in refused.value.errors[0].message


@settings(max_examples=60)
@given(st.one_of(st.text(max_size=300), st.binary(max_size=300)))
def test_no_file_breaks_the_reader(data: str | bytes) -> None:
    """Any text or bytes gives players or a named refusal, and no player without number and name."""
    try:
        roster = parse_players_csv(data)
    except InvalidFieldsError:
        return
    assert isinstance(roster, CsvRoster)
    assert all(player.number or player.name for player in roster.players)
    assert all(len(player.number) <= 4 for player in roster.players)


WORDS = st.text(st.characters(whitelist_categories=("L",)), min_size=2, max_size=12)
ROWS = st.lists(
    st.tuples(st.integers(0, 99).map(str), st.tuples(WORDS, WORDS).map(" ".join)), min_size=1, max_size=30
)


@given(
    ROWS,
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-16"]),
)
def test_what_a_spreadsheet_writes_is_read_back(
    rows: list[tuple[str, str]], delimiter: str, end: str, encoding: str
) -> None:
    """Every player of a well-formed file is read, in order, and nothing is wrong with it."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    writer.writerows([("Number", "Name"), *rows])
    roster = parse_players_csv(out.getvalue().encode(encoding))
    assert [(player.number, player.name) for player in roster.players] == rows
    assert roster.problems == ()
