"""Adding and editing one person, and making two records of one person one."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from venue_desk.actions import merging
from venue_desk.actions import people as actions
from venue_desk.desktop.page import Shell
from venue_desk.desktop.pages.people.panel import SEXES
from venue_desk.desktop.widgets import (
    Banner,
    Button,
    Combo,
    DateField,
    Dialog,
    Form,
    Label,
    ListRow,
    Rows,
    TextArea,
    TextField,
)
from venue_desk.domain import people
from venue_desk.domain.people import Someone
from venue_desk.language import _, date_long
from venue_desk.queries import people as queries
from venue_desk.queries import person as cards
from venue_desk.queries import twins
from venue_desk.queries.person import Card as Shown

_TEXTS = (
    "title_before",
    "title_after",
    "phone",
    "email",
    "birth_place",
    "organisation",
    "area",
    "address",
    "note",
)
_CONSENT = {None: "", True: "yes", False: "no"}


class PersonDialog(Dialog):
    """Add somebody, or edit them. ``person_id`` and ``said`` (the name) are known after it was accepted."""

    def __init__(self, shell: Shell, card: Shown | None = None, name: str = "") -> None:
        super().__init__(
            _("Edit person") if card else _("Add a person"),
            yes=_("Save") if card else _("Add"),
            sentence="" if card else _("A name is enough; titles and degrees may be typed with it."),
            width=640,
        )
        self.shell, self.card = shell, card
        self.person_id = card.id if card else ""
        self.said = card.shown if card else ""
        self._seen = ""
        self.form = form = Form(columns=2)
        form.add("name", _("Full name"), TextField(card.name if card else name), needed=True, wide=True)
        if card:
            form.add("title_before", _("Title before the name"), TextField(hint="Dr. H."))
            form.add("title_after", _("Degree after the name"), TextField(hint="S.Kom."))
        hint = (
            _("{nik} is kept. Type another to replace it.").format(nik=card.nik) if card and card.nik else ""
        )
        form.add("nik", _("NIK"), TextField(), hint or _("16 digits, or empty"))
        form.add("phone", _("Phone"), TextField(), "0812…")
        form.add("birth_place", _("Place of birth"), TextField())
        form.add("birth_date", _("Date of birth"), DateField())
        form.add("sex", _("Sex"), Combo([("", "–"), *((sex, _(words)) for sex, words in SEXES.items())]))
        form.add("email", _("E-mail"), TextField())
        form.add("organisation", _("Organisation"), TextField())
        form.add("area", _("Village, district"), TextField())
        form.add("address", _("Address"), TextField(), wide=True)
        form.add(
            "consent",
            _("Consent"),
            Combo([("", _("Not asked yet")), ("yes", _("Agreed")), ("no", _("Not agreed"))]),
        )
        form.add("note", _("Note"), TextArea(lines=2), wide=True)
        if card:
            values: dict[str, Any] = {field: getattr(card, field) for field in _TEXTS}
            form.set_values(
                **values, birth_date=card.birth_date, sex=card.sex or "", consent=_CONSENT[card.consent]
            )
        self.add(form)

    def check(self) -> bool:
        values = self.form.values()
        if not values["name"]:
            self.form.error("name", _("Write a name."))
            return False
        if self.form.rows["birth_date"].field.wrong():  # type: ignore[attr-defined]
            self.form.error("birth_date", _("This is not a date."))
            return False
        for field, refused in self._refused(values):
            self.form.error(field, refused)
            return False
        if self.card is None and self._like(values):
            return False
        fields = self._changed(values)
        if self.card is None:
            self.person_id = self.shell.desk.do(actions.add, **fields)
        elif fields:
            self.shell.desk.do(actions.edit, self.card.id, **fields)
        rows = self.shell.desk.ask(queries.rows, [self.person_id])
        self.said = rows[0].shown if rows else values["name"]
        return True

    def _refused(self, values: dict[str, Any]) -> list[tuple[str, str]]:
        """What the rules would refuse, told at the field where it was typed."""
        nik = people.read_nik(values["nik"])
        phone, about_phone = people.read_phone(values["phone"])
        _email, about_email = people.read_email(values["email"])
        doubts = [*(() if nik.text else nik.doubts), *(() if phone else about_phone)]
        doubts += [about_email] if about_email else []
        return [(doubt.field, doubt.words) for doubt in doubts if doubt.weight is people.Weight.REFUSED]

    def _changed(self, values: dict[str, Any]) -> dict[str, Any]:
        given: dict[str, Any] = {
            field: value for field, value in values.items() if field in (*_TEXTS, "name")
        }
        given |= {"birth_date": values["birth_date"], "sex": values["sex"]}
        agreed = {"yes": True, "no": False, "": None}[values["consent"]]
        card = self.card
        if card is None:
            fields = {field: value for field, value in given.items() if value}
            if values["nik"]:
                fields["nik"] = values["nik"]
            if agreed is not None:
                fields["consent"] = agreed
            return fields
        fields = {
            field: value
            for field, value in given.items()
            if value != (getattr(card, field) or "" if field == "sex" else getattr(card, field))
        }
        if values["nik"]:
            fields["nik"] = values["nik"]
        if agreed is not card.consent:
            fields["consent"] = agreed
        return fields

    def _like(self, values: dict[str, Any]) -> bool:
        """Say once that somebody like this is here already; adding again adds anyway."""
        someone = Someone(
            "",
            people.read_name(values["name"]).text,
            people.read_nik(values["nik"]).text,
            values["birth_date"],
            people.read_phone(values["phone"])[0],
            people.read_email(values["email"])[0],
            values["sex"] or None,
        )
        found = self.shell.desk.ask(twins.alike_to, someone, 1)
        if not found or found[0].person.id == self._seen:
            return False
        one = found[0]
        self._seen = one.person.id
        words = _("{name} is here already ({reasons}). Press Add again if this is somebody else.")
        self.body.insertWidget(
            0,
            Banner(
                words.format(name=one.person.shown, reasons=one.likeness.words),
                action=_("Show"),
                on_click=lambda: self._show(one.person.id),
                state="late",
                icon="merge",
            ),
        )
        self.fit()
        return True

    def _show(self, person_id: str) -> None:
        self.reject()
        self.shell.go("people", person=person_id)


class MergeDialog(Dialog):
    """Choose who is the same as somebody, see both, and make them one. ``kept_id`` is who stays."""

    def __init__(self, shell: Shell, person_id: str, other_id: str = "") -> None:
        super().__init__(
            _("Merge two people"),
            yes=_("Merge"),
            sentence=_("One record stays and takes over the courses, certificates and what it lacks."),
            width=620,
        )
        self.shell, self.kept_id, self.other_id = shell, person_id, ""
        self.finder = TextField(
            hint=_("Name, phone or end of the NIK"), name=_("Find the other record"), icon="search"
        )
        self.finder.changed.connect(self._look)
        self.found = Rows()
        self.pair = Rows()
        self.swap = Button(_("Keep the other one"), self._swap, icon="swap", kind="quiet")
        self.add(self.finder)
        self.add(self.found)
        self.add(Label(_("These become one"), "card"))
        self.add(self.pair)
        self.add(self.swap)
        if other_id:
            self._choose(other_id)
        else:
            self._look()

    def held(self) -> dict[str, Any]:
        return {"kept": self.kept_id, "other": self.other_id}

    def hold(self, values: Mapping[str, Any]) -> None:
        ids = [values.get("kept", self.kept_id), values.get("other", "")]
        if all(self.shell.desk.ask(cards.card, one) is not None for one in ids):
            self.kept_id = ids[0]
            self._choose(ids[1])

    def _look(self) -> None:
        """Who it may be: those alike, or those that fit what is typed."""
        desk = self.shell.desk
        typed = self.finder.value()
        if typed:
            offered = [(one, "") for one in desk.ask(queries.found, typed, 6)]
        else:
            offered = [(one.person, one.likeness.words) for one in desk.ask(twins.alike, self.kept_id, 5)]
        lines: list[QWidget] = []
        for person, why in offered:
            if person.id in (self.kept_id, self.other_id):
                continue
            about = " · ".join(part for part in (why, person.phone, person.last) if part)
            lines.append(
                ListRow(
                    person.shown,
                    about,
                    action=_("This one"),
                    on_click=partial(self._choose, person.id),
                )
            )
        if not lines and not self.other_id:
            words = (
                _("Nobody is found") if typed else _("Nobody here looks like the same person. Look for them.")
            )
            lines.append(Label(words, "body", "muted", wrap=True))
        self.found.show_rows(lines[:5])
        self.found.setVisible(bool(lines))
        self._show()

    def _choose(self, other_id: str) -> None:
        self.other_id = other_id
        self.finder.blockSignals(True)
        self.finder.setText("")
        self.finder.blockSignals(False)
        self.found.show_rows([])
        self.found.hide()
        self._show()

    def _swap(self) -> None:
        self.kept_id, self.other_id = self.other_id, self.kept_id
        self._show()

    def _show(self) -> None:
        lines: list[QWidget] = []
        for person_id, word in ((self.kept_id, _("Stays")), (self.other_id, _("Goes into it"))):
            card = self.shell.desk.ask(cards.card, person_id) if person_id else None
            if card is not None:
                lines.append(ListRow(f"{word}: {card.shown}", _facts(card), wrap=True))
        self.pair.show_rows(lines)
        self.swap.setVisible(bool(self.other_id))
        self.yes.setEnabled(bool(self.other_id))
        if self.isVisible():
            self.fit()

    def check(self) -> bool:
        if not self.other_id:
            return False
        self.shell.desk.do(merging.merge, self.kept_id, self.other_id)
        return True


def _facts(card: Shown) -> str:
    born = date_long(card.birth_date) if card.birth_date else ""
    courses = ", ".join(turn.code for turn in card.turns)
    return " · ".join(part for part in (card.nik, card.phone, born, card.organisation, courses) if part)
