"""The threads of a replica."""

import asyncio
import threading
from collections.abc import Callable

import pytest

from serve_app.deployments import workers
from serve_app.deployments.workers import Workers


@pytest.fixture
async def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Moves the event loop's clock ahead. What is idle is so for an hour, which no slow machine passes by."""
    monkeypatch.setattr(workers, "IDLE_S", 3600.0)
    loop = asyncio.get_running_loop()
    ahead_s, real = [0.0], loop.time
    monkeypatch.setattr(loop, "time", lambda: real() + ahead_s[0])

    def move(seconds: float) -> None:
        ahead_s[0] += seconds

    return move


async def test_idle_threads_give_memory_back(later: Callable[[float], None]) -> None:
    """Some time after the last work, and not between two pieces of it, the idle callback runs in a thread."""
    called: list[str] = []
    idle = threading.Event()

    def release() -> None:
        called.append(threading.current_thread().name)
        idle.set()

    pool = Workers(1, name="device", when_idle=release)
    for _ in range(5):
        await pool.run(int)
        later(0.8 * workers.IDLE_S)
        await asyncio.sleep(0.001)  # timers that are due run before this one
    await pool.run(int)  # behind whatever the timer may have sent to the one thread
    assert called == []
    later(1.1 * workers.IDLE_S)
    assert await asyncio.to_thread(idle.wait, 30)
    assert called == ["device_0"]


async def test_errors_reach_the_caller() -> None:
    """What the work raises is raised where it was asked for, and the thread goes on."""
    pool = Workers(1, name="pixels")
    with pytest.raises(ZeroDivisionError):
        await pool.run(lambda: 1 // 0)
    assert await pool.run(lambda: 7) == 7
