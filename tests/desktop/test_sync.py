"""The sync page over a real centre: joining, syncing, both versions, a stick."""

import gc
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select, update
from sqlalchemy.orm import Session

import centres
import pictures
from pictures import LOOKS
from records import edit, everything, people, remove
from venue_desk.actions import venue
from venue_desk.desktop.pages.people.dialogs import MergeDialog
from venue_desk.desktop.pages.sync.page import SyncPage
from venue_desk.desktop.setup.stick import CodeDialog
from venue_desk.desktop.upkeep import status_line
from venue_desk.desktop.widgets import Button, Label
from venue_desk.desktop.window import Window
from venue_desk.queries import sync as known
from venue_desk.server import carrying
from venue_desk.server.admitting import admit_file
from venue_desk.store.desk import Desk
from venue_desk.store.records import Course, Enrolment, Line, Mark, Person


@pytest.fixture(autouse=True)
def _no_widget_dies_in_another_thread() -> Iterator[None]:
    """The centre runs in a thread of this process, and the collector runs in whichever thread allocates."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[centres.Running]:
    with centres.running(centres.make(tmp_path / "centre")) as running:
        yield running


@pytest.fixture
def page(window: Window) -> SyncPage:
    window.go("sync")
    assert isinstance(window.page, SyncPage)
    return window.page


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk.create(tmp_path / "other")
    desk.do(venue.set_up, name="Paroki Contoh", kind="parish")
    yield desk
    desk.close()


def said(widget: QWidget) -> str:
    pictures.settle()
    return "\n".join(label.text() for label in widget.findChildren(Label) if label.isVisible())


def button(widget: QWidget, text: str) -> Button:
    pictures.settle()
    return next(one for one in widget.findChildren(Button) if one.text() == text and one.isVisible())


def join(page: SyncPage, url: str, code: str, qtbot: QtBot) -> None:
    page.form.set_values(server=url, code=code)
    button(page, "Hubungkan").click()
    qtbot.waitUntil(lambda: not page._busy, timeout=60_000)


def test_join_sync_and_settle(
    page: SyncPage, window: Window, centre: centres.Running, other: Desk, qtbot: QtBot
) -> None:
    place = centre.venue("Paroki Contoh")
    join(page, "", "", qtbot)
    assert "Tulis alamat pusat." in said(page)
    join(page, centre.url, centre.code(place), qtbot)
    desk = window.desk
    assert desk.ask(known.status).enrolled
    assert "di pusat" in said(page)
    centre.join(other, place)
    centres.sync(other)
    assert len(people(other)) == len(people(desk)) > 60
    someone = next(iter(people(desk)))
    desk.do(edit, someone, note="dari jendela")
    assert "1 perubahan menunggu" in said(page)
    other.do(edit, someone, note="dari meja lain")
    centres.sync(other)
    page.now.click()
    qtbot.waitUntil(lambda: not page._busy, timeout=60_000)
    assert "Versi yang lain" in said(page)
    assert "dari meja lain" in said(page) and "dari jendela" in said(page)
    lost = desk.ask(known.both_versions)[0].lost.value
    button(page, "Pakai yang ini").click()
    assert "Tidak ada yang perlu diputuskan" in said(page)
    page.now.click()
    qtbot.waitUntil(lambda: not page._busy, timeout=60_000)
    centres.sync(other)
    assert people(other) == people(desk)
    assert lost in {v["note"] for (t, _r), v in other.ask(everything).items() if t == "person"}


def test_a_refusal_is_told_and_nothing_changes(
    page: SyncPage, window: Window, centre: centres.Running, qtbot: QtBot
) -> None:
    join(page, centre.url, "AAAA-BBBB-CCCC-DDDD", qtbot)
    assert not window.desk.ask(known.status).enrolled
    assert page.form.value("code") == "AAAA-BBBB-CCCC-DDDD"  # what was typed stays


def test_there_and_back_on_a_stick(
    page: SyncPage, window: Window, centre: centres.Running, tmp_path: Path, qtbot: QtBot
) -> None:
    place = centre.venue("Paroki Contoh")
    join(page, centre.url, centre.code(place), qtbot)
    window.desk.do(edit, next(iter(people(window.desk))), note="lewat flashdisk")
    page._export_to(tmp_path / "pergi.vdsync")
    qtbot.waitUntil(lambda: not page._busy, timeout=60_000)
    assert window.desk.ask(known.status).waiting == 1
    carrying.take(centre.centre, tmp_path / "pergi.vdsync", tmp_path / "pulang.vdsync")
    page._bring_from(tmp_path / "pulang.vdsync")
    qtbot.waitUntil(lambda: not page._busy, timeout=60_000)
    assert window.desk.ask(known.status).waiting == 0


@pytest.mark.parametrize("look", LOOKS[::3], ids=str)
def test_the_connected_page_in_every_look(
    window: Window, centre: centres.Running, other: Desk, look: pictures.Look, tmp_path: Path
) -> None:
    place = centre.venue("Paroki Contoh")
    centre.join(window.desk, place)
    centres.sync(window.desk)
    centre.join(other, place)
    centres.sync(other)
    for number, person in enumerate(list(people(other))[:3]):
        window.desk.do(edit, person, phone=f"+62812111100{number}", address="Jalan Melati 3")
        other.do(edit, person, phone=f"+62812111200{number}")
    centres.sync(other)
    centres.sync(window.desk)
    pictures._wear(window, look)
    window.go("sync")
    pictures.settle()
    picture = pictures.shot(window, "sync-connected", look, tmp_path)
    assert not picture.faults, str(picture)


def troubled(window: Window, centre: centres.Running, other: Desk) -> None:
    """Two desks with all that no merge can settle."""
    place = centre.venue("Paroki Contoh")
    mine = window.desk
    centre.join(mine, place)
    centres.sync(mine)
    same = {"name": "Yohanes Eko Prasetyo", "phone": "+628121234567", "birth_date": date(1990, 3, 12)}
    mine.do(person, **same)
    other.do(person, **same)
    centre.join(other, place)
    centres.sync(other)
    gone = other.do(person, name="Rina Wijaya")
    centres.sync(other)
    centres.sync(mine)
    other.do(remove, gone)
    mine.do(enrolled, gone)
    other.do(enrolled, next(iter(people(other))), "f" * 32)
    other.do(person, name="Dari versi baru")
    for desk in (mine, other, mine):
        centres.sync(desk)
    with mine.engine.execution_options(write=True).begin() as connection:
        newest = (Line.writer == other.writer, Line.after.like("%Dari versi baru%"))
        connection.execute(update(Line).where(*newest).values(held="unknown table kitchen"))
    mine.do(remove_marks)
    centres.sync(mine)


def remove_marks(session: Session) -> None:
    """Remove attendance"""
    for mark in session.scalars(select(Mark)).all():
        session.delete(mark)


def person(session: Session, /, **values: object) -> str:
    """Add a person"""
    row = Person(**values)
    session.add(row)
    session.flush()
    return row.id


def enrolled(session: Session, who: str, course: str = "") -> None:
    """Enrol a person"""
    course = course or session.scalars(select(Course.id)).first() or ""
    session.add(Enrolment(course_id=course, person_id=who))


def test_what_waits_for_a_person_is_settled_on_the_page(
    window: Window, centre: centres.Running, other: Desk, qtbot: QtBot
) -> None:
    troubled(window, centre, other)
    window.go("today")
    qtbot.waitUntil(lambda: "komputer lain masih memilikinya" in said(window), timeout=20_000)
    window.go("sync")
    page = window.page
    assert isinstance(page, SyncPage)
    words = said(page)
    for part in (
        "Dihapus di sini",
        "Mungkin orang yang sama",
        "Rina Wijaya",
        "yang belum datang",
        "versi yang lebih",
    ):
        assert part in words, part
    button(page, "Salin laporan").click()
    assert "Dari versi baru" not in QGuiApplication.clipboard().text()
    assert "newer: 1 x person" in QGuiApplication.clipboard().text()
    button(page, "Kembalikan").click()
    assert "Rina Wijaya" not in said(page)
    button(page, "Batalkan").click()
    qtbot.waitUntil(lambda: not page._busy, timeout=60_000)
    assert "Dihapus di sini" not in said(page)
    button(page, "Gabungkan…").click()
    pictures.settle()
    (dialog,) = window.findChildren(MergeDialog)
    button(dialog, "Gabungkan").click()
    pictures.settle()
    window.go("sync")
    assert "Mungkin orang yang sama" not in said(page)


@pytest.mark.parametrize("look", LOOKS[::3], ids=str)
def test_what_waits_in_every_look(
    window: Window, centre: centres.Running, other: Desk, look: pictures.Look, tmp_path: Path
) -> None:
    troubled(window, centre, other)
    pictures._wear(window, look)
    window.go("sync")
    pictures.settle()
    picture = pictures.shot(window, "sync-waiting", look, tmp_path)
    assert not picture.faults, str(picture)


def test_a_computer_without_a_network_joins_by_a_stick(
    page: SyncPage, window: Window, centre: centres.Running, tmp_path: Path, qtbot: QtBot
) -> None:
    code = centre.code(centre.venue("Lapas", "prison"))
    button(page, "Bergabung lewat flashdisk…").click()
    (dialog,) = window.findChildren(CodeDialog)
    dialog.form.set_values(code=code)
    files = (tmp_path / "minta.vdjoin", tmp_path / "jawab.vdjoin")
    page.shell.save_file = lambda _title, _name, _kinds, done: done(files[0])  # type: ignore[assignment,method-assign]
    page.shell.choose_file = lambda _title, _kinds, done: done(files[1])  # type: ignore[assignment,method-assign]
    button(dialog, "Tulis permintaan").click()
    qtbot.waitUntil(lambda: files[0].exists() and not page._busy, timeout=20_000)
    admit_file(centre.centre, files[0], files[1])
    button(page, "Baca jawaban…").click()
    qtbot.waitUntil(lambda: not page._busy and window.desk.ask(known.status).enrolled, timeout=20_000)
    assert "tidak ada: lewat flashdisk" in said(page)
    assert not page.now.isVisible() and page.send.isVisible()


@pytest.mark.parametrize("look", LOOKS[::3], ids=str)
def test_the_page_before_it_is_connected(window: Window, look: pictures.Look, tmp_path: Path) -> None:
    pictures._wear(window, look)
    window.go("sync")
    pictures.settle()
    picture = pictures.shot(window, "sync-joining", look, tmp_path)
    assert not picture.faults, str(picture)


def test_the_status_line_is_green_only_on_the_centres_word(
    window: Window, centre: centres.Running, other: Desk, qtbot: QtBot
) -> None:
    """Grey while anything waits or nobody answers; told within two seconds of what was written or sent."""
    desk = window.desk
    assert window._upkeep is not None
    window._upkeep._syncing = True  # the test itself says when
    centre.join(desk, centre.venue("Paroki Contoh"))
    assert status_line(desk).state == "neutral"
    centres.sync(desk)
    assert status_line(desk).state == "present" and "terkirim" in status_line(desk).waiting
    window.go("sync")
    desk.do(edit, next(iter(people(desk))), note="baru")
    assert status_line(desk).state == "neutral"
    qtbot.waitUntil(lambda: "1 menunggu" in window.status.accessibleName(), timeout=2_000)
    centres.sync(desk)
    qtbot.waitUntil(lambda: "Semua sudah" in window.status.accessibleName(), timeout=2_000)
    assert status_line(desk).state == "present"
    # Closing asks nothing: all is saved here, and what waits is sent later.
    desk.do(edit, next(iter(people(desk))), note="lagi")
    folder = desk.folder
    window.close()
    assert not window.isVisible()
    desk.close()
    again = Desk.open(folder)
    assert again.ask(known.status).waiting == 1
    again.close()
