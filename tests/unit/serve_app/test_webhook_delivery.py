"""Deliveries of finished jobs: bodies, headers, which answers end them, when they are tried again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serve_app.errors import AppError, PayloadTooLargeError, UrlFetchFailedError, UrlForbiddenError
from serve_app.ports import WebhookAnswer
from serve_app.records import DeliveryRecord, NewJob
from serve_app.services.ids import ID
from serve_app.services.webhook_delivery import (
    OVERDUE_AFTER,
    attempt,
    body_of,
    delivery_of,
    is_under_way,
    reopened,
)
from serve_app.services.webhook_retries import (
    MAX_RETRY_AFTER_S,
    RETRY_DELAYS_S,
    retry_after_s,
    retry_delay_s,
)
from serve_app.services.webhook_signing import verify

_NOW = datetime(2026, 1, 2, tzinfo=UTC)
_SECRET = "whsec_test"
_URL = "https://hook.example/mighty"
_JOB = NewJob("job_1", "owner-1", "key", "upscale", {}, {}, None, "request", _NOW, webhook_url=_URL)
_BODY = b"{}"


@dataclass
class _Sender:
    """Gives one answer, or raises it; keeps what was sent."""

    answer: WebhookAnswer | AppError
    sent: list[tuple[str, bytes, Mapping[str, str]]] = field(default_factory=list)

    async def check(self, url: str) -> None: ...

    async def post(self, url: str, body: bytes, *, headers: Mapping[str, str]) -> WebhookAnswer:
        self.sent.append((url, body, headers))
        if isinstance(self.answer, AppError):
            raise self.answer
        return self.answer


def _delivery(**changes: object) -> DeliveryRecord:
    made = delivery_of(_JOB, now=_NOW)
    assert made is not None
    return replace(made, **changes)


async def _try(
    answer: WebhookAnswer | AppError, *, delivery: DeliveryRecord | None = None
) -> tuple[DeliveryRecord, float | None]:
    return await attempt(
        delivery or _delivery(),
        _BODY,
        sender=_Sender(answer),
        secret=_SECRET,
        now=_NOW + timedelta(seconds=5),
    )


def test_a_job_has_one_delivery() -> None:
    """The delivery of a job has one id however often it is made; a job without a URL has none."""
    delivery = _delivery()
    again = delivery_of(_JOB, now=_NOW + timedelta(hours=1))
    assert again is not None
    assert again.id == delivery.id
    assert ID.fullmatch(delivery.id)
    assert (delivery.owner, delivery.job_id, delivery.url, delivery.state) == (
        "owner-1",
        "job_1",
        _URL,
        "pending",
    )
    other = delivery_of(replace(_JOB, id="job_2"), now=_NOW)
    assert other is not None
    assert other.id != delivery.id
    assert delivery_of(replace(_JOB, webhook_url=None), now=_NOW) is None


@pytest.mark.parametrize("state", ["succeeded", "failed", "cancelled"])
def test_the_body_names_what_happened(state: str) -> None:
    """The body is ASCII JSON with the delivery's id, the type, the time and the whole job."""
    delivery = _delivery()
    job = {"id": "job_1", "state": state, "items": [{"name": "José"}]}
    body = body_of(delivery, job)
    assert body.isascii()
    assert json.loads(body) == {
        "id": delivery.id,
        "type": f"job.{state}",
        "created_at": "2026-01-02T00:00:00+00:00",
        "job": job,
    }
    assert body == body_of(delivery, job)


@pytest.mark.parametrize("state", ["queued", "running"])
def test_a_job_that_has_not_ended_has_no_body(state: str) -> None:
    """A job that is still at work is not delivered."""
    with pytest.raises(ValueError, match=state):
        body_of(_delivery(), {"state": state})


async def test_an_attempt_is_signed_and_named() -> None:
    """The receiver can verify the signature by the attempt's time, and sees the same id each time."""
    sender = _Sender(WebhookAnswer(500))
    delivery = _delivery()
    for hours in (0, 3):
        now = _NOW + timedelta(hours=hours)
        delivery, _ = await attempt(delivery, _BODY, sender=sender, secret=_SECRET, now=now)
        url, body, headers = sender.sent[-1]
        assert (url, body) == (_URL, _BODY)
        assert verify(body, headers["X-Signature"], secret=_SECRET, now=now)
        assert headers["X-Webhook-Id"] == delivery.id
    assert sender.sent[0][2]["X-Signature"] != sender.sent[1][2]["X-Signature"]


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
async def test_success_is_delivered(status: int) -> None:
    """2xx ends a delivery well, and an earlier error is forgotten."""
    record, delay_s = await _try(WebhookAnswer(status), delivery=_delivery(last_error="was down", attempts=3))
    assert delay_s is None
    assert (record.state, record.attempts, record.last_status) == ("delivered", 4, status)
    assert record.last_error is None
    assert record.updated_at == _NOW + timedelta(seconds=5)


@pytest.mark.parametrize(
    "status", [101, 199, 300, 302, 304, 400, 401, 403, 404, 408, 422, 425, 429, 500, 503]
)
async def test_other_answers_are_tried_again(status: int) -> None:
    """Everything but 2xx and 410 is noted and tried again."""
    record, delay_s = await _try(WebhookAnswer(status))
    assert delay_s is not None
    assert (record.state, record.attempts, record.last_status) == ("pending", 1, status)
    assert str(status) in (record.last_error or "")
    assert ("redirects are not followed" in (record.last_error or "")) == (300 <= status < 400)


