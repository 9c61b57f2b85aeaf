"""Every dialog of the app comes back after a crash, or says here why it need not; nothing lies about in clear."""

import importlib
import pkgutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from venue_desk import desktop
from venue_desk.actions import access as pins
from venue_desk.actions import certificates as voiding
from venue_desk.actions import people
from venue_desk.desktop import drafts as watching
from venue_desk.desktop.drafts import Drafts
from venue_desk.desktop.pages import PLACES
from venue_desk.desktop.pages.courses.page import CoursesPage
from venue_desk.desktop.pages.people.dialogs import MergeDialog, PersonDialog
from venue_desk.desktop.pages.people.importing import ImportDialog
from venue_desk.desktop.pages.people.page import PeoplePage
from venue_desk.desktop.pages.people.rows import Decisions
from venue_desk.desktop.pages.settings.dialogs import LetterheadDialog
from venue_desk.desktop.pages.stalls.cells import about
from venue_desk.desktop.pages.stalls.page import StallsPage
from venue_desk.desktop.widgets import Banner, Check, Combo, DateField, Dialog, NumberField, Segmented, Toast
from venue_desk.desktop.widgets.held import fields, say
from venue_desk.desktop.window import Window
from venue_desk.domain import access, clock
from venue_desk.domain.attendance import NOT_TAKEN
from venue_desk.domain.courses import RUNNING
from venue_desk.domain.people import Choice
from venue_desk.queries import assessment, attendance, certificates, courses, lessons, outcomes, stalls
from venue_desk.queries import people as queries
from venue_desk.store import drafts
from venue_desk.store.desk import Desk

LISTED = Path(__file__).parents[1] / "data/spreadsheets/synthetic__google_form.csv"


def opened(window: Window, kind: type[Dialog]) -> list[Dialog]:
    return [one for one in window.findChildren(kind) if not one.isHidden()]


def kept(window: Window) -> "drafts.Draft | None":
    return window.desk.ask(drafts.kept, window.role)


@pytest.fixture
def crash(window: Window, make_window: Callable[[Path], Window], qtbot: QtBot) -> Callable[[], Window]:
    """The window ends as a crash ends it, and another one starts over the same records."""

    def end_and_start() -> Window:
        folder, desk = window.folder, window.desk
        window.end()
        desk.close()
        again = make_window(folder)
        again.begin(Desk.open(folder))
        Drafts(again).resume()
        return again

    return end_and_start


def test_a_person_half_typed_comes_back(window: Window, crash: Callable[[], Window], qtbot: QtBot) -> None:
    Drafts(window)
    window.go("people")
    page = window.page
    assert isinstance(page, PeoplePage)
    page.add_person()
    (dialog,) = opened(window, PersonDialog)
    assert isinstance(dialog, PersonDialog)
    dialog.form.set_values(name="Raharjo Sukmawati", birth_date=date(1990, 11, 22), phone="08129876")
    qtbot.waitUntil(lambda: (found := kept(window)) is not None and found.values.get("phone") == "08129876")
    for file in [*window.folder.rglob("*"), *window.folder.parent.glob("*.ini")]:
        assert file.is_dir() or b"Raharjo" not in file.read_bytes(), file
    again = crash()
    (back,) = opened(again, PersonDialog)
    assert isinstance(back, PersonDialog) and again.stage.here == "people"
    held = back.form.values()
    assert (held["name"], held["birth_date"], held["phone"]) == (
        "Raharjo Sukmawati",
        date(1990, 11, 22),
        "08129876",
    )
    back.reject()
    qtbot.waitUntil(lambda: kept(again) is None)
    again.desk.close()


# Dialogs in which nothing is typed or chosen that a crash could cost, and why.
NOTHING_TO_KEEP = {
    "Ask": "a question",
    "BondsDialog": "each press is done at once",
    "HelpDialog": "read only",
    "StandingsDialog": "read only",
    "RenewedDialog": "a question about a plan that is made again",
    "LessonDialog of attendance": "one press opens a lesson",
    "PinDialog": "secret",
    "PassphraseDialog": "secret",
    "OtherKeyDialog": "secret",
    "OwnerDialog": "secret",
    "BackupKeyDialog": "secret",
    "RecoveryDialog": "secret",
    "NewCodeDialog": "the code is secret",
    "CodeDialog": "the code is secret",
    "JoinDialog": "the code is secret, and there are no records yet to keep it with",
    "RestoreDialog": "a preview of a file, chosen again in two presses",
}


