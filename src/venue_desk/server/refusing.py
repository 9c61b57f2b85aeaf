"""Every refusal is JSON with a clear sentence, and tells nothing of what went wrong inside."""

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlcipher3.dbapi2 import DatabaseError

from venue_desk.server.devices import Refused
from venue_desk.server.watching import LOG
from venue_desk.sync.reading import Malformed

# Why a device or code is not let in: status and sentence. Desks know the words by the code, in their language.
REFUSALS = {
    "token": (401, "This token is not known."),
    "revoked": (401, "This computer was revoked."),
    "code_unknown": (403, "This code is not known."),
    "code_wrong": (403, "This code is not right."),
    "code_blocked": (403, "This code was tried too often."),
    "code_used": (403, "This code was used already."),
    "code_expired": (403, "This code has expired."),
    "foreign": (403, "This code belongs to another venue."),
}


def install(app: FastAPI) -> None:
    """Answer these errors for all routes of the application."""

    @app.exception_handler(Refused)
    async def refused(_request: Request, error: Refused) -> JSONResponse:
        status, sentence = REFUSALS[error.code]
        return _refusal(status, error.code, sentence, error.detail, error.order)

    @app.exception_handler(Malformed)
    async def malformed(_request: Request, error: Malformed) -> JSONResponse:
        return _refusal(400, "malformed", f"This message cannot be read: {error}.")

    @app.exception_handler(HTTPException)
    @app.exception_handler(404)
    @app.exception_handler(405)
    async def other(_request: Request, error: HTTPException) -> JSONResponse:
        answer = _refusal(error.status_code, "http", str(error.detail))
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(DBAPIError)
    @app.exception_handler(DatabaseError)
    @app.exception_handler(PoolTimeout)
    async def unreachable(_request: Request, error: Exception) -> JSONResponse:
        """What a desk sends again by itself; nothing was acknowledged."""
        if isinstance(error, DBAPIError) and not isinstance(error, OperationalError | InterfaceError):
            raise error
        LOG.warning("database", exc_info=error)
        answer = _refusal(503, "busy", "The database cannot be reached now; nothing was taken over.")
        answer.headers["Retry-After"] = "5"
        return answer

    @app.exception_handler(Exception)
    async def broken(_request: Request, error: Exception) -> JSONResponse:
        # Nothing of what failed is told to the other side.
        LOG.error("broken", exc_info=error)
        return _refusal(500, "internal", "The centre made a mistake; nothing was taken over.")


def _refusal(
    status: int, code: str, message: str, detail: str = "", order: dict[str, str] | None = None
) -> JSONResponse:
    said = {"error": code, "message": message, "detail": detail}
    return JSONResponse({**said, "order": order} if order else said, status)
