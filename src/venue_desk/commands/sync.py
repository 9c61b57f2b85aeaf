"""``venue-desk sync …``: join a venue at its centre, sync with it, or by a file on a stick."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from venue_desk.actions import sync as settling
from venue_desk.commands.frame import Json, data_folder, desk_of, out, permit_folder, say
from venue_desk.domain.problem import Problem
from venue_desk.language import _, ngettext, number
from venue_desk.queries import sync as known
from venue_desk.store import database, wiping
from venue_desk.store.desk import Desk

app = typer.Typer(help="Sync with the centre.", invoke_without_command=True)


@app.callback()
def sync(
    ctx: typer.Context,
    server: Annotated[str, typer.Option("--server", help="Join: the centre's address.")] = "",
    code: Annotated[str, typer.Option("--code", help="Join: the one-time code from the centre.")] = "",
    check: Annotated[bool, typer.Option("--check", help="Compare all records at the end.")] = False,
    agree: Annotated[
        bool, typer.Option("--agree", help="Let the removals go through that wait for a person.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Send what waits and fetch what is new; with --server and --code, join the venue first."""
    if ctx.invoked_subcommand:
        return
    if bool(server) != bool(code):
        raise Problem(
            _("To join a venue, both the address and the code are needed."),
            _("venue-desk sync --server ADDRESS --code CODE"),
        )
    from venue_desk.sync import client, joining

    if server and not database.exists(data_folder(ctx)):
        # A further computer of a venue: its records come with the first sync below.
        made, joined = joining.begin(data_folder(ctx), server, code)
        made.close()
        server = ""
    else:
        joined = ""
    with _heeding(ctx) as desk:
        joined = joining.enrol(desk, server, code) if server else joined
        if agree:
            client.agree(desk)
        job = client.sync(desk, check)
        while True:
            try:
                _share, words = next(job)
            except StopIteration as end:
                done = end.value
                break
            if not as_json:
                say(words)
        status = desk.ask(known.status)
    lines = [_("This computer now works for {venue}.").format(venue=joined)] if joined else []
    lines.append(_moved(done))
    lines += _warnings(status)
    out({**asdict(done), **_facts(status)}, lines, as_json)


@contextmanager
def _heeding(ctx: typer.Context) -> Iterator[Desk]:
    """The desk. Where its centre orders that the records go, they go, and that is what is told."""
    from venue_desk.sync import wiping as leaving
    from venue_desk.sync.orders import Ordered

    folder = data_folder(ctx)
    removal = wiping.read(folder)
    if removal is not None and not (removal.done and database.exists(folder)):
        raise _left(folder)
    try:
        with desk_of(ctx) as desk:
            try:
                yield desk
            except Ordered as ordered:
                leaving.decide(desk, ordered.order)
                raise
    except Ordered:
        raise _left(folder) from None


def _left(folder: Path) -> Problem:
    """Remove what is still there, tell the centre, and say what happened."""
    from venue_desk.sync import wiping as leaving

    job = leaving.go_on(folder)
    while True:
        try:
            next(job)
        except StopIteration as end:
            return Problem(
                _("The records were removed from this computer, because the centre ordered it."),
                "\n".join([*leaving.words(end.value), leaving.next_step(end.value)]),
            )


@app.command()
def last(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="The file to carry to the centre.")],
    as_json: Json = False,
) -> None:
    """After the records were removed: write what could not be handed over to a file on a stick."""
    from venue_desk.sync import wiping as leaving

    permit_folder(ctx, chooses=False)
    files = leaving.carry(data_folder(ctx), file)
    text = _("Written to {file}. It is safe to remove the stick.").format(
        file=", ".join(str(one) for one in files)
    )
    out({"files": files}, text, as_json)


@app.command(name="status")
def show_status(ctx: typer.Context, as_json: Json = False) -> None:
    """Where this computer stands with the centre."""
    with desk_of(ctx) as desk:
        status = desk.ask(known.status)
        both = desk.ask(known.both_versions)
        desks = desk.ask(known.desks)
    out(
        {**_facts(status), "both_versions": both, "computers": desks},
        [*_said(status), *(line for one in both for line in _both(one))],
        as_json,
    )


@app.command()
def export(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="The file to carry to the centre.")],
    as_json: Json = False,
) -> None:
    """Write what waits to a file on a stick."""
    from venue_desk.sync import stick

    with desk_of(ctx) as desk:
        done = stick.export(desk, file)
    text = ngettext(
        "{count} change is in {file}. It is safe to remove the stick.",
        "{count} changes are in {file}. It is safe to remove the stick.",
        done.changes,
    ).format(count=number(done.changes), file=done.file)
    out(done, text, as_json)


