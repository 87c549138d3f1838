"""What the queue's two ends agree on: names in DBOS's tables, and records as JSON.

The API's replicas write jobs and read their state, the dispatcher works on them; both may be of different
releases for a while. So everything in the database is JSON that a person can read, never pickled Python.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from dbos import DBOSPortableJSONSerializer, Serializer
from pydantic import TypeAdapter

Record = TypeVar("Record")
Json = dict[str, Any]

APPLICATION = "mighty-image-api"
"""Owner of the rows in DBOS's tables."""
SCHEMA = "dbos"
"""Where those tables lie in Postgres."""
JSON_FORMAT: Serializer = DBOSPortableJSONSerializer()
"""DBOS's own format for programs in different languages."""
JOB, JOB_QUEUE = "job", "jobs"
DELIVERY, DELIVERY_QUEUE = "deliver", "deliveries"
"""Workflow and queue of each kind of work."""
EVENTS = "events"
"""Key of a job's stream."""
TRIES = "tries"
"""Key of the event that counts how often a step was begun and not ended."""
ABANDONED = {
    "code": "job_abandoned",
    "detail": "The service died each time it worked on this job; it is not tried again.",
}
"""Why a job failed that no error was recorded for."""

_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {}


def dumped(record: Any) -> Json:
    """A record as JSON-ready values."""
    data: Json = _adapter(type(record)).dump_python(record, mode="json")
    return data


def loaded(kind: type[Record], data: Mapping[str, Any]) -> Record:
    """A record from what `dumped` gave.

    Raises:
        pydantic.ValidationError: it is not one.
    """
    return _adapter(kind).validate_python(data)


def _adapter(kind: type[Record]) -> TypeAdapter[Record]:
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def moment(epoch_ms: int) -> datetime:
    """DBOS's clock as ours."""
    return datetime.fromtimestamp(epoch_ms / 1e3, UTC)


def round_workflow(round_id: str) -> str:
    """The workflow of a round of a webhook's attempts; the first round of a job has the job's id."""
    return f"{DELIVERY}:{round_id}"
