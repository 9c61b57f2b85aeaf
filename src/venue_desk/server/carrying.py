"""Files on a stick, at the centre: a desk's lines in, the answer out. All of it or nothing."""

import json
from pathlib import Path
from typing import Any

from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.server.centre import Centre
from venue_desk.server.devices import Device, Refused
from venue_desk.server.handed import receive
from venue_desk.sync import packet
from venue_desk.sync.messages import LARGEST_SENT, Answer, Request, size
from venue_desk.sync.reading import Malformed, unpack
from venue_desk.sync.stick import SUFFIX, follow, reply

ENOUGH = (
    LARGEST_SENT * 2
)  # bytes of lines in one file, before compression; what is behind comes with the next


def take(centre: Centre, file: Path, answer: Path) -> dict[str, Any]:
    """Take in a desk's file and write the one to carry back. Raises Problem, and then nothing was taken in.

    Where writing the answer fails, the lines are in already: the same file may be taken again, and is answered again.
    """
    parts = packet.unbound(packet.fetch(file))
    if answer.suffix != SUFFIX:
        answer = answer.with_name(answer.name + SUFFIX)
    if len(parts) > 1 or packet.kind_of(parts[0]) == packet.REMOVED:
        return _farewell(centre, parts)
    changes, sealed = answered(centre, parts[0])
    packet.put(answer, sealed)
    return {"changes": changes, "answer": str(answer), "bytes": len(sealed)}


def answered(centre: Centre, data: bytes) -> tuple[int, bytes]:
    """How many changes a desk's file brought, and the file to carry back. Raises Problem."""
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
        return changes, packet.seal(said, packet.ORDER, device.id, centre.private_keys(), device.keys)
    try:
        request = unpack(message, Request)
    except Malformed as error:
        raise packet.damaged() from error
    answers = converse(centre, device, request)
    sealed = packet.seal(reply(answers), packet.FROM_CENTRE, device.id, centre.private_keys(), device.keys)
    results = answers[0][1].results
    return sum(n for result, n, _why in results if result not in ("duplicate", "gap")), sealed


def converse(centre: Centre, device: Device, request: Request) -> list[tuple[Request, Answer]]:
    """Answer a desk with all that it does not have, as if it said each time that it took over what came."""
    answers = [(request, centre.exchange(device, request))]
    amount = 0
    while answers[-1][1].goes_on and amount < ENOUGH:
        request = follow(*answers[-1])
        answers.append((request, centre.exchange(device, request)))
        amount += sum(size(entry) for run in answers[-1][1].runs for entry in run.entries)
    return answers


def _farewell(centre: Centre, parts: list[bytes]) -> dict[str, Any]:
    """The last file of a desk whose records were removed: nothing is carried back."""
    try:
        said = [receive(centre, part) for part in parts]
    except Refused as error:
        raise Problem(
            _("This file comes from a computer that this centre does not know."),
            _("Let it in first, with a code."),
        ) from error
    return {"changes": sum(one["changes"] for one in said), "answer": "", "bytes": 0}
