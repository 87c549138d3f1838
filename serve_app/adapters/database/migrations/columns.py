"""Columns as the revisions write them; like the revisions, they never change."""

import sqlalchemy as sa

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    """Text in the order of code points."""
    return sa.Column(name, TEXT, nullable=nullable)


def moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    """`timestamptz`; text in SQLite."""
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def json(name: str, *, nullable: bool = False) -> sa.Column[object]:
    """`json`."""
    return sa.Column(name, sa.JSON(), nullable=nullable)


def number(name: str, *, nullable: bool = False) -> sa.Column[float]:
    """A double."""
    return sa.Column(name, sa.Double(), nullable=nullable)
