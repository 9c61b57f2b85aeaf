"""Up to which of a venue's lines its part of the lists for all venues was gathered."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("ledger", sa.Column("gathered", sa.BigInteger(), nullable=False, server_default="0"))
