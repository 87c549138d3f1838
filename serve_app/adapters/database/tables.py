"""The tables as they are at the newest revision; `migrations/` leads there, and a test holds that both agree.

Every list is read by (owner, created_at, id) and every clean-up by expires_at, hence the indexes.
"""

import sqlalchemy as sa

from serve_app.adapters.database.column_types import JsonText, Moment, PlainText, Serial, TextList

metadata = sa.MetaData(
    naming_convention={"pk": "pk_%(table_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s"}
)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, PlainText, nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, Moment, nullable=nullable)


def _id() -> sa.Column[str]:
    return sa.Column("id", PlainText, primary_key=True)


assets = sa.Table(
    "assets",
    metadata,
    # The order in which files were added, which their times do not tell.
    sa.Column("position", Serial, sa.Identity(), primary_key=True),
    sa.Column("id", PlainText, nullable=False, unique=True),
    _text("owner"),
    _text("key"),
    _text("role"),
    _text("content_type"),
    sa.Column("width", sa.Double, nullable=False),
    sa.Column("height", sa.Double, nullable=False),
    sa.Column("dpi", sa.Double),
    sa.Column("bytes", sa.BigInteger, nullable=False),
    _text("sha256"),
    _moment("created_at"),
    _moment("expires_at"),
    _text("parent_id", nullable=True),
    _text("content_key", nullable=True),
    sa.Column("notes", JsonText),
    sa.Index("ix_assets_key", "key"),
    sa.Index("ix_assets_content_key", "owner", "content_key"),
    sa.Index("ix_assets_parent_id", "parent_id", "position"),
    sa.Index("ix_assets_expires_at", "expires_at"),
)

processed_images = sa.Table(
    "processed_images",
    metadata,
    _id(),
    _text("owner"),
    _text("original_url", nullable=True),
    _text("processed_url", nullable=True),
    _text("processing_type"),
    sa.Column("parameters", JsonText, nullable=False),
    _text("input_sha256", nullable=True),
    _text("output_sha256", nullable=True),
    _text("model", nullable=True),
    _text("model_version", nullable=True),
    sa.Column("timings_ms", JsonText, nullable=False),
    sa.Column("megapixels", sa.Double, nullable=False),
    _moment("created_at"),
    _moment("expires_at"),
    _text("job_id", nullable=True),
    sa.Index("ix_processed_images_owner", "owner", "created_at", "id"),
    sa.Index("ix_processed_images_expires_at", "expires_at"),
)

asset_packs = sa.Table(
    "asset_packs",
    metadata,
    _id(),
    _text("owner"),
    _text("team_name"),
    _text("sport"),
    _text("logo_url", nullable=True),
    _text("tshirt_front_url", nullable=True),
    _text("tshirt_back_url", nullable=True),
    _text("banner_url", nullable=True),
    sa.Column("manifest", JsonText, nullable=False),
    _moment("created_at"),
    _moment("expires_at"),
    _text("job_id", nullable=True),
    sa.Index("ix_asset_packs_owner", "owner", "created_at", "id"),
    sa.Index("ix_asset_packs_expires_at", "expires_at"),
)

brand_kits = sa.Table(
    "brand_kits",
    metadata,
    # An id is the owner's: nobody can replace, or learn of, another owner's kit by its id.
    sa.Column("owner", PlainText, primary_key=True),
    _id(),
    _text("name"),
    _text("team_name"),
    _text("sport"),
    sa.Column("colors", TextList, nullable=False),
    _text("logo_asset_id", nullable=True),
    _moment("created_at"),
    _moment("updated_at"),
    _text("garment_color", nullable=True),
    sa.Column("logo_facts", JsonText),
    _moment("expires_at", nullable=True),
    sa.Index("ix_brand_kits_owner", "owner", "created_at", "id"),
    sa.Index("ix_brand_kits_expires_at", "expires_at"),
)

api_keys = sa.Table(
    "api_keys",
    metadata,
    _id(),
    _text("owner"),
    _text("name"),
    sa.Column("sha256", PlainText, nullable=False, unique=True),
    sa.Column("scopes", TextList, nullable=False),
    _text("plan"),
    _moment("created_at"),
    _moment("last_used_at", nullable=True),
    _moment("revoked_at", nullable=True),
)

idempotency = sa.Table(
    "idempotency",
    metadata,
    sa.Column("owner", PlainText, primary_key=True),
    sa.Column("key", PlainText, primary_key=True),
    _text("fingerprint"),
    _moment("lease_until"),
    _moment("expires_at"),
    # The answer; without a status there is none yet.
    sa.Column("status", sa.Integer),
    _text("media_type", nullable=True),
    sa.Column("headers", JsonText),
    sa.Column("body", sa.LargeBinary),
    _text("object_key", nullable=True),
    sa.Index("ix_idempotency_expires_at", "expires_at"),
    sa.Index("ix_idempotency_object_key", "object_key"),
)

webhook_deliveries = sa.Table(
    "webhook_deliveries",
    metadata,
    _id(),
    _text("owner"),
    _text("job_id"),
    _text("url"),
    _text("state"),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("last_status", sa.Integer),
    _text("last_error", nullable=True),
    _moment("created_at"),
    _moment("updated_at"),
    _moment("expires_at"),
    sa.Index("ix_webhook_deliveries_owner", "owner", "created_at", "id"),
    sa.Index("ix_webhook_deliveries_expires_at", "expires_at"),
)
