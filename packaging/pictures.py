"""A picture of every page and dialog, and what is wrong with it: ``python packaging/pictures.py FOLDER INTO``.

``everything(window, into)`` walks through the window in the looks that are asked for; the picture tests fail on what
it finds, and a day without a screen leaves its pictures in ``out/pictures``.
"""

from __future__ import annotations

import gettext
import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QDeadlineTimer, QEvent, QEventLoop, QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QWidget,
)

from venue_desk import language
from venue_desk.desktop.pages import PLACES
from venue_desk.desktop.tables import DataTable
from venue_desk.desktop.widgets import Button, Dialog, Label, Segmented

if TYPE_CHECKING:
    from venue_desk.desktop.window import Window

SIZE = (1366, 768)
TARGET = 32  # px, the least side of what is pressed

# Words by which a sentence of the other language betrays itself.
_ENGLISH = re.compile(r"\b(the|of|and|are|is|with|not|your|this|has|have)\b", re.IGNORECASE)
_INDONESIAN = re.compile(r"\b(yang|belum|tidak|dengan|untuk|sudah|dari)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Look:
    """A language, a theme and a text size in per cent."""

    language: str
    theme: str
    size: int = 100

    def __str__(self) -> str:
        return f"{self.language}-{self.theme}-{self.size}"


LOOKS = tuple(
    Look(tongue, theme, size) for size in (100, 200) for tongue in ("id", "en") for theme in ("light", "dark")
)


@dataclass(slots=True)
class Picture:
    """A page or dialog in a look, and what is wrong with it."""

    name: str
    look: Look
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return "\n".join(f"{self.look} {self.name}: {fault}" for fault in self.faults)


def take(folder: Path, into: Path, looks: tuple[Look, ...] | None = None) -> int:
    """Pictures of all that the window over a venue's folder can show. Returns how many were written."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from venue_desk.desktop import theme
    from venue_desk.desktop.settings import Settings
    from venue_desk.desktop.window import Window
    from venue_desk.store.desk import Desk

    app = QApplication(["venue-desk"])
    into.mkdir(parents=True, exist_ok=True)
    settings = Settings(into / "settings.ini")
    theme.apply(app, settings.look(app))
    desk = Desk.open(folder)
    window = Window(settings, folder)
    window.resize(*SIZE)
    window.show()
    window.begin(desk)
    count = sum(picture.name != WORDS for picture in everything(window, into, looks or LOOKS))
    window.end()
    desk.close()
    (into / "settings.ini").unlink(missing_ok=True)
    return count


# --- the walk

WORDS = "words"  # the name of what holds the messages without a translation


def everything(window: Window, into: Path | None, looks: tuple[Look, ...] = LOOKS) -> Iterator[Picture]:
    """Every page, its further states and its dialogs, in every look. The window works on a desk already."""
    for look in looks:
        with _Listening() as missing:
            _wear(window, look)
            for place in PLACES:
                with _Taken(window):
                    yield from _page(window, place.name, look, into)
        yield Picture(WORDS, look, [f"not translated: {text!r}" for text in sorted(missing)])


def first_window(window: Window, into: Path | None, looks: tuple[Look, ...] = LOOKS) -> Iterator[Picture]:
    """What somebody sees who has no venue yet, step by step."""
    for look in looks:
        _wear(window, look)
        assert window.first is not None
        states: dict[str, Callable[[], object]] = dict(window.first.pictures())
        for state, show in states.items():
            made = show()
            if isinstance(made, Dialog):
                window.dialog(made)
            settle()
            yield shot(
                made if isinstance(made, Dialog) else window, f"setup-{state.replace(' ', '-')}", look, into
            )
            if isinstance(made, Dialog):
                made.reject()
                settle()


def settle() -> None:
    """Let what was asked for be laid out and painted."""
    for _round in range(3):
        QApplication.processEvents()
        # Without a running loop nothing is deleted later, and each look would style the widgets of all before it.
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _answered(window: Window) -> None:
    """Let a page have what it asked the worker for, as a person sees it a moment later."""
    patience = QDeadlineTimer(10_000)
    while not window.jobs.idle() and not patience.hasExpired():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)
    settle()


def _wear(window: Window, look: Look) -> None:
    window.settings.language, window.settings.theme = look.language, look.theme
    window.settings.text_size = look.size
    window.restyle()
    window.resize(*SIZE)
    settle()


def _page(window: Window, name: str, look: Look, into: Path | None) -> Iterator[Picture]:
    window.go(name)
    settle()
    _answered(window)
    yield shot(window, name, look, into)
    page = window.page
    assert page is not None
    touched = False
    for state, make in page.pictures().items():
        try:
            dialog = make()
        except Exception as error:  # noqa: BLE001 - one page's fault must not hide the others'
            yield Picture(f"{name}-{state}", look, [f"cannot be shown: {error!r}"])
            continue
        if dialog is None:
            touched = True
            settle()
            _answered(window)
            yield shot(window, f"{name}-{state}", look, into)
            continue
        window.dialog(dialog)
        settle()
        _answered(window)
        yield shot(dialog, f"{name}-{state}", look, into)
        dialog.reject()
        settle()
    if touched:
        window.restyle()
        settle()


def shot(widget: QWidget, name: str, look: Look, into: Path | None) -> Picture:
    """Take a picture and look for what is wrong."""
    picture = widget.grab()
    if into is not None:
        into.mkdir(parents=True, exist_ok=True)
        picture.save(str(into / f"{name.replace(' ', '-')}-{look}.png"))
    return Picture(name, look, list(dict.fromkeys(faults(widget, look))))


# --- what is wrong


def faults(root: QWidget, look: Look) -> Iterator[str]:
    """Clipped or untranslated text, a control without a name, a target too small."""
    for widget in root.findChildren(QWidget):
        if not widget.isVisibleTo(root) or widget.size().isEmpty():
            continue
        yield from _clipped(widget, root)
        yield from _covered(widget)
        yield from _foreign(widget, look)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.isEnabled():
            yield from _unnamed(widget)
            yield from _small(widget)


def _clipped(widget: QWidget, root: QWidget) -> Iterator[str]:
    words = _words(widget)
    if isinstance(widget, Label):
        yield from _cut_label(widget)
    elif isinstance(widget, Button | Segmented) and widget.sizeHint().width() > widget.width() + 1:
        yield f"clipped: {words!r} needs {widget.sizeHint().width()} px, has {widget.width()}"
    if isinstance(widget, QLabel | QAbstractButton | QLineEdit | QComboBox) and not _reachable(widget, root):
        yield f"outside its place: {words!r}"
    if isinstance(widget, QScrollArea) and widget.horizontalScrollBar().maximum() > 0:
        yield f"wider than its place by {widget.horizontalScrollBar().maximum()} px: {_kind(widget.widget())}"


def _cut_label(label: Label) -> Iterator[str]:
    text, metrics = label.text(), label.fontMetrics()
    if not text:
        return
    if label.wordWrap():
        tall = label.heightForWidth(label.width())
        if tall > label.height() + 2:
            yield f"clipped: {text!r} needs {tall} px height, has {label.height()}"
        longest = max(map(metrics.horizontalAdvance, text.split()), default=0)
        if longest > label.width() + 1:
            yield f"clipped: a word of {text!r} needs {longest} px, has {label.width()}"
    elif metrics.horizontalAdvance(text) > label.width() + 1:
        yield f"clipped: {text!r} needs {metrics.horizontalAdvance(text)} px, has {label.width()}"
    if metrics.height() > label.height() + 1:
        yield f"clipped: {text!r} is lower than its letters"


def _covered(parent: QWidget) -> Iterator[str]:
    """Labels and buttons of one parent that lie on one another."""
    near = [
        one
        for one in parent.children()
        if isinstance(one, QLabel | QAbstractButton) and one.isVisibleTo(parent) and _words(one)
    ]
    for number, one in enumerate(near):
        for other in near[number + 1 :]:
            shared = one.geometry().intersected(other.geometry())
            if shared.width() > 2 and shared.height() > 2:
                yield f"on one another: {_words(one)!r} and {_words(other)!r}"


def _reachable(widget: QWidget, root: QWidget) -> bool:
    """Whether the whole of it can be seen, if need be by scrolling."""
    box, inner, above = QRect(QPoint(0, 0), widget.size()), widget, widget.parentWidget()
    while above is not None:
        box.translate(inner.pos())
        if isinstance(above.parentWidget(), QAbstractScrollArea):
            return True  # in the viewport of something that scrolls
        if not above.rect().adjusted(-2, -2, 2, 2).contains(box):
            return False
        if above is root:
            return True
        inner, above = above, above.parentWidget()
    return True


def _unnamed(widget: QWidget) -> Iterator[str]:
    if isinstance(widget, QScrollArea) or isinstance(widget.parentWidget(), QComboBox):
        return
    seen = QAccessible.queryAccessibleInterface(widget)
    if not seen.text(QAccessible.Text.Name).strip():
        yield f"no accessible name: {_kind(widget)} in {_kind(widget.parentWidget())}"


def _small(widget: QWidget) -> Iterator[str]:
    if not isinstance(widget, QAbstractButton | QLineEdit | QComboBox | Segmented):
        return
    if min(widget.width(), widget.height()) < TARGET:
        yield f"smaller than {TARGET} px: {_kind(widget)} {_words(widget)!r} {widget.width()}×{widget.height()}"


def _foreign(widget: QWidget, look: Look) -> Iterator[str]:
    other = _ENGLISH if look.language == "id" else _INDONESIAN
    texts = [_words(widget)]
    if isinstance(widget, DataTable):
        texts += [column.title for column in widget.model.columns]
    for text in texts:
        if other.search(text):
            yield f"in the other language: {text!r}"


def _words(widget: QWidget) -> str:
    """What a widget says for itself; what people typed is not counted."""
    if isinstance(widget, QLabel | QAbstractButton):
        return widget.text()
    if isinstance(widget, QLineEdit | QPlainTextEdit):
        return widget.placeholderText()
    return ""


def _kind(widget: QWidget | None) -> str:
    return type(widget).__name__


class _Taken:
    """What a page did for its pictures is taken back, so that the next look finds the same day."""

    def __init__(self, window: Window) -> None:
        self._desk = window.desk
        self._steps = 0

    def __enter__(self) -> None:
        def done(_tables: frozenset[str]) -> None:
            self._steps += 1

        self._stop = self._desk.listen(done)

    def __exit__(self, *_error: object) -> None:
        self._stop()
        for _step in range(self._steps):
            self._desk.undo()
        settle()


class _Listening:
    """Collects the messages that have no translation while the window is walked through."""

    def __init__(self) -> None:
        self._missing: set[str] = set()
        self._before = gettext.translation

    def __enter__(self) -> set[str]:
        missing, load = self._missing, self._before

        class Listener(gettext.NullTranslations):
            def gettext(self, message: str) -> str:
                missing.add(message)
                return message

            def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
                missing.add(msgid1)
                return msgid1 if n == 1 else msgid2

        def translation(*args: Any, **kwargs: Any) -> gettext.NullTranslations:
            found: gettext.NullTranslations = load(*args, **kwargs)
            if args[:1] == ("venue_desk",):  # other libraries have words of their own
                found.add_fallback(Listener())
            return found

        gettext.translation = translation  # type: ignore[assignment]
        _forget()
        return missing

    def __exit__(self, *_error: object) -> None:
        gettext.translation = self._before
        _forget()


def _forget() -> None:
    """Have the catalogue loaded anew, with or without the listener behind it."""
    spoken = language.active()
    language.use("en" if spoken == "id" else "id")
    language.use(spoken)


if __name__ == "__main__":
    print(f"{take(Path(sys.argv[1]), Path(sys.argv[2]))} pictures")
    sys.stdout.flush()
    os._exit(0)  # Qt's own tear-down is none of our business here
