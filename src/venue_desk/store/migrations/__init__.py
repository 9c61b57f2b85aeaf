"""One Alembic history for SQLite and PostgreSQL. Alembic is loaded only when there is something to upgrade."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, text

if TYPE_CHECKING:
    from alembic.config import Config

# Raised with every migration; also kept in PRAGMA user_version, so that opening need not load Alembic.
SCHEMA = 5
HEAD = "0005"
PLACES = [Path(__file__).parent / "versions"]


def stamp(connection: Connection) -> None:
    """Note in a database just made with today's tables that no migration is due."""
    connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})
    mark_schema(connection)


def mark_schema(connection: Connection) -> None:
    """Keep the schema's number where opening finds it without Alembic (SQLite only)."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA}")


def upgrade(engine: Engine) -> None:
    """Bring a database to today's tables, in one transaction."""
    from alembic import command

    with engine.execution_options(write=True).begin() as connection:
        command.upgrade(configured(connection), "head")
        mark_schema(connection)


def configured(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", os.pathsep.join(map(str, PLACES)))
    config.attributes["connection"] = connection
    return config
