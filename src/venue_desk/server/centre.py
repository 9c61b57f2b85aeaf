"""The centre: what an endpoint, a command or a file from a stick asks of it. Each is one transaction."""

import json
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

from venue_desk.server import database, devices, postgres, reference, removed
from venue_desk.server.devices import Device, Refused, us_now
from venue_desk.server.giving import again, compare, confirmed, differing, give, only_its_own
from venue_desk.server.ledger import Taken, alone, standing, take, venue_row
from venue_desk.store.digest import kept_sums, look, places_in, refresh, summary, texts
from venue_desk.store.merge import rebuild
from venue_desk.store.migrations import SCHEMA
from venue_desk.sync import orders, packet
from venue_desk.sync.messages import Answer, Request

LOG = logging.getLogger("venue_desk.centre")
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

    @property
    def known(self) -> dict[str, str]:
        """What the centre keeps of itself, as it is now: a restore changes it under running processes."""
        with self.reading() as connection:
            return database.identity(connection)

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def writing(self, venue: str = "") -> Iterator[Connection]:
        """A transaction that may write; durable when it ends. It sees one venue's rows, or as the agency all."""
        with self._as(venue, write=True).begin() as connection:
            yield connection

    @contextmanager
    def reading(self, venue: str = "") -> Iterator[Connection]:
        with self._as(venue).connect() as connection:
            yield connection

    @contextmanager
    def door(self, write: bool = False) -> Iterator[Connection]:
        """A transaction that sees devices and codes only: it is not known yet who asks."""
        with self.engine.execution_options(write=write, role=postgres.DOOR).begin() as connection:
            yield connection

    def _as(self, venue: str, write: bool = False) -> Engine:
        role = postgres.DESK if venue else postgres.AGENCY
        return self.engine.execution_options(write=write, role=role, venue=venue)

    def enrol(self, asked: Enrolment) -> dict[str, Any]:
        """Let a desk in. Returns what it needs to know. Raises Refused."""
        keys = self.public_keys()
        with self.door(write=True) as connection:
            try:
                venue = devices.use_code(connection, asked.code, asked.writer, asked.venue)
            except Refused as refused:
                spent = refused  # committed all the same, because tries count
            else:
                postgres.act_as(connection, postgres.DESK, venue)
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
                    "epoch": us_now(connection).epoch,
                    "keys": keys,
                }
        raise spent

    def answer(self, token: str, request: Request) -> Answer:
        """Take a desk's lines and give it those that it does not have. Raises Refused."""
        return self.exchange(self.admit(token), request)

    def admit(self, token: str) -> Device:
        """The device with this token. Raises Refused; one that is to remove its records gets the order with it."""
        with self._ordering(), self.door() as connection:
            return devices.by_token(connection, token)

    @contextmanager
    def _ordering(self) -> Iterator[None]:
        try:
            yield
        except Refused as refused:
            if refused.wipe:
                refused.order = orders.give(self.private_keys(), *refused.wipe)
            raise

    def exchange(self, device: Device, request: Request, release: str = "") -> Answer:
        """The same for a device that was recognised by other means (a signed file)."""
        venue = device.venue
        if request.digest is not None:
            self._tidy(venue)
        if request.runs or request.again or self._to_note(device, request, release):
            with self.writing(venue) as connection:
                taken = take(connection, device, request)
                removed.note(connection, device, request, taken)
                if request.again and request.compare:  # they were not alike
                    rebuild(connection, venue, places_in(connection, venue, request.again))
                    devices.note_repair(connection, device, len(request.again))
                letter = request.letter
                if not taken.was.lettered:
                    letter = devices.letter_for(connection, venue, request.writer, letter)
                answer = self._answer(connection, device, request, taken, letter)
                devices.note(connection, device, request.writer, answer.cursor, release)
            if taken.due:
                self._gather(venue)
            return answer
        with self.reading(venue) as connection:
            row = standing(connection, venue, request)
            answer = self._answer(connection, device, request, Taken(row, row.head), request.letter)
        if row.gathered != row.head:  # a stop came between a venue's lines and the lists
            self._gather(venue)
        if answer.cursor != device.cursor:
            with self.writing(venue) as connection:
                devices.note(connection, device, request.writer, answer.cursor, release)
        return answer

    def _gather(self, venue: str) -> None:
        """Say to all venues what this one's records add; in its own transaction, because all venues share the lists."""
        try:
            with self.writing() as connection:
                reference.gather(connection, venue)
        except Exception:
            # Its lines are durable and the venue stays due: what one venue wrote must not stop its sync.
            LOG.exception("a venue's part of the lists could not be gathered")

    def _tidy(self, venue: str) -> None:
        """See that the digests kept are those of the rows, and that the rows say what the journal says."""
        with self.reading(venue) as connection:
            found = look(connection, venue)
            if not found.stale and found.sums == kept_sums(connection, venue):
                return
        with self.writing(venue) as connection:
            alone(connection, venue)
            found = look(connection, venue)
            if found.stale:
                LOG.warning("rows were changed past the journal", extra={"facts": {"rows": len(found.stale)}})
            rebuild(connection, venue, found.stale)
            refresh(connection, venue)

    def _to_note(self, device: Device, request: Request, release: str) -> bool:
        """Whether something about the device itself must be written."""
        if device.seen is None or device.writer != request.writer or release not in ("", device.release):
            return True
        seen = devices.moment(device.seen)
        return abs(time.time() - seen) > SEEN

    def _answer(
        self,
        connection: Connection,
        device: Device,
        request: Request,
        taken: Taken,
        letter: str,
    ) -> Answer:
        venue, epoch, head = device.venue, taken.was.epoch, taken.head
        alike, ours = compare(connection, venue, request.have, taken)
        for writer, number in taken.held.items():
            alike[writer] = max(number, alike.get(writer, 0))
        cursor = confirmed(connection, venue, request.cursor, request.at, taken)
        if request.epoch and request.epoch != epoch:
            cursor = 0
        given = only_its_own(cursor, taken) or give(connection, venue, cursor, head, alike)
        runs, differs, said = given.runs, None, ""
        if request.again:
            runs = [*runs, *again(connection, venue, request.again)]
        listed, version = None, int(taken.was.reference or 0)
        if request.reference is not None and (request.reference, request.epoch) != (version, epoch):
            known = request.reference if request.epoch == epoch and request.reference <= version else 0
            listed = reference.part(connection, venue, known, version)
        # Where lines came or go with this very message, the copies cannot be alike yet.
        quiet = not (given.more or given.runs or request.runs)
        if request.schema == SCHEMA:
            if request.digest is not None and quiet:
                differs = differing(request.digest, texts(kept_sums(connection, venue)))
            elif not given.more and (request.compare or request.runs or given.runs or request.epoch != epoch):
                said = summary(connection, venue)
            # Another desk may write while we look, if it need not wait for us.
            looked = not taken.turn and (differs is not None or said != "")
            if looked and venue_row(connection, venue).head != head:
                differs, said = None, ""
        return Answer(
            epoch=epoch,
            now=int(time.time() * 1000),
            cursor=given.cursor,
            at=given.at,
            more=given.more,
            head=head,
            letter="" if letter == request.letter else letter,
            backed=taken.was.backed,
            acknowledged=ours,
            results=taken.results,
            stamps=taken.stamps,
            forks=taken.forks,
            summary=said,
            differs=differs,
            reference=listed,
            runs=runs,
        )

    def public_keys(self) -> dict[str, str]:
        """The centre's public keys for files on a stick."""
        return packet.public(self.private_keys())

    def private_keys(self) -> dict[str, str]:
        """The centre's private keys for files on a stick."""
        return dict(json.loads(self.known["keys"]))

    def device(self, id: str) -> Device:
        """A device by its id. Raises Refused, as ``admit``."""
        with self._ordering(), self.door() as connection:
            return devices.by_id(connection, id)

    def leaving(self, id: str) -> Device:
        """A device that was told to remove its records. Raises Refused for any other."""
        with self.door() as connection:
            return devices.leaving(connection, id)
