"""What can be seen of certificates: the register, one of them, and the keys that verify them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from venue_desk.domain.certificates import Content, content
from venue_desk.domain.people import fold
from venue_desk.domain.problem import Problem
from venue_desk.domain.seal import KeyRing, Print
from venue_desk.language import N_, _
from venue_desk.queries.courses import full_title
from venue_desk.store import keys
from venue_desk.store.records import Certificate, CertificateEvent, Course, mine, refers

WAITING, GIVEN, VOID, REPLACED = "waiting", "given", "void", "replaced"
STATES = {
    WAITING: N_("Not handed over"),
    GIVEN: N_("Handed over"),
    VOID: N_("Void"),
    REPLACED: N_("Void, replaced"),
}
PRINTED, HANDED_OVER = "printed", "handed_over"


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A line of the register. ``replaces`` and ``replaced_by`` are numbers."""

    id: str
    number: str
    kind: str
    name: str
    course_id: str
    course: str
    person_id: str
    issued_on: date
    state: str
    voided_on: date | None
    void_reason: str
    replaces: str
    replaced_by: str
    copies: int
    given_at: str
    given_to: str


@dataclass(frozen=True, slots=True)
class EventRow:
    """A reprint or a handover."""

    what: str
    at: str
    who: str
    note: str


@dataclass(frozen=True, slots=True)
class Details:
    """One certificate with all that is printed on it and what became of it."""

    row: CertificateRow
    content: Content
    token: str
    events: tuple[EventRow, ...]


def listed(session: Session, text: str = "", *, course_id: str = "", state: str = "") -> list[CertificateRow]:
    """The register, newest first; ``text`` is looked for in name, number and course."""
    where = [Certificate.course_id == course_id] if course_id else []
    rows = _rows(session, *where)
    wanted = fold(text).split()
    found = []
    for row in rows:
        if state and row.state != state and not (state == VOID and row.state == REPLACED):
            continue
        haystack = f"{fold(row.name)} {row.number.casefold()} {fold(row.course)}"
        if all(word in haystack for word in wanted) or text.strip().casefold() in row.number.casefold():
            found.append(row)
    return found


def by_number(session: Session, number: str) -> CertificateRow:
    """The certificate with a number. Raises Problem when there is none, or two after a merge."""
    wanted = number.strip()
    found = _rows(session, func.lower(Certificate.number) == wanted.lower())
    if not found:
        raise Problem(
            _("There is no certificate with the number {number}.").format(number=wanted),
            hint=_("Look it up with “certificates list”."),
        )
    if len(found) > 1:
        raise Problem(_("Two certificates have the number {number}.").format(number=wanted))
    return found[0]


def details(session: Session, certificate_id: str) -> Details | None:
    """One certificate with all there is to it, or None."""
    found = _rows(session, Certificate.id == certificate_id)
    if not found:
        return None
    kept = session.execute(
        select(Certificate.content, Certificate.token).where(
            mine(session, Certificate), Certificate.id == certificate_id
        )
    ).one()
    events = session.execute(
        select(CertificateEvent.what, CertificateEvent.at, CertificateEvent.who, CertificateEvent.note)
        .where(mine(session, CertificateEvent), CertificateEvent.certificate_id == certificate_id)
        .order_by(CertificateEvent.at, CertificateEvent.id)
    )
    return Details(found[0], content(kept.content), kept.token, tuple(EventRow(*row) for row in events))


def first_prints(session: Session, certificate_ids: Sequence[str]) -> list[Print]:
    """What was issued, to be printed as the originals, in the order given; void ones are left out."""
    rows = session.execute(
        select(Certificate.id, Certificate.content, Certificate.token).where(
            mine(session, Certificate), Certificate.id.in_(certificate_ids), Certificate.voided_on.is_(None)
        )
    )
    found = {row.id: Print(content(row.content), row.token) for row in rows}
    return [found[key] for key in certificate_ids if key in found]


def last_issued(session: Session) -> CertificateRow | None:
    """The newest certificate that stands."""
    rows = [row for row in _rows(session) if row.voided_on is None]
    return rows[0] if rows else None


def key_ring(session: Session) -> KeyRing:
    """The keys and void numbers that this desk verifies with."""
    return keys.ring(session)


def _rows(session: Session, *where: object) -> list[CertificateRow]:
    found = session.execute(
        select(
            Certificate.id,
            Certificate.number,
            Certificate.kind,
            Certificate.course_id,
            Certificate.person_id,
            Certificate.issued_on,
            Certificate.sequence,
            Certificate.voided_on,
            Certificate.void_reason,
            Certificate.replaces,
            Certificate.content["name"].as_string().label("name"),
            Course.title,
            Course.batch,
        )
        .outerjoin(Course, refers(Certificate.course_id, Course))
        .where(mine(session, Certificate), *where)  # type: ignore[arg-type]
        .order_by(Certificate.issued_on.desc(), Certificate.year.desc(), Certificate.sequence.desc())
    ).all()
    numbers = _numbers(session, [row.replaces for row in found if row.replaces])
    heirs = _heirs(session, [row.id for row in found if row.voided_on])
    events = _events(session)
    rows = []
    for row in found:
        copies, at, who = events.get(row.id, (0, "", ""))
        heir = heirs.get(row.id, "")
        state = GIVEN if at else WAITING
        if row.voided_on is not None:
            state = REPLACED if heir else VOID
        rows.append(
            CertificateRow(
                row.id,
                row.number,
                row.kind,
                row.name,
                row.course_id,
                full_title(row.title or "", row.batch or ""),
                row.person_id,
                row.issued_on,
                state,
                row.voided_on,
                row.void_reason,
                numbers.get(row.replaces or "", ""),
                heir,
                copies,
                at,
                who,
            )
        )
    return rows


def _numbers(session: Session, ids: Sequence[str]) -> dict[str, str]:
    if not ids:
        return {}
    rows = session.execute(
        select(Certificate.id, Certificate.number).where(mine(session, Certificate), Certificate.id.in_(ids))
    )
    return {row.id: row.number for row in rows}


def _heirs(session: Session, ids: Sequence[str]) -> dict[str, str]:
    if not ids:
        return {}
    rows = session.execute(
        select(Certificate.replaces, Certificate.number).where(
            mine(session, Certificate), Certificate.replaces.in_(ids)
        )
    )
    return {row.replaces: row.number for row in rows}


def _events(session: Session) -> dict[str, tuple[int, str, str]]:
    """Reprints, and when and to whom it was handed over, by certificate."""
    found: dict[str, tuple[int, str, str]] = {}
    for row in session.execute(
        select(
            CertificateEvent.certificate_id, CertificateEvent.what, CertificateEvent.at, CertificateEvent.who
        )
        .where(mine(session, CertificateEvent))
        .order_by(CertificateEvent.at, CertificateEvent.id)
    ):
        copies, at, who = found.get(row.certificate_id, (0, "", ""))
        if row.what == PRINTED:
            copies += 1
        elif row.what == HANDED_OVER:
            at, who = row.at, row.who
        found[row.certificate_id] = (copies, at, who)
    return found
