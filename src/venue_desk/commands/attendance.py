"""Commands for attendance: mark, show a lesson, close it, print registers and cards."""

from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path
from typing import IO, Annotated

import typer

from venue_desk.actions import attendance, guests
from venue_desk.actions.attendance import Marked
from venue_desk.commands.frame import Json, a_day, desk_of, out
from venue_desk.domain import clock, courses
from venue_desk.domain.attendance import LETTERS, NOT_TAKEN, PRESENT, WORDS, status_named
from venue_desk.domain.courses import ENROLLED
from venue_desk.domain.problem import Problem
from venue_desk.language import _, percent, weekday_date
from venue_desk.language import clock as hours
from venue_desk.queries import attendance as seen
from venue_desk.queries import courses as courses_seen
from venue_desk.queries import lessons, people
from venue_desk.queries.lessons import LessonRow

app = typer.Typer(help="Attendance: who was there.")

Lesson = Annotated[str, typer.Option("--lesson", help="CODE/2025-11-22/pagi, or a lesson's id.")]


@app.command()
def mark(
    ctx: typer.Context,
    lesson: Lesson,
    card: Annotated[str, typer.Option("--card", help="What the scanner typed.")] = "",
    person: Annotated[str, typer.Option("--person", help="Number on the list, part of a name, or id.")] = "",
    status: Annotated[str, typer.Option("--status", help="present, late, excused, sick or absent.")] = "",
    at: Annotated[str, typer.Option("--at", help="Time of arrival, 08:03; else now if it is today.")] = "",
    reason: Annotated[str, typer.Option("--reason")] = "",
    as_json: Json = False,
) -> None:
    """Mark one person at a lesson."""
    if bool(card) == bool(person):
        raise Problem(_("Nobody was named."), _("Give either --card or --person."))
    given = status_named(status) if status else ""
    with desk_of(ctx) as desk:
        row = desk.ask(lessons.named, lesson)
        moment = _moment(row, at)
        who = _meant(desk.ask(seen.roster, row.id), card or person)
        if card and (not given or who is None):
            done = desk.do(attendance.mark_by_card, row.id, card, moment)
        elif who is None:
            stranger = desk.ask(people.named, person)
            done = desk.do(attendance.mark_person, row.id, stranger.id, given or PRESENT)
        elif given:
            when = _time(row, moment)
            done = desk.do(attendance.mark, row.id, who.enrolment_id, given, at=when, reason=reason)
        else:
            done = desk.do(attendance.mark_arrival, row.id, who.enrolment_id, moment)
    out(done, _said(done), as_json)


def _said(done: Marked) -> str:
    came = f" {hours(done.time)}" if done.time else ""
    words = f"{LETTERS[done.status]} {_(WORDS[done.status])}{came} · {done.name} ({done.number})"
    return _("{mark}, already before").format(mark=words) if done.again else words


def _meant(found: seen.Roster | None, text: str) -> seen.RosterRow | None:
    """The one person of a roster who is meant, or None. Raises Problem where it could be several."""
    rows = found.rows if found else ()
    exact = [
        row
        for row in rows
        if text in (row.person_id, row.enrolment_id) or text.casefold() == row.name.casefold()
    ]
    hits = exact or ([row for row in rows if str(row.number) == text] if text.isdigit() else [])
    hits = hits or seen.find_in_roster(rows, text)
    if len(hits) > 1:
        raise Problem(
            _("“{text}” could be {names}.").format(text=text, names=", ".join(row.name for row in hits[:5])),
            _("Write more of the name, or the number on the list."),
        )
    return hits[0] if hits else None


def _moment(row: LessonRow, at: str) -> datetime:
    """When someone came: the given time on the lesson's day, else now."""
    if not at:
        return clock.now()
    read = courses.read_time(at)
    if read is None:
        raise Problem(_("“{text}” is no time.").format(text=at), _("Write it as 08:03."))
    return datetime.combine(row.day, read)


def _time(row: LessonRow, moment: datetime) -> time | None:
    return moment.time() if moment.date() == row.day else None


@app.command()
def show(ctx: typer.Context, lesson: Lesson, as_json: Json = False) -> None:
    """Show a lesson's roster."""
    with desk_of(ctx) as desk:
        row = desk.ask(lessons.named, lesson)
        found = desk.ask(seen.roster, row.id)
    assert found is not None
    lines = [f"{row.code} · {weekday_date(row.day)} · {row.part}", ""]
    for one in found.rows:
        share = one.presence.share
        came = hours(one.time) if one.time else ""
        lines.append(
            f"{one.number:>3}  {one.name:<32} {LETTERS[one.status]:<1} {_(WORDS[one.status]):<12} {came:<6}"
            f"{percent(share) if share is not None else ''} {one.reason}".rstrip()
        )
    lines += [
        "",
        "  ".join(f"{LETTERS[key] or _(WORDS[NOT_TAKEN])} {count}" for key, count in found.counts.items()),
    ]
    out({"lesson": row, "rows": found.rows, "counts": found.counts}, lines, as_json)


