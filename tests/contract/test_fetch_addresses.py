"""Which addresses a fetch connects to, whatever the URL and the name servers say."""

import asyncio
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from serve_app.adapters.address_policy import AddressPolicy, IpAddress, PublicAddressPolicy
from serve_app.adapters.fetch import FetchLimits, HttpUrlFetcher, SystemResolver
from serve_app.adapters.fetch.target import parse_target
from serve_app.errors import UrlFetchFailedError, UrlForbiddenError, UrlSchemeError

_SPELLINGS = (
    "127.0.0.1",
    "2130706433",
    "0x7f.1",
    "0x7f000001",
    "0177.0.0.1",
    "017700000001",
    "127.1",
    "127.0.1",
    "127.0.0.1.",
    "0",
    "0.0.0.0",  # noqa: S104 - an address to refuse, nothing binds to it
    "①②⑦.⓪.⓪.①",
    "１２７。０。０。１",  # noqa: RUF001 - full-width digits are the point
    "localhost",
    "LocalHost",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[fe80::1]",
    "[fe80::1%25lo]",
    "[fd00:ec2::254]",
    "169.254.169.254",
    "2852039166",
    "0xa9fea9fe",
    "100.100.100.200",
    "168.63.129.16",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "255.255.255.255",
    "224.0.0.1",
)
_TRUST_NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
_NAMED_ERRORS = (UrlSchemeError, UrlForbiddenError, UrlFetchFailedError)


@dataclass
class _Server:
    """A server on loopback that counts who came."""

    port: int = 0
    visits: int = 0


@pytest.fixture
async def server() -> AsyncIterator[_Server]:
    """Answers `/again` with a redirect to itself and the rest with `image`."""
    found = _Server()

    async def _connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        found.visits += 1
        head = await reader.readuntil(b"\r\n\r\n")
        again = head.startswith(b"GET /again")
        writer.write(b"HTTP/1.1 302 F\r\nLocation: /\r\n\r\n" if again else b"HTTP/1.1 200 OK\r\n\r\nimage")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(_connected, "127.0.0.1", 0) as listening:
        found.port = listening.sockets[0].getsockname()[1]
        yield found


@dataclass
class _ScriptedResolver:
    """Gives one prepared answer after the other, and the last one from then on."""

    answers: list[list[str]]
    asked: list[str] = field(default_factory=list)

    async def resolve(self, host: str, *, port: int) -> Sequence[IpAddress]:  # noqa: ARG002 - the port's shape
        self.asked.append(host)
        answer = self.answers[min(len(self.asked), len(self.answers)) - 1]
        return [ip_address(text) for text in answer]


@dataclass(frozen=True)
class _Allowing:
    """Allows the addresses it is given and no other."""

    allowed: frozenset[str]

    def allows(self, address: IpAddress) -> bool:
        return str(address) in self.allowed


def _fetcher(server: _Server, *, policy: AddressPolicy, answers: list[list[str]]) -> HttpUrlFetcher:
    limits = FetchLimits(allowed_ports=frozenset({server.port}), deadline_s=20)
    return HttpUrlFetcher(limits=limits, policy=policy, resolver=_ScriptedResolver(answers))


@pytest.mark.parametrize("host", _SPELLINGS)
async def test_every_spelling_is_refused(host: str, server: _Server) -> None:
    """However a local address is written, the fetch is `UrlForbiddenError` and nobody is called."""
    fetcher = HttpUrlFetcher(limits=FetchLimits(allowed_ports=frozenset({server.port})))
    with pytest.raises(UrlForbiddenError):
        await fetcher.fetch(f"http://{host}:{server.port}/")
    assert server.visits == 0


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "0177.0.0.1", "127.1", "①②⑦.⓪.⓪.①", "127.0.0.1"])
async def test_the_policy_sees_through_spellings(host: str) -> None:
    """Were a spelling to pass the URL's parser, the resolver's numbers would still be refused."""
    addresses = await SystemResolver().resolve(host, port=80)
    assert [str(address) for address in addresses] == ["127.0.0.1"]
    assert not PublicAddressPolicy().allows(addresses[0])


@pytest.mark.parametrize("answer", [["127.0.0.1", "10.0.0.1"], ["10.0.0.1", "127.0.0.1"]])
async def test_one_bad_address_spoils_the_name(answer: list[str], server: _Server) -> None:
    """A name with an allowed and a denied address is refused in either order, and nobody is called."""
    fetcher = _fetcher(server, policy=_Allowing(frozenset({"127.0.0.1"})), answers=[answer])
    with pytest.raises(UrlForbiddenError):
        await fetcher.fetch(f"http://name.example:{server.port}/")
    assert server.visits == 0


async def test_a_name_is_resolved_once(server: _Server) -> None:
    """The address that was checked is the one that is called: a second, worse answer is never asked for."""
    resolver = _ScriptedResolver([["127.0.0.1"], ["10.0.0.1"]])
    limits = FetchLimits(allowed_ports=frozenset({server.port}))
    policy = _Allowing(frozenset({"127.0.0.1"}))
    fetcher = HttpUrlFetcher(limits=limits, policy=policy, resolver=resolver)
    assert await fetcher.fetch(f"http://name.example:{server.port}/") == b"image"
    assert resolver.asked == ["name.example"]


