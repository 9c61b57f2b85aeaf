"""``venue-desk server … catalogue …`` and ``… key …``: what the agency says to all venues."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from venue_desk.language import _, ngettext, number
from venue_desk.server.frame import Json, centre_of, out

catalogue = typer.Typer(no_args_is_help=True, help="Trades, programmes, series and templates of all venues.")
keys = typer.Typer(no_args_is_help=True, help="The keys with which venues sign certificates.")


@catalogue.command(name="list")
def list_(ctx: typer.Context, as_json: Json = False) -> None:
    """What is in the catalogue: kind, key and name."""
    from venue_desk.server import catalogue as kept

    with centre_of(ctx) as centre, centre.reading() as connection:
        there = kept.standing(connection)
    rows = [
        {"kind": kind, "key": one.key, "name": _name(one.key, one.value), "version": one.version}
        for kind in kept.KINDS
        for one in there[kind].values()
    ]
    lines = [f"{row['kind']:10} {row['key']:24} {row['name']}".rstrip() for row in rows]
    out(rows, lines or _("The catalogue is empty."), as_json)


def _name(key: str, value: dict[str, object] | None) -> str:
    name = (value or {}).get("id") or (value or {}).get("name") or ""
    return "" if name == key else str(name)


@catalogue.command()
def export(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="The document's file.")],
    as_json: Json = False,
) -> None:
    """Write the whole catalogue as one JSON document, without the secrets of its series."""
    from venue_desk.server import documented

    with centre_of(ctx) as centre, centre.reading() as connection:
        made = documented.document(connection)
    documented.write(file, made)
    count = sum(len(rows) for rows in made.values() if isinstance(rows, list))
    text = ngettext("{count} entry written to {file}.", "{count} entries written to {file}.", count)
    out({"file": str(file), "entries": count}, text.format(count=number(count), file=file), as_json)


@catalogue.command(name="import")
def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="A document as export writes it, or a part of one.")],
    dry: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    as_json: Json = False,
) -> None:
    """Take a document in, whole or not at all; what it does not name stays as it is."""
    from venue_desk.server import documented
    from venue_desk.server.catalogue import KINDS

    changes = documented.read(file)
    with centre_of(ctx) as centre:
        if dry:
            with centre.reading() as connection:
                made = documented.import_(connection, changes, dry=True)
        else:
            with centre.writing() as connection:
                made = documented.import_(connection, changes)
    lines = [
        (_("new: {kind} {key}") if new else _("another: {kind} {key}")).format(kind=_(KINDS[kind]), key=key)
        for (kind, key), new in made.items()
    ]
    if dry:
        told = ngettext("{count} entry would change.", "{count} entries would change.", len(made))
    else:
        told = ngettext("{count} entry changed.", "{count} entries changed.", len(made))
    rows = [{"kind": kind, "key": key, "new": new} for (kind, key), new in made.items()]
    out({"changes": rows, "written": not dry}, [*lines, told.format(count=number(len(made)))], as_json)


@catalogue.command()
def remove(
    ctx: typer.Context,
    kind: Annotated[str, typer.Argument(help="trade, programme, series or template.")],
    key: Annotated[str, typer.Argument(help="Its key, as list prints it.")],
    as_json: Json = False,
) -> None:
    """Take an entry out of the catalogue; courses that have it keep it."""
    from venue_desk.domain.problem import Problem
    from venue_desk.server import catalogue as kept

    if kind not in kept.KINDS:
        raise Problem(
            _("There is no kind “{kind}”.").format(kind=kind),
            _("Choose trade, programme, series or template."),
        )
    with centre_of(ctx) as centre, centre.writing() as connection:
        kept.write(connection, {(kind, key): None})
    out(
        {"removed": {"kind": kind, "key": key}},
        _("Removed from the catalogue: {key}").format(key=key),
        as_json,
    )


@catalogue.command(name="units")
def units_(
    ctx: typer.Context,
    trade: Annotated[str, typer.Argument(help="The trade's code.")],
    to: Annotated[
        Path | None, typer.Option("--out", help="Write its units to this .xlsx or .csv file.")
    ] = None,
    source: Annotated[
        Path | None, typer.Option("--from", help="Give it the units of this spreadsheet, and no others.")
    ] = None,
    dry: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    as_json: Json = False,
) -> None:
    """A trade's units, out to a spreadsheet or in from one."""
    from venue_desk.domain.problem import Problem
    from venue_desk.server import units
    from venue_desk.spreadsheets import files, writing
    from venue_desk.spreadsheets import units as listed

    if (to is None) == (source is None):
        raise Problem(_("Say where the units go or come from."), _("Give --out FILE, or --from FILE."))
    if to is not None:
        with centre_of(ctx) as centre, centre.reading() as connection:
            found = units.listed(connection, trade)
        writing.write(to, listed.page(trade, found))
        text = ngettext("{count} unit written to {file}.", "{count} units written to {file}.", len(found))
        out({"file": str(to), "units": len(found)}, text.format(count=number(len(found)), file=to), as_json)
        return
    assert source is not None
    rows = listed.read(files.read(source))
    with centre_of(ctx) as centre:
        if dry:
            with centre.reading() as connection:
                made = units.difference(connection, trade, rows)
        else:
            with centre.writing() as connection:
                made = units.replace_all(connection, trade, rows)
    lines = [
        *(_("new: {kind} {key}").format(kind=_("Unit"), key=one) for one in made.new),
        *(_("another: {kind} {key}").format(kind=_("Unit"), key=one) for one in made.other),
        *(_("gone: {kind} {key}").format(kind=_("Unit"), key=one) for one in made.gone),
        *([_("The order is another one.")] if made.moved else []),
    ]
    told = {"new": made.new, "other": made.other, "gone": made.gone, "moved": made.moved, "written": not dry}
    out(told, lines or _("Nothing changes."), as_json)


