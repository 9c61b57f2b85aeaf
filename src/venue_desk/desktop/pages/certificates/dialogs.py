"""Dialogs of certificates: issue, print again, hand over, void. Issuing and voiding are final and say so."""

from collections.abc import Sequence
from datetime import date

from venue_desk.actions import certificates as actions
from venue_desk.desktop.output import paper_choice, where_choice
from venue_desk.desktop.page import Shell
from venue_desk.desktop.widgets import (
    Check,
    DateField,
    Dialog,
    Form,
    Label,
    TextArea,
    TextField,
    column,
)
from venue_desk.domain.assessment import CERTIFICATE
from venue_desk.domain.problem import Problem
from venue_desk.language import _, date_long, ngettext, number
from venue_desk.queries.assessment import PersonRow, Sheet
from venue_desk.queries.certificates import CertificateRow

NAMES_SHOWN = 14


class IssueDialog(Dialog):
    """Who gets what, the day, and where it is printed. Accepted, it holds what was chosen."""

    def __init__(self, shell: Shell, sheet: Sheet, due: Sequence[PersonRow]) -> None:
        count = len(due)
        super().__init__(
            ngettext("Issue {count} certificate", "Issue {count} certificates", count).format(
                count=number(count)
            ),
            sentence=_(
                "{course}. This is final: numbers are given, and a mistake can only be voided."
            ).format(course=sheet.name),
            yes=ngettext("Issue {count}", "Issue {count}", count).format(count=number(count)),
            danger=True,
            width=560,
        )
        self.due = due
        certificates = [row.name for row in due if row.verdict.kind == CERTIFICATE]
        others = [row.name for row in due if row.verdict.kind != CERTIFICATE]
        for title, names in (
            (_("Certificate of competency"), certificates),
            (_("Completion letter"), others),
        ):
            if names:
                heading = Label(f"{title} ({number(len(names))})", "card")
                self.add(column(heading, Label(_short(names), "body", wrap=True), gap=4))
        self.form = Form(columns=2)
        self.form.add("on", _("Day of issue"), DateField(max(shell.today(), sheet.ends_on)), needed=True)
        self.form.add("paper", _("Paper"), paper_choice())
        self.form.add(
            "form",
            _("First form number"),
            TextField(hint="AB 004512"),
            _("Only for preprinted forms; it counts up."),
        )
        self.form.add("printer", _("To"), where_choice())
        if certificates:
            self.form.add("letters", "", Check(_("Completion letters for the competent too")), wide=True)
        self.add(self.form)

    def check(self) -> bool:
        day = self.form.value("on")
        if day is None:
            self.form.error("on", _("Write the day of issue."))
            return False
        return True

    @property
    def day(self) -> date:
        day: date = self.form.value("on")
        return day

    @property
    def first_form(self) -> str:
        return str(self.form.value("form"))

    @property
    def letters(self) -> bool:
        return "letters" in self.form.rows and bool(self.form.value("letters"))

    @property
    def paper(self) -> str:
        return str(self.form.value("paper"))

    @property
    def printer(self) -> str:
        return str(self.form.value("printer"))


def _short(names: Sequence[str]) -> str:
    shown = ", ".join(names[:NAMES_SHOWN])
    if len(names) > NAMES_SHOWN:
        shown += " " + _("and {count} more").format(count=number(len(names) - NAMES_SHOWN))
    return shown


class PrintDialog(Dialog):
    """Print again: as the original while it was not handed over, else as a counted copy."""

    def __init__(self, rows: Sequence[CertificateRow], *, copy: bool) -> None:
        first = rows[0]
        title = _("Print a copy") if copy else _("Print the original")
        if len(rows) == 1:
            sentence = _("{number} of {name}").format(number=first.number, name=first.name)
        else:
            sentence = ngettext("{count} certificate", "{count} certificates", len(rows)).format(
                count=number(len(rows))
            )
        super().__init__(title, sentence=sentence, yes=_("Print"), width=460)
        self.rows, self.copy = rows, copy
        if copy:
            said = _("Every copy is counted, marked “Salinan” and signed as a copy.")
            if len(rows) == 1 and first.copies:
                printed = ngettext(
                    "It was printed again {count} time.", "It was printed again {count} times.", first.copies
                )
                said = f"{said} {printed.format(count=number(first.copies))}"
            self.add(Label(said, wrap=True))
        self.form = Form(columns=2)
        self.form.add("printer", _("To"), where_choice())
        self.form.add("paper", _("Paper"), paper_choice())
        self.add(self.form)

    @property
    def paper(self) -> str:
        return str(self.form.value("paper"))

    @property
    def printer(self) -> str:
        return str(self.form.value("printer"))


class HandOverDialog(Dialog):
    """Who received certificates, and when. Empty: each person their own."""

    def __init__(self, shell: Shell, rows: Sequence[CertificateRow]) -> None:
        count = len(rows)
        super().__init__(
            _("Hand over"),
            sentence=ngettext("{count} certificate", "{count} certificates", count).format(
                count=number(count)
            ),
            yes=_("Hand over"),
            width=480,
        )
        self._shell, self._rows = shell, rows
        self.add(Label(_short([row.name for row in rows]), "strong", wrap=True))
        self.form = Form()
        self.form.add(
            "to",
            _("Received by"),
            TextField(hint=_("The person named on it")),
            _("Only if someone else signs for it."),
        )
        self.form.add("note", _("Note"), TextField(hint=_("Signed on the receipt")))
        self.add(self.form)

    def check(self) -> bool:
        values = self.form.values()
        self._shell.desk.do(
            actions.hand_over, [row.id for row in self._rows], to=values["to"], note=values["note"]
        )
        return True


class VoidDialog(Dialog):
    """Void one certificate with a reason."""

    def __init__(self, shell: Shell, row: CertificateRow) -> None:
        super().__init__(
            _("Void this certificate?"),
            sentence=_("{name}, issued on {day}.").format(name=row.name, day=date_long(row.issued_on)),
            yes=_("Void it"),
            no=_("Keep it"),
            danger=True,
            width=480,
        )
        self._shell, self._row = shell, row
        self.add(Label(row.number, "strong", wrap=True))
        self.add(
            Label(
                _(
                    "This is final. Whoever verifies it will see that it is void; its number is never used again. "
                    "A new certificate can be issued, which names the one that it replaces."
                ),
                wrap=True,
            )
        )
        self.form = Form()
        self.form.add(
            "reason", _("Reason"), TextArea(lines=2, hint=_("e.g. the name was misspelt")), needed=True
        )
        self.add(self.form)

    def check(self) -> bool:
        reason = self.form.value("reason")
        if not reason.strip():
            self.form.error("reason", _("Write why it is void."))
            return False
        try:
            self._shell.desk.do(actions.void, self._row.id, reason)
        except Problem as problem:
            self.form.error("reason", str(problem))
            return False
        return True
