"""Recording what became of an alumnus, and referring them."""

from datetime import date

from sqlalchemy.orm import Session

from venue_desk.domain import clock, courses, outcomes
from venue_desk.domain.problem import Problem
from venue_desk.language import _, date_long
from venue_desk.store.records import VENUE_ROW, Course, Enrolment, Outcome, Person, Venue, fact, get


def record(
    session: Session,
    enrolment_id: str,
    kind: str,
    *,
    employer: str = "",
    role: str = "",
    related: bool | None = None,
    since: date | None = None,
    verified: str = "",
    note: str = "",
    on: date | None = None,
) -> str:
    """Record an outcome

    One record an alumnus and month after graduation: a second one in the same month replaces the first. Returns
    its id. Raises Problem for what cannot be.
    """
    on = on or clock.today()
    enrolment, graduated = _alumnus(session, enrolment_id)
    _check(kind, verified, graduated, since, on)
    placed = kind in outcomes.PLACED
    if not placed:
        # What belongs to work does not stay behind when somebody has none.
        employer, role, related, since = "", "", None, None
    if kind == outcomes.UNKNOWN:
        verified = ""
    outcome = _of_month(session, enrolment, graduated, on, kind)
    outcome.kind, outcome.employer, outcome.role = kind, _one_line(employer), _one_line(role)
    outcome.related, outcome.since, outcome.verified = related, since, verified
    outcome.recorded_on = on
    if note.strip():
        outcome.note = note.strip()
    return outcome.id


def refer(
    session: Session, enrolment_id: str, where: str, reference: str = "", on: date | None = None
) -> str:
    """Refer an alumnus

    ``where`` is one of domain.outcomes.REFERRALS. What is known of them stays as it is. Returns the record's id.
    """
    on = on or clock.today()
    if where not in outcomes.REFERRALS:
        raise Problem(
            _("“{text}” is no place to refer to.").format(text=where),
            hint=_("Use {choices}.").format(choices=", ".join(outcomes.REFERRALS)),
        )
    enrolment, graduated = _alumnus(session, enrolment_id)
    outcome = _of_month(session, enrolment, graduated, on, outcomes.UNKNOWN)
    outcome.referral, outcome.reference = where, _one_line(reference)
    return outcome.id


def forget(session: Session, outcome_id: str) -> None:
    """Remove an outcome"""
    outcome = get(session, Outcome, outcome_id)
    if outcome is None:
        raise Problem(_("This outcome is no longer there."))
    session.delete(outcome)


def _alumnus(session: Session, enrolment_id: str) -> tuple[Enrolment, date]:
    enrolment = get(session, Enrolment, enrolment_id)
    course = get(session, Course, enrolment.course_id) if enrolment else None
    if enrolment is None or course is None:
        raise Problem(_("This alumnus is no longer there."), hint=_("Look at the list of alumni."))
    if enrolment.state not in (courses.ENROLLED, courses.LEFT) or enrolment.guest:
        person = get(session, Person, enrolment.person_id)
        raise Problem(
            _("{name} did not take part in this class.").format(name=person.name if person else enrolment_id),
            hint=_("Outcomes are recorded for people who finished a class."),
        )
    return enrolment, enrolment.until or course.ends_on


def _check(kind: str, verified: str, graduated: date, since: date | None, on: date) -> None:
    if kind not in outcomes.KINDS:
        raise Problem(
            _("“{text}” is no outcome.").format(text=kind),
            hint=_("Use {choices}.").format(choices=", ".join(outcomes.KINDS)),
        )
    if verified and verified not in outcomes.VERIFICATIONS:
        raise Problem(
            _("“{text}” is no way of verifying an outcome.").format(text=verified),
            hint=_("Use {choices}.").format(choices=", ".join(outcomes.VERIFICATIONS)),
        )
    if on < graduated:
        raise Problem(
            _("The outcome is from before the class ended on {day}.").format(day=date_long(graduated)),
            hint=_("Check the date of the outcome."),
        )
    if since is not None and since > on:
        raise Problem(
            _("The work would begin on {day}, after the day of the record.").format(day=date_long(since)),
            hint=_("Check the day since when they work."),
        )


def _of_month(session: Session, enrolment: Enrolment, graduated: date, on: date, kind: str) -> Outcome:
    venue = get(session, Venue, VENUE_ROW)
    months = outcomes.follow_up_months(venue.rules if venue else {})
    stage = outcomes.stage(graduated, on, months)
    key = fact("outcome", enrolment.id, str(stage))
    outcome = get(session, Outcome, key)
    if outcome is None:
        outcome = Outcome(
            id=key,
            enrolment_id=enrolment.id,
            person_id=enrolment.person_id,
            course_id=enrolment.course_id,
            stage=stage,
            kind=kind,
            recorded_on=on,
            # Defaults come from the table only at the flush; until then they are None.
            employer="", role="", verified="", referral="", reference="", note="",
        )  # fmt: skip
        session.add(outcome)
    return outcome


def _one_line(text: str) -> str:
    return " ".join(text.split())
