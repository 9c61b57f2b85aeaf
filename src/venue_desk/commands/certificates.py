"""Commands for certificates: issue, void, print again, list, verify, keys."""

from pathlib import Path
from typing import Annotated

import typer

from venue_desk.actions import assessment as assess
from venue_desk.actions import certificates as do
from venue_desk.actions import keys
from venue_desk.commands.frame import Json, a_day, data_folder, desk_of, out
from venue_desk.documents import certificate, letterhead, verify
from venue_desk.documents.saving import whole
from venue_desk.domain import clock, seal
from venue_desk.domain.assessment import RESULTS, VERDICTS
from venue_desk.domain.certificates import KINDS
from venue_desk.domain.problem import Problem
from venue_desk.language import _, date_long, ngettext, percent
from venue_desk.queries import assessment as assessed
from venue_desk.queries import certificates as seen
from venue_desk.queries import courses, venue
from venue_desk.store import database
from venue_desk.store.desk import Desk

app = typer.Typer(help="Assess, issue, void, print and verify certificates.")
keys_app = typer.Typer(help="The keys that verify certificates.")
app.add_typer(keys_app, name="keys")

Course = Annotated[str, typer.Option("--course", help="The code of the course.")]
Out = Annotated[Path, typer.Option("--out", help="The PDF to write.")]
Size = Annotated[str, typer.Option("--paper", help="A4 or F4.")]


def _size(text: str) -> str:
    if text.upper() not in ("A4", "F4"):
        raise Problem(_("“{text}” is not a size of paper.").format(text=text), hint=_("Choose A4 or F4."))
    return text.upper()


def _logo(desk: Desk) -> bytes | None:
    return letterhead.of(desk.ask(venue.details)).logo


@app.command()
def issue(
    ctx: typer.Context,
    course: Course,
    out_file: Out,
    on: Annotated[str, typer.Option("--on", help="Day of issue, if not today.")] = "",
    letters: Annotated[
        bool, typer.Option("--letters", help="Completion letters for the competent too.")
    ] = False,
    form: Annotated[
        str, typer.Option("--form", help="First number of the preprinted forms; it counts up.")
    ] = "",
    registration: Annotated[str, typer.Option("--registration", help="First registration number.")] = "",
    size: Size = "A4",
    as_json: Json = False,
) -> None:
    """Issue certificates to all of a course who may have one. This is final."""
    chosen = _size(size)
    with desk_of(ctx) as desk, whole(out_file) as target:
        row = desk.ask(courses.by_code, course, clock.today())
        issued = desk.do(
            do.issue,
            row.id,
            on=a_day(on) if on else None,
            letters=letters,
            form=form,
            registration=registration,
        )
        for _done in certificate.draw([one.print for one in issued], target, size=chosen, logo=_logo(desk)):
            pass
    text = [f"{one.number}  {_(KINDS[one.kind])}  {one.name}" for one in issued]
    text.append(
        ngettext(
            "{count} certificate was issued: {file}", "{count} certificates were issued: {file}", len(issued)
        ).format(count=len(issued), file=out_file)
    )
    rows = [{"id": one.id, "number": one.number, "kind": one.kind, "name": one.name} for one in issued]
    out(rows, text, as_json)


@app.command("print")
def print_(
    ctx: typer.Context, course: Course, out_file: Out, size: Size = "A4", as_json: Json = False
) -> None:
    """Print what was issued for a course and not handed over yet, as the originals."""
    chosen = _size(size)
    with desk_of(ctx) as desk, whole(out_file) as target:
        row = desk.ask(courses.by_code, course, clock.today())
        waiting = desk.ask(seen.listed, course_id=row.id, state=seen.WAITING)
        prints = desk.ask(seen.first_prints, [one.id for one in reversed(waiting) if one.original])
        if not prints:
            raise Problem(
                _("No certificate of {course} waits to be printed as the original.").format(course=row.name),
                hint=_("Issue them first, or print a single one again with “reprint”."),
            )
        for _done in certificate.draw(prints, target, size=chosen, logo=_logo(desk)):
            pass
    count = len(prints)
    said = ngettext("{count} certificate is in {file}", "{count} certificates are in {file}", count)
    text = [said.format(count=count, file=out_file)]
    text += [
        _("Left out, because its key was withdrawn: {number}. Print it with “reprint”.").format(
            number=one.number
        )
        for one in waiting
        if not one.original
    ]
    out([one.content.number for one in prints], text, as_json)


@app.command()
def void(
    ctx: typer.Context,
    number: Annotated[str, typer.Argument(help="The certificate's number.")],
    reason: Annotated[str, typer.Option("--reason", help="Why it is void.")],
    as_json: Json = False,
) -> None:
    """Void a certificate. This is final."""
    with desk_of(ctx) as desk:
        row = desk.ask(seen.by_number, number)
        desk.do(do.void, row.id, reason)
        row = desk.ask(seen.by_number, number)
    out(row, _("{number} is void now.").format(number=row.number), as_json)


