"""Every table behind the `Database` port, on Postgres or SQLite."""

from typing import Self

from sqlalchemy import URL

from serve_app.adapters.database.address import POSTGRES, read_address
from serve_app.adapters.database.assets import SqlAssets
from serve_app.adapters.database.brand_kits import SqlBrandKits
from serve_app.adapters.database.connections import Connections
from serve_app.adapters.database.engines import POSTGRES_LIMIT_S, SQLITE_LIMIT_S, open_engine
from serve_app.adapters.database.idempotency import SqlIdempotency
from serve_app.adapters.database.images import SqlImages
from serve_app.adapters.database.keys import SqlKeys
from serve_app.adapters.database.packs import SqlPacks
from serve_app.adapters.database.revision import NEWEST, revision_of
from serve_app.adapters.database.webhooks import SqlWebhooks
from serve_app.errors import UnavailableError

_POSTGRES_CONNECTIONS = 8
_SQLITE_READERS = 4


class SqlDatabase:
    """One database; opened at the first use, and used from one event loop."""

    def __init__(self, address: URL, *, connections: int) -> None:
        self._address = address
        postgres = address.drivername == POSTGRES
        engine = open_engine(address, connections=connections if postgres else connections + 1)
        # SQLite has one writer: those of one process wait for each other in order, not by trying again.
        self._connections = Connections(
            engine,
            limit_s=POSTGRES_LIMIT_S if postgres else SQLITE_LIMIT_S,
            readers=connections,
            writers=None if postgres else 1,
        )
        self.assets = SqlAssets(self._connections)
        self.images = SqlImages(self._connections)
        self.packs = SqlPacks(self._connections)
        self.brand_kits = SqlBrandKits(self._connections)
        self.keys = SqlKeys(self._connections)
        self.idempotency = SqlIdempotency(self._connections)
        self.webhooks = SqlWebhooks(self._connections)

    @classmethod
    def from_url(cls, url: str, *, connections: int | None = None) -> Self:
        """Name a database; nothing is opened.

        Args:
            url: `postgresql://user:password@host/name?sslmode=…`, `postgres://…` or `sqlite:///absolute/path`.
            connections: At most so many at once; 8 to Postgres, 4 readers and a writer of SQLite.

        Raises:
            ValueError: The URL is of no known form.
        """
        address = read_address(url)
        usual = _POSTGRES_CONNECTIONS if address.drivername == POSTGRES else _SQLITE_READERS
        return cls(address, connections=connections or usual)

    async def migrate(self) -> None:
        """Bring an empty or old database to this version; several processes may do so at once.

        Raises:
            UnavailableError: It cannot be reached or written to, or it is newer than this version.
        """
        from serve_app.adapters.database.migrate import migrate  # noqa: PLC0415 - loads Alembic, 10 MB

        await migrate(self._address)

    async def check(self) -> None:
        """Read one row.

        Raises:
            UnavailableError: It does not answer, or is not migrated to this version.
        """
        if await self._connections.read(revision_of) != NEWEST:
            raise UnavailableError("The database is not migrated to this version of the service.")

    async def close(self) -> None:
        """Let go of connections."""
        await self._connections.close()
