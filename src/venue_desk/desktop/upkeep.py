"""What the window does by itself: the status line's facts, a verified backup now and then, sync when enrolled."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from venue_desk import language
from venue_desk.desktop.widgets import StatusLine
from venue_desk.domain import clock
from venue_desk.language import _, ngettext

if TYPE_CHECKING:
    from venue_desk.desktop.page import Job
    from venue_desk.store.desk import Desk

LOOK = 20_000  # ms between two looks at the facts, should no commit come
FIRST_CHECK = 1_500
FIRST_BACKUP = 30_000
BACKUP = 30 * 60_000
SYNC = 60_000
FIRST_SYNC = 2_000


def said_moment(at: datetime) -> str:
    """“today 07.42” or “22 Nov 07.42”."""
    time = language.clock(at.time())
    if at.date() == clock.today():
        return _("today {time}").format(time=time)
    return _("{day} {time}").format(day=language.date_short(at.date()), time=time)


def unprotected(desk: "Desk") -> bool:
    """Whether a recovery key should still be made: it was left for later, and the people are real."""
    from venue_desk.queries import venue
    from venue_desk.store import vault

    return vault.wants_recovery(desk.folder) and not desk.ask(venue.details).sample


def status_line(desk: "Desk") -> StatusLine:
    """The facts of this moment in words."""
    from venue_desk.queries import sync
    from venue_desk.store import backups, ballast, places, second

    facts = desk.ask(sync.status)
    known = backups.known(desk.folder)
    waiting = synced = ""
    state = "present"
    if facts.enrolled:
        waiting = (
            ngettext("{count} waiting to be sent", "{count} waiting to be sent", facts.waiting).format(
                count=language.number(facts.waiting)
            )
            if facts.waiting
            else _("Everything is sent")
        )
        last = said_moment(datetime.fromisoformat(facts.last)) if facts.last else ""
        synced = _("Last sync {moment}").format(moment=last) if last else _("Not synced yet")
        wanted = facts.trouble or facts.clock or (_("Sync waits for you") if facts.removals else "")
        if wanted or facts.conflicts:
            state = "late"
        elif not facts.online or facts.waiting:
            # Green only where the centre said that it has everything durably.
            state = "neutral"
        synced = wanted or synced
    backup = (
        _("Backup checked {moment}").format(moment=said_moment(known[0].at)) if known else _("No backup yet")
    )
    if known and backups.old(known):
        state, backup = (
            "danger",
            _("Last backup {moment}: back up now").format(moment=said_moment(known[0].at)),
        )
    elif ballast.given_up(desk.folder):
        state, backup = "danger", _("The disk is almost full")
    elif unprotected(desk):
        state = "late" if state != "danger" else state
        backup = _("No recovery key yet: see Today")
    elif places.warning(desk.folder):
        state = "late" if state != "danger" else state
        backup = _("Records in an unsafe folder: see Settings")
    elif second.overdue(desk.folder, backups.OLD):
        state = "late" if state != "danger" else state
        backup = _("No new backup in the second place: connect it")
    return StatusLine(_("Saved on this computer"), waiting, synced, backup, state)


class Upkeep(QObject):
    """Timers over a desk. ``run`` is the window's; ``show`` shows a status line; ``damaged`` hears of a fault."""

    def __init__(
        self,
        desk: "Desk",
        run: Callable[..., Any],
        show: Callable[[StatusLine], object],
        parent: QObject,
        damaged: Callable[[str], object],
    ) -> None:
        super().__init__(parent)
        self._desk, self._run, self._show = desk, run, show
        self._damaged = damaged
        self._syncing = self._stopped = False
        self._every(LOOK, self.look)
        self._every(SYNC, self.sync)
        self._every(BACKUP, self.back_up)
        self._once(FIRST_BACKUP, self.back_up)
        self._once(FIRST_CHECK, self.check)
        self._once(FIRST_SYNC, self.sync)

    def _every(self, interval: int, act: Callable[[], object]) -> None:
        timer = QTimer(self)
        timer.setInterval(interval)
        timer.timeout.connect(act)
        timer.start()

    def _once(self, after: int, act: Callable[[], object]) -> None:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(after)
        timer.timeout.connect(act)
        timer.start()

    def stop(self) -> None:
        """The window closes or works on another desk: nothing is asked or shown any more."""
        for timer in self.findChildren(QTimer):
            timer.stop()
        self._stopped = True
        self.deleteLater()

    def look(self) -> None:
        if self._stopped:
            return
        self._show(status_line(self._desk))

    def back_up(self) -> None:
        self._run(_backup(self._desk), "", done=self._backed_up, failed=self._backed_up, quiet=True)

    def check(self) -> None:
        """Read every page of the file once, behind the window."""
        self._run(_whole(self._desk), "", done=self._checked, quiet=True)

    def _checked(self, fault: str) -> None:
        if fault and not self._stopped:
            self._damaged(fault)

    def _backed_up(self, _made: object) -> None:
        self.look()

    def sync(self) -> None:
        """A round with the centre, when this desk is enrolled and none is under way."""
        from venue_desk.queries import sync

        if self._syncing or not self._desk.ask(sync.status).server:
            return
        self._syncing = True
        self._run(
            _round(self._desk), "", done=self._synced, failed=self._synced, cancelled=self._synced, quiet=True
        )

    def _synced(self, *_result: object) -> None:
        self._syncing = False
        self.look()


def what_waits(desk: "Desk") -> "Job":
    """How many things wait for a person; asked behind the window, because it looks at every course."""
    from venue_desk.queries import today

    yield None
    return desk.ask(today.task_count, clock.now()) + unprotected(desk)


def _backup(desk: "Desk") -> "Job":
    from venue_desk.store import backups, ballast

    yield None
    ballast.keep(desk.folder)
    backups.make(desk.engine, desk.folder)


def _whole(desk: "Desk") -> "Job":
    from venue_desk.actions import venue
    from venue_desk.store import recovery

    yield None
    if desk.renewed:
        # It was restored or copied: the records do not know this writer's computer yet.
        desk.do(venue.introduce)
    return recovery.fault(desk.folder)


def _round(desk: "Desk") -> "Job":
    from venue_desk.sync import client

    yield from client.sync(desk)
