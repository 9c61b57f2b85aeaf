"""What became of the people who were trained, and when to ask them next.

Unknown is a state of its own: alumni under-report, so "not heard of" is never counted as "not working", and
every rate names the number it was divided by (DOMAIN.md, Outcomes).
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from venue_desk.language import N_, _

EMPLOYED = "employed"
SELF_EMPLOYED = "self_employed"
TRAINING = "training"
NOT_WORKING = "not_working"
UNKNOWN = "unknown"

KINDS = (EMPLOYED, SELF_EMPLOYED, TRAINING, NOT_WORKING, UNKNOWN)
PLACED = frozenset({EMPLOYED, SELF_EMPLOYED})

_KIND_NAMES = {
    EMPLOYED: N_("Employed"),
    SELF_EMPLOYED: N_("Self-employed"),
    TRAINING: N_("Further training"),
    NOT_WORKING: N_("Not working"),
    UNKNOWN: N_("Not known"),
}

_VERIFICATION_NAMES = {
    "phone": N_("By telephone"),
    "visit": N_("Visited"),
    "document": N_("Letter or payslip seen"),
    "employer": N_("Employer confirmed"),
    "self": N_("Told us themselves"),
}
VERIFICATIONS = tuple(_VERIFICATION_NAMES)

_REFERRAL_NAMES = {
    "jakpreneur": N_("Jakpreneur"),
    "ppkukm": N_("Dinas PPKUKM"),
    "partner": N_("Partner company"),
}
REFERRALS = tuple(_REFERRAL_NAMES)

#: Months after graduation at which alumni are asked. A venue can set its own.
FOLLOW_UP_MONTHS = (1, 3, 6)
#: A contact this many days before its month already counts for it.
EARLY = timedelta(days=10)
#: Who could not be reached is asked again after this many days.
RETRY = timedelta(days=7)
#: After this many months nobody is nagged any more; the report goes on saying "unknown".
GIVE_UP_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Contact:
    """One time an alumnus was asked, and what was learnt."""

    on: date
    kind: str


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A contact that is due: the month after graduation it belongs to and since when it is due."""

    months: int
    since: date


@dataclass(frozen=True, slots=True)
class Placement:
    """How many alumni are in each state. Rates are shares of one, None where nobody is to be counted."""

    employed: int = 0
    self_employed: int = 0
    training: int = 0
    not_working: int = 0
    unknown: int = 0

    @property
    def alumni(self) -> int:
        """Everybody, heard of or not: the denominator of `rate`."""
        return self.known + self.unknown

    @property
    def known(self) -> int:
        """Those heard of: the denominator of `rate_of_known`."""
        return self.employed + self.self_employed + self.training + self.not_working

    @property
    def placed(self) -> int:
        return self.employed + self.self_employed

    @property
    def rate(self) -> float | None:
        """Placed of all alumni. Unknown ones are in the denominator, so it never flatters."""
        return self.placed / self.alumni if self.alumni else None

    @property
    def rate_of_known(self) -> float | None:
        """Placed of those heard of. It flatters where few answered: show `known` beside it."""
        return self.placed / self.known if self.known else None

    def of(self, kind: str) -> int:
        """The count of one of `KINDS`."""
        return {
            EMPLOYED: self.employed,
            SELF_EMPLOYED: self.self_employed,
            TRAINING: self.training,
            NOT_WORKING: self.not_working,
            UNKNOWN: self.unknown,
        }[kind]


def follow_up_months(kept: Mapping[str, object]) -> tuple[int, ...]:
    """The months that a venue has decided on (``Venue.rules["follow_up_months"]``), or the usual ones."""
    given = kept.get("follow_up_months")
    if not isinstance(given, list):
        return FOLLOW_UP_MONTHS
    fine = {month for month in given if isinstance(month, int) and 0 < month < GIVE_UP_MONTHS}
    return tuple(sorted(fine)) or FOLLOW_UP_MONTHS


def kind_name(kind: str) -> str:
    """What a person reads for a kind of outcome."""
    return _(_KIND_NAMES[kind])


def verification_name(how: str) -> str:
    """What a person reads for how an outcome was verified; empty for not verified."""
    return _(_VERIFICATION_NAMES[how]) if how else ""


def referral_name(where: str) -> str:
    """What a person reads for where an alumnus was referred to; empty for nowhere."""
    return _(_REFERRAL_NAMES[where]) if where else ""


@lru_cache(maxsize=4096)
def months_after(day: date, months: int) -> date:
    """The same day so many months later, or that month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def latest_known(contacts: Iterable[Contact]) -> Contact | None:
    """The newest contact that told us something; of two on one day the later in the given order.

    Not reaching somebody does not wipe out what was known before.
    """
    best: Contact | None = None
    for contact in contacts:
        if contact.kind != UNKNOWN and (best is None or contact.on >= best.on):
            best = contact
    return best


def stage(graduated: date, on: date, months: tuple[int, ...] = FOLLOW_UP_MONTHS) -> int:
    """The month after graduation that a contact belongs to: one record an alumnus and month.

    A contact within `EARLY` before a follow-up belongs to that one; any other to the whole months gone by.
    """
    for month in months:
        when = months_after(graduated, month)
        if when - EARLY <= on < when:
            return month
    gone = 0
    while months_after(graduated, gone + 1) <= on:
        gone += 1
    return gone


def due(
    graduated: date,
    contacts: Iterable[Contact],
    today: date,
    months: tuple[int, ...] = FOLLOW_UP_MONTHS,
) -> FollowUp | None:
    """The follow-up that is due today, or None.

    Only the newest month that has come counts, so one call settles all that were missed. A contact that
    learnt nothing puts it off by `RETRY` and does not settle it.
    """
    if today >= months_after(graduated, GIVE_UP_MONTHS):
        return None
    come = [month for month in sorted(months) if months_after(graduated, month) <= today]
    if not come:
        return None
    since = months_after(graduated, come[-1])
    for contact in contacts:
        if contact.on > today:
            continue
        if contact.kind != UNKNOWN and contact.on >= since - EARLY:
            return None
        if contact.kind == UNKNOWN and contact.on > today - RETRY:
            return None
    return FollowUp(come[-1], since)


def next_follow_up(
    graduated: date,
    contacts: Iterable[Contact],
    today: date,
    months: tuple[int, ...] = FOLLOW_UP_MONTHS,
) -> FollowUp | None:
    """The next follow-up that lies ahead and that no contact has settled already."""
    heard = [contact.on for contact in contacts if contact.kind != UNKNOWN]
    for month in sorted(months):
        when = months_after(graduated, month)
        if when > today and not any(on >= when - EARLY for on in heard):
            return FollowUp(month, when)
    return None


def placement(kinds: Iterable[str]) -> Placement:
    """Count alumni by what is known of each (one kind an alumnus)."""
    counts = dict.fromkeys(KINDS, 0)
    for kind in kinds:
        counts[kind] += 1
    return Placement(**counts)
