"""A repeated request is worked on once."""

import asyncio
import dataclasses
from collections import Counter
from typing import Any

from serve_app.adapters.database import SqlDatabase
from serve_app.ports.database import Claim
from serve_app.records import StoredAnswer
from tests.contract.database_rows import ANSWER, HOUR, NOW, OWNER

DAY = 24 * HOUR
MINE: dict[str, Any] = {"owner": OWNER, "fingerprint": "f"}
HELD: dict[str, Any] = {"owner": OWNER, "lease_until": NOW + HOUR}
"""What `claim` gives at `NOW`."""


async def claim(database: SqlDatabase, key: str = "key", **changes: Any) -> Claim | StoredAnswer:
    """Claim for an hour, to be kept a day."""
    return await database.idempotency.claim(key, **{**MINE, "now": NOW, "lease": HOUR, "ttl": DAY, **changes})


async def test_a_claim_and_its_answer(database: SqlDatabase) -> None:
    """First ours, then busy, then the answer, bytes and headers and all."""
    assert await claim(database) == "ours"
    assert await claim(database) == "busy"
    await database.idempotency.finish("key", **HELD, answer=ANSWER)
    assert await claim(database) == ANSWER
    assert await claim(database, now=NOW + 2 * HOUR) == ANSWER


async def test_another_request_under_the_same_key(database: SqlDatabase) -> None:
    """A key belongs to its first request, running or ended."""
    assert await claim(database) == "ours"
    assert await claim(database, fingerprint="other") == "reused"
    await database.idempotency.finish("key", **HELD, answer=ANSWER)
    assert await claim(database, fingerprint="other") == "reused"


async def test_keys_are_an_owners_own(database: SqlDatabase) -> None:
    """Two owners may use the same key."""
    assert await claim(database) == "ours"
    assert await claim(database, owner="other") == "ours"


async def test_released_is_free(database: SqlDatabase) -> None:
    """A claim that came to nothing can be taken by any request; an answer cannot be released."""
    assert await claim(database) == "ours"
    await database.idempotency.release("key", owner="other", lease_until=NOW + HOUR)
    assert await claim(database) == "busy"
    await database.idempotency.release("key", **HELD)
    assert await claim(database, fingerprint="other") == "ours"
    await database.idempotency.finish("key", **HELD, answer=ANSWER)
    await database.idempotency.release("key", **HELD)
    assert await claim(database, fingerprint="other") == ANSWER


async def test_dead_claims_are_taken_over(database: SqlDatabase) -> None:
    """A claim past its lease is taken over, by another request too, and an answer past its time."""
    assert await claim(database) == "ours"
    assert await claim(database, now=NOW + HOUR) == "ours"
    assert await claim(database, now=NOW + HOUR) == "busy"
    assert await claim(database, fingerprint="other", now=NOW + 2 * HOUR) == "ours"
    await database.idempotency.finish("key", owner=OWNER, lease_until=NOW + 3 * HOUR, answer=ANSWER)
    assert await claim(database, now=NOW + 2 * HOUR + DAY) == "ours"
    assert await claim(database, now=NOW + 2 * HOUR + DAY) == "busy"


async def test_who_was_taken_over_changes_nothing(database: SqlDatabase) -> None:
    """A worker that outlived its lease can neither answer for the one that took over, nor free its key."""
    await claim(database)
    assert await claim(database, now=NOW + HOUR) == "ours"
    await database.idempotency.finish("key", **HELD, answer=ANSWER)
    await database.idempotency.release("key", **HELD)
    assert await claim(database, now=NOW + HOUR) == "busy"
    await database.idempotency.finish("key", owner=OWNER, lease_until=NOW + 2 * HOUR, answer=ANSWER)
    assert await claim(database, now=NOW + HOUR) == ANSWER


async def test_the_first_answer_stays(database: SqlDatabase) -> None:
    """A worker that was thought dead and comes late changes nothing."""
    await claim(database)
    await database.idempotency.finish("key", **HELD, answer=ANSWER)
    await database.idempotency.finish("key", **HELD, answer=dataclasses.replace(ANSWER, status=500))
    await database.idempotency.finish("absent", **HELD, answer=ANSWER)
    assert await claim(database) == ANSWER
    assert await claim(database, "absent") == "ours"


async def test_fifty_at_once(database: SqlDatabase, database_url: str) -> None:
    """Of 50 equal requests to two replicas one is ours and 49 are busy, for a new key and a dead one."""
    other = SqlDatabase.from_url(database_url)
    for now in (NOW, NOW + HOUR):
        asked = [claim((database, other)[number % 2], now=now) for number in range(50)]
        assert Counter(await asyncio.gather(*asked)) == {"ours": 1, "busy": 49}
    await other.close()


async def test_a_burst_of_keys_is_served(database: SqlDatabase) -> None:
    """More callers than connections wait for their turn; none is turned away."""
    asked = [claim(database, f"key {number}") for number in range(100)]
    assert Counter(await asyncio.gather(*asked)) == {"ours": 100}


async def test_expired_answers_are_removed(database: SqlDatabase) -> None:
    """Rows past their time go, and name the objects that hold their bodies."""
    for key in ("a", "b", "c"):
        await claim(database, key, ttl=HOUR if key != "c" else DAY)
    stored = dataclasses.replace(ANSWER, body=None, object_key="k/a")
    await database.idempotency.finish("a", **HELD, answer=stored)
    assert await claim(database, "a") == stored
    assert await database.idempotency.delete_expired(now=NOW + HOUR, dry_run=True) == (2, ["k/a"])
    assert await database.idempotency.delete_expired(now=NOW + HOUR) == (2, ["k/a"])
    assert await database.idempotency.delete_expired(now=NOW + HOUR) == (0, [])
    assert await claim(database, "c", now=NOW) == "busy"


async def test_thousands_of_expired_answers(database: SqlDatabase) -> None:
    """Clean-up goes in portions, so that none runs into its time limit."""
    for start in range(0, 600, 100):
        await asyncio.gather(*(claim(database, f"key {start + number}") for number in range(100)))
    assert await database.idempotency.delete_expired(now=NOW + DAY) == (600, [])


async def test_cancelled_claim_can_be_released(database: SqlDatabase) -> None:
    """Who is cancelled in the middle of a claim hears of it when the claim is over, and can undo it."""
    for delay_ms in range(10):
        key = f"key {delay_ms}"
        call = asyncio.create_task(claim(database, key))
        await asyncio.sleep(delay_ms / 2000)
        call.cancel()
        await asyncio.wait({call})
        await database.idempotency.release(key, **HELD)
        assert await claim(database, key, fingerprint="other") == "ours"