def named(kind: type[Dialog]) -> str:
    """The class, and the page where another page has one of the same name."""
    page = kind.__module__.split(".")[3] if ".pages." in kind.__module__ else ""
    return f"{kind.__name__} of {page}" if kind.__name__ == "LessonDialog" else kind.__name__


def kinds() -> set[str]:
    """Every dialog of the app."""
    for found in pkgutil.walk_packages(desktop.__path__, "venue_desk.desktop."):
        importlib.import_module(found.name)

    def below(kind: type[Dialog]) -> set[type[Dialog]]:
        return {kind}.union(*(below(one) for one in kind.__subclasses__()))

    return {named(one) for one in below(Dialog) - {Dialog} if one.__module__.startswith("venue_desk.")}


def things(desk: Desk) -> dict[str, dict[str, str]]:
    """For each page, its dialogs and what each may be about in the sample."""
    today = clock.today()
    course = next(one for one in desk.ask(courses.listed, today) if one.state == RUNNING)
    spoilt, issued = [one for one in desk.ask(certificates.listed) if one.voided_on is None][:2]
    desk.do(voiding.void, spoilt.id, "salah cetak")  # so that somebody can get one
    ended = next(one for one in desk.ask(courses.listed, today) if desk.ask(assessment.sheet, one.id).due)
    lesson = next(one for one in desk.ask(lessons.of_course, course.id) if one.day == today)
    enrolled = desk.ask(courses.participants, course.id)[0]
    roster = desk.ask(attendance.roster, lesson.id)
    assert roster is not None
    marked = next(one for one in roster.rows if one.status != NOT_TAKEN)
    board = desk.ask(stalls.board, today)
    past = next(week for week in board.weeks if week.status == stalls.PAST and week.planned)
    draft = next(week for week in board.weeks if week.status == stalls.DRAFT)
    seat, stand = (next(one for one in week.cells if one.vendor_id) for week in (draft, past))
    vendor = seat.vendor_id
    alumnus = desk.ask(outcomes.alumni, today)[0]
    return {
        "people": {
            "add": "Sri",
            "edit": enrolled.person_id,
            "merge": f"{enrolled.person_id}/",
            "import": f"{course.id}/{LISTED}",
        },
        "courses": {
            "add": "",
            **dict.fromkeys(("edit", "days", "enrol", "lesson"), course.id),
            "change": f"{course.id}/{lesson.id}",
            **dict.fromkeys(("again", "leave", "late"), f"{course.id}/{enrolled.id}"),
        },
        "attendance": {
            "guest": f"{lesson.id}/Sri",
            "close": lesson.id,
            "reason": f"{lesson.id}/{marked.enrolment_id}",
        },
        "certificates": {
            "issue": ended.id,
            "print": f"1,{issued.id}",
            "hand-over": issued.id,
            "void": issued.id,
        },
        "stalls": {
            **dict.fromkeys(("rules", "plan", "paper", "new-vendor"), ""),
            "stall": board.stalls[0].id,
            **dict.fromkeys(("vendor", "absence"), vendor),
            **dict.fromkeys(("replace", "away"), f"{draft.day}/{seat.stall_id}"),
            "came": f"{past.day}/{stand.stall_id}",
        },
        "outcomes": {"record": f"{alumnus.person_id}/employed", "refer": alumnus.person_id},
        "settings": dict.fromkeys(("details", "letterhead", "signers", "rules"), ""),
    }


APART = {"stalls": {"market", "anyway"}}  # need records that the sample has not, see below
EMPTY = {"today", "history", "reports", "sync"}  # pages without any
PRESSED = {"replace"}  # a choice is one press, which is done at once
LOGO = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def altered(dialog: Dialog) -> dict[str, Any]:
    """Type and choose something else everywhere, days and numbers half written. Returns what is held then."""
    if isinstance(dialog, ImportDialog):
        dialog.course.setCurrentIndex(0)
        line = dialog.rows.all()[0].entry.line
        dialog.rows.decide(Decisions({line: Choice.SKIP}, {}, {line + 1: date(1990, 11, 22)}))
    elif isinstance(dialog, MergeDialog):
        dialog._choose(next(one for one in dialog.shell.desk.ask(queries.ids) if one != dialog.kept_id))
        dialog._swap()
    else:
        if isinstance(dialog, LetterheadDialog):
            dialog.form.set_values(logo=LOGO)
        for field in fields(dialog).values():
            if isinstance(field, Combo):
                field.setCurrentIndex((field.currentIndex() + 1) % field.count())
            elif isinstance(field, Check):
                field.set_value(not field.value())
            elif isinstance(field, Segmented):
                field._move((field._at + 1) % len(field._choices))
            else:
                half = {DateField: "24/", NumberField: "3"}
                say(field, half.get(type(field), "Ani S"))
    return dialog.held()


