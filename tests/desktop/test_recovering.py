"""The window over damaged records: it explains, brings back, and goes on; and what a backup holds is shown first."""

import os
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

import pictures
from pictures import Look
from venue_desk.actions import people
from venue_desk.desktop.recovering import RecoveryScreen, RestoreDialog
from venue_desk.desktop.settings import usual_folder
from venue_desk.desktop.single import Single
from venue_desk.desktop.widgets import Button, Label
from venue_desk.desktop.window import Window
from venue_desk.domain.problem import Problem
from venue_desk.queries import people as found
from venue_desk.store import backups, database, recovery, salvage
from venue_desk.store.desk import Desk
from venue_desk.store.lock import take
from venue_desk.store.moved import NOTE, followed

LOOKS = (Look("id", "light"), Look("en", "dark"), Look("id", "dark", 200))


def screen(window: Window) -> RecoveryScreen:
    (found_screen,) = window.findChildren(RecoveryScreen)
    return found_screen


def button(screen: RecoveryScreen) -> Button:
    return next(one for one in screen.findChildren(Button) if one.text() == "Pulihkan data")


def spoil(folder: Path) -> None:
    """Overwrite the first page that is missed and does not hold the newest line."""
    file, key = folder / database.FILE, database.read_key(folder)
    whole = file.read_bytes()
    for page in range(4, len(whole) // 4096):
        file.write_bytes(whole[: page * 4096] + bytes(4096) + whole[(page + 1) * 4096 :])
        if recovery.fault(folder):
            lines = salvage.read(folder, key).lines
            if any("Sesudah Cadangan" in (one.entry.after or "") for one in lines.values()):
                return
    raise AssertionError


@pytest.fixture
def worked(sample: Desk) -> Desk:
    """A backup, and a change after it."""
    backups.make(sample.engine, sample.folder)
    sample.do(people.add, name="Sesudah Cadangan")
    return sample


def test_damage_found_behind_the_window_is_brought_back(
    worked: Desk, make_window: Callable[[Path], Window], qtbot: QtBot
) -> None:
    window = make_window(worked.folder)
    with worked.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    worked.close()
    spoil(worked.folder)
    fault = recovery.fault(worked.folder)
    assert "tidak terbaca" in fault
    window.damaged(fault)
    shown = screen(window)
    assert any(fault in one.text() for one in shown.findChildren(Label))
    qtbot.waitUntil(button(shown).isEnabled, timeout=20_000)
    button(shown).click()
    qtbot.waitUntil(lambda: window.opened is not None, timeout=20_000)
    assert window.desk.ask(found.found_ids, "Sesudah Cadangan", 5)
    assert recovery.fault(window.folder) == ""
    window.desk.close()


def test_what_a_backup_holds_is_shown_before_it_takes_the_place(worked: Desk, qtbot: QtBot) -> None:
    (made,) = backups.known(worked.folder)
    held = backups.preview(made.file, database.read_key(worked.folder), worked.engine)
    assert held.counts["person"] > 10 and held.lost == 1
    assert held.lost_last[0].name == "Add person"
    dialog = RestoreDialog(held)
    qtbot.addWidget(dialog)
    assert any("1 tindakan" in one.text() for one in dialog.findChildren(Label))
    assert dialog.no.isDefault()


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_pictures(
    worked: Desk, make_window: Callable[[Path], Window], qtbot: QtBot, look: Look, tmp_path: Path
) -> None:
    (made,) = backups.known(worked.folder)
    held = backups.preview(made.file, database.read_key(worked.folder), worked.engine)
    worked.close()
    (worked.folder / database.FILE).write_bytes(b"")
    window = make_window(worked.folder)
    with closing(take(worked.folder)):
        ready = recovery.prepare(worked.folder)

    pictures._wear(window, look)
    window.damaged(recovery.fault(worked.folder))
    qtbot.waitUntil(lambda: not window.jobs._held, timeout=20_000)
    screen(window).show_ready(ready)
    pictures.settle()
    into = Path(os.environ["PICTURES"]) if "PICTURES" in os.environ else None
    taken = [pictures.shot(window, "damaged", look, into)]
    dialog = RestoreDialog(held)
    window.dialog(dialog)
    pictures.settle()
    taken.append(pictures.shot(dialog, "restore", look, into))
    dialog.reject()
    wrong = [str(one) for one in taken if one.faults]
    assert not wrong, "\n" + "\n".join(wrong)


def test_records_in_an_unsafe_folder_are_moved_by_one_button(
    worked: Desk, make_window: Callable[[Path], Window], qtbot: QtBot, tmp_path: Path
) -> None:
    worked.close()
    unsafe = tmp_path / "Dropbox" / "desk"
    unsafe.parent.mkdir()
    shutil.copytree(worked.folder, unsafe)
    window = make_window(unsafe)
    window.begin(Desk.open(unsafe))
    window.go("settings")
    if "PICTURES" in os.environ:
        pictures.settle()
        pictures.shot(window, "unsafe records", LOOKS[0], Path(os.environ["PICTURES"]))
    page = window.page
    assert page is not None
    next(one for one in page.findChildren(Button) if one.text() == "Pindahkan ke sana").click()
    qtbot.waitUntil(lambda: window.desk.folder == usual_folder(), timeout=20_000)
    assert window.desk.ask(found.found_ids, "Sesudah Cadangan", 5)
    assert followed(unsafe) == usual_folder()
    qtbot.waitUntil(lambda: not window.jobs._held, timeout=20_000)
    assert [one.name for one in unsafe.iterdir()] == [NOTE]
    other = Single(followed(unsafe))
    assert not other.first(), "another launch finds this window"
    window.desk.close()


def test_a_command_beside_an_open_window_is_told_so(window: Window, sample: Desk) -> None:
    with pytest.raises(Problem, match="sudah terbuka"):
        Desk.open(sample.folder)


def test_the_first_window_offers_a_better_folder(
    make_window: Callable[[Path], Window], tmp_path: Path
) -> None:
    window = make_window(tmp_path / "Dropbox" / "desk")
    window.begin_nowhere()
    assert window.first is not None
    assert any("Dropbox" in one.text() for one in window.first.findChildren(Label))
    if "PICTURES" in os.environ:
        pictures.settle()
        pictures.shot(window, "unsafe", LOOKS[0], Path(os.environ["PICTURES"]))
    next(one for one in window.first.findChildren(Button) if one.text() == "Pakai itu").click()
    assert window.first._folder == usual_folder()
