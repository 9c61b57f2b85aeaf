"""What only the centre keeps: its venues and their counters, its devices, the codes that let them in."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

from venue_desk.store.migrations import SCHEMA

tables = MetaData()

# What the centre is: its epoch (which restoring a backup changes), its own writer, its keys.
CENTRE = Table("centre", tables, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))

# A venue and where its journal stands. ``head`` counts its lines: the last thing that a transaction touches, so
# that numbers are given in the order of commits. ``bound`` is the greatest stamp that was let in (see ledger).
# ``caught_up``: the records' schema for which what follows an upgrade was done. ``gathered``: up to which line the
# lists for all venues hold what its records say (server.reference).
LEDGER = Table(
    "ledger",
    tables,
    Column("venue_id", String(32), primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("made", Text, nullable=False),
    Column("head", BigInteger, nullable=False, default=0),
    Column("bound", BigInteger, nullable=False, default=0),
    Column("backed", BigInteger, nullable=False, default=0),
    Column("caught_up", Integer, nullable=False, default=SCHEMA, server_default="0"),
    Column("gathered", BigInteger, nullable=False, default=0, server_default="0"),
)

# ``joined``: where the desk's writers stood when it enrolled. ``yields``: its own settings up to there give way,
# because the venue had some (1), or they count like all else (0); None until its first line came. ``cursor``: up to
# which line of the venue it was answered; ``wipe``: when it was told to remove its records at its next contact;
# ``wiped``: when it said that it did. ``repaired``: how many tables' months of its records were found to differ from
# ours and were sent again, and when last.
DEVICE = Table(
    "device",
    tables,
    Column("id", String(32), primary_key=True),
    Column("venue_id", String(32), nullable=False),
    Column("name", Text, nullable=False),
    Column("token", String(64), nullable=False),
    Column("writer", String(32), nullable=False),
    Column("joined", Text, nullable=False, default="{}"),
    Column("yields", Integer),
    Column("since", Text, nullable=False),
    Column("seen", Text),
    Column("revoked", Text),
    Column("keys", Text, nullable=False, default="{}"),
    Column("release", Text),
    Column("cursor", BigInteger),
    Column("wipe", Text),
    Column("wiped", Text),
    Column("repaired", Integer),
    Column("repaired_at", Text),
)
Index("device_token", DEVICE.c.token, unique=True)

# What a desk that was told to remove its records still had: sealed messages, kept apart until a person says whether
# they are taken in, because whoever stole the computer may have written them. ``id`` is a hash of ``data``.
HANDED = Table(
    "handed",
    tables,
    Column("venue_id", String(32), primary_key=True),
    Column("device", String(32), primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("first", Integer, nullable=False),  # the lowest of its lines' numbers: they are taken in by it
    Column("changes", Integer, nullable=False),
    Column("received", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("settled", Text),
    Column("taken", Integer),  # 1: taken in, 0: left out; what was left out stays here
)

# A message that removed more of a venue's records than a desk may without a person (see removed).
REMOVED = Table(
    "removed",
    tables,
    Column("venue_id", String(32), primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("device", String(32), nullable=False),
    Column("count", Integer, nullable=False),
    Column("of", Integer, nullable=False),
    Column("at", Text, nullable=False),
    Column("settled", Text),
)

# A file from a stick that came through the agency's pages: who brought it, what it was, and for a day the file to
# carry back, which is sealed for the desk. ``venue`` is no ``venue_id``: only the agency may read these.
CARRIED = Table(
    "carried",
    tables,
    Column("id", String(32), primary_key=True),
    Column("made", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("venue", String(32), nullable=False),
    Column("device", String(32), nullable=False),
    Column("changes", Integer, nullable=False),
    Column("answer", LargeBinary),
)

# A code that lets one device in. Only its hash is kept; ``handle`` is its first part, by which it is found.
CODE = Table(
    "code",
    tables,
    Column("handle", String(8), primary_key=True),
    Column("venue_id", String(32), nullable=False),
    Column("secret", String(64), nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("used", Text),  # the writer that used it
)

# Which writer numbers certificates with which letter.
LETTER = Table(
    "letter",
    tables,
    Column("venue_id", String(32), primary_key=True),
    Column("letter", String(8), primary_key=True),
    Column("writer", String(32), nullable=False),
)

# Who may see the centre's pages. ``tries``: wrong passwords since the last right one; ``until``: seconds since 1970
# before which no other is looked at. ``generation`` is in every session, so moving it on ends them all.
CONSOLE_USER = Table(
    "console_user",
    tables,
    Column("id", String(32), primary_key=True),
    Column("name", Text, nullable=False),
    Column("password", Text, nullable=False),
    Column("made", Text, nullable=False),
    Column("seen", Text),
    Column("tries", Integer, nullable=False, default=0),
    Column("until", BigInteger, nullable=False, default=0),
    Column("generation", Integer, nullable=False, default=0),
)
Index("console_user_name", CONSOLE_USER.c.name, unique=True)
