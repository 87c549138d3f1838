"""Brand kits with files of their own, and files that are found again by what they were made of."""

from alembic import op

from serve_app.adapters.database.migrations.columns import json, moment, text

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns to what is there; every one may be empty."""
    op.add_column("assets", text("content_key", nullable=True))
    op.add_column("assets", json("notes", nullable=True))
    op.create_index("ix_assets_content_key", "assets", ["owner", "content_key"])
    op.add_column("brand_kits", text("garment_color", nullable=True))
    op.add_column("brand_kits", json("logo_facts", nullable=True))
    op.add_column("brand_kits", moment("expires_at", nullable=True))
    op.create_index("ix_brand_kits_expires_at", "brand_kits", ["expires_at"])
