"""Webhooks over TLS: certificates are checked against the URL's name."""

import ssl
from collections.abc import Sequence
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest

from serve_app.adapters.address_policy import IpAddress
from serve_app.errors import UrlFetchFailedError
from tests.contract.certificates import self_signed
from tests.contract.webhook_receiver import Receiver, receive, sender


class _Loopback:
    """Every name leads to loopback."""

    async def resolve(self, host: str, *, port: int) -> Sequence[IpAddress]:  # noqa: ARG002 - the port's shape
        return [ip_address("127.0.0.1")]


async def _post(host: str, *, certificate: Path, trusted: Path | None) -> Receiver:
    """A POST to this name of a server with that certificate; what the server got."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate)
    trust = ssl.create_default_context(cafile=trusted) if trusted else None
    async with receive(tls=server) as found:
        sending = sender(found.port, resolver=_Loopback(), trust=trust)
        try:
            await sending.post(f"https://{host}:{found.port}/", b"{}", headers={})
        except UrlFetchFailedError:
            assert found.requests == []
            raise
    return found


async def test_the_name_of_the_url_is_verified(tmp_path: Path) -> None:
    """A trusted certificate for the URL's name passes, and the receiver is called by that name."""
    certificate = self_signed(tmp_path, name="good.example")
    found = await _post("good.example", certificate=certificate, trusted=certificate)
    assert found.requests[0][1]["host"] == f"good.example:{found.port}"


@pytest.mark.parametrize("host", ["other.example", "127.0.0.1"])
async def test_another_name_is_refused(host: str, tmp_path: Path) -> None:
    """The same server under a name, or a number, that its certificate does not hold gets nothing."""
    certificate = self_signed(tmp_path, name="good.example")
    with pytest.raises(UrlFetchFailedError):
        await _post(host, certificate=certificate, trusted=certificate)


async def test_an_unknown_authority_is_refused(tmp_path: Path) -> None:
    """A server whose certificate no bundled authority signed gets nothing."""
    certificate = self_signed(tmp_path, name="good.example")
    with pytest.raises(UrlFetchFailedError):
        await _post("good.example", certificate=certificate, trusted=None)


async def test_a_certificate_that_has_ended_is_refused(tmp_path: Path) -> None:
    """A trusted certificate past its time gets nothing."""
    certificate = self_signed(tmp_path, name="good.example", ends_in=timedelta(days=-1))
    with pytest.raises(UrlFetchFailedError):
        await _post("good.example", certificate=certificate, trusted=certificate)


async def test_a_plain_server_behind_https_is_refused() -> None:
    """A server that speaks plain HTTP on the port of an https URL gets nothing."""
    async with receive() as found:
        sending = sender(found.port, resolver=_Loopback())
        with pytest.raises(UrlFetchFailedError):
            await sending.post(f"https://good.example:{found.port}/", b"{}", headers={})
    assert found.requests == []
