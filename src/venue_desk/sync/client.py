"""The desk's loop with its centre: enrol once, then push and pull until both hold the same.

``sync`` is a generator, so the window shows progress and can stop between batches; each batch is whole and durable.
"""

import json
import platform
from collections.abc import Generator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from venue_desk import __version__
from venue_desk.domain import clock
from venue_desk.domain.problem import Problem
from venue_desk.language import _, ngettext, number
from venue_desk.queries.sync import KEPT, KEYS, TOKEN, Standing, heads, standing, trouble
from venue_desk.store.desk import Desk, aside
from venue_desk.store.journal import tag
from venue_desk.store.local import local
from venue_desk.store.records import Computer, get, venue_of
from venue_desk.sync import packet
from venue_desk.sync.exchange import ManyRemovals, Missing, Offer, accept, offer
from venue_desk.sync.messages import BATCH, LARGEST_SENT, Answer, pack
from venue_desk.sync.reading import Malformed, unpack

if TYPE_CHECKING:
    import httpx

Progress = tuple[float | None, str]
TYPE = "application/vnd.venue-desk.sync"
CHECK_EVERY = timedelta(hours=24)  # how often all records are compared, when there is anything to say at all
PATIENCE = 4  # rounds in a row that bring nothing


@dataclass(frozen=True, slots=True)
class Synced:
    """What a sync did: changes sent and received, what still waits, and whether a copy had to be repaired."""

    sent: int
    received: int
    waiting: int
    repaired: int
    bytes: int
    rounds: int


