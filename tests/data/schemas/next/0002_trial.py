"""A migration that only the tests know: a new field, a new table, and every person rewritten."""

import sqlalchemy as sa
from alembic import op

from venue_desk.store.migrations import HEAD

revision = "next"
down_revision = HEAD


def upgrade() -> None:
    op.create_table(
        "trial", sa.Column("id", sa.String(length=32), primary_key=True), sa.Column("text", sa.Text())
    )
    op.add_column("person", sa.Column("called", sa.Text(), nullable=True))
    op.execute("UPDATE person SET called = upper(name)")
    op.execute("INSERT INTO trial SELECT id, name FROM person")
