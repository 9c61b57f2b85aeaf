"""The jobs that issue and draw certificates: on the worker, with progress."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from venue_desk.actions import certificates as actions
from venue_desk.actions.certificates import Issued
from venue_desk.desktop.page import Job
from venue_desk.documents import certificate, letterhead
from venue_desk.documents.saving import whole
from venue_desk.domain.seal import Print
from venue_desk.language import _
from venue_desk.queries import certificates as queries
from venue_desk.queries import venue

if TYPE_CHECKING:
    from venue_desk.store.desk import Desk


def issuing(
    desk: "Desk",
    path: Path,
    course_id: str,
    chosen: Sequence[str],
    on: date,
    *,
    letters: bool,
    form: str,
    size: str,
) -> Job:
    """Issue and draw. The file is opened first, so that nothing is issued that cannot be written."""
    yield _("Preparing")
    with whole(path) as target:
        issued: list[Issued] = desk.do(actions.issue, course_id, chosen, on=on, letters=letters, form=form)
        for count in certificate.draw([one.print for one in issued], target, size=size, logo=_logo(desk)):
            yield count / len(issued), issued[count - 1].name
    return issued


def originals(desk: "Desk", path: Path, ids: Sequence[str], size: str) -> Job:
    """Draw certificates as they were issued, without the mark of a copy."""
    prints = desk.ask(queries.first_prints, ids)
    return (yield from _drawn(desk, prints, path, size))


def copies(desk: "Desk", path: Path, ids: Sequence[str], size: str) -> Job:
    """Draw further copies: counted, marked and signed as such."""
    yield _("Preparing")
    with whole(path) as target:
        prints = [desk.do(actions.reprint, key) for key in ids]
        for count in certificate.draw(prints, target, size=size, logo=_logo(desk)):
            yield count / len(prints), prints[count - 1].content.name
    return len(prints)


def _drawn(desk: "Desk", prints: Sequence[Print], path: Path, size: str) -> Job:
    with whole(path) as target:
        for count in certificate.draw(prints, target, size=size, logo=_logo(desk)):
            yield count / len(prints), prints[count - 1].content.name
    return len(prints)


def _logo(desk: "Desk") -> bytes | None:
    return letterhead.of(desk.ask(venue.details)).logo
