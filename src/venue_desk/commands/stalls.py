"""Commands for the stalls: plan, show, publish, swap; vendors and absences."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from venue_desk.actions import stalls, vendors
from venue_desk.commands.frame import Json, a_day, desk_of, out
from venue_desk.domain import clock
from venue_desk.domain.problem import Problem
from venue_desk.domain.stalls import planner, words
from venue_desk.domain.stalls.relax import relaxations
from venue_desk.language import _, date_medium, ngettext
from venue_desk.queries import rotation as rotations
from venue_desk.queries import stalls as seen
from venue_desk.queries import vendors as vendor_list
from venue_desk.queries import venue
from venue_desk.store.desk import Desk

app = typer.Typer(help="Stalls: plan the rotation, show it, publish it; the vendors.")
vendor_app = typer.Typer(help="Vendors of the rotation.")
app.add_typer(vendor_app, name="vendors")

Out = Annotated[
    Path | None, typer.Option("--out", help="Write the board: .pdf, .xlsx, .csv or .ics by its name.")
]


@app.command()
def plan(
    ctx: typer.Context,
    first: Annotated[str, typer.Option("--from", help="Plan from this day on; else from today.")] = "",
    weeks: Annotated[int, typer.Option("--weeks", help="How many market weeks.")] = 12,
    fill: Annotated[bool, typer.Option("--fill", help="Fill only what is free; nobody else moves.")] = False,
    seconds: Annotated[float, typer.Option("--seconds", help="The most the solver may take.")] = 8.0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan, write nothing.")] = False,
    to: Out = None,
    as_json: Json = False,
) -> None:
    """Plan a fair rotation; published and locked stalls stay as they are."""
    begins = a_day(first) if first else clock.today()
    _writable(to)
    with desk_of(ctx) as desk:
        looked = desk.ask(
            rotations.rotation, begins, weeks, fix=rotations.ALL if fill else rotations.PUBLISHED
        )
        made = planner.finish(planner.plan(looked.season, seconds=seconds))
        why = relaxations(looked.season, made.plan) if made.score.empty else []
        draft = stalls.drafted(looked, made.plan, made.bound)
        changed = 0 if dry_run else desk.do(stalls.apply_plan, draft)
        if to is not None and not dry_run:
            _write(desk, to, looked.days[0], looked.days[-1])
    numbers = dict(zip(looked.stalls, looked.numbers, strict=True))
    names = dict(zip(looked.vendors, looked.names, strict=True))
    report: dict[str, Any] = {
        "weeks": [
            {
                "day": day,
                "stalls": {numbers[stall]: names[vendor] for stall, vendor in cells.items()},
            }
            for day, cells in draft.cells.items()
        ],
        "changed": changed,
        "empty": made.score.empty,
        "outside_quota": made.score.outside,
        "gap": made.score.gap,
        "proven": made.proven,
        "proof": words.proof(made),
        "why_empty": [words.relaxed(one) for one in why],
        "written": str(to) if to is not None and not dry_run else None,
    }
    text = [
        ngettext(
            "{count} week planned: {proof}.", "{count} weeks planned: {proof}.", len(looked.days)
        ).format(count=len(looked.days), proof=words.proof(made)),
        *(_line(day, cells, numbers, names) for day, cells in draft.cells.items()),
        *(words.relaxed(one) for one in why),
    ]
    if report["written"]:
        text.append(_("Written: {file}").format(file=to))
    out(report, text, as_json)


def _line(day: date, cells: Any, numbers: dict[str, str], names: dict[str, str]) -> str:
    said = ", ".join(f"{numbers[stall]} {names[vendor]}" for stall, vendor in cells.items())
    return f"{date_medium(day)}: {said or _('nobody')}"


@app.command()
def show(
    ctx: typer.Context,
    past: Annotated[int, typer.Option("--past", help="So many past weeks too.")] = 0,
    to: Out = None,
    as_json: Json = False,
) -> None:
    """Show the board, how fair it is and who has waited longest."""
    today = clock.today()
    _writable(to)
    with desk_of(ctx) as desk:
        board = desk.ask(seen.board, today, past=past)
        fair = desk.ask(seen.fairness, today)
        waiting = desk.ask(vendor_list.waiting, today)
        if to is not None:
            _write(desk, to, board.weeks[0].day, board.weeks[-1].day)
    numbers = {stall.id: stall.number for stall in board.stalls}
    text = [_("{market}: {count} vendors in the rotation").format(market=board.market, count=board.active)]
    for week in board.weeks:
        if week.planned:
            cells = {c.stall_id: c.vendor_id for c in week.cells if c.vendor_id}
            names = {c.vendor_id: c.short for c in week.cells}
            text.append(_line(week.day, cells, numbers, names))
    if fair is not None:
        text.append(f"{fair.sentence}. {fair.summary}")
    text += [f"{row.name}: {waited(row)}" for row in waiting]
    out({"board": board, "fairness": fair, "waiting": waiting}, text, as_json)


def waited(row: vendor_list.VendorRow) -> str:
    """``5w · 8×``: market weeks since the last turn, and how many turns there were."""
    turns = _("{count}×").format(count=row.turns)
    if row.waited is None:
        return _("never yet") + f" · {turns}"
    return _("{count}w").format(count=row.waited) + f" · {turns}"


@app.command()
def publish(
    ctx: typer.Context,
    weeks: Annotated[int, typer.Option("--weeks", help="So many of the next planned weeks.")] = 4,
    as_json: Json = False,
) -> None:
    """Publish the next planned weeks, so that planning anew leaves them as they are."""
    with desk_of(ctx) as desk:
        board = desk.ask(seen.board, clock.today(), past=0)
        days = [week.day for week in board.weeks if week.status == seen.DRAFT][:weeks]
        if not days:
            raise Problem(_("There is no draft to publish."), _("Plan the stalls first."))
        done = desk.do(stalls.publish, days)
    text = ngettext("{count} week is published.", "{count} weeks are published.", done).format(count=done)
    out({"published": days, "count": done}, text, as_json)


@app.command()
def swap(
    ctx: typer.Context,
    first: Annotated[str, typer.Argument(help="DAY/STALL, for example 2026-01-04/3.")],
    second: Annotated[str, typer.Argument(help="DAY/STALL to change places with.")],
    reason: Annotated[str, typer.Option("--reason", help="Why a rule is set aside.")] = "",
    as_json: Json = False,
) -> None:
    """Let the vendors of two stalls change places."""
    with desk_of(ctx) as desk:
        board = desk.ask(seen.board, clock.today(), past=0)
        desk.do(stalls.swap, *_place(board, first), *_place(board, second), reason)
    out({"swapped": [first, second]}, _("The vendors have changed places."), as_json)


def _place(board: seen.Board, text: str) -> tuple[date, str]:
    day, slash, number = text.partition("/")
    stall = next((stall.id for stall in board.stalls if stall.number == number), None)
    if not slash or stall is None:
        raise Problem(
            _("“{text}” names no stall.").format(text=text), _("Write the day and the stall: 2026-01-04/3.")
        )
    return a_day(day), stall


@vendor_app.command("list")
def list_vendors(
    ctx: typer.Context,
    active: Annotated[bool, typer.Option("--active", help="Only those in the rotation.")] = False,
    as_json: Json = False,
) -> None:
    """List the vendors with their turns so far."""
    with desk_of(ctx) as desk:
        rows = desk.ask(vendor_list.vendors, clock.today(), active_only=active)
    out(rows, [f"{row.name} ({words.category(row.category)}): {waited(row)}" for row in rows], as_json)


@vendor_app.command("add")
def add_vendor(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="Name of the business.")],
    products: Annotated[str, typer.Option("--products")] = "",
    short: Annotated[str, typer.Option("--short", help="A short name for the board.")] = "",
    category: Annotated[
        str, typer.Option("--category", help="rice, satay, drinks … or one of your own.")
    ] = "other",
    diet: Annotated[str, typer.Option("--diet", help="H halal, N non-halal, U neutral.")] = "U",
    need: Annotated[list[str] | None, typer.Option("--need", help="power, water or gas; repeatable.")] = None,
    phone: Annotated[str, typer.Option("--phone")] = "",
    as_json: Json = False,
) -> None:
    """Add a vendor; who joins late starts at zero."""
    with desk_of(ctx) as desk:
        made = desk.do(
            vendors.add,
            name,
            products=products,
            short=short,
            category=category,
            diet=diet.upper(),
            needs=need or [],
            phone=phone or None,
        )
        row = desk.ask(vendor_list.vendor, made, clock.today())
    out(row, _("{name} is in the rotation.").format(name=name), as_json)


@vendor_app.command("away")
def away(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="Name or short name of the vendor.")],
    first: Annotated[str, typer.Option("--from", help="First day away.")],
    last: Annotated[str, typer.Option("--to", help="Last day away; else the first.")] = "",
    kind: Annotated[str, typer.Option("--kind", help="excused, late or no_show.")] = "excused",
    reason: Annotated[str, typer.Option("--reason")] = "",
    back: Annotated[bool, typer.Option("--back", help="They come after all: take the absence back.")] = False,
    as_json: Json = False,
) -> None:
    """Note that a vendor cannot come, or comes after all."""
    begins = a_day(first)
    ends = a_day(last) if last else begins
    if kind not in {"excused", "late", "no_show"}:
        raise Problem(
            _("“{kind}” is no kind of absence.").format(kind=kind), _("Choose excused, late or no_show.")
        )
    with desk_of(ctx) as desk:
        rows = [
            r
            for r in desk.ask(vendor_list.vendors, clock.today())
            if name.casefold() in {r.name.casefold(), r.short.casefold()}
        ]
        if len(rows) != 1:
            raise Problem(
                _("There is no vendor “{name}”.").format(name=name)
                if not rows
                else _("Several vendors are called “{name}”.").format(name=name),
                _("Look at the list of vendors for the full name."),
            )
        if back:
            _come_back(desk, rows[0], begins)
            said = _("{name} comes after all.").format(name=rows[0].name)
            out({"vendor": rows[0].id, "from": begins, "back": True}, said, as_json)
            return
        desk.do(vendors.tell_absence, rows[0].id, begins, ends, kind, reason)
    said = _("{name} is away from {first} to {last}.").format(
        name=rows[0].name, first=date_medium(begins), last=date_medium(ends)
    )
    out({"vendor": rows[0].id, "from": begins, "to": ends, "kind": kind}, said, as_json)


def _come_back(desk: Desk, vendor: vendor_list.VendorRow, day: date) -> None:
    """Take back what was noted of a vendor for a day."""
    noted = [
        one
        for one in desk.ask(vendor_list.absences, clock.today())
        if one.vendor_id == vendor.id and one.starts_on <= day <= one.ends_on
    ]
    if not noted:
        raise Problem(
            _("{name} is not away on {day}.").format(name=vendor.name, day=date_medium(day)),
            _("Look at the days that were noted."),
        )
    for one in noted:
        desk.do(vendors.cancel_absence, one.id)


def _write(desk: Desk, path: Path, first: date, last: date) -> None:
    """Write the weeks between two days as the file's name asks."""
    from venue_desk.documents import board as boards

    ahead = max(1, (last - clock.today()).days // 7 + 1)
    whole = desk.ask(seen.board, clock.today(), ahead=ahead)
    weeks = tuple(week for week in whole.weeks if first <= week.day <= last)
    boards.write(path, replace(whole, weeks=weeks), desk.ask(venue.details))


def _writable(path: Path | None) -> None:
    """Refuse a file that could not be written before anything is planned. Raises Problem."""
    if path is not None:
        from venue_desk.documents.board import kind_of

        kind_of(path)
