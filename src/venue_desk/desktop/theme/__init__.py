"""The look, from one set of tokens: colours, type, spaces, icons.

Widgets ask ``theme.now()`` when they paint, so a change of theme or text size needs no second road.
The theme belongs to the application, as Qt's own palette and font do.
"""

from functools import lru_cache
from typing import NamedTuple

from PySide6.QtGui import QColor, QFont, QIcon, QPalette, QPixmap
from PySide6.QtWidgets import QApplication

from venue_desk.desktop.theme import icons, tokens, typeface
from venue_desk.desktop.theme.tokens import Colours, Tone

__all__ = ["Colours", "Theme", "Tone", "apply", "begin", "now"]

RADIUS = 8  # fields and buttons
CARD_RADIUS = 14
GAP = 16  # between cards
STYLE = ("-style", "Fusion")  # how an application is called that wears it from its first paint on


class Theme(NamedTuple):
    """Colours and text size in force."""

    colours: Colours = tokens.LIGHT
    scale: float = 1.0
    motion: bool = True

    def font(self, role: str) -> QFont:
        """A font by role: door, figure, title, heading, entry, card, body, tabular, strong, small, key …"""
        return _font(role, self.scale)

    def line(self, role: str) -> int:
        """The line height of a role, px."""
        return round(typeface.ROLES[role].line * self.scale)

    def px(self, at_100: float) -> int:
        """A length that grows with the text (column widths, icons); spaces between things do not."""
        return round(at_100 * self.scale)

    @property
    def control(self) -> int:
        """Height of a control: 36 px at 100 %."""
        return 16 + round(20 * self.scale)

    def colour(self, role: str) -> QColor:
        """A colour by role, e.g. ``muted``."""
        return _colour(getattr(self.colours, role))

    def tone(self, state: str) -> Tone:
        return self.colours.states.get(state) or self.colours.states["neutral"]

    def ink(self, state: str) -> QColor:
        """The colour of a state's words, for painting."""
        return _colour(self.tone(state).text)

    def soft(self, state: str) -> QColor:
        """The ground below a state's words, for painting."""
        return _colour(self.tone(state).soft)

    def icon(self, name: str, role: str = "muted", size: int = 18) -> QIcon:
        return QIcon(self.pixmap(name, role, size))

    def pixmap(self, name: str, role: str = "muted", size: int = 18) -> QPixmap:
        """An icon tinted by a colour role, a state's name or ``#RRGGBB``; size in px at 100 %."""
        if role.startswith("#"):
            colour = role
        elif role in self.colours.states and not hasattr(self.colours, role):
            colour = self.colours.states[role].text
        else:
            colour = getattr(self.colours, role)
        return icons.pixmap(name, colour, self.px(size))


@lru_cache(maxsize=256)
def _font(role: str, scale: float) -> QFont:
    return typeface.font(role, scale)


@lru_cache(maxsize=256)
def _colour(text: str) -> QColor:
    return QColor(text)


_worn = Theme()


def now() -> Theme:
    """The theme of the running application; the light one before any was applied."""
    return _worn


def begin(app: QApplication, wanted: Theme) -> None:
    """What the first paint needs of a theme: palette and font. ``apply`` brings the rest."""
    global _worn
    if app.property("typeface") is None:
        typeface.load(typeface.FIRST)
        app.setProperty("typeface", typeface.FAMILY)
    _worn = wanted
    app.setPalette(_palette(wanted.colours))
    app.setFont(wanted.font("body"))


def apply(app: QApplication, wanted: Theme) -> None:
    """Put a theme on the application, with the stylesheet for Qt's own widgets."""
    from venue_desk.desktop.theme.stylesheet import stylesheet

    begin(app, wanted)
    if app.property("styled") is None:
        typeface.load(typeface.REST)
        # Not before the first paint: Python's idea of a style takes a tenth as long as all of Qt.
        app.setStyle("Fusion")
        app.setProperty("styled", True)
    sheet = stylesheet(wanted)
    if app.styleSheet() != sheet:  # Qt looks through all widgets again even for the same one
        app.setStyleSheet(sheet)


def _palette(colours: Colours) -> QPalette:
    made = QPalette()
    role = QPalette.ColorRole
    for which, colour in (
        (role.Window, colours.ground),
        (role.WindowText, colours.text),
        (role.Base, colours.surface),
        (role.AlternateBase, colours.sunken),
        (role.Text, colours.text),
        (role.PlaceholderText, colours.muted),
        (role.Button, colours.surface),
        (role.ButtonText, colours.text),
        (role.BrightText, colours.danger),
        (role.Highlight, colours.accent),
        (role.HighlightedText, colours.on_accent),
        (role.Accent, colours.accent),
        (role.Link, colours.accent),
        (role.LinkVisited, colours.accent),
        (role.ToolTipBase, colours.text),
        (role.ToolTipText, colours.ground),
        (role.Mid, colours.line),
        (role.Midlight, colours.line),
        (role.Light, colours.surface),
        (role.Dark, colours.edge),
        (role.Shadow, colours.edge),
    ):
        made.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, which, QColor(colours.muted))
    return made
