"""What holds for signed links whatever the key, the time and the stranger's input."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from serve_app.adapters.signing import UrlSigner
from serve_app.errors import BadSignatureError, ExpiredError

_SIGNER = UrlSigner(b"sixteen bytes or more", base_path="/f")
_NOW = datetime(2026, 1, 2, tzinfo=UTC)
_KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)
_LATER = st.datetimes(min_value=datetime(2026, 1, 3), timezones=st.timezones())  # noqa: DTZ001 - zones are drawn
_ANY_TEXT = st.text(st.characters())  # lone surrogates too


@given(key=_KEYS, expires_at=_LATER)
def test_every_link_passes_after_its_way_through_a_url(key: str, expires_at: datetime) -> None:
    """A link of any key, in any time zone, passes once a router has taken it apart."""
    split = urlsplit(_SIGNER.sign(key, expires_at=expires_at))
    query = parse_qs(split.query)
    _SIGNER.verify(
        unquote(split.path.removeprefix("/f/")), query["expires"][0], query["signature"][0], now=_NOW
    )


@given(key=_ANY_TEXT, expires=_ANY_TEXT | st.from_regex(r"[0-9]{1,12}"), signature=_ANY_TEXT)
def test_garbage_is_a_bad_signature(key: str, expires: str, signature: str) -> None:
    """Nothing a stranger can write raises anything but `BadSignatureError`."""
    with pytest.raises(BadSignatureError):
        _SIGNER.verify(key, expires, signature, now=_NOW)


@given(key=_KEYS, other=_KEYS, expires_at=_LATER)
def test_a_signature_is_for_one_key(key: str, other: str, expires_at: datetime) -> None:
    """The signature of one key opens no other."""
    assume(key != other)
    query = parse_qs(urlsplit(_SIGNER.sign(key, expires_at=expires_at)).query)
    with pytest.raises(BadSignatureError):
        _SIGNER.verify(other, query["expires"][0], query["signature"][0], now=_NOW)


@given(expires_at=_LATER, late_s=st.integers(min_value=0, max_value=10**9))
def test_every_link_ends(expires_at: datetime, late_s: int) -> None:
    """From its last second on a link is `ExpiredError`, in any time zone."""
    assume(expires_at.astimezone(UTC).year < 9900)
    query = parse_qs(urlsplit(_SIGNER.sign("a.png", expires_at=expires_at)).query)
    with pytest.raises(ExpiredError):
        _SIGNER.verify(
            "a.png",
            query["expires"][0],
            query["signature"][0],
            now=expires_at.astimezone(UTC) + timedelta(seconds=late_s),
        )
