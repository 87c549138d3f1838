"""Jobs: what they made, where their webhooks went, and answers whose body lies in the object store."""

import sqlalchemy as sa
from alembic import op

from serve_app.adapters.database.migrations.columns import moment, text

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns to what is there, and the table of deliveries."""
    op.add_column("processed_images", text("job_id", nullable=True))
    op.add_column("asset_packs", text("job_id", nullable=True))
    op.add_column("idempotency", text("object_key", nullable=True))
    op.create_index("ix_idempotency_object_key", "idempotency", ["object_key"])
    op.create_table(
        "webhook_deliveries",
        text("id"),
        text("owner"),
        text("job_id"),
        text("url"),
        text("state"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_status", sa.Integer()),
        text("last_error", nullable=True),
        moment("created_at"),
        moment("updated_at"),
        moment("expires_at"),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_deliveries"),
    )
    op.create_index("ix_webhook_deliveries_owner", "webhook_deliveries", ["owner", "created_at", "id"])
    op.create_index("ix_webhook_deliveries_expires_at", "webhook_deliveries", ["expires_at"])
