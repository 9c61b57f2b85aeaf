"""Is this certificate genuine? What the centre can say to anybody who asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, or_, select

from venue_desk.documents import verify
from venue_desk.documents.verify import UNKNOWN, VALID, VOID, Finding
from venue_desk.domain.reference import KEY
from venue_desk.domain.seal import Key, KeyRing, NotAToken, key_id, parse
from venue_desk.language import _
from venue_desk.server.tables import LEDGER
from venue_desk.store.records import Certificate, Reference, SigningKey

LONGEST_NUMBER = 80


@dataclass(frozen=True, slots=True)
class Numbered:
    """What a number alone tells: the state, why, and whose it is as initials, for whoever holds the paper.

    Not more, and this is on purpose. A code is 64 bytes of signature, so only who has the paper can ask for it; a
    number can be guessed, because they count up (0012/SERT-A/…). Whoever walks through all numbers must not come
    home with a list of who was trained where, and some venues are prisons: so no name, trade, venue or day, not
    even the day of voiding. Initials let a reader compare with the paper in hand, and are no use to one without it.
    Tries are few in a minute and in a day for the same reason (see verification).
    """

    state: str
    reason: str
    initials: str = ""


def tidied(text: str) -> str:
    """A code as it was printed, from one that was pasted with the address around it or broken over lines."""
    return "".join(text.split()).rpartition("/verify/")[2].partition("?")[0]


def is_code(text: str) -> bool:
    """Whether a text is meant as a code, and not as a number."""
    text = tidied(text)
    return text[:2] == "VD" and text[2:3].isdigit() and "." in text


def by_code(connection: Connection, text: str) -> Finding:
    """Judge the text of a QR."""
    code = tidied(text)
    try:
        token = parse(code)
    except NotAToken:
        return verify.text(code, KeyRing())
    return verify.text(code, _ring(connection, token.key, token.statement.number))


def _ring(connection: Connection, name: str, number: str) -> KeyRing:
    """What must be known to judge one code: its key, and whether its number is void at the key's venue.

    The venue is the key's and not the one that the code names, so no venue can declare another's papers void. Nor can
    one take another's public key for its own: the venue of a key is the one that the lists named first (see
    server.reference), and there stands what the agency withdrew.
    """
    listed = connection.execute(
        select(Reference.source, Reference.value).where(
            Reference.kind == KEY, Reference.key == name, Reference.value.is_not(None)
        )
    ).first()
    rows = connection.execute(
        # The list of venues first: it makes of a scan one look into the index for each venue.
        select(SigningKey.venue_id, SigningKey.public, SigningKey.revoked_on, LEDGER.c.name)
        .join(LEDGER, LEDGER.c.venue_id == SigningKey.venue_id)
        .where(SigningKey.id == name)
        .order_by(SigningKey.since, SigningKey.venue_id)
    ).all()
    for row in rows:
        try:
            public = bytes.fromhex(row.public)
        except ValueError:
            continue
        if len(public) != 32 or key_id(public) != name or (listed and row.venue_id != listed.source):
            continue
        days = (row.revoked_on, _withdrawn(listed.value) if listed else None)
        void = connection.execute(
            select(Certificate.voided_on).where(
                Certificate.venue_id == row.venue_id,
                Certificate.number == number,
                Certificate.voided_on.is_not(None),
            )
        ).first()
        return KeyRing(
            {name: Key(public, row.name, row.venue_id, min((day for day in days if day), default=None))},
            {(row.venue_id, number): void.voided_on} if void else {},
        )
    return KeyRing()


def _withdrawn(value: Mapping[str, Any]) -> date | None:
    day = value.get("revoked_on")
    return date.fromisoformat(day) if day else None


def by_number(connection: Connection, text: str) -> Numbered:
    """What may be said of a certificate by its number alone; see `Numbered`."""
    number = " ".join(text.split())[:LONGEST_NUMBER]
    found = connection.execute(
        select(Certificate.voided_on, Certificate.content["name"].as_string().label("name"))
        .join(LEDGER, LEDGER.c.venue_id == Certificate.venue_id)
        .where(or_(Certificate.number == number, Certificate.number == number.upper()))
        .limit(3)
    ).all()
    if not found:
        reason = _(
            "The centre knows no certificate with this number. One issued in these days may still come."
        )
        return Numbered(UNKNOWN, reason)
    if len(found) > 1:
        return Numbered(UNKNOWN, _("More than one certificate has this number: use its QR code."))
    row = found[0]
    if row.voided_on is not None:
        return Numbered(VOID, _("Its venue declared it void."))
    return Numbered(
        VALID, _("The centre knows this certificate, and it was not withdrawn."), initials(row.name)
    )


def initials(name: str) -> str:
    """``S. A.`` for Siti Aminah."""
    return " ".join(f"{word[0].upper()}." for word in name.split() if word[0].isalpha())


def shown(finding: Finding) -> list[tuple[str, str]]:
    """What was signed, in words. Nothing where no signature proves it: else anybody could have us say anything."""
    return verify.said(finding.statement) if finding.statement and finding.proven else []


def as_json(finding: Finding) -> dict[str, object]:
    """The same for a program."""
    statement = finding.statement if finding.proven else None
    return {
        "state": finding.state,
        "reasons": list(finding.reasons),
        "signed_by": finding.issuer if finding.proven else "",
        "statement": {
            "kind": statement.kind,
            "number": statement.number,
            "name": statement.name,
            "born": statement.born,
            "programme": statement.programme,
            "starts_on": statement.starts_on.isoformat(),
            "ends_on": statement.ends_on.isoformat(),
            "hours": statement.hours,
            "results": statement.results,
            "issuer": statement.issuer,
            "place": statement.place,
            "issued_on": statement.issued_on.isoformat(),
            "copy": statement.copy,
        }
        if statement
        else None,
    }
