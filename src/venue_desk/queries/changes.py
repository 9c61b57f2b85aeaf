"""A change of the journal in words: which record, which field, what it says. For the history and "both versions"."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from venue_desk.domain import attendance, certificates, courses, outcomes, people
from venue_desk.domain import venue as venues
from venue_desk.domain.stalls import words as stall_words
from venue_desk.language import N_, _, clock, date_medium, date_short, ngettext, number, weekday
from venue_desk.queries.courses import full_title
from venue_desk.store.records import (
    Certificate,
    Course,
    Enrolment,
    Lesson,
    Market,
    Person,
    Record,
    Trade,
    Unit,
    Vendor,
    get,
)

NOTHING = "–"

_RECORDS: dict[str, type[Record]] = {
    "certificate_id": Certificate,
    "course_id": Course,
    "enrolment_id": Enrolment,
    "lesson_id": Lesson,
    "market_id": Market,
    "merged_into": Person,
    "person_id": Person,
    "replaces": Certificate,
    "trade_id": Trade,
    "unit_id": Unit,
    "vendor_a": Vendor,
    "vendor_b": Vendor,
    "vendor_id": Vendor,
}

_JOINED = {
    "absence": (("vendor", "vendor_id"),),
    "assessment": (("enrolment", "enrolment_id"), ("unit", "unit_id")),
    "certificate_event": (("certificate", "certificate_id"),),
    "enrolment": (("person", "person_id"), ("course", "course_id")),
    "outcome": (("person", "person_id"), ("course", "course_id")),
    "reveal": (("person", "person_id"),),
    "vendor_pair": (("vendor", "vendor_a"), ("vendor", "vendor_b")),
}
"""Records that are known by those they refer to: (table, field)."""

_CHOICES: dict[tuple[str, str], Mapping[str, str]] = {
    ("certificate", "kind"): certificates.KINDS,
    ("enrolment", "reason"): courses.REASONS,
    ("enrolment", "state"): courses.PLACES,
    ("lesson", "session"): courses.PARTS,
    ("person", "sex"): {"L": N_("Man"), "P": N_("Woman")},
    ("signatory", "role"): venues.ROLES,
    ("vendor", "diet"): stall_words.DIETS,
    ("absence", "kind"): {
        "excused": N_("Excused"),
        "late": N_("Cancelled late"),
        "no_show": N_("Did not come"),
    },
    ("vendor_pair", "kind"): {"apart": N_("Apart"), "together": N_("Together")},
    ("certificate_event", "what"): {"printed": N_("Printed again"), "handed_over": N_("Handed over")},
    ("venue", "kind"): venues.KINDS,
}

_NAMERS: dict[tuple[str, str], Callable[[str], str]] = {
    ("outcome", "kind"): outcomes.kind_name,
    ("outcome", "verified"): outcomes.verification_name,
    ("outcome", "referral"): outcomes.referral_name,
}


class Words:
    """Names of records and texts of values, each looked up once: make one for a list of changes."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._names: dict[tuple[str, str], str] = {}

    def record(self, table: str, row: str, values: Mapping[str, Any] | None = None) -> str:
        """What a record is known by; from ``values`` where it is no longer there."""
        key = (table, row)
        if key not in self._names:
            self._names[key] = self._record(table, row, values or {})
        return self._names[key]

    def named(self, table: str, values: Mapping[str, Any]) -> str:
        """What a record that is no longer there was known by, from its fields."""
        return self._record(table, "", values)

    def value(self, table: str, field: str, value: Any) -> str:
        """A field's value as a person reads it."""
        if value in (None, "", [], {}):
            return NOTHING
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if field in _RECORDS and isinstance(value, str):
            return self.record(_RECORDS[field].__tablename__, value)
        special = _SPECIAL.get((table, field)) or _SPECIAL.get(("", field))
        if special is not None:
            return special(value)
        choices = _CHOICES.get((table, field))
        if choices is not None:
            return _(choices[value]) if value in choices else str(value)
        namer = _NAMERS.get((table, field))
        if namer is not None:
            return namer(value)
        return _plain(value)

    def _record(self, table: str, row: str, values: Mapping[str, Any]) -> str:
        kind = next((m.class_ for m in Record.registry.mappers if m.class_.__tablename__ == table), None)
        record = get(self._session, kind, row) if kind is not None else None

        def of(field: str) -> Any:
            found = getattr(record, field, None) if record is not None else None
            return values.get(field) if found is None else found

        parts = _JOINED.get(table)
        if parts is not None:
            return self._joined(*parts, of=of)
        match table:
            case "course":
                text = full_title(of("title") or "", of("batch") or "")
            case "lesson":
                text = self._lesson(of)
            case "mark":
                text = self._mark(of)
            case "market_week":
                text = _day(of("day"))
            case "person":
                text = people.full_name(of("name") or "", of("title_before"), of("title_after"))
            case "stall":
                text = _("Stall {number}").format(number=of("number") or "")
            case "trade" | "unit":
                text = of("name_id") or of("title_id") or ""
            case _:
                text = of("name") or of("number") or ""
        return str(text)

    def _joined(self, *parts: tuple[str, str], of: Callable[[str], Any]) -> str:
        return " · ".join(filter(None, (self.record(table, of(field) or "") for table, field in parts)))

    def _lesson(self, of: Callable[[str], Any]) -> str:
        part = courses.PARTS.get(of("session") or "")
        when = ", ".join(filter(None, (_day(of("day")), _(part).lower() if part else "")))
        return " · ".join(filter(None, (self.record("course", of("course_id") or ""), when)))

    def _mark(self, of: Callable[[str], Any]) -> str:
        enrolment = get(self._session, Enrolment, of("enrolment_id"))
        person = self.record("person", enrolment.person_id) if enrolment else ""
        return " · ".join(filter(None, (person, self.record("lesson", of("lesson_id") or ""))))