async def test_gone_is_final() -> None:
    """410 ends a delivery at its first attempt."""
    record, delay_s = await _try(WebhookAnswer(410))
    assert (record.state, record.last_status, delay_s) == ("dead", 410, None)


async def test_no_answer_is_tried_again() -> None:
    """A server that cannot be reached has no status; the sender's sentence is noted."""
    record, delay_s = await _try(UrlFetchFailedError("Out of reach."), delivery=_delivery(last_status=500))
    assert delay_s is not None
    assert (record.state, record.last_status, record.last_error) == ("pending", None, "Out of reach.")


@pytest.mark.parametrize("error", [UrlForbiddenError("Inside."), PayloadTooLargeError("Long.")])
async def test_what_cannot_mend_itself_is_final(error: AppError) -> None:
    """A forbidden address and a body that is too long end a delivery at once."""
    record, delay_s = await _try(error)
    assert (record.state, record.last_error, delay_s) == ("dead", error.message, None)


@pytest.mark.parametrize("state", ["delivered", "dead"])
async def test_what_has_ended_is_not_sent(state: str) -> None:
    """A delivery that has ended comes back as it is, and nobody is called."""
    sender = _Sender(WebhookAnswer(200))
    ended = _delivery(state=state, attempts=2)
    assert await attempt(ended, _BODY, sender=sender, secret=_SECRET, now=_NOW) == (ended, None)
    assert sender.sent == []


async def test_a_round_ends_after_a_day() -> None:
    """A receiver that never takes it is tried eleven times in 21 to 27 hours, then the delivery is dead."""
    delivery, now, waits = _delivery(), _NOW, []
    while delivery.state == "pending":
        delivery, delay_s = await attempt(
            delivery, _BODY, sender=_Sender(WebhookAnswer(500)), secret=_SECRET, now=now
        )
        if delay_s is not None:
            waits.append(delay_s)
            now += timedelta(seconds=delay_s)
    assert (delivery.state, delivery.attempts) == ("dead", 11)
    assert waits == sorted(waits)
    assert 21 <= sum(waits) / 3600 <= 27


@given(st.text(), st.integers(1, len(RETRY_DELAYS_S)))
def test_jitter_is_small_and_repeatable(delivery_id: str, attempts: int) -> None:
    """A wait is within a tenth of its plan, and the same whenever it is asked for."""
    delay_s = retry_delay_s(delivery_id, attempts=attempts)
    assert delay_s == retry_delay_s(delivery_id, attempts=attempts)
    assert delay_s == pytest.approx(RETRY_DELAYS_S[attempts - 1], rel=0.1001)


def test_jitter_parts_what_failed_together() -> None:
    """A hundred deliveries that failed at once come back at a hundred different times."""
    assert len({retry_delay_s(f"dlv_{index}", attempts=1) for index in range(100)}) > 90


@pytest.mark.parametrize(
    ("text", "asked_s"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("0", 0),
        ("999999999", MAX_RETRY_AFTER_S),
        ("99999999999999999999", 0),
        ("-5", 0),
        ("1.5", 0),
        ("Fri, 02 Jan 2026 00:02:00 GMT", 120),
        ("Fri, 02 Jan 2026 00:02:00", 120),
        ("Thu, 01 Jan 2026 00:00:00 GMT", 0),
        ("Fri, 31 Dec 2027 23:59:59 GMT", MAX_RETRY_AFTER_S),
        ("soon", 0),
        ("", 0),
        (None, 0),
    ],
)
def test_what_a_receiver_asks_for(text: str | None, asked_s: float) -> None:
    """Seconds and HTTP dates are read, held to four hours; nonsense asks for nothing."""
    assert retry_after_s(text, now=_NOW) == asked_s


@given(st.text(st.characters()) | st.from_regex(r"\w{3}, \d{1,4} \w{3} \d{1,6} \d\d:\d\d:\d\d .{0,8}"))
def test_any_retry_after_is_read(text: str) -> None:
    """Whatever a server writes there, the wait is between nothing and the bound."""
    assert 0 <= retry_after_s(text, now=_NOW) <= MAX_RETRY_AFTER_S


async def test_a_receiver_can_ask_for_more_time_and_not_for_less() -> None:
    """`Retry-After` stretches a wait; it never shortens one."""
    _, longer_s = await _try(WebhookAnswer(503, "3600"))
    _, shorter_s = await _try(WebhookAnswer(503, "1"), delivery=_delivery(attempts=5))
    assert longer_s == 3600
    assert shorter_s == retry_delay_s(_delivery().id, attempts=6)


def test_a_new_round_keeps_the_id() -> None:
    """A delivery started anew is pending from its first attempt on, and listed as long as a new one."""
    now = _NOW + timedelta(days=6)
    again = reopened(_delivery(state="dead", attempts=11, last_error="was down"), now=now)
    assert (again.id, again.state, again.attempts) == (_delivery().id, "pending", 0)
    assert again.expires_at == now + timedelta(days=7)
    assert again.created_at == _NOW


def test_a_round_is_under_way_until_it_is_long_overdue() -> None:
    """A pending delivery is under way for as long as its longest wait and an hour; ended ones are not."""
    assert timedelta(hours=11) < OVERDUE_AFTER < timedelta(hours=13)
    assert is_under_way(_delivery(), now=_NOW + OVERDUE_AFTER)
    assert not is_under_way(_delivery(), now=_NOW + OVERDUE_AFTER + timedelta(seconds=1))
    assert not is_under_way(_delivery(state="dead"), now=_NOW)
