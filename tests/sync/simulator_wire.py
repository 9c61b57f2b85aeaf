"""The network of the simulator: real requests to the real centre's code, lost, doubled, cut or late on the way."""

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import httpx

from venue_desk.server.centre import Centre, Enrolment
from venue_desk.server.devices import Refused
from venue_desk.sync.messages import Request, pack
from venue_desk.sync.reading import Malformed, unpack

if TYPE_CHECKING:
    from sync.simulator_world import Ground

# What may happen to one request of a sync.
FAULTS = (
    "lost",
    "no answer",
    "cut",
    "short",
    "twice",
    "late",
    "centre dies",
    "desk dies",
    "meanwhile",
    "busy",
)


class Killed(BaseException):
    """The program ends here, between two statements, as if by kill -9."""


class Cut(httpx.SyncByteStream):
    """An answer that breaks off."""

    def __init__(self, body: bytes, after: int) -> None:
        self._part = body[:after]

    def __iter__(self) -> Iterator[bytes]:
        yield self._part
        raise httpx.ReadError("cut")


class Network(httpx.BaseTransport):
    """The way of one sync from a desk to the centre; ``fault`` befalls its request number ``turn``."""

    def __init__(self, world: "Ground", desk: int, fault: str = "", turn: int = 0, at: int = 0) -> None:
        self.world, self.desk, self.fault, self.turn, self.at = world, desk, fault, turn, at
        self.requests = 0

    def client(self, url: str) -> httpx.Client:
        return httpx.Client(base_url=url, transport=self)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        fault = self.fault if self.requests == self.turn else ""
        self.requests += 1
        body = b"".join(request.stream)  # type: ignore[arg-type]
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        world = self.world
        if fault:
            world.survived[fault] += 1
        if fault == "lost":
            raise httpx.ConnectError("lost")
        if fault == "busy":
            return httpx.Response(503)
        if request.url.path.endswith("/enrol"):
            return self._ask(lambda centre: json.dumps(centre.enrol(Enrolment(**json.loads(body)))).encode())
        if request.url.path.endswith("/snapshot"):
            return self._snapshot(token, request, fault)
        if fault == "late":
            world.late.append((token, body))
            raise httpx.ReadTimeout("late")
        if fault == "twice":
            self._sync(token, body)
        if fault == "meanwhile":
            world.meanwhile(self.desk, body)
        if fault == "centre dies":
            try:
                with world.dying(world.centre.engine, self.at):
                    answer = self._sync(token, body)
            except Killed:
                world.centre_starts_again()
                raise httpx.ReadError("the centre died") from None
        else:
            answer = self._sync(token, body)
        if fault == "no answer":
            raise httpx.ReadError("no answer")
        if fault in ("cut", "short"):
            whole = answer.read()
            after = self.at % max(1, len(whole))
            if fault == "cut":
                return httpx.Response(200, stream=Cut(whole, after))
            return httpx.Response(200, content=whole[:after])
        return answer

    def _snapshot(self, token: str, request: httpx.Request, fault: str) -> httpx.Response:
        """A file, or the rest of one; perhaps another process gives it, and the venue went on meanwhile."""
        world = self.world
        if fault in ("late", "no answer"):
            raise httpx.ReadTimeout(fault)
        if fault == "meanwhile":
            world.meanwhile(self.desk, b"")
        if fault in ("twice", "centre dies"):
            world.centre_starts_again()  # another process: it has made no file yet
        upto = int(request.url.params.get("upto", "0"))
        said = (request.headers.get("Range", ""), request.headers.get("If-Range", ""))
        with world.as_centre():
            try:
                given = world.snapshots.give(world.centre.admit(token), upto, *said)
            except Refused as error:
                return _refusal(error)
            whole = b"".join(given.body)
        world.survived["snapshot begun" if given.status == 200 else "snapshot went on"] += 1
        after = self.at % max(1, len(whole))
        if fault == "cut":
            return httpx.Response(given.status, headers=given.headers, stream=Cut(whole, after))
        if fault == "short":
            spoiled = bytes([whole[after] ^ 1])
            whole = whole[:after] + spoiled + whole[after + 1 :]
        return httpx.Response(given.status, headers=given.headers, content=whole)

    def _sync(self, token: str, body: bytes) -> httpx.Response:
        return self._ask(lambda centre: pack(centre.answer(token, unpack(body, Request))))

    def _ask(self, call: Callable[[Centre], bytes]) -> httpx.Response:
        with self.world.as_centre():
            try:
                return httpx.Response(200, content=call(self.world.centre))
            except Refused as error:
                return _refusal(error)
            except Malformed as error:
                return httpx.Response(400, json={"error": "malformed", "message": str(error)})


def _refusal(error: Refused) -> httpx.Response:
    said = {"error": error.code, "message": "", "detail": error.detail, "order": error.order}
    return httpx.Response(401, json=said)