@app.command()
def guest(
    ctx: typer.Context,
    lesson: Lesson,
    name: Annotated[str, typer.Argument(help="The guest's name.")],
    phone: Annotated[str, typer.Option("--phone")] = "",
    as_json: Json = False,
) -> None:
    """Add someone who walked in, for this lesson's day only."""
    with desk_of(ctx) as desk:
        row = desk.ask(lessons.named, lesson)
        done = desk.do(guests.add, row.id, at=clock.now(), name=name, phone=phone)
    out(done, _said(done), as_json)


@app.command()
def rest(
    ctx: typer.Context,
    lesson: Lesson,
    status: Annotated[str, typer.Option("--status", help="What those not taken yet become.")],
    as_json: Json = False,
) -> None:
    """Mark everyone who is not taken yet."""
    given = status_named(status)
    with desk_of(ctx) as desk:
        names = desk.do(attendance.mark_rest, desk.ask(lessons.named, lesson).id, given)
    out({"status": given, "names": names}, [f"{LETTERS[given]} {name}" for name in names], as_json)


@app.command()
def close(ctx: typer.Context, lesson: Lesson, as_json: Json = False) -> None:
    """Close a lesson: only then it counts."""
    with desk_of(ctx) as desk:
        row = desk.ask(lessons.named, lesson)
        desk.do(attendance.close_lesson, row.id, clock.now())
    out({"lesson": row.id, "closed": True}, _("{lesson} is closed.").format(lesson=row.address), as_json)


@app.command()
def reopen(ctx: typer.Context, lesson: Lesson, as_json: Json = False) -> None:
    """Open a closed lesson again."""
    with desk_of(ctx) as desk:
        row = desk.ask(lessons.named, lesson)
        desk.do(attendance.reopen_lesson, row.id)
    out({"lesson": row.id, "closed": False}, _("{lesson} is open again.").format(lesson=row.address), as_json)


@app.command()
def register(
    ctx: typer.Context,
    course: Annotated[str, typer.Option("--course", help="The course's code.")],
    file: Annotated[Path, typer.Option("--out", help="A file that ends in .pdf, .xlsx or .csv.")],
    day: Annotated[list[str] | None, typer.Option("--day", help="Only this day; may be repeated.")] = None,
    recap: Annotated[
        bool, typer.Option("--recap", help="Letters and percentages instead of boxes to sign.")
    ] = False,
    blank: Annotated[int, typer.Option("--blank", help="Empty rows for people who walk in.")] = 3,
    paper_size: Annotated[str, typer.Option("--paper", help="A4 or F4.")] = "A4",
    as_json: Json = False,
) -> None:
    """Print the register to sign (.pdf), or write what was taken as a table (.xlsx, .csv)."""
    days = [a_day(one) for one in day or ()]
    kind = file.suffix.lower()
    if kind not in (".pdf", ".xlsx", ".csv"):
        raise Problem(
            _("“{file}” must end in .pdf, .xlsx or .csv.").format(file=file.name),
            _("Choose one of the three."),
        )
    with desk_of(ctx) as desk:
        row = desk.ask(courses_seen.by_code, course, clock.today())
        given = desk.ask(seen.register, row.id, clock.today())
    if kind == ".pdf":
        from venue_desk.documents import paper
        from venue_desk.documents import recap as recaps
        from venue_desk.documents import register as registers
        from venue_desk.documents.saving import saved

        size = paper.SIZES.get(paper_size.upper())
        if size is None:
            raise Problem(_("“{text}” is no paper size here.").format(text=paper_size), _("Use A4 or F4."))

        def draw(target: IO[bytes]) -> Iterator[tuple[int, int]]:
            if recap:
                return recaps.draw(target, given, size=size)
            return registers.signing(target, given, days=days, blank=max(0, blank), size=size)

        for _done in saved(file, draw):
            pass
    else:
        from venue_desk.documents import register_table

        register_table.write(file, given)
    out({"file": file, "course": row.code}, _("Written: {file}").format(file=file), as_json)


@app.command()
def cards(
    ctx: typer.Context,
    course: Annotated[str, typer.Option("--course", help="The course's code.")],
    file: Annotated[Path, typer.Option("--out", help="A file that ends in .pdf.")],
    as_json: Json = False,
) -> None:
    """Print the participants' cards."""
    from venue_desk.documents import card
    from venue_desk.documents.saving import saved
    from venue_desk.queries.venue import details

    with desk_of(ctx) as desk:
        row = desk.ask(courses_seen.by_code, course, clock.today())
        people = desk.ask(courses_seen.participants, row.id, ENROLLED)
        venue = desk.ask(details).name
    given = [card.Card(one.name, one.position, one.card, row.name) for one in people]
    for _done in saved(file, lambda target: card.draw(target, given, venue)):
        pass
    out({"file": file, "cards": len(given)}, _("Written: {file}").format(file=file), as_json)
