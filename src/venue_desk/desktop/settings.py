"""Settings of this machine: window, language, look, printers. What belongs to the venue are records."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings, QStandardPaths, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from venue_desk import language
from venue_desk.desktop.theme import Theme, tokens

THEMES = ("system", "light", "dark", "contrast")
SIZES = (0, 100, 125, 150, 175, 200)  # per cent; 0 follows the system


def usual_place() -> Path:
    """Where this person's settings lie."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation)
    return Path(folder) / "venue-desk" / "desktop.ini"


def usual_folder() -> Path:
    """Where the records of this person lie; the command line uses the same place."""
    from platformdirs import user_data_path

    return user_data_path("venue-desk", appauthor=False, roaming=False)


def log_folder() -> Path:
    """Where the system keeps logs of this person's programs."""
    from platformdirs import user_log_path

    return user_log_path("venue-desk", appauthor=False)


class Settings:
    """One file; written at once, read when asked."""

    def __init__(self, place: Path | None = None) -> None:
        self._kept = QSettings(str(place or usual_place()), QSettings.Format.IniFormat)

    def _text(self, key: str, otherwise: str) -> str:
        value = self._kept.value(key, otherwise)
        return value if isinstance(value, str) else otherwise

    @property
    def language(self) -> str:
        """``id`` or ``en``."""
        kept = self._text("language", "id")
        return kept if kept in language.LANGUAGES else "id"

    @language.setter
    def language(self, wanted: str) -> None:
        self._kept.setValue("language", wanted)

    @property
    def theme(self) -> str:
        """One of ``THEMES``."""
        kept = self._text("theme", "system")
        return kept if kept in THEMES else "system"

    @theme.setter
    def theme(self, wanted: str) -> None:
        self._kept.setValue("theme", wanted)

    @property
    def text_size(self) -> int:
        """Per cent, 100–200; 0 follows the system."""
        kept = self._text("text_size", "0")
        return int(kept) if kept.isdigit() and int(kept) in SIZES else 0

    @text_size.setter
    def text_size(self, wanted: int) -> None:
        self._kept.setValue("text_size", str(wanted))

    def printer_offset(self, printer: str) -> tuple[float, float]:
        """How far this printer prints from where it should, mm right and down."""
        try:
            right, down = self._text(f"printers/{printer}", "0 0").split()
            return float(right), float(down)
        except ValueError:
            return 0.0, 0.0

    def set_printer_offset(self, printer: str, right: float, down: float) -> None:
        self._kept.setValue(f"printers/{printer}", f"{right} {down}")

    @property
    def geometry(self) -> QByteArray:
        """Where the window was; empty at first."""
        kept = self._kept.value("window", QByteArray())
        return kept if isinstance(kept, QByteArray) else QByteArray()

    @geometry.setter
    def geometry(self, place: QByteArray) -> None:
        self._kept.setValue("window", place)

    @property
    def page(self) -> str:
        """The page that was shown last."""
        return self._text("page", "today")

    @page.setter
    def page(self, name: str) -> None:
        self._kept.setValue("page", name)

    def kept(self, key: str, otherwise: str = "") -> str:
        """Any other small thing of this machine (the scanner's prefix, the last folder), as text."""
        return self._text(f"other/{key}", otherwise)

    def keep(self, key: str, value: str) -> None:
        self._kept.setValue(f"other/{key}", value)

    def look(self, app: QApplication) -> Theme:
        """The theme that these settings and the system ask for."""
        hints = app.styleHints()
        access = hints.accessibility()
        wanted = self.theme
        if wanted == "system":
            dark = hints.colorScheme() == Qt.ColorScheme.Dark
            strong = access.contrastPreference() == Qt.ContrastPreference.HighContrast
            wanted = "contrast" if strong else "dark" if dark else "light"
        size = self.text_size / 100 if self.text_size else system_scale()
        return Theme(tokens.SETS[wanted], size, motion=not _still(app))


def system_scale() -> float:
    """How large the system's own text is against its usual size, 1.0–2.0."""
    font = QGuiApplication.font()
    inch = QGuiApplication.primaryScreen().logicalDotsPerInch()
    # Asked of the font as it was wished for: to ask for the one that is found would load it, and it is never shown.
    size = font.pixelSize() if font.pixelSize() > 0 else font.pointSizeF() * inch / 72
    usual = 15.0 * inch / 96
    # Text enlarged by a larger DPI is enlarged by Qt's own scaling already; only the font's size counts here.
    return min(max(round(size / usual * 20) / 20, 1.0), 2.0)


def _still(app: QApplication) -> bool:
    """The system asks for no motion."""
    return not app.isEffectEnabled(Qt.UIEffect.UI_General) and app.platformName() == "windows"
