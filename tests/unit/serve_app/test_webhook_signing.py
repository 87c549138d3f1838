"""Signatures of webhooks, as the service makes them and as receivers check them."""

import doctest
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from serve_app.services import webhook_signing
from serve_app.services.webhook_signing import owner_secret, sign, verify

_MASTER = b"a master secret of the service"
_NOW = datetime(2026, 1, 2, tzinfo=UTC)
_SECRET = "whsec_test"
_ANY_TEXT = st.text(st.characters())  # lone surrogates too


def test_the_examples_in_the_docstrings_hold() -> None:
    """What the docstrings show is what the functions give."""
    result = doctest.testmod(webhook_signing, optionflags=doctest.ELLIPSIS)
    assert result.attempted >= 7
    assert result.failed == 0


def test_known_answers() -> None:
    """A secret and a signature are what OpenSSL's HMAC-SHA256 gives for the same bytes."""
    assert owner_secret(_MASTER, "owner-1") == "whsec_7TynZfTFseuNJbB3RCuX6hpXp8rYFdYi-f9xoOh_3b0"
    digest = "1429f2bae8f77c69a6e1f4ba7d9a73cd0214107a615e410699a80794130d1b55"
    assert sign(b'{"id": "1"}', secret=_SECRET, now=_NOW) == f"t=1767312000,v1={digest}"


def test_a_receiver_needs_nothing_but_the_standard_library() -> None:
    """The five lines that the documentation gives to receivers agree with `sign`."""
    secret, body = owner_secret(_MASTER, "owner-1"), b'{"a":1}'
    fields = dict(part.split("=", 1) for part in sign(body, secret=secret, now=_NOW).split(","))
    signed = fields["t"].encode() + b"." + body
    assert hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() == fields["v1"]


def test_owners_have_secrets_of_their_own() -> None:
    """A secret stays the same for an owner and a master, and differs for another of either."""
    secrets = [owner_secret(master, owner) for master in (_MASTER, b"x" * 16) for owner in ("a", "b", "")]
    assert len(set(secrets)) == 6
    assert secrets[0] == owner_secret(_MASTER, "a")


def test_a_short_master_is_refused() -> None:
    """Under 16 bytes nothing is derived."""
    with pytest.raises(ValueError, match="16 bytes"):
        owner_secret(b"x" * 15, "a")


def test_a_time_needs_a_zone() -> None:
    """A time without a zone cannot be signed."""
    with pytest.raises(ValueError, match="time zone"):
        sign(b"", secret=_SECRET, now=_NOW.replace(tzinfo=None))


@given(st.binary(), _ANY_TEXT, st.floats(-300, 300))
def test_what_is_signed_verifies(body: bytes, owner: str, off_s: float) -> None:
    """Every body passes with its owner's secret, by a clock that is up to the tolerance off."""
    secret = owner_secret(_MASTER, owner)
    header = sign(body, secret=secret, now=_NOW)
    assert verify(body, header, secret=secret, now=_NOW + timedelta(seconds=off_s))


@pytest.mark.parametrize("off_s", [-301, 301, 10**6])
def test_old_and_early_signatures_are_refused(off_s: float) -> None:
    """A signature from outside the tolerance is refused: a recorded webhook is not sent again later."""
    header = sign(b"{}", secret=_SECRET, now=_NOW)
    assert not verify(b"{}", header, secret=_SECRET, now=_NOW + timedelta(seconds=off_s))
    assert verify(b"{}", header, secret=_SECRET, now=_NOW + timedelta(seconds=off_s), tolerance_s=10**6)


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_a_signature_is_for_one_body(body: bytes, other: bytes) -> None:
    """Another body does not pass."""
    assume(body != other)
    assert not verify(other, sign(body, secret=_SECRET, now=_NOW), secret=_SECRET, now=_NOW)


def test_the_time_is_bound() -> None:
    """A signature whose time was moved, or moved into the body, does not pass."""
    digest = sign(b"5.{}", secret=_SECRET, now=_NOW).partition("v1=")[2]
    assert not verify(b"5.{}", f"t=1767312001,v1={digest}", secret=_SECRET, now=_NOW)
    assert not verify(b"{}", f"t=1767312000.5,v1={digest}", secret=_SECRET, now=_NOW)


def test_any_of_several_signatures_may_be_the_right_one() -> None:
    """Names that are not known, and other `v1`, are passed over; two times are refused."""
    header = sign(b"{}", secret=_SECRET, now=_NOW)
    time, _, signature = header.partition(",")
    assert verify(b"{}", f"{time},v1=00,{signature},v2=11, x", secret=_SECRET, now=_NOW)
    assert not verify(b"{}", f"{time},v0={signature[3:]}", secret=_SECRET, now=_NOW)
    for two_times in (f"t=1,{header}", f"{header},t=1"):
        assert not verify(b"{}", two_times, secret=_SECRET, now=_NOW)


@given(_ANY_TEXT | st.from_regex(r"t=[0-9]{1,14},v1=.*"))
def test_garbage_is_refused(header: str) -> None:
    """Whatever stands in the header, the answer is no, and not an error."""
    assert not verify(b"{}", header, secret=_SECRET, now=_NOW)
