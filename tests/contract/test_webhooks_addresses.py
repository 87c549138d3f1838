"""Where webhooks may go: the rules of image URLs, at acceptance and again at each attempt."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address

import pytest

from serve_app.adapters.address_policy import IpAddress
from serve_app.adapters.webhooks import HttpWebhookSender, WebhookLimits
from serve_app.errors import UrlFetchFailedError, UrlForbiddenError, UrlSchemeError
from tests.contract.webhook_receiver import receive, sender

_FORBIDDEN = (
    "127.0.0.1",
    "2130706433",
    "0x7f.1",
    "localhost",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "169.254.169.254",
    "10.0.0.1",
    "192.168.1.1",
    "100.100.100.200",
    "[fd00:ec2::254]",
)


@dataclass
class _Names:
    """Gives one prepared answer after the other, and the last one from then on; None is a failure."""

    answers: list[list[str] | None]
    asked: list[str] = field(default_factory=list)

    async def resolve(self, host: str, *, port: int) -> Sequence[IpAddress]:  # noqa: ARG002 - the port's shape
        self.asked.append(host)
        answer = self.answers[min(len(self.asked), len(self.answers)) - 1]
        if answer is None:
            raise UrlFetchFailedError("The URL's host name could not be resolved.")
        return [ip_address(text) for text in answer]


@pytest.mark.parametrize("host", _FORBIDDEN)
async def test_a_forbidden_address_is_refused_twice(host: str) -> None:
    """However it is written, an address outside the public internet fails the check and the POST alike."""
    async with receive() as found:
        sending = HttpWebhookSender(limits=WebhookLimits(allowed_ports=frozenset({found.port})))
        url = f"http://{host}:{found.port}/"
        with pytest.raises(UrlForbiddenError):
            await sending.check(url)
        with pytest.raises(UrlForbiddenError):
            await sending.post(url, b"{}", headers={})
    assert found.requests == []


@pytest.mark.parametrize("url", ["", "//a.example/", "ftp://a.example/", "file:///etc/passwd", " http://a"])
async def test_other_schemes(url: str) -> None:
    """What does not begin with http: or https: is `UrlSchemeError`."""
    with pytest.raises(UrlSchemeError):
        await HttpWebhookSender().check(url)
    with pytest.raises(UrlSchemeError):
        await HttpWebhookSender().post(url, b"{}", headers={})


@pytest.mark.parametrize(
    "url", ["http://", "https://user:pass@a.example/", "http://a.example:22/", "http://a b/", "http://a/\n"]
)
async def test_malformed_urls(url: str) -> None:
    """A URL that is malformed, names a user or asks for another port is `UrlForbiddenError`."""
    with pytest.raises(UrlForbiddenError):
        await HttpWebhookSender().check(url)


async def test_a_public_name_passes_the_check_and_nobody_is_called() -> None:
    """The check resolves once and connects to nothing."""
    async with receive() as found:
        names = _Names([["127.0.0.1"]])
        await sender(found.port, resolver=names).check(f"http://hook.example:{found.port}/")
    assert names.asked == ["hook.example"]
    assert found.requests == []


@pytest.mark.parametrize("answer", [None, []], ids=["failure", "no-address"])
async def test_a_name_that_is_not_known_now_passes_the_check(answer: list[str] | None) -> None:
    """A name without an address is accepted, and the POST to it is `UrlFetchFailedError`."""
    sending = HttpWebhookSender(resolver=_Names([answer]))
    await sending.check("http://later.example/")
    with pytest.raises(UrlFetchFailedError):
        await sending.post("http://later.example/", b"{}", headers={})


@pytest.mark.parametrize("answer", [["127.0.0.1", "10.0.0.1"], ["10.0.0.1", "127.0.0.1"]])
async def test_one_bad_address_spoils_the_name(answer: list[str]) -> None:
    """A name with an allowed and a denied address is refused in either order, and nobody is called."""
    async with receive() as found:
        sending = sender(found.port, resolver=_Names([answer]))
        with pytest.raises(UrlForbiddenError):
            await sending.post(f"http://hook.example:{found.port}/", b"{}", headers={})
    assert found.requests == []


async def test_a_name_that_turns_bad_after_the_check_is_refused() -> None:
    """Rebinding between acceptance and delivery gains nothing: the delivery judges the address it uses."""
    async with receive() as found:
        sending = sender(found.port, resolver=_Names([["127.0.0.1"], ["169.254.169.254"]]))
        url = f"http://hook.example:{found.port}/"
        await sending.check(url)
        with pytest.raises(UrlForbiddenError):
            await sending.post(url, b"{}", headers={})
    assert found.requests == []


async def test_a_delivery_resolves_once() -> None:
    """The address that was checked is the one that is called: a second, worse answer is never asked for."""
    async with receive() as found:
        names = _Names([["127.0.0.1"], ["10.0.0.1"]])
        sending = sender(found.port, resolver=names)
        answer = await sending.post(f"http://hook.example:{found.port}/", b"{}", headers={})
    assert answer.status == 200
    assert names.asked == ["hook.example"]


@pytest.mark.parametrize("name", ["max_request_bytes", "max_answer_bytes", "deadline_s", "connect_timeout_s"])
def test_limits_are_positive(name: str) -> None:
    """A limit of zero is refused at start."""
    with pytest.raises(ValueError, match="positive"):
        WebhookLimits(**{name: 0})
