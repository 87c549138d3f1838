"""Certificates: checked against the host's name, though the connection goes to a number."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest

from serve_app.adapters.address_policy import IpAddress
from serve_app.adapters.fetch import FetchLimits, HttpUrlFetcher
from serve_app.errors import UrlFetchFailedError

pytest.importorskip("cryptography", reason="makes the certificate of the test's server")
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


class _Loopback:
    """Every name leads to loopback, and loopback is allowed."""

    async def resolve(self, host: str, *, port: int) -> Sequence[IpAddress]:  # noqa: ARG002 - the port's shape
        return [ip_address("127.0.0.1")]

    def allows(self, address: IpAddress) -> bool:
        return address.is_loopback


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A file with the key and the self-signed certificate of `good.example`."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "good.example")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("good.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = tmp_path / "good.example.pem"
    path.write_bytes(private + signed.public_bytes(pem))
    return path


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