@app.command()
def reprint(
    ctx: typer.Context,
    number: Annotated[str, typer.Argument(help="The certificate's number.")],
    out_file: Out,
    size: Size = "A4",
    as_json: Json = False,
) -> None:
    """Print a certificate again, counted and marked as a copy."""
    chosen = _size(size)
    with desk_of(ctx) as desk, whole(out_file) as target:
        row = desk.ask(seen.by_number, number)
        again = desk.do(do.reprint, row.id)
        target.write(certificate.pdf([again], size=chosen, logo=_logo(desk)))
    made = {"number": row.number, "copy": again.copy, "file": out_file}
    out(
        made,
        _("Copy {count} of {number} is in {file}").format(count=again.copy, number=row.number, file=out_file),
        as_json,
    )


@app.command("hand-over")
def hand_over(
    ctx: typer.Context,
    number: Annotated[str, typer.Argument(help="The certificate's number.")],
    to: Annotated[str, typer.Option("--to", help="Who received it, if not the person named on it.")] = "",
    as_json: Json = False,
) -> None:
    """Record that a certificate was handed over."""
    with desk_of(ctx) as desk:
        row = desk.ask(seen.by_number, number)
        desk.do(do.hand_over, [row.id], to=to)
        row = desk.ask(seen.by_number, number)
    out(row, _("{number} was handed over to {name}.").format(number=row.number, name=row.given_to), as_json)


@app.command("list")
def list_(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(help="Part of a name, number or course.")] = "",
    course: Annotated[str, typer.Option("--course", help="The code of a course.")] = "",
    as_json: Json = False,
) -> None:
    """List the register of certificates."""
    with desk_of(ctx) as desk:
        course_id = desk.ask(courses.by_code, course, clock.today()).id if course else ""
        rows = desk.ask(seen.listed, text, course_id=course_id)
    lines = [
        f"{row.number}  {row.issued_on}  {_(seen.STATES[row.state])}  {row.name}  ({row.course})"
        for row in rows
    ]
    out(rows, lines or _("No certificate was found."), as_json)


@app.command()
def assessment(ctx: typer.Context, course: Course, as_json: Json = False) -> None:
    """Show results, presence and who may have a certificate, with the reasons."""
    with desk_of(ctx) as desk:
        sheet = desk.ask(assessed.sheet, desk.ask(courses.by_code, course, clock.today()).id)
    lines = []
    for row in sheet.rows:
        share = "–" if row.presence.share is None else percent(row.presence.share)
        results = " ".join(
            (tries[-1].result if tries else "–") + (str(len(tries)) if len(tries) > 1 else "")
            for tries in row.tries
        )
        lines.append(f"{row.number:>3}  {row.name}  {share}  {results}  {_(VERDICTS[row.verdict.kind])}")
        lines += [f"     {reason}" for reason in row.verdict.reasons]
    out(sheet, lines or _("Nobody is enrolled."), as_json)


@app.command("assess")
def assess_(
    ctx: typer.Context,
    course: Course,
    person: Annotated[str, typer.Option("--person", help="The number on the list, or the whole name.")],
    unit: Annotated[str, typer.Option("--unit", help="The code of the unit, or its number in the list.")],
    result: Annotated[str, typer.Option("--result", help="K or BK.")],
    on: Annotated[str, typer.Option("--on", help="Day of the assessment, if not today.")] = "",
    as_json: Json = False,
) -> None:
    """Record one result of one person in one unit."""
    with desk_of(ctx) as desk:
        sheet = desk.ask(assessed.sheet, desk.ask(courses.by_code, course, clock.today()).id)
        people = [row for row in sheet.rows if person in (str(row.number), row.enrolment_id)]
        people = people or [row for row in sheet.rows if row.name.casefold() == person.strip().casefold()]
        if len(people) != 1:
            raise Problem(
                _("“{text}” is not exactly one participant of {course}.").format(
                    text=person, course=sheet.name
                ),
                hint=_("Give the number on the list."),
            )
        units = [
            one
            for place, one in enumerate(sheet.units, 1)
            if unit.casefold() in (one.code.casefold(), str(place))
        ]
        if not units:
            raise Problem(_("{course} has no unit “{text}”.").format(course=sheet.name, text=unit))
        tries = desk.do(
            assess.record, people[0].enrolment_id, units[0].id, result.upper(), on=a_day(on) if on else None
        )
    said = _("{name}, {unit}: {result}, try {count}.").format(
        name=people[0].name, unit=units[0].code, result=_(RESULTS[tries[-1].result]), count=len(tries)
    )
    out(tries, said, as_json)