def stall_changes(
    session: Session, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> list[tuple[str, str, str]]:
    """A week's plan, stall by stall: (stall, who had it, who has it now), only where it changed."""
    words = Words(session)
    was, now = (dict((plan or {}).get("cells") or {}) for plan in (before, after))
    changed = [stall for stall in {**was, **now} if was.get(stall) != now.get(stall)]
    named = [(words.record("stall", stall), was.get(stall), now.get(stall)) for stall in changed]
    return sorted(
        (
            (stall, words.record("vendor", a) if a else NOTHING, words.record("vendor", b) if b else NOTHING)
            for stall, a, b in named
        ),
        key=lambda line: (len(line[0]), line[0]),
    )


def _day(value: date | str | None) -> str:
    if not value:
        return ""
    return date_medium(date.fromisoformat(value) if isinstance(value, str) else value)


def _mark_words(value: Mapping[str, Any]) -> str:
    status = attendance.WORDS.get(str(value.get("status", "")), attendance.WORDS[attendance.NOT_TAKEN])
    parts = [_(status), clock(value["time"]) if value.get("time") else "", str(value.get("reason") or "")]
    return ", ".join(filter(None, [" ".join(filter(None, parts[:2])), parts[2]]))


def _tries(value: list[Mapping[str, Any]]) -> str:
    return ", ".join(f"{one.get('result', '')} ({_day(one.get('on'))})" for one in value)


def _plan(value: Mapping[str, Any]) -> str:
    count = len(value.get("cells") or {})
    return ngettext("{count} stall given", "{count} stalls given", count).format(count=count)


def _consent(value: Mapping[str, Any]) -> str:
    return _day(value.get("on")) or _("yes")


def _picture(value: str) -> str:
    """A picture is kept as text that nobody reads."""
    del value
    return _("a picture")


def _needs(value: list[str]) -> str:
    return ", ".join(stall_words.need(need) for need in value)


def _plain(value: Any) -> str:
    if isinstance(value, (int, float)):
        return number(value, 0 if value == int(value) else 2)
    if isinstance(value, date):
        return date_medium(value)
    if isinstance(value, list):
        return ", ".join(_plain(one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_plain(one)}" for key, one in value.items())
    text = str(value)
    try:
        day = date.fromisoformat(text[:10]) if len(text) in (10, 16) and text[4:5] == "-" else None
    except ValueError:
        day = None
    if day is None:
        return text
    return f"{date_short(day)}, {clock(text)}" if "T" in text else date_medium(day)


_SPECIAL: dict[tuple[str, str], Callable[[Any], str]] = {
    ("", "nik"): people.masked,
    ("", "phone"): people.phone_shown,
    ("", "weekday"): lambda value: weekday(date(2024, 1, 1 + value % 7)),  # 1 January 2024 was a Monday
    ("mark", "mark"): _mark_words,
    ("assessment", "tries"): _tries,
    ("market_week", "plan"): _plan,
    ("person", "consent"): _consent,
    ("vendor", "needs"): _needs,
    ("venue", "logo"): _picture,
    ("vendor", "category"): stall_words.category,
    ("stall", "quality"): lambda value: _(stall_words.QUALITIES.get(value, "")),
    ("unit", "hours"): number,
    ("certificate", "year"): str,
}


def loaded(text: str | None) -> dict[str, Any]:
    """The fields of a journal line's ``before`` or ``after``."""
    return dict(json.loads(text)) if text else {}
