"""A digest of each row beside its stamps, their sums by table and month, and where a snapshot is kept meanwhile.

The digests themselves are computed after all migrations (store.digest.refresh): they cover the fields of today.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("stamp", sa.Column("digest", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_table(
        "bucket",
        sa.Column("venue_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("venue_id", "name"),
    )
    op.create_table(
        "part",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index(
        "journal_held",
        "journal",
        ["venue_id"],
        sqlite_where=sa.text("held IS NOT NULL"),
        postgresql_where=sa.text("held IS NOT NULL"),
    )
