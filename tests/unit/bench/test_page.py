"""The page of benchmarks: sections are replaced one by one, and nothing else is touched."""

from pathlib import Path

from bench.page import HAND_MARKER, Section, parse, publish, render, tail_of

HERE = "2 cores of a test"


def section(name: str, *, date: str = "2026-11-22", machine: str = HERE, text: str = "") -> Section:
    """A section with a heading and a table."""
    return Section(name, date, machine, text or f"## About {name}\n\n| a | b |\n|---|---|\n| 1 | 2 |")


def test_a_rendered_page_gives_its_sections_back() -> None:
    """Parsing undoes rendering, in the order of the page, own stamps included."""
    sections = [section("memory"), section("gpu", date="2026-12-01", machine="a card"), section("upscale")]
    assert parse(render(sections, tail="\n")) == [sections[2], sections[0], sections[1]]


def test_rendering_what_was_parsed_changes_nothing() -> None:
    """A page goes through parsing and rendering byte for byte."""
    page = render(
        [section("served", date="2026-12-01"), section("batcher"), section("other")], tail="\nMine.\n"
    )
    assert render(parse(page), tail=tail_of(page)) == page


def test_shared_stamp_is_said_once() -> None:
    """The date and machine that most sections share stand at the top, a differing section says its own."""
    page = render([section("upscale"), section("memory"), section("gpu", machine="a card")], tail="\n")
    without_comments = [line for line in page.splitlines() if not line.startswith("<!--")]
    assert sum(HERE in line for line in without_comments) == 1
    assert without_comments[without_comments.index("## About gpu") + 2] == (
        "*Measured 2026-11-22 on a card: `python -m bench.gpu`.*"
    )


def test_publishing_replaces_one_section(tmp_path: Path) -> None:
    """One section is new, the others and what was written by hand stay."""
    page = tmp_path / "benchmarks.md"
    page.write_text(render([section("upscale"), section("memory")], tail="\nBy hand.\n"), encoding="utf-8")
    publish("memory", "## Memory\n\nLess.\n", on=HERE, page=page)
    upscale, memory = parse(page.read_text(encoding="utf-8"))
    assert upscale == section("upscale")
    assert (memory.machine, memory.text) == (HERE, "## Memory\n\nLess.")
    assert page.read_text(encoding="utf-8").endswith(f"{HAND_MARKER}\nBy hand.\n")


def test_first_section_keeps_the_tail_of_an_older_page(tmp_path: Path) -> None:
    """A page that something else generated loses its generated part only."""
    page = tmp_path / "benchmarks.md"
    page.write_text(f"# Benchmarks\n\nOld table.\n\n{HAND_MARKER}\nBy hand.\n", encoding="utf-8")
    publish("batcher", "## Batcher", on=HERE, page=page)
    text = page.read_text(encoding="utf-8")
    assert "Old table." not in text
    assert text.endswith(f"{HAND_MARKER}\nBy hand.\n")


def test_there_need_be_no_page(tmp_path: Path) -> None:
    """The first section makes the page."""
    page = tmp_path / "benchmarks.md"
    publish("batcher", "## Batcher", on=HERE, page=page)
    assert [item.name for item in parse(page.read_text(encoding="utf-8"))] == ["batcher"]
