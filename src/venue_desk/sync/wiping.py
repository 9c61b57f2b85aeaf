"""The desk's half of a removal that the centre ordered: hand over what it lacks, remove all, tell it.

What the centre lacks is sealed for it before the first file is removed, so nothing that was saved is lost; the centre
keeps it apart until a person there decides, because a desk is removed where it was lost or stolen.
"""

import json
from collections.abc import Generator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from sqlalchemy.orm import Session

from venue_desk.domain.problem import Problem
from venue_desk.language import _, ngettext, number
from venue_desk.queries.sync import KEYS, Standing, standing
from venue_desk.store import tokens, wiping
from venue_desk.store.desk import Desk
from venue_desk.store.journal import tag
from venue_desk.store.local import local
from venue_desk.store.lock import take
from venue_desk.store.wiping import Removal
from venue_desk.sync import packet
from venue_desk.sync.exchange import offer
from venue_desk.sync.messages import LARGEST, Request, pack
from venue_desk.sync.orders import Order
from venue_desk.sync.stick import SUFFIX
from venue_desk.sync.wire import TYPE, TooLarge, Trouble, connect, send

Progress = tuple[float | None, str]
LAST = "venue-desk-last"


def decide(desk: Desk, order: Order) -> None:
    """Seal what the centre lacks, and decide: from here on the records are not opened, by nobody.

    The caller lets the desk go and calls ``go_on``.
    """
    desk.stop(lambda: _decide(desk, order))


def go_on(folder: Path) -> Generator[Progress, None, Removal]:
    """Hand over, remove, tell the centre; from wherever it was stopped. Yields (share, words)."""
    with closing(take(folder)):
        removal = wiping.read(folder)
        assert removal is not None, "nothing was decided for this folder"
        if not removal.done:
            yield None, _("Handing over what the centre does not have yet")
            removal = _hand_over(folder, removal)
            yield None, _("Removing the records from this computer")
            removal = wiping.remove(folder)
    yield None, _("Telling the centre")
    return tell(folder)


def tell(folder: Path) -> Removal:
    """After the removal: hand over what could not be before, and tell the centre that it is done, if it is there."""
    removal = wiping.read(folder)
    assert removal is not None
    if not removal.told or removal.packets:
        removal = _hand_over(folder, removal)
        if not removal.told and removal.report and _sent(removal.url, bytes.fromhex(removal.report)):
            removal = replace(removal, told=True)
            wiping.keep(folder, removal)
    return removal


def carry(folder: Path, path: Path) -> list[Path]:
    """Write to a stick what could not be sent: one file, or several where much waited. Raises Problem."""
    removal = wiping.read(folder)
    if removal is None or not removal.done:
        raise Problem(
            _("No records were removed here, so nothing is left to hand over."),
            _("What waits to be sent is written with: venue-desk sync export."),
        )
    report = bytes.fromhex(removal.report)
    parts = [packet.fetch(folder / name) for name in removal.packets] or [b""]
    path = path.with_suffix(SUFFIX)
    places = [path if not at else path.with_name(f"{path.stem}-{at + 1}{SUFFIX}") for at in range(len(parts))]
    for place, part in zip(places, parts, strict=True):
        packet.put(place, packet.bound(report, part))
    return places


def words(removal: Removal) -> list[str]:
    """What happened and what is to be done now, in sentences for a person."""
    said = [
        _("The centre ordered it: that is done where a computer was lost, or is used elsewhere from now on."),
        _("Nothing is lost for {venue}: what the centre already had is safe there.").format(
            venue=removal.venue or _("this venue")
        ),
    ]
    if removal.changes and removal.packets:
        said.append(
            ngettext(
                "{count} change was not sent yet. It is kept here, sealed so that only the centre can read it.",
                "{count} changes were not sent yet. They are kept here, sealed so that only the centre can read them.",
                removal.changes,
            ).format(count=number(removal.changes))
        )
    elif removal.changes:
        said.append(
            ngettext(
                "{count} change that was not sent yet was handed over to the centre.",
                "{count} changes that were not sent yet were handed over to the centre.",
                removal.changes,
            ).format(count=number(removal.changes))
        )
    if removal.elsewhere:
        folders = ", ".join(sorted({str(Path(name).parent) for name in removal.elsewhere}))
        said.append(
            _("Backups in {folder} could not be reached; without their key nobody can read them.").format(
                folder=folders
            )
        )
    return said


def next_step(removal: Removal) -> str:
    """What a person does now."""
    if removal.packets:
        return _("Write it to a stick and carry it to the centre: venue-desk sync last FILE.")
    return _("If nobody told you of this, ask the centre. With a new code this computer can join again.")


def _decide(desk: Desk, order: Order) -> None:
    known, keys, requests = desk.ask(_unsent)
    names = []
    for at, request in enumerate(requests, 1):
        name = f"{LAST}-{at}{SUFFIX}"
        sealed = packet.seal(pack(request), packet.FROM_DESK, known.device, keys, known.keys)
        packet.put(desk.folder / name, sealed)
        names.append(name)
    report = packet.seal(order.at.encode(), packet.REMOVED, known.device, keys, known.keys)
    wiping.keep(
        desk.folder,
        Removal(
            order.at,
            known.venue_name,
            known.url,
            sum(len(run.entries) for request in requests for run in request.runs),
            tuple(names),
            tuple(str(file) for file in desk.ask(wiping.elsewhere, desk.folder)),
            report.hex(),
        ),
    )
    tokens.drop(known.device)


def _unsent(session: Session) -> tuple[Standing, dict[str, str], list[Request]]:
    """Every line that the centre has not acknowledged, in as many messages as that takes."""
    known = standing(session)
    assert known is not None, "only a desk that is enrolled is given an order"
    done = dict(known.acknowledged)
    requests: list[Request] = []
    while True:
        request = offer(session, LARGEST // 4, after=done).request
        if not request.runs:
            return known, dict(json.loads(local(session, KEYS) or "{}")), requests
        requests.append(request)
        done |= {tag(run.writer, run.branch): run.entries[-1].number for run in request.runs}


def _hand_over(folder: Path, removal: Removal) -> Removal:
    """Send the packets to the centre one by one; each goes from here when the centre has it durably."""
    for name in removal.packets:
        file = folder / name
        if file.exists() and not _sent(removal.url, packet.fetch(file)):
            break
        file.unlink(missing_ok=True)
        removal = replace(removal, packets=tuple(other for other in removal.packets if other != name))
        wiping.keep(folder, removal)
    return removal


def _sent(url: str, data: bytes) -> bool:
    if not url:
        return False
    try:
        with connect(url) as client:
            send(client, "last", data, TYPE, "")
    except (Trouble, TooLarge):
        return False
    return True
