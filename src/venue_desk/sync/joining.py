"""Joining a venue at its centre with a one-time code, once."""

import json
import platform
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from venue_desk.domain import clock
from venue_desk.domain.problem import Problem
from venue_desk.language import N_, _, ngettext
from venue_desk.queries.sync import KEPT, KEYS, TOKEN, Standing, heads, standing, trouble
from venue_desk.store import database, tokens
from venue_desk.store.desk import Desk, aside
from venue_desk.store.journal import tag
from venue_desk.store.local import local
from venue_desk.store.records import Computer, get, venue_of
from venue_desk.sync import packet
from venue_desk.sync.wire import Trouble, connect, read_json, send

if TYPE_CHECKING:
    import httpx


def enrol(desk: Desk, server: str, code: str, reach: "Callable[[str], httpx.Client]" = connect) -> str:
    """Join a venue at its centre with a one-time code, with all that was recorded here so far.

    Returns the venue's name at the centre. Raises Problem, and then nothing was changed.
    """
    url = address(server)
    keys = desk.ask(file_keys)
    asked = {"code": code.strip(), **about(desk, keys)}
    with reach(url) as client:
        try:
            answer = read_json(send(client, "enrol", json.dumps(asked).encode(), "application/json", ""))
            return enrolled(desk, answer, keys, url)
        except Trouble as error:
            raise refusal(error.code, url) from error


def about(desk: Desk, keys: dict[str, str]) -> dict[str, Any]:
    """What a desk says of itself when it asks to be let in; ``keys`` are its private ones for files."""
    return {
        "writer": desk.writer,
        "name": platform.node() or "?",
        "letter": desk.ask(local, "letter") or "",
        "venue": desk.venue if desk.ask(standing) else "",
        "joined": desk.ask(_numbers),
        "keys": packet.public(keys),
    }


def enrolled(desk: Desk, answer: dict[str, Any], keys: dict[str, str], url: str) -> str:
    """Take over what the centre says that lets this desk in. Returns the venue's name. Raises Trouble."""
    before = desk.ask(standing)
    try:
        told = {name: answer[name] for name in ("device", "token", "venue", "name", "letter", "epoch")}
        theirs = {name: bytes.fromhex(answer["keys"][name]).hex() for name in ("sign", "seal")}
    except (KeyError, TypeError, ValueError) as error:
        raise Trouble("wrong") from error
    if not all(isinstance(value, str) for value in told.values()) or len(told["venue"]) != 32:
        raise Trouble("wrong")
    now = Standing(url=url, device=told["device"], venue_name=told["name"], keys=theirs)
    if before and before.url == url:
        now = replace(before, device=told["device"], keys=theirs, trouble="")
    desk.move(
        told["venue"],
        {
            KEPT: now.text(),
            TOKEN: tokens.keep(told["device"], told["token"]),
            KEYS: json.dumps(keys),
            "letter": told["letter"],
        },
    )
    if before and before.device != told["device"]:
        tokens.drop(before.device)
    make_known(desk)
    return str(told["name"])


def begin(folder: Path, server: str, code: str) -> tuple[Desk, str]:
    """A new desk in an empty folder that joins a venue; its records come with the first sync.

    Returns the desk and the venue's name. Raises Problem, and then leaves nothing behind.
    """
    desk = Desk.create(folder)
    try:
        return desk, enrol(desk, server, code)
    except BaseException:
        desk.close()
        database.remove(folder)
        raise


NAMED = N_("Name this computer")


@aside
def introduce(session: Session, name: str) -> None:
    """Name this computer

    So that the other desks can say who wrote, and certificate numbers keep apart.
    """
    writer, letter = str(session.info["writer"]), local(session, "letter") or "A"
    computer = get(session, Computer, writer)
    if computer is None:
        session.add(Computer(id=writer, name=name, letter=letter, since=clock.moment()))
    elif computer.letter != letter:
        computer.letter = letter


def make_known(desk: Desk) -> bool:
    """Name this computer where the others do not know it yet. Returns whether that was news."""
    news = desk.ask(_unknown)
    if news:
        desk.do(introduce, platform.node() or "?")
    return news


def _unknown(session: Session) -> bool:
    computer = get(session, Computer, str(session.info["writer"]))
    return computer is None or computer.letter != (local(session, "letter") or "A")


def file_keys(session: Session) -> dict[str, str]:
    kept = local(session, KEYS)
    return dict(json.loads(kept)) if kept else packet.new_keys()


def _numbers(session: Session) -> dict[str, int]:
    """Where every writer stands here."""
    found = heads(session.connection(), venue_of(session))
    return {tag(writer, branch): last for (writer, branch), (last, _hash) in found.items()}


def address(server: str) -> str:
    """The address of a centre as typed, completed. Raises Problem."""
    text = server.strip().rstrip("/")
    if "://" not in text:
        host = text.partition(":")[0].partition("/")[0]
        text = f"{'http' if host in ('localhost', '127.0.0.1') else 'https'}://{text}"
    scheme, _sep, rest = text.partition("://")
    if scheme not in ("http", "https") or not rest or any(c.isspace() for c in rest):
        raise Problem(
            _("“{address}” is not the address of a centre.").format(address=server.strip()),
            _("It looks like https://pusat.example.id; ask the centre for it."),
        )
    return text


def refusal(said: str, url: str) -> Problem:
    """Why a desk is not let in, in words; ``said`` is a code with details after a colon."""
    code, _colon, detail = said.partition(":")
    again = _("Ask the centre for a new code.")
    left = int(detail) if detail.isdigit() else 0
    words: dict[str, tuple[str, str]] = {
        "offline": (
            _("The centre cannot be reached at {address}.").format(address=url),
            _("Check the address and the network. Nothing was changed; you can go on working."),
        ),
        "wrong": (
            _("{address} answers, but it is not a Venue Desk centre.").format(address=url),
            _("Check the address with the centre. Nothing was changed."),
        ),
        "code_unknown": (_("The centre does not know this code."), _("Check it letter by letter.")),
        "code_wrong": (
            _("This code is not right."),
            ngettext("{count} try is left.", "{count} tries are left.", left).format(count=left),
        ),
        "code_blocked": (_("This code was tried too often and is blocked."), again),
        "code_used": (_("This code was used already, by another computer."), again),
        "code_expired": (_("This code has expired: codes are valid for a day."), again),
        "foreign": (
            _("This code belongs to another venue than the one this computer works for."),
            _("Each venue has a folder of its own: set up a new one for the other venue."),
        ),
        "busy": (_("The centre is busy."), _("Try again in a minute.")),
    }
    text, hint = words.get(code) or (trouble(said), "")
    return Problem(text, hint)
