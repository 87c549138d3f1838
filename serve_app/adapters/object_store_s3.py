"""Opening a bucket of anything that speaks S3."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from obstore.store import S3Store

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig, S3Config  # typed dictionaries, for the checker only

_CLIENT: "ClientConfig" = {
    "connect_timeout": timedelta(seconds=1.5),
    # A backstop, the adapter waits less. A `read_timeout` would count while a body is being sent.
    "timeout": timedelta(seconds=60),
    # An endpoint may be plain http:// on loopback or inside a cluster; https:// ones are as safe as without,
    # since nobody but the operator names the endpoint.
    "allow_http": True,
}
_RETRIES: "RetryConfig" = {
    "max_retries": 3,
    "retry_timeout": timedelta(seconds=2),
    "backoff": {"init_backoff": timedelta(milliseconds=100), "max_backoff": timedelta(seconds=1), "base": 2},
}
"""A request that waits for the store is answered 503 in a few seconds, not in minutes."""


def open_bucket(url: str, *, options: Mapping[str, str]) -> S3Store:
    """Open `s3://bucket/prefix`; nothing is sent yet.

    `obstore` reads the usual variables itself: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN,
    AWS_REGION or AWS_DEFAULT_REGION, AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL (which may have a path, as
    Supabase's `https://PROJECT.supabase.co/storage/v1/s3` has). Buckets are addressed by path, which every
    server understands.

    Args:
        url: The bucket and what all keys begin with.
        options: `access_key_id`, `secret_access_key`, `region`, `endpoint` and so on; they go before the
            environment.
    """
    # Each upload carries the SHA-256 of its bytes, twice: signed as the payload's hash, and as the checksum
    # that S3 keeps with the object. A server refuses what arrives different.
    config = cast("S3Config", {"checksum_algorithm": "SHA256", **options})
    return S3Store.from_url(url, config=config, client_options=_CLIENT, retry_config=_RETRIES)
