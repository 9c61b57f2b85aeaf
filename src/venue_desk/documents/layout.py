"""Where everything stands on a certificate, by the roles of ``domain.wording``: points from the lower left."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from venue_desk.documents import fonts, paper
from venue_desk.documents.fonts import BOLD, ITALIC, REGULAR, SEMIBOLD
from venue_desk.documents.paper import ACCENT, INK, LINE, MM, MUTED, Align
from venue_desk.domain import wording

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas


@dataclass(frozen=True, slots=True)
class Place:
    """Where and how a role stands. It shrinks from ``size`` to ``least`` and then wraps, around or below ``y``."""

    x: float
    y: float
    size: float
    font: str = REGULAR
    colour: str = INK
    align: Align = "centre"
    room: float = 0
    least: float = 0
    spread: float = 0
    centred: bool = False


Places = Mapping[str, Place]


@dataclass(frozen=True, slots=True)
class Shape:
    """What decides where things stand: equal shapes share their places."""

    size: tuple[float, float]
    above: int
    address: bool
    signers: int
    rows: int = 0
    last: bool = False


QR_SIDE, QR_LEFT = 31 * MM, 186.0
LEADING = 1.25


def logo_box(size: tuple[float, float]) -> tuple[float, float, float, float]:
    """Where the logo stands on a page of this size: left, bottom, width, height."""
    if size[0] > size[1]:
        return 76, size[1] - 128, 58, 58
    return paper.MARGIN, size[1] - 93, 46, 46


def _head_places(shape: Shape, middle: float, top: float, room: float, pitch: float = 13) -> dict[str, Place]:
    places: dict[str, Place] = {}
    y = top
    for number in range(shape.above):
        places[f"above.{number}"] = Place(middle, y, min(9.5, pitch - 2), colour=MUTED, room=room, least=7)
        y -= pitch
    y -= 4
    places["venue"] = Place(middle, y, 14, BOLD, room=room, least=9, spread=0.4)
    places["address"] = Place(middle, y - 13.5, 8.5, colour=MUTED, room=room, least=6.5)
    return places


def _signer_places(signers: int, left: float, room: float, top: float, drop: float) -> dict[str, Place]:
    """Signature columns from left to right; the last one has place and date above it."""
    count = max(2, signers)
    cell, first = room / count, count - signers
    places = {"signed": Place(left + cell * (count - 0.5), top, 9.5, room=cell - 10, least=7)}
    for number in range(signers):
        x = left + cell * (first + number + 0.5)
        places[f"signer.{number}.title"] = Place(x, top - 13, 9.5, room=cell - 10, least=8)
        places[f"signer.{number}.name"] = Place(x, top - drop, 10, SEMIBOLD, room=cell - 12, least=6.5)
        places[f"signer.{number}.nip"] = Place(x, top - drop - 13, 8.5, colour=MUTED, room=cell - 12, least=7)
    return places


def _signer_lines(canvas: "Canvas", places: Places) -> None:
    """The hairline on which each name stands."""
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(0.6)
    number = 0
    while (name := places.get(f"signer.{number}.name")) is not None:
        half = min(name.room / 2, 82)
        canvas.line(name.x - half, name.y - 3, name.x + half, name.y - 3)
        number += 1


@lru_cache(maxsize=64)
def front_places(shape: Shape) -> Places:
    width, height = shape.size
    middle = width / 2
    # With more than two lines the letterhead stands higher and closer: below there is no room to give.
    top, pitch = (height - 76, 13.0) if shape.above <= 2 else (height - 68, min(13, 42 / shape.above))
    places = _head_places(shape, middle, top, width - 240, pitch)
    y = height - 76 - 13 * min(2, max(1, shape.above)) - 18
    qr = QR_LEFT + QR_SIDE / 2
    places |= {
        "title": Place(middle, y - 42, 29, SEMIBOLD, ACCENT, spread=2.4),
        "title.en": Place(middle, y - 58, 12, ITALIC, MUTED),
        "number": Place(middle, y - 78, 10.5, room=width - 260, least=7),
        "given": Place(middle, y - 102, 10),
        "given.en": Place(middle, y - 113, 8.5, ITALIC, MUTED),
        "name": Place(middle, y - 147, 30, BOLD, room=width - 230, least=19, centred=True),
        "born": Place(middle, y - 182, 10, room=width - 230, least=7),
        "born.en": Place(middle, y - 193, 8.5, ITALIC, MUTED),
        "field": Place(middle, y - 214, 10),
        "field.en": Place(middle, y - 225, 8.5, ITALIC, MUTED),
        "programme": Place(middle, y - 249, 20, SEMIBOLD, ACCENT, room=width - 230, least=12, centred=True),
        "programme.en": Place(middle, y - 264, 11, ITALIC, MUTED, room=width - 230, least=8),
        "course": Place(middle, y - 284, 10, room=width - 210, least=8),
        "course.en": Place(middle, y - 295.5, 8.5, ITALIC, MUTED, room=width - 210, least=7),
        "photo": Place(72 + 15 * MM, 64 + 19 * MM, 8, colour=MUTED),
        "scan": Place(qr, 64.5, 7, colour=MUTED, room=QR_SIDE + 24, least=6),
        "scan.en": Place(qr, 56, 7, room=QR_SIDE + 24, least=6, font=ITALIC, colour=MUTED),
        "registration": Place(width - 72, 59, 7, colour=MUTED, align="right", room=230, least=5.5),
        "form": Place(width - 72, 68, 7, colour=MUTED, align="right", room=230, least=5.5),
        "copy": Place(width - 82, height - 84, 10, SEMIBOLD, align="right"),
        "~qr": Place(QR_LEFT, 76, QR_SIDE),
    }
    return places | _signer_places(shape.signers, 322, width - 322 - 66, 162, 66)


def own_places(shape: Shape, page: wording.Page, roles: Collection[str]) -> Places:
    """Where the agency's own words stand on the front: a line shrinks until it fits, the sentence also breaks."""
    usual, places = front_places(shape), {}
    room = shape.size[0] - 230
    for role in roles:
        if role in ("course", "course.en"):
            continue
        place, words = usual[role], page.shared.get(role, "")
        wide = fonts.width(words, place.font, place.size) + place.spread * len(words)
        spread = place.spread if wide <= room else 0
        places[role] = replace(place, room=room, least=1, spread=spread)
    if "course" in roles:
        # From below the programme down to the signatures.
        top, end = usual["course"].y + 7, min(usual["course.en"].y, usual["signed"].y + 15)
        return places | _sentence(page, usual, top, end)
    return places


