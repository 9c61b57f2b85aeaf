"""Issue certificates, void them, print them again, hand them over."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from venue_desk.domain import assessment, clock, templates, wording
from venue_desk.domain.certificates import (
    COMPETENCE,
    COMPLETION,
    PATTERN,
    Content,
    Signer,
    UnitLine,
    content,
    counted,
    number,
    writable,
)
from venue_desk.domain.people import full_name, phone_shown
from venue_desk.domain.problem import Problem
from venue_desk.domain.seal import Print, signed_bytes, statement, token
from venue_desk.domain.venue import COORDINATOR, HEAD
from venue_desk.language import _, date_long
from venue_desk.queries import assessment as seen
from venue_desk.queries import catalogue
from venue_desk.queries.assessment import PersonRow
from venue_desk.queries.certificates import HANDED_OVER, PRINTED
from venue_desk.store import keys
from venue_desk.store.desk import final, local, set_local
from venue_desk.store.records import (
    VENUE_ROW,
    Certificate,
    CertificateEvent,
    Course,
    Enrolment,
    Person,
    Signatory,
    Trade,
    Venue,
    get,
    mine,
    new_id,
)
from venue_desk.store.steps import aside

# What stands under a signature where the venue gave no title; certificates speak Indonesian.
_TITLES = {HEAD: "Kepala Pusat Pelatihan", COORDINATOR: "Koordinator"}


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate that was issued."""

    id: str
    number: str
    name: str
    kind: str
    print: Print


@final
def issue(
    session: Session,
    course_id: str,
    enrolment_ids: Sequence[str] | None = None,
    *,
    on: date | None = None,
    letters: bool = False,
    form: str = "",
    registration: str = "",
) -> list[Issued]:
    """Issue certificates

    To all of a course who may have one and have none, or to those named. Certificates for the competent, completion
    letters for those who were only present; with ``letters`` the competent get both. ``form`` and ``registration``
    are the first preprinted form number and registration number; they count up. All or none. Raises Problem.
    """
    day = on or clock.today()
    sheet = seen.sheet(session, course_id)
    course = get(session, Course, course_id)
    assert course is not None
    if day < course.starts_on:
        raise Problem(
            _("The course begins on {day}; no certificate can be older.").format(
                day=date_long(course.starts_on)
            )
        )
    chosen = _chosen(sheet.rows, enrolment_ids)
    wanted = [(row, kind) for row in chosen for kind in _kinds(row, letters) if not row.has(kind)]
    if not wanted:
        raise Problem(
            _("Nobody in {course} can get a certificate now.").format(course=sheet.name),
            hint=_("Look at the reasons in the assessment of the course."),
        )
    common = _common(session, course, day)
    count = _next(session, day.year)
    name, sign = keys.signer(session)
    papers = list(
        zip(counted(writable(form), len(wanted)), counted(writable(registration), len(wanted)), strict=True)
    )
    return [
        _one(session, common, row, kind, count + at, name, sign, papers[at])
        for at, (row, kind) in enumerate(wanted)
    ]


def _chosen(rows: Sequence[PersonRow], ids: Sequence[str] | None) -> list[PersonRow]:
    if ids is None:
        return [row for row in rows if row.verdict.kind in (COMPETENCE, COMPLETION)]
    known = {row.enrolment_id: row for row in rows}
    chosen = []
    for key in dict.fromkeys(ids):
        row = known.get(key)
        if row is None:
            raise Problem(_("This person is not in the course any more."))
        if row.verdict.kind not in (COMPETENCE, COMPLETION):
            raise Problem(
                _("{name} cannot get a certificate: {reasons}").format(
                    name=row.name, reasons=" ".join(row.verdict.reasons)
                )
            )
        if row.has(row.verdict.kind):
            raise Problem(
                _("{name} already has a certificate of this course.").format(name=row.name),
                hint=_("Print it again, or void it first."),
            )
        chosen.append(row)
    return chosen


def _kinds(row: PersonRow, letters: bool) -> tuple[str, ...]:
    if row.verdict.kind == assessment.CERTIFICATE:
        return (COMPETENCE, COMPLETION) if letters else (COMPETENCE,)
    return (COMPLETION,)


