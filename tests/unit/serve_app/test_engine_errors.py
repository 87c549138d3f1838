"""What failed calls mean, and when a replica is ill."""

import pickle
from types import SimpleNamespace
from typing import Any

import pytest
from ray.exceptions import ActorDiedError, RayActorError, RayTaskError
from ray.serve.exceptions import BackPressureError, RayServeException

import imaging.errors
import serve_app.errors
from imaging.banner.errors import BannerSpecError
from imaging.errors import CorruptImageError
from imaging.garment.errors import UnknownZoneError
from serve_app.adapters.engines import translate
from serve_app.deployments.describe import check_not_hung
from serve_app.errors import FieldError, InvalidFieldsError, OverloadedError, WorkerLostError


def task_error(cause: Exception) -> RayTaskError:
    """A failure as Ray delivers it."""
    return RayTaskError("step", "traceback", cause)


def test_own_errors_come_back_as_raised() -> None:
    """An error of ours, however deep in Ray's wrapping, is itself again."""
    inner = CorruptImageError("damaged")
    assert translate(task_error(task_error(inner))) is inner
    assert translate(task_error(inner).as_instanceof_cause()) is inner


def test_full_queues_are_overload() -> None:
    """Serve's backpressure is `OverloadedError`, which carries when to come back."""
    error = translate(BackPressureError(num_queued_requests=9, max_queued_requests=8))
    assert isinstance(error, OverloadedError)
    assert error.retry_after_s >= 1


def test_dead_replicas_are_unavailable() -> None:
    """A replica that died is `WorkerLostError`, which is 503: the request may be sent again."""
    assert isinstance(translate(RayActorError()), WorkerLostError)
    # As Serve tells the stages after it: an error of its own, caused by what Ray said.
    told = RayServeException("Request failed because an upstream actor died.")
    told.__cause__ = task_error(ActorDiedError()).as_instanceof_cause()
    assert isinstance(translate(told), WorkerLostError)


def test_defects_stay_what_they_are() -> None:
    """An error that nobody foresaw is not dressed up."""
    defect = KeyError("x")
    assert translate(defect) is defect


def _all_errors() -> list[Exception]:
    plain = [
        kind("text")
        for module in (serve_app.errors, imaging.errors)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Exception)
    ]
    return [
        *plain,
        OverloadedError("text", 7),
        InvalidFieldsError("text", (FieldError("a", "b"),)),
        BannerSpecError("width_in", "too wide"),
        UnknownZoneError("text"),
    ]


@pytest.mark.parametrize("error", _all_errors(), ids=lambda error: type(error).__name__)
def test_errors_survive_the_way_between_processes(error: Exception) -> None:
    """Every error pickles to itself, with its fields."""
    back: Any = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(back) is type(error)
    assert str(back) == str(error)
    assert vars(back) == vars(error)


def test_hung_device_fails_the_health_check() -> None:
    """A batch that runs for too long fails the check, others pass."""
    check_not_hung(SimpleNamespace(running_for_s=lambda: 59.0), after_s=60)  # type: ignore[arg-type]
    with pytest.raises(RuntimeError, match="61 s"):
        check_not_hung(SimpleNamespace(running_for_s=lambda: 61.0), after_s=60)  # type: ignore[arg-type]
