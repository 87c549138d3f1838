"""`Cache-Control` of requests."""

from datetime import UTC, datetime, timedelta

import pytest

from serve_app.api.cache_control import CacheWishes, read_wishes

NOW = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "wishes"),
    [
        ([], CacheWishes()),
        (["no-cache"], CacheWishes(may_reuse=False)),
        (["No-Cache"], CacheWishes(may_reuse=False)),
        (["private", "no-store"], CacheWishes(may_reuse=False, may_store=False)),
        (["max-age=0"], CacheWishes(may_reuse=False, max_age_s=0)),
        (['no-transform, max-age="60"'], CacheWishes(max_age_s=60)),
        (["max-age", "max-age=-1", "max-age=soon", "x-no-cache", "only-if-cached"], CacheWishes()),
        ([f"max-age={'9' * 5000}"], CacheWishes()),
    ],
)
def test_headers_as_wishes(headers: list[str], wishes: CacheWishes) -> None:
    """Directives are whole words of any case, over all headers; what is malformed says nothing."""
    assert read_wishes(headers) == wishes


def test_age_of_a_result() -> None:
    """`max-age` is the age up to which a result will do."""
    wishes = read_wishes(["max-age=60"])
    assert wishes.take(NOW - timedelta(seconds=60), now=NOW)
    assert not wishes.take(NOW - timedelta(seconds=61), now=NOW)
