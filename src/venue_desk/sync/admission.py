"""The desk's half of joining by a stick, for a computer that never sees a network: ask, and read the answer."""

import json
from pathlib import Path

from sqlalchemy.orm import Session

from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.queries.sync import standing
from venue_desk.store import database
from venue_desk.store.desk import Desk
from venue_desk.store.local import local
from venue_desk.sync import finding, joining, letters, packet, stick
from venue_desk.sync.exchange import position
from venue_desk.sync.letters import tidy
from venue_desk.sync.messages import pack
from venue_desk.sync.reading import Malformed
from venue_desk.sync.wire import Trouble

SUFFIX = ".vdjoin"
PENDING = "joining by a stick"  # local: what was asked, until the answer comes
LENGTH = 16  # characters of a code


def ask(desk: Desk, code: str, path: Path) -> Path:
    """Write the request that is carried to the centre. Returns its file. Raises Problem; nothing else is changed."""
    if len(tidy(code)) != LENGTH:
        raise Problem(
            _("A code has {count} letters and digits.").format(count=LENGTH),
            _("It looks like K7QF-9M2X-3HTR-W8PD; ask the centre for it."),
        )
    if path.suffix != SUFFIX:
        path = path.with_name(path.name + SUFFIX)
    keys = desk.ask(joining.file_keys)
    said = desk.ask(position)
    data, key = letters.ask(code, joining.about(desk, keys), said)
    pending = {"of": letters.mark(data), "key": key.hex(), "keys": keys, "said": pack(said).hex()}
    packet.put(path, data)
    desk.receive([], keep={PENDING: json.dumps(pending)})
    return path


def begin(folder: Path, code: str, path: Path) -> Desk:
    """A new desk in an empty folder that asks to join a venue. Raises Problem, and then leaves nothing behind."""
    desk = Desk.create(folder)
    try:
        ask(desk, code, path)
    except BaseException:
        desk.close()
        database.remove(folder)
        raise
    return desk


def waits(session: Session) -> bool:
    """Whether a request was written whose answer has not come."""
    return local(session, PENDING) is not None


def take(desk: Desk, path: Path) -> str:
    """Read the answer, and the venue's records with it. Returns the venue's name. Raises Problem."""
    pending = desk.ask(local, PENDING)
    if pending is None:
        raise Problem(
            _("This computer did not ask to join by a stick."),
            _("Write a request first, with the code from the centre."),
        )
    known = json.loads(pending)
    told, lines = letters.welcome(packet.fetch(path), known["of"], known["keys"], bytes.fromhex(known["key"]))
    try:
        answers = stick.split(lines)
        before = desk.ask(standing)
        url = str(told.get("address") or (before.url if before else ""))
        name = joining.enrolled(desk, told, known["keys"], joining.address(url) if url else "")
        stick.accept_all(desk, answers)
    except (Malformed, Trouble) as error:
        raise packet.damaged() from error
    desk.receive([], keep={PENDING: None})
    finding.look(desk)
    joining.make_known(desk)
    return name
