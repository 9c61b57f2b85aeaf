"""The settings: what the venue says of itself, its rules, its backups, and how far a printer is off."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot

from venue_desk.desktop import printing
from venue_desk.desktop.page import Job
from venue_desk.desktop.pages.settings.dialogs import DetailsDialog, RulesDialog, SignersDialog
from venue_desk.desktop.pages.settings.page import SettingsPage
from venue_desk.desktop.pages.settings.safety import SafetyCard
from venue_desk.desktop.widgets import ListRow
from venue_desk.desktop.window import Window
from venue_desk.documents import testpage
from venue_desk.queries import outcomes as alumni
from venue_desk.queries import venue
from venue_desk.store import backups, database
from venue_desk.store.desk import Desk


@pytest.fixture
def page(window: Window) -> SettingsPage:
    window.go("settings")
    shown = window.page
    assert isinstance(shown, SettingsPage)
    return shown


def rows(page: SettingsPage) -> dict[str, str]:
    return {row.title.text(): row.explanation.text() for row in page.findChildren(ListRow) if row.isVisible()}


def test_it_says_how_things_stand(page: SettingsPage) -> None:
    said = rows(page)
    assert said["Aturan"] == "Lulus mulai 80\u00a0% pertemuan · terlambat setelah 15 menit"
    assert said["Kedai Samara"] == "10 stan"
    assert said["Cadangan"] == "Belum ada cadangan"


def test_details_are_changed_and_shown_everywhere(page: SettingsPage, window: Window, qtbot: QtBot) -> None:
    dialog = DetailsDialog(page.shell, window.desk.ask(venue.details))
    dialog.form.set_values(name="Paroki Santo Petrus")
    assert dialog.check()
    qtbot.waitUntil(lambda: "Paroki Santo Petrus" in rows(page))
    window.desk.undo()
    assert window.desk.ask(venue.details).name == "Paroki Contoh"


def test_an_impossible_pattern_of_numbers_is_refused_where_it_was_written(
    page: SettingsPage, window: Window
) -> None:
    dialog = RulesDialog(page.shell, window.desk.ask(venue.details))
    dialog.form.set_values(number_pattern="{sequence}/{kind}")
    assert not dialog.check()
    assert window.desk.ask(venue.details).rules.get("number_pattern") is None


def test_rules_are_kept_and_the_usual_pattern_is_not(page: SettingsPage, window: Window) -> None:
    dialog = RulesDialog(page.shell, window.desk.ask(venue.details))
    dialog.form.set_values(presence_threshold=75, centre="PPKD-JB")
    assert dialog.check()
    rules = window.desk.ask(venue.details).rules
    assert (rules["presence_threshold"], rules["centre"]) == (75, "PPKD-JB")
    assert "number_pattern" not in rules


def test_the_months_after_which_alumni_are_asked_are_decided(page: SettingsPage, window: Window) -> None:
    dialog = RulesDialog(page.shell, window.desk.ask(venue.details))
    assert dialog.form.value("follow_up_months") == "1, 3, 6"
    dialog.form.set_values(follow_up_months="bulan depan")
    assert not dialog.check()
    dialog.form.set_values(follow_up_months="2; 6, 2")
    assert dialog.check()
    assert window.desk.ask(alumni.follow_up_months) == (2, 6)
    dialog.form.set_values(follow_up_months="1 3 6")
    assert dialog.check()
    assert "follow_up_months" not in window.desk.ask(venue.details).rules


def test_a_signatory_is_corrected(page: SettingsPage, window: Window) -> None:
    details = window.desk.ask(venue.details)
    dialog = SignersDialog(page.shell, details)
    assert dialog.form.values()["signers"][0].name == details.signers[0].name
    assert dialog.check()
    assert window.desk.ask(venue.details).signers == details.signers, "nothing was changed"


def test_a_backup_is_made_checked_and_restored(page: SettingsPage, window: Window, qtbot: QtBot) -> None:
    page.findChildren(SafetyCard)[0].back_up()
    qtbot.waitUntil(lambda: "diperiksa" in rows(page).get("Cadangan", ""))
    [made] = backups.known(window.desk.folder)
    window.desk.do(_renamed)
    old = window.desk
    window.run(_restore(page, made.file), "", done=window.begin)
    qtbot.waitUntil(lambda: window.desk is not old)
    assert window.desk.ask(venue.details).name == "Paroki Contoh"
    window.desk.close()


def _renamed(session: object) -> None:
    """Change the venue's details"""
    from sqlalchemy.orm import Session

    from venue_desk.actions import venue as done

    assert isinstance(session, Session)
    done.edit(session, name="Paroki Lain")


def _restore(page: SettingsPage, file: Path) -> Job:
    from venue_desk.desktop.recovering import _restored

    return _restored(page.shell.desk.folder, file, page.shell.desk)


def test_a_file_that_is_no_backup_changes_nothing(page: SettingsPage, window: Window, tmp_path: Path) -> None:
    from venue_desk.domain.problem import Problem

    (tmp_path / "letter.db").write_text("not a backup")
    with pytest.raises(Problem):
        for _progress in _restore(page, tmp_path / "letter.db"):
            pass
    assert window.desk.ask(venue.details).name == "Paroki Contoh"
    assert database.exists(window.desk.folder)


def test_a_printer_that_is_off_is_corrected(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    from pypdfium2 import PdfDocument

    source = tmp_path / "source.pdf"
    with source.open("wb") as target:
        for _progress in testpage.draw(target, "Laserjet", 0, 0):
            pass
    corners = {}
    for offset in ((0.0, 0.0), (3.0, 2.0)):
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setOutputFileName(str(tmp_path / "out.pdf"))
        for _progress in printing.send(source, printer, offset):
            pass
        document = PdfDocument(tmp_path / "out.pdf")
        assert len(document) == 1
        corners[offset] = _first_ink(document[0].render(scale=4).to_pil())
        document.close()
    dots = 4 * 72 / 25.4
    moved = [(a - b) / dots for a, b in zip(corners[0.0, 0.0], corners[3.0, 2.0], strict=True)]
    assert moved == pytest.approx([3.0, 2.0], abs=0.3)


def _first_ink(picture: Any) -> tuple[int, int]:
    """The left and the upper end of what is printed."""
    from PIL import ImageOps

    box = ImageOps.invert(picture.convert("L")).point(lambda value: 255 if value > 60 else 0).getbbox()
    assert box
    return box[0], box[1]
