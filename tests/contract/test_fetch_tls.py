"""Certificates: checked against the host's name, though the connection goes to a number."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from ipaddress import ip_address
from pathlib import Path

import pytest

from serve_app.adapters.address_policy import IpAddress
from serve_app.adapters.fetch import FetchLimits, HttpUrlFetcher
from serve_app.errors import UrlFetchFailedError
from tests.contract.certificates import self_signed


class _Loopback:
    """Every name leads to loopback, and loopback is allowed."""

    async def resolve(self, host: str, *, port: int) -> Sequence[IpAddress]:  # noqa: ARG002 - the port's shape
        return [ip_address("127.0.0.1")]

    def allows(self, address: IpAddress) -> bool:
        return address.is_loopback


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A file with the key and the self-signed certificate of `good.example`."""
    return self_signed(tmp_path, name="good.example")


@pytest.fixture
async def port(certificate: Path) -> AsyncIterator[int]:
    """The port of a TLS server that shows that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    async def _connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        host = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"host:"))
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n" + host)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(_connected, "127.0.0.1", 0, ssl=context) as server:
        yield server.sockets[0].getsockname()[1]


def _fetcher(port: int, *, trusted: Path | None) -> HttpUrlFetcher:
    context = ssl.create_default_context(cafile=trusted) if trusted else None
    limits = FetchLimits(allowed_ports=frozenset({port}))
    return HttpUrlFetcher(limits=limits, policy=_Loopback(), resolver=_Loopback(), ssl_context=context)


async def test_the_name_of_the_url_is_verified(certificate: Path, port: int) -> None:
    """A trusted certificate for the URL's name passes, and the server is asked by that name."""
    body = await _fetcher(port, trusted=certificate).fetch(f"https://good.example:{port}/")
    assert body == b"Host: good.example:%d" % port


@pytest.mark.parametrize("host", ["other.example", "127.0.0.1"])
async def test_another_name_is_refused(host: str, certificate: Path, port: int) -> None:
    """The same server under a name, or a number, that its certificate does not hold is refused."""
    with pytest.raises(UrlFetchFailedError):
        await _fetcher(port, trusted=certificate).fetch(f"https://{host}:{port}/")


async def test_an_unknown_authority_is_refused(port: int) -> None:
    """A certificate that no bundled authority signed is refused."""
    with pytest.raises(UrlFetchFailedError):
        await _fetcher(port, trusted=None).fetch(f"https://good.example:{port}/")


async def test_plain_text_on_a_tls_port_is_refused(port: int) -> None:
    """Asking a TLS port in plain HTTP ends in `UrlFetchFailedError`."""
    with pytest.raises(UrlFetchFailedError):
        await _fetcher(port, trusted=None).fetch(f"http://good.example:{port}/")
