"""Whom to call, as a spreadsheet to print or to share: those shown in the list, with room for the answers."""

from collections.abc import Sequence
from pathlib import Path

from venue_desk.desktop.page import Job, Shell
from venue_desk.domain import outcomes
from venue_desk.language import _, ngettext, number
from venue_desk.queries.outcomes import AlumnusRow
from venue_desk.spreadsheets import writing


def ask(shell: Shell, rows: Sequence[AlumnusRow]) -> None:
    """Ask where, and write it."""
    if not rows:
        shell.toast(_("Nobody is in this list."))
        return
    shell.save_file(
        _("Call list"),
        _("call list") + ".xlsx",
        "Excel (*.xlsx);;CSV (*.csv)",
        lambda path: _go(shell, rows, path),
    )


def _go(shell: Shell, rows: Sequence[AlumnusRow], path: Path) -> None:
    def job() -> Job:
        yield 0.2
        writing.write(path, page(rows))

    text = ngettext("{count} person written to {file}.", "{count} people written to {file}.", len(rows))
    shell.run(
        job(),
        _("Writing {file}").format(file=path.name),
        done=lambda _nothing: shell.toast(
            text.format(count=number(len(rows)), file=path.name),
            action=_("Open"),
            on_click=lambda: shell.open_file(path),
        ),
    )


def page(rows: Sequence[AlumnusRow]) -> writing.Page:
    """One line for each, who waits for a call first; the last three columns are left to be filled in."""
    headings = [
        _("Name"),
        _("Phone"),
        _("Course"),
        _("Finished on"),
        _("To ask"),
        _("Outcome"),
        _("Where"),
        _("Called on"),
        _("Answer"),
        _("Note"),
    ]
    ordered = sorted(
        rows, key=lambda one: (one.due is None, one.due.since if one.due else one.graduated, one.name)
    )
    return writing.Page(_("Call list"), headings, [_line(one) for one in ordered])


def _line(one: AlumnusRow) -> list[writing.Value]:
    due = one.due
    months = (
        ngettext("{count} month", "{count} months", due.months).format(count=due.months)
        if due is not None
        else ""
    )
    known = "" if one.kind == outcomes.UNKNOWN else outcomes.kind_name(one.kind)
    return [
        one.name,
        one.phone,
        one.course,
        one.graduated,
        months,
        known,
        one.employer or one.role,
        "",
        "",
        "",
    ]
