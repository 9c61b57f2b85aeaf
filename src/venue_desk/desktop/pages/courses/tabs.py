"""What one course shows: participants, waiting list, lessons, attendance."""

from collections.abc import Callable, Mapping
from typing import Protocol

from PySide6.QtWidgets import QMenu, QWidget

from venue_desk.desktop.tables import Column, DataTable
from venue_desk.desktop.widgets import Badge, Button, Card, EmptyState, Flow, Label, clear, row
from venue_desk.domain import clock
from venue_desk.domain.attendance import LETTERS, STATUSES, WORDS, Presence
from venue_desk.domain.courses import ENROLLED, LEFT, REASONS
from venue_desk.language import _, date_short, ngettext, percent, weekday_short
from venue_desk.language import clock as hours
from venue_desk.queries.attendance import Grid, GridRow
from venue_desk.queries.courses import CourseRow, ParticipantRow
from venue_desk.queries.lessons import LessonRow


class Hands(Protocol):
    """What the tabs ask the page to do."""

    def enrol(self) -> None: ...
    def leave_course(self, one: ParticipantRow) -> None: ...
    def withdraw(self, one: ParticipantRow) -> None: ...
    def come_back(self, one: ParticipantRow) -> None: ...
    def first_day(self, one: ParticipantRow) -> None: ...
    def in_doubt(self, one: ParticipantRow) -> bool: ...
    def let_in(self, one: ParticipantRow) -> None: ...
    def promote(self, one: ParticipantRow) -> None: ...
    def show_person(self, person_id: str) -> None: ...
    def number_by_name(self) -> None: ...
    def print_cards(self) -> None: ...
    def open_lesson(self, one: LessonRow) -> None: ...
    def edit_lesson(self, one: LessonRow) -> None: ...
    def cancel_or_hold(self, one: LessonRow) -> None: ...
    def add_lesson(self) -> None: ...
    def change_days(self) -> None: ...


Entry = tuple[str, Callable[[], None]]


def _fill(menu: QMenu, entries: list[Entry | None]) -> None:
    for entry in entries:
        if entry is None:
            menu.addSeparator()
        else:
            words, act = entry
            menu.addAction(words).triggered.connect(lambda _checked=False, act=act: act())


class PeopleTab(Card):
    def __init__(self, page: Hands) -> None:
        super().__init__(flush=True)
        self._page = page
        self._presence: Mapping[str, Presence] = {}
        self.threshold = 80
        self.table = DataTable(
            [
                Column(_("No"), lambda one: str(one.position), "muted", 52, order=lambda one: one.position),
                Column(_("Name"), lambda one: one.name, "name"),
                Column(_("Organisation"), lambda one: one.organisation, "muted"),
                Column(_("Status"), _standing, "badge", 210),
                Column(_("Presence"), self._share, "badge", 104, order=self._order),
                Column(_("Still reachable"), self._best, "muted", 124, order=self._order),
            ],
            name=_("Participants"),
            on_open=lambda one: page.show_person(one.person_id),
            on_menu=self._menu,
            empty=EmptyState(
                "people",
                _("Nobody is enrolled yet"),
                _("Enrol people from the list, or import them from a spreadsheet."),
                action=_("Enrol"),
                on_click=page.enrol,
            ),
        )
        self.add(self.table, 1)
        self.more = Button(_("Change"), self._more, icon="more", menu=True)
        self.more.setToolTip(_("Leaving, first day, withdrawing"))
        foot = row(
            self.more,
            1,
            Button(_("Number by name"), page.number_by_name, kind="quiet", icon="sort"),
            Button(_("Print cards"), page.print_cards, kind="quiet", icon="id-card"),
        )
        foot.setContentsMargins(11, 4, 11, 4)
        self.add(foot)

    def show_people(
        self, rows: list[ParticipantRow], presence: Mapping[str, Presence], threshold: int
    ) -> None:
        self._presence, self.threshold = presence, threshold
        self.table.show_rows(rows)
        if self.table.current() is None and rows:
            self.table.choose_at(0)
        self.more.setEnabled(bool(rows))

    def _share(self, one: ParticipantRow) -> tuple[str, str, str] | None:
        return share_badge(self._presence.get(one.id), self.threshold)

    def _best(self, one: ParticipantRow) -> str:
        counted = self._presence.get(one.id)
        return percent(counted.best) if counted is not None and counted.ahead + counted.unknown else ""

    def _order(self, one: ParticipantRow) -> float:
        counted = self._presence.get(one.id)
        return -1.0 if counted is None or counted.share is None else counted.share

    def _more(self) -> None:
        one = self.table.current()
        if one is None:
            return
        menu = QMenu(self)
        menu.setFont(self.more.font())
        menu.aboutToHide.connect(menu.deleteLater)
        self._menu(one, menu)
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def _menu(self, one: ParticipantRow, menu: QMenu) -> None:
        page = self._page
        entries: list[Entry | None] = [(_("Show person"), lambda: page.show_person(one.person_id)), None]
        if one.state == LEFT:
            entries.append((_("Take back on the list"), lambda: page.come_back(one)))
        else:
            entries += [
                (_("First day…"), lambda: page.first_day(one)),
                (_("Leaves…"), lambda: page.leave_course(one)),
                (_("Withdraw enrolment"), lambda: page.withdraw(one)),
            ]
            if one.exception or page.in_doubt(one):
                entries.append((_("Why they join again…"), lambda: page.let_in(one)))
        _fill(menu, entries)


