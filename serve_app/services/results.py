"""Results of earlier requests, by what decides on them: an equal request gets the same files again."""

import hashlib
import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydantic import TypeAdapter, ValidationError

from serve_app.ports import AssetRecords, ResultCache
from serve_app.records import Outcome
from serve_app.services.work import Task

LEAST_LIFE = timedelta(hours=1)
"""A result whose files end sooner is made again."""
_OUTCOME = TypeAdapter(Outcome)


@dataclass(frozen=True, slots=True)
class Results:
    """Finds, keeps and makes each result once.

    The cache holds the answer; its files are the owner's assets, which must still be there. The key has the
    owner in it: nobody learns from a quick answer what others sent, and a file has one owner.
    """

    cache: ResultCache
    assets: AssetRecords
    engine: str
    """Fingerprint of everything but the request that decides on a result: code, configs, weights, device."""
    ttl: timedelta
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def key(self, task: Task, *, owner: str, state: str = "") -> str:
        """SHA-256 over owner, operation, parameters, the images' bytes, `Weight.state` and the engine."""
        parts = {
            "owner": owner,
            "kind": task.kind,
            "params": dict(task.params),
            "inputs": {name: hashlib.sha256(data).hexdigest() for name, data in task.inputs.items()},
            "accepted": task.accepted,
            "state": state,
            "engine": self.engine,
        }
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    async def find(self, key: str, *, owner: str) -> Outcome | None:
        """The result, where all its files are there and stay for a while. Raises `UnavailableError`."""
        value = await self.cache.get(key)
        if value is None:
            return None
        try:
            outcome = _OUTCOME.validate_json(value)
        except ValidationError:
            return None  # written by another version
        soon = self.now() + LEAST_LIFE
        if any(file.expires_at < soon for file in outcome.files):
            return None
        ids = {file.id for file in outcome.files}
        if await self.assets.present(ids, owner=owner) != ids:
            await self.cache.drop(key)
            return None
        return outcome

    async def keep(self, key: str, outcome: Outcome) -> None:
        """Remember a result."""
        await self.cache.put(key, _OUTCOME.dump_json(outcome), ttl=self.ttl)

    def once(self, key: str, *, wait_s: float) -> AbstractAsyncContextManager[None]:
        """The right to make a result; look again with `find` after getting it."""
        return self.cache.single_flight(key, wait_s=wait_s)
