"""Market days as a calendar file (iCalendar, RFC 5545), for telephones and calendars of any make."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from venue_desk.language import _
from venue_desk.queries.stalls import CLOSED, Board, WeekRow

_LINE = 75
"""Octets of a line; longer ones are folded."""


def calendar(board: Board, vendor_id: str = "", at: datetime | None = None) -> bytes:
    """One whole-day event for each planned market day with its stalls, or only the turns of one vendor."""
    stamp = (at or datetime.now(UTC)).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Venue Desk//Stalls//EN",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_escaped(board.market)}",
    ]
    for week in board.weeks:
        if week.status != CLOSED and week.planned:
            lines += _event(board, week, vendor_id, stamp)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line)).encode()


def _event(board: Board, week: WeekRow, vendor_id: str, stamp: str) -> Iterator[str]:
    numbers = {stall.id: stall.number for stall in board.stalls}
    taken = [cell for cell in week.cells if cell.vendor_id and (not vendor_id or cell.vendor_id == vendor_id)]
    if not taken:
        return
    summary = board.market
    if vendor_id:
        summary = _("{market}: stall {number}").format(market=board.market, number=numbers[taken[0].stall_id])
    said = "\n".join(f"{numbers[cell.stall_id]}. {cell.name}" for cell in taken)
    yield "BEGIN:VEVENT"
    yield f"UID:{board.market_id}-{week.day:%Y%m%d}{f'-{vendor_id}' if vendor_id else ''}@venue-desk"
    yield f"DTSTAMP:{stamp}"
    yield f"DTSTART;VALUE=DATE:{week.day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{week.day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_escaped(summary)}"
    yield f"DESCRIPTION:{_escaped(said)}"
    yield f"STATUS:{'TENTATIVE' if week.status == 'draft' else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _escaped(text: str) -> str:
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return text.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def _folded(line: str) -> Iterator[str]:
    """The line in parts of at most 75 octets; letters of several octets stay whole."""
    part, size = "", 0
    for letter in line:
        width = len(letter.encode())
        if size + width > _LINE:
            yield part
            part, size = " ", 1
        part += letter
        size += width
    yield part
