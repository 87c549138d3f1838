"""An empty and an old database become this version's, on both engines."""

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.types import TypeEngine

from serve_app.adapters.database import SqlDatabase
from serve_app.adapters.database.address import read_address
from serve_app.adapters.database.engines import open_migration_engine
from serve_app.adapters.database.migrate import FOLDER, migrate
from serve_app.adapters.database.revision import NEWEST
from serve_app.adapters.database.statements import values_of
from serve_app.adapters.database.tables import metadata
from serve_app.errors import UnavailableError
from tests.contract.database_rows import ANSWER, HOUR, NOW, OWNER, api_key, asset, delivery, image, kit, pack

CLAIM: dict[str, Any] = {"owner": OWNER, "fingerprint": "f", "now": NOW, "lease": HOUR, "ttl": HOUR}
NOT_IN_0001 = {
    "assets": {"content_key", "notes"},
    "processed_images": {"job_id"},
    "asset_packs": {"job_id"},
    "brand_kits": {"garment_color", "logo_facts", "expires_at"},
    "idempotency": {"object_key"},
}


def engine_of(url: str) -> AsyncEngine:
    """An engine of a test's own."""
    return open_migration_engine(read_address(url))


def other_type(
    context: MigrationContext,
    _inspected: object,
    _column: object,
    there: TypeEngine[Any],
    wanted: TypeEngine[Any],
) -> bool:
    """Whether a column's type is not the wanted one: as they are written in SQL, where collations show."""
    dialect = context.dialect
    # SQLAlchemy writes TEXT of an own type as VARCHAR, which is the same to Postgres.
    return there.compile(dialect) != wanted.compile(dialect).replace("VARCHAR", "TEXT")


async def write_old_rows(url: str) -> None:
    """One row in each table that revision 0001 has."""
    answer = {"owner": OWNER, "key": "key", "fingerprint": "f", "lease_until": NOW, "expires_at": NOW + HOUR}
    rows = {
        "assets": values_of(asset()),
        "processed_images": values_of(image()),
        "asset_packs": values_of(pack()),
        "brand_kits": values_of(kit()),
        "api_keys": values_of(api_key()),
        "idempotency": answer | values_of(ANSWER),
    }
    engine = engine_of(url)
    async with engine.begin() as connection:
        for table, row in rows.items():
            known = {name: value for name, value in row.items() if name not in NOT_IN_0001.get(table, ())}
            await connection.execute(sa.insert(metadata.tables[table]).values(known))
    await engine.dispose()


async def test_empty_database(database_url: str) -> None:
    """A database without tables is refused until it is migrated; migrating twice is migrating once."""
    database = SqlDatabase.from_url(database_url)
    with pytest.raises(UnavailableError):
        await database.check()
    await database.migrate()
    await database.check()
    await database.images.add(image())
    await database.migrate()
    assert await database.images.get("image_1", owner=OWNER) == image()
    await database.close()


async def test_old_database_keeps_its_rows(database_url: str) -> None:
    """Every row of the first revision is there after the upgrade, and what is new works."""
    await migrate(read_address(database_url), to="0001")
    await write_old_rows(database_url)
    database = SqlDatabase.from_url(database_url)
    with pytest.raises(UnavailableError, match="not migrated"):
        await database.check()
    await database.migrate()
    await database.check()
    assert await database.assets.get("asset_1", owner=OWNER) == asset()
    assert await database.images.get("image_1", owner=OWNER) == image()
    assert await database.packs.get("pack_1", owner=OWNER) == pack(job_id=None)
    assert await database.brand_kits.get("kit_1", owner=OWNER) == kit()
    assert await database.keys.every() == (api_key(),)
    assert await database.idempotency.claim("key", **CLAIM) == ANSWER
    await database.images.add(image(id="new", job_id="job_1"))
    await database.assets.add([asset(id="new", content_key="ab", notes={"roles": ["é"]})])
    await database.brand_kits.save(kit(id="new", logo_facts={"kind": "flat"}, expires_at=NOW + HOUR))
    await database.webhooks.save(delivery())
    assert await database.images.get("new", owner=OWNER) == image(id="new", job_id="job_1")
    (again,) = await database.assets.made_of(["ab"], owner=OWNER, alive_at=NOW)
    assert again.notes == {"roles": ["é"]}
    assert await database.brand_kits.delete_expired(now=NOW + HOUR) == 1
    await database.close()


async def test_many_migrate_at_once(database_url: str) -> None:
    """Replicas that start together all find the database migrated."""
    replicas = [SqlDatabase.from_url(database_url) for _ in range(6)]
    await asyncio.gather(*(replica.migrate() for replica in replicas))
    await asyncio.gather(*(replica.check() for replica in replicas))
    for replica in replicas:
        await replica.close()


async def test_newer_database_is_left_alone(database_url: str) -> None:
    """A database of a later version is neither used nor changed."""
    database = SqlDatabase.from_url(database_url)
    await database.migrate()
    engine = engine_of(database_url)
    async with engine.begin() as connection:
        await connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    await engine.dispose()
    with pytest.raises(UnavailableError, match="could not be migrated"):
        await database.migrate()
    with pytest.raises(UnavailableError, match="not migrated"):
        await database.check()
    await database.close()


async def test_failed_migration_changes_nothing(database_url: str) -> None:
    """A migration that fails half-way leaves the database as it was, and can be run again."""
    engine = engine_of(database_url)
    await migrate(read_address(database_url), to="0001")
    async with engine.begin() as connection:
        await connection.execute(sa.text("CREATE TABLE webhook_deliveries (id TEXT)"))
    with pytest.raises(UnavailableError):
        await migrate(read_address(database_url))
    async with engine.begin() as connection:
        columns = await connection.run_sync(lambda sync: sa.inspect(sync).get_columns("asset_packs"))
        assert "job_id" not in {column["name"] for column in columns}
        await connection.execute(sa.text("DROP TABLE webhook_deliveries"))
    await engine.dispose()
    await migrate(read_address(database_url))


async def test_migrations_lead_to_the_tables(database_url: str) -> None:
    """What the revisions make is what `tables.py` says: columns, types, empty values, indexes."""
    await migrate(read_address(database_url))
    engine = engine_of(database_url)

    def differences(connection: sa.Connection) -> list[Any]:
        options = {"compare_type": other_type}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))

    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


def test_the_revision_that_is_needed_is_the_newest() -> None:
    """What a running service asks of its database is what migrating leads to."""
    assert ScriptDirectory(str(FOLDER)).get_current_head() == NEWEST
