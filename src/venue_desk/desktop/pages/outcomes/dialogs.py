"""Recording an outcome and referring an alumnus."""

from venue_desk.actions import outcomes as actions
from venue_desk.desktop.page import Shell
from venue_desk.desktop.widgets import Combo, DateField, Dialog, Form, TextArea, TextField
from venue_desk.domain import outcomes
from venue_desk.language import _
from venue_desk.queries.outcomes import AlumnusRow

AT_WORK = ("employer", "role", "since", "related")
"""Fields that only make sense for somebody at work."""


class OutcomeDialog(Dialog):
    """What was learnt of an alumnus today. Enter saves; what was known before is filled in."""

    def __init__(self, shell: Shell, row: AlumnusRow, kind: str = "") -> None:
        super().__init__(
            _("Record an outcome"),
            yes=_("Record"),
            sentence=_("{name} · {course}").format(name=row.name, course=row.course),
            width=560,
        )
        self._shell, self._row = shell, row
        kind = kind or (row.kind if row.kind != outcomes.UNKNOWN else outcomes.EMPLOYED)
        self.form = Form(columns=2)
        self._kind = Combo([(one, outcomes.kind_name(one)) for one in outcomes.KINDS], kind)
        self._kind.changed.connect(self._suit)
        self.form.add("kind", _("Outcome"), self._kind, needed=True)
        self.form.add(
            "verified",
            _("Verified"),
            Combo(
                [
                    ("", _("Not verified")),
                    *((one, outcomes.verification_name(one)) for one in outcomes.VERIFICATIONS),
                ],
                row.verified or "phone",
            ),
        )
        self.form.add("employer", _("Employer or business"), TextField(row.employer), wide=True)
        self.form.add("role", _("Work"), TextField(row.role, hint=_("e.g. cook, cashier, own stall")))
        self.form.add("since", _("Since"), DateField(row.since))
        self.form.add(
            "related",
            _("In the trade they learned"),
            Combo(
                [(None, _("Not asked")), (True, _("Yes, in this trade")), (False, _("No, in another"))],
                row.related,
            ),
        )
        self.form.add("on", _("Asked on"), DateField(shell.today()))
        self.form.add("note", _("Note"), TextArea(lines=2), wide=True)
        self.add(self.form)
        self._suit()
        first = "employer" if kind in outcomes.PLACED else "note"
        self.form.rows[first].field.setFocus()

    def _suit(self) -> None:
        """Show what belongs to work only where there is work, and how it was verified where something is known."""
        kind = self._kind.value()
        for key in AT_WORK:
            self.form.rows[key].setVisible(kind in outcomes.PLACED)
        self.form.rows["verified"].setVisible(kind != outcomes.UNKNOWN)
        if self.isVisible():
            self.fit()

    def check(self) -> bool:
        for key in ("since", "on"):
            if self.form.rows[key].field.wrong():  # type: ignore[attr-defined]
                self.form.error(key, _("This is no date."))
                return False
        values = self.form.values()
        self._shell.desk.do(
            actions.record,
            self._row.enrolment_id,
            values["kind"],
            employer=values["employer"],
            role=values["role"],
            related=values["related"],
            since=values["since"],
            verified=values["verified"] or "",
            note=values["note"],
            on=values["on"] or self._shell.today(),
        )
        return True


class ReferDialog(Dialog):
    """Where an alumnus was referred to, with the referral's number."""

    def __init__(self, shell: Shell, row: AlumnusRow) -> None:
        super().__init__(
            _("Refer an alumnus"),
            yes=_("Refer"),
            sentence=_("{name} · {course}").format(name=row.name, course=row.course),
        )
        self._shell, self._row = shell, row
        self.form = Form()
        self.form.add(
            "where",
            _("Referred to"),
            Combo(
                [(one, outcomes.referral_name(one)) for one in outcomes.REFERRALS],
                row.referral or outcomes.REFERRALS[0],
            ),
        )
        self.form.add(
            "reference",
            _("Reference number"),
            TextField(row.reference),
            _("As it stands on the referral; it can be added later."),
        )
        self.add(self.form)
        self.form.rows["reference"].field.setFocus()

    def check(self) -> bool:
        self._shell.desk.do(
            actions.refer,
            self._row.enrolment_id,
            self.form.value("where"),
            self.form.value("reference"),
            on=self._shell.today(),
        )
        return True
