"""Undo and redo lines are few, and looked for by what they concern whenever the history is shown.

What is derived from people's names is derived again after all migrations (store.upgraded).
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_index(
        "journal_refers",
        "journal",
        ["venue_id", "refers"],
        sqlite_where=sa.text("refers IS NOT NULL"),
        postgresql_where=sa.text("refers IS NOT NULL"),
    )
