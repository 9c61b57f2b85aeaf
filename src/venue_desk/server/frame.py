"""What the centre's commands do alike: find the centre, print rows or JSON."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from venue_desk.server.centre import Centre

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@dataclass(slots=True)
class Where:
    """The centre that the command is about: a folder, or the address of a PostgreSQL database."""

    place: Path | str


def where_of(ctx: typer.Context) -> Path | str:
    """The folder or address that stands before the command."""
    where = ctx.find_object(Where)
    assert where is not None
    return where.place


@contextmanager
def centre_of(ctx: typer.Context) -> "Iterator[Centre]":
    """The centre, closed afterwards. Raises Problem."""
    from venue_desk.server.centre import Centre

    centre = Centre(where_of(ctx))
    try:
        yield centre
    finally:
        centre.close()


def out(rows: Any, text: str | Sequence[str], as_json: bool) -> None:
    """Print ``rows`` as JSON, or ``text`` for a person."""
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        typer.echo(text if isinstance(text, str) else "\n".join(text))
