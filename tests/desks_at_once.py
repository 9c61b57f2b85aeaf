"""Many desks without desks: they speak the wire, and remember every line that the centre acknowledged.

Messages are made beforehand, so the client costs next to nothing while a centre is measured.
"""

import hashlib
import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import httpx

from venue_desk.server import database, devices
from venue_desk.server.centre import Centre
from venue_desk.store.capture import dump
from venue_desk.store.journal import GENESIS, Entry
from venue_desk.store.migrations import SCHEMA
from venue_desk.store.records import fact, new_id
from venue_desk.sync.messages import Answer, Request, Run, pack
from venue_desk.sync.reading import unpack

MARKS = 40  # in a batch: a class was scanned at the door
START = datetime(2025, 9, 1, 7, 30)


@dataclass(slots=True)
class Wired:
    """A desk as the wire sees it."""

    venue: str
    token: str
    writer: str
    number: int = 0  # of the last line made
    previous: bytes = GENESIS
    entries: list[Entry] = field(default_factory=list)  # made, and not acknowledged yet
    acknowledged: list[bytes] = field(default_factory=list)
    cursor: int = 0
    at: str = ""

    def scan(self, many: int = MARKS) -> None:
        """Mark so many people present, each an action of its own."""
        lesson = new_id()
        for _each in range(many):
            self.number += 1
            enrolment = new_id()
            moment = START + timedelta(seconds=40 * self.number)
            after = {
                "enrolment_id": enrolment,
                "lesson_id": lesson,
                "mark": {"at": f"{moment:%H:%M}", "reason": "", "status": "present"},
            }
            bare = Entry(
                self.writer, self.number, (1_760_000_000_000 + self.number) << 12, new_id(), "Mark attendance",
                "do", None, f"{moment:%Y-%m-%dT%H:%M}", "mark", fact("mark", lesson, enrolment), None,
                dump(after), "{}", SCHEMA, b"",
            )  # fmt: skip
            self.previous = bare.chained(self.previous)
            self.entries.append(replace(bare, hash=self.previous))

    def request(self) -> Request:
        first = self.entries[0]
        before = self.acknowledged[-1] if self.acknowledged else GENESIS
        return Request(
            self.writer, "A", SCHEMA, "", self.cursor, self.at, 0,
            have={self.writer: (self.number, self.previous.hex()[:16])},
            runs=[Run(self.writer, 0, first.number, before, list(self.entries))],
        )  # fmt: skip

    def took(self, answer: Answer) -> None:
        """The centre has them."""
        self.acknowledged += [entry.hash for entry in self.entries]
        self.entries.clear()
        self.cursor, self.at = answer.cursor, answer.at


@dataclass(slots=True)
class Crowd:
    """Desks that push, and what they were told."""

    desks: list[Wired]
    batches: int = 0
    wrong: list[str] = field(default_factory=list)
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=60))
    _stopped: threading.Event = field(default_factory=threading.Event)
    _moved: threading.Condition = field(default_factory=threading.Condition)

    @classmethod
    def enrolled(cls, address: str, many: int) -> "Crowd":
        """A new centre with one desk in each of so many venues."""
        database.create(address)
        centre = Centre(address)
        made: list[Wired] = []
        with centre.writing() as connection:
            for number in range(many):
                venue = devices.add_venue(connection, f"Paroki {number}", "parish")
                writer = hashlib.sha256(f"{number}{os.getpid()}".encode()).hexdigest()[:32]
                _device, token = devices.add_device(connection, venue, f"Meja {number}", writer, {}, {})
                made.append(Wired(venue, token, writer))
        centre.close()
        return cls(made)

    def close(self) -> None:
        self.http.close()

    def post(self, desk: Wired, url: str) -> httpx.Response:
        if not desk.entries:
            desk.scan()
        headers = {"Authorization": f"Bearer {desk.token}"}
        return self.http.post(f"{url}/sync", content=pack(desk.request()), headers=headers)

    def push(self, desk: Wired, url: str) -> bool:
        """One batch. False where the centre could not take it now; the same lines are offered again."""
        try:
            response = self.post(desk, url)
        except httpx.TransportError:
            return False
        if response.status_code == 503:
            return False
        if response.status_code != 200:
            self.wrong.append(f"{response.status_code} {response.text[:300]}")
            return False
        answer = unpack(response.content, Answer)
        results = {result for result, _count, _why in answer.results}
        if not results <= {"accepted", "duplicate"} or answer.forks:
            self.wrong.append(f"{answer.results} {answer.forks}")
            return False
        desk.took(answer)
        with self._moved:
            self.batches += 1
            self._moved.notify_all()
        return True

    def push_until_told(self, urls: list[str]) -> None:
        """All desks, each in a thread of its own, until ``stop``."""

        def work(place: int, desk: Wired) -> None:
            number = place
            while not self._stopped.is_set() and not self.wrong:
                number += 1
                if not self.push(desk, urls[number % len(urls)]):
                    self._stopped.wait(0.05)

        threads = [threading.Thread(target=work, args=pair) for pair in enumerate(self.desks)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def wait_for(self, batches: int) -> None:
        """Until so many batches were acknowledged."""
        with self._moved:
            came = self._moved.wait_for(lambda: self.batches >= batches or bool(self.wrong), 120)
        assert came and not self.wrong, self.wrong[:3] or f"{self.batches} of {batches} batches"

    def stop(self) -> None:
        self._stopped.set()


def process(address: str, *interpreter: str) -> tuple["subprocess.Popen[str]", str]:
    """A process of the centre, and where it is reached; ``interpreter``: arguments for Python itself."""
    command = [sys.executable, *interpreter, "-m", "venue_desk", "server", "run", "--port", "0", "--json"]
    started = subprocess.Popen(
        [*command, "--log", "error"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "VENUE_DESK_DATABASE": address, "PYTHONUNBUFFERED": "1"},
    )
    assert started.stdout is not None
    said = started.stdout.readline()
    return started, str(json.loads(said)["address"])
