"""Whole tables out of, and into, Postgres or SQLite: what backup and restore are made of."""

from serve_app.adapters.table_copy.sets import job_tables, service_tables
from serve_app.adapters.table_copy.tables import SqlTables

__all__ = ["SqlTables", "job_tables", "service_tables"]
