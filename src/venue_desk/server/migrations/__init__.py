"""The history of the tables that only a centre has; those of the records have their own (store.migrations)."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text

from venue_desk.store import migrations as records

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0006"
VERSIONS = "alembic_centre"


def stamp(connection: Connection) -> None:
    """Note in a centre just made with today's tables that no migration is due."""
    records.stamp(connection)
    connection.exec_driver_sql(f"CREATE TABLE {VERSIONS} (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    connection.execute(text(f"INSERT INTO {VERSIONS} VALUES (:head)"), {"head": HEAD})  # noqa: S608


def standing(connection: Connection) -> tuple[int, int]:
    """How far records and the centre's own tables are migrated."""
    found = [0, 0]
    for place, name in enumerate(("alembic_version", VERSIONS)):
        if connection.scalar(text(_THERE[connection.dialect.name]), {"name": name}):
            said = connection.exec_driver_sql(f"SELECT max(version_num) FROM {name}").scalar()  # noqa: S608
            found[place] = int(said or 0)
    return found[0], found[1]


_THERE = {
    "sqlite": "SELECT 1 FROM sqlite_master WHERE name = :name",
    "postgresql": "SELECT to_regclass(:name) IS NOT NULL",
}
TODAY = (records.SCHEMA, int(HEAD))


def upgrade(connection: Connection) -> None:
    """Bring both histories to today, inside the caller's transaction."""
    from alembic import command

    command.upgrade(records.configured(connection), "head")
    records.mark_schema(connection)
    command.upgrade(_config(connection), "head")


def _config(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config
