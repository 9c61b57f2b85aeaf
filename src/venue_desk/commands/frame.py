"""What every command does alike: open the desk, print rows or JSON, tell a problem and exit with 2."""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field, is_dataclass
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
from venue_desk.store import computer, database, vault
from venue_desk.store.desk import Desk, local
from venue_desk.store.lock import take
from venue_desk.store.moved import followed

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@dataclass(slots=True)
class Frame:
    """The options before the command."""

    data: Path
    pin_file: Path | None = None
    passphrase_file: Path | None = None
    recovery_file: Path | None = None
    _given: dict[str, str] = field(default_factory=dict)

    def pin(self) -> str:
        given = os.environ.get("VENUE_DESK_PIN", "") if self.pin_file is None else ""
        return (given or self._secret(self.pin_file, _("PIN or password"))).strip()

    def passphrase(self) -> str:
        return self._secret(self.passphrase_file, _("Passphrase"))

    def recovery(self) -> str:
        return self._secret(self.recovery_file, _("Recovery key"))

    def _secret(self, file: Path | None, asked: str) -> str:
        if asked not in self._given:
            self._given[asked] = secret(file, asked)
        return self._given[asked]


def data_folder(ctx: typer.Context) -> Path:
    """The folder given with ``--data``, or the usual one of this person."""
    return followed(frame_of(ctx).data)


def default_folder() -> Path:
    """Where the records of the person at this computer lie."""
    from platformdirs import user_data_path

    return user_data_path("venue-desk", appauthor=False, roaming=False)


def frame_of(ctx: typer.Context) -> Frame:
    """The options before the command."""
    return ctx.find_object(Frame) or Frame(default_folder())


def secret(file: Path | None, asked: str) -> str:
    """What must not stand on a command line: from a file, or typed unseen; empty where there is neither.

    The file ``-`` is a line of standard input. Raises Problem where the file cannot be read.
    """
    if file is not None and str(file) == "-":
        return sys.stdin.readline().rstrip("\r\n")
    if file is not None:
        try:
            return file.read_text("utf-8").partition("\n")[0].rstrip("\r")
        except (OSError, UnicodeDecodeError):
            raise Problem(
                _("{file} cannot be read.").format(file=file),
                _("Name a text file whose first line is nothing but the secret."),
            ) from None
    if sys.stdin is not None and sys.stdin.isatty():
        return str(typer.prompt(asked, default="", show_default=False, hide_input=True, err=True))
    return ""


def opened(ctx: typer.Context) -> Desk:
    """The desk in the data folder; where its key must come from a person it is asked for. Raises Problem."""
    folder = data_folder(ctx)
    try:
        return Desk.open(folder)
    except vault.KeyNeeded as needed:
        by, given = _key_given(frame_of(ctx), needed)
        vault.use(folder, by, given)
    return Desk.open(folder)


def _key_given(frame: Frame, needed: vault.KeyNeeded) -> tuple[str, str]:
    """What opens the records: a passphrase where there is one, or the recovery key."""
    if vault.PASSPHRASE in needed.ways and (frame.recovery_file is None or frame.passphrase_file is not None):
        given = frame.passphrase()
        if given:
            return vault.PASSPHRASE, given
    if vault.RECOVERY in needed.ways:
        given = frame.recovery()
        if given:
            return vault.RECOVERY, given
    named = [
        *(["VENUE_DESK_PASSPHRASE_FILE"] if vault.PASSPHRASE in needed.ways else []),
        "VENUE_DESK_RECOVERY_FILE",
    ]
    raise vault.KeyNeeded(
        needed.text,
        _("{hint} On the command line: put it in a file, and name that with {names}.").format(
            hint=needed.hint, names=_(" or ").join(named)
        ),
        needed.folder,
        needed.ways,
    ) from needed


@contextmanager
def desk_of(ctx: typer.Context) -> Iterator[Desk]:
    """The desk in the data folder, closed afterwards. Raises Problem where there is none."""
    desk = opened(ctx)
    try:
        permit(ctx, desk)
        if desk.renewed:
            desk.do(introduce)
        yield desk
    finally:
        desk.close()


def permit(ctx: typer.Context, desk: Desk) -> None:
    """Raise Problem where this desk has a PIN, and none was given that may run this command."""
    computer.note(desk.folder, desk.ask(local, computer.ACCESS))
    if not desk.ask(locking).on:
        return
    pin = frame_of(ctx).pin()
    if not pin:
        raise Problem(
            _("This desk is locked by a PIN."),
            _("Name the file that holds it with --pin-file or VENUE_DESK_PIN_FILE."),
        )
    tried = desk.do(try_pin, pin, datetime.now())
    if tried.role is None:
        hint = _("Wait {count} seconds before the next try.").format(count=number(tried.wait))
        raise Problem(_("This PIN is wrong."), hint if tried.wait else _("Look at it again."))
    command = name_of(ctx)
    if not access.may_run(tried.role, command):
        raise Problem(
            _("A helper takes attendance only."),
            _("Ask the coordinator for “{command}”.").format(command=command),
        )


def name_of(ctx: typer.Context) -> str:
    """The command that runs, as domain.access names it: without the program's name and options."""
    words = list[str]()
    at: Any = ctx
    while at.parent is not None:
        words.insert(0, at.info_name or "")
        at = at.parent
    return " ".join(words)


def permit_folder(ctx: typer.Context, *, chooses: bool) -> None:
    """As ``permit``, for commands that put another file in the place of the records.

    Where the records cannot be opened their PIN cannot be asked. Who ``chooses`` what takes their place then gives
    the recovery key, if there was a PIN; the recovery key takes the place of a forgotten PIN, too.
    """
    folder, frame = data_folder(ctx), frame_of(ctx)
    if not database.exists(folder):
        return
    take(folder).close()  # a window that is open says so
    try:
        desk = opened(ctx)
    except vault.KeyNeeded:
        raise
    except Problem:
        if chooses and computer.locked(folder):
            _owner(frame, folder)
        return
    with closing(desk):
        if frame.recovery_file is None or not vault.fits(folder, vault.RECOVERY, frame.recovery()):
            permit(ctx, desk)


def _owner(frame: Frame, folder: Path) -> None:
    """Raise Problem unless the recovery key of these records was given."""
    given = frame.recovery()
    if not given:
        raise Problem(
            _("This desk is locked by a PIN, and its records cannot be opened to check it."),
            _(
                "Give the recovery key: name the file that holds it with --recovery-file or VENUE_DESK_RECOVERY_FILE."
            ),
        )
    vault.use(folder, vault.RECOVERY, given)


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
