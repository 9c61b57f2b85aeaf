"""What the centre says to all venues: not records of a venue, so nothing journals them and nothing merges."""

from typing import Any

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from venue_desk.store.records.base import Base


class Reference(Base):
    """One entry; ``kind`` and ``key`` are those of domain.reference. The centre writes, desks only keep.

    ``version`` counts all changes at the centre; the higher one replaces the other. ``value`` None: it is gone (only
    the centre remembers that). ``source``: from which venue's records the centre made it, None for the agency's own
    and at a desk. ``loaded``: at a desk, with which of its loads it came (see store.lists).
    """

    __tablename__ = "reference"
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    value: Mapped[dict[str, Any] | None]
    source: Mapped[str | None] = mapped_column(String(32))
    loaded: Mapped[int] = mapped_column(default=0, server_default="0")


Index("reference_version", Reference.version)
# The centre looks for what it made of one venue whenever that venue's records change.
Index("reference_source", Reference.source, Reference.kind)
