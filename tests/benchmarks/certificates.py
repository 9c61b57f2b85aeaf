"""A thousand certificates of two pages, against the bare library drawing the same strings, frame and QR."""

import gc
import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from io import BytesIO
from typing import Any

from venue_desk.documents import certificate, code, fonts, layout, ornament, paper
from venue_desk.domain import catalogue, wording
from venue_desk.domain.certificates import COMPETENCE, PATTERN, Content, Signer, UnitLine, number
from venue_desk.domain.seal import Print, statement, token

REACH, MEMORY, COUNT, ROUNDS = 1.5, 150, 1_000, 4


def main() -> None:
    """Print pages a second, the ratio, bytes a page and the memory it took."""
    prints = [_print(place) for place in range(COUNT)]
    before = _memory()
    ours, floor = [], []
    part = prints[: COUNT // ROUNDS]
    for _round in range(ROUNDS):
        # In turns, so that the machine's moods meet both.
        floor.append(_timed(bare, part))
        ours.append(_timed(_ours, part))
    ratio = min(ours) / min(floor)
    size = len(_ours(prints))
    used = _memory() - before
    pages = 2 * len(part)
    print(
        f"certificates: {pages / min(ours):.0f} pages/s; bare reportlab {pages / min(floor):.0f}; "
        f"ratio {ratio:.2f} (reach {REACH}); {size / 2 / COUNT / 1000:.1f} KB a page; "
        f"{COUNT} of them took {used:.0f} MB (reach {MEMORY})"
    )
    drawn, held = round(ratio, 2), round(used)
    print(json.dumps({"what": "certificates", "ratio": drawn, "reach": REACH, "ok": ratio <= REACH}))
    print(
        json.dumps(
            {"what": "memory of them", "value": held, "unit": "MB", "reach": MEMORY, "ok": used <= MEMORY}
        )
    )


def _ours(prints: Sequence[Print]) -> bytes:
    target = BytesIO()
    for _done in certificate.draw(prints, target):
        pass
    return target.getvalue()


def bare(prints: Sequence[Print]) -> bytes:
    """The same pages with nothing around them: a form for what is shared, a call for each string."""
    from reportlab.pdfgen.canvas import Canvas

    fonts.register()
    target = BytesIO()
    size = (max(paper.A4), min(paper.A4))
    canvas: Any = Canvas(target, pagesize=size, pageCompression=1, initialFontName=fonts.REGULAR)
    first = prints[0].content
    shape = layout.Shape(size, len(first.above), True, len(first.signers))
    front = layout.front_places(shape)
    back = layout.list_places(
        layout.Shape(size, len(first.above), True, len(first.signers), len(first.units), True)
    )
    ornament.define(canvas, size)
    for name, places, page in zip(("front", "back"), (front, back), wording.pages(first), strict=True):
        canvas.beginForm(name, 0, 0, *size)
        canvas.doForm(ornament.frame_name(size))
        _strings(canvas, places, page.shared)
        canvas.endForm()
    for one in prints:
        for name, places, page in zip(
            ("front", "back"), (front, back), wording.pages(one.content), strict=True
        ):
            canvas.doForm(name)
            if name == "front":
                code.draw(canvas, one.token, 186, 76, layout.QR_SIDE)
            _strings(canvas, places, page.own)
            canvas.showPage()
    canvas.save()
    return target.getvalue()


def _strings(canvas: Any, places: layout.Places, texts: Any) -> None:
    for role, words in texts.items():
        place = places[role]
        canvas.setFillColor(certificate._colour(place.colour))
        canvas.setFont(place.font, place.size)
        if place.align == "centre":
            canvas.drawCentredString(place.x, place.y, words)
        elif place.align == "right":
            canvas.drawRightString(place.x, place.y, words)
        else:
            canvas.drawString(place.x, place.y, words)


def _timed(work: Callable[[Sequence[Print]], bytes], prints: Sequence[Print]) -> float:
    gc.collect()
    start = time.process_time()
    work(prints)
    return time.process_time() - start


def _memory() -> float:
    """The most memory this process ever had, in MB."""
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / (1_048_576 if sys.platform == "darwin" else 1024)


def _print(place: int) -> Print:
    trade = catalogue.trades()[7]
    day = date(2025, 11, 22)
    said = Content(
        kind=COMPETENCE,
        number=number(
            PATTERN, sequence=place + 1, kind=COMPETENCE, device="A", centre="JB", trade="TBG", issued_on=day
        ),
        name=f"Maria Goretti Wulandari {place}",
        birthplace="Jakarta",
        born=date(1990, 3, 12),
        programme_id=trade.indonesian,
        programme_en=trade.english,
        batch="12",
        starts_on=date(2025, 11, 10),
        ends_on=date(2025, 11, 21),
        hours=64,
        venue="Paroki Contoh",
        above=("Pusat Pelatihan Kerja Daerah",),
        address="Jalan Kenanga Raya 12, Jakarta Barat",
        place="Jakarta Barat",
        issued_on=day,
        units=tuple(UnitLine(u.code, u.indonesian, u.english, u.jp, "K") for u in trade.units),
        signers=(Signer("Instruktur", "Joko Prasetyo"), Signer("Kepala Pusat", "Theresia Lestari", "1" * 18)),
    )
    return Print(said, token("ABCDEFGH", statement(said, wording.print_of(said)), bytes(range(64))))


if __name__ == "__main__":
    main()
