"""Alembic runs this to learn how to migrate; the connection, and its transaction, come from `migrate.py`."""

from alembic import context

from serve_app.adapters.database.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # The caller's transaction holds everything, on SQLite too: its DDL can be rolled back like any other.
    transactional_ddl=False,
)
context.run_migrations()
