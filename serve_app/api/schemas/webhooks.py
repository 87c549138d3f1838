"""`/webhooks`."""

from datetime import datetime

from serve_app.api.schemas.base import Answer
from serve_app.records import DeliveryState


class DeliveryAnswer(Answer):
    """A finished job on its way to its `webhook_url`."""

    id: str
    """Also in the body that is sent and in `X-Webhook-Id`, the same for every attempt."""
    job_id: str
    url: str
    state: DeliveryState
    """`pending` until a server takes it or eleven attempts over a day have failed: then it is `dead`."""
    attempts: int
    """Since the job ended, or since it was last redelivered."""
    last_status: int | None
    """Of the last attempt's answer; null when there was none."""
    last_error: str | None
    created_at: datetime
    updated_at: datetime
    """Time of the last attempt."""
    expires_at: datetime
    """When it leaves this list."""


class DeliveryPageAnswer(Answer):
    """`GET /webhooks`."""

    items: list[DeliveryAnswer]
    next_cursor: str | None
    """Where the next page begins; null on the last."""


class WebhookSecretAnswer(Answer):
    """`GET /webhooks/secret`."""

    secret: str
    """Key of the HMAC-SHA256 in `X-Signature`, as UTF-8 text with its prefix."""
