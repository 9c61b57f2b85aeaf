"""The window: keys, undo, search, scans, problems and bugs, other language and look, one window a folder."""

import gc
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar, TypeVar

import pytest
from PySide6.QtCore import QEvent, QObject, Qt, QThread
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from venue_desk.actions import venue as doing
from venue_desk.desktop import errors
from venue_desk.desktop.app import Start
from venue_desk.desktop.jobs import Job
from venue_desk.desktop.pages import PLACES, Place
from venue_desk.desktop.scanner import Scanner
from venue_desk.desktop.searching import Search
from venue_desk.desktop.settings import Settings
from venue_desk.desktop.single import Single
from venue_desk.desktop.widgets import Ask, Button, Dialog, Label, TextField, Toast
from venue_desk.desktop.widgets.progress import ProgressOverlay
from venue_desk.desktop.window import Window
from venue_desk.desktop.words import QtWords
from venue_desk.domain import cards
from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.queries import venue
from venue_desk.store.desk import Desk

T = TypeVar("T", bound=QWidget)


def shown(window: Window, kind: type[T]) -> list[T]:
    return [one for one in window.findChildren(kind) if one.isVisible()]


def here(window: Window) -> str:
    assert window.page is not None
    return window.page.name


def test_keys_go_to_pages(window: Window) -> None:
    QTest.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    assert here(window) == "courses"
    QTest.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert here(window) == "today"


def test_undo_and_redo_say_what_they_did(window: Window) -> None:
    window.do(doing.edit, phone="021 555")
    assert window.desk.ask(venue.details).phone == "021 555"
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.desk.ask(venue.details).phone != "021 555"
    toast = shown(window, Toast)[0]
    assert toast.text.text().startswith("Diurungkan: ")
    toast.findChildren(Button)[0].click()
    assert window.desk.ask(venue.details).phone == "021 555", (
        "what was undone can be done again from the toast"
    )


def test_an_empty_field_leaves_undo_to_the_window(window: Window) -> None:
    window.do(doing.edit, phone="021 555")
    field = TextField("Siti")
    field.setParent(window)
    field.show()
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.desk.ask(venue.details).phone != "021 555"


def test_a_change_from_another_thread_reaches_the_shown_page(window: Window, qtbot: QtBot) -> None:
    page = window.page
    assert page is not None
    where: list[bool] = []
    page.refresh = lambda: where.append(QThread.currentThread() is QApplication.instance().thread())  # type: ignore[method-assign,union-attr]
    page.watches = frozenset({"venue"})  # type: ignore[misc]

    def work() -> Job:
        window.desk.do(doing.edit, phone="021 777")
        yield None

    window.run(work(), "")
    qtbot.waitUntil(lambda: bool(where))
    assert where == [True]


def test_search_finds_records_pages_and_actions(window: Window) -> None:
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    search = shown(window, Search)[0]
    search.field.setText("maria goretti")
    assert search.list.item(0).text().startswith("Maria Goretti")
    search.field.setText("kelas")
    QTest.keyClick(search.field, Qt.Key.Key_Down)
    QTest.keyClick(search.field, Qt.Key.Key_Up)
    QTest.keyClick(search.field, Qt.Key.Key_Return)
    assert here(window) == "courses"
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    search = shown(window, Search)[-1]
    search.field.setText("tidak ada yang seperti ini")
    assert search.nothing.isVisible() and not search.list.isVisible()
    search.reject()


def test_a_scan_reaches_the_attendance_desk_from_any_field(window: Window, qtbot: QtBot) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    scanner = Scanner(app)
    got: list[str] = []
    scanner.scanned.connect(got.append)
    field = QLineEdit("abc", window)
    field.show()
    field.setFocus()
    card = cards.code("0123456789abcdef0123456789abcdef")
    QTest.keyClicks(field, card)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert got == [card]
    assert field.text() == "abc", "what fell into the field is taken out of it"
    QTest.keyClicks(field, card)
    qtbot.waitUntil(lambda: len(got) == 2)  # a scanner that sends no Enter
    QTest.keyClicks(field, "bukan kartu")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert len(got) == 2
    app.removeEventFilter(scanner)
    scanner.deleteLater()


