"""The attendance desk: one field, one result, the roster beside it."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from venue_desk.actions import attendance, guests
from venue_desk.actions.attendance import KeyedIn, Marked
from venue_desk.desktop import theme
from venue_desk.desktop.page import Page, Shell
from venue_desk.desktop.pages.attendance.dialogs import CloseDialog, GuestDialog, LessonDialog, ReasonDialog
from venue_desk.desktop.pages.attendance.door import Door
from venue_desk.desktop.pages.attendance.lesson import sentence, usual_lesson
from venue_desk.desktop.pages.attendance.roster import RosterCard
from venue_desk.desktop.widgets import Banner, Dialog, EmptyState, clear
from venue_desk.domain import cards, clock, seal
from venue_desk.domain.attendance import ATTENDED, BY_LETTER, NOT_TAKEN, PRESENT, NotOnRoster
from venue_desk.domain.problem import Problem
from venue_desk.language import _, weekday_date
from venue_desk.queries import attendance as seen
from venue_desk.queries import lessons
from venue_desk.queries.attendance import Roster, RosterRow
from venue_desk.queries.lessons import LessonRow


class AttendancePage(Page):
    name: ClassVar[str] = "attendance"
    watches: ClassVar[frozenset[str]] = frozenset(
        {"course", "enrolment", "lesson", "mark", "person", "venue"}
    )

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._lesson_id: str | None = None
        self.roster: Roster | None = None
        self._paper = False
        self._last: tuple[str, float] | None = None  # the last scan, for repeats
        self._shown: Marked | None = None  # whose result stands on the card
        self._stays = False  # what stands on the card stays: a refusal, or a mark in another lesson
        self._only_marked = False  # nothing but a mark of ours has changed
        self.header.secondary(_("Choose lesson"), self.choose_lesson, icon="calendar")
        self._notes = QVBoxLayout()
        self.add(self._notes)
        inside = QWidget()
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, inside)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(theme.GAP)
        self.door = Door(self.take, self.mark_row, self._suggest, self._to_roster, self.add_guest)
        self.list = RosterCard(self)
        self._columns.addWidget(self.door, 49)
        self._columns.addWidget(self.list, 51)
        nothing = EmptyState(
            "calendar",
            _("No lesson to mark"),
            _("Add a course; its lessons come with it."),
            action=_("Add a course"),
            on_click=lambda: shell.go("courses", new=True),
        )
        held = QWidget()
        self._whole = QStackedLayout(held)
        self._whole.addWidget(inside)
        self._whole.addWidget(nothing)
        self.add(held, 1)

    # What is shown

    def refresh(self) -> None:
        light, self._only_marked = self._only_marked, False
        if light and self.roster is not None:
            # While the lesson is open it counts in no percentage, so only the marks can be different.
            before = self.roster
            self.roster = before.marked(self.shell.desk.ask(seen.marks, before.lesson.id))
            pairs = zip(before.rows, self.roster.rows, strict=True)
            changed = [new for old, new in pairs if old is not new and old != new]
            if all(self.list.table.change_row(one) for one in changed):
                self._show_state()
            else:
                self._show_rows()
            return
        if self._lesson_id is None:
            near = self.shell.desk.ask(lessons.around, self.shell.today())
            self._lesson_id = usual_lesson(near, clock.now())
        self.roster = self.shell.desk.ask(seen.roster, self._lesson_id) if self._lesson_id else None
        if self.roster is None:
            self._lesson_id = None
            self.header.say(_("Attendance desk"))
            clear(self._notes)
            self._whole.setCurrentIndex(1)
            return
        self._whole.setCurrentIndex(0)
        lesson = self.roster.lesson
        self.header.say(_("Attendance desk"), sentence(lesson))
        self._note(lesson)
        self.list.show_state(closed=lesson.closed_at is not None)
        self.door.guest.setEnabled(lesson.closed_at is None)
        self._show_rows()

    def _show_rows(self) -> None:
        assert self.roster is not None
        self.list.table.show_rows(self.roster.rows)
        self._show_state()

    def _show_state(self) -> None:
        """Counts, result and suggestions, as the marks are now."""
        assert self.roster is not None
        self.door.show_counts(self.roster.counts)
        here = self.row_of(self._shown.enrolment_id) if self._shown else None
        if self._shown is None:
            if not self._stays:
                self._rest()
        elif here is None or here.status != self._shown.status:
            self._rest()
        if self.door.field.text():
            self._suggest()

    def _rest(self) -> None:
        self._shown, self._stays = None, False
        closed = self.roster is not None and self.roster.lesson.closed_at is not None
        self.door.rest(paper=self._paper, closed=closed)

    def _note(self, lesson: LessonRow) -> None:
        """The warnings that must not be overlooked."""
        clear(self._notes)
        today = self.shell.today()
        if lesson.closed_at is not None:
            self._notes.addWidget(
                Banner(
                    _("The attendance of this lesson is closed. It can be looked at, and reopened."),
                    action=_("Reopen attendance"),
                    on_click=self.close_or_reopen,
                    icon="lock",
                )
            )
        if lesson.day != today:
            there = [one for one in self.shell.desk.ask(lessons.on, today) if one.closed_at is None]
            self._notes.addWidget(
                Banner(
                    _("This lesson is on {day}, not today.").format(day=weekday_date(lesson.day)),
                    action=_("Go to today's lesson") if there else "",
                    on_click=lambda: self.show_lesson(usual_lesson(there, clock.now())),
                    state="late",
                    icon="warning",
                )
            )

    def show_lesson(self, lesson_id: str | None) -> None:
        self._lesson_id, self._last = lesson_id, None
        self.door.field.clear()
        self.refresh()
        self._rest()
        self.door.field.setFocus()

    def open(self, **where: Any) -> None:
        if where.get("lesson"):
            self.show_lesson(where["lesson"])
        self.door.field.setFocus()
        if where.get("card"):
            self.take(where["card"])

    def typed(self, text: str) -> bool:
        """Keys and scans that no field took belong to the door."""
        field = self.door.field
        field.setFocus()
        for line in text.splitlines(keepends=True):
            field.insert(line.rstrip("\n"))
            if line.endswith("\n"):
                field.take()
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < theme.now().px(880)
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        self._columns.setDirection(way)
        self.door.result.setMinimumHeight(theme.now().px(240) if narrow else 0)
        self.list.table.setMinimumHeight(self.list.table.row_height * (8 if narrow else 3))

    # At the field

    def row_of(self, enrolment_id: str) -> RosterRow | None:
        rows = self.roster.rows if self.roster else ()
        return next((one for one in rows if one.enrolment_id == enrolment_id), None)

    def _hits(self, text: str) -> list[RosterRow]:
        return seen.find_in_roster(self.roster.rows, text) if self.roster else []

    def _suggest(self) -> None:
        text = self._split(self.door.field.text())[0]
        scanning = cards.read(text) is not None or cards.looks_scanned(text)
        self.door.suggest([] if scanning else self._hits(text))

    def _to_roster(self) -> None:
        table = self.list.table
        table.setFocus(Qt.FocusReason.OtherFocusReason)
        if table.current() is None and self.roster and self.roster.rows:
            table.choose_at(0)

    def _split(self, text: str) -> tuple[str, str]:
        """From paper, a name or number may be followed by a letter: ``10 s`` is number 10, sick."""
        words = text.split()
        if self._paper and len(words) > 1 and words[-1].upper() in BY_LETTER:
            return " ".join(words[:-1]), BY_LETTER[words[-1].upper()]
        return text, PRESENT

    def take(self, text: str) -> None:
        """Enter in the field, or a scan."""
        if seal.is_code(text):  # a certificate held to the same scanner
            self.door.field.clear()
            self.shell.go("certificates", code=text)
            return
        if self.roster is None:
            return
        text, status = self._split(text)
        hits = self._hits(text)
        chosen = self.door.chosen()
        self.door.suggest([])
        if cards.read(text) is not None or (not hits and cards.looks_scanned(text)):
            self._scan(text)
        elif hits:
            self.mark_row(chosen if chosen in hits and chosen is not None else hits[0], status)
        else:
            name = " ".join(text.split())
            self._refuse(
                _("Nobody in this lesson is “{text}”").format(text=name),
                _("Try another part of the name, or add a guest."),
                lambda: self.add_guest(name),
            )

    def mark_row(self, one: RosterRow, status: str = PRESENT) -> None:
        """Somebody found by name or number: here now, or as the paper says."""
        self.door.field.clear()
        self.door.field.setFocus()
        lesson = self._lesson_id
        if lesson is None:
            return
        do = self.shell.desk.do
        if self._paper:
            self._mark(lambda: do(attendance.mark, lesson, one.enrolment_id, status, reason=one.reason))
        else:
            self._mark(lambda: do(attendance.mark_arrival, lesson, one.enrolment_id, clock.now()))

    def _scan(self, text: str) -> None:
        now, card = time.monotonic(), cards.read(text) or cards.bare(text)
        again, self._last = cards.is_repeat(card, now, self._last), (card, now)
        lesson = self._lesson_id
        if not again and lesson is not None:
            self._mark(lambda: self.shell.desk.do(attendance.mark_by_card, lesson, text, clock.now()))

    def _mark(self, act: Callable[[], Marked]) -> None:
        self._only_marked = True
        try:
            done = act()
        except NotOnRoster as problem:
            self._stranger(problem)
        except Problem as problem:
            self._refuse(problem.text, problem.hint)
        else:
            self._only_marked = not done.again
            self.shell.catch_up()  # the row and the result are painted in one go
            self._show(done)
            return
        self._only_marked = False

    def _stranger(self, problem: NotOnRoster) -> None:
        """A card of somebody who is not on this list: another lesson's door, or a guest."""
        person = problem.person_id
        lesson = self.roster.lesson if self.roster else None
        other = self.shell.desk.ask(seen.elsewhere, person, lesson.day, lesson.id) if lesson else None
        if other is None:
            self._refuse(problem.text, problem.hint, lambda: self._known_guest(person))
            return
        there, enrolment_id = other
        self._refuse(
            problem.text,
            _("They belong to {lesson}.").format(lesson=sentence(there)),
            lambda: self._mark_there(there, enrolment_id),
            _("Mark there"),
        )

    def _mark_there(self, there: LessonRow, enrolment_id: str) -> None:
        done = self.shell.do(attendance.mark_arrival, there.id, enrolment_id, clock.now())
        if done is not None:
            self._shown, self._stays = None, True
            self.door.show_done(done, None, self.shell.undo)
            self.door.result.note.setText(sentence(there))

    def _show(self, done: Marked) -> None:
        self._shown, self._stays = done, False
        self.door.show_done(done, self.row_of(done.enrolment_id), self.shell.undo)
        self.list.table.choose(done.enrolment_id)

    def _refuse(
        self, text: str, hint: str, act: Callable[[], object] | None = None, action: str = ""
    ) -> None:
        self._shown, self._stays = None, True
        self.door.refuse(text, hint, act, action)

    # From the roster

    def set_status(self, one: RosterRow, status: str) -> None:
        """A letter or a click: this state, at this moment for those who came today."""
        lesson = self.roster.lesson if self.roster else None
        if lesson is None or status == one.status:
            return
        now = clock.now()
        kept = one.time if status in ATTENDED else ""
        if status == NOT_TAKEN:
            self.shell.do(attendance.clear, lesson.id, one.enrolment_id)
        elif self._paper:
            line = KeyedIn(one.enrolment_id, status, kept, one.reason)
            self.shell.do(attendance.key_in, lesson.id, [line])
        else:
            here = now.time() if now.date() == lesson.day else None
            at = datetime.fromisoformat(f"{lesson.day}T{kept}").time() if kept else here
            self.shell.do(attendance.mark, lesson.id, one.enrolment_id, status, at=at, reason=one.reason)

    def ask_reason(self, one: RosterRow) -> None:
        if one.status == NOT_TAKEN or self.roster is None:
            return
        lesson_id = self.roster.lesson.id

        def keep(reason: str) -> None:
            line = KeyedIn(one.enrolment_id, one.status, one.time, reason)
            self.shell.desk.do(attendance.key_in, lesson_id, [line])

        about = f"{lesson_id}/{one.enrolment_id}"
        self.shell.dialog(ReasonDialog(one, keep).of("reason", about))

    def show_person(self, one: RosterRow) -> None:
        self.shell.go("people", person=one.person_id)

    def from_paper(self, on: bool) -> None:
        self._paper = on
        self._rest()
        self.door.field.setFocus()

    def enrol(self) -> None:
        if self.roster is not None:
            self.shell.go("courses", course=self.roster.lesson.course_id)

    # The lesson

    def choose_lesson(self) -> None:
        now = self.roster.lesson if self.roster else None
        self.shell.dialog(LessonDialog(self.shell, now, lambda one: self.show_lesson(one.id)))

    def add_guest(self, name: str = "") -> None:
        if self.roster is not None:
            dialog = GuestDialog(self.shell, self.roster.lesson, self.guest_came, name)
            self.shell.dialog(dialog.of("guest", f"{self.roster.lesson.id}/{name}"))

    def _known_guest(self, person_id: str) -> None:
        done = self.shell.do(guests.add, self._lesson_id, at=clock.now(), person_id=person_id)
        if done is not None:
            self.guest_came(done)

    def guest_came(self, done: Marked) -> None:
        self._only_marked = False
        self.refresh()
        self._show(done)
        self.door.field.setFocus()

    def close_or_reopen(self) -> None:
        if self.roster is None:
            return
        lesson = self.roster.lesson
        if lesson.closed_at is not None:
            self.shell.do(attendance.reopen_lesson, lesson.id, said=_("The attendance is open again"))
            return
        rest = [one for one in self.roster.rows if one.status == NOT_TAKEN]
        said = _("The attendance is closed")
        if rest:
            dialog = CloseDialog(self.shell, lesson, rest)
            self.shell.dialog(dialog.of("close", lesson.id), done=lambda: self.shell.toast(said, undo=True))
        else:
            self.shell.do(attendance.close_lesson, lesson.id, clock.now(), said=said)

    def dialogs(self) -> dict[str, Callable[[str], None]]:
        from venue_desk.desktop.pages.attendance.again import dialogs

        return dialogs(self)

    def pictures(self) -> dict[str, Callable[[], Dialog | None]]:
        from venue_desk.desktop.pages.attendance.pictures import pictures

        return pictures(self)
