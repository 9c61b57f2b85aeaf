"""What the agency sees of each desk, and its own users."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.add_column("device", sa.Column("release", sa.Text(), nullable=True))
    op.add_column("device", sa.Column("cursor", sa.BigInteger(), nullable=True))
    op.add_column("device", sa.Column("wipe", sa.Text(), nullable=True))
    if not sa.inspect(op.get_bind()).has_table("console_user"):
        op.create_table(
            "console_user",
            sa.Column("id", sa.String(length=32), nullable=False),
            sa.Column("name", sa.Text(), nullable=False),
            sa.Column("password", sa.Text(), nullable=False),
            sa.Column("made", sa.Text(), nullable=False),
            sa.Column("seen", sa.Text(), nullable=True),
            sa.Column("tries", sa.Integer(), nullable=False),
            sa.Column("until", sa.BigInteger(), nullable=False),
            sa.Column("generation", sa.Integer(), nullable=False),
            sa.PrimaryKeyConstraint("id"),
        )
        op.create_index("console_user_name", "console_user", ["name"], unique=True)