def share_badge(counted: Presence | None, threshold: int) -> tuple[str, str, str] | None:
    """A percentage as a state: met, still reachable, out of reach."""
    if counted is None or counted.share is None:
        return None
    state = "present" if counted.meets(threshold) else "late" if counted.can_meet(threshold) else "absent"
    return state, percent(counted.share), ""


def _standing(one: ParticipantRow) -> tuple[str, str, str] | None:
    """What is not the usual: a guest, gone, came later, joins a series again."""
    if one.guest:
        return "neutral", _("Guest"), ""
    again = _("Again: {why}").format(why=one.exception) if one.exception else ""
    if one.state == LEFT:
        until = date_short(one.until) if one.until else ""
        reason = _(REASONS[one.reason]) if one.reason in REASONS else ""
        return "neutral", " · ".join(filter(None, (_("Left"), until, reason, again))), ""
    since = _("From {day}").format(day=date_short(one.since)) if one.since is not None else ""
    words = " · ".join(filter(None, (since, again)))
    return ("accent", words, "") if words else None


class WaitingTab(Card):
    def __init__(self, page: Hands) -> None:
        super().__init__(flush=True)
        self.table = DataTable(
            [
                Column(_("No"), lambda one: str(one.position), "muted", 52, order=lambda one: one.position),
                Column(_("Name"), lambda one: one.name, "name"),
                Column(_("Organisation"), lambda one: one.organisation, "muted"),
                Column(_("Status"), _standing, "badge", 210),
            ],
            name=_("Waiting list"),
            on_open=page.promote,
            on_menu=lambda one, menu: _fill(
                menu,
                [
                    (_("Give a place"), lambda: page.promote(one)),
                    (_("Show person"), lambda: page.show_person(one.person_id)),
                    None,
                    (_("Withdraw enrolment"), lambda: page.withdraw(one)),
                ],
            ),
            empty=EmptyState(
                "clock", _("Nobody is waiting"), _("Whoever finds no place when enrolling stands here.")
            ),
        )
        self.add(self.table, 1)
        self.free = Label("", "body", "muted", elide=True)
        self.give = Button(_("Give a place"), lambda: self._give(page), icon="person-plus")
        foot = row(self.free, self.give)
        foot.setStretch(0, 1)
        foot.setContentsMargins(11, 4, 11, 4)
        self.add(foot)

    def _give(self, page: Hands) -> None:
        one = self.table.current()
        if one is not None:
            page.promote(one)

    def show_waiting(self, rows: list[ParticipantRow], free: str) -> None:
        self.table.show_rows(rows)
        if self.table.current() is None and rows:
            self.table.choose_at(0)
        self.free.setText(free)
        self.give.setEnabled(bool(rows))