def left(window: Window) -> tuple[str, set[str]]:
    """Which dialog is kept, and what of it is."""
    found = kept(window)
    return (found.dialog, {*found.values}) if found else ("", set())


def until(qtbot: QtBot, true: Callable[..., bool]) -> None:
    qtbot.waitUntil(true, timeout=10_000)


def lost(dialog: Dialog) -> None:
    """The dialog goes as in a crash: neither accepted nor cancelled."""
    dialog.blockSignals(True)
    dialog.hide()
    dialog.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.mark.parametrize("name", sorted({one.name for one in PLACES} - EMPTY))
def test_every_dialog_comes_back(
    name: str, window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "PACE", 20)
    ways = things(window.desk)[name]
    window.go(name)
    page = window.page
    assert page is not None
    assert set(page.dialogs()) - APART.get(name, set()) == set(ways), name
    for kind, what in ways.items():
        first = Drafts(window)
        window.go(name)
        page.dialogs()[kind](what)
        qtbot.waitUntil(lambda: bool(opened(window, Dialog)), timeout=10_000)
        (dialog,) = opened(window, Dialog)
        assert dialog.draft == (kind, what), (name, kind)
        was = dialog.held()
        held = altered(dialog)
        assert held != was or kind in PRESSED, kind
        changed = {one for one in held if held[one] != was.get(one)}
        until(qtbot, lambda k=kind, c=changed: left(window) == (k, c))
        lost(dialog)
        first.deleteLater()
        window.go("today")
        Drafts(window).resume()
        qtbot.waitUntil(lambda: bool(opened(window, Dialog)), timeout=10_000)
        (back,) = opened(window, Dialog)
        assert (type(back), back.draft, window.stage.here) == (type(dialog), (kind, what), name)
        until(qtbot, lambda b=back, h=held: drafts.plain(b.held()) == drafts.plain(h))
        assert any("Batal" in one.text.text() for one in back.findChildren(Banner)), kind
        back.reject()
        qtbot.waitUntil(lambda: kept(window) is None)
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_no_dialog_is_without_a_draft_or_a_reason(window: Window, qtbot: QtBot) -> None:
    made = {"MarketDialog", "ReasonDialog"}
    for name, ways in things(window.desk).items():
        window.go(name)
        assert window.page is not None
        for kind, what in ways.items():
            window.page.dialogs()[kind](what)
            qtbot.waitUntil(lambda: bool(opened(window, Dialog)), timeout=10_000)
            made |= {named(type(one)) for one in opened(window, Dialog)}
            for one in opened(window, Dialog):
                lost(one)
    assert not kinds() - made - set(NOTHING_TO_KEEP), "a dialog without a draft, and without a reason"
    assert not made & set(NOTHING_TO_KEEP), "a reason that is out of date"


def test_a_swap_against_a_rule_comes_back(window: Window) -> None:
    window.go("stalls")
    page = window.page
    assert isinstance(page, StallsPage) and page.work.board is not None
    draft = next(week for week in page.work.board.weeks if week.status == stalls.DRAFT)
    one = (draft.day, draft.cells[0].stall_id)
    two = next(there for there, why in page.work.moves(one).items() if why)
    page.dialogs()["anyway"](about(*one, *two))
    (dialog,) = opened(window, Dialog)
    assert dialog.draft == ("anyway", about(*one, *two)) and "reason" in dialog.held()


def test_a_market_half_set_up_comes_back(desk: Desk, make_window: Callable[[Path], Window]) -> None:
    window = make_window(desk.folder)
    window.begin(desk)
    window.go("stalls")
    assert window.page is not None and set(window.page.dialogs()) == {"market"}
    window.page.dialogs()["market"]("")
    (dialog,) = opened(window, Dialog)
    assert dialog.draft == ("market", "")


