"""The desk's loop with its centre: push and pull until both hold the same.

``sync`` is a generator, so the window shows progress and can stop between batches; each batch is whole and durable.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from venue_desk.domain import clock
from venue_desk.domain.problem import Problem
from venue_desk.language import _, ngettext, number
from venue_desk.queries.sync import KEPT, Standing, standing, trouble
from venue_desk.store import tokens
from venue_desk.store.bulk import chunks
from venue_desk.store.desk import Desk
from venue_desk.store.digest import Found, kept_sums, look, refresh
from venue_desk.sync import finding
from venue_desk.sync.exchange import ManyRemovals, Missing, Offer, accept, alike, everything, offer
from venue_desk.sync.exchange import agree as agree  # noqa: PLC0414 - what a person says to a sync
from venue_desk.sync.exchange import take_back as take_back  # noqa: PLC0414
from venue_desk.sync.first import fetch
from venue_desk.sync.joining import make_known
from venue_desk.sync.messages import BATCH, Answer, pack
from venue_desk.sync.orders import heed
from venue_desk.sync.reading import Malformed, unpack
from venue_desk.sync.wire import TYPE, TooLarge, Trouble, connect, send

if TYPE_CHECKING:
    import httpx

Progress = tuple[float | None, str]
# Sums of digests are compared whenever something moved; the records themselves so often, when there is anything to say.
CHECK_EVERY = timedelta(hours=24)
AGAIN = 4  # tables' months that are fetched again in one message: all their lines come
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


def sync(
    desk: Desk, check: bool = False, reach: "Callable[[str], httpx.Client]" = connect
) -> Generator[Progress, None, Synced]:
    """Push and pull until desk and centre hold the same. Yields (share, words). Raises Problem.

    ``check`` compares all records at the end also when that was done not long ago. ``reach`` makes the connection
    to an address.
    """
    known = desk.ask(standing)
    if known is None:
        raise Problem(
            _("This computer is not connected to a centre yet."),
            _("Enter the centre's address and the code."),
        )
    if not known.url:
        raise Problem(
            _("This computer joined by a stick: it knows no address of the centre."),
            _("Write to a stick what waits, and read the file that comes back."),
        )
    make_known(desk)
    token, lacking = tokens.read(desk, known.device)
    if lacking:
        note(desk, lacking)
        raise _problem(lacking)
    yield None, _("Reaching the centre")
    try:
        with reach(known.url) as client:
            done = yield from _rounds(desk, client, token, check)
    except Trouble as error:
        note(desk, error.code)
        heed(error.order, known.device, known.keys)
        raise _problem(error.code) from error
    except Malformed as error:
        note(desk, "damaged")
        raise _problem("damaged") from error
    except ManyRemovals as error:
        note(desk, "removals", removals=error.count)
        raise removal_problem(error.count) from error
    finding.look(desk)
    return done


def _rounds(desk: Desk, client: "httpx.Client", token: str, check: bool) -> Generator[Progress, None, Synced]:
    first = yield from fetch(desk, client, token)
    sent, received, amount, idle, rounds = 0, first.lines, first.bytes, 0, 0
    budget = BATCH
    while True:
        said = desk.ask(offer, budget, sent + received > 0)
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
        # A new writer, or a new letter from the centre, is news for the others.
        if not (answer.goes_on or said.behind or answer.forks or _gaps(answer) or make_known(desk)):
            break
        idle = 0 if new or came or answer.reference or answer.forks else idle + 1
        if idle > PATIENCE:
            raise Trouble("refused", _("no progress"))
        left = said.behind + max(0, answer.head - answer.cursor)
        done = sent + received
        yield (
            done / max(1, done + left),
            ngettext("{count} change left", "{count} changes left", left).format(count=number(left)),
        )
    repaired = 0
    if now.renewed:
        yield None, _("Comparing with the centre")
        now = _stamped_anew(desk, client, token)
    if said.removing != now.removing:
        now = replace(now, removing=said.removing)
        desk.receive([], keep={KEPT: now.text()})
    same = desk.ask(alike, answer.summary) if answer.summary else None
    differs = same is False and answer.summary != now.unlike
    if same and now.checked is None:
        # All of it was written just now, so reading it says no more.
        now = replace(now, checked=clock.moment())
        desk.receive([], keep={KEPT: now.text()})
    # While something is kept back, the copies are not alike and need not be.
    if not said.kept and (check or differs or ((sent or received) and _due(now))):
        yield None, _("Comparing with the centre")
        try:
            repaired = _compare(desk, client, token)
        except Trouble as error:
            if not error.code.startswith("refused"):
                raise
            # It cannot say; what was sent is there all the same, and the copies are as they were.
            known = desk.ask(standing) or now
            desk.receive([], keep={KEPT: replace(known, unlike=answer.summary).text()})
    return Synced(sent, received, said.behind + said.kept, repaired, amount, rounds)


def _gaps(answer: Answer) -> bool:
    return any(result == "gap" for result, _count, _why in answer.results)


def _due(now: Standing) -> bool:
    if now.checked is None:
        return True
    since = clock.now() - datetime.fromisoformat(now.checked)
    return not timedelta(0) <= since < CHECK_EVERY


def _stamped_anew(desk: Desk, client: "httpx.Client", token: str) -> Standing:
    """After a restore of the centre: lines that came there again, from whomever, may have got other stamps.

    Which lines those are nobody knows, so all that is here is asked for once more. Returns where we stand.
    """
    for some in chunks(desk.ask(everything), AGAIN):
        said = desk.ask(offer, again=tuple(some))
        answer, _size = _exchange(client, token, said)
        accept(desk, said.request, answer)
    known = desk.ask(standing)
    assert known is not None
    now = replace(known, renewed=False)
    desk.receive([], keep={KEPT: now.text()})
    return now


def _compare(desk: Desk, client: "httpx.Client", token: str) -> int:
    """Compare all records with the centre, and fetch again what differs. Returns how many buckets did."""
    differed: set[str] = set()
    for _try in range(2):
        differed |= _tidy(desk)
        said = desk.ask(offer, digest=True)
        answer, _size = _exchange(client, token, said)
        now = accept(desk, said.request, answer)
        if answer.differs is None:
            continue  # somebody wrote meanwhile; what came is here now
        if answer.differs:
            differed.update(answer.differs)
            for some in chunks(answer.differs, AGAIN):
                said = desk.ask(offer, again=tuple(some), compare=True)
                answer, _size = _exchange(client, token, said)
                now = accept(desk, said.request, answer)
            _tidy(desk)
            helped = not answer.summary or desk.ask(alike, answer.summary) is not False
            now = replace(now, unlike="" if helped else answer.summary)
        break
    if differed:
        now = replace(
            now,
            repaired=now.repaired + len(differed),
            repaired_at=clock.moment(),
            repaired_what=sorted(differed)[:20],
        )
    # Also where the centre is of another release and cannot say.
    desk.receive([], keep={KEPT: replace(now, checked=clock.moment()).text()})
    return len(differed)


def _tidy(desk: Desk) -> set[str]:
    """See that the digests kept are those of the rows; a row that was changed past the journal is made good from it.

    Returns in which tables and months that was.
    """

    def looked(session: Session) -> tuple[Found, bool]:
        found = look(session.connection(), desk.venue)
        return found, found.sums == kept_sums(session.connection(), desk.venue)

    found, right = desk.ask(looked)
    if found.stale or not right:
        desk.receive([], again=found.stale)
        desk.keep(lambda session: refresh(session.connection(), desk.venue))
    return found.spoiled


def note(desk: Desk, code: str, **more: Any) -> None:
    """Keep what went wrong, for the status line."""
    known = desk.ask(standing)
    if known is not None:
        kept = replace(known, trouble=code, tried=clock.moment(), **more)
        desk.receive([], keep={KEPT: kept.text()})


def _exchange(client: "httpx.Client", token: str, said: Offer) -> tuple[Answer, int]:
    body = pack(said.request)
    came = send(client, "sync", body, TYPE, token)
    return unpack(came, Answer), len(body) + len(came)


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
