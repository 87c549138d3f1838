"""Which revision of the tables a database is at. Alembic is not loaded for it: 10 MB a process."""

from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError
from sqlalchemy.ext.asyncio import AsyncConnection

NEWEST: Final = "0003"
"""What this version of the service needs: the head of `migrations/versions`."""
_VERSION: Final = sa.table("alembic_version", sa.column("version_num", sa.Text)).columns["version_num"]


async def revision_of(connection: AsyncConnection) -> str | None:
    """The revision that a database is at; None when it was never migrated."""
    try:
        return await connection.scalar(sa.select(_VERSION))
    except DatabaseError as error:
        if "alembic_version" in str(error.orig):  # no such table
            return None
        raise
