"""The way to a Redis that may be gone: every question is bounded in time, and none is asked while it is."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from redis.asyncio import Redis
from redis.asyncio.lock import Lock
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    AuthenticationError,
    AuthorizationError,
    LockError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    ResponseError,
)
from redis.exceptions import ConnectionError as NoConnectionError
from redis.exceptions import TimeoutError as NoAnswerError

from serve_app.telemetry import LOG

Answer = TypeVar("Answer")
MAX_CONNECTIONS = 32
FIRST_PROBE_S = 0.25
LAST_PROBE_S = 2.0
_PLAIN = {
    AuthenticationError: "it refuses the user name or password",
    AuthorizationError: "it refuses this user",
    NoAnswerError: "it does not answer in time",
    TimeoutError: "it does not answer in time",
    NoConnectionError: "no connection",
    OSError: "no connection",
    OutOfMemoryError: "its memory is full",
    ReadOnlyError: "it is a read-only copy",
    NoPermissionError: "this user lacks a right",
    ResponseError: "it answers with an error",
}


class OutOfReachError(Exception):
    """The question has no answer: Redis is gone, or refused it."""


class RedisLink:
    """Asks Redis, and knows whether there is any use in it.

    The first question that gets no answer marks Redis as gone: from then on questions fail at once, while one
    task looks for it, four times a second at first and every other second later. Refusals (memory full, a
    read-only copy, a missing right) cost no time and leave the link as it is.

    Args:
        client: As `open_client` makes it.
        limit_s: Time of one question, waiting for a connection included.
    """

    def __init__(self, client: Redis, *, limit_s: float) -> None:
        self._client = client
        self._limit_s = limit_s
        self._room = asyncio.Semaphore(MAX_CONNECTIONS)
        self._endless: set[asyncio.Task[Any]] = set()
        self._ending: set[asyncio.Task[Any]] = set()
        self._gone_since: float | None = None
        self._gone_why = ""
        self._refusal: str | None = None

    @property
    def trouble(self) -> str | None:
        """What is wrong, in words without secrets; None when nothing is."""
        return self._gone_why if self._gone_since is not None else self._refusal

    async def ask(self, question: Callable[[Redis], Awaitable[Answer]], *, writes: bool = False) -> Answer:
        """The answer of Redis.

        Args:
            question: Asks the client one thing.
            writes: An answer shows that Redis takes writes.

        Raises:
            OutOfReachError: there is none.
            LockError: a lock is another's.
        """
        self._is_there()
        try:
            async with asyncio.timeout(self._limit_s), self._room:
                self._is_there()  # it may have gone while this one waited
                answer = await question(self._client)
        except (LockError, OutOfReachError):
            raise
        except ResponseError as error:
            self._refused(_in_words(error))
            raise OutOfReachError from error
        except Exception as error:  # a cache may be slow, never an error: also for rubbish answers
            self._is_gone(error)
            raise OutOfReachError from error
        if writes:
            self._refused(None)
        return answer

    def lock(self, name: bytes, *, lease_s: float) -> Lock:
        """A lock of Redis, not yet taken, that ends by itself after a lease."""
        return self._client.lock(name, timeout=lease_s, thread_local=False)

    def spawn(self, work: Coroutine[Any, Any, Answer], *, endless: bool = False) -> asyncio.Task[Answer]:
        """Start work that outlives its caller, but not the link; `endless` work is cancelled by `close`."""
        task = asyncio.get_running_loop().create_task(work)
        kept = self._endless if endless else self._ending
        kept.add(task)
        task.add_done_callback(kept.discard)
        return task

    async def close(self) -> None:
        """Let work end (each question is bounded), then the connections; questions fail from now on."""
        for task in self._endless:
            task.cancel()
        await asyncio.gather(*self._endless, *self._ending, return_exceptions=True)
        self._gone_since, self._gone_why = time.monotonic(), "closed"
        try:
            async with asyncio.timeout(self._limit_s):
                await self._client.aclose()
        except Exception as error:  # noqa: BLE001 - a server that is gone cannot be told good-bye
            LOG.debug("The cache's Redis was left without a good-bye: %s.", _in_words(error))

    def _is_there(self) -> None:
        if self._gone_since is not None:
            raise OutOfReachError

    def _is_gone(self, error: Exception) -> None:
        if self._gone_since is not None:
            return
        self._gone_since, self._gone_why = time.monotonic(), _in_words(error)
        LOG.warning("The cache's Redis is gone (%s): going on without it.", self._gone_why)
        self.spawn(self._find_again(self._gone_since), endless=True)

    async def _find_again(self, since: float) -> None:
        pause_s = FIRST_PROBE_S
        while True:
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, LAST_PROBE_S)
            try:
                async with asyncio.timeout(self._limit_s):
                    # What lies in the pool leads to a server that is no more.
                    await self._client.connection_pool.disconnect(inuse_connections=False)
                    await self._client.ping()
            except Exception as error:  # noqa: BLE001 - whatever it is, Redis is not back
                self._gone_why = _in_words(error)
            else:
                break
        self._gone_since = None
        LOG.info("The cache's Redis is back after %.1f s.", time.monotonic() - since)

    def _refused(self, why: str | None) -> None:
        if why and not self._refusal:
            LOG.warning("The cache's Redis answers, but does not help (%s).", why)
        if self._refusal and not why:
            LOG.info("The cache's Redis takes writes again.")
        self._refusal = why


def open_client(url: str, *, connect_s: float, socket_s: float) -> Redis:
    """A client that connects when it is first asked, never repeats a command, and speaks RESP 2.

    Raises:
        ValueError: not the URL of a Redis. The text does not repeat it: there may be a password in it.
    """
    try:
        return Redis.from_url(
            url,
            protocol=2,  # every server knows it, and nothing here needs more
            socket_connect_timeout=connect_s,
            socket_timeout=socket_s,
            retry=Retry(NoBackoff(), 0),
            max_connections=2 * MAX_CONNECTIONS,
        )
    except (ValueError, TypeError):
        raise ValueError("REDIS_URL is not redis://, rediss:// or unix://, with a number as port.") from None


def _in_words(error: Exception) -> str:
    """What went wrong; never the error's own text, which may name hosts and users."""
    words = (words for kind, words in _PLAIN.items() if isinstance(error, kind))
    return next(words, "it does not speak as Redis does")
