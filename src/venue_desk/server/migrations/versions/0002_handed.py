"""What a desk still had when it was told to remove its records, and when it said that it did."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("device", sa.Column("wiped", sa.Text(), nullable=True))
    op.create_table(
        "handed",
        sa.Column("venue_id", sa.String(length=32), nullable=False),
        sa.Column("device", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("received", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("settled", sa.Text(), nullable=True),
        sa.Column("taken", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("venue_id", "device", "id"),
    )
