"""The agency's people who may see the centre's pages: names, passwords, tries."""

import threading
import time
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select, update

from venue_desk.domain.problem import Problem
from venue_desk.language import _, ngettext
from venue_desk.server.centre import Centre
from venue_desk.server.devices import now
from venue_desk.server.tables import CONSOLE_USER
from venue_desk.store.records import new_id

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST = 10  # characters of a password
LONGEST = 200
FREE = 3  # wrong passwords before each further one costs time
LONGEST_WAIT = 300  # seconds

# One look at a password takes 64 MB: many at once must not use up the machine.
_looking = threading.BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may see the centre's pages."""

    id: str
    name: str
    generation: int


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher

    return PasswordHasher()  # Argon2id, with the parameters of RFC 9106


@cache
def _nobody() -> str:
    """A hash that no password fits: an unknown name must take as long as a known one."""
    return _hasher().hash(new_id())


def named(name: str) -> str:
    """A name as it is kept: capitals and spaces around do not matter."""
    return " ".join(name.split()).casefold()


def add(connection: Connection, name: str, password: str) -> str:
    """Let somebody see the pages. Returns the id. Raises Problem."""
    kept = named(name)
    if not kept or len(kept) > 60 or not kept.isprintable():
        raise Problem(_("This is not a name: {name}").format(name=name), _("Use at most 60 letters."))
    if _row(connection, kept) is not None:
        raise Problem(
            _("There is a user with this name already: {name}").format(name=kept), _("Choose another name.")
        )
    user = {"id": new_id(), "name": kept, "password": _hashed(password), "made": now()}
    connection.execute(CONSOLE_USER.insert(), user)
    return user["id"]


def set_password(connection: Connection, name: str, password: str) -> None:
    """Give a user another password, which ends their sessions. Raises Problem."""
    _change(
        connection,
        name,
        password=_hashed(password),
        tries=0,
        until=0,
        generation=CONSOLE_USER.c.generation + 1,
    )


def remove(connection: Connection, name: str) -> None:
    """Let somebody see the pages no more. Raises Problem."""
    if not connection.execute(CONSOLE_USER.delete().where(CONSOLE_USER.c.name == named(name))).rowcount:
        raise _absent(name)


def listed(connection: Connection) -> list[dict[str, str | None]]:
    """Every user: name, since when, when last here."""
    rows = connection.execute(
        select(CONSOLE_USER.c.name, CONSOLE_USER.c.made, CONSOLE_USER.c.seen).order_by(CONSOLE_USER.c.name)
    )
    return [{"name": row.name, "made": row.made, "seen": row.seen} for row in rows]


def check(centre: Centre, name: str, password: str) -> User | int | None:
    """The user with this name and password; None where they do not fit; or the seconds to wait before a try.

    A try is paid for before the password is looked at, so that many at the same moment gain nothing. Nothing is
    locked for longer than `LONGEST_WAIT`: a stranger must not be able to keep somebody out.
    """
    moment = int(time.time())
    with centre.writing() as connection:
        row = _row(connection, named(name), lock=True)
        if row is not None:
            if row.until > moment:
                return int(row.until - moment)
            tries = row.tries + 1
            delay = min(LONGEST_WAIT, 2 ** min(tries - FREE, 20)) if tries > FREE else 0
            connection.execute(
                update(CONSOLE_USER)
                .where(CONSOLE_USER.c.id == row.id)
                .values(tries=tries, until=moment + delay if delay else 0)
            )
    right = _fits(row.password if row is not None else _nobody(), password)
    if row is None or not right:
        return None
    with centre.writing() as connection:
        connection.execute(
            update(CONSOLE_USER)
            .where(CONSOLE_USER.c.id == row.id)
            .values(tries=0, until=0, seen=now(), **_renewed(row.password, password))
        )
    return User(row.id, row.name, row.generation)


def still(connection: Connection, id: str, generation: int) -> User | None:
    """The user of a session, or None where it was ended."""
    row = connection.execute(
        select(CONSOLE_USER.c.id, CONSOLE_USER.c.name, CONSOLE_USER.c.generation).where(
            CONSOLE_USER.c.id == id, CONSOLE_USER.c.generation == generation
        )
    ).first()
    return User(row.id, row.name, row.generation) if row else None


def end_sessions(connection: Connection, id: str) -> None:
    """End every session of a user, also one whose cookie somebody copied."""
    connection.execute(
        update(CONSOLE_USER).where(CONSOLE_USER.c.id == id).values(generation=CONSOLE_USER.c.generation + 1)
    )


def _row(connection: Connection, name: str, lock: bool = False) -> Any:
    query = select(CONSOLE_USER).where(CONSOLE_USER.c.name == name)
    return connection.execute(query.with_for_update() if lock else query).first()


def _change(connection: Connection, name: str, **values: object) -> None:
    done = connection.execute(update(CONSOLE_USER).where(CONSOLE_USER.c.name == named(name)).values(**values))
    if not done.rowcount:
        raise _absent(name)


def _absent(name: str) -> Problem:
    return Problem(
        _("There is no user with this name: {name}").format(name=name),
        _("See the names with: venue-desk server user list."),
    )


def _hashed(password: str) -> str:
    if len(password) < SHORTEST:
        raise Problem(
            _("This password is too short."),
            ngettext("Use at least {count} character.", "Use at least {count} characters.", SHORTEST).format(
                count=SHORTEST
            ),
        )
    if len(password) > LONGEST:
        raise Problem(
            _("This password is too long."),
            ngettext("Use at most {count} character.", "Use at most {count} characters.", LONGEST).format(
                count=LONGEST
            ),
        )
    return _hasher().hash(password)


def _fits(kept: str, password: str) -> bool:
    from argon2.exceptions import VerificationError

    if len(password) > LONGEST:
        return False
    with _looking:
        try:
            return _hasher().verify(kept, password)
        except VerificationError:
            return False


def _renewed(kept: str, password: str) -> dict[str, str]:
    """The password hashed again where the library's parameters have grown since."""
    return {"password": _hasher().hash(password)} if _hasher().check_needs_rehash(kept) else {}
