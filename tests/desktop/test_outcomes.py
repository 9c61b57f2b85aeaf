"""The alumni page: whom to ask first, an outcome by one key, and back again."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from venue_desk.desktop.pages.outcomes import calls
from venue_desk.desktop.pages.outcomes.dialogs import OutcomeDialog, ReferDialog
from venue_desk.desktop.pages.outcomes.page import OutcomesPage
from venue_desk.desktop.widgets import Dialog, IconButton, Label
from venue_desk.desktop.window import Window
from venue_desk.spreadsheets import files, writing


@pytest.fixture
def page(window: Window) -> OutcomesPage:
    window.go("outcomes", due=True)
    shown = window.page
    assert isinstance(shown, OutcomesPage)
    return shown


def opened(page: OutcomesPage) -> Dialog:
    return next(one for one in page.window().findChildren(QDialog) if one.isVisible())  # type: ignore[return-value]


def said(page: OutcomesPage) -> str:
    QApplication.processEvents()  # what was just put into a layout shows now
    return "\n".join(label.text() for label in page.person.findChildren(Label) if label.isVisible())


def test_those_due_are_shown_and_the_first_is_chosen(page: OutcomesPage) -> None:
    assert (
        page.header.sentence.text()
        == "15 dari 32 alumni bekerja atau berusaha, 46,9\u00a0% · 4 waktunya dihubungi"
    )
    assert [one.name for one in page.table.model._all] == [
        "Hana Lim",
        "Heru Lasut",
        "Markus Tan",
        "Paulina Hapsari",
    ]
    assert "3 bulan setelah lulus" in said(page)


def test_one_key_records_who_has_no_work_and_undo_brings_it_back(
    page: OutcomesPage, window: Window, qtbot: QtBot
) -> None:
    QTest.keyClick(page.table.view, Qt.Key.Key_4)
    qtbot.waitUntil(lambda: "3 waktunya dihubungi" in page.header.sentence.text())
    assert "Hana Lim" not in [one.name for one in page.table.model._all]
    window.undo()
    qtbot.waitUntil(lambda: "4 waktunya dihubungi" in page.header.sentence.text())


def test_work_asks_where_and_enter_saves(page: OutcomesPage, qtbot: QtBot) -> None:
    QTest.keyClick(page.table.view, Qt.Key.Key_1)
    dialog = opened(page)
    assert isinstance(dialog, OutcomeDialog)
    field = dialog.form.rows["employer"].field
    QTest.keyClicks(field, "Hotel Taman")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "3 waktunya dihubungi" in page.header.sentence.text())
    page.which.set_value("all")
    page.finder.setText("hana lim")
    assert page.table.model._all[0].employer == "Hotel Taman"
    assert "Bekerja · Hotel Taman" in said(page)


def test_fields_of_work_are_hidden_where_there_is_none(page: OutcomesPage) -> None:
    page.record()
    dialog = opened(page)
    assert isinstance(dialog, OutcomeDialog)
    dialog.form.set_values(kind="not_working")
    assert not dialog.form.rows["employer"].isVisible()
    dialog.form.set_values(kind="self_employed")
    assert dialog.form.rows["employer"].isVisible()
    dialog.reject()


def test_a_wrong_date_keeps_the_dialog_open_and_says_so(page: OutcomesPage) -> None:
    page.record("employed")
    dialog = opened(page)
    assert isinstance(dialog, OutcomeDialog)
    dialog.form.rows["since"].field.setText("kapan-kapan")  # type: ignore[attr-defined]
    dialog.yes.click()
    assert dialog.isVisible()
    dialog.form.rows["since"].field.setText("24/12/2030")  # type: ignore[attr-defined]
    dialog.yes.click()
    assert dialog.isVisible()
    dialog.reject()


def test_a_referral_is_kept_with_its_number(page: OutcomesPage, qtbot: QtBot) -> None:
    page.refer()
    dialog = opened(page)
    assert isinstance(dialog, ReferDialog)
    dialog.form.set_values(reference="JKP-7")
    dialog.yes.click()
    page.which.set_value("all")
    page.finder.setText("hana lim")
    qtbot.waitUntil(lambda: "Jakpreneur JKP-7" in said(page))


def test_nobody_found_and_nobody_waiting_say_what_to_do(page: OutcomesPage) -> None:
    page.finder.setText("zzz")
    QApplication.processEvents()
    assert "Tidak ada yang ditemukan" in "\n".join(
        label.text() for label in page.findChildren(Label) if label.isVisible()
    )
    page.finder.setText("")
    assert page.table.model.ids


def test_a_person_is_opened_from_elsewhere(page: OutcomesPage, window: Window) -> None:
    other = page._rows[20]
    window.go("outcomes", person=other.person_id)
    assert page.table.current_id() == other.person_id
    assert other.name in said(page)


def test_a_record_is_removed_and_comes_back(page: OutcomesPage, window: Window, qtbot: QtBot) -> None:
    before = said(page)
    page.person.findChildren(IconButton)[0].click()
    qtbot.waitUntil(lambda: "Belum ada kabar" in said(page))
    window.undo()
    qtbot.waitUntil(lambda: said(page) == before)


def test_the_call_list_holds_who_is_shown_with_room_for_answers(page: OutcomesPage, tmp_path: Path) -> None:
    page.open(due=True)
    sheet = calls.page(page._shown)
    rows = [list(line) for line in sheet.rows]
    assert len(rows) == 4 and all(line[4] == "3 bulan" for line in rows)
    assert all(str(line[1]).startswith("08") for line in rows) and all(
        line[-3:] == ["", "", ""] for line in rows
    )
    target = tmp_path / "daftar telepon.xlsx"
    writing.write(target, sheet)
    _number, first = files.read(target, apart=False)[0].rows[1]
    assert [getattr(cell, "value", cell) for cell in first[:2]] == rows[0][:2]
