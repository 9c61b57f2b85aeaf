"""Syncing by a file on a stick: out with what waits, back with what the centre says."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy.orm import Session

from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.queries.sync import KEPT, KEYS, Standing, standing
from venue_desk.store.desk import Desk
from venue_desk.store.journal import tag
from venue_desk.store.local import local
from venue_desk.sync import finding, packet
from venue_desk.sync.client import note, removal_problem
from venue_desk.sync.exchange import ManyRemovals, Missing, accept, everything, offer
from venue_desk.sync.messages import LARGEST, Answer, Request, pack, short
from venue_desk.sync.orders import heed
from venue_desk.sync.reading import Malformed, unpack

SUFFIX = ".vdsync"


@dataclass(frozen=True, slots=True)
class Carried:
    """A file that was written or read: where, how many changes, how many bytes; ``kept`` are not sent unasked."""

    file: str
    changes: int
    bytes: int
    kept: int = 0


def export(desk: Desk, path: Path) -> Carried:
    """Write all that waits, and where we stand, to a file for the centre. Raises Problem.

    When this returns the stick may be pulled out. The changes keep waiting until the return file is read.
    """
    known, keys = desk.ask(_known)
    if path.suffix != SUFFIX:
        path = path.with_name(path.name + SUFFIX)
    # After a restore of the centre lines may have got other stamps there: they come once more, as over a network.
    again = tuple(desk.ask(everything)) if known.renewed else ()
    said = desk.ask(offer, LARGEST // 2, again=again)
    data = packet.seal(pack(said.request), packet.FROM_DESK, known.device, keys, known.keys)
    packet.put(path, data)
    if said.removing != known.removing:
        desk.receive([], keep={KEPT: replace(known, removing=said.removing).text()})
    return Carried(str(path), sum(len(run.entries) for run in said.request.runs), len(data), said.kept)


def bring(desk: Desk, path: Path) -> Carried:
    """Take over the file that the centre sent back: all of it or nothing.

    Raises Problem, and orders.Ordered where it holds nothing but the order to remove the records.
    """
    known, keys = desk.ask(_known)
    data = packet.fetch(path)
    if packet.kind_of(data) == packet.ORDER:
        _device, said = packet.unseal(data, packet.ORDER, keys, lambda _device: known.keys)
        heed(json.loads(said), known.device, known.keys)
    device, message = packet.unseal(data, packet.FROM_CENTRE, keys, lambda _device: known.keys)
    if device != known.device:
        raise Problem(
            _("This file was made for another computer."), _("Choose the file that was made for this one.")
        )
    try:
        answers = split(message)
        accept_all(desk, answers)
    except Malformed as error:
        raise packet.damaged() from error
    except Missing as error:
        raise Problem(
            _("This file goes on from a later one that was not read here."),
            _("Make a new file here, carry it to the centre, and bring back its answer."),
        ) from error
    except ManyRemovals as error:
        note(desk, "removals", removals=error.count)
        raise removal_problem(error.count) from error
    finding.look(desk)
    came = sum(len(run.entries) for _said, answer in answers for run in answer.runs)
    return Carried(str(path), came, len(data))


def reply(answers: Sequence[tuple[Request, Answer]]) -> bytes:
    """What a return file holds: each answer, and what it answers to."""
    parts = [pack(one) for pair in answers for one in pair]
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def split(message: bytes) -> list[tuple[Request, Answer]]:
    """What ``reply`` put together. Raises Malformed."""
    parts: list[bytes] = []
    while message:
        length = int.from_bytes(message[:4], "big")
        if length > len(message) - 4:
            raise Malformed("length")
        parts.append(message[4 : 4 + length])
        message = message[4 + length :]
    if not parts or len(parts) % 2:
        raise Malformed("length")
    return [(unpack(said, Request), unpack(answer, Answer)) for said, answer in _pairs(parts)]


def _pairs(parts: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Two by two."""
    return zip(parts[::2], parts[1::2], strict=True)


def accept_all(desk: Desk, answers: Sequence[tuple[Request, Answer]]) -> None:
    """Take over answers one after the other. Killed between two, the same file goes on where it stopped."""
    for request, answer in answers:
        now = accept(desk, request, answer, by_file=True)
        if request.again and now.renewed and request.epoch == answer.epoch == now.epoch:
            desk.receive([], keep={KEPT: replace(now, renewed=False).text()})


def follow(request: Request, answer: Answer) -> Request:
    """What the desk would say next, when it has taken over an answer that was not the last."""
    have = dict(request.have)
    for run in (*request.runs, *answer.runs):
        have[tag(run.writer, run.branch)] = (run.entries[-1].number, short(run.entries[-1].hash))
    now = replace(
        request, cursor=answer.cursor, at=answer.at, epoch=answer.epoch, have=have, runs=[], again=[]
    )
    return replace(now, reference=answer.reference.last) if answer.reference else now


def _known(session: Session) -> tuple[Standing, dict[str, str]]:
    known, keys = standing(session), local(session, KEYS)
    if known is None or keys is None:
        raise Problem(
            _("This computer is not connected to a centre yet."),
            _("Connect it once over the network; after that a stick is enough."),
        )
    return known, dict(json.loads(keys))
