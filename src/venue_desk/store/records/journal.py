"""The journal and what belongs to it. These tables are not records: nothing journals them."""

from typing import Any

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from venue_desk.store.records.base import Base, Record


class Line(Base):
    """One change to one record. ``hash`` = SHA-256(previous hash of the writer ‖ the line); see store.journal."""

    __tablename__ = "journal"
    venue_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    branch: Mapped[int] = mapped_column(
        Integer, primary_key=True, default=0
    )  # above 0: a fork (a cloned disk)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    stamp: Mapped[int] = mapped_column(BigInteger)  # hybrid clock of the writer
    effective: Mapped[int] = mapped_column(BigInteger)  # the stamp that decides; fixed by the centre
    action: Mapped[str] = mapped_column(String(32))
    name: Mapped[str]  # the action's name, a message id
    kind: Mapped[str] = mapped_column(String(8))  # do, undo, redo, final
    refers: Mapped[str | None] = mapped_column(String(32))  # the action that an undo or redo concerns
    at: Mapped[str] = mapped_column(String(16))  # local moment at the writer
    table: Mapped[str]
    row: Mapped[str] = mapped_column(String(32))
    before: Mapped[str | None]  # JSON of the fields changed; None: the row was not there
    after: Mapped[str | None]  # JSON; None: the row was deleted
    over: Mapped[str]  # JSON {field: [stamp, writer, number]}: what the writer saw and overwrote
    schema: Mapped[int]
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    position: Mapped[int | None] = mapped_column(BigInteger)  # the centre's number of this line in this venue
    held: Mapped[str | None]  # why it could not be applied yet


Index("journal_action", Line.venue_id, Line.action)
Index("journal_row", Line.venue_id, Line.table, Line.row)
# A desk's own new lines have no position yet: what they need not write, a scan need not wait for.
Index("journal_position", Line.venue_id, Line.position, sqlite_where=Line.position.is_not(None))
Index("journal_hash", Line.hash)
# Few lines are ways back, and they are looked for whenever the history is shown.
Index(
    "journal_refers",
    Line.venue_id,
    Line.refers,
    sqlite_where=Line.refers.is_not(None),
    postgresql_where=Line.refers.is_not(None),
)
# Few lines are held, and they are looked for at each pull.
Index(
    "journal_held",
    Line.venue_id,
    sqlite_where=Line.held.is_not(None),
    postgresql_where=Line.held.is_not(None),
)


class Stamp(Base):
    """Which line each field of a row comes from.

    ``fields`` is JSON: {"+": created, "-": deleted, "*": all fields not named, field: …}, each [stamp, writer,
    number]. ``ghost`` holds the values of a row that is deleted or not created yet. ``digest`` is of all that
    (store.stamps); 0 where it was not computed yet.
    """

    __tablename__ = "stamp"
    venue_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    table: Mapped[str] = mapped_column(primary_key=True)
    row: Mapped[str] = mapped_column(String(32), primary_key=True)
    fields: Mapped[str]
    ghost: Mapped[str | None]
    digest: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")


class Bucket(Base):
    """The sum of the digests of a table's rows that were made in one month; ``name`` is "table/month"."""

    __tablename__ = "bucket"
    venue_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[int] = mapped_column(BigInteger)


class Part(Base):
    """A part of a snapshot that is being fetched for a first sync."""

    __tablename__ = "part"
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class Local(Base):
    """What belongs to this file alone and is never sent: its writer, its keys, where it stands with the centre."""

    __tablename__ = "local"
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class Conflict(Record):
    """Two desks changed one field without knowing of each other; the later one won, the other is kept here.

    Every copy finds it by itself while merging, under one id: fact("conflict", table, row, field, both lines).
    """

    __tablename__ = "conflict"
    table: Mapped[str]
    row: Mapped[str]
    field: Mapped[str]
    kept: Mapped[dict[str, Any]]  # {"value", "writer", "at"}
    lost: Mapped[dict[str, Any]]
    found_at: Mapped[str] = mapped_column(default="")
    settled_at: Mapped[str | None]
