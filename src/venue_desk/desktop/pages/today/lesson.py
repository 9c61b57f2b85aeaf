"""The lesson that runs: what it is, how many are taken, and the way to the attendance desk."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy

from venue_desk import language
from venue_desk.desktop.widgets import (
    Badge,
    Button,
    Card,
    EmptyState,
    Hairline,
    Label,
    ListRow,
    Rows,
    clear,
    column,
    row,
)
from venue_desk.desktop.widgets.flow import Flow
from venue_desk.domain.attendance import NOT_TAKEN, STATUSES, WORDS
from venue_desk.language import _
from venue_desk.queries.today import LATER, NOW, OVER, RunningLesson, Today

_WHEN = {NOW: "late", LATER: "accent", OVER: "neutral"}


class LessonCard(Card):
    """The first lesson large, the day's others as rows below it."""

    def __init__(self, open_desk: Callable[[str], object], plan: Callable[[], object]) -> None:
        super().__init__()
        self._open, self._plan = open_desk, plan
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def show_today(self, seen: Today) -> None:
        clear(self.body)
        if not seen.lessons:
            self.add(self._nothing(seen))
            return
        self._show_first(seen.lessons[0])
        if len(seen.lessons) > 1:
            self.body.addSpacing(6)
            self.add(Hairline())
            others = Rows()
            others.show_rows([self._other(one) for one in seen.lessons[1:]])
            self.add(others)

    def _nothing(self, seen: Today) -> EmptyState:
        if seen.coming is None:
            return EmptyState(
                "calendar",
                _("No lesson today"),
                _("A course brings its lessons with it."),
                action=_("Add a course"),
                on_click=self._plan,
            )
        day = language.weekday_short(seen.coming.day)
        return EmptyState(
            "calendar",
            _("No lesson today"),
            _("The next one is on {day}: {course}.").format(day=day, course=seen.coming.title),
        )

    def _show_first(self, one: RunningLesson) -> None:
        words = column(
            row(Badge(_WHEN[one.when], when(one), letter=""), 1),
            Label(one.name, "heading", wrap=True),
            Label(hours(one), "body", "muted", wrap=True),
            gap=6,
        )
        counts = Flow()
        for status in (*STATUSES, NOT_TAKEN):
            if one.counts[status]:
                said = f"{one.counts[status]} {_(WORDS[status]).lower()}"
                counts.add(Badge(status or "not taken", said))
        figure = Label(language.number(one.taken), "figure")
        total = Label(f"/ {language.number(one.expected)}", "heading", "muted")
        figure.setAccessibleName(
            _("{taken} of {expected} taken").format(taken=one.taken, expected=one.expected)
        )
        right = column(
            row(1, figure, total, gap=6),
            Label(_("taken"), "body", "muted", align=Qt.AlignmentFlag.AlignRight),
            1,
        )
        top = row(gap=16)
        top.addLayout(words, 1)
        top.addLayout(right)
        self.add(top)
        foot = row(gap=16)
        foot.addWidget(counts, 1)
        foot.addWidget(
            Button(
                _("Open the attendance desk"), lambda: self._open(one.lesson.id), kind="primary", icon="scan"
            ),
            0,
            Qt.AlignmentFlag.AlignBottom,
        )
        self.body.addSpacing(6)
        self.add(foot)

    def _other(self, one: RunningLesson) -> ListRow:
        title = f"{one.name} · {one.lesson.part}"
        said = (
            f"{span(one)} · {_('{taken} of {expected} taken').format(taken=one.taken, expected=one.expected)}"
        )
        return ListRow(title, said, action=_("Open"), on_click=lambda: self._open(one.lesson.id))


def when(one: RunningLesson) -> str:
    """Whether the lesson runs, in words."""
    if one.when == NOW:
        return _("Under way")
    if one.when == LATER:
        return _("Begins at {time}").format(time=language.clock(one.lesson.starts))
    return _("Closed") if one.lesson.closed_at else _("Over, not closed yet")


def span(one: RunningLesson) -> str:
    """``08.00–11.30``."""
    return f"{language.clock(one.lesson.starts)}–{language.clock(one.lesson.ends)}"


def hours(one: RunningLesson) -> str:
    """``Morning 08.00–11.30 · day 4 of 8``."""
    day = _("day {day} of {days}").format(day=one.course_day, days=one.course_days)
    return f"{one.lesson.part} {span(one)} · {day}"
