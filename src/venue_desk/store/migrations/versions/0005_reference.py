"""What the centre says to all venues, the programme of a course, and why somebody may join a series again.

And a desk's own new lines stand in no index of positions: they have none yet, and a scan waits for each page written.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "reference",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=True),
        sa.Column("source", sa.String(length=32), nullable=True),
        sa.Column("loaded", sa.Integer(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("kind", "key"),
    )
    op.create_index("reference_version", "reference", ["version"])
    op.create_index("reference_source", "reference", ["source", "kind"])
    op.add_column("course", sa.Column("programme", sa.Text(), nullable=False, server_default=""))
    op.add_column("enrolment", sa.Column("exception", sa.Text(), nullable=False, server_default=""))
    # Pages that each scan had to write: the marks of a person are found by the lessons of their course.
    op.drop_index("mark_enrolment", "mark")
    # One person's row of a list is found without reading the others.
    op.drop_index("mark_lesson", "mark")
    op.create_index("mark_lesson", "mark", ["venue_id", "lesson_id", "enrolment_id"])
    op.drop_index("enrolment_course", "enrolment")
    op.create_index("enrolment_course", "enrolment", ["venue_id", "course_id", "person_id"])
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index("journal_position", "journal")
        op.create_index(
            "journal_position",
            "journal",
            ["venue_id", "position"],
            sqlite_where=sa.text("position IS NOT NULL"),
        )
