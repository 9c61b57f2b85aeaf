"""Certificates: the register, the assessment of a course, and checking one that somebody brings."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from venue_desk.actions.certificates import Issued
from venue_desk.desktop import output
from venue_desk.desktop.page import Page, Shell
from venue_desk.desktop.pages.certificates import drawing
from venue_desk.desktop.pages.certificates.assess import AssessView
from venue_desk.desktop.pages.certificates.check import CheckView
from venue_desk.desktop.pages.certificates.dialogs import HandOverDialog, IssueDialog, PrintDialog, VoidDialog
from venue_desk.desktop.pages.certificates.register import RegisterView
from venue_desk.desktop.widgets import Dialog, Segmented, row
from venue_desk.domain.seal import is_code
from venue_desk.language import _, ngettext, number
from venue_desk.queries import certificates as queries
from venue_desk.queries.assessment import Sheet
from venue_desk.queries.certificates import WAITING, CertificateRow

REGISTER, ASSESS, CHECK = "register", "assess", "check"


class CertificatesPage(Page):
    """Three views under one header; the primary button always issues."""

    name: ClassVar[str] = "certificates"
    watches: ClassVar[frozenset[str]] = frozenset(
        {
            "certificate",
            "certificate_event",
            "assessment",
            "enrolment",
            "course",
            "lesson",
            "mark",
            "person",
            "signing_key",
            "venue",
        }
    )

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.header.secondary(_("Print the last again"), self.print_last, icon="printer")
        self.header.primary(_("Issue certificates"), self.issue, icon="certificate")
        self.register = RegisterView(shell, self)
        self.assess = AssessView(shell)
        self.check = CheckView(shell)
        self.views = {REGISTER: self.register, ASSESS: self.assess, CHECK: self.check}
        self.tabs = Segmented(
            [(REGISTER, _("Register")), (ASSESS, _("Assessment")), (CHECK, _("Verify"))],
            REGISTER,
            self.turn,
            name=_("View"),
        )
        self.add(row(self.tabs, 1))
        # Not stacked: a stack is as large as its largest view, also while that one is hidden.
        for key, view in self.views.items():
            self.add(view, 1)
            view.setVisible(key == REGISTER)

    def refresh(self) -> None:
        counted = self.shell.desk.ask(queries.counts)
        standing, waiting = counted.standing, counted.waiting
        said = ngettext(
            "{count} certificate was issued", "{count} certificates were issued", standing
        ).format(count=number(standing))
        if waiting:
            wait = ngettext("{count} is not handed over", "{count} are not handed over", waiting)
            said += " · " + wait.format(count=number(waiting))
        self.header.say(_("Certificates"), said if standing else _("None was issued yet"))
        view = self.tabs.value()
        if view == REGISTER:
            self.register.refresh()
        elif view == ASSESS:
            self.assess.refresh()
        else:
            self.check.refresh()

    def turn(self, view: str) -> None:
        """Show one of the three views."""
        for key, one in self.views.items():
            one.setVisible(key == view)
        self.refresh()
        (
            self.check.code if view == CHECK else self.assess.grid if view == ASSESS else self.register.table
        ).setFocus()

    def open(
        self, course: str = "", certificate: str = "", code: str = "", key: str = "", **_where: Any
    ) -> None:
        if code:
            self.typed(code)
        elif key:
            self._show(REGISTER)
            self.register.of_key(key)
        elif certificate:
            self._show(REGISTER)
            self.register.choose(certificate)
        elif course:
            waiting = self.shell.desk.ask(queries.ids, course_id=course, state=WAITING)
            if waiting:
                self._show(REGISTER)
                self.register.of_course(course)
            else:
                self._show(ASSESS)
                self.assess.choose(course)

    def typed(self, text: str) -> bool:
        """A certificate's code that was scanned while no field had the focus."""
        if not is_code(text):
            return False
        self._show(CHECK)
        self.check.code.setText(text.strip().upper())
        self.check.check_text()
        return True

    def _show(self, view: str) -> None:
        if self.tabs.value() == view:
            self.refresh()
        else:
            self.tabs.set_value(view)

    # What can be done

    def issue(self) -> None:
        """Ask, with all names, then issue for the course that is shown."""
        if self.tabs.value() != ASSESS:
            self._show(ASSESS)
        sheet = self.assess.sheet
        if sheet is None or not sheet.due:
            self.shell.toast(
                _("Nobody in this course can get a certificate now: the reasons stand beside each name.")
                if sheet
                else _("There is no course to issue certificates for.")
            )
            self.assess.grid.setFocus()
            return
        dialog = IssueDialog(self.shell, sheet, sheet.due)
        self.shell.dialog(dialog.of("issue", sheet.course_id), done=partial(self._issue, sheet, dialog))

    def _issue(self, sheet: Sheet, chosen: IssueDialog) -> None:
        desk, ids = self.shell.desk, [row.enrolment_id for row in chosen.due]
        day, letters, form, paper = chosen.day, chosen.letters, chosen.first_form, chosen.paper
        output.send(
            self.shell,
            chosen.printer,
            _("certificates") + f"-{sheet.code}.pdf",
            _("Issue certificates"),
            lambda path: drawing.issuing(
                desk, path, sheet.course_id, ids, day, letters=letters, form=form, size=paper
            ),
            self._issued,
            cancelled=self._stopped,
        )

    def _stopped(self) -> None:
        """Whoever stops the drawing after the numbers were given finds the certificates in the register."""
        self._show(REGISTER)
        self.shell.toast(_("Stopped. What was issued stands in the register and can be printed from there."))

    def _issued(self, issued: object, path: Path | None) -> None:
        assert isinstance(issued, list)
        made: list[Issued] = issued
        said = ngettext("{count} certificate was issued", "{count} certificates were issued", len(made))
        self._tell(said.format(count=number(len(made))), path)
        self._show(REGISTER)

    def print_last(self) -> None:
        """Print the newest certificate again: two clicks."""
        last = self.shell.desk.ask(queries.last_issued)
        if last is None:
            self.shell.toast(_("No certificate was issued yet"))
        else:
            self.print_rows([last], copy=not last.original)

    def print_rows(self, rows: Sequence[CertificateRow], *, copy: bool) -> None:
        """Ask where to, then print originals or copies."""
        dialog = PrintDialog(rows, copy=copy)
        about = ",".join([str(int(copy)), *(one.id for one in rows)])
        self.shell.dialog(dialog.of("print", about), done=partial(self._print, dialog))

    def _print(self, chosen: PrintDialog) -> None:
        desk, rows, paper = self.shell.desk, chosen.rows, chosen.paper
        ids = [one.id for one in rows]
        job = drawing.copies if chosen.copy else drawing.originals
        name = rows[0].number.replace("/", "-") if len(rows) == 1 else _("certificates")
        said = ngettext("{count} certificate was printed", "{count} certificates were printed", len(ids))
        output.send(
            self.shell,
            chosen.printer,
            f"{name}.pdf",
            _("Print"),
            lambda path: job(desk, path, ids, paper),
            lambda _count, path: self._tell(said.format(count=number(len(ids))), path),
        )

    def _tell(self, said: str, path: Path | None) -> None:
        if path is None:
            self.shell.toast(said)
        else:
            self.shell.toast(said, action=_("Open"), on_click=lambda: self.shell.open_file(path))

    def hand_over(self, rows: Sequence[CertificateRow]) -> None:
        said = ngettext(
            "{count} certificate was handed over", "{count} certificates were handed over", len(rows)
        )
        self.shell.dialog(
            HandOverDialog(self.shell, rows).of("hand-over", ",".join(one.id for one in rows)),
            done=lambda: self.shell.toast(said.format(count=number(len(rows))), undo=True),
        )

    def void(self, one: CertificateRow) -> None:
        self.shell.dialog(
            VoidDialog(self.shell, one).of("void", one.id),
            done=lambda: self.shell.toast(_("{number} is void now.").format(number=one.number)),
        )

    def dialogs(self) -> dict[str, Callable[[str], None]]:
        def of(act: Callable[[list[CertificateRow]], None]) -> Callable[[str], None]:
            def again(about: str) -> None:
                ids = about.split(",")
                rows = self.shell.desk.ask(queries.rows, ids)
                if len(rows) == len(ids):
                    act(rows)

            return again

        def issue(course_id: str) -> None:
            self._show(ASSESS)
            self.assess.choose(course_id)
            sheet = self.assess.sheet
            if sheet is not None and sheet.course_id == course_id and sheet.due:
                self.issue()

        def printed(about: str) -> None:
            copy, _comma, ids = about.partition(",")
            of(lambda rows: self.print_rows(rows, copy=copy == "1"))(ids)

        def void(rows: list[CertificateRow]) -> None:
            if rows[0].voided_on is None:
                self.void(rows[0])

        return {
            "issue": issue,
            "print": printed,
            "hand-over": of(self.hand_over),
            "void": of(void),
        }

    def pictures(self) -> dict[str, Callable[[], Dialog | None]]:
        desk = self.shell.desk

        def rows() -> list[CertificateRow]:
            return desk.ask(queries.listed)

        def checked() -> None:
            self._show(CHECK)
            found = desk.ask(queries.details, rows()[0].id)
            if found is not None:
                self.check.code.setText(found.token)
                self.check.check_text()

        def verify() -> None:
            self._show(CHECK)
            self.check.rest()

        def unknown() -> None:
            self._show(CHECK)
            self.check.code.setText("https://contoh.example")
            self.check.check_text()

        def issue() -> Dialog:
            self._show(ASSESS)
            sheet = self.assess.sheet
            assert sheet is not None
            return IssueDialog(self.shell, sheet, sheet.due or sheet.rows[:6])

        return {
            "assessment": lambda: self._show(ASSESS),
            "issue": issue,
            "verify": verify,
            "valid": checked,
            "unknown": unknown,
            "print": lambda: PrintDialog(rows()[:1], copy=True),
            "hand over": lambda: HandOverDialog(self.shell, rows()[:3]),
            "void": lambda: VoidDialog(self.shell, rows()[0]),
            "register": lambda: self._show(REGISTER),
        }
