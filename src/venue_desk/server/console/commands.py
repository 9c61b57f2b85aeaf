"""``venue-desk server … user …``: who may see the centre's pages."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from venue_desk.domain.problem import Problem
from venue_desk.language import _

app = typer.Typer(no_args_is_help=True, help="People of the agency who may see the centre's pages.")

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Name = Annotated[str, typer.Argument(help="The user's name.")]
PasswordFile = Annotated[
    Path | None,
    typer.Option("--password-file", help="A file with the password in its first line; else it is asked."),
]


@app.command()
def add(ctx: typer.Context, name: Name, file: PasswordFile = None, as_json: Json = False) -> None:
    """Let somebody see the centre's pages."""
    from venue_desk.server.console import users

    password = _password(file)
    with _writing(ctx) as connection:
        users.add(connection, name, password)
    _out({"user": users.named(name)}, _("{name} can log in.").format(name=users.named(name)), as_json)


@app.command()
def password(ctx: typer.Context, name: Name, file: PasswordFile = None, as_json: Json = False) -> None:
    """Give a user another password and end their sessions."""
    from venue_desk.server.console import users

    new = _password(file)
    with _writing(ctx) as connection:
        users.set_password(connection, name, new)
    _out({"user": users.named(name)}, _("The password was changed; all sessions were ended."), as_json)


@app.command(name="list")
def list_(ctx: typer.Context, as_json: Json = False) -> None:
    """Who may see the centre's pages, and when they were last here."""
    from venue_desk.server.console import users

    with _writing(ctx) as connection:
        rows = users.listed(connection)
    lines = [f"{row['name']}  {row['seen'] or _('never logged in')}" for row in rows]
    _out(rows, "\n".join(lines) or _("There are no users yet."), as_json)


@app.command()
def remove(ctx: typer.Context, name: Name, as_json: Json = False) -> None:
    """Let a user in no more."""
    from venue_desk.server.console import users

    with _writing(ctx) as connection:
        users.remove(connection, name)
    _out({"removed": users.named(name)}, _("This user cannot log in any more."), as_json)


@contextmanager
def _writing(ctx: typer.Context) -> Iterator[Any]:
    from venue_desk.server.centre import Centre

    centre = Centre(ctx.find_root().obj.place)
    try:
        with centre.writing() as connection:
            yield connection
    finally:
        centre.close()


def _password(file: Path | None) -> str:
    if file is None:
        asked: str = typer.prompt(_("Password"), hide_input=True, confirmation_prompt=_("The same again"))
        return asked
    try:
        return file.read_text("utf-8").splitlines()[0]
    except (OSError, UnicodeError, IndexError) as error:
        raise Problem(
            _("There is no password in this file: {file}").format(file=file),
            _("Write it as the first line of a text file."),
        ) from error


def _out(rows: Any, text: str, as_json: bool) -> None:
    typer.echo(json.dumps(rows, ensure_ascii=False, indent=2) if as_json else text)
