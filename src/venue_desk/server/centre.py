"""The centre: what an endpoint, a command or a file from a stick asks of it. Each is one transaction."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, update

from venue_desk.server import database, devices
from venue_desk.server.devices import Device, Refused
from venue_desk.server.giving import again, compare, confirmed, differing, give
from venue_desk.server.ledger import Taken, take, venue_row
from venue_desk.server.tables import DEVICE
from venue_desk.store.digest import digests
from venue_desk.store.migrations import SCHEMA
from venue_desk.sync import packet
from venue_desk.sync.messages import Answer, Request

SEEN = 600  # seconds after which it is worth a write that a device was here


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a desk says when it asks to be let in."""

    code: str
    writer: str
    name: str
    letter: str
    venue: str  # to which the desk belongs already, or empty
    joined: dict[str, int]
    keys: dict[str, str]


class Centre:
    """A centre's records. Safe to use from several threads."""

    def __init__(self, place: Path | str) -> None:
        self.engine: Engine = database.open_engine(place)
        self._writing = self.engine.execution_options(write=True)
        with self.engine.connect() as connection:
            self.known = database.identity(connection)

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that may write; durable when it ends."""
        with self._writing.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            yield connection

    def enrol(self, asked: Enrolment) -> dict[str, Any]:
        """Let a desk in. Returns what it needs to know. Raises Refused."""
        with self.writing() as connection:
            try:
                venue = devices.use_code(connection, asked.code, asked.writer, asked.venue)
            except Refused as refused:
                spent = refused  # committed all the same, because tries count
            else:
                device, token = devices.add_device(
                    connection, venue, asked.name, asked.writer, asked.joined, asked.keys
                )
                letter = devices.letter_for(connection, venue, asked.writer, asked.letter)
                row = venue_row(connection, venue)
                return {
                    "device": device,
                    "token": token,
                    "venue": venue,
                    "name": row.name,
                    "letter": letter,
                    "epoch": self.known["epoch"],
                    "keys": self.public_keys(),
                }
        raise spent

    def answer(self, token: str, request: Request) -> Answer:
        """Take a desk's lines and give it those that it does not have. Raises Refused."""
        with self.reading() as connection:
            device = devices.by_token(connection, token)
        return self.exchange(device, request)

    def admit(self, token: str) -> None:
        """Whether this token is let in. Raises Refused."""
        with self.reading() as connection:
            devices.by_token(connection, token)

    def exchange(self, device: Device, request: Request) -> Answer:
        """The same for a device that was recognised by other means (a signed file)."""
        if request.runs or self._to_note(device, request):
            with self.writing() as connection:
                taken = take(connection, device, request.runs, self.known["writer"])
                letter = devices.letter_for(connection, device.venue, request.writer, request.letter)
                connection.execute(
                    update(DEVICE)
                    .where(DEVICE.c.id == device.id)
                    .values(seen=devices.now(), writer=request.writer)
                )
                return self._answer(connection, device, request, taken, letter)
        with self.reading() as connection:
            return self._answer(connection, device, request, Taken(), request.letter)

    def _to_note(self, device: Device, request: Request) -> bool:
        """Whether something about the device itself must be written."""
        if device.seen is None or device.writer != request.writer:
            return True
        seen = devices.moment(device.seen)
        return abs(time.time() - seen) > SEEN

    def _answer(
        self, connection: Connection, device: Device, request: Request, taken: Taken, letter: str
    ) -> Answer:
        venue = device.venue
        row = venue_row(connection, venue)
        alike, ours = compare(connection, venue, request.have)
        for writer, number in taken.held.items():
            alike[writer] = max(number, alike.get(writer, 0))
        cursor = confirmed(connection, venue, request.cursor, request.at)
        if request.epoch and request.epoch != self.known["epoch"]:
            cursor = 0
        given = give(connection, venue, cursor, row.head, alike)
        runs, differs = given.runs, None
        if request.again:
            runs = [*runs, *again(connection, venue, request.again)]
        if request.digest is not None and not given.more and request.schema == SCHEMA:
            differs = differing(request.digest, digests(connection, venue))
        return Answer(
            epoch=self.known["epoch"],
            now=int(time.time() * 1000),
            cursor=given.cursor,
            at=given.at,
            more=given.more,
            head=row.head,
            letter="" if letter == request.letter else letter,
            backed=row.backed,
            acknowledged=ours,
            results=taken.results,
            stamps=taken.stamps,
            forks=taken.forks,
            differs=differs,
            runs=runs,
        )

    def public_keys(self) -> dict[str, str]:
        """The centre's public keys for files on a stick."""
        return packet.public(self.private_keys())

    def private_keys(self) -> dict[str, str]:
        """The centre's private keys for files on a stick."""
        return dict(json.loads(self.known["keys"]))

    def device(self, id: str) -> Device:
        """A device by its id. Raises Refused."""
        with self.reading() as connection:
            return devices.by_id(connection, id)
