"""Closing while work is under way asks first, on the lock screen too, where it says nothing of what is behind."""

import threading

from pytestqt.qtbot import QtBot

from venue_desk.actions import access as lock
from venue_desk.desktop.page import Job
from venue_desk.desktop.widgets import Ask, Label
from venue_desk.desktop.window import Window
from venue_desk.domain import access
from venue_desk.queries import access as seen


def asked(window: Window) -> list[Ask]:
    return [one for one in window.findChildren(Ask) if one.isVisible()]


def test_a_locked_window_closes_while_a_job_runs(window: Window, qtbot: QtBot) -> None:
    window.desk.do(lock.set_pin, access.COORDINATOR, "2580", "2580")
    window.attend()
    window.go("people")
    stop = threading.Event()

    def long_job() -> Job:
        while not stop.wait(0.01):
            yield "Mengimpor Siti Aminah"

    window.run(long_job(), "Mengimpor Siti Aminah")
    window.lock()
    assert window.locked
    window.close()
    assert window.isVisible()
    [question] = asked(window)
    said = " ".join(one.text() for one in question.findChildren(Label))
    assert "pekerjaan yang berjalan" in said and "Siti" not in said
    question.reject()
    assert window.isVisible() and window.busy()
    window.close()
    [question] = asked(window)
    closed: list[bool] = []
    window.closing.connect(lambda: closed.append(True))
    question.accept()
    qtbot.waitUntil(lambda: bool(closed), timeout=20_000)
    assert not window.isVisible()
    stop.set()


def test_while_it_is_asked_nothing_was_unlocked(window: Window, qtbot: QtBot) -> None:
    window.desk.do(lock.set_pin, access.COORDINATOR, "2580", "2580")
    window.attend()
    assert window.desk.ask(seen.locking).on
    done = threading.Event()

    def long_job() -> Job:
        yield None
        done.wait(30)

    window.run(long_job(), "Bekerja")
    window.lock()
    window.close()
    [question] = asked(window)
    question.reject()
    done.set()
    qtbot.waitUntil(lambda: not window.busy())
    assert window.locked