def _sentence(page: wording.Page, usual: Places, top: float, end: float) -> dict[str, Place]:
    """A sentence and its English between two bases, as large as both fit."""
    upper, lower = usual["course"], usual["course.en"]
    scale = 1.0
    while True:
        size, small = upper.size * scale, lower.size * scale
        lines = fonts.wrap(page.shared.get("course", ""), upper.font, size, upper.room)
        english = fonts.wrap(page.shared.get("course.en", ""), lower.font, small, lower.room)
        first = size * LEADING * (len(lines) - 1)
        between, last = 1.15 * size, small * LEADING * (len(english) - 1)
        if first + between + last <= top - end or scale < 0.3:
            break
        scale -= 0.02
    y = min(top, upper.y + first)
    return {
        "course": replace(upper, y=y, size=size, least=size),
        "course.en": replace(lower, y=y - first - between, size=small, least=small),
    }


def front_lines(canvas: "Canvas", places: Places) -> None:
    name = places["name"]
    paper.rule(canvas, name.x - 150, name.y - 19, 300, weight=0.7, colour=ACCENT)
    canvas.setStrokeColor(MUTED)
    canvas.setLineWidth(0.5)
    canvas.rect(72, 59, 30 * MM, 40 * MM)
    _signer_lines(canvas, places)


LOWEST_SIGNATURES = 166.0  # base of place and date on a letter: below it names, QR and numbers still fit
LOWEST_ROW, HIGHEST_ROW, HEADING = 20.0, 27.0, 25.0


def _columns(width: float) -> tuple[float, float, float, float, float, float]:
    """Left edge, then where number (right), code, title, hours (right) stand, then the right edge."""
    left, right = 72.0, width - 72.0
    return left, left + 24, left + 36, left + 176, right - 84, right


