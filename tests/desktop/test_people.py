"""The page of people with the sample parish, and real lists taken in through the window."""

from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from venue_desk.desktop.pages.people.dialogs import MergeDialog, PersonDialog
from venue_desk.desktop.pages.people.importing import ImportDialog
from venue_desk.desktop.pages.people.page import PeoplePage
from venue_desk.desktop.widgets import Banner, Button, Combo, Dialog, Label
from venue_desk.desktop.window import Window
from venue_desk.domain.people import Choice
from venue_desk.queries import courses, person
from venue_desk.queries import people as queries

DATA = Path(__file__).parents[1] / "data/spreadsheets"
D = TypeVar("D", bound=Dialog)


@pytest.fixture
def page(window: Window) -> PeoplePage:
    window.go("people")
    shown = window.page
    assert isinstance(shown, PeoplePage)
    return shown


def settle() -> None:
    """What changed is told to the window at its next turn, and what it makes of it is shown at the one after."""
    for _round in range(3):
        QApplication.processEvents()


def said(widget: QWidget) -> str:
    """All words that are shown."""
    settle()
    return "\n".join(label.text() for label in widget.findChildren(Label) if label.isVisibleTo(widget))


def press(widget: QWidget, words: str) -> None:
    settle()
    next(
        one for one in widget.findChildren(Button) if one.text() == words and one.isVisibleTo(widget)
    ).click()


def opened(qtbot: QtBot, kind: type[D]) -> D:
    """The dialog that opens now."""
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), kind))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, kind)
    return dialog


def box(dialog: QWidget, name: str) -> Combo:
    settle()
    return next(
        one for one in dialog.findChildren(Combo) if one.accessibleName() == name and one.isVisibleTo(dialog)
    )


def take_in(qtbot: QtBot, page: PeoplePage, name: str) -> ImportDialog:
    page.read(DATA / name)
    return opened(qtbot, ImportDialog)


def names(page: PeoplePage, text: str) -> list[str]:
    return [row.shown for row in page.shell.desk.ask(queries.found, text)]


def test_everybody_by_name_and_one_beside_the_list(page: PeoplePage) -> None:
    assert page.header.sentence.text() == "143 orang"
    first = page.table.current()
    assert first is not None
    words = said(page.panel)
    assert first.shown in words
    assert "••••" in words


def test_typing_finds_old_spelling_and_tells_what_to_do_next(page: PeoplePage) -> None:
    page.finder.setText("soesanto")
    assert page.table.current().shown.endswith("Susanto")
    page.finder.setText("zzz")
    assert "Tidak ada" in said(page.table)
    assert "Pilih seseorang" in said(page.panel)
    page.finder.setText("")
    assert page.typed("si")
    assert page.finder.text() == "si"


def test_the_list_is_sorted_by_its_headers(page: PeoplePage) -> None:
    by_name = [page.table.model.row(at).shown for at in range(3)]
    chosen = page.table.current_id()
    page.table.header.sectionClicked.emit(1)
    phones = [page.table.model.row(at).phone for at in range(20)]
    assert all(phones) and phones == sorted(phones)
    assert page.table.current_id() == chosen
    page.table.header.sectionClicked.emit(1)
    assert page.table.model.row(0).phone >= phones[-1]
    page.table.header.sectionClicked.emit(3)
    page.table.header.sectionClicked.emit(3)
    counts = [page.table.model.row(at).courses for at in range(140)]
    assert counts == sorted(counts, reverse=True) and counts[0] > counts[-1]
    page.table.header.sectionClicked.emit(0)
    assert [page.table.model.row(at).shown for at in range(3)] == by_name


def test_somebody_is_added_and_taken_back(page: PeoplePage, qtbot: QtBot) -> None:
    page.finder.setText("Tarsisius")
    page.add_person()
    dialog = opened(qtbot, PersonDialog)
    assert dialog.form.value("name") == "Tarsisius"
    dialog.form.set_values(name="Drs. Tarsisius Kuncoro, S.Pd", phone="081")
    press(dialog, "Tambah")
    assert "terlalu pendek" in said(dialog)
    dialog.form.set_values(phone="0812 1111 2222")
    press(dialog, "Tambah")
    assert page.table.current().shown == "Drs. Tarsisius Kuncoro, S.Pd."
    assert "0812-1111-2222" in said(page.panel)
    page.shell.undo()
    assert names(page, "Tarsisius") == []


