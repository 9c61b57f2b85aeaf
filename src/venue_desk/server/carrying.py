"""Files on a stick, at the centre: a desk's lines in, the answer out. All of it or nothing."""

from pathlib import Path
from typing import Any

from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.server.centre import Centre
from venue_desk.server.devices import Device, Refused
from venue_desk.sync import packet
from venue_desk.sync.messages import Request
from venue_desk.sync.reading import Malformed, unpack
from venue_desk.sync.stick import SUFFIX, reply


def take(centre: Centre, file: Path, answer: Path) -> dict[str, Any]:
    """Take in a desk's file and write the one to carry back. Raises Problem, and then nothing was taken in.

    Where writing the answer fails, the lines are in already: the same file may be taken again, and is answered again.
    """
    data = packet.fetch(file)
    found: list[Device] = []

    def sender(device: str) -> dict[str, str]:
        try:
            found.append(centre.device(device))
        except Refused as error:
            raise Problem(
                _("This file comes from a computer that was revoked.")
                if error.code == "revoked"
                else _("This file comes from a computer that this centre does not know."),
                _("Let it in first, with a code."),
            ) from error
        return found[0].keys

    _device, message = packet.unseal(data, packet.FROM_DESK, centre.private_keys(), sender)
    try:
        request = unpack(message, Request)
    except Malformed as error:
        raise Problem(
            _("This file cannot be read: {why}.").format(why=str(error)), _("Make a new one.")
        ) from error
    said = centre.exchange(found[0], request)
    if answer.suffix != SUFFIX:
        answer = answer.with_name(answer.name + SUFFIX)
    sealed = packet.seal(
        reply(request, said), packet.FROM_CENTRE, found[0].id, centre.private_keys(), found[0].keys
    )
    packet.put(answer, sealed)
    new = sum(count for result, count, _why in said.results if result not in ("duplicate", "gap"))
    return {"changes": new, "answer": str(answer), "bytes": len(sealed)}