@keys.command(name="list")
def key_list(ctx: typer.Context, as_json: Json = False) -> None:
    """Every venue's keys, and those that count no more."""
    from venue_desk.server import withdrawing

    with centre_of(ctx) as centre, centre.reading() as connection:
        rows = [
            {
                "key": key.id,
                "venue": venue.name,
                "since": key.since,
                "withdrawn": key.withdrawn,
                "by_us": key.ours,
            }
            for venue in withdrawing.venues(connection)
            for key in withdrawing.keys(connection, venue.id)
        ]
    lines = [
        f"{row['key']}  {row['venue']}"
        + (f"  {_('Withdrawn')} {row['withdrawn']}" if row["withdrawn"] else "")
        for row in rows
    ]
    out(rows, lines or _("No venue has issued a certificate yet."), as_json)


@keys.command(name="withdraw")
def key_withdraw(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="KEY", help="The key, as list prints it.")],
    on: Annotated[str, typer.Option("--on", help="From which day on, as 2026-11-29; else today.")] = "",
    as_json: Json = False,
) -> None:
    """Say that a key counts no more: what it signed is then no longer shown as genuine."""
    from venue_desk.domain import clock
    from venue_desk.server import withdrawing

    day: date = withdrawing.day_of(on) if on else clock.today()
    with centre_of(ctx) as centre, centre.writing() as connection:
        withdrawing.withdraw(connection, name, day)
    text = _("The key {key} counts no more; each computer knows it after its next sync.").format(key=name)
    out({"key": name, "withdrawn": day.isoformat()}, text, as_json)


@keys.command(name="restore")
def key_restore(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="KEY", help="The key, as list prints it.")],
    as_json: Json = False,
) -> None:
    """Take the agency's withdrawal of a key back; what the venue says itself stays."""
    from venue_desk.server import withdrawing

    with centre_of(ctx) as centre, centre.writing() as connection:
        withdrawing.withdraw(connection, name, None)
    out({"key": name}, _("The agency no longer withdraws the key {key}.").format(key=name), as_json)
