"""What only PostgreSQL gives the centre: tables spread by venue, and rows that a desk's transaction cannot see.

Every table of a venue's rows has ``venue_id`` in its key and is partitioned by its hash, so an engine that spreads
PostgreSQL's tables over computers can spread them by that column as they are. Whoever the login is, transactions run
as one of three roles that own nothing (``SET LOCAL ROLE``): the door knows devices and codes only, the desk sees the
rows of the venue that the transaction named, the agency sees all venues.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, text
from sqlalchemy.engine import URL
from sqlalchemy.schema import CreateTable

from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.server.tables import tables
from venue_desk.store.records import Base

DOOR, DESK, AGENCY = "venue_desk_door", "venue_desk_desk", "venue_desk_agency"
ROLES = (DOOR, DESK, AGENCY)
LOGIN = "none"  # as whoever logged in: the owner, for what changes the tables themselves

PARTITIONS = 16  # per table; of 80,000 venues each holds 5,000
VENUE = "venue_id = current_setting('venue_desk.venue', true)"
# What may be done in tables where it is not "everything with the rows of one's own venue".
GRANTS: dict[str, dict[str, tuple[str, str]]] = {  # table: role: (what, which rows)
    "centre": {
        DOOR: ("SELECT", "key IN ('epoch', 'writer')"),
        DESK: ("SELECT", "key IN ('epoch', 'writer', 'reference')"),
    },
    "device": {DOOR: ("SELECT", "true"), DESK: ("SELECT, INSERT, UPDATE", VENUE)},
    "code": {DOOR: ("SELECT, UPDATE", "true")},
    "ledger": {DOOR: ("SELECT", "true"), DESK: ("SELECT, UPDATE", VENUE)},
    "console_user": {},
    "local": {},
    "reference": {DESK: ("SELECT", "true")},
}

# Seconds that a statement, a wait for another's lock, and a transaction in which nothing happens may take.
STATEMENT, LOCK, IDLE = 60, 30, 60


def engine_for(url: URL) -> Engine:
    """An engine whose transactions begin as the role and for the venue of the execution options."""
    settings = {
        "statement_timeout": f"{STATEMENT}s",
        "lock_timeout": f"{LOCK}s",
        "idle_in_transaction_session_timeout": f"{IDLE}s",
        "synchronous_commit": "on",  # an acknowledgement means that it is on the disk
    }
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=8,
        max_overflow=8,
        pool_timeout=20,
        pool_recycle=1800,
        connect_args={
            "connect_timeout": 5,
            "application_name": "venue-desk",
            "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
        },
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        asked = connection.get_execution_options()
        act_as(connection, asked.get("role", LOGIN), asked.get("venue", ""))

    return engine


def act_as(connection: Connection, role: str, venue: str = "") -> None:
    """Go on as a role, for a venue, until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            "SELECT set_config('role', %s, true), set_config('venue_desk.venue', %s, true)", (role, venue)
        )


def patient(connection: Connection) -> None:
    """Let this transaction take as long as it needs (an upgrade, a backup)."""
    if connection.dialect.name == "postgresql":
        for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
            connection.exec_driver_sql(f"SET LOCAL {name} = 0")


def all_tables() -> list[Table]:
    """Every table of a centre."""
    return [*Base.metadata.sorted_tables, *tables.sorted_tables]


def spread_tables() -> list[Table]:
    """The tables that hold venues' rows: records, journal, stamps."""
    return [table for table in Base.metadata.sorted_tables if "venue_id" in table.primary_key.columns]


def arrange(connection: Connection) -> None:
    """Bring partitions, roles, grants and policies to what they should be; what is so already is left alone."""
    _make_roles(connection)
    flat = {
        row[0]
        for row in connection.execute(
            text(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND NOT relispartition"
                " AND relnamespace = current_schema()::regnamespace"
            )
        )
    }
    for table in spread_tables():
        if table.name in flat:
            _spread(connection, table)
    for table in all_tables():
        _guard(connection, table)
    for version in ("alembic_version", "alembic_centre"):
        connection.exec_driver_sql(f"GRANT SELECT ON {version} TO PUBLIC")
    connection.exec_driver_sql(
        f"DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %%I TO {', '.join(ROLES)}', current_schema()); END $$"
    )


