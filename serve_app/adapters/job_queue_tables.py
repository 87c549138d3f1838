"""The parts of DBOS's tables that are read here, and the words in them."""

import sqlalchemy as sa

from serve_app.adapters.job_queue_format import SCHEMA
from serve_app.records import ENDED, JobState

STATES: dict[str, JobState] = {
    "ENQUEUED": "queued",
    "DELAYED": "queued",
    "PENDING": "running",
    "SUCCESS": "succeeded",
    "ERROR": "failed",
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": "failed",
    "CANCELLED": "cancelled",
}
"""DBOS's words for the states of a job."""
ENDED_WORDS = tuple(word for word, state in STATES.items() if state in ENDED)
_METADATA = sa.MetaData(schema=SCHEMA)
STATUS = sa.Table(
    "workflow_status",
    _METADATA,
    sa.Column("workflow_uuid", sa.Text, primary_key=True),
    sa.Column("status", sa.Text),
    sa.Column("name", sa.Text),
    sa.Column("authenticated_user", sa.Text),
    sa.Column("queue_name", sa.Text),
    sa.Column("created_at", sa.BigInteger),
    sa.Column("updated_at", sa.BigInteger),
    sa.Column("completed_at", sa.BigInteger),
    sa.Column("recovery_attempts", sa.BigInteger),
    sa.Column("application_version", sa.Text),
    sa.Column("attributes", sa.JSON),
)
INPUT = sa.Table(
    "workflow_input",
    _METADATA,
    sa.Column("workflow_uuid", sa.Text, primary_key=True),
    sa.Column("inputs", sa.Text),
)
OUTPUT = sa.Table(
    "workflow_output",
    _METADATA,
    sa.Column("workflow_uuid", sa.Text, primary_key=True),
    sa.Column("output", sa.Text),
    sa.Column("error", sa.Text),
)
STEPS = sa.Table("operation_outputs", _METADATA, sa.Column("workflow_uuid", sa.Text, primary_key=True))
STREAM = sa.Table(
    "streams",
    _METADATA,
    sa.Column("workflow_uuid", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("offset", sa.Integer, primary_key=True),
    sa.Column("value", sa.Text),
)
EVENT = sa.Table(
    "workflow_events",
    _METADATA,
    sa.Column("workflow_uuid", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.Text),
)
QUEUES = sa.Table("queues", _METADATA, sa.Column("name", sa.Text, primary_key=True))
