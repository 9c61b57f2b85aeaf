"""The centre's half of joining by a stick: a desk's request in, the answer that lets it in out."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from venue_desk.server import devices, postgres
from venue_desk.server.carrying import converse
from venue_desk.server.centre import Centre
from venue_desk.server.devices import Refused, us_now
from venue_desk.server.ledger import venue_row
from venue_desk.server.tables import DEVICE
from venue_desk.sync import joining, letters, packet
from venue_desk.sync.admission import SUFFIX
from venue_desk.sync.reading import Malformed
from venue_desk.sync.stick import reply


@dataclass(frozen=True, slots=True)
class Admitted:
    """A computer that was let in, and the file that is carried back to it."""

    device: str
    name: str
    venue: str
    file: bytes


def admit(centre: Centre, data: bytes, address: str = "") -> Admitted:
    """Let a desk in that asks by a file, and give it the venue's records. Raises Problem.

    ``address``: where it finds us, should it ever have a network. The same file may be taken again while its code
    lasts: the answer may have been lost on the way.
    """
    letter = letters.read(data)
    if address:
        address = joining.address(address)
    try:
        device, told, asked, key = _let_in(centre, letter)
    except Refused as error:
        raise joining.refusal(f"{error.code}:{error.detail}", "") from error
    except Malformed as error:
        raise packet.damaged() from error
    lines = reply(converse(centre, centre.device(device), asked.said))
    told |= {"keys": centre.public_keys(), "address": address}
    return Admitted(
        device, asked.name, told["name"], letters.let_in(told, lines, asked.keys, letter.mark, key)
    )


def admit_file(centre: Centre, file: Path, answer: Path, address: str = "") -> Admitted:
    """The same from file to file. Raises Problem."""
    admitted = admit(centre, packet.fetch(file), address)
    packet.put(answer if answer.suffix == SUFFIX else answer.with_name(answer.name + SUFFIX), admitted.file)
    return admitted


def _let_in(centre: Centre, letter: letters.Letter) -> tuple[str, dict[str, Any], letters.Asked, bytes]:
    with centre.door(write=True) as connection:
        spent: Refused
        try:
            row = devices.code_row(connection, letter.handle)
            key = letters.stretched(row.secret, letter.salt)
            asked = letters.opened(letter, key)
            venue = devices.spend(
                connection,
                row,
                right=asked is not None,
                writer=asked.writer if asked else "",
                belongs=asked.venue if asked else "",
            )
        except Refused as refused:
            spent = refused  # committed all the same, because tries count
        else:
            assert asked is not None
            postgres.act_as(connection, postgres.DESK, venue)
            # The same computer again, whose answer was lost on the way, is the same device.
            known = connection.scalar(
                select(DEVICE.c.id).where(
                    DEVICE.c.venue_id == venue,
                    DEVICE.c.writer == asked.writer,
                    DEVICE.c["keys"] == json.dumps(asked.keys),
                    DEVICE.c.revoked.is_(None),
                )
            )
            device, token = (
                (known, devices.renew_token(connection, known))
                if known
                else devices.add_device(connection, venue, asked.name, asked.writer, asked.joined, asked.keys)
            )
            told = {
                "device": device,
                "token": token,
                "venue": venue,
                "name": str(venue_row(connection, venue).name),
                "letter": devices.letter_for(connection, venue, asked.writer, asked.letter),
                "epoch": us_now(connection).epoch,
            }
            return device, told, asked, key
    raise spent
