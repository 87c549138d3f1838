"""The tables that history, assets, keys and repeated requests need."""

import sqlalchemy as sa
from alembic import op

from serve_app.adapters.database.migrations.columns import SERIAL, json, moment, number, text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them in an empty database."""
    _assets()
    _processed_images()
    _asset_packs()
    _brand_kits()
    _api_keys()
    _idempotency()


def _assets() -> None:
    op.create_table(
        "assets",
        sa.Column("position", SERIAL, sa.Identity(), nullable=False),
        text("id"),
        text("owner"),
        text("key"),
        text("role"),
        text("content_type"),
        number("width"),
        number("height"),
        number("dpi", nullable=True),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        text("sha256"),
        moment("created_at"),
        moment("expires_at"),
        text("parent_id", nullable=True),
        sa.PrimaryKeyConstraint("position", name="pk_assets"),
        sa.UniqueConstraint("id", name="uq_assets_id"),
    )
    op.create_index("ix_assets_key", "assets", ["key"])
    op.create_index("ix_assets_parent_id", "assets", ["parent_id", "position"])
    op.create_index("ix_assets_expires_at", "assets", ["expires_at"])


def _processed_images() -> None:
    op.create_table(
        "processed_images",
        text("id"),
        text("owner"),
        text("original_url", nullable=True),
        text("processed_url", nullable=True),
        text("processing_type"),
        json("parameters"),
        text("input_sha256", nullable=True),
        text("output_sha256", nullable=True),
        text("model", nullable=True),
        text("model_version", nullable=True),
        json("timings_ms"),
        number("megapixels"),
        moment("created_at"),
        moment("expires_at"),
        sa.PrimaryKeyConstraint("id", name="pk_processed_images"),
    )
    op.create_index("ix_processed_images_owner", "processed_images", ["owner", "created_at", "id"])
    op.create_index("ix_processed_images_expires_at", "processed_images", ["expires_at"])


def _asset_packs() -> None:
    op.create_table(
        "asset_packs",
        text("id"),
        text("owner"),
        text("team_name"),
        text("sport"),
        text("logo_url", nullable=True),
        text("tshirt_front_url", nullable=True),
        text("tshirt_back_url", nullable=True),
        text("banner_url", nullable=True),
        json("manifest"),
        moment("created_at"),
        moment("expires_at"),
        sa.PrimaryKeyConstraint("id", name="pk_asset_packs"),
    )
    op.create_index("ix_asset_packs_owner", "asset_packs", ["owner", "created_at", "id"])
    op.create_index("ix_asset_packs_expires_at", "asset_packs", ["expires_at"])


def _brand_kits() -> None:
    op.create_table(
        "brand_kits",
        text("owner"),
        text("id"),
        text("name"),
        text("team_name"),
        text("sport"),
        json("colors"),
        text("logo_asset_id", nullable=True),
        moment("created_at"),
        moment("updated_at"),
        sa.PrimaryKeyConstraint("owner", "id", name="pk_brand_kits"),
    )
    op.create_index("ix_brand_kits_owner", "brand_kits", ["owner", "created_at", "id"])


def _api_keys() -> None:
    op.create_table(
        "api_keys",
        text("id"),
        text("owner"),
        text("name"),
        text("sha256"),
        json("scopes"),
        text("plan"),
        moment("created_at"),
        moment("last_used_at", nullable=True),
        moment("revoked_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.UniqueConstraint("sha256", name="uq_api_keys_sha256"),
    )


def _idempotency() -> None:
    op.create_table(
        "idempotency",
        text("owner"),
        text("key"),
        text("fingerprint"),
        moment("lease_until"),
        moment("expires_at"),
        sa.Column("status", sa.Integer()),
        text("media_type", nullable=True),
        json("headers", nullable=True),
        sa.Column("body", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("owner", "key", name="pk_idempotency"),
    )
    op.create_index("ix_idempotency_expires_at", "idempotency", ["expires_at"])
