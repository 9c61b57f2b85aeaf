"""A real PostgreSQL for the tests of the centre, started in a folder of its own and stopped at the end."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

_numbers = count(1)


def _programs() -> Path | None:
    """The newest PostgreSQL on this computer."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3]))
    if found:
        return found[-1].parent
    other = shutil.which("initdb")
    return Path(other).resolve().parent if other else None


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a server without a database's name. On Debian ``packaging/dev.py test`` installs it."""
    programs = _programs()
    if programs is None:
        if Path("/etc/debian_version").exists() and os.geteuid() == 0:
            pytest.fail("PostgreSQL is missing: apt-get install --no-install-recommends postgresql")
        pytest.skip("needs PostgreSQL's initdb and pg_ctl")
    # PostgreSQL refuses to run as root; the folder must then be reachable for its own account.
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    prefix = ["runuser", "-u", "postgres", "--"] if as_root else []
    folder = Path(tempfile.mkdtemp(prefix="venue-desk-pg-"))
    try:
        if as_root:
            shutil.chown(folder, "postgres")

        def run(*command: str) -> None:
            subprocess.run(
                [*prefix, *command],
                cwd=folder,
                check=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

        data = str(folder / "data")
        run(str(programs / "initdb"), "-D", data, "-A", "trust", "-U", "postgres", "--encoding=UTF8", "-N")
        options = f"-k {folder} -c listen_addresses= -c max_connections=40"
        run(str(programs / "pg_ctl"), "-D", data, "-w", "-o", options, "-l", str(folder / "log"), "start")
        try:
            yield f"postgresql://postgres@/{{database}}?host={folder}"
        finally:
            run(str(programs / "pg_ctl"), "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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
