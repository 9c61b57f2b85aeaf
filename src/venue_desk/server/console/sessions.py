"""Who is looking: signed cookies, and the tokens that show that a form came from our own page.

The centre's processes share no memory, so a session is a signed text: user, the user's generation, when it
began, and a random part. A user who logs out moves the generation on, and no copy of the cookie is let in.
"""

import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import Response

from venue_desk.server.centre import Centre
from venue_desk.server.console import users
from venue_desk.server.console.users import User

COOKIE = "venue_desk_session"
BEFORE = "venue_desk_form"  # the random part of a form that is shown before the login
LIFE = 10 * 3600  # seconds: a working day


@dataclass(frozen=True, slots=True)
class Visit:
    """A user's session. ``form`` is the token that every form of theirs carries."""

    user: User
    form: str


def begin(centre: Centre, request: Request, response: Response, user: User) -> None:
    """Let a user in on this computer."""
    text = f"{user.id}.{user.generation}.{int(time.time())}.{secrets.token_urlsafe(16)}"
    _set(request, response, COOKIE, f"{text}.{_sign(centre, 'session', text)}", LIFE)


def visit(centre: Centre, request: Request) -> Visit | None:
    """The session of a request, or None."""
    text, _dot, signature = request.cookies.get(COOKIE, "").rpartition(".")
    # Compared as bytes: a cookie can hold any letters.
    if not text or not hmac.compare_digest(_sign(centre, "session", text).encode(), signature.encode()):
        return None
    user_id, generation, since, nonce = text.split(".")
    if not 0 <= time.time() - int(since) <= LIFE:
        return None
    with centre.reading() as connection:
        user = users.still(connection, user_id, int(generation))
    return Visit(user, _sign(centre, "form", nonce)) if user else None


def end(centre: Centre, response: Response, user: User) -> None:
    """Log a user out, here and everywhere."""
    with centre.writing() as connection:
        users.end_sessions(connection, user.id)
    response.delete_cookie(COOKIE, path="/")


def stranger(centre: Centre, request: Request) -> tuple[str, str]:
    """The random part that this browser has, or a new one, and the token for a form before the login."""
    nonce = request.cookies.get(BEFORE, "")
    if not (16 <= len(nonce) <= 64 and nonce.isascii() and nonce.replace("-", "").replace("_", "").isalnum()):
        nonce = secrets.token_urlsafe(16)
    return nonce, _sign(centre, "before", nonce)


def remember(request: Request, response: Response, nonce: str) -> None:
    """Keep the random part in the browser."""
    _set(request, response, BEFORE, nonce, LIFE)


def same(given: str, wanted: str) -> bool:
    """Whether a form carries the token that we gave it."""
    return hmac.compare_digest(given.encode(), wanted.encode())


def _set(request: Request, response: Response, name: str, value: str, life: int) -> None:
    response.set_cookie(
        name,
        value,
        max_age=life,
        path="/",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )


def _sign(centre: Centre, purpose: str, text: str) -> str:
    # From the centre's own secret, so that all its processes agree; with the epoch, so that a session that was
    # ended does not come back with a restored backup.
    private = json.dumps(centre.private_keys(), sort_keys=True).encode()
    said = f"console\x1f{centre.known['epoch']}\x1f{purpose}\x1f{text}".encode()
    return hmac.new(hashlib.sha256(private).digest(), said, hashlib.sha256).hexdigest()
