"""Cursors of lists."""

import base64
import json
import string
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serve_app.api.cursors import decode_cursor, encode_cursor
from serve_app.errors import InvalidFieldsError

_NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
_IDS = st.text(string.ascii_letters + string.digits + "_-", min_size=1, max_size=64)
_TIMES = st.datetimes(min_value=datetime(1970, 1, 2), timezones=st.timezones())  # noqa: DTZ001 - zones are drawn


@given(_TIMES.filter(lambda moment: moment.year < 9990), _IDS)
def test_a_cursor_comes_back(created_at: datetime, row_id: str) -> None:
    """What was encoded is decoded to the microsecond, in UTC, from text that a URL holds as it is."""
    text = encode_cursor(created_at, row_id)
    assert set(text) <= set(string.ascii_letters + string.digits + "-_")
    decoded, found = decode_cursor(text)
    assert (decoded.timestamp(), found) == (created_at.timestamp(), row_id)
    assert decoded.tzinfo is UTC


def _text(place: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "!!!!",
        "AAAA",
        "é",
        "\ud800",
        encode_cursor(_NOW, "dlv_1") + "x",
        _text([]),
        _text(1),
        _text(None),
        _text({"a": 1, "b": 2}),
        _text(["2026-01-02T00:00:00+00:00"]),
        _text(["2026-01-02T00:00:00+00:00", 1]),
        _text([1, "dlv_1"]),
        _text(["2026-01-02T00:00:00+00:00", "\ud800"]),
        _text(["2026-01-02T00:00:00+00:00", "dlv_\x00"]),
        _text(["2026-01-02T00:00:00+00:00", ""]),
        _text(["0001-01-01T00:00:00+23:00", "dlv_1"]),
        _text("x" * 300),
        _text(json.loads("[" * 90 + "]" * 90)),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    """What did not come from a page is a validation error on the field `cursor`."""
    with pytest.raises(InvalidFieldsError) as caught:
        decode_cursor(text)
    assert [error.field for error in caught.value.errors] == ["cursor"]


@given(st.text(st.characters()) | st.binary().map(lambda data: base64.urlsafe_b64encode(data).decode()))
def test_any_text_is_a_place_or_a_named_error(text: str) -> None:
    """Nothing that a client can write there is a defect."""
    with suppress(InvalidFieldsError):
        moment, row_id = decode_cursor(text)
        assert moment.tzinfo is UTC
        assert isinstance(row_id, str)