@dataclass(frozen=True, slots=True)
class _Common:
    """What all certificates of one issue share."""

    template: Content
    units: Mapping[str, tuple[str, str, str, int]]
    pattern: str
    letter: str
    centre: str
    trade: str
    titles: bool
    texts: Mapping[str, Mapping[str, str]]


def _common(session: Session, course: Course, day: date) -> _Common:
    venue = get(session, Venue, VENUE_ROW)
    if venue is None or not venue.name:
        raise Problem(
            _("The venue has no name yet."), hint=_("Write the name as it should stand on certificates.")
        )
    trade = get(session, Trade, course.trade_id)
    units = seen.units(session, course)
    template = Content(
        kind=COMPETENCE,
        number="",
        name="",
        birthplace="",
        born=None,
        programme_id=writable(course.title),
        programme_en=writable(catalogue.english(session, course)),
        batch=writable(course.batch),
        starts_on=course.starts_on,
        ends_on=min(course.ends_on, day),
        hours=course.hours or sum(unit.hours for unit in units),
        venue=writable(venue.name),
        above=tuple(writable(line) for line in venue.letterhead),
        address=writable(
            " · ".join(
                part
                for part in (venue.address, f"Telepon {phone_shown(venue.phone)}" * bool(venue.phone))
                if part
            )
        ),
        place=writable(venue.area or course.place or venue.name),
        issued_on=day,
        units=(),
        signers=_signers(session, course),
    )
    return _Common(
        template,
        {
            unit.id: (writable(unit.code), writable(unit.title_id), writable(unit.title_en), unit.hours)
            for unit in units
        },
        str(venue.rules.get("number_pattern") or PATTERN),
        local(session, "letter") or "A",
        str(venue.rules.get("centre") or ""),
        trade.code if trade else course.code,
        venue.rules.get("titles_on_certificates") is True,
        catalogue.texts(session, course),
    )


def _signers(session: Session, course: Course) -> tuple[Signer, ...]:
    rows = session.scalars(
        select(Signatory).where(mine(session, Signatory)).order_by(Signatory.position, Signatory.id)
    ).all()
    # The most senior stands at the right, under place and date.
    rows = sorted(rows, key=lambda row: row.role == HEAD)
    signers = [
        Signer(writable(row.title or _TITLES.get(row.role, "")), writable(row.name), writable(row.nip))
        for row in rows
    ]
    if len(signers) < 2 and course.instructor:
        signers.insert(0, Signer("Instruktur", writable(course.instructor), writable(course.instructor_nip)))
    if not signers:
        raise Problem(
            _("Nobody signs for the venue yet."), hint=_("Add who signs certificates in the settings.")
        )
    # More than three do not fit side by side; the last are the most senior.
    return tuple(signers[-3:])


def _next(session: Session, year: int) -> int:
    """The next running number of this computer in a year.

    Also above the highest that was ever given here, should a row be missing: a number is never used twice.
    """
    letter = local(session, "letter") or "A"
    highest = session.scalar(
        select(func.max(Certificate.sequence)).where(
            mine(session, Certificate), Certificate.year == year, Certificate.letter == letter
        )
    )
    return max(highest or 0, int(local(session, _given(letter, year)) or 0)) + 1


def _given(letter: str, year: int) -> str:
    return f"certificates {letter} {year}"