def test_what_is_gone_is_said_and_nothing_opens(
    window: Window, crash: Callable[[], Window], qtbot: QtBot
) -> None:
    window.desk.do(drafts.keep, drafts.Draft("courses", "edit", "0" * 32, {"title": "Baru"}), window.role)
    again = crash()
    assert not opened(again, Dialog)
    assert "tidak dapat dibuka lagi" in " ".join(one.text.text() for one in again.findChildren(Toast))
    qtbot.waitUntil(lambda: kept(again) is None)
    again.desk.close()


def test_fields_that_others_changed_meanwhile_are_told_and_kept(
    window: Window, crash: Callable[[], Window], qtbot: QtBot
) -> None:
    Drafts(window)
    window.go("people")
    page = window.page
    assert isinstance(page, PeoplePage)
    person = page.table.current_id()
    page.open(person=person)
    page.edit()
    (dialog,) = opened(window, PersonDialog)
    assert isinstance(dialog, PersonDialog)
    dialog.form.set_values(area="Palmerah")
    qtbot.waitUntil(lambda: (found := kept(window)) is not None and set(found.values) == {"area"})
    window.desk.do(people.edit, person, area="Kemanggisan", note="telepon sore")
    again = crash()
    (back,) = opened(again, PersonDialog)
    assert isinstance(back, PersonDialog)
    assert (back.form.value("area"), back.form.value("note")) == ("Palmerah", "telepon sore")
    assert any("diubah di tempat lain" in one.text.text() for one in back.findChildren(Banner))
    again.desk.close()


def test_a_dialog_over_another_one_leaves_the_draft_of_the_one_below(window: Window, qtbot: QtBot) -> None:
    drafts_of = Drafts(window)
    window.go("courses")
    page = window.page
    assert isinstance(page, CoursesPage)
    page.add_course()
    (below,) = opened(window, Dialog)
    below.hold({"title": "Tata Boga"})
    qtbot.waitUntil(lambda: (found := kept(window)) is not None and "title" in found.values)
    over = Dialog("Di atas").of("edit", "1")
    window.dialog(over)
    qtbot.waitUntil(lambda: (found := kept(window)) is not None and found.dialog == "edit")
    over.reject()
    qtbot.waitUntil(lambda: (found := kept(window)) is not None and found.values.get("title") == "Tata Boga")
    below.reject()
    qtbot.waitUntil(lambda: kept(window) is None)
    drafts_of.deleteLater()


def test_a_list_comes_back_without_its_stick(
    window: Window, crash: Callable[[], Window], qtbot: QtBot, tmp_path: Path
) -> None:
    Drafts(window)
    stick = tmp_path / "stick.csv"
    stick.write_bytes(LISTED.read_bytes())
    window.go("people")
    page = window.page
    assert isinstance(page, PeoplePage)
    page.read(stick)
    qtbot.waitUntil(lambda: window.desk.ask(drafts.source) is not None, timeout=10_000)
    (dialog,) = opened(window, ImportDialog)
    assert isinstance(dialog, ImportDialog)
    names = [one.entry.name for one in dialog.rows.all()]
    stick.unlink()
    again = crash()
    (back,) = opened(again, ImportDialog)
    assert isinstance(back, ImportDialog) and names
    assert [one.entry.name for one in back.rows.all()] == names
    back.reject()
    qtbot.waitUntil(lambda: again.desk.ask(drafts.source) is None)
    again.desk.close()


def test_a_helpers_turn_leaves_what_the_coordinator_was_typing(window: Window, qtbot: QtBot) -> None:
    for role, pin in ((access.COORDINATOR, "482915"), (access.HELPER, "730164")):
        window.desk.do(pins.set_pin, role, pin, pin)
    Drafts(window).resume()
    window.go("people")
    window.page.add_person()  # type: ignore[union-attr]
    opened(window, PersonDialog)[0].hold({"name": "Raharjo Suk"})
    qtbot.waitUntil(lambda: left(window) == ("add", {"name"}))
    for role in access.HELPER, access.COORDINATOR:
        window.lock()
        window.unlock(role)
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert not opened(window, Dialog)
    qtbot.waitUntil(lambda: bool(opened(window, PersonDialog)))
    assert opened(window, PersonDialog)[0].held()["name"] == "Raharjo Suk"
