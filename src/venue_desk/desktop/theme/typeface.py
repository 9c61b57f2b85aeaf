"""Inter, in sizes by role; all follow the text size (100–200 %).

Figures that stand below one another are tabular; in words they are not, because Inter then spaces its hyphens too.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication

from venue_desk import resources

FAMILY = "Inter"
TABULAR = ("tabular", "figure", "door")
FIRST = ("Inter-Regular.ttf", "Inter-SemiBold.ttf")
REST = ("Inter-Bold.ttf",)


class Role(NamedTuple):
    """Size and line height in px at 100 %; weight as Qt counts it (400, 600, 700)."""

    size: float
    line: float
    weight: int = 400


ROLES: Mapping[str, Role] = {
    "door": Role(40, 48, 700),  # the name on the result card
    "figure": Role(32, 40, 700),  # one big number
    "title": Role(24, 32, 600),
    "heading": Role(20, 28, 600),
    "entry": Role(20, 28),  # what is typed at the door
    "card": Role(15, 20, 600),
    "body": Role(14, 20),
    "strong": Role(14, 20, 600),
    "tabular": Role(14, 20),  # figures below one another
    "small": Role(12.5, 16),
    "small strong": Role(12.5, 16, 600),
    "key": Role(11, 16, 600),  # names of keys
}


def load(names: Iterable[str]) -> None:
    """Make font files of ours known to Qt; once, after the application exists."""
    for name in names:
        file = resources.path("fonts", name)
        if file.exists():
            QFontDatabase.addApplicationFont(str(file))


def font(role: str, scale: float) -> QFont:
    """The font of a role at a text size (1.0–2.0)."""
    wanted = ROLES[role]
    made = QFont(FAMILY)
    screen = QGuiApplication.primaryScreen()
    inch = screen.logicalDotsPerInch()
    made.setPointSizeF(wanted.size * scale * 72 / inch)
    made.setWeight(QFont.Weight(wanted.weight))
    if role in TABULAR:
        made.setFeature(QFont.Tag("tnum"), 1)
    if wanted.size >= 20 and wanted.weight >= 600:
        made.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 98.5)
    return made
