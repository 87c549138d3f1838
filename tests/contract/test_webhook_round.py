"""A whole round: attempts over real connections until a receiver has what it can verify."""

import asyncio
from datetime import UTC, datetime, timedelta

from serve_app.records import NewJob
from serve_app.services.webhook_delivery import attempt, body_of, delivery_of
from serve_app.services.webhook_signing import owner_secret, verify
from tests.contract.webhook_receiver import OK, Answering, receive, sender

_NOW = datetime(2026, 1, 2, tzinfo=UTC)
_SECRET = owner_secret(b"a master secret of the service", "owner-1")


def _answers(*answers: bytes) -> Answering:
    """One after the other."""
    left = list(answers)

    async def _answer(writer: asyncio.StreamWriter) -> None:
        writer.write(left.pop(0))

    return _answer


async def test_a_receiver_that_recovers_gets_its_job_once_by_its_own_count() -> None:
    """Broken, busy, redirecting, then well: four requests with one id, each genuine at its own time."""
    failures = (
        b"",
        b"HTTP/1.1 503 S\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 F\r\nLocation: http://169.254.169.254/\r\n\r\n",
    )
    async with receive(_answers(*failures, OK)) as found:
        url = f"http://127.0.0.1:{found.port}/hook"
        job = NewJob("job_1", "owner-1", "key", "upscale", {}, {}, None, "request", _NOW, webhook_url=url)
        delivery = delivery_of(job, now=_NOW)
        assert delivery is not None
        body, now, times, waits = body_of(delivery, {"id": "job_1", "state": "succeeded"}), _NOW, [], []
        wait_s: float | None = 0
        while wait_s is not None:
            now += timedelta(seconds=wait_s)
            times.append(now)
            delivery, wait_s = await attempt(
                delivery, body, sender=sender(found.port), secret=_SECRET, now=now
            )
            waits.append(wait_s)
    assert (delivery.state, delivery.attempts, delivery.last_status) == ("delivered", 4, 200)
    assert waits[1] == 3600
    assert len({headers["x-webhook-id"] for _, headers, _ in found.requests}) == 1
    for (_, headers, got), moment in zip(found.requests, times, strict=True):
        assert got == body
        assert verify(got, headers["x-signature"], secret=_SECRET, now=moment)
    last = found.requests[-1][1]["x-signature"]
    assert not verify(body, last, secret=_SECRET, now=times[0])


async def test_a_receiver_that_is_gone_is_left_alone() -> None:
    """410 ends the round with its first request."""
    async with receive(b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n") as found:
        url = f"http://127.0.0.1:{found.port}/hook"
        job = NewJob("job_1", "owner-1", "key", "upscale", {}, {}, None, "request", _NOW, webhook_url=url)
        delivery = delivery_of(job, now=_NOW)
        assert delivery is not None
        delivery, wait_s = await attempt(delivery, b"{}", sender=sender(found.port), secret=_SECRET, now=_NOW)
        again = await attempt(delivery, b"{}", sender=sender(found.port), secret=_SECRET, now=_NOW)
    assert (delivery.state, wait_s) == ("dead", None)
    assert again == (delivery, None)
    assert len(found.requests) == 1