class Trouble(Exception):
    """The centre did not answer as it should; ``code`` is one of queries.sync.trouble."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = f"{code}:{detail}" if detail else code


class TooLarge(Exception):
    """The centre wants smaller batches."""


# -- enrolling


def enrol(desk: Desk, server: str, code: str) -> str:
    """Join a venue at its centre with a one-time code, with all that was recorded here so far.

    Returns the venue's name at the centre. Raises Problem, and then nothing was changed.
    """
    url = address(server)
    before = desk.ask(standing)
    keys = desk.ask(_file_keys)
    asked = {
        "code": code.strip(),
        "writer": desk.writer,
        "name": platform.node() or "?",
        "letter": desk.ask(local, "letter") or "",
        "venue": desk.venue if before else "",
        "joined": desk.ask(_numbers),
        "keys": packet.public(keys),
    }
    with _client(url) as client:
        try:
            answer = _json(_send(client, "enrol", json.dumps(asked).encode(), "application/json", ""))
            told = {name: answer[name] for name in ("device", "token", "venue", "name", "letter", "epoch")}
            theirs = {name: bytes.fromhex(answer["keys"][name]).hex() for name in ("sign", "seal")}
            if not all(isinstance(value, str) for value in told.values()) or len(told["venue"]) != 32:
                raise Trouble("wrong")
        except Trouble as error:
            raise _enrolment_problem(error, url) from error
        except (KeyError, TypeError, ValueError) as error:
            raise _enrolment_problem(Trouble("wrong"), url) from error
    now = Standing(url=url, device=told["device"], venue_name=told["name"], keys=theirs)
    if before and before.url == url:
        now = replace(before, device=told["device"], keys=theirs, trouble="")
    desk.move(
        told["venue"],
        {
            KEPT: now.text(),
            TOKEN: told["token"],
            KEYS: json.dumps(keys),
            "letter": told["letter"],
        },
    )
    _introduce(desk)
    return str(told["name"])


@aside
def introduce(session: Session, name: str) -> None:
    """Name this computer

    So that the other desks can say who wrote, and certificate numbers keep apart.
    """
    writer, letter = str(session.info["writer"]), local(session, "letter") or "A"
    computer = get(session, Computer, writer)
    if computer is None:
        session.add(Computer(id=writer, name=name, letter=letter, since=clock.moment()))
    elif computer.letter != letter:
        computer.letter = letter


def _introduce(desk: Desk) -> None:
    if desk.ask(_unknown):
        desk.do(introduce, platform.node() or "?")


def _unknown(session: Session) -> bool:
    computer = get(session, Computer, str(session.info["writer"]))
    return computer is None or computer.letter != (local(session, "letter") or "A")


def _file_keys(session: Session) -> dict[str, str]:
    kept = local(session, KEYS)
    return dict(json.loads(kept)) if kept else packet.new_keys()


def _numbers(session: Session) -> dict[str, int]:
    """Where every writer stands here."""
    found = heads(session.connection(), venue_of(session))
    return {tag(writer, branch): last for (writer, branch), (last, _hash) in found.items()}


def address(server: str) -> str:
    """The address of a centre as typed, completed. Raises Problem."""
    text = server.strip().rstrip("/")
    if "://" not in text:
        host = text.partition(":")[0].partition("/")[0]
        text = f"{'http' if host in ('localhost', '127.0.0.1') else 'https'}://{text}"
    scheme, _sep, rest = text.partition("://")
    if scheme not in ("http", "https") or not rest or any(c.isspace() for c in rest):
        raise Problem(
            _("“{address}” is not the address of a centre.").format(address=server.strip()),
            _("It looks like https://pusat.example.id; ask the centre for it."),
        )
    return text


# -- the loop


def sync(desk: Desk, check: bool = False) -> Generator[Progress, None, Synced]:
    """Push and pull until desk and centre hold the same. Yields (share, words). Raises Problem.

    ``check`` compares all records at the end also when that was done not long ago.
    """
    known = desk.ask(standing)
    if known is None:
        raise Problem(
            _("This computer is not connected to a centre yet."),
            _("Enter the centre's address and the code."),
        )
    _introduce(desk)
    token = desk.ask(local, TOKEN) or ""
    yield None, _("Reaching the centre")
    try:
        with _client(known.url) as client:
            return (yield from _rounds(desk, client, token, check))
    except Trouble as error:
        note(desk, error.code)
        raise _problem(error.code) from error
    except Malformed as error:
        note(desk, "damaged")
        raise _problem("damaged") from error
    except ManyRemovals as error:
        note(desk, "removals", removals=error.count)
        raise removal_problem(error.count) from error


def _rounds(desk: Desk, client: "httpx.Client", token: str, check: bool) -> Generator[Progress, None, Synced]:
    sent = received = idle = rounds = amount = 0
    budget = BATCH
    while True:
        said = desk.ask(offer, budget)
        try:
            answer, size = _exchange(client, token, said)
            now = accept(desk, said.request, answer)
        except TooLarge:
            if budget < 1000:
                raise Trouble("refused", "413") from None
            budget //= 2
            continue
        except Missing:
            note(desk, "", cursor=0, at="")
            idle += 1
            if idle > PATIENCE:
                raise Trouble("damaged") from None
            continue
        rounds, amount = rounds + 1, amount + size
        new = sum(count for result, count, _why in answer.results if result not in ("duplicate", "gap"))
        came = sum(len(run.entries) for run in answer.runs)
        sent, received = sent + new, received + came
        if not (answer.more or said.behind or answer.forks or _gaps(answer)):
            break
        idle = 0 if new or came or answer.forks else idle + 1
        if idle > PATIENCE:
            raise Trouble("refused", _("no progress"))
        left = said.behind + max(0, answer.head - answer.cursor)
        done = sent + received
        yield (
            done / max(1, done + left),
            ngettext("{count} change left", "{count} changes left", left).format(count=number(left)),
        )
    _introduce(desk)
    repaired = 0
    if check or ((sent or received) and _due(now)):
        yield None, _("Comparing with the centre")
        repaired = _compare(desk, client, token)
    return Synced(sent, received, said.behind, repaired, amount, rounds)


def _gaps(answer: Answer) -> bool:
    return any(result == "gap" for result, _count, _why in answer.results)


def _due(now: Standing) -> bool:
    if now.checked is None:
        return True
    since = clock.now() - datetime.fromisoformat(now.checked)
    return not timedelta(0) <= since < CHECK_EVERY


def _compare(desk: Desk, client: "httpx.Client", token: str) -> int:
    """Compare all records with the centre, and fetch again what differs. Returns how many buckets did."""
    for _try in range(2):
        said = desk.ask(offer, BATCH, True)
        answer, _size = _exchange(client, token, said)
        now = accept(desk, said.request, answer)
        if answer.differs is None:
            continue  # somebody wrote meanwhile; what came is here now
        if answer.differs:
            said = desk.ask(offer, BATCH, False, tuple(answer.differs))
            again, _size = _exchange(client, token, said)
            now = accept(desk, said.request, again)
        keep = replace(now, checked=clock.moment(), repaired=now.repaired + len(answer.differs))
        desk.receive([], keep={KEPT: keep.text()})
        return len(answer.differs)
    return 0


def agree(desk: Desk) -> None:
    """A person looked at the removals that wait, and lets the next sync carry them out."""
    known = desk.ask(standing)
    if known is not None and known.removals:
        kept = replace(known, removals_allowed=known.removals, removals=0, trouble="")
        desk.receive([], keep={KEPT: kept.text()})


def note(desk: Desk, code: str, **more: Any) -> None:
    """Keep what went wrong, for the status line."""
    known = desk.ask(standing)
    if known is not None:
        kept = replace(known, trouble=code, tried=clock.moment(), **more)
        desk.receive([], keep={KEPT: kept.text()})


# -- over HTTP


def _client(url: str) -> "httpx.Client":
    import httpx

    agent = f"venue-desk/{__version__}"
    return httpx.Client(
        base_url=url,
        timeout=httpx.Timeout(60, connect=10),
        headers={"User-Agent": agent},
        follow_redirects=False,
    )


def _exchange(client: "httpx.Client", token: str, said: Offer) -> tuple[Answer, int]:
    body = pack(said.request)
    came = _send(client, "sync", body, TYPE, token)
    return unpack(came, Answer), len(body) + len(came)


def _send(client: "httpx.Client", path: str, body: bytes, kind: str, token: str) -> bytes:
    """Post and read the whole answer, up to the largest allowed. Raises Trouble or TooLarge."""
    import httpx

    headers = {"Content-Type": kind}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    try:
        with client.stream("POST", path, content=body, headers=headers) as response:
            parts: list[bytes] = []
            total = 0
            for part in response.iter_bytes():
                total += len(part)
                if total > LARGEST_SENT:
                    raise Trouble("damaged")
                parts.append(part)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise Trouble("wrong") from error
    except httpx.HTTPError as error:
        raise Trouble("offline") from error
    came = b"".join(parts)
    if response.status_code == 200:
        return came
    if response.status_code == 413:
        raise TooLarge
    if response.status_code in (429, 502, 503, 504):
        raise Trouble("busy")
    raise _refusal(came)


def _refusal(came: bytes) -> Trouble:
    """What the centre says in its refusal; anything that is not its way of saying so is no centre."""
    try:
        said = _json(came)
        code, message = str(said["error"]), str(said.get("message", ""))[:300]
    except (Trouble, KeyError):
        return Trouble("wrong")
    if code in ("token", "revoked"):
        return Trouble("revoked")
    if code.startswith("code_") or code in ("foreign", "newer"):
        return Trouble(code, str(said.get("detail", ""))[:20])
    return Trouble("refused", message)


def _json(came: bytes) -> dict[str, Any]:
    try:
        said = json.loads(came)
    except (ValueError, RecursionError) as error:
        raise Trouble("wrong") from error
    if not isinstance(said, dict):
        raise Trouble("wrong")
    return said


def _problem(code: str) -> Problem:
    calm = code in ("offline", "busy")
    return Problem(trouble(code), _("It is sent by itself when the centre is there again.") if calm else "")


def removal_problem(count: int) -> Problem:
    """What a person is told of a sync that waits because it would remove much."""
    return Problem(
        ngettext(
            "The other computers removed {count} record of this venue; it stays here until you agree.",
            "The other computers removed {count} records of this venue; they stay here until you agree.",
            count,
        ).format(count=number(count)),
        _("If that is meant, agree on the sync page or with: venue-desk sync --agree."),
    )


def _enrolment_problem(error: Trouble, url: str) -> Problem:
    code, _colon, detail = error.code.partition(":")
    again = _("Ask the centre for a new code.")
    left = int(detail) if detail.isdigit() else 0
    words: dict[str, tuple[str, str]] = {
        "offline": (
            _("The centre cannot be reached at {address}.").format(address=url),
            _("Check the address and the network. Nothing was changed; you can go on working."),
        ),
        "wrong": (
            _("{address} answers, but it is not a Venue Desk centre.").format(address=url),
            _("Check the address with the centre. Nothing was changed."),
        ),
        "code_unknown": (_("The centre does not know this code."), _("Check it letter by letter.")),
        "code_wrong": (
            _("This code is not right."),
            ngettext("{count} try is left.", "{count} tries are left.", left).format(count=left),
        ),
        "code_blocked": (_("This code was tried too often and is blocked."), again),
        "code_used": (_("This code was used already, by another computer."), again),
        "code_expired": (_("This code has expired: codes are valid for a day."), again),
        "foreign": (
            _("This code belongs to another venue than the one this computer works for."),
            _("Each venue has a folder of its own: set up a new one for the other venue."),
        ),
        "busy": (_("The centre is busy."), _("Try again in a minute.")),
    }
    text, hint = words.get(code) or (trouble(error.code), "")
    return Problem(text, hint)
