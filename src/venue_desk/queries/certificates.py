"""What can be seen of certificates: the register, one of them, and the keys that verify them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, exists, func, select
from sqlalchemy.orm import Session

from venue_desk.domain.certificates import Content, content
from venue_desk.domain.people import fold
from venue_desk.domain.problem import Problem
from venue_desk.domain.seal import KeyRing, Print
from venue_desk.language import N_, _
from venue_desk.queries.courses import full_title
from venue_desk.store import keys
from venue_desk.store.records import Certificate, CertificateEvent, Course, SigningKey, mine, refers

WAITING, GIVEN, VOID, REPLACED = "waiting", "given", "void", "replaced"
STATES = {
    WAITING: N_("Not handed over"),
    GIVEN: N_("Handed over"),
    VOID: N_("Void"),
    REPLACED: N_("Void, replaced"),
}
PRINTED, HANDED_OVER = "printed", "handed_over"

_FEW = 500  # ids that a statement names; above it all rows are read
_NEWEST = (Certificate.issued_on.desc(), Certificate.year.desc(), Certificate.sequence.desc(), Certificate.id)
_NAME = Certificate.content["name"].as_string().label("name")


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A line of the register. ``replaces`` and ``replaced_by`` are numbers.

    ``unproven``: the key that signed it was withdrawn, so only a copy, which is signed anew, can be verified.
    """

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
    unproven: bool

    @property
    def original(self) -> bool:
        """Whether it is printed as the original, and not as a copy."""
        return self.state == WAITING and not self.unproven


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


@dataclass(frozen=True, slots=True)
class Counts:
    """How many there are: all, those that stand, those not handed over, those that are void."""

    all: int
    standing: int
    waiting: int
    void: int


def counts(session: Session) -> Counts:
    """How many certificates there are, by state."""
    row = session.execute(
        select(
            func.count(),
            func.count(Certificate.voided_on),
            func.count(case((and_(Certificate.voided_on.is_(None), ~_given()), 1))),
        ).where(mine(session, Certificate))
    ).one()
    everything, void, waiting = row
    return Counts(everything, everything - void, waiting, void)


def ids(session: Session, text: str = "", *, course_id: str = "", state: str = "") -> list[str]:
    """The register's ids, newest first; ``text`` is looked for in name, number and course, or is a signing key's id.

    ``state`` VOID includes those that were replaced.
    """
    where: list[ColumnElement[bool]] = [mine(session, Certificate)]
    if course_id:
        where.append(Certificate.course_id == course_id)
    if state in (VOID, REPLACED):
        where.append(Certificate.voided_on.is_not(None))
    elif state in (WAITING, GIVEN):
        where += [Certificate.voided_on.is_(None), _given() if state == GIVEN else ~_given()]
    if not text.strip():
        return list(session.scalars(select(Certificate.id).where(*where).order_by(*_NEWEST)))
    found = session.execute(
        select(Certificate.id, Certificate.number, Certificate.key, _NAME, Course.title, Course.batch)
        .outerjoin(Course, refers(Certificate.course_id, Course))
        .where(*where)
        .order_by(*_NEWEST)
    )
    wanted, whole = fold(text).split(), text.strip().casefold()
    hits = []
    for row in found:
        number = row.number.casefold()
        if whole in number or whole == row.key.casefold():
            hits.append(row.id)
            continue
        words = f"{fold(row.name)} {number} {fold(full_title(row.title or '', row.batch or ''))}"
        if all(word in words for word in wanted):
            hits.append(row.id)
    return hits


def rows(session: Session, wanted: Sequence[str]) -> list[CertificateRow]:
    """The lines of these ids, in their order."""
    found = {row.id: row for row in _rows(session, Certificate.id.in_(wanted))}
    return [found[key] for key in wanted if key in found]


def listed(session: Session, text: str = "", *, course_id: str = "", state: str = "") -> list[CertificateRow]:
    """All lines of the register that ``ids`` finds."""
    wanted = ids(session, text, course_id=course_id, state=state)
    found = {
        row.id: row for row in _rows(session, *([Certificate.id.in_(wanted)] if len(wanted) < _FEW else []))
    }
    return [found[key] for key in wanted if key in found]


