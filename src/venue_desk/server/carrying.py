"""Files on a stick, at the centre: a desk's lines in, the answer out. All of it or nothing."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.server.centre import Centre
from venue_desk.server.devices import Device, Refused
from venue_desk.server.handed import keep, opened, receive
from venue_desk.sync import packet
from venue_desk.sync.messages import LARGEST_SENT, Answer, Request, size
from venue_desk.sync.reading import Malformed, unpack
from venue_desk.sync.stick import SUFFIX, follow, reply

LINES, ORDER, LAST = "lines", "order", "last"
ENOUGH = (
    LARGEST_SENT * 2
)  # bytes of lines in one file, before compression; what is behind comes with the next


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of a desk's file: whose it was, how many changes it brought, and the file to carry back.

    ``kind``: LINES; ORDER where the answer is to remove the records; LAST where they were, and nothing goes back.
    """

    kind: str
    device: Device
    changes: int
    file: bytes


def take(centre: Centre, file: Path, answer: Path) -> dict[str, Any]:
    """Take in a desk's file and write the one to carry back. Raises Problem, and then nothing was taken in.

    Where writing the answer fails, the lines are in already: the same file may be taken again, and is answered again.
    """
    if answer.suffix != SUFFIX:
        answer = answer.with_name(answer.name + SUFFIX)
    said = answered(centre, packet.fetch(file))
    if said.kind == LAST:
        return {"changes": said.changes, "answer": "", "bytes": 0}
    packet.put(answer, said.file)
    return {"changes": said.changes, "answer": str(answer), "bytes": len(said.file)}


def answered(centre: Centre, data: bytes) -> Answered:
    """Take in a desk's file, of whatever kind. Raises Problem, and then nothing was taken in."""
    parts = packet.unbound(data)
    if len(parts) > 1 or packet.kind_of(parts[0]) == packet.REMOVED:
        return _farewell(centre, parts)
    return _lines(centre, data)


def _lines(centre: Centre, data: bytes) -> Answered:
    found: list[Device] = []
    ordered: list[dict[str, str]] = []

    def sender(device: str) -> dict[str, str]:
        try:
            found.append(centre.device(device))
        except Refused as error:
            if error.order is None:
                raise Problem(
                    _("This file comes from a computer that was revoked.")
                    if error.code == "revoked"
                    else _("This file comes from a computer that this centre does not know."),
                    _("Let it in first, with a code."),
                ) from error
            ordered.append(error.order)
            found.append(centre.leaving(device))
        return found[0].keys

    _device, message = packet.unseal(data, packet.FROM_DESK, centre.private_keys(), sender)
    device = found[0]
    if ordered:
        # What it holds is kept apart; what goes back is the order to remove its records.
        changes = receive(centre, data)["changes"]
        said = json.dumps(ordered[0]).encode()
        sealed = packet.seal(said, packet.ORDER, device.id, centre.private_keys(), device.keys)
        return Answered(ORDER, device, changes, sealed)
    try:
        request = unpack(message, Request)
    except Malformed as error:
        raise packet.damaged() from error
    answers = converse(centre, device, request)
    sealed = packet.seal(reply(answers), packet.FROM_CENTRE, device.id, centre.private_keys(), device.keys)
    results = answers[0][1].results
    changes = sum(n for result, n, _why in results if result not in ("duplicate", "gap"))
    return Answered(LINES, device, changes, sealed)


def converse(centre: Centre, device: Device, request: Request) -> list[tuple[Request, Answer]]:
    """Answer a desk with all that it does not have, as if it said each time that it took over what came."""
    answers = [(request, centre.exchange(device, request))]
    amount = 0
    while answers[-1][1].goes_on and amount < ENOUGH:
        request = follow(*answers[-1])
        answers.append((request, centre.exchange(device, request)))
        amount += sum(size(entry) for run in answers[-1][1].runs for entry in run.entries)
    return answers


def _farewell(centre: Centre, parts: list[bytes]) -> Answered:
    """The last file of a desk whose records were removed: nothing is carried back."""
    try:
        said = [opened(centre, part) for part in parts]
    except Refused as error:
        raise Problem(
            _("This file comes from a computer that this centre does not know."),
            _("Let it in first, with a code."),
        ) from error
    # Its word that it is done comes last: what it still had may be refused, and then nothing was taken.
    for one in sorted(said, key=lambda one: one.request is None):
        keep(centre, one)
    return Answered(LAST, said[0].device, sum(one.changes for one in said), b"")