class LessonsTab(Card):
    def __init__(self, page: Hands) -> None:
        super().__init__(flush=True)
        self._page = page
        self._expected = 0
        self.table = DataTable(
            [
                Column(
                    _("Day"),
                    lambda one: weekday_short(one.day),
                    "name",
                    220,
                    order=lambda one: (one.day, one.starts),
                ),
                Column(_("Lesson"), _hours, "text", 210),
                Column(_("Topic"), lambda one: one.topic, "muted"),
                Column(_("Attendance"), self._state, "badge", 170),
            ],
            name=_("Lessons"),
            on_open=page.open_lesson,
            on_menu=self._menu,
            empty=EmptyState("calendar", _("No lessons yet"), _("Add one, or change the course's days.")),
        )
        self.add(self.table, 1)
        self.more = Button(_("Change"), self._more, icon="more", menu=True)
        foot = row(
            Button(_("Mark attendance"), lambda: self._current(page.open_lesson), icon="attendance"),
            self.more,
            1,
            Button(_("Add lesson"), page.add_lesson, kind="quiet", icon="plus"),
            Button(_("Change the days"), page.change_days, kind="quiet", icon="calendar"),
        )
        foot.setContentsMargins(11, 4, 11, 4)
        self.add(foot)

    def _current(self, act: Callable[[LessonRow], None]) -> None:
        one = self.table.current()
        if one is not None:
            act(one)

    def show_lessons(self, rows: list[LessonRow], expected: int, near: str | None) -> None:
        self._expected = expected
        self.table.show_rows(rows)
        if self.table.current() is None and near is not None:
            self.table.choose(near)

    def _state(self, one: LessonRow) -> tuple[str, str, str]:
        if one.cancelled:
            return "neutral", _("Cancelled"), ""
        if one.closed_at:
            return "present", _("Closed"), ""
        if one.taken:
            return "late", _("{taken} of {all} taken").format(taken=one.taken, all=self._expected), ""
        return "not taken", _("Not taken"), ""

    def _menu(self, one: LessonRow, menu: QMenu) -> None:
        page = self._page
        entries: list[Entry | None] = []
        if not one.cancelled:
            entries.append((_("Mark attendance"), lambda: page.open_lesson(one)))
        entries.append((_("Hours and topic…"), lambda: page.edit_lesson(one)))
        words = _("Hold it after all") if one.cancelled else _("Cancel this lesson")
        entries += [None, (words, lambda: page.cancel_or_hold(one))]
        _fill(menu, entries)

    def _more(self) -> None:
        one = self.table.current()
        if one is None:
            return
        menu = QMenu(self)
        menu.setFont(self.more.font())
        menu.aboutToHide.connect(menu.deleteLater)
        self._menu(one, menu)
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))


def _hours(one: LessonRow) -> str:
    return f"{one.part}, {hours(one.starts)}–{hours(one.ends)}"


class GridTab(Card):
    """People down, lessons across. The columns depend on the course, so the table is made anew with them."""

    def __init__(self, page: Hands) -> None:
        super().__init__(flush=True)
        self._page = page
        self._lessons: tuple[str, ...] = ()
        self.table: DataTable | None = None
        legend = Flow(16)
        for status in STATUSES:
            legend.add(Badge(status, _(WORDS[status]), letter=LETTERS[status]))
        self._legend = QWidget()
        self._rule = Label("", "small", "muted", wrap=True)
        foot = row(legend, self._rule, gap=16)
        foot.setStretch(0, 3)
        foot.setStretch(1, 2)
        self._legend.setLayout(foot)
        foot.setContentsMargins(11, 4, 11, 4)

    def show_grid(self, grid: Grid, course: CourseRow) -> None:
        wanted = tuple(one.id for one in grid.lessons)
        if self.table is None or wanted != self._lessons:
            self._legend.setParent(None)
            clear(self.body)
            self._lessons = wanted
            self.table = self._table(grid)
            self.add(self.table, 1)
            self.add(self._legend)
            self._legend.show()
        self.table.show_rows(grid.rows)
        held = sum(one.closed_at is not None for one in grid.lessons)
        self._rule.setText(
            ngettext(
                "{count} of {all} lessons is closed; passing needs {threshold}.",
                "{count} of {all} lessons are closed; passing needs {threshold}.",
                held,
            ).format(
                count=held, all=len(grid.lessons), threshold=percent(grid.rules.presence_threshold / 100)
            )
        )
        self._rule.setToolTip(course.name)

    def _table(self, grid: Grid) -> DataTable:
        today = clock.today()
        threshold = grid.rules.presence_threshold
        columns = [
            Column(_("No"), lambda one: str(one.number), "muted", 48, order=lambda one: one.number),
            Column(_("Name"), lambda one: one.name, "name", 0),
            Column(
                _("Presence"),
                lambda one: None if one.guest else share_badge(one.presence, threshold),
                "badge",
                100,
                order=lambda one: -1.0 if one.presence.share is None else one.presence.share,
            ),
            *(_column(at, one, one.day > today and not one.closed_at) for at, one in enumerate(grid.lessons)),
        ]
        return DataTable(
            columns,
            name=_("Attendance"),
            id_of=lambda one: one.enrolment_id,
            on_open=lambda one: self._page.show_person(one.person_id),
            empty=EmptyState(
                "attendance",
                _("Nothing to show yet"),
                _("Enrol people; their marks appear here lesson by lesson."),
            ),
        )


def _column(at: int, lesson: LessonRow, ahead: bool) -> Column:
    """One lesson, by its day of the month and part: ``22P``. What lies ahead is empty, not missing."""

    def letter(one: GridRow) -> tuple[str, str, str] | None:
        status = one.statuses[at]
        if status is None:
            return None
        if not status:
            return None if ahead else ("not taken", "·", "")
        return status, "", LETTERS[status]

    return Column(f"{lesson.day.day}{lesson.part[:1]}", letter, "badge", 47)


def listed(rows: list[ParticipantRow]) -> int:
    """How many of them have a place."""
    return sum(one.state == ENROLLED and not one.guest for one in rows)