def _given() -> ColumnElement[bool]:
    """Whether a certificate was handed over."""
    return exists().where(
        CertificateEvent.venue_id == Certificate.venue_id,
        CertificateEvent.certificate_id == Certificate.id,
        CertificateEvent.what == HANDED_OVER,
    )


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
    key = session.scalar(
        select(Certificate.id)
        .where(mine(session, Certificate), Certificate.voided_on.is_(None))
        .order_by(*_NEWEST)
        .limit(1)
    )
    return next(iter(rows(session, [key])), None) if key else None


def key_ring(session: Session, told: KeyRing | None = None) -> KeyRing:
    """The keys and void numbers that this desk verifies with; ``told``: a list that counts this once."""
    return keys.ring(session, told)


def believed(session: Session, told: KeyRing) -> KeyRing:
    """What of another venue's list would be taken. Raises Problem where nothing would be."""
    return keys.believed(session, told)


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A signing key of this venue. ``signed``: certificates that stand and carry it; ``here``: of this computer."""

    id: str
    computer: str
    since: date | None
    revoked_on: date | None
    signed: int
    here: bool


def key_rows(session: Session) -> list[KeyRow]:
    """This venue's signing keys: those in use first, the newest first."""
    signed: dict[str, int] = {
        row[0]: row[1]
        for row in session.execute(
            select(Certificate.key, func.count())
            .where(mine(session, Certificate), Certificate.voided_on.is_(None))
            .group_by(Certificate.key)
        )
    }
    ours, withdrawn = keys.here(session), keys.withdrawn(session)
    found = [
        KeyRow(key.id, key.computer, key.since, withdrawn.get(key.id), signed.get(key.id, 0), key.id == ours)
        for key in session.scalars(select(SigningKey).where(mine(session, SigningKey)))
    ]
    return sorted(
        found, key=lambda row: (row.revoked_on is not None, -(row.since or date.min).toordinal(), row.id)
    )


def own_keys(session: Session) -> KeyRing:
    """This venue's own keys and void numbers, as they are given away."""
    return keys.own(session)


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
            _NAME,
            Course.title,
            Course.batch,
            Certificate.key,
        )
        .outerjoin(Course, refers(Certificate.course_id, Course))
        .where(mine(session, Certificate), *where)  # type: ignore[arg-type]
        .order_by(*_NEWEST)
    ).all()
    numbers = _numbers(session, [row.replaces for row in found if row.replaces])
    heirs = _heirs(session, [row.id for row in found if row.voided_on])
    events = _events(session, [row.id for row in found])
    withdrawn = keys.withdrawn(session)
    lines = []
    for row in found:
        copies, at, who = events.get(row.id, (0, "", ""))
        heir = heirs.get(row.id, "")
        state = GIVEN if at else WAITING
        if row.voided_on is not None:
            state = REPLACED if heir else VOID
        lines.append(
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
                row.key in withdrawn,
            )
        )
    return lines


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


def _events(session: Session, ids: Sequence[str]) -> dict[str, tuple[int, str, str]]:
    """Reprints, and when and to whom it was handed over, by certificate."""
    found: dict[str, tuple[int, str, str]] = {}
    for row in session.execute(
        select(
            CertificateEvent.certificate_id, CertificateEvent.what, CertificateEvent.at, CertificateEvent.who
        )
        .where(
            mine(session, CertificateEvent),
            *([CertificateEvent.certificate_id.in_(ids)] if len(ids) < _FEW else []),
        )
        .order_by(CertificateEvent.at, CertificateEvent.id)
    ):
        copies, at, who = found.get(row.certificate_id, (0, "", ""))
        if row.what == PRINTED:
            copies += 1
        elif row.what == HANDED_OVER:
            at, who = row.at, row.who
        found[row.certificate_id] = (copies, at, who)
    return found