@app.command(name="import")
def bring(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="The file that came back from the centre.")],
    as_json: Json = False,
) -> None:
    """Take over the file that the centre sent back."""
    from venue_desk.sync import stick

    with _heeding(ctx) as desk:
        done = stick.bring(desk, file)
        status = desk.ask(known.status)
    text = ngettext(
        "{count} change from the centre was taken over.",
        "{count} changes from the centre were taken over.",
        done.changes,
    ).format(count=number(done.changes))
    out({**asdict(done), **_facts(status)}, [text, *_warnings(status)], as_json)


@app.command()
def join(
    ctx: typer.Context,
    code: Annotated[str, typer.Option("--code", help="The one-time code from the centre.")] = "",
    request: Annotated[
        Path | None, typer.Option("--request", help="Write the request that is carried to the centre.")
    ] = None,
    answer: Annotated[
        Path | None, typer.Option("--answer", help="Read the answer that came back from the centre.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Join a venue by a stick, where there is no network: first --code and --request, then --answer."""
    from venue_desk.sync import admission

    if (request is None) == (answer is None) or (request is not None) != bool(code):
        raise Problem(
            _("To join by a stick, write a request first, and read the answer when it comes back."),
            _("venue-desk sync join --code CODE --request FILE, then: venue-desk sync join --answer FILE"),
        )
    if request is not None:
        if not database.exists(data_folder(ctx)):
            admission.begin(data_folder(ctx), code, request).close()
        else:
            with desk_of(ctx) as desk:
                admission.ask(desk, code, request)
        text = _("The request is in {file}. It is safe to remove the stick; carry it to the centre.")
        out({"request": request}, text.format(file=request), as_json)
        return
    assert answer is not None
    with desk_of(ctx) as desk:
        joined = admission.take(desk, answer)
        status = desk.ask(known.status)
    text = _("This computer now works for {venue}.").format(venue=joined)
    out({"venue": joined, **_facts(status)}, [text, *_warnings(status)], as_json)


@app.command()
def settle(
    ctx: typer.Context,
    which: Annotated[str, typer.Argument(help="The id shown by sync status, or “all”.")],
    other: Annotated[bool, typer.Option("--other", help="Take the other version.")] = False,
    as_json: Json = False,
) -> None:
    """Settle a field that two computers wrote differently: keep what is shown, or take the other."""
    with desk_of(ctx) as desk:
        settled = _settle(desk, which, other)
    text = ngettext("{count} entry is settled.", "{count} entries are settled.", settled).format(
        count=number(settled)
    )
    out({"settled": settled}, text, as_json)


def _settle(desk: Desk, which: str, other: bool) -> int:
    if which == "all" and not other:
        return desk.do(settling.keep_all)
    found = [row.id for row in desk.ask(known.both_versions) if len(which) >= 6 and row.id.startswith(which)]
    if len(found) != 1:
        raise Problem(
            _("There is no open question “{id}”.").format(id=which),
            _("See the ids with: venue-desk sync status."),
        )
    desk.do(settling.take_other if other else settling.keep_this, found[0])
    return 1


def _facts(status: known.Status) -> dict[str, Any]:
    return {"status": asdict(status)}


def _moved(done: Any) -> str:
    sent = ngettext("{count} change sent", "{count} changes sent", done.sent).format(count=number(done.sent))
    came = ngettext("{count} received", "{count} received", done.received).format(count=number(done.received))
    return f"{sent}, {came}."


def _said(status: known.Status) -> list[str]:
    if not status.enrolled:
        return [_("Saved on this computer. Not connected to a centre.")]
    waits = ngettext("{count} change waits", "{count} changes wait", status.waiting).format(
        count=number(status.waiting)
    )
    last = (
        _("last sync {moment}").format(moment=status.last.replace("T", " "))
        if status.last
        else _("not synced yet")
    )
    return [f"{_('Saved on this computer')} · {waits} · {last}", *_warnings(status)]


def _warnings(status: known.Status) -> list[str]:
    found = [status.trouble, status.clock]
    if status.removing:
        removed = ngettext(
            "{count} record was removed here; the other computers still have it",
            "{count} records were removed here; the other computers still have them",
            status.removing,
        ).format(count=number(status.removing))
        found.append(f"{removed}. {_('To let that go on: venue-desk sync --agree; to take it back: undo.')}")
    if status.conflicts:
        found.append(
            ngettext(
                "{count} entry was written differently on two computers: see sync status.",
                "{count} entries were written differently on two computers: see sync status.",
                status.conflicts,
            ).format(count=number(status.conflicts))
        )
    return [line for line in found if line]


def _both(one: known.Both) -> list[str]:
    return [
        f"{one.id[:8]}  {one.record} · {one.field}",
        "  " + _("shown: {value} ({computer})").format(value=one.kept.value, computer=one.kept.computer),
        "  " + _("other: {value} ({computer})").format(value=one.lost.value, computer=one.lost.computer),
    ]