async def test_rebinding_does_not_reach_the_second_answer(server: _Server) -> None:
    """A name that gives a silent allowed address first and loopback next never gets to loopback."""
    answers = [["127.0.0.2"], ["127.0.0.1"]]
    fetcher = _fetcher(server, policy=_Allowing(frozenset({"127.0.0.2"})), answers=answers)
    with pytest.raises(UrlFetchFailedError):
        await fetcher.fetch(f"http://name.example:{server.port}/")
    assert server.visits == 0


async def test_each_hop_is_checked_anew(server: _Server) -> None:
    """A name whose answer turns bad between a URL and its redirect is refused at the redirect."""
    answers = [["127.0.0.1"], ["127.0.0.1", "169.254.169.254"]]
    fetcher = _fetcher(server, policy=_Allowing(frozenset({"127.0.0.1"})), answers=answers)
    with pytest.raises(UrlForbiddenError):
        await fetcher.fetch(f"http://name.example:{server.port}/again")
    assert server.visits == 1


async def test_the_next_address_is_tried(server: _Server) -> None:
    """When the first of several allowed addresses refuses, the next one is called."""
    policy = _Allowing(frozenset({"127.0.0.2", "127.0.0.1"}))
    fetcher = _fetcher(server, policy=policy, answers=[["127.0.0.2", "127.0.0.1"]])
    assert await fetcher.fetch(f"http://name.example:{server.port}/") == b"image"


async def test_a_name_without_addresses(server: _Server) -> None:
    """A name that resolves to nothing is `UrlFetchFailedError`."""
    with pytest.raises(UrlFetchFailedError):
        await _fetcher(server, policy=PublicAddressPolicy(), answers=[[]]).fetch(f"http://x:{server.port}/")


async def test_unknown_names_and_slow_name_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that does not exist, and one whose server keeps silent, are `UrlFetchFailedError`."""
    answered = threading.Event()

    def _look_up(host: str, *_: object, **__: object) -> list[object]:
        if host == "slow.example":
            answered.wait(20)
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", _look_up)
    resolver = SystemResolver(timeout_s=0.1)
    try:
        for host in ("none.example", "slow.example"):
            with pytest.raises(UrlFetchFailedError):
                await resolver.resolve(host, port=80)
    finally:
        answered.set()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.png",
        "//host/a.png",
        "/a.png",
        "ftp://host/a",
        "file:///etc/passwd",
        "data:,x",
        "javascript:0",
        " http://a",
    ],
)
async def test_other_schemes(url: str) -> None:
    """What does not begin with http: or https: is `UrlSchemeError`."""
    with pytest.raises(UrlSchemeError):
        await HttpUrlFetcher().fetch(url)


@pytest.mark.parametrize(
    "url",
    [
        "http:",
        "http://",
        "http:///a",
        "http:a.example",
        "https://user@a.example/",
        "https://user:pass@a.example/",
        "http://a.example\\@127.0.0.1/",
        "http://a.example:22/",
        "http://a.example:99999/",
        "http://a.example:0x50/",
        "http://a b.example/",
        "http://127%2e0.0.1/",
        "http://.a.example/",
        "http://a..example/",
        "http://[::1",
        "http://[v1.x]/",
        "http://a.example/\n",
        "http://a.example/\ud800",
        "http://a.example/" + "x" * 9000,
        f"http://{'a' * 64}.example/",
    ],
)
async def test_malformed_urls(url: str) -> None:
    """A URL that is malformed, names a user or asks for another port is `UrlForbiddenError`."""
    with pytest.raises(UrlForbiddenError):
        await HttpUrlFetcher().fetch(url)


@given(st.text(st.characters()) | st.from_regex(r"https?://[^/]{0,40}(/.*)?"))
@example("http://[fe80::1%25x]/")
@example("http://ⓔⓧⓐⓜⓟⓛⓔ.ⓒⓞⓜ")
def test_any_text_is_a_target_or_a_named_error(text: str) -> None:
    """Any text is a named error or an http(s) URL with a plain host, no user and an allowed port."""
    try:
        url = parse_target(text, allowed_ports={80, 443})
    except (UrlSchemeError, UrlForbiddenError):
        return
    assert url.scheme in {"http", "https"}
    assert url.raw_host
    assert not set(url.raw_host) & set(b"@/\\?#% ")
    assert not url.userinfo
    assert url.port in {None, 80, 443}


@given(st.text(st.characters(), max_size=60))
def test_no_url_reaches_a_denied_address(text: str) -> None:
    """Whatever the URL, a fetch whose names all lead to loopback is one of the named errors."""
    resolver = _ScriptedResolver([["127.0.0.1"]])
    with pytest.raises(_NAMED_ERRORS):
        asyncio.run(HttpUrlFetcher(resolver=resolver, ssl_context=_TRUST_NOBODY).fetch(f"http://{text}"))