@lru_cache(maxsize=64)
def list_places(shape: Shape) -> Places:
    width, height = shape.size
    left, no, at_code, title, hours, right = _columns(width)
    middle, result = width / 2, right - 30
    y = height - 88
    top = y - 62
    places = {
        "title": Place(left, y, 19, SEMIBOLD, ACCENT, align="left", spread=0.8),
        "title.en": Place(left, y - 16, 11, ITALIC, MUTED, align="left"),
        "name": Place(right, y + 2, 12, SEMIBOLD, align="right", room=330, least=7.5),
        "number": Place(right, y - 12.5, 9, align="right", room=330, least=6.5),
        "programme": Place(right, y - 25.5, 9, colour=MUTED, align="right", room=330, least=6.5),
        "copy": Place(middle + 60, y + 2, 9, SEMIBOLD, align="right"),
        "head.no": Place(no, top + 13, 8.5, align="right", font=SEMIBOLD, colour=MUTED),
        "head.code": Place(at_code, top + 13, 8.5, align="left", font=SEMIBOLD, colour=MUTED),
        "head.code.en": Place(at_code, top + 4, 7.5, ITALIC, MUTED, align="left"),
        "head.title": Place(title, top + 13, 8.5, align="left", font=SEMIBOLD, colour=MUTED),
        "head.title.en": Place(title, top + 4, 7.5, ITALIC, MUTED, align="left"),
        "head.hours": Place(hours, top + 13, 8.5, align="right", font=SEMIBOLD, colour=MUTED),
        "head.hours.en": Place(hours, top + 4, 7.5, ITALIC, MUTED, align="right"),
        "head.result": Place(result, top + 13, 8.5, font=SEMIBOLD, colour=MUTED),
        "head.result.en": Place(result, top + 4, 7.5, ITALIC, MUTED),
    }
    rows = shape.rows
    row = min(HIGHEST_ROW, max(LOWEST_ROW, (top - 186) / max(1, rows)))
    for place in range(rows):
        base = top - row * (place + 0.5) + 1.2
        room = hours - title - 40
        places |= {
            f"unit.{place}.no": Place(no, base, 9, align="right"),
            f"unit.{place}.code": Place(at_code, base, 9, align="left", room=title - at_code - 8, least=6),
            f"unit.{place}.title": Place(title, base, 9.5, align="left", room=room, least=6.5),
            f"unit.{place}.title.en": Place(title, base - 8.3, 7.5, ITALIC, MUTED, "left", room, 5.5),
            f"unit.{place}.hours": Place(hours, base, 9.5, align="right"),
            f"unit.{place}.result": Place(result, base, 10, SEMIBOLD),
        }
    end = top - row * rows
    places |= {
        "total": Place(title, end - 12, 9.5, SEMIBOLD, align="left"),
        "total.en": Place(title, end - 20.5, 7.5, ITALIC, MUTED, align="left"),
        "total.hours": Place(hours, end - 12, 9.5, SEMIBOLD, align="right"),
        "total.result": Place(result, end - 12, 9.5, SEMIBOLD),
        "legend": Place(left, 68, 7.5, colour=MUTED, align="left", room=300, least=6),
        "legend.en": Place(left, 59, 7.5, ITALIC, MUTED, align="left", room=300, least=6),
    }
    last = end - 24 if shape.last else end
    places["~top"], places["~end"] = Place(left, top, row), Place(right, end, last)
    return places | _signer_places(shape.signers, 370, width - 370 - 66, min(146, last - 16), 58)


def list_lines(canvas: "Canvas", places: Places) -> None:
    top, end = places["~top"], places["~end"]
    room = end.x - top.x
    paper.rule(canvas, top.x, top.y + HEADING, room, weight=0.9, colour=INK)
    paper.rule(canvas, top.x, top.y, room, weight=0.6, colour=INK)
    y = top.y - top.size
    while y > end.y + 1:
        paper.rule(canvas, top.x, y, room, weight=0.35, colour=LINE)
        y -= top.size
    paper.rule(canvas, top.x, end.y, room, weight=0.6, colour=INK)
    if end.size < end.y:
        paper.rule(canvas, top.x, end.size, room, weight=0.9, colour=INK)
        _signer_lines(canvas, places)


