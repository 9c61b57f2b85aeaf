"""Commands for courses: add, list, show; enrol, promote, leave; close."""

from datetime import time
from typing import Annotated, Any

import typer

from venue_desk.actions import courses, enrolments
from venue_desk.commands.frame import Json, a_day, desk_of, out
from venue_desk.domain import clock
from venue_desk.domain.courses import LEFT, PLACES, REASONS, STATES, USUAL, WAITING, Session, part_named
from venue_desk.domain.people import fold
from venue_desk.domain.problem import Problem
from venue_desk.language import _, date_medium, weekday_date
from venue_desk.language import clock as hours
from venue_desk.queries import catalogue, lessons, people
from venue_desk.queries import courses as seen
from venue_desk.queries.series import fresh as list_of_turns
from venue_desk.store.desk import Desk

app = typer.Typer(help="Courses: their days and lessons, who is enrolled, who waits.")

Code = Annotated[str, typer.Argument(help="The course's code, as in the list.")]
Again = Annotated[
    str | None,
    typer.Option("--again", metavar="REASON", help="Why those may join who had a turn in the series."),
]


@app.command()
def add(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(help="A short code, for example BOGA-12.")],
    first: Annotated[str, typer.Option("--from", help="First day: 2025-11-17.")],
    last: Annotated[str, typer.Option("--to", help="Last day.")],
    trade: Annotated[str, typer.Option("--trade", help="Code of the trade, for example BOGA.")] = "",
    programme: Annotated[
        str,
        typer.Option("--programme", help="Code of the agency's programme; it gives what is not said here."),
    ] = "",
    title: Annotated[
        str, typer.Option("--title", help="Name of the programme; else the agency's or the trade's.")
    ] = "",
    batch: Annotated[str, typer.Option("--batch")] = "",
    weekdays: Annotated[
        str, typer.Option("--weekdays", help="1 (Monday) to 7, for example 1,2,3.")
    ] = "1,2,3,4,5",
    lesson: Annotated[
        list[str] | None, typer.Option("--lesson", help="PART=08:00-11:30; usual: pagi and siang.")
    ] = None,
    holidays: Annotated[
        bool, typer.Option("--holidays", help="Hold lessons on public holidays too.")
    ] = False,
    unit: Annotated[
        list[str] | None, typer.Option("--unit", help="Code of a unit that is taught; else all of the trade.")
    ] = None,
    jp: Annotated[
        int | None, typer.Option("--hours", help="Training hours of 45 minutes; else as the lessons are.")
    ] = None,
    capacity: Annotated[
        int | None, typer.Option("--capacity", help="Places; 0: no limit. Usual: 20.")
    ] = None,
    place: Annotated[str, typer.Option("--place")] = "",
    instructor: Annotated[str, typer.Option("--instructor")] = "",
    series: Annotated[str | None, typer.Option("--series", help="The series that it belongs to.")] = None,
    once: Annotated[
        bool | None, typer.Option("--once/--no-once", help="Each person may join the series once.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Add a course with its lessons."""
    begins, ends = a_day(first), a_day(last)
    said = {"hours": jp, "capacity": capacity, "series": series, "once_per_person": once}
    with desk_of(ctx) as desk:
        if not (trade or programme):
            raise Problem(
                _("Neither the trade nor the programme is given."),
                _("Add --trade BOGA, or --programme with a code of the agency's."),
            )
        course_id = desk.do(
            courses.add,
            trade=trade,
            programme=programme,
            units=[one.strip().upper() for one in unit or ()],
            starts_on=begins,
            ends_on=ends,
            title=title,
            code=code,
            batch=batch,
            weekdays=_weekdays(weekdays),
            sessions=[_session(one) for one in lesson] if lesson else USUAL,
            holidays={} if holidays else lessons.holidays(begins, ends),
            place=place,
            instructor=instructor,
            **{name: value for name, value in said.items() if value is not None},
        )
        row = desk.ask(seen.course, course_id, clock.today())
    assert row is not None
    text = _("{code} is added, with {count} lessons.").format(code=row.code, count=row.lessons)
    out(row, text, as_json)


def _weekdays(text: str) -> set[int]:
    try:
        days = {int(part) - 1 for part in text.split(",")}
    except ValueError:
        days = {-1}
    if not days <= set(range(7)):
        raise Problem(
            _("“{text}” are no weekdays.").format(text=text), _("Use 1 for Monday to 7 for Sunday: 1,2,3.")
        )
    return days


def _session(text: str) -> Session:
    name, _equals, span = text.partition("=")
    part = part_named(name)
    try:
        begins, ends = (time.fromisoformat(one.strip()) for one in span.split("-"))
    except ValueError:
        part = None
    if part is None:
        raise Problem(_("“{text}” is no lesson.").format(text=text), _("Write it as pagi=08:00-11:30."))
    return Session(part, begins, ends)


@app.command("list")
def list_(ctx: typer.Context, as_json: Json = False) -> None:
    """List the courses."""
    with desk_of(ctx) as desk:
        rows = desk.ask(seen.listed, clock.today())
    lines = [
        f"{row.code:<14} {row.name}  {date_medium(row.starts_on)} – {date_medium(row.ends_on)}  "
        f"{_(STATES[row.state])}  {row.enrolled}/{row.capacity or '–'}"
        + (f"  +{row.waiting} {_(PLACES[WAITING]).lower()}" if row.waiting else "")
        for row in rows
    ]
    out(rows, lines or _("There are no courses yet."), as_json)


@app.command()
def show(ctx: typer.Context, code: Code, as_json: Json = False) -> None:
    """Show a course: its lessons, its list, who waits."""
    with desk_of(ctx) as desk:
        row = desk.ask(seen.by_code, code, clock.today())
        held = desk.ask(lessons.of_course, row.id)
        listed = desk.ask(seen.participants, row.id)
        fresh = desk.ask(list_of_turns, row.id)
        follows = desk.ask(catalogue.programme, row.programme)
    lines = [f"{row.code} · {row.name} · {_(STATES[row.state])}"]
    if row.programme:
        name = f"{follows.name} ({row.programme})" if follows else row.programme
        lines.append(_("Programme: {name}").format(name=name))
    lines.append("")
    for one in held:
        done = _("closed") if one.closed_at else _("cancelled") if one.cancelled else _("open")
        lines.append(f"{one.address}  {weekday_date(one.day)}  {hours(one.starts)}–{hours(one.ends)}  {done}")
    lines.append("")
    for person in listed:
        state = "" if person.state == "enrolled" and not person.guest else _(PLACES[person.state])
        lines.append(f"{person.position:>3}  {person.name}  {_('Guest') if person.guest else state}".rstrip())
        if person.exception:
            lines.append("     " + _("Joins again: {why}").format(why=person.exception))
    if fresh is not None:
        lines += ["", fresh.words]
    out({"course": row, "lessons": held, "participants": listed}, lines, as_json)


@app.command()
def enrol(
    ctx: typer.Context,
    code: Code,
    person: Annotated[list[str], typer.Argument(help="Ids or names of people.")],
    since: Annotated[str, typer.Option("--since", help="First day that counts, for who joins late.")] = "",
    again: Again = None,
    as_json: Json = False,
) -> None:
    """Enrol people; whoever finds no place goes on the waiting list."""
    with desk_of(ctx) as desk:
        row = desk.ask(seen.by_code, code, clock.today())
        why = _why(desk, again)
        ids = [desk.ask(people.named, one).id for one in person]
        day = a_day(since) if since else None
        done = desk.do(enrolments.enrol, row.id, ids, since=day, again=why)
        fresh = desk.ask(list_of_turns, row.id)
    hint = _ask_why() if any(one.again for one in done.refused) else ""
    if done.refused and not (done.enrolled or done.waiting or done.again):
        raise Problem(" ".join(f"{one.name}: {one.why}." for one in done.refused), hint)
    lines = [
        *(_("{name} is enrolled.").format(name=name) for name in done.enrolled),
        *(_("{name} is on the waiting list.").format(name=name) for name in done.waiting),
        *(f"{name}: {_('joins again: {why}').format(why=why)}" for name in done.again if why),
        *(f"{one.name}: {one.why}." for one in done.refused),
        *([hint] if hint else []),
        *([fresh.words] if fresh else []),
    ]
    out(done, lines, as_json)


def _ask_why() -> str:
    return _("If they may join again nevertheless, say why: --again REASON.")


def _why(desk: Desk, again: str | None) -> str:
    """The reason for an exception. Raises Problem for none, and for somebody's name: a reason came to be asked for."""
    if again is None:
        return ""
    why = " ".join(again.split())
    if not why:
        raise Problem(_("“--again” needs the reason why they may join again."), _ask_why())
    who = [one for one in desk.ask(people.found, why, most=4) if fold(one.name) == fold(why)]
    if who or desk.ask(people.resolved, why) is not None:
        raise Problem(
            _("“{text}” is a person, not the reason why somebody may join again.").format(text=why),
            _("Write the reason behind --again, and the people before it."),
        )
    return why


def _on_list(desk: Desk, course_id: str, text: str, *states: str) -> seen.ParticipantRow:
    """Who on a course's list is meant: by number, id, or name. Raises Problem."""
    wanted = text.strip().casefold()
    rows = desk.ask(seen.participants, course_id, *states)
    found = [row for row in rows if wanted in (str(row.position), row.id, row.person_id, row.name.casefold())]
    if len(found) == 1:
        return found[0]
    if found:
        raise Problem(
            _("More than one person on the list is “{text}”.").format(text=text),
            _("Give the number on the list."),
        )
    raise Problem(
        _("Nobody on the list is “{text}”.").format(text=text),
        _("“courses show” prints the list with its numbers."),
    )


Who = Annotated[str, typer.Argument(help="Number on the list, name or id.")]


@app.command()
def promote(ctx: typer.Context, code: Code, person: Who, again: Again = None, as_json: Json = False) -> None:
    """Give someone on the waiting list a place."""
    with desk_of(ctx) as desk:
        row = desk.ask(seen.by_code, code, clock.today())
        who = _on_list(desk, row.id, person, WAITING).id
        name = desk.do(enrolments.promote, who, again=_why(desk, again))
    out({"name": name}, _("{name} is enrolled.").format(name=name), as_json)


@app.command()
def leave(
    ctx: typer.Context,
    code: Code,
    person: Who,
    reason: Annotated[str, typer.Option("--reason", help="work, moved, released or other.")],
    until: Annotated[str, typer.Option("--until", help="Last day that counts; else today.")] = "",
    as_json: Json = False,
) -> None:
    """Take someone off the list, from a day on."""
    if reason not in REASONS:
        raise Problem(
            _("“{text}” is no reason.").format(text=reason),
            _("Use one of these: {codes}.").format(codes=", ".join(REASONS)),
        )
    with desk_of(ctx) as desk:
        row = desk.ask(seen.by_code, code, clock.today())
        who = _on_list(desk, row.id, person, "enrolled")
        desk.do(enrolments.leave, who.id, until=a_day(until) if until else clock.today(), reason=reason)
    out({"name": who.name, "state": LEFT}, _("{name} has left.").format(name=who.name), as_json)


@app.command()
def close(ctx: typer.Context, code: Code, as_json: Json = False) -> None:
    """Close a course whose lessons are all closed."""
    _simply(ctx, code, lambda desk, course_id: desk.do(courses.close, course_id, clock.today()), as_json)


@app.command()
def reopen(ctx: typer.Context, code: Code, as_json: Json = False) -> None:
    """Open a closed course again."""
    _simply(ctx, code, lambda desk, course_id: desk.do(courses.reopen, course_id), as_json)


def _simply(ctx: typer.Context, code: str, act: Any, as_json: bool) -> None:
    with desk_of(ctx) as desk:
        row = desk.ask(seen.by_code, code, clock.today())
        act(desk, row.id)
        after = desk.ask(seen.course, row.id, clock.today())
    assert after is not None
    out(after, f"{after.code}: {_(STATES[after.state])}", as_json)