def test_no_part_of_a_dialog_flashes_as_a_window_of_its_own(window: Window) -> None:
    """A widget that is shown before it is put somewhere opens as a window for a moment: a flicker."""

    class Watch(QObject):
        alone: ClassVar[list[str]] = []

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            known = isinstance(watched, QDialog | QMenu | Toast)
            if (
                event.type() == QEvent.Type.Show
                and isinstance(watched, QWidget)
                and watched.isWindow()
                and not known
            ):
                self.alone.append(type(watched).__name__)
            return False

    app = QApplication.instance()
    assert app is not None
    watch = Watch()
    app.installEventFilter(watch)
    for page in ("people", "courses", "certificates", "stalls", "settings"):
        window.go(page)
        assert window.page is not None
        for make in window.page.pictures().values():
            dialog = make()
            if dialog is not None:
                window.dialog(dialog)
                dialog.reject()
    app.removeEventFilter(watch)
    assert watch.alone == []


def test_a_problem_is_told_and_a_bug_is_told_once(window: Window) -> None:
    def refuse(session: object) -> None:
        """Refuse"""
        raise Problem("Tidak bisa.", "Coba yang lain.")

    assert window.do(refuse) is None
    assert [one for one in shown(window, Label) if one.text() == "Coba yang lain."]
    guard = errors.Guard(window.problem, window.bug)

    def fail() -> None:
        raise KeyError("Siti 3171001234567890")

    for _twice in range(2):
        try:
            fail()
        except KeyError:
            guard.caught(*sys.exc_info())
    dialogs = shown(window, Dialog)
    assert len(dialogs) == 1
    dialog = dialogs[0]
    next(one for one in dialog.findChildren(Button) if one.text() == "Salin laporan").click()
    copied = QApplication.clipboard().text()
    assert "KeyError" in copied and "test_window.py" in copied
    assert "Siti" not in copied and "3171" not in copied
    dialog.reject()


def test_progress_shows_late_and_can_be_stopped(window: Window, qtbot: QtBot) -> None:
    said: list[str] = []

    def work() -> Job:
        while True:
            yield (0.3, "Membaca")

    window.run(work(), "Impor", cancelled=lambda: said.append("cancelled"))
    assert not shown(window, ProgressOverlay)
    qtbot.waitUntil(lambda: bool(shown(window, ProgressOverlay)), timeout=3000)
    overlay = shown(window, ProgressOverlay)[0]
    overlay.cancel.click()
    qtbot.waitUntil(lambda: said == ["cancelled"])
    qtbot.waitUntil(lambda: not shown(window, ProgressOverlay))


def test_closing_asks_only_while_work_is_under_way(window: Window, qtbot: QtBot) -> None:
    def work() -> Job:
        while True:
            yield None

    window.run(work(), "Susun")
    assert not window.close()
    ask = shown(window, Ask)[0]
    ask.yes.click()
    qtbot.waitUntil(lambda: not window.isVisible())


def test_a_question_is_answered_no_by_default(window: Window) -> None:
    done: list[bool] = []
    window.ask(
        "Batalkan?", "Tidak dapat diurungkan.", yes="Batalkan", done=lambda: done.append(True), names=["Siti"]
    )
    ask = shown(window, Ask)[0]
    assert ask.no.isDefault() and not ask.yes.isDefault()
    QTest.keyClick(ask, Qt.Key.Key_Return)
    assert done == []
    assert not ask.isVisible()


def test_another_language_and_look_keep_the_page(window: Window) -> None:
    window.go("settings")
    window.settings.language, window.settings.theme, window.settings.text_size = "en", "dark", 150
    window.restyle()
    assert here(window) == "settings"
    assert window.navigation.buttons["today"].text() == "Today"
    assert window.navigation.width() < 120, "at 150 % there is room for icons alone"


def test_qt_speaks_indonesian(qtbot: QtBot) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    words = QtWords(app)
    app.installTranslator(words)
    try:
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel | QDialogButtonBox.StandardButton.Save)
        qtbot.addWidget(box)
        texts = {button.text().replace("&", "") for button in box.buttons()}
        assert texts == {"Batal", "Simpan"}
    finally:
        app.removeTranslator(words)


