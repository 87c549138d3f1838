"""Postgres or SQLite behind the `Database` port."""

from serve_app.adapters.database.database import SqlDatabase

__all__ = ["SqlDatabase"]