def letter_places(shape: Shape, page: wording.Page, *, own: bool = False) -> Places:
    """With the agency's ``own`` words paragraphs shrink until the signatures have their room."""
    places, scale = _letter_places(shape, page, own, 1.0), 1.0
    while own and places["signed"].y < LOWEST_SIGNATURES and scale > 0.4:
        scale -= 0.05
        places = _letter_places(shape, page, own, scale)
    return places


def _letter_places(shape: Shape, page: wording.Page, own: bool, scale: float) -> Places:
    width, height = shape.size
    left, room, middle = paper.MARGIN, width - 2 * paper.MARGIN, width / 2
    label, value = left + 14, left + 154
    rest = width - left - value
    places = _head_places(shape, middle, height - 56, room)
    rule = height - 56 - 13 * shape.above - (28 if shape.address else 15)
    places["~rule"] = Place(left, rule, room)
    y = rule - 54
    places |= {
        "title": Place(middle, y, 14, SEMIBOLD, room=room - 30 * own, least=1 if own else 10, spread=0.3),
        "title.en": Place(middle, y - 16, 10.5, ITALIC, MUTED, room=room * own, least=1),
        "number": Place(middle, y - 36, 10, room=room, least=7),
    }
    y = _both(places, page, "opening", scale, y - 84)
    for role in ("name", "born"):
        places[f"label.{role}"] = Place(label, y, 10, align="left")
        places[f"label.{role}.en"] = Place(label, y - 12, 8.5, align="left", font=ITALIC, colour=MUTED)
        font = SEMIBOLD if role == "name" else REGULAR
        places[role] = Place(value, y, 11 if role == "name" else 10.5, font, INK, "left", rest, 8)
        y -= 36
    y = _both(places, page, "body", scale, y - 12)
    for role in ("programme", "place"):
        places[f"label.{role}"] = Place(label, y, 10, align="left")
        places[f"label.{role}.en"] = Place(label, y - 12, 8.5, align="left", font=ITALIC, colour=MUTED)
        places[role] = Place(value, y, 10.5, SEMIBOLD, INK, "left", rest, 8)
        y -= 36
    places["programme.en"] = Place(value, places["programme"].y - 12.5, 9, ITALIC, MUTED, "left", rest, 7)
    y = _both(places, page, "closing", scale, y - 12)
    x, signed = left, min(y - 14, 300)
    bottom = signed - 112
    places["~qr"] = Place(x, bottom, QR_SIDE)
    places |= {
        "scan": Place(x, bottom - 13, 7, colour=MUTED, align="left"),
        "scan.en": Place(x, bottom - 21.5, 7, align="left", font=ITALIC, colour=MUTED),
        "registration": Place(width - left, 52, 7.5, colour=MUTED, align="right", room=room / 2, least=6),
        "form": Place(width - left, 42, 7.5, colour=MUTED, align="right", room=room / 2, least=6),
        "copy": Place(width - left - 8, rule - 22, 9, SEMIBOLD, align="right"),
    }
    return places | _signer_places(shape.signers, left + 130, room - 130, signed, 82)


def _both(places: dict[str, Place], page: wording.Page, role: str, scale: float, y: float) -> float:
    """A paragraph across the sheet and its English below, as many lines as they take. Returns the next base."""
    room, size, small = paper.A4[0] - 2 * paper.MARGIN, 10.5 * scale, 9 * scale
    places[role] = Place(paper.MARGIN, y, size, REGULAR, INK, "left", room, size)
    y -= len(fonts.wrap(page.shared.get(role, ""), REGULAR, size, room)) * size * LEADING + 1
    places[f"{role}.en"] = Place(paper.MARGIN, y, small, ITALIC, MUTED, "left", room, small)
    return y - len(fonts.wrap(page.shared.get(f"{role}.en", ""), ITALIC, small, room)) * small * LEADING - 22


def letter_lines(canvas: "Canvas", places: Places) -> None:
    rule = places["~rule"]
    paper.rule(canvas, rule.x, rule.y, rule.size, weight=1.6, colour=INK)
    paper.rule(canvas, rule.x, rule.y - 2.2, rule.size, weight=0.5, colour=INK)
    _signer_lines(canvas, places)