def test_adding_somebody_who_is_here_is_told_once(page: PeoplePage, qtbot: QtBot) -> None:
    here = page.table.current()
    page.add_person()
    dialog = opened(qtbot, PersonDialog)
    dialog.form.set_values(name=here.name, phone=here.phone)
    press(dialog, "Tambah")
    assert any(here.shown in banner.text.text() for banner in dialog.findChildren(Banner))
    press(dialog, "Tambah")
    assert names(page, here.phone) == [here.shown, here.shown]


def test_editing_keeps_a_masked_nik(page: PeoplePage, qtbot: QtBot) -> None:
    row = page.table.current()
    page.edit()
    dialog = opened(qtbot, PersonDialog)
    assert dialog.form.value("nik") == ""
    dialog.form.set_values(organisation="Legio Maria")
    press(dialog, "Simpan")
    card = page.shell.desk.ask(person.card, row.id)
    assert card is not None
    assert (card.organisation, card.nik) == ("Legio Maria", row.nik)
    assert "Legio Maria" in said(page.panel)


def test_a_nik_is_shown_when_asked_and_that_is_recorded(page: PeoplePage) -> None:
    row = page.table.current()
    press(page.panel, "Tampilkan")
    shown = page.panel.nik.text().replace(" ", "")
    assert len(shown) == 16
    assert shown.endswith(row.nik[-4:])
    card = page.shell.desk.ask(person.card, row.id)
    assert card is not None
    assert card.reveals == 1


def test_two_records_become_one(page: PeoplePage, qtbot: QtBot) -> None:
    rows = page.shell.desk.ask(queries.rows, page.shell.desk.ask(queries.ids)[:2])
    page.merge()
    dialog = opened(qtbot, MergeDialog)
    assert not dialog.yes.isEnabled()
    dialog.finder.setText(rows[1].name)
    press(dialog, "Yang ini")
    assert rows[0].shown in said(dialog)
    assert rows[1].shown in said(dialog)
    press(dialog, "Gabungkan")
    assert page.table.current_id() == rows[0].id
    assert len(page.shell.desk.ask(queries.ids)) == 142


def test_a_list_is_shown_before_anything_is_written(page: PeoplePage, qtbot: QtBot) -> None:
    dialog = take_in(qtbot, page, "synthetic__daftar_peserta_kacau.xlsx")
    assert "judul kolom di baris 5 sampai 6" in dialog.sentence.text()
    assert "9 baris bernama" in dialog.sentence.text()
    assert any("2 NIK tersimpan sebagai angka" in one.text.text() for one in dialog.findChildren(Banner))
    assert dialog.columns.boxes[2].value() == "nik"
    assert dialog.yes.text() == "Impor 7 orang"
    dialog.reject()
    assert names(page, "Kristiningrum") == []


def test_accepting_is_one_step(page: PeoplePage, qtbot: QtBot) -> None:
    dialog = take_in(qtbot, page, "synthetic__daftar_peserta_kacau.xlsx")
    course = next(
        one for one in page.shell.desk.ask(courses.listed, page.shell.today()) if one.state != "closed"
    )
    dialog.course.set_value(course.id)
    press(dialog, "Impor 7 orang")
    qtbot.waitUntil(lambda: dialog.imported is not None)
    assert names(page, "Kristiningrum")
    assert page.shell.desk.undo() == "Import people"
    assert names(page, "Kristiningrum") == []


def test_a_person_decides_row_by_row(page: PeoplePage, qtbot: QtBot) -> None:
    dialog = take_in(qtbot, page, "synthetic__google_form.csv")
    assert dialog.yes.text() == "Impor 2 orang"
    dialog.rows.table.choose(5)
    what = box(dialog, "Baris ini")
    assert what.value() == (Choice.SAME, "")
    what.set_value((Choice.NEW, ""))
    assert dialog.yes.text() == "Impor 3 orang"
    dialog.rows.table.choose(7)
    assert "tidak setuju" in said(dialog.rows)
    dialog.rows.table.choose(2)
    box(dialog, "Baris ini").set_value((Choice.SKIP, ""))
    assert dialog.yes.text() == "Impor 2 orang"
    press(dialog, "Impor 2 orang")
    qtbot.waitUntil(lambda: dialog.imported is not None)
    assert dialog.imported is not None
    assert (dialog.imported.added, dialog.imported.skipped) == (3, 2)