def _one(
    session: Session,
    common: _Common,
    row: PersonRow,
    kind: str,
    count: int,
    key: str,
    sign: Callable[[bytes], bytes],
    paper: tuple[str, str],
) -> Issued:
    person = get(session, Person, row.person_id)
    enrolment = get(session, Enrolment, row.enrolment_id)
    assert person is not None and enrolment is not None
    day = common.template.issued_on
    name = full_name(person.name, person.title_before, person.title_after) if common.titles else person.name
    results = dict(zip(common.units, row.tries, strict=True))
    said = replace(
        common.template,
        kind=kind,
        number=number(
            common.pattern,
            sequence=count,
            kind=kind,
            device=common.letter,
            centre=common.centre,
            trade=common.trade,
            issued_on=day,
        ),
        name=writable(name),
        birthplace=writable(person.birth_place),
        born=person.birth_date,
        starts_on=max(common.template.starts_on, enrolment.since or common.template.starts_on),
        ends_on=min(common.template.ends_on, enrolment.until or common.template.ends_on),
        form=paper[0],
        registration=paper[1],
        units=tuple(
            UnitLine(*unit, assessment.result(results[unit_id])) for unit_id, unit in common.units.items()
        ),
    )
    # Frozen with the rest: whatever the agency writes later, this one is printed as it was issued.
    said = replace(said, texts=templates.filled(common.texts.get(kind, {}), said))
    seal = statement(said, wording.print_of(said))
    text = token(key, seal, sign(signed_bytes(key, seal)))
    made = Certificate(
        id=new_id(),
        number=said.number,
        sequence=count,
        year=day.year,
        letter=common.letter,
        kind=kind,
        enrolment_id=row.enrolment_id,
        person_id=row.person_id,
        course_id=enrolment.course_id,
        issued_on=day,
        form=said.form,
        registration=said.registration,
        content=said.kept(),
        token=text,
        key=key,
        replaces=next((one.id for one in reversed(row.issued) if one.kind == kind and one.voided), None),
    )
    session.add(made)
    set_local(session, _given(common.letter, day.year), str(count))
    return Issued(made.id, made.number, said.name, kind, Print(said, text))


@final
def void(session: Session, certificate_id: str, reason: str, *, on: date | None = None) -> str:
    """Void a certificate

    The row stays with the reason and its number is never used again. Returns the number. Raises Problem.
    """
    made = _certificate(session, certificate_id)
    why = " ".join(reason.split())
    if not why:
        raise Problem(_("A certificate is voided only with a reason."), hint=_("Write why it is void."))
    if made.voided_on is not None:
        raise Problem(
            _("{number} is void since {day}.").format(number=made.number, day=date_long(made.voided_on))
        )
    made.voided_on = on or clock.today()
    made.void_reason = why
    return made.number


@aside
def reprint(session: Session, certificate_id: str, *, note: str = "") -> Print:
    """Print a certificate again

    Counts the copy and signs it as such. Raises Problem for one that is void.
    """
    made = _certificate(session, certificate_id)
    if made.voided_on is not None:
        raise Problem(
            _("{number} is void and is not printed again.").format(number=made.number),
            hint=_("Issue a new certificate: it will name the one that it replaces."),
        )
    copies = session.scalar(
        select(func.count()).where(
            mine(session, CertificateEvent),
            CertificateEvent.certificate_id == made.id,
            CertificateEvent.what == PRINTED,
        )
    )
    copy = (copies or 0) + 1
    said = content(made.content)
    key, sign = keys.signer(session)
    seal = statement(said, wording.print_of(said, copy), copy)
    session.add(
        CertificateEvent(
            id=new_id(),
            certificate_id=made.id,
            what=PRINTED,
            at=clock.moment(),
            who="",
            note=" ".join(note.split()),
        )
    )
    return Print(said, token(key, seal, sign(signed_bytes(key, seal))), copy)


def hand_over(
    session: Session, certificate_ids: Sequence[str], *, to: str = "", at: str = "", note: str = ""
) -> int:
    """Record a handover

    ``to`` is who received them, by default the person named on each. Returns how many. Raises Problem.
    """
    moment = at or clock.moment()
    for key in dict.fromkeys(certificate_ids):
        made = _certificate(session, key)
        if made.voided_on is not None:
            raise Problem(_("{number} is void and is not handed over.").format(number=made.number))
        session.add(
            CertificateEvent(
                id=new_id(),
                certificate_id=made.id,
                what=HANDED_OVER,
                at=moment,
                who=" ".join(to.split()) or str(made.content["name"]),
                note=" ".join(note.split()),
            )
        )
    return len(set(certificate_ids))


def _certificate(session: Session, key: str) -> Certificate:
    made = get(session, Certificate, key)
    if made is None:
        raise Problem(_("This certificate is not in the register."))
    return made
