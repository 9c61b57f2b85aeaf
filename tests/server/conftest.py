"""A real PostgreSQL for the tests of the centre, started in a folder of its own and stopped at the end."""

import os
from collections.abc import Callable, Iterator
from itertools import count

import pytest

import centres
from databases import Server, installed

_numbers = count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a server without a database's name. On Debian ``packaging/dev.py test`` installs it.

    It does not wait for the disk: nobody kills it, and each test makes and drops a database of 300 files.
    """
    server = Server(installed(), "-c fsync=off -c full_page_writes=off")
    centres.MANY[server.template.partition("?")[2]] = server.template
    yield server.template
    server.remove()


@pytest.fixture
def own_postgres() -> Iterator[Server]:
    """A server for one test, which may kill it. It syncs to disk; being killed loses only what PostgreSQL held back."""
    server = Server(installed())
    yield server
    server.remove()


@pytest.fixture
def postgres(postgres_server: str) -> Iterator[str]:
    """The address of an empty database."""
    import psycopg

    name = f"centre{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(postgres_server.format(database="postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield postgres_server.format(database=name)
    with psycopg.connect(postgres_server.format(database="postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgres_login(postgres_server: str) -> Iterator[Callable[[str], str]]:
    """Makes the address of the same database for a login that owns nothing and is no superuser."""
    import psycopg

    from venue_desk.server.postgres import ROLES

    login = f"centre_{os.getpid()}_{next(_numbers)}"

    def make(address: str) -> str:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"CREATE ROLE {login} LOGIN NOINHERIT IN ROLE {', '.join(ROLES)}")
        return address.replace("postgres@", f"{login}@")

    yield make
    with psycopg.connect(postgres_server.format(database="postgres"), autocommit=True) as connection:
        connection.execute(f"DROP ROLE IF EXISTS {login}")