def test_a_doubtful_date_is_settled(page: PeoplePage, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "tanggal.csv"
    path.write_text("Nama;Tanggal lahir\nYulius Wardoyo;05/06/1990\n")
    page.read(path)
    dialog = opened(qtbot, ImportDialog)
    dates = box(dialog, "Tanggal lahir")
    assert [dates.itemText(at) for at in range(dates.count())] == ["5 Juni 1990", "6 Mei 1990"]
    dates.setCurrentIndex(1)
    press(dialog, "Impor 1 orang")
    qtbot.waitUntil(lambda: dialog.imported is not None)
    row = page.shell.desk.ask(queries.named, "Yulius Wardoyo")
    assert str(row.birth_date) == "1990-05-06"


def test_a_list_without_names_waits_for_a_column(page: PeoplePage, qtbot: QtBot) -> None:
    dialog = take_in(qtbot, page, "messytables__utf-16le.csv")
    assert not dialog.yes.isEnabled()
    qtbot.waitUntil(lambda: "Tidak ada kolom berisi nama" in said(dialog))
    dialog.columns.boxes[1].set_value("name")
    qtbot.waitUntil(dialog.yes.isEnabled)
    assert dialog.yes.text() == "Impor 326 orang"
    dialog.reject()


def test_damaged_niks_are_never_taken_whatever_column_is_chosen(page: PeoplePage, qtbot: QtBot) -> None:
    dialog = take_in(qtbot, page, "synthetic__nik_numeric.xlsx")
    dialog.columns.boxes[1].set_value("nik")
    assert dialog.columns.boxes[0].value() == "", "a field is in one column only"
    assert [one.entry.nik for one in dialog.rows.all()] == [None, None]
    dialog.reject()


def test_a_file_that_cannot_be_read_is_told_and_nothing_opens(page: PeoplePage, qtbot: QtBot) -> None:
    told: list[object] = []
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    page.shell.problem = told.append  # type: ignore[method-assign, assignment]
    page.read(DATA / "calamine__pass_protected.xlsx")
    qtbot.waitUntil(lambda: len(told) == 1)
    assert "kata sandi" in str(told[0])
    assert QApplication.activeModalWidget() is None


def test_a_file_can_be_dropped_on_the_page(page: PeoplePage, qtbot: QtBot) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(DATA / "synthetic__semicolon_cp1252.csv"))])
    keys, buttons = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(QPoint(50, 50), Qt.DropAction.CopyAction, data, buttons, keys)
    page.dragEnterEvent(enter)
    assert enter.isAccepted()
    page.dropEvent(QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, data, buttons, keys))
    dialog = opened(qtbot, ImportDialog)
    assert dialog.yes.text() == "Impor 2 orang"
    dialog.reject()


def test_an_empty_venue_says_what_to_do(page: PeoplePage) -> None:
    from venue_desk.actions import sample

    page.shell.desk.do(sample.remove)
    page.refresh()
    assert "Belum ada peserta" in said(page.table)


def test_a_list_for_a_course_is_enrolled_in_it(page: PeoplePage, qtbot: QtBot) -> None:
    course = next(
        one for one in page.shell.desk.ask(courses.listed, page.shell.today()) if one.state != "closed"
    )
    page.shell.go("people", file=str(DATA / "synthetic__semicolon_cp1252.csv"), course=course.id)
    dialog = opened(qtbot, ImportDialog)
    assert dialog.course.value() == course.id
    press(dialog, "Impor 2 orang")
    qtbot.waitUntil(lambda: dialog.imported is not None)
    assert dialog.imported is not None
    assert len(dialog.imported.enrolled) + len(dialog.imported.waiting) == 2
