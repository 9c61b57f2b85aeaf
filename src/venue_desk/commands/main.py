"""The command line's front: options before the command, and one room a noun, loaded when it is asked for."""

from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

from venue_desk import language
from venue_desk.commands.frame import Frame, default_folder, tell
from venue_desk.domain.problem import Problem
from venue_desk.language import _

# Nouns with commands of their own, by the module that holds them …
GROUPS = {
    "people": "people",
    "courses": "courses",
    "attendance": "attendance",
    "certificates": "certificates",
    "stalls": "stalls",
    "outcomes": "outcomes",
    "report": "reports",
    "sync": "sync",
    "recovery": "recovery",
}
# … and commands that stand alone.
SINGLE = {
    "init": "venue",
    "backup": "venue",
    "restore": "venue",
    "recover": "venue",
    "move": "venue",
    "check": "venue",
    "undo": "history",
    "redo": "history",
    "history": "history",
}


class Rooms(TyperGroup):
    """A group whose sub-commands are the rooms."""

    def list_commands(self, ctx: Any) -> list[str]:
        del ctx
        return sorted({*GROUPS, *SINGLE})

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        room = GROUPS.get(cmd_name) or SINGLE.get(cmd_name)
        if room is None:
            return None
        command = get_group(import_module(f"venue_desk.commands.{room}").app)
        if cmd_name in SINGLE:
            return command.get_command(ctx, cmd_name)
        command.name = cmd_name
        return command


app = typer.Typer(
    name="venue-desk",
    cls=Rooms,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Enrolment, attendance, certificates and stalls for a venue that hosts vocational training.",
)


@app.callback()
def front(
    ctx: typer.Context,
    data: Annotated[Path | None, typer.Option("--data", help="The folder of the venue's records.")] = None,
    lang: Annotated[str, typer.Option("--lang", help="Language of what is printed: id or en.")] = "",
    pin_file: Annotated[
        Path | None,
        typer.Option(
            "--pin-file",
            envvar="VENUE_DESK_PIN_FILE",
            help="A file that holds the PIN, where one is set; “-” reads a line of standard input.",
        ),
    ] = None,
    passphrase_file: Annotated[
        Path | None,
        typer.Option(
            "--passphrase-file",
            envvar="VENUE_DESK_PASSPHRASE_FILE",
            help="A file that holds the passphrase, or “-”, where no keyring opens the records.",
        ),
    ] = None,
    recovery_file: Annotated[
        Path | None,
        typer.Option(
            "--recovery-file",
            envvar="VENUE_DESK_RECOVERY_FILE",
            help="A file that holds the recovery key, or “-”.",
        ),
    ] = None,
) -> None:
    """Choose the folder and the language for the command that follows."""
    if lang:
        try:
            language.use(lang)
        except ValueError:
            raise Problem(
                _("There is no language “{language}”.").format(language=lang), _("Choose id or en.")
            ) from None
    ctx.obj = Frame(data or default_folder(), pin_file, passphrase_file, recovery_file)


def run(arguments: list[str]) -> int:
    """Run one command line. Returns its exit code: 0, or 2 when it could not do what was asked."""
    try:
        result = app(args=arguments, prog_name="venue-desk", standalone_mode=False)
    except Problem as problem:
        return tell(problem)
    except typer.Abort:
        return tell(Problem(_("Stopped; nothing was changed.")))
    except typer.TyperException as error:
        return tell(Problem(error.format_message(), _("venue-desk --help lists what there is.")))
    return result if isinstance(result, int) else 0
