"""Signed file links."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from serve_app.adapters.signing import UrlSigner
from serve_app.errors import BadSignatureError, ExpiredError

_SECRET = b"sixteen bytes or more"
_NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
_LATER = _NOW + timedelta(hours=1)


def _parts(url: str) -> tuple[str, str, str]:
    """The key, `expires` and `signature` of a link, as a router would hand them over."""
    split = urlsplit(url)
    query = parse_qs(split.query)
    return unquote(split.path.removeprefix("/api/v1/files/")), query["expires"][0], query["signature"][0]


def test_signature_is_hmac_sha256_of_key_and_expiry() -> None:
    """The link is relative and its signature is what RFC 2104 gives for `key`, line feed, `expires`."""
    expires = str(int(_LATER.timestamp()))
    digest = hmac.new(_SECRET, f"packs/1/a.png\n{expires}".encode(), hashlib.sha256).hexdigest()
    url = UrlSigner(_SECRET).sign("packs/1/a.png", expires_at=_LATER)
    assert url == f"/api/v1/files/packs/1/a.png?expires={expires}&signature={digest}"


def test_a_link_of_ours_passes_until_its_time() -> None:
    """A link is good up to the second before it ends, and `ExpiredError` from that second on."""
    signer = UrlSigner(_SECRET)
    parts = _parts(signer.sign("a.png", expires_at=_LATER))
    signer.verify(*parts, now=_LATER - timedelta(seconds=1))
    with pytest.raises(ExpiredError):
        signer.verify(*parts, now=_LATER)


def test_each_part_is_bound() -> None:
    """A change of the key, of the time or of the signature is a bad signature."""
    signer = UrlSigner(_SECRET)
    key, expires, signature = _parts(signer.sign("a.png", expires_at=_LATER))
    changed = [
        ("b.png", expires, signature),
        (key, str(int(expires) + 1), signature),
        (key, f"0{expires}", signature),
        (key, expires, signature[:-1]),
        (key, expires, signature.upper()),
        (key, expires, ""),
    ]
    for parts in changed:
        with pytest.raises(BadSignatureError):
            signer.verify(*parts, now=_NOW)


def test_a_wrong_signature_never_tells_the_age() -> None:
    """A wrong signature on a link that has also expired is a bad signature."""
    with pytest.raises(BadSignatureError):
        UrlSigner(_SECRET).verify("a.png", "1", "0" * 64, now=_NOW)


def test_a_line_feed_cannot_move_between_key_and_time() -> None:
    """`a`, `1⏎2` is not taken for `a⏎1`, `2`, though both spell the same text."""
    signer = UrlSigner(_SECRET)
    _, expires, signature = _parts(signer.sign("a\n99999999999", expires_at=_LATER))
    with pytest.raises(BadSignatureError):
        signer.verify("a", f"99999999999\n{expires}", signature, now=_NOW)


def test_rotation() -> None:
    """After a rotation links of the retired secret pass, new links are signed by the new one alone."""
    new_secret = b"another secret of ours"
    old, new = UrlSigner(_SECRET), UrlSigner(new_secret, retired=[_SECRET])
    new.verify(*_parts(old.sign("a.png", expires_at=_LATER)), now=_NOW)
    UrlSigner(new_secret).verify(*_parts(new.sign("a.png", expires_at=_LATER)), now=_NOW)
    with pytest.raises(BadSignatureError):
        old.verify(*_parts(new.sign("a.png", expires_at=_LATER)), now=_NOW)


def test_short_secrets_are_refused() -> None:
    """A secret under 16 bytes, in force or retired, is refused at start."""
    with pytest.raises(ValueError, match="16 bytes"):
        UrlSigner(b"short")
    with pytest.raises(ValueError, match="16 bytes"):
        UrlSigner(_SECRET, retired=[b""])


def test_times_need_a_zone() -> None:
    """A time without a zone, or before 1970, cannot be signed."""
    signer = UrlSigner(_SECRET)
    with pytest.raises(ValueError, match="time zone"):
        signer.sign("a.png", expires_at=_LATER.replace(tzinfo=None))
    with pytest.raises(ValueError, match="1970"):
        signer.sign("a.png", expires_at=datetime(1960, 1, 1, tzinfo=UTC))
