"""The centre's database: embedded SQLite in a folder, or PostgreSQL by its address. The same records in both."""

import json
from pathlib import Path
from typing import Any, NoReturn

from sqlalchemy import Connection, Engine, inspect, select, update
from sqlcipher3.dbapi2 import DatabaseError

from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.server import migrations, postgres, reference
from venue_desk.server.tables import CENTRE, LEDGER, tables
from venue_desk.store import database, vault
from venue_desk.store.migrations import SCHEMA
from venue_desk.store.records import Base, new_id
from venue_desk.store.upgraded import catch_up
from venue_desk.sync import packet

FILE = "venue-desk-centre.db"
UPGRADING = 7_210_871_025  # the advisory lock of whoever makes or upgrades a centre's tables


def create(place: Path | str) -> None:
    """Make a centre in a folder, or in an empty PostgreSQL database given by its address. Raises Problem."""
    engine = _create_in_folder(place) if isinstance(place, Path) else _postgres(place)
    try:
        with engine.execution_options(write=True).begin() as connection:
            _alone(connection)
            if inspect(connection).has_table(CENTRE.name):
                raise Problem(
                    _("There is a centre here already: {place}").format(place=_said(place)),
                    _("Run it, or choose another place."),
                )
            fill(connection)
            connection.execute(
                CENTRE.insert(),
                [
                    {"key": "epoch", "value": f"1:{new_id()}"},
                    {"key": "writer", "value": new_id()},
                    {"key": "keys", "value": json.dumps(packet.new_keys())},
                ],
            )
            reference.seed(connection)
    finally:
        engine.dispose()


def exists(place: Path | str) -> bool:
    """Whether there is a centre, of whatever release. Raises Problem where its database is not reached."""
    if isinstance(place, Path):
        return (place / FILE).is_file()
    engine = _postgres(place)
    try:
        with engine.connect() as connection:
            return inspect(connection).has_table(CENTRE.name)
    finally:
        engine.dispose()


def fill(connection: Connection) -> None:
    """Today's tables, empty."""
    Base.metadata.create_all(connection)
    tables.create_all(connection)
    migrations.stamp(connection)
    if connection.dialect.name == "postgresql":
        postgres.arrange(connection)


def open_engine(place: Path | str) -> Engine:
    """The engine of an existing centre, upgraded if an older release made it.

    Raises Problem where there is none, or a newer release's, or this login may not upgrade it.
    """
    if isinstance(place, Path):
        return open_file(place / FILE, vault.read_key(place)) if (place / FILE).is_file() else _none(place)
    return _today(_postgres(place), place)


def open_file(file: Path, key: str) -> Engine:
    """The same for an embedded centre's file."""
    try:
        database.connect(file, key).close()
    except DatabaseError as error:
        raise database.unreadable(file, error) from error
    return _today(database.engine_for(lambda: database.connect(file, key)), file.parent)


def _today(engine: Engine, place: Path | str) -> Engine:
    try:
        with engine.begin() as connection:
            if not inspect(connection).has_table(CENTRE.name):
                _none(place)
            found = migrations.standing(connection)
        if _newer(found):
            raise Problem(
                _("This centre's records were written by a newer release of Venue Desk."),
                _("Install the newest release on the server; nothing was changed."),
            )
        if found != migrations.TODAY:
            _upgrade(engine)
        _catch_up(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _newer(found: tuple[int, int]) -> bool:
    return any(there > known for there, known in zip(found, migrations.TODAY, strict=True))


def _upgrade(engine: Engine) -> None:
    """In one transaction, and by one process: the others wait here and then find it done."""
    with engine.execution_options(write=True).begin() as connection:
        _alone(connection)
        if migrations.standing(connection) == migrations.TODAY:
            return
        on_postgres = connection.dialect.name == "postgresql"
        if on_postgres and not postgres.may_change(connection):
            raise Problem(
                _("This centre's tables are an older release's, and this login may not change them."),
                _("Run once as their owner: venue-desk server --database ADDRESS upgrade."),
            )
        migrations.upgrade(connection)
        if on_postgres:
            postgres.arrange(connection)
        reference.seed(connection)


def _catch_up(engine: Engine) -> None:
    """What newer desks sent and was held is applied after an upgrade, venue by venue: a stop loses none of it."""
    behind = select(LEDGER.c.venue_id).where(LEDGER.c.caught_up != SCHEMA)
    as_agency = engine.execution_options(role=postgres.AGENCY)
    with as_agency.connect() as connection:
        venues = connection.scalars(behind).all()
    for venue in venues:
        with as_agency.execution_options(write=True).begin() as connection:
            postgres.patient(connection)
            # Whoever else starts now waits here, and finds it done.
            if connection.scalar(behind.where(LEDGER.c.venue_id == venue).with_for_update()):
                catch_up(connection, venue)
                done = update(LEDGER).where(LEDGER.c.venue_id == venue).values(caught_up=SCHEMA, gathered=0)
                connection.execute(done)


def _alone(connection: Connection) -> None:
    postgres.patient(connection)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (UPGRADING,))


def identity(connection: Any) -> dict[str, str]:
    """What the centre keeps of itself: ``epoch``, ``writer``, its private ``keys`` for files on a stick."""
    return {row.key: row.value for row in connection.execute(select(CENTRE))}


def _create_in_folder(folder: Path) -> Engine:
    file = folder / FILE
    if file.exists():
        raise Problem(
            _("There is a centre here already: {place}").format(place=folder),
            _("Run it, or choose another place."),
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        key = vault.make_key(folder)
        database.connect(file, key).close()
    except (OSError, DatabaseError) as error:
        raise Problem(
            _("Nothing can be written in this folder: {folder}").format(folder=folder),
            _("Choose a folder that this account may write to."),
        ) from error
    return database.engine_for(lambda: database.connect(file, key))


def _postgres(address: str) -> Engine:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import OperationalError, SQLAlchemyError

    try:
        url = make_url(address)
        named = url.get_backend_name() in ("postgresql", "postgres")
    except SQLAlchemyError:
        named = False
    if not named:
        raise Problem(
            _("This is not the address of a PostgreSQL database: {place}").format(place=_said(address)),
            _("It looks like postgresql://user:password@host/database."),
        )
    engine = postgres.engine_for(url)
    try:
        engine.connect().close()
    except OperationalError as error:
        raise Problem(
            _("The database cannot be reached: {why}").format(why=str(error.orig).strip().splitlines()[0]),
            _("Check the address, and whether PostgreSQL runs there."),
        ) from error
    return engine


def _none(place: Path | str) -> NoReturn:
    raise Problem(
        _("There is no centre here: {place}").format(place=_said(place)),
        _("Make one first: venue-desk server init."),
    )


def _said(place: Path | str) -> str:
    """A place as it may be shown: without a password."""
    if isinstance(place, Path):
        return str(place)
    scheme, _sep, rest = place.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"
