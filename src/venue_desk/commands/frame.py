"""What every command does alike: open the desk, print rows or JSON, tell a problem and exit with 2."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from venue_desk.actions.access import try_pin
from venue_desk.actions.venue import introduce
from venue_desk.domain import access
from venue_desk.domain.problem import Problem
from venue_desk.language import _, number
from venue_desk.queries.access import locking
from venue_desk.store.desk import Desk

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@dataclass(slots=True)
class Frame:
    """The options before the command."""

    data: Path
    pin_file: Path | None = None


def data_folder(ctx: typer.Context) -> Path:
    """The folder given with ``--data``, or the usual one of this person."""
    frame: Frame = ctx.find_object(Frame) or Frame(default_folder())
    return frame.data


def default_folder() -> Path:
    """Where the records of the person at this computer lie."""
    from platformdirs import user_data_path

    return user_data_path("venue-desk", appauthor=False, roaming=False)


@contextmanager
def desk_of(ctx: typer.Context) -> Iterator[Desk]:
    """The desk in the data folder, closed afterwards. Raises Problem where there is none."""
    desk = Desk.open(data_folder(ctx))
    try:
        permit(ctx, desk)
        if desk.renewed:
            desk.do(introduce)
        yield desk
    finally:
        desk.close()


def permit(ctx: typer.Context, desk: Desk) -> None:
    """Raise Problem where this desk has a PIN, and none was given that may run this command."""
    if not desk.ask(locking).on:
        return
    frame = ctx.find_object(Frame)
    pin = os.environ.get("VENUE_DESK_PIN", "")
    if frame is not None and frame.pin_file is not None:
        try:
            pin = frame.pin_file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise Problem(
                _("The PIN cannot be read from {file}.").format(file=frame.pin_file),
                _("Name a text file that holds nothing but the PIN."),
            ) from None
    if not pin:
        raise Problem(
            _("This desk is locked by a PIN."),
            _("Name the file that holds it with --pin-file or VENUE_DESK_PIN_FILE."),
        )
    tried = desk.do(try_pin, pin, datetime.now())
    if tried.role is None:
        hint = _("Wait {count} seconds before the next try.").format(count=number(tried.wait))
        raise Problem(_("This PIN is wrong."), hint if tried.wait else _("Look at it again."))
    command = " ".join(ctx.command_path.split()[1:])
    if not access.may_run(tried.role, command):
        raise Problem(
            _("A helper takes attendance only."),
            _("Ask the coordinator for “{command}”.").format(command=command),
        )


def permit_folder(ctx: typer.Context) -> None:
    """As ``permit``, for commands on files rather than records: where those cannot be opened there is no PIN."""
    try:
        desk = Desk.open(data_folder(ctx))
    except Problem:
        return
    with closing(desk):
        permit(ctx, desk)


def say(text: str) -> None:
    """Print a line for a person."""
    typer.echo(text)


def out(rows: Any, text: str | Sequence[str], as_json: bool) -> None:
    """Print ``rows`` (frozen rows, lists, dicts) as JSON, or ``text`` for a person."""
    if as_json:
        typer.echo(json.dumps(_plain(rows), ensure_ascii=False, indent=2))
    else:
        typer.echo(text if isinstance(text, str) else "\n".join(text))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {name: _plain(inner) for name, inner in asdict(value).items()}
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(inner) for inner in value]
    if isinstance(value, date):  # datetime too
        return value.isoformat()
    return str(value) if isinstance(value, Path) else value


def a_day(text: str) -> date:
    """A day as written on the command line: ``2025-11-22``. Raises Problem."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Problem(
            _("“{text}” is not a day.").format(text=text), _("Write it as year-month-day: 2025-11-22.")
        ) from None


def tell(problem: Problem) -> int:
    """Print a problem to stderr. Returns the exit code."""
    typer.echo(problem.text, err=True)
    if problem.hint:
        typer.echo(problem.hint, err=True)
    return 2
