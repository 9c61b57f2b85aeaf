"""Taking in a list: what was understood, what each row is, and one step that writes all of it or nothing."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import astuple
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from venue_desk.actions import imports
from venue_desk.actions.imports import Imported
from venue_desk.desktop import theme
from venue_desk.desktop.page import Shell
from venue_desk.desktop.pages.people.columns import ColumnList
from venue_desk.desktop.pages.people.rows import Decisions, RowList
from venue_desk.desktop.widgets import Banner, Combo, Dialog, Label, Segmented, clear, column, row
from venue_desk.domain.courses import CLOSED
from venue_desk.language import _, ngettext, number
from venue_desk.queries import courses, series, twins
from venue_desk.spreadsheets import files
from venue_desk.spreadsheets import people as lists
from venue_desk.spreadsheets.files import Sheet
from venue_desk.spreadsheets.people import Understood
from venue_desk.store import drafts
from venue_desk.store.desk import Desk

WIDE = 960  # px at 100 %: from here columns and rows stand side by side


def reading(path: Path) -> Generator[Any, None, list[Sheet]]:
    """A job: read a file on the worker."""
    yield None
    return files.read(path)


def keeping(desk: Desk, sheets: Sequence[Sheet]) -> Generator[Any, None, None]:
    """A job: keep what a file said with the draft."""
    yield None
    desk.do(drafts.keep_source, [astuple(one) for one in sheets])


def kept(desk: Desk) -> list[Sheet]:
    """What ``keeping`` kept, or nothing."""
    return [Sheet(*one) for one in desk.ask(drafts.source) or ()]


class ImportDialog(Dialog):
    """Shows what a list holds; nothing is written before its button is pressed. ``imported`` says what was."""

    def __init__(self, shell: Shell, file: str, sheets: Sequence[Sheet], course_id: str = "") -> None:
        super().__init__(_("Import a list"), yes=_("Import"), width=1240)
        self.shell, self.file, self.sheets = shell, file, sheets
        self.imported: Imported | None = None
        self.understood: Understood | None = None
        self._asked = 0  # what is understood of another choice meanwhile is of no use
        self._back: Decisions | None = None  # what was decided before a crash, until its rows are here
        shown = [one for one in sheets if not one.hidden] or list(sheets)
        names = [(one.name, one.name.strip() or one.name) for one in shown]
        self.sheet = Combo(names, name=_("Sheet"))
        self.sheet.changed.connect(self._another_sheet)
        open_courses = [one for one in shell.desk.ask(courses.listed, shell.today()) if one.state != CLOSED]
        choices = [
            (None, _("No course, people only")),
            *((one.id, f"{one.code} · {one.name}") for one in open_courses),
        ]
        self.course = Combo(choices, course_id or None, name=_("Course"))
        self.course.changed.connect(self._compare)
        where = [Label(_("Enrol them in"), "strong"), self.course]
        if len(shown) > 1:
            where = [Label(_("Sheet"), "strong"), self.sheet, *where]
        self.add(row(*where, 1, gap=12))
        self.notices = QWidget()
        self._notices = column(gap=8)
        self.notices.setLayout(self._notices)
        self.add(self.notices)
        self.columns = ColumnList(self._mapped)
        self.rows = RowList(self._decided)
        tabs = [(_ROWS, _("Rows")), (_COLUMNS, _("Columns"))]
        self.tabs = Segmented(tabs, _ROWS, lambda _value: self._fold(), name=_("Show"))
        self.add(row(self.tabs, 1))
        both = row(gap=24)
        both.addWidget(self.columns, 4)
        both.addWidget(self.rows, 9)
        self.body.addLayout(both, 1)
        self._understand(None, {})

    # What comes back after a crash

    def held(self) -> dict[str, Any]:
        return {
            "sheet": self.sheet.value(),
            "course": self.course.value(),
            "columns": sorted(self.columns.chosen().items()),
            "rows": self.rows.decisions().listed(),
        }

    def hold(self, values: Mapping[str, Any]) -> None:
        if "course" in values:
            self.course.set_value(values["course"])
        self._back = Decisions.of(values.get("rows", ()))
        self.sheet.blockSignals(True)
        self.sheet.set_value(values.get("sheet", self.sheet.value()))
        self.sheet.blockSignals(False)
        self._understand(self.sheet.value(), dict(values.get("columns", ())))

    # What is understood

    def _another_sheet(self) -> None:
        self._understand(self.sheet.value(), {})

    def _mapped(self, chosen: dict[int, str]) -> None:
        self._understand(self.sheet.value(), chosen)

    def _understand(self, sheet: str | None, chosen: dict[int, str]) -> None:
        """Small lists at once, long ones on the worker, so that the window never waits."""
        self.yes.setEnabled(False)
        self._asked += 1
        if max(len(one.rows) for one in self.sheets) <= _SMALL:
            self._show(lists.understood(self.file, self.sheets, sheet=sheet, chosen=chosen))
            return
        job = lists.interpret(self.file, self.sheets, sheet=sheet, chosen=chosen)
        done = partial(self._understood, self._asked)
        self.shell.run(job, _("Reading {file}").format(file=self.file), done=done)

    def _understood(self, asked: int, understood: Understood) -> None:
        if asked == self._asked:
            self._show(understood)

    def _show(self, understood: Understood) -> None:
        self.understood = understood
        self.sheet.blockSignals(True)
        self.sheet.set_value(understood.sheet)
        self.sheet.blockSignals(False)
        self.sentence.setText(_sentence(understood))
        self.sentence.setVisible(True)
        self.columns.show_columns(understood.columns)
        self._compare()

    def _compare(self) -> None:
        understood = self.understood
        if understood is None:
            return
        desk, course_id = self.shell.desk, self.course.value()
        if len(understood.entries) <= _SMALL:
            self._compared(desk.ask(twins.compared, understood.entries, course_id))
            return

        def job() -> Generator[Any, None, list[twins.Compared]]:
            yield None
            return desk.ask(twins.compared, understood.entries, course_id)

        self.shell.run(job(), _("Comparing with those who are here"), done=self._compared)

    def _compared(self, rows: list[twins.Compared]) -> None:
        self.rows.show_rows(rows)
        if self._back is not None:
            self.rows.decide(self._back)
            self._back = None
        self._notice(rows)
        self._decided()

    def _notice(self, rows: Sequence[twins.Compared]) -> None:
        clear(self._notices)
        assert self.understood is not None
        if not self.understood.has_names:
            words = _("No column holds names. Choose one under Columns.")
            self._notices.addWidget(Banner(words, state="danger", icon="warning"))
        damaged = sum(column.damaged for column in self.understood.columns if column.field == "nik")
        elsewhere = sum(column.damaged for column in self.understood.columns if column.field != "nik")
        if damaged or elsewhere:
            text = ngettext(
                "{count} NIK was kept as a number and is damaged. It is left empty: type it in from the card later.",
                "{count} NIKs were kept as numbers and are damaged. They are left empty: type them in from the "
                "cards later.",
                damaged or elsewhere,
            )
            words = text.format(count=number(damaged or elsewhere))
            self._notices.addWidget(Banner(words, state="late", icon="warning"))
        turns = sum(bool(one.turn) for one in rows)
        if turns:
            text = ngettext(
                "{count} person has had a turn in this series and will not be enrolled.",
                "{count} people have had a turn in this series and will not be enrolled.",
                turns,
            )
            self._notices.addWidget(Banner(text.format(count=number(turns)), state="late", icon="info"))
        fresh = self.shell.desk.ask(series.fresh, self.course.value() or "")
        if fresh is not None:
            self._notices.addWidget(Label(fresh.words, "small", "muted", wrap=True))
        self.notices.setVisible(self._notices.count() > 0)

    def _decided(self) -> None:
        """What the button would do now stands on it."""
        new, known = self.rows.counts()
        if new or not known:
            text = ngettext("Import {count} person", "Import {count} people", new).format(count=number(new))
        else:
            text = ngettext("Complete {count} person", "Complete {count} people", known)
            text = text.format(count=number(known))
        self.yes.setText(text)
        has_names = self.understood is not None and self.understood.has_names
        self.yes.setEnabled(bool(new or known) and has_names)

    # Writing

    def check(self) -> bool:
        """Start to write on the worker; the dialog closes when it is done, and stays with a reason when not."""
        if self.understood is None or not self.yes.isEnabled():
            return False
        desk, rows, course_id = self.shell.desk, self.rows.all(), self.course.value()
        decided = self.rows.decisions()
        asked = next((one.title for one in self.understood.columns if one.field == "consent"), "")

        def job() -> Generator[Any, None, Imported]:
            yield None
            return desk.do(
                imports.accept,
                rows,
                chosen=decided.choices,
                same_as=decided.same_as,
                days=decided.days,
                course_id=course_id,
                asked=asked,
            )

        self.yes.setEnabled(False)
        self.shell.run(job(), _("Importing"), done=self._written, failed=self._refused)
        return False

    def _written(self, done: Imported) -> None:
        self.imported = done
        self.accept()

    def _refused(self, problem: Any) -> None:
        self._decided()
        self.problem(problem)

    def said(self) -> str:
        """What was done, in one sentence."""
        done = self.imported
        if done is None:
            return ""
        parts = [
            ngettext("{count} person added", "{count} people added", done.added).format(
                count=number(done.added)
            )
        ]
        if done.known:
            parts.append(
                ngettext("{count} known", "{count} known", done.known).format(count=number(done.known))
            )
        if done.enrolled:
            text = ngettext("{count} enrolled", "{count} enrolled", len(done.enrolled))
            parts.append(text.format(count=number(len(done.enrolled))))
        if done.waiting:
            text = ngettext("{count} on the waiting list", "{count} on the waiting list", len(done.waiting))
            parts.append(text.format(count=number(len(done.waiting))))
        if done.refused:
            text = ngettext("{count} not enrolled", "{count} not enrolled", len(done.refused))
            parts.append(text.format(count=number(len(done.refused))))
        return ", ".join(parts)

    def fit(self) -> None:
        """As tall as the window allows: the more rows are seen at once, the better."""
        super().fit()
        over = self.parentWidget()
        if over is not None:
            self.resize(self.width(), max(self.height(), over.window().height() - 72))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        """Side by side where there is room, else the one that is chosen."""
        narrow = self.width() < theme.now().px(WIDE)
        self.tabs.setVisible(narrow)
        for part in (self.columns, self.rows):
            part.title.setVisible(not narrow)
        self.columns.setVisible(not narrow or self.tabs.value() == _COLUMNS)
        self.rows.setVisible(not narrow or self.tabs.value() == _ROWS)


_ROWS, _COLUMNS = "rows", "columns"
_SMALL = 300  # rows that are understood and compared in a moment


def _sentence(understood: Understood) -> str:
    first, last = understood.heading_lines
    found = sum(bool(entry.name) for entry in understood.entries)
    people = ngettext("{count} row with a name", "{count} rows with a name", found).format(
        count=number(found)
    )
    if not first:
        where = _("no headings, columns told by what is in them")
    elif first == last:
        where = _("headings in row {row}").format(row=first)
    else:
        where = _("headings in rows {first} to {last}").format(first=first, last=last)
    parts = [understood.file, where, people]
    if understood.skipped:
        text = ngettext(
            "{count} other line left out", "{count} other lines left out", len(understood.skipped)
        )
        parts.append(text.format(count=number(len(understood.skipped))))
    return " · ".join(parts)
