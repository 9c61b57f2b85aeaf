"""The dialogs that change what the venue says of itself and what it has decided."""

from collections.abc import Mapping
from typing import Any

from venue_desk.actions import venue
from venue_desk.desktop.page import Shell
from venue_desk.desktop.setup.forms import DetailsForm, LetterheadForm, SignersForm
from venue_desk.desktop.widgets import Check, Combo, Dialog, Form, NumberField, TextField
from venue_desk.domain import assessment, attendance, certificates, outcomes
from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.queries.venue import Details


class DetailsDialog(Dialog):
    """Name, kind, town, address and phone."""

    def __init__(self, shell: Shell, details: Details) -> None:
        super().__init__(_("The venue"), yes=_("Save"), width=600)
        self._shell = shell
        self.form = DetailsForm(shell)
        self.form.set_values(
            name=details.name,
            kind=details.kind,
            area=details.area,
            address=details.address,
            phone=details.phone,
        )
        self.add(self.form)

    def check(self) -> bool:
        if not self.form.checked():
            return False
        self._shell.desk.do(venue.edit, **self.form.values())
        return True


class LetterheadDialog(Dialog):
    """The lines above the name and the logo."""

    def __init__(self, shell: Shell, details: Details) -> None:
        super().__init__(_("Letterhead"), yes=_("Save"), width=600)
        self._shell = shell
        self.form = LetterheadForm(shell)
        self.form.set_values(
            name=details.name,
            address=details.address,
            phone=details.phone,
            letterhead=list(details.letterhead),
            logo=details.logo,
        )
        self.add(self.form)

    def held(self) -> dict[str, Any]:
        return self.form.values()

    def hold(self, values: Mapping[str, Any]) -> None:
        self.form.set_values(**values)

    def check(self) -> bool:
        if not self.form.checked():
            return False
        self._shell.desk.do(venue.edit, **self.form.values())
        return True


class SignersDialog(Dialog):
    """Who signs certificates and registers."""

    def __init__(self, shell: Shell, details: Details) -> None:
        said = _("Certificates that were issued keep the names they were issued with.")
        super().__init__(_("Who signs"), yes=_("Save"), sentence=said, width=600)
        self._shell = shell
        self.form = SignersForm(shell)
        self.form.set_values(signers=details.signers)
        self.add(self.form)

    def check(self) -> bool:
        if not self.form.checked():
            return False
        self._shell.desk.do(venue.choose_signers, self.form.values()["signers"])
        return True


class RulesDialog(Dialog):
    """Presence, lateness, tries, and how certificates are numbered."""

    def __init__(self, shell: Shell, details: Details) -> None:
        super().__init__(_("Rules"), yes=_("Save"), sentence=_("They apply to the whole venue."), width=600)
        self._shell = shell
        kept = details.rules
        presence = attendance.rules(kept)
        self.form = Form(columns=2)
        self.form.add(
            "presence_threshold",
            _("Presence needed"),
            NumberField(presence.presence_threshold, most=100, unit="%"),
            _("For passing; 80 % in the programme's own rule"),
        )
        self.form.add(
            "presence_unit",
            _("Counted in"),
            Combo([(unit, _(words)) for unit, words in attendance.UNITS.items()], presence.presence_unit),
        )
        self.form.add(
            "late_after",
            _("Late after"),
            NumberField(presence.late_after, most=120, unit=_("minutes")),
            _("When a card is scanned"),
        )
        tries = kept.get("most_tries", assessment.MOST_TRIES)
        self.form.add("most_tries", _("Tries for each unit"), NumberField(tries, least=1, most=9))
        self._pattern = TextField(str(kept.get("number_pattern") or certificates.PATTERN))
        self._pattern.changed.connect(self._example)
        self.form.add("number_pattern", _("Certificate numbers"), self._pattern, " ", wide=True)
        self._centre = TextField(str(kept.get("centre") or ""))
        self._centre.changed.connect(self._example)
        self.form.add(
            "centre", _("Short name of the centre"), self._centre, _("In certificate numbers: PPKD-JB")
        )
        self.form.add(
            "titles_on_certificates",
            "",
            Check(_("Titles and degrees on certificates"), kept.get("titles_on_certificates") is True),
        )
        self.form.add(
            "follow_up_months",
            _("Alumni are asked after"),
            TextField(", ".join(map(str, outcomes.follow_up_months(kept)))),
            _("Months after the class, for example 1, 3, 6"),
        )
        self._example()
        self.add(self.form)

    def _example(self) -> None:
        """Show the next number as it would be written."""
        row = self.form.rows["number_pattern"]
        try:
            shown = certificates.number(
                self._pattern.value(),
                sequence=12,
                kind=certificates.COMPETENCE,
                device="A",
                centre=self.form.value("centre") if "centre" in self.form.rows else "",
                trade="BOGA",
                issued_on=self._shell.today(),
            )
        except Problem as problem:
            row.set_hint(str(problem))
            return
        row.set_hint(_("For example {number}").format(number=shown))

    def check(self) -> bool:
        values: dict[str, Any] = self.form.values()
        try:
            certificates.check_pattern(values["number_pattern"])
        except Problem as problem:
            self.form.error("number_pattern", str(problem))
            return False
        if values["number_pattern"] == certificates.PATTERN:
            values["number_pattern"] = None  # the default, so that it follows a better one
        months = _months(values["follow_up_months"])
        if months is None:
            self.form.error(
                "follow_up_months",
                _("Write whole months from 1 to {most}, with commas.").format(
                    most=outcomes.GIVE_UP_MONTHS - 1
                ),
            )
            return False
        usual = months == list(outcomes.FOLLOW_UP_MONTHS)
        values["follow_up_months"] = None if usual or not months else months
        self._shell.desk.do(venue.decide, values)
        return True


def _months(text: str) -> list[int] | None:
    """The months in a text such as ``1, 3, 6``; None where it says anything else. Empty: the usual ones."""
    parts = text.replace(";", ",").replace(" ", ",").split(",")
    found = [part for part in parts if part]
    if not all(part.isdecimal() and 0 < int(part) < outcomes.GIVE_UP_MONTHS for part in found):
        return None
    return sorted({int(part) for part in found})
