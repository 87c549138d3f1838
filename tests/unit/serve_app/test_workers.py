"""The threads of a replica."""

import asyncio
import threading

import pytest

from serve_app.deployments import workers
from serve_app.deployments.workers import Workers


async def test_idle_threads_give_memory_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some time after the last work, and not between two pieces of it, the idle callback runs in a thread."""
    monkeypatch.setattr(workers, "IDLE_S", 0.05)
    called: list[str] = []
    idle = threading.Event()

    def release() -> None:
        called.append(threading.current_thread().name)
        idle.set()

    pool = Workers(1, name="device", when_idle=release)
    for _ in range(5):
        await pool.run(int)
        await asyncio.sleep(0.01)
    assert called == []
    await asyncio.to_thread(idle.wait, 5)
    assert called == ["device_0"]


async def test_errors_reach_the_caller() -> None:
    """What the work raises is raised where it was asked for, and the thread goes on."""
    pool = Workers(1, name="pixels")
    with pytest.raises(ZeroDivisionError):
        await pool.run(lambda: 1 // 0)
    assert await pool.run(lambda: 7) == 7
