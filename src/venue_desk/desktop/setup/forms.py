"""The forms that describe a venue: used one after the other by the first window, and singly by the settings."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from venue_desk import language
from venue_desk.desktop.page import Shell
from venue_desk.desktop.setup import logo as pictures
from venue_desk.desktop.widgets import (
    Button,
    Card,
    Combo,
    Form,
    Hairline,
    Label,
    NumberField,
    Section,
    TextArea,
    TextField,
    column,
    row,
)
from venue_desk.domain import venue as rules
from venue_desk.domain.problem import Problem
from venue_desk.domain.venue import KINDS, ROLES, Signer
from venue_desk.language import _

_MONDAY = date(2024, 1, 1)


class DetailsForm(Form):
    """Name, kind, town, address, phone."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(columns=2)
        del shell
        self.add(
            "name",
            _("Name of the venue"),
            TextField(),
            _("As it stands on certificates"),
            needed=True,
            wide=True,
        )
        self.add(
            "kind",
            _("Kind of venue"),
            Combo([(kind, _(words)) for kind, words in KINDS.items()]),
            _("Never printed"),
        )
        self.add("area", _("Town or regency"), TextField(), _("As on letters: Jakarta Barat"))
        self.add("address", _("Address"), TextField(), wide=True)
        self.add("phone", _("Telephone"), TextField())

    def checked(self) -> bool:
        """Whether all of it can be kept; says below the field what cannot."""
        return _said(self, "name", lambda: rules.named(self.value("name")))


class LetterheadForm(QWidget):
    """The lines above the name and the logo, with the letterhead as it will look."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self._details: Mapping[str, Any] = {}
        self._logo = ""
        frame = QVBoxLayout(self)
        frame.setContentsMargins(0, 0, 0, 0)
        frame.setSpacing(16)
        self._form = Form()
        self._lines = TextArea(lines=3)
        self._form.add(
            "letterhead",
            _("Lines above the name"),
            self._lines,
            _("The agency or the training centre, one line each"),
        )
        self._lines.changed.connect(self._show)
        frame.addWidget(self._form)
        self._choose = Button(_("Choose a logo…"), self._ask_logo, icon="upload")
        self._drop = Button(_("Without a logo"), lambda: self._take(""), kind="quiet")
        frame.addLayout(row(self._choose, self._drop, 1))
        self._paper = Card(sunken=True)
        self._above = Label("", "body", align=Qt.AlignmentFlag.AlignHCenter, wrap=True)
        self._name = Label("", "heading", align=Qt.AlignmentFlag.AlignHCenter, wrap=True)
        self._below = Label("", "small", "muted", align=Qt.AlignmentFlag.AlignHCenter, wrap=True)
        self._picture = QLabel()
        self._picture.setAccessibleName(_("Logo"))
        words = column(self._above, self._name, self._below, gap=2)
        head = row(self._picture, gap=16)
        head.addLayout(words, 1)
        self._paper.add(head)
        self._paper.add(Hairline())
        frame.addWidget(Section(_("How it will look")))
        frame.addWidget(self._paper)
        frame.addStretch(1)
        self._show()

    def values(self) -> dict[str, Any]:
        return {"letterhead": self._lines.value().splitlines(), "logo": self._logo}

    def set_values(self, **values: Any) -> None:
        """``letterhead`` and ``logo``; name, address and phone are shown below them."""
        self._details = {**self._details, **values}
        if "logo" in values:
            self._logo = values["logo"]
        if "letterhead" in values:
            self._lines.set_value("\n".join(values["letterhead"]))
        self._show()

    def checked(self) -> bool:
        return _said(self._form, "letterhead", lambda: rules.letterhead(self._lines.value().splitlines()))

    def _ask_logo(self) -> None:
        kinds = _("Pictures") + " (*.png *.jpg *.jpeg *.bmp *.webp)"
        self._shell.choose_file(_("Choose a logo"), kinds, self._read)

    def _read(self, path: Path) -> None:
        try:
            self._take(pictures.from_file(path))
        except Problem as problem:
            self._shell.problem(problem)

    def _take(self, logo: str) -> None:
        self._logo = logo
        self._show()

    def _show(self) -> None:
        self._above.setText(
            "\n".join(line.strip() for line in self._lines.value().splitlines() if line.strip())
        )
        self._above.setVisible(bool(self._above.text()))
        self._name.setText(self._details.get("name") or _("Name of the venue"))
        below = (self._details.get("address"), self._details.get("phone"))
        self._below.setText(" · ".join(part for part in below if part))
        self._below.setVisible(bool(self._below.text()))
        self._drop.setVisible(bool(self._logo))
        self._picture.setVisible(bool(self._logo))
        if self._logo:
            self._picture.setPixmap(pictures.pixmap(self._logo, 64))


class SignersForm(QWidget):
    """Who signs: the head of the centre and the coordinator of the venue."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        del shell
        frame = QVBoxLayout(self)
        frame.setContentsMargins(0, 0, 0, 0)
        frame.setSpacing(12)
        self._forms: dict[str, Form] = {}
        for number, (role, words) in enumerate(ROLES.items()):
            if number:
                frame.addSpacing(8)
                frame.addWidget(Hairline())
                frame.addSpacing(4)
            frame.addWidget(Label(_(words), "card"))
            form = Form(columns=2)
            form.add("name", _("Full name with titles"), TextField(), wide=True)
            form.add("title", _("Position"), TextField(), _("As printed below the line"))
            form.add("nip", _("NIP"), TextField(), _("18 digits; civil servants only"))
            self._forms[role] = form
            frame.addWidget(form)
        frame.addStretch(1)

    def values(self) -> dict[str, Any]:
        return {"signers": [Signer(role=role, **form.values()) for role, form in self._forms.items()]}

    def set_values(self, **values: Any) -> None:
        """``signers``; of two with one role the first is shown."""
        given: Sequence[Signer] = values.get("signers", ())
        for signer in reversed(given):
            self._forms[signer.role].set_values(name=signer.name, title=signer.title, nip=signer.nip)

    def checked(self) -> bool:
        for role, form in self._forms.items():
            form.clear_errors()
            signer = Signer(role=role, **form.values())
            key = "nip" if signer.name else "name"
            if not _said(form, key, lambda signer=signer: rules.signers([signer])):
                return False
        return True


class MarketForm(Form):
    """The weekly market: its name, its day and how many stalls it has; none is fine."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(columns=2)
        del shell
        days = [(day, language.weekday(_MONDAY + timedelta(days=day))) for day in range(7)]
        self.add(
            "stalls",
            _("Number of stalls"),
            NumberField(0, most=rules.MOST_STALLS),
            _("0 if your venue has no market for its alumni"),
        )
        self.add("weekday", _("Market day"), Combo(days, 6))
        self.add(
            "market", _("Name of the market"), TextField(), _("As on the poster: Kedai Samara"), wide=True
        )

    def checked(self) -> bool:
        self.clear_errors()
        if self.value("stalls") and not self.value("market"):
            self.error("market", _("Write the name of the market."))
            return False
        return True


def _said(form: Form, key: str, check: Any) -> bool:
    """Run a check of the rules and show what it refuses below the field."""
    try:
        check()
    except Problem as problem:
        form.error(key, str(problem))
        return False
    return True
