"""What OpenAPI says of the endpoints whose bodies are read by hand."""

from typing import Any

TYPE = "application/vnd.venue-desk.sync"
_HEX = "^[0-9a-f]{%d}$"
_KEY = {"type": "string", "pattern": _HEX % 64}

_REFUSAL = {
    "type": "object",
    "required": ["error", "message", "detail"],
    "properties": {
        **{name: {"type": "string"} for name in ("error", "message", "detail")},
        # Only for a desk that is to remove its records: the centre's own signature over its id and the moment.
        "order": {
            "type": "object",
            "properties": {name: {"type": "string"} for name in ("device", "at", "signature")},
        },
    },
}

_ENROLMENT: dict[str, Any] = {
    "type": "object",
    "required": ["code", "writer", "name", "letter", "venue", "joined", "keys"],
    "properties": {
        "code": {"type": "string", "maxLength": 200, "example": "4K7Q-9M2D-XR3T-B6WZ"},
        "writer": {"type": "string", "pattern": _HEX % 32},
        "name": {"type": "string", "maxLength": 200},
        "letter": {"type": "string", "maxLength": 200},
        "venue": {"type": "string", "maxLength": 200, "description": "to which the desk belongs already"},
        "joined": {
            "type": "object",
            "maxProperties": 1000,
            "additionalProperties": {"type": "integer", "minimum": 0, "maximum": 2**53},
        },
        "keys": {
            "type": "object",
            "required": ["sign", "seal"],
            "properties": {"sign": _KEY, "seal": _KEY},
        },
    },
}

_ENROLLED = {
    "type": "object",
    "required": ["device", "token", "venue", "name", "letter", "epoch", "keys"],
    "properties": {
        **{name: {"type": "string"} for name in ("device", "token", "venue", "name", "letter", "epoch")},
        "keys": {"type": "object", "additionalProperties": _KEY},
    },
}

_KEPT = {
    "type": "object",
    "required": ["changes", "removed"],
    "properties": {"changes": {"type": "integer", "minimum": 0}, "removed": {"type": "boolean"}},
}

_HEALTH = {
    "type": "object",
    "required": ["status", "version", "database", "schema"],
    "properties": {
        "status": {"enum": ["ok", "down", "outdated"]},
        "version": {"type": "string"},
        "database": {"enum": ["ok", "unreachable"]},
        "schema": {"type": ["array", "null"], "items": {"type": "integer"}},
    },
}

_WORDS = {
    400: "This message cannot be read",
    401: "This token is not known, or the computer was revoked",
    403: "This code lets nobody in",
    404: "There is nothing here",
    408: "The body came too slowly",
    413: "The body is too large",
    416: "There is no such part",
    429: "Too many tries",
    503: "The database cannot be reached now",
}


def _refusals(*codes: int) -> dict[int | str, dict[str, Any]]:
    return {code: _answer(_WORDS[code], _REFUSAL) for code in codes}


def _answer(words: str, schema: dict[str, Any], kind: str = "application/json") -> dict[str, Any]:
    return {"description": words, "content": {kind: {"schema": schema}}}


_BYTES = {"type": "string", "format": "binary"}
_TOKEN: dict[str, Any] = {"security": [{"token": []}]}


def _body(schema: dict[str, Any], kind: str) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {kind: {"schema": schema}}}}


HEALTH: dict[str, Any] = {
    "responses": {200: _answer("All is well", _HEALTH), 503: _answer("It is not", _HEALTH)},
}
METRICS: dict[str, Any] = {
    "responses": {200: _answer("Figures", {"type": "string"}, "text/plain"), **_refusals(404)},
}
ENROL: dict[str, Any] = {
    "responses": {200: _answer("Let in", _ENROLLED), **_refusals(400, 403, 408, 413, 429, 503)},
    "openapi_extra": _body(_ENROLMENT, "application/json"),
}
SYNC: dict[str, Any] = {
    "responses": {
        200: _answer("What the desk does not have", _BYTES, TYPE),
        **_refusals(400, 401, 408, 413, 429, 503),
    },
    "openapi_extra": {**_body(_BYTES, TYPE), **_TOKEN},
}
LAST: dict[str, Any] = {
    "responses": {200: _answer("Kept", _KEPT), **_refusals(400, 401, 408, 413, 429, 503)},
    "openapi_extra": _body(_BYTES, TYPE),
}
SNAPSHOT: dict[str, Any] = {
    "responses": {
        200: _answer("The whole file", _BYTES, TYPE),
        206: _answer("A part of it", _BYTES, TYPE),
        **_refusals(400, 401, 416, 429, 503),
    },
    "openapi_extra": {
        **_TOKEN,
        "parameters": [
            {
                "name": "upto",
                "in": "query",
                "description": "the venue's line up to which the file goes that is being fetched",
                "schema": {"type": "integer", "minimum": 0, "maximum": 2**53},
            }
        ],
    },
}


def with_token(schema: dict[str, Any]) -> dict[str, Any]:
    """The document with the one way in which a desk shows who it is."""
    schema.setdefault("components", {})["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    return schema
