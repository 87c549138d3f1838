"""How a finished job reaches its owner's server: body, headers, which answers end it, when to come again.

At least once: a process that dies between the receiver's answer and our note of it sends again, under the
same `X-Webhook-Id`, so a receiver drops what it has seen.

Which answers count. 2xx is delivered. 410 says that the address is gone for good, the one status that senders
of webhooks by convention take as final. Everything else is tried again, as Stripe and Svix do, 3xx and other
4xx too: in practice a 400, 401, 403 or 404 comes from a deployment under way, a lost secret or a firewall's
rule and is mended within the day, and ten requests are a small price for a result that is not lost. A URL
that has come to lead to a forbidden address ends at once, as does a body that is too long to send: neither
mends itself, and a retry would only knock on an inner door again.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from serve_app.errors import PayloadTooLargeError, UrlFetchFailedError, UrlForbiddenError, UrlSchemeError
from serve_app.ports import WebhookAnswer, WebhookSender
from serve_app.records import ENDED, DeliveryRecord, JobRecord, NewJob
from serve_app.services.ids import derived_id
from serve_app.services.webhook_retries import LONGEST_WAIT_S, retry_after_s, retry_delay_s
from serve_app.services.webhook_signing import sign

OVERDUE_AFTER = timedelta(seconds=LONGEST_WAIT_S, hours=1)
"""A delivery that is still pending so long after its last attempt has lost its worker."""
KEEP = timedelta(days=7)
"""How long a delivery is listed."""


def delivery_of(job: NewJob | JobRecord, *, now: datetime, keep: timedelta = KEEP) -> DeliveryRecord | None:
    """The delivery of a job that has just ended, None where it asked for none; the id is the job's own."""
    if job.webhook_url is None:
        return None
    return DeliveryRecord(
        id=derived_id("dlv", job.created_at, job.id),
        owner=job.owner,
        job_id=job.id,
        url=job.webhook_url,
        state="pending",
        attempts=0,
        last_status=None,
        last_error=None,
        created_at=now,
        updated_at=now,
        expires_at=now + keep,
    )


def body_of(delivery: DeliveryRecord, job: Mapping[str, Any]) -> bytes:
    """What is sent: ASCII JSON, the same bytes for the same job.

    Args:
        delivery: Gives the id and the time.
        job: JOB as `GET /jobs/{id}` shows it, JSON-ready, with URLs signed for this attempt.

    Raises:
        ValueError: The job has not ended, or holds a number that JSON has not.
    """
    if job["state"] not in ENDED:
        raise ValueError(f"a job that is {job['state']} is not delivered")
    event = {
        "id": delivery.id,
        "type": f"job.{job['state']}",
        "created_at": delivery.created_at.isoformat(),
        "job": job,
    }
    return json.dumps(event, separators=(",", ":"), allow_nan=False).encode()


def headers_of(delivery: DeliveryRecord, body: bytes, *, secret: str, now: datetime) -> dict[str, str]:
    """The headers of one attempt; the sender adds its `User-Agent` and `Content-Type`."""
    return {"X-Signature": sign(body, secret=secret, now=now), "X-Webhook-Id": delivery.id}


async def attempt(
    delivery: DeliveryRecord, body: bytes, *, sender: WebhookSender, secret: str, now: datetime
) -> tuple[DeliveryRecord, float | None]:
    """Try once to deliver; nothing is sent for a delivery that has ended.

    Args:
        delivery: As it is kept.
        body: From `body_of`.
        sender: Carries it.
        secret: The owner's, from `owner_secret`.
        now: Time of this attempt, with a zone: the signature's, and the record's.

    Returns:
        The record to keep, and the seconds to wait until the next attempt; None when this was the last.
    """
    if delivery.state != "pending":
        return delivery, None
    tried = replace(delivery, attempts=delivery.attempts + 1, last_status=None, updated_at=now)
    headers = headers_of(delivery, body, secret=secret, now=now)
    try:
        answer = await sender.post(delivery.url, body, headers=headers)
    except UrlFetchFailedError as error:
        return _failed(replace(tried, last_error=error.message), asked_s=0)
    except (UrlForbiddenError, UrlSchemeError, PayloadTooLargeError) as error:
        return replace(tried, state="dead", last_error=error.message), None
    return _judged(replace(tried, last_status=answer.status), answer, now=now)


def _judged(
    tried: DeliveryRecord, answer: WebhookAnswer, *, now: datetime
) -> tuple[DeliveryRecord, float | None]:
    status = answer.status
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return replace(tried, state="delivered", last_error=None), None
    redirected = HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST
    note = "; redirects are not followed" if redirected else ""
    tried = replace(tried, last_error=f"The webhook's server answered with status {status}{note}.")
    if status == HTTPStatus.GONE:
        return replace(tried, state="dead"), None
    return _failed(tried, asked_s=retry_after_s(answer.retry_after, now=now))


def _failed(tried: DeliveryRecord, *, asked_s: float) -> tuple[DeliveryRecord, float | None]:
    delay_s = retry_delay_s(tried.id, attempts=tried.attempts)
    if delay_s is None:
        return replace(tried, state="dead"), None
    return tried, max(delay_s, asked_s)


def unsent(delivery: DeliveryRecord, *, why: str, now: datetime) -> tuple[DeliveryRecord, float | None]:
    """An attempt that came to nothing on our side counts like one that the receiver refused.

    Returns:
        As `attempt`.
    """
    tried = replace(
        delivery, attempts=delivery.attempts + 1, last_status=None, last_error=why, updated_at=now
    )
    return _failed(tried, asked_s=0)


def reopened(delivery: DeliveryRecord, *, now: datetime, keep: timedelta = KEEP) -> DeliveryRecord:
    """The same delivery at the start of a new round: same id, so that a receiver knows what it has seen."""
    expires_at = max(delivery.expires_at, now + keep)
    return replace(delivery, state="pending", attempts=0, updated_at=now, expires_at=expires_at)


def is_under_way(delivery: DeliveryRecord, *, now: datetime) -> bool:
    """Whether a round is running that will end by itself."""
    return delivery.state == "pending" and now - delivery.updated_at <= OVERDUE_AFTER
