"""How often a desk's records were found to differ from the centre's, and which venues caught up with an upgrade."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("device", sa.Column("repaired", sa.Integer(), nullable=True))
    op.add_column("device", sa.Column("repaired_at", sa.Text(), nullable=True))
    op.add_column("ledger", sa.Column("caught_up", sa.Integer(), nullable=False, server_default="0"))
