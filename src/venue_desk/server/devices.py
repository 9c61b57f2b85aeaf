"""Who may sync: one-time codes, tokens, letters for certificate numbers."""

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, or_, select, update

from venue_desk.domain import venue as rules
from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.server.tables import CENTRE, CODE, DEVICE, LEDGER, LETTER
from venue_desk.store.identity import next_letter
from venue_desk.store.records import Computer, new_id
from venue_desk.sync import letters
from venue_desk.sync.letters import HANDLE

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: a code is read out on the telephone
SECRET = 12  # characters: 60 bits; the first four are the handle by which a code is found
LIFE = 24 * 3600  # seconds
TRIES = 5


class Refused(Exception):
    """A device or a code that is not let in. ``code`` names why, for the desk to say in its language."""

    def __init__(self, code: str, detail: str = "", wipe: tuple[str, str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.wipe = wipe  # the device that is to remove its records, and since when
        self.order: dict[str, str] | None = None  # the same, signed by the centre


@dataclass(frozen=True, slots=True)
class Device:
    """A desk that was let in, and the venue that it speaks for."""

    id: str
    venue: str
    writer: str
    joined: dict[str, int]
    yields: int | None
    seen: str | None
    keys: dict[str, str]
    release: str = ""
    cursor: int | None = None


@dataclass(frozen=True, slots=True)
class Us:
    """What the centre is now; restoring a backup changes both, also under a running process."""

    epoch: str
    writer: str


def us_now(connection: Connection) -> Us:
    """The centre's epoch and writer."""
    rows = connection.execute(_US).all()
    known: dict[str, str] = {row[0]: row[1] for row in rows}
    return Us(known["epoch"], known["writer"])


_NOTE = update(DEVICE).where(DEVICE.c.id == bindparam("_id"))
_BY_TOKEN = select(DEVICE).where(DEVICE.c.token == bindparam("token"))
_US = select(CENTRE.c.key, CENTRE.c.value).where(CENTRE.c.key.in_(["epoch", "writer"]))


def now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")


def moment(text: str) -> float:
    """Seconds since 1970 of a moment that ``now`` gave."""
    return datetime.fromisoformat(text).timestamp()


def add_venue(connection: Connection, name: str, kind: str) -> str:
    """A venue with nothing in it yet. Returns its id. Raises Problem."""
    row = {"venue_id": new_id(), "name": rules.named(name), "kind": rules.kind_named(kind), "made": now()}
    connection.execute(LEDGER.insert(), row)
    return str(row["venue_id"])


def make_code(connection: Connection, venue: str) -> str:
    """A new one-time code for a venue: valid for a day, once. Raises Problem where there is no such venue."""
    if connection.scalar(select(LEDGER.c.venue_id).where(LEDGER.c.venue_id == venue)) is None:
        raise Problem(
            _("There is no venue with this id: {id}").format(id=venue),
            _("See the ids with: venue-desk server venue list."),
        )
    connection.execute(CODE.delete().where(CODE.c.expires < int(time.time()) - 30 * LIFE))
    while True:
        text = "".join(secrets.choice(ALPHABET) for _place in range(HANDLE + SECRET))
        if connection.scalar(select(CODE.c.handle).where(CODE.c.handle == text[:HANDLE])) is None:
            break
    connection.execute(
        CODE.insert(),
        {
            "handle": text[:HANDLE],
            "venue_id": venue,
            "secret": _hash(text),
            "expires": int(time.time()) + LIFE,
            "tries": 0,
        },
    )
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def code_picture(code: str) -> list[str]:
    """A code as a QR for a terminal: two modules a character, the light ones drawn, with its quiet zone."""
    from venue_desk.documents.code import modules

    side, rows = modules(code)
    quiet = bytes([255]) * (side + 8)
    light = [quiet] * 4 + [quiet[:4] + row + quiet[:4] for row in rows] + [quiet] * (4 + side % 2)
    return [
        "".join(" ▄▀█"[2 * (high > 0) + (low > 0)] for high, low in zip(*pair, strict=True))
        for pair in zip(light[::2], light[1::2], strict=True)
    ]


def use_code(connection: Connection, typed: str, writer: str, belongs: str = "") -> str:
    """Spend a code. Returns its venue. Raises Refused; the caller commits also then, because tries count."""
    row = code_row(connection, letters.tidy(typed)[:HANDLE])
    right = hmac.compare_digest(row.secret, letters.secret_of(typed))
    return spend(connection, row, right=right, writer=writer, belongs=belongs)


def code_row(connection: Connection, handle: str) -> Any:
    """The code with this beginning, which may still be tried. Raises Refused."""
    row = connection.execute(select(CODE).where(CODE.c.handle == handle).with_for_update()).first()
    if row is None:
        raise Refused("code_unknown")
    if row.tries >= TRIES:
        raise Refused("code_blocked")
    return row


def spend(connection: Connection, row: Any, *, right: bool, writer: str, belongs: str = "") -> str:
    """Spend a code that was found, or count a wrong try. Returns its venue. Raises Refused; the caller commits.

    The same desk may use it again while it lasts: the answer to its first try may have been lost on the way.
    ``belongs``: the venue that the desk is part of already; another one's code is refused and not spent.
    """
    if not right:
        connection.execute(update(CODE).where(CODE.c.handle == row.handle).values(tries=row.tries + 1))
        raise Refused("code_wrong", str(TRIES - row.tries - 1))
    if row.used and row.used != writer:
        raise Refused("code_used")
    if row.expires < time.time():
        raise Refused("code_expired")
    if belongs and belongs != row.venue_id:
        raise Refused("foreign")
    connection.execute(update(CODE).where(CODE.c.handle == row.handle).values(used=writer))
    return str(row.venue_id)


def add_device(
    connection: Connection,
    venue: str,
    name: str,
    writer: str,
    joined: Mapping[str, int],
    keys: Mapping[str, str],
) -> tuple[str, str]:
    """Let a desk in. Returns its id and its token, of which only a hash is kept."""
    token, device = secrets.token_urlsafe(32), new_id()
    connection.execute(
        DEVICE.insert(),
        {
            "id": device,
            "venue_id": venue,
            "name": name,
            "token": _hash(token),
            "writer": writer,
            "joined": json.dumps(dict(joined)),
            "since": now(),
            "keys": json.dumps(dict(keys)),
        },
    )
    return device, token


def renew_token(connection: Connection, device: str) -> str:
    """Another token in the place of a device's own, which is not known to anybody here."""
    token = secrets.token_urlsafe(32)
    connection.execute(update(DEVICE).where(DEVICE.c.id == device).values(token=_hash(token)))
    return token


def by_token(connection: Connection, token: str) -> Device:
    """The device with this token. Raises Refused."""
    return _device(connection.execute(_BY_TOKEN, {"token": _hash(token)}).first())


def by_id(connection: Connection, id: str) -> Device:
    """The device with this id. Raises Refused."""
    return _device(connection.execute(select(DEVICE).where(DEVICE.c.id == id)).first())


def leaving(connection: Connection, id: str) -> Device:
    """A device that was told to remove its records. Raises Refused for any other."""
    row = connection.execute(select(DEVICE).where(DEVICE.c.id == id)).first()
    if row is None or not row.wipe:
        raise Refused("token")
    return _known(row)


def _device(row: Any) -> Device:
    if row is None:
        raise Refused("token")
    if row.revoked and row.wipe:
        raise Refused("revoked", "wipe", (row.id, row.wipe))
    if row.revoked:
        raise Refused("revoked")
    return _known(row)


def _known(row: Any) -> Device:
    values = row._asdict()
    return Device(
        values["id"],
        values["venue_id"],
        values["writer"],
        json.loads(values["joined"]),
        values["yields"],
        values["seen"],
        json.loads(values["keys"]),
        values["release"] or "",
        values["cursor"],
    )


def note(connection: Connection, device: Device, writer: str, cursor: int, release: str = "") -> None:
    """Note that a device was here: as which writer, with which release, and how far it was answered."""
    values = {"_id": device.id, "seen": now(), "writer": writer, "cursor": cursor}
    if release:
        values["release"] = release
    connection.execute(_NOTE, values)


def note_repair(connection: Connection, device: Device, buckets: int) -> None:
    """Note that a device's records were found to differ from ours, and were sent again."""
    values = {"repaired": func.coalesce(DEVICE.c.repaired, 0) + buckets, "repaired_at": now()}
    connection.execute(update(DEVICE).where(DEVICE.c.id == device.id).values(values))


def revoke(connection: Connection, id: str, wipe: bool = False) -> None:
    """Let a device in no more; ``wipe`` tells it at its next contact to remove its records.

    May be said again, to add the wipe. Raises Problem where there is no such device or nothing is left to say.
    """
    values: dict[str, Any] = {"revoked": func.coalesce(DEVICE.c.revoked, now())}
    open_still: ColumnElement[bool] = DEVICE.c.revoked.is_(None)
    if wipe:
        values["wipe"] = now()
        open_still = or_(open_still, DEVICE.c.wipe.is_(None))
    done = connection.execute(update(DEVICE).where(DEVICE.c.id == id, open_still).values(values))
    if not done.rowcount:
        raise Problem(
            _("There is no device with this id that could be revoked: {id}").format(id=id),
            _("See the ids with: venue-desk server device list."),
        )


def letter_for(connection: Connection, venue: str, writer: str, wanted: str) -> str:
    """The letter with which a writer numbers certificates: its own unless another writer of the venue has it."""
    rows = connection.execute(select(LETTER.c.letter, LETTER.c.writer).where(LETTER.c.venue_id == venue))
    known: dict[str, str] = {row.letter: row.writer for row in rows}
    mine = sorted(letter for letter, owner in known.items() if owner == writer)
    if wanted in mine:
        return wanted
    if mine:
        return mine[-1]
    computers = set(
        connection.scalars(select(Computer.letter).where(Computer.venue_id == venue, Computer.id != writer))
    )
    taken = computers | set(known)
    letter = wanted if wanted and wanted not in taken else next_letter(taken)
    connection.execute(LETTER.insert(), {"venue_id": venue, "letter": letter, "writer": writer})
    return letter


def venues(connection: Connection) -> list[dict[str, Any]]:
    """Every venue: id, name, kind, how many lines, how many devices."""
    count = (
        select(func.count())
        .where(DEVICE.c.venue_id == LEDGER.c.venue_id, DEVICE.c.revoked.is_(None))
        .scalar_subquery()
    )
    rows = connection.execute(
        select(LEDGER.c.venue_id, LEDGER.c.name, LEDGER.c.kind, LEDGER.c.head, count).order_by(LEDGER.c.name)
    )
    return [
        {"id": venue, "name": name, "kind": kind, "changes": head, "devices": n}
        for venue, name, kind, head, n in rows
    ]


def devices(connection: Connection) -> list[dict[str, Any]]:
    """Every device: id, name, venue, since, seen, revoked, wipe, wiped, release, and how many lines it is behind."""
    rows = connection.execute(
        select(
            DEVICE.c.id,
            DEVICE.c.name,
            LEDGER.c.name.label("venue"),
            DEVICE.c.since,
            DEVICE.c.seen,
            DEVICE.c.revoked,
            DEVICE.c.wipe,
            DEVICE.c.wiped,
            DEVICE.c.release,
            DEVICE.c.repaired,
            DEVICE.c.repaired_at,
            (LEDGER.c.head - func.coalesce(DEVICE.c.cursor, 0)).label("behind"),
        )
        .join(LEDGER, LEDGER.c.venue_id == DEVICE.c.venue_id)
        .order_by(LEDGER.c.name, DEVICE.c.since)
    )
    return [dict(row) for row in rows.mappings()]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
