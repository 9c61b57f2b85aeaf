"""The day at a glance."""

from collections.abc import Callable
from typing import ClassVar

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from venue_desk import language
from venue_desk.desktop import theme
from venue_desk.desktop.page import Page, Shell
from venue_desk.desktop.pages.today.lesson import LessonCard
from venue_desk.desktop.pages.today.market import MarketCard
from venue_desk.desktop.upkeep import unprotected
from venue_desk.desktop.widgets import Card, EmptyState, ListRow, Rows
from venue_desk.domain import clock
from venue_desk.language import _, ngettext
from venue_desk.queries import attention, clashes, today
from venue_desk.queries.today import Task, Today

MINUTE = 60_000  # ms


class TodayPage(Page):
    """The running lesson and what needs doing at the left, the market at the right."""

    name: ClassVar[str] = "today"
    watches: ClassVar[frozenset[str]] = frozenset({
        "absence", "certificate", "certificate_event", "conflict", "course", "enrolment", "lesson", "local", "mark",
        "market", "market_week", "outcome", "person", "stall", "vendor",
    })  # fmt: skip

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._lesson = LessonCard(
            lambda lesson: shell.go("attendance", lesson=lesson), lambda: shell.go("courses", new=True)
        )
        self._tasks = Rows()
        self._todo = Card(_("What needs doing"))
        self._todo.add(self._tasks)
        self._todo.body.addStretch(1)
        self._market = MarketCard(lambda: shell.go("stalls", poster=True), lambda: shell.go("stalls"))
        held = QWidget()
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, held)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(theme.GAP)
        left = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        left.setSpacing(theme.GAP)
        left.addWidget(self._lesson)
        left.addWidget(self._todo, 1)
        self._columns.addLayout(left, 5)
        self._columns.addWidget(self._market, 4)
        self.add(held, 1)
        # A lesson begins and ends without anybody writing anything.
        self._clock = QTimer(self)
        self._clock.setInterval(MINUTE)
        self._clock.timeout.connect(self.refresh)

    def refresh(self) -> None:
        now = clock.now()
        seen = self.shell.desk.ask(today.today, now)
        self.header.say(language.weekday_date(now.date()), sentence(seen))
        self._lesson.show_today(seen)
        self._show_tasks(seen)
        self._market.show_day(seen.market, now.date(), stalls="stall" in seen.begun)
        self._clock.start()

    def leave(self) -> None:
        self._clock.stop()

    def _show_tasks(self, seen: Today) -> None:
        rows: list[QWidget] = self._unprotected()
        for task in seen.tasks:
            words, where = self._way(task)
            rows.append(ListRow(task.title, task.explanation, action=words, on_click=where, wrap=True))
        if not seen.tasks:
            rows += self._first_steps(seen)
        if not rows:
            rows = [
                EmptyState("check-circle", _("Nothing waits"), _("What needs doing appears here by itself."))
            ]
        self._tasks.show_rows(rows)

    def _unprotected(self) -> list[QWidget]:
        """A recovery key that was left for later."""
        if not unprotected(self.shell.desk):
            return []
        return [
            ListRow(
                _("There is no recovery key yet"),
                _(
                    "Without it nothing opens the backups when this computer is lost: it takes two minutes and a pen"
                ),
                action=_("Make it now"),
                on_click=self.protect,
                wrap=True,
            )
        ]

    def protect(self) -> None:
        """Make the recovery key that was left for later."""
        from venue_desk.desktop.setup.recovery import offer

        offer(self.shell, lambda _dialog: self._protected())

    def _protected(self) -> None:
        self.refresh()
        self.shell.changed(frozenset())
        self.shell.toast(_("Saved. Keep the paper apart from this computer."))

    def _first_steps(self, seen: Today) -> list[QWidget]:
        """What a new venue does first."""
        go = self.shell.go
        steps = (
            (
                "person",
                _("Import participants from a spreadsheet"),
                _("You see what was understood before anything is written"),
                _("Import"),
                lambda: go("people", take_in=True),
            ),
            (
                "course",
                _("Add the first course"),
                _("Its lessons are laid out by themselves"),
                _("Add"),
                lambda: go("courses", new=True),
            ),
            (
                "stall",
                _("Set up a market"),
                _("Stalls and vendors, for fair turns every week"),
                _("Set up"),
                lambda: go("stalls"),
            ),
        )
        return [
            ListRow(title, said, action=words, on_click=way, wrap=True)
            for table, title, said, words, way in steps
            if table not in seen.begun
        ]

    def _way(self, task: Task) -> tuple[str, Callable[[], object]]:
        """The words of a task's button and where it leads."""
        go, about = self.shell.go, task.about
        ways: dict[str, tuple[str, Callable[[], object]]] = {
            today.PRESENCE: (_("Look"), lambda: go("courses", course=about, tab="presence")),
            today.CLOSE: (_("Fill in"), lambda: go("attendance", lesson=about)),
            today.ISSUE: (_("Issue"), lambda: go("certificates", course=about)),
            today.HAND_OVER: (_("Hand over"), lambda: go("certificates", course=about)),
            today.ENROL: (_("Enrol"), lambda: go("courses", course=about)),
            today.CONTACT: (_("Call"), lambda: go("outcomes", due=True)),
            today.CONFLICTS: (_("Compare"), lambda: go("sync")),
            today.PUBLISH: (_("Look"), lambda: go("stalls")),
            today.NUMBERS: (_("Look"), lambda: go("certificates", course=about)),
            today.AWAY: (_("Look"), lambda: go("stalls")),
            clashes.TURNS: (_("Look"), lambda: go("courses", course=about)),
            **dict.fromkeys(attention.KINDS, (_("Look"), lambda: go("sync"))),
        }
        return ways[task.kind]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < theme.now().px(860)
        self._columns.setDirection(
            QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        )


def sentence(seen: Today) -> str:
    """What the day holds, in one sentence."""
    parts = []
    if seen.lessons:
        count = len({one.lesson.course_id for one in seen.lessons})
        parts.append(ngettext("{count} course today", "{count} courses today", count).format(count=count))
    else:
        parts.append(_("No lesson today"))
    if seen.market:
        count = sum(bool(one.vendor) for one in seen.market.sellers)
        parts.append(
            ngettext("{count} stall on {day}", "{count} stalls on {day}", count).format(
                count=count, day=language.weekday_short(seen.market.day)
            )
        )
    return ", ".join(parts)