SECOND = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from venue_desk.desktop.single import Single
app = QCoreApplication([])
second = Single(Path(sys.argv[1]))
print(second.first(), second.raise_first())
"""


def test_the_second_launch_raises_the_first_and_touches_no_file(tmp_path: Path, qtbot: QtBot) -> None:
    first, raised = Single(tmp_path / "venue"), []
    assert first.first()
    first.listen(lambda: raised.append(True))
    other = Single(tmp_path / "other")
    assert other.first(), "another folder is another window"
    second = subprocess.Popen(
        [sys.executable, "-c", SECOND, str(tmp_path / "venue")], stdout=subprocess.PIPE, text=True
    )
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=20_000)
    assert second.communicate()[0].split() == ["False", "True"]
    assert raised == [True]
    first.release()
    third = Single(tmp_path / "venue")
    assert third.first()
    third.release()
    other.release()
    assert not list(tmp_path.iterdir())


@pytest.fixture
def start(sample: Desk, tmp_path: Path, qtbot: QtBot) -> Iterator[Start]:
    sample.close()
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    settings = Settings(tmp_path / "desktop.ini")
    settings.theme, settings.text_size = "light", 100
    made = Start(app, settings, sample.folder)
    yield made
    made.window.close()
    made.end()


def test_keys_typed_before_the_records_are_there_reach_the_door(start: Start, qtbot: QtBot) -> None:
    start.show()
    QTest.keyClicks(start.window, "joko")
    QTest.keyClick(start.window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: start.window.page is not None, timeout=20_000)
    qtbot.waitUntil(lambda: here(start.window) == "attendance")


def test_the_window_is_painted_without_what_the_first_page_does_not_need(tmp_path: Path) -> None:
    """The first paint needs Qt alone; the store and what it stands on come behind it."""
    program = (
        "import sys\n"
        "from venue_desk.desktop import app\n"
        "class Start(app.Start):\n"
        "    def _load(self):\n"
        "        print(sorted({name.partition('.')[0] for name in sys.modules}), sorted(sys.modules))\n"
        "        self._app.quit()\n"
        "app.Start = Start\n"
        "sys.exit(app.run(['--data', sys.argv[1]]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "desk")], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.translate(str.maketrans("[]',", "    ")).split())
    assert "venue_desk.desktop.window" in loaded
    assert not loaded & {
        "alembic", "argon2", "babel", "cryptography", "highspy", "holidays", "httpx", "keyring", "numpy",
        "phonenumbers",
        "python_calamine", "rapidfuzz", "reportlab", "sqlalchemy", "sqlcipher3", "venue_desk.store.database",
        "venue_desk.store.desk", "venue_desk.store.records", "xlsxwriter",
        "zxingcpp", "dataclasses", "hashlib", "json", "PySide6.QtNetwork", "PySide6.QtPrintSupport",
    }  # fmt: skip


def test_a_damaged_file_is_explained(make_window: Callable[[Path], Window], tmp_path: Path) -> None:
    window = make_window(tmp_path)
    again: list[bool] = []
    window.refused(Problem("Berkas rusak.", "Pulihkan dari cadangan."), lambda: again.append(True))
    next(one for one in window.findChildren(Button) if one.text() == "Coba lagi").click()
    assert again == [True]


@pytest.mark.parametrize("place", [one for one in PLACES if one.does], ids=lambda one: one.name)
def test_what_the_search_can_press_is_on_its_page(window: Window, place: Place) -> None:
    window.go(place.name)
    assert window.page is not None
    there = {button.text() for button in window.page.header.findChildren(Button)}
    assert {_(words) for words in place.does} <= there


def test_widgets_die_in_the_windows_thread_only(
    make_window: Callable[[Path], Window], tmp_path: Path
) -> None:
    """The collector would run in the worker too; there a widget that dies takes the program with it."""
    window = make_window(tmp_path)
    assert not gc.isenabled()
    window.end()
    assert gc.isenabled()