@app.command("verify")
def verify_(
    ctx: typer.Context,
    given: Annotated[
        str, typer.Argument(metavar="FILE|TEXT", help="A PDF, a picture, or the text of the code.")
    ],
    keys_file: Annotated[Path | None, typer.Option("--keys", help="A file made by “keys export”.")] = None,
    as_json: Json = False,
) -> int:
    """Tell whether a certificate is valid, and whose. Exit code 0: valid; 1: not valid; 2: it could not be checked."""
    ring = _read_ring(keys_file) if keys_file is not None else seal.KeyRing()
    if database.exists(data_folder(ctx)):
        with desk_of(ctx) as desk:
            ring = desk.ask(seen.key_ring, ring)
    found = list(verify.anything(given, ring))
    lines = []
    for one in found:
        lines.append(f"{_(verify.STATES[one.state]).upper()}  " + " ".join(one.reasons))
        if one.statement is not None:
            lines.append(_("What was signed") if one.proven else _("What the code claims, not proven"))
            lines += [f"  {label}: {value}" for label, value in verify.said(one.statement)]
    out(found, lines, as_json)
    return 0 if all(one.state == verify.VALID for one in found) else 1


def _read_ring(path: Path) -> seal.KeyRing:
    try:
        return seal.read_keys(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(
            _("The key list {file} cannot be read.").format(file=path),
            hint=_("Ask the venue for a new one: it is made by “keys export”."),
        ) from error


@keys_app.command("export")
def export(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="The file to write.")],
    as_json: Json = False,
) -> None:
    """Write this venue's public keys and void numbers to a file with which anyone can verify."""
    with desk_of(ctx) as desk:
        ring = desk.ask(seen.own_keys)
    if not ring.keys:
        raise Problem(
            _("There is no signing key yet."), hint=_("The first one is made when certificates are issued.")
        )
    with whole(file) as target:
        target.write(seal.keys_file(ring, clock.today()).encode())
    text = ngettext("{count} key is in {file}", "{count} keys are in {file}", len(ring.keys))
    out(
        {"keys": sorted(ring.keys), "void": len(ring.void), "file": file},
        text.format(count=len(ring.keys), file=file),
        as_json,
    )


@keys_app.command("import")
def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="A file made by “keys export” at another venue.")],
    as_json: Json = False,
) -> None:
    """Trust another venue's keys on this computer."""
    with desk_of(ctx) as desk:
        ring = _read_ring(file)
        count = desk.do(keys.trust, ring)
    text = ngettext("{count} key was added.", "{count} keys were added.", count)
    out({"keys": sorted(ring.keys)}, text.format(count=count), as_json)


@keys_app.command("list")
def list_keys(ctx: typer.Context, as_json: Json = False) -> None:
    """List the keys that this desk verifies with, its own first."""
    with desk_of(ctx) as desk:
        ring, rows = desk.ask(seen.key_ring), desk.ask(seen.key_rows)
    ours = {row.id: row for row in rows}
    others = sorted(set(ring.keys) - set(ours), key=lambda name: (ring.keys[name].issuer, name))
    listed, lines = [], []
    for name in (*ours, *others):
        key, row = ring.keys[name], ours.get(name)
        facts = [key.issuer]
        if row is not None:
            facts += [row.computer, _("since {day}").format(day=date_long(row.since)) if row.since else ""]
        if key.revoked_on:
            facts.append(_("withdrawn on {day}").format(day=date_long(key.revoked_on)))
        lines.append(f"{name}  " + " · ".join(fact for fact in facts if fact))
        listed.append(
            {
                "id": name,
                "issuer": key.issuer,
                "venue": key.owner,
                "public": key.public.hex(),
                "revoked_on": key.revoked_on,
                "own": row is not None,
                "computer": row.computer if row else "",
                "since": row.since if row else None,
                "signed": row.signed if row else None,
            }
        )
    out(listed, lines or _("There is no signing key yet."), as_json)


@keys_app.command("withdraw")
def withdraw(
    ctx: typer.Context,
    key: Annotated[str, typer.Argument(help="The key's id, as “keys list” shows it.")],
    on: Annotated[str, typer.Option("--on", help="The day, if not today.")] = "",
    as_json: Json = False,
) -> None:
    """Withdraw a signing key of this venue, of a computer that was stolen or lost. This is final."""
    with desk_of(ctx) as desk:
        signed = desk.do(keys.withdraw, key, a_day(on) if on else None)
        [row] = [row for row in desk.ask(seen.key_rows) if row.id == key.strip().upper()]
        numbers = [one.number for one in desk.ask(seen.listed, row.id) if one.voided_on is None]
    text = [_("The key {key} is withdrawn now.").format(key=row.id)]
    if signed:
        text.append(
            ngettext(
                "{count} certificate was issued with it and cannot be verified now. Print it again with “reprint”:",
                "{count} certificates were issued with it and cannot be verified now. Print each again with “reprint”:",
                signed,
            ).format(count=signed)
        )
        text += [f"  {number}" for number in numbers]
    out({"id": row.id, "revoked_on": row.revoked_on, "print_again": numbers}, text, as_json)
