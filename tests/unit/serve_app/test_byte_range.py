"""Range, If-Range and If-None-Match headers, against a model that counts bytes one by one."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from serve_app.api.byte_range import ByteRange, is_unchanged, parse_range, range_applies

_SIZES = st.integers(0, 40)
_PLACES = st.integers(0, 50)
_ZEROS = st.sampled_from(["", "0", "0000"])
_ETAG = '"abc"'


def _asked(header: str, size: int) -> list[int] | None:
    """The bytes that a header gives of a file; None where the range is ignored."""
    wanted = parse_range(header)
    if wanted is None:
        return None
    bounds = wanted.within(size)
    return [] if bounds is None else list(range(*bounds))


@given(first=_PLACES, last=_PLACES, size=_SIZES, zeros=_ZEROS)
def test_from_first_to_last(first: int, last: int, size: int, zeros: str) -> None:
    """`first-last` gives the bytes numbered so that are there; ignored when `last` is before `first`."""
    expected = [n for n in range(size) if first <= n <= last] if first <= last else None
    assert _asked(f"bytes={zeros}{first}-{zeros}{last}", size) == expected


@given(first=_PLACES, size=_SIZES)
def test_from_first_on(first: int, size: int) -> None:
    """`first-` gives every byte from there on."""
    assert _asked(f"bytes={first}-", size) == [n for n in range(size) if n >= first]


@given(suffix=_PLACES, size=_SIZES)
def test_suffix(suffix: int, size: int) -> None:
    """`-n` gives the last n bytes, all of them when there are fewer."""
    assert _asked(f"bytes=-{suffix}", size) == [n for n in range(size) if size - n <= suffix]


@given(st.text() | st.from_regex(r"bytes ?= ?[-0-9, ]*", fullmatch=True), _SIZES)
@example("bytes=" + "9" * 5000 + "-", 10)
@example("bytes=0-" + "9" * 5000, 10)
@example("bytes=-" + "9" * 5000, 10)
@example("bytes=٣-٤", 10)
def test_any_text_is_a_range_or_none(header: str, size: int) -> None:
    """Whatever the header holds, the bytes it gives lie within the file, in order, and nothing is raised."""
    asked = _asked(header, size)
    assert asked is None or (asked == sorted(set(asked)) and set(asked) <= set(range(size)))


def test_huge_numbers() -> None:
    """Numbers of thousands of digits mean what they say: to the end, all of it, past the end."""
    huge = "9" * 5000
    assert _asked(f"bytes=3-{huge}", 5) == [3, 4]
    assert _asked(f"bytes=-{huge}", 5) == [0, 1, 2, 3, 4]
    assert _asked(f"bytes={huge}-", 5) == []


@pytest.mark.parametrize(
    "header",
    [
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "items=0-1",
        "bytes=a-b",
        "bytes=0",
        "bytes=0-1,3-4",
        "bytes=--1",
        "bytes=0x1-2",
        "bytes=1.0-2",
        "bytes=+1-2",
        "bytes 0-1",
        "bytes=0 - 1",
        "bytes=0-1;",
    ],
)
def test_ignored_headers(header: str) -> None:
    """Another unit, several ranges and what is malformed leave the whole file as the answer."""
    assert parse_range(header) is None


@pytest.mark.parametrize("header", ["bytes=2-4", "Bytes=2-4", " bytes=2-4\t", "bytes= 2-4 "])
def test_equal_headers(header: str) -> None:
    """The unit's case and the space around a range do not matter."""
    assert parse_range(header) == ByteRange(2, 4)


@pytest.mark.parametrize(
    ("header", "applies"),
    [
        (None, True),
        ('"abc"', True),
        (' "abc" ', True),
        ('W/"abc"', False),
        ('"abd"', False),
        ("abc", False),
        ("Mon, 23 Nov 2026 04:00:00 GMT", False),
        ("", False),
        ("*", False),
    ],
)
def test_if_range(header: str | None, applies: bool) -> None:  # noqa: FBT001 - a table of cases
    """A range stands without If-Range and with the file's own strong ETag, for nothing else."""
    assert range_applies(header, _ETAG) is applies


@pytest.mark.parametrize(
    ("header", "unchanged"),
    [
        (None, False),
        ("", False),
        ('"abc"', True),
        ('W/"abc"', True),
        ("*", True),
        ('"x", "abc" ,"y"', True),
        ('"x"', False),
        ("abc", False),
        ('"x","y"', False),
    ],
)
def test_if_none_match(header: str | None, unchanged: bool) -> None:  # noqa: FBT001 - a table of cases
    """The file is unchanged for who names its ETag, weak or strong, among others or by `*`."""
    assert is_unchanged(header, _ETAG) is unchanged
