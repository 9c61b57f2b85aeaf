"""People: found as one types, one of them beside the list, and lists taken in."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QMenu, QWidget

from venue_desk.actions import people as actions
from venue_desk.desktop import theme
from venue_desk.desktop.page import Page, Shell
from venue_desk.desktop.pages.people.dialogs import MergeDialog, PersonDialog
from venue_desk.desktop.pages.people.importing import ImportDialog, keeping, kept, reading
from venue_desk.desktop.pages.people.panel import PersonPanel
from venue_desk.desktop.tables import Column, DataTable
from venue_desk.desktop.widgets import Card, Dialog, EmptyState, TextField, column, shortcut
from venue_desk.domain.problem import Problem
from venue_desk.language import _, ngettext, number
from venue_desk.queries import people as queries
from venue_desk.queries import person as cards
from venue_desk.queries import twins
from venue_desk.queries.people import PersonRow
from venue_desk.spreadsheets import people as lists
from venue_desk.spreadsheets.files import Sheet

SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".tsv", ".txt")
MOST = 1_000  # people shown for what is typed; whoever sees more goes on typing
BY_NAME = ("name", False)  # and whether downwards
NARROW = 900  # px at 100 %; below it the person stands under the list


class PeoplePage(Page):
    """The list at the left, the chosen person at the right. A spreadsheet can be dropped anywhere."""

    name: ClassVar[str] = "people"
    watches: ClassVar[frozenset[str]] = frozenset(
        {"person", "enrolment", "course", "certificate", "outcome", "vendor", "mark", "lesson", "reveal"}
    )

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._order = BY_NAME  # the header that was pressed last
        self._course = ""  # in which those of the next list are to be enrolled
        self.setAcceptDrops(True)
        self.header.secondary(_("Export"), self.export, icon="download")
        self.header.secondary(_("Import"), self.choose, icon="upload")
        self.header.primary(_("Add a person"), self.add_person, icon="person-plus")
        self.finder = TextField(
            hint=_("Name, phone or end of the NIK"), name=_("Find a person"), icon="search"
        )
        self.finder.changed.connect(self._show)
        self.table = DataTable(
            [
                Column(_("Name"), lambda one: one.shown, "name", second=_below, sort="name"),
                Column(_("Phone"), lambda one: one.phone, "text", 156, sort="phone"),
                Column(_("NIK"), _nik, "muted", 84, sort="nik"),
                Column(
                    _("Courses"),
                    lambda one: number(one.courses) if one.courses else "",
                    "number",
                    98,
                    sort="courses",
                ),
            ],
            name=_("People"),
            on_open=lambda _one: self.edit(),
            on_select=lambda _rows: self._show_person(),
            on_menu=self._menu,
            on_sort=self._sort,
        )
        self.table.steered_by(self.finder)
        self.finder.returnPressed.connect(self.table.setFocus)
        card = Card(flush=True)
        card.add(self.table, 1)
        self.panel = PersonPanel(
            edit=self.edit,
            merge=self.merge,
            remove=self.remove,
            reveal=self.reveal,
            agree=self.agree,
            course=lambda course_id: shell.go("courses", course=course_id),
        )
        left = QWidget()
        left.setLayout(column(self.finder, card, gap=12))
        held = QWidget()
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, held)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(theme.GAP)
        self._columns.addWidget(left, 5)
        self._columns.addWidget(self.panel, 3)
        self.add(held, 1)
        shortcut(self, "Ctrl+F", self.finder.setFocus)
        shortcut(self, "Ctrl+N", self.add_person)
        shortcut(self, "Ctrl+I", self.choose)

    # What is shown

    def refresh(self) -> None:
        self._show()

    def _show(self) -> None:
        typed = self.finder.value()
        desk = self.shell.desk
        order, descending = self._order
        if typed and self._order == BY_NAME:
            ids = desk.ask(queries.found_ids, typed, MOST + 1)  # the likeliest first
        else:
            ids = desk.ask(queries.ids, typed, order, descending=descending)
        self.header.say(_("People"), self._sentence(len(ids), typed))
        self.table.set_empty(self._empty(typed))
        self.table.show_ids(
            ids[:MOST] if typed else ids, lambda some: self.shell.desk.ask(queries.rows, list(some))
        )
        if ids and (self.table.current_id() not in ids):
            self.table.choose(ids[0])
        self._show_person()

    def _sort(self, key: str, descending: bool) -> None:
        self._order = key, descending
        self._show()

    def _sentence(self, found: int, typed: str) -> str:
        if typed:
            if not found:
                return _("Nobody fits “{text}”").format(text=typed)
            if found > MOST:
                text = _("More than {count} people fit “{text}”")
                return text.format(count=number(MOST), text=typed)
            text = ngettext("{count} person fits “{text}”", "{count} people fit “{text}”", found)
            return text.format(count=number(found), text=typed)
        if not found:
            return _("Whoever takes part is kept here once, whatever they join.")
        return ngettext("{count} person", "{count} people", found).format(count=number(found))

    def _empty(self, typed: str) -> QWidget:
        if typed:
            return EmptyState(
                "search",
                _("Nobody is found"),
                _("Old and new spelling are both understood. Try a shorter part of the name, or the phone."),
                action=_("Add a person"),
                on_click=self.add_person,
            )
        return EmptyState(
            "people",
            _("Nobody here yet"),
            _("Drop a spreadsheet here, or choose one. You see what was understood before anything is kept."),
            action=_("Import a list"),
            on_click=self.choose,
        )

    def _show_person(self) -> None:
        person_id = self.table.current_id()
        if person_id is None:
            self.panel.show_nobody()
            return
        card = self.shell.desk.ask(cards.card, person_id)
        if card is None:
            self.panel.show_nobody()
            return
        self.panel.show_person(card, self.shell.desk.ask(twins.alike, person_id))

    def open(
        self,
        person: str = "",
        file: str = "",
        take_in: bool = False,
        course: str = "",
        merge: str = "",
        **_where: Any,
    ) -> None:
        """Show ``person`` (to ``merge`` with another), or read ``file`` (``take_in``: ask for one) for ``course``."""
        self._course = course
        if person:
            found = self.shell.desk.ask(queries.resolved_id, person)
            self.finder.setText("")
            if found:
                self.table.choose(found)
                self._show_person()
        if file:
            self.read(Path(file))
        elif take_in:
            self.choose()
        self.table.setFocus()
        if merge and person:
            self.merge(merge)

    def typed(self, text: str) -> bool:
        """Letters typed anywhere on the page look for somebody; a scanned card ends with Enter and is not ours."""
        if not text.strip() or text.endswith("\n"):
            return False
        self.finder.setFocus()
        self.finder.setText(self.finder.text() + text)
        return True

    def pictures(self) -> dict[str, Callable[[], Dialog | None]]:
        return {
            "add": lambda: PersonDialog(self.shell),
            "edit": lambda: PersonDialog(self.shell, self._card()),
            "merge": lambda: MergeDialog(self.shell, self._chosen().id),
            "import": self._picture_of_import,
            "found": lambda: self.finder.setText("soe"),
            "nobody": lambda: self.finder.setText("zzz"),
        }

    def _picture_of_import(self) -> Dialog:
        from venue_desk.desktop.pages.people.example import sheets

        return ImportDialog(self.shell, "daftar peserta.xlsx", sheets())

    # What can be done

    def _chosen(self) -> PersonRow:
        row: PersonRow = self.table.current()
        return row

    def _card(self) -> cards.Card | None:
        person_id = self.table.current_id()
        return self.shell.desk.ask(cards.card, person_id) if person_id else None

    def add_person(self) -> None:
        typed = self.finder.value()
        self._add("" if any(c.isdigit() for c in typed) else typed)

    def _add(self, name: str) -> None:
        dialog = PersonDialog(self.shell, name=name)
        self.shell.dialog(dialog.of("add", name), done=lambda: self._added(dialog))

    def _added(self, dialog: PersonDialog) -> None:
        self.finder.setText("")
        self.shell.catch_up()  # the list must hold whom it is to choose
        self.table.choose(dialog.person_id)
        self.table.setFocus()
        self._show_person()
        self.shell.toast(_("{name} was added").format(name=dialog.said), undo=True)

    def edit(self) -> None:
        card = self._card()
        if card is not None:
            dialog = PersonDialog(self.shell, card)
            self.shell.dialog(
                dialog.of("edit", card.id), done=lambda: self.shell.toast(_("Saved"), undo=True)
            )

    def dialogs(self) -> dict[str, Callable[[str], None]]:
        def person(act: Callable[[], None]) -> Callable[[str], None]:
            def again(about: str) -> None:
                self.open(person=about)
                if self.table.current_id() == about:
                    act()

            return again

        def merge(about: str) -> None:
            one, _slash, other = about.partition("/")
            person(lambda: self.merge(other))(one)

        return {"add": self._add, "edit": person(self.edit), "merge": merge, "import": self._read_again}

    def merge(self, other_id: str = "") -> None:
        person_id = self.table.current_id()
        if person_id:
            dialog = MergeDialog(self.shell, person_id, other_id)
            self.shell.dialog(
                dialog.of("merge", f"{person_id}/{other_id}"), done=lambda: self._merged(dialog)
            )

    def _merged(self, dialog: MergeDialog) -> None:
        self.open(person=dialog.kept_id)
        self.shell.toast(_("Two records are now one"), undo=True)

    def remove(self) -> None:
        row = self.table.current()
        if row is not None:
            self.shell.do(actions.remove, row.id, said=_("{name} was removed").format(name=row.shown))

    def reveal(self) -> None:
        row = self.table.current()
        if row is not None:
            nik = self.shell.do(actions.reveal, row.id)
            if nik:
                self.panel.show_nik(nik)

    def agree(self, given: bool) -> None:
        row = self.table.current()
        if row is not None:
            self.shell.do(actions.agree, row.id, given, said=_("The answer was noted"))

    def _menu(self, _row: PersonRow, menu: QMenu) -> None:
        menu.addAction(_("Edit"), self.edit)
        menu.addAction(_("Merge with…"), self.merge)
        menu.addAction(_("Remove"), self.remove)

    # Lists in and out

    def choose(self) -> None:
        kinds = " ".join(f"*{suffix}" for suffix in SUFFIXES)
        self.shell.choose_file(_("Choose a list of people"), _("Spreadsheets") + f" ({kinds})", self.read)

    def read(self, path: Path) -> None:
        """Read a file on the worker and show what was understood; nothing is written yet."""
        self.shell.run(
            reading(path), _("Reading {file}").format(file=path.name), done=partial(self._understood, path)
        )

    def _understood(self, path: Path, sheets: list[Sheet]) -> None:
        dialog = ImportDialog(self.shell, path.name, sheets, course_id=self._course)
        about = f"{self._course}/{path}"
        self._course = ""
        self.shell.dialog(dialog.of("import", about), done=lambda: self._imported(dialog))
        # So that the choices made here need the stick no more, should they have to come back.
        self.shell.run(keeping(self.shell.desk, sheets), "", quiet=True)

    def _read_again(self, about: str) -> None:
        """Go on with a list, from what was kept of it; a long one is read from its file."""
        self._course, _slash, name = about.partition("/")
        path, sheets = Path(name), kept(self.shell.desk)
        if sheets:
            self._understood(path, sheets)
        elif path.is_file():
            self.read(path)
        else:
            raise Problem(
                _("The file {file} is not here now, so its import cannot go on.").format(file=path.name),
                _("Plug the stick in and import the file again: what you had decided comes back with it."),
            )

    def _imported(self, dialog: ImportDialog) -> None:
        self.finder.setText("")
        self._show()
        self.table.setFocus()
        if dialog.imported is not None and dialog.imported.ids:
            self.table.choose(dialog.imported.ids[0])
        self.shell.toast(dialog.said(), undo=True)

    def export(self) -> None:
        kinds = "Excel (*.xlsx);;CSV (*.csv)"
        self.shell.save_file(_("Export people"), _("people") + ".xlsx", kinds, self._export)

    def _export(self, path: Path) -> None:
        desk = self.shell.desk

        def job() -> Any:
            yield 0.1
            found = desk.ask(queries.exported)
            yield 0.4
            lists.export(path, found)
            desk.do(actions.note_export, len(found))
            return len(found)

        def told(count: int) -> None:
            text = ngettext("{count} person written to {file}.", "{count} people written to {file}.", count)
            self.shell.toast(
                text.format(count=number(count), file=path.name),
                action=_("Open"),
                on_click=lambda: self.shell.open_file(path),
            )

        self.shell.run(job(), _("Writing {file}").format(file=path.name), done=told)

    # Dropping a file, and a narrow window

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _dropped(event)
        if path is not None:
            event.acceptProposedAction()
            self.read(path)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < theme.now().px(NARROW)
        ways = QBoxLayout.Direction
        self._columns.setDirection(ways.TopToBottom if narrow else ways.LeftToRight)


def _dropped(event: QDropEvent) -> Path | None:
    urls = event.mimeData().urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None


def _below(row: PersonRow) -> str:
    return " · ".join(part for part in (row.last, row.organisation or row.area) if part)


def _nik(row: PersonRow) -> str:
    return "… " + row.nik[-4:] if row.nik else ""