def _make_roles(connection: Connection) -> None:
    from sqlalchemy.exc import DBAPIError

    try:
        for role in ROLES:
            # Two centres of one server may make them at the same time.
            connection.exec_driver_sql(
                f"DO $$ BEGIN CREATE ROLE {role} NOLOGIN;"
                " EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
            )
            if not connection.scalar(
                text("SELECT pg_has_role(current_user, :role, 'MEMBER')"), {"role": role}
            ):
                connection.exec_driver_sql(f"GRANT {role} TO CURRENT_USER")
    except DBAPIError as error:
        raise Problem(
            _("This login may not make the roles that the centre works as."),
            _("Let an administrator of the database run: {command}").format(
                command="; ".join(f"CREATE ROLE {role} NOLOGIN; GRANT {role} TO LOGIN" for role in ROLES)
            ),
        ) from error


def _spread(connection: Connection, table: Table) -> None:
    """Turn a plain table into a partitioned one, with its rows."""
    quote = connection.dialect.identifier_preparer.quote
    name = quote(table.name)
    names = [quote(column.name) for column in table.columns]
    filled = connection.scalar(text(f"SELECT EXISTS (SELECT FROM {name})"))  # noqa: S608 - our own names
    if filled:
        for index in table.indexes:
            connection.exec_driver_sql(f"DROP INDEX IF EXISTS {quote(str(index.name))}")
        connection.exec_driver_sql(
            f"ALTER TABLE {name} DROP CONSTRAINT IF EXISTS {quote(f'{table.name}_pkey')}"
        )
        connection.exec_driver_sql(f"ALTER TABLE {name} RENAME TO {quote(f'{table.name}_flat')}")
    else:
        connection.exec_driver_sql(f"DROP TABLE {name}")
    made = str(CreateTable(table).compile(dialect=connection.dialect)).rstrip()
    statements = [f"{made} PARTITION BY HASH (venue_id)"]
    statements += [
        f"CREATE TABLE {quote(f'{table.name}_{part:02d}')} PARTITION OF {name}"
        f" FOR VALUES WITH (MODULUS {PARTITIONS}, REMAINDER {part})"
        for part in range(PARTITIONS)
    ]
    connection.exec_driver_sql(";".join(statements))
    if filled:
        flat = quote(f"{table.name}_flat")
        listed = ", ".join(names)
        connection.exec_driver_sql(f"INSERT INTO {name} ({listed}) SELECT {listed} FROM {flat}")  # noqa: S608
        connection.exec_driver_sql(f"DROP TABLE {flat}")
    for index in table.indexes:
        index.create(connection)


def _guard(connection: Connection, table: Table) -> None:
    """Grants and row-level security of one table."""
    name = connection.dialect.identifier_preparer.quote(table.name)
    known = GRANTS.get(table.name)
    if known is None:
        known = {DESK: ("ALL", VENUE)} if "venue_id" in table.columns else {}
    allowed: Iterable[tuple[str, tuple[str, str]]] = [*known.items(), (AGENCY, ("ALL", "true"))]
    statements = [f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"]
    statements += [f"DROP POLICY IF EXISTS {role} ON {name}" for role in ROLES]
    statements += [f"REVOKE ALL ON {name} FROM {', '.join(('PUBLIC', *ROLES))}"]
    for role, (what, rows) in allowed:
        statements.append(
            f"GRANT {'SELECT, INSERT, UPDATE, DELETE' if what == 'ALL' else what} ON {name} TO {role}"
        )
        statements.append(f"CREATE POLICY {role} ON {name} TO {role} USING ({rows}) WITH CHECK ({rows})")
    connection.exec_driver_sql(";".join(statements))


def may_change(connection: Connection) -> bool:
    """Whether this login owns the tables, so that it can upgrade them."""
    owner: Any = connection.scalar(
        text(
            "SELECT pg_has_role(current_user, relowner, 'MEMBER') FROM pg_class WHERE oid = 'journal'::regclass"
        )
    )
    return bool(owner)
