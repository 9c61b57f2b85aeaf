"""Charts as SVG, drawn here: bars whose colours are classes of the style sheet, so they follow light and dark.

A bar stretches with its column; the figures stand beside it as text, for every reader and every width.
"""

from datetime import date
from html import escape

from venue_desk.language import _, date_short, number
from venue_desk.server.console.pages import Drawing
from venue_desk.server.console.programme import Reached

LONG = 1000  # units of a bar's length
PARTS = ("employed", "self_employed", "training", "not_working", "unknown")


def names() -> dict[str, str]:
    """What each part of a bar says."""
    return {
        "employed": _("Employed"),
        "self_employed": _("Self-employed"),
        "training": _("Further training"),
        "not_working": _("Not working"),
        "unknown": _("Not known"),
    }


def bar(row: Reached, most: int) -> Drawing:
    """What became of the people of one row, lying; as long as they are many beside ``most``."""
    parts, at = [], 0.0
    for part in PARTS:
        width = LONG * getattr(row, part) / most if most else 0
        if width:
            parts.append(f'<rect class="{part}" x="{at:.2f}" y="0" width="{width:.2f}" height="10"/>')
        at += width
    return _drawing(f"0 0 {LONG} 10", "bar", "".join(parts), row)


def column(row: Reached, most: int) -> Drawing:
    """The same standing, from the ground up."""
    parts, at = [], float(LONG)
    for part in PARTS:
        height = LONG * getattr(row, part) / most if most else 0
        at -= height
        if height:
            parts.append(f'<rect class="{part}" x="0" y="{at:.2f}" width="10" height="{height:.2f}"/>')
    return _drawing(f"0 0 10 {LONG}", "column", "".join(parts), row)


def code(text: str) -> Drawing:
    """A QR code, dark on white in either theme, with its quiet zone."""
    from venue_desk.documents.code import modules

    side, rows = modules(text)
    path = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, value in enumerate(row) if value == 0
    )
    # Four modules of quiet on each side; the ground is drawn, because a dark page is none.
    whole = side + 8
    return Drawing(
        f'<svg class="qr" viewBox="-4 -4 {whole} {whole}" role="img" shape-rendering="crispEdges">'
        f"<title>{escape(_('QR code'))}</title>"
        f'<rect class="paper" x="-4" y="-4" width="{whole}" height="{whole}"/><path class="ink" d="{path}"/></svg>'
    )


def _drawing(box: str, kind: str, parts: str, row: Reached) -> Drawing:
    called = names()
    words = ", ".join(f"{called[part]} {number(getattr(row, part))}" for part in PARTS if getattr(row, part))
    return Drawing(
        f'<svg class="{kind}" viewBox="{box}" preserveAspectRatio="none" role="img">'
        f"<title>{escape(words)}</title>{parts}</svg>"
    )


def month_name(key: str) -> str:
    """``Nov`` for 2025-11."""
    year, month = key.split("-")
    return date_short(date(int(year), int(month), 1)).partition(" ")[2]
