"""``venue-desk server … device …`` and ``… packet …``: which computers may sync, and their files on a stick."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from venue_desk.language import _, ngettext, number
from venue_desk.server.frame import Json, centre_of, out

device = typer.Typer(no_args_is_help=True, help="Computers that may sync, and the codes that let them in.")
packets = typer.Typer(no_args_is_help=True, help="Files from desks without a network.")


@device.command(name="code")
def device_code(
    ctx: typer.Context,
    venue_id: Annotated[str, typer.Option("--venue", help="The venue's id.")],
    qr: Annotated[bool, typer.Option("--qr", help="Also as a QR code, for a screen or paper.")] = False,
    as_json: Json = False,
) -> None:
    """Print a one-time code that lets one computer of a venue in, within a day."""
    from venue_desk.server import devices

    with centre_of(ctx) as centre, centre.writing() as connection:
        code = devices.make_code(connection, venue_id)
    text = [*devices.code_picture(code), code] if qr else [code]
    out({"code": code, "venue": venue_id}, text, as_json)


@device.command(name="admit")
def device_admit(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="The request that came from a desk on a stick.")],
    answer: Annotated[Path, typer.Option("--out", help="The file to carry back.")],
    address: Annotated[
        str, typer.Option("--address", help="Our own address, should the desk ever have a network.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Let a computer in that asks by a file, and write the answer with the venue's records."""
    from venue_desk.server.admitting import admit_file

    with centre_of(ctx) as centre:
        admitted = admit_file(centre, file, answer, address)
    text = _("{name} is let in for {venue}. Carry {file} back.").format(
        name=admitted.name, venue=admitted.venue, file=answer
    )
    rows = {"device": admitted.device, "name": admitted.name, "venue": admitted.venue, "answer": str(answer)}
    out(rows, text, as_json)


@device.command(name="list")
def device_list(ctx: typer.Context, as_json: Json = False) -> None:
    """All computers that were let in, with their ids."""
    from venue_desk.server import devices

    with centre_of(ctx) as centre, centre.reading() as connection:
        rows = devices.devices(connection)
    lines = [f"{row['id']}  {row['name']}  {row['venue']}  " + "  ".join(_contact(row)) for row in rows]
    out(rows, lines or _("No computer was let in yet."), as_json)


def _contact(row: dict[str, Any]) -> Iterator[str]:
    """When a computer was last here, with which release, and how many changes it has not fetched."""
    if row["wiped"]:
        yield _("revoked, its records were removed {moment}").format(moment=row["wiped"])
        return
    if row["revoked"]:
        yield _("revoked, told to remove its records") if row["wipe"] else _("revoked")
        return
    yield str(row["seen"] or _("not seen yet"))
    if row["release"]:
        yield str(row["release"])
    if row["repaired_at"]:
        moment = row["repaired_at"]
        yield _("its records differed on {moment} and were sent again").format(moment=moment)
    if row["behind"] > 0:
        yield ngettext("{count} change behind", "{count} changes behind", row["behind"]).format(
            count=number(row["behind"])
        )


@device.command(name="revoke")
def device_revoke(
    ctx: typer.Context,
    id: Annotated[str, typer.Argument(help="The computer's id.")],
    wipe: Annotated[
        bool, typer.Option("--wipe", help="Tell it to remove its records at its next contact.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Let a computer in no more. What it sent stays."""
    from venue_desk.server import devices

    with centre_of(ctx) as centre, centre.writing() as connection:
        devices.revoke(connection, id, wipe)
    out({"revoked": id, "wipe": wipe}, _("This computer cannot sync any more."), as_json)


@device.command(name="handed")
def device_handed(ctx: typer.Context, as_json: Json = False) -> None:
    """What computers still had when they were told to remove their records, and nobody decided about."""
    from dataclasses import asdict

    from venue_desk.server import handed

    with centre_of(ctx) as centre, centre.reading() as connection:
        rows = handed.waiting(connection)
    lines = [
        f"{row.device}  {row.name}  {row.venue}  "
        + ngettext("{count} change", "{count} changes", row.changes).format(count=number(row.changes))
        for row in rows
    ]
    out([asdict(row) for row in rows], lines or _("Nothing waits to be decided."), as_json)


@device.command(name="settle")
def device_settle(
    ctx: typer.Context,
    id: Annotated[str, typer.Argument(help="The computer's id.")],
    leave_out: Annotated[
        bool, typer.Option("--leave-out", help="Do not take it in: somebody else may have written it.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Take in what a computer handed over when its records were removed, or leave it out."""
    from venue_desk.server import handed

    with centre_of(ctx) as centre:
        changes = handed.settle(centre, id, take=not leave_out)
    text = (
        ngettext("{count} change was left out.", "{count} changes were left out.", changes)
        if leave_out
        else ngettext("{count} change was taken in.", "{count} changes were taken in.", changes)
    )
    out(
        {"device": id, "taken": not leave_out, "changes": changes},
        text.format(count=number(changes)),
        as_json,
    )


@packets.command(name="take")
def packet_take(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="The file that came from a desk.")],
    answer: Annotated[Path, typer.Option("--out", help="The file to carry back.")],
    as_json: Json = False,
) -> None:
    """Take in a desk's file and write the one to carry back."""
    from venue_desk.server.carrying import take

    with centre_of(ctx) as centre:
        carried = take(centre, file, answer)
    text = (
        ngettext(
            "{count} change was taken in. Carry {file} back.",
            "{count} changes were taken in. Carry {file} back.",
            carried["changes"],
        ).format(count=number(carried["changes"]), file=answer)
        if carried["answer"]
        else ngettext(
            "The records of that computer were removed; {count} change that it still had waits for you: device handed.",
            "The records of that computer were removed; {count} changes that it still had wait for you: device handed.",
            carried["changes"],
        ).format(count=number(carried["changes"]))
    )
    out(carried, text, as_json)
