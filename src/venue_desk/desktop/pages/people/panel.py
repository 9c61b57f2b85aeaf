"""One person: how to reach them, what they agreed to, whom they resemble, and all they took part in."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from PySide6.QtWidgets import QWidget

from venue_desk.desktop.widgets import (
    Badge,
    Banner,
    Button,
    Card,
    EmptyState,
    Flow,
    Label,
    Rows,
    Scroll,
    clear,
    column,
    row,
)
from venue_desk.domain import outcomes
from venue_desk.domain.courses import CANCELLED, ENROLLED, LEFT, PLACES, WAITING
from venue_desk.language import N_, _, date_long, date_medium, percent
from venue_desk.queries.person import Card as Shown
from venue_desk.queries.person import Turn
from venue_desk.queries.twins import Alike

SEXES = {"L": N_("Man"), "P": N_("Woman")}
_STATES = {ENROLLED: "accent", WAITING: "late", LEFT: "neutral", CANCELLED: "neutral"}


class PersonPanel(Card):
    """The chosen person; what its buttons do is given by the page."""

    def __init__(
        self,
        *,
        edit: Callable[[], object],
        merge: Callable[[str], object],
        remove: Callable[[], object],
        reveal: Callable[[], object],
        agree: Callable[[bool], object],
        course: Callable[[str], object],
    ) -> None:
        super().__init__()
        self._edit, self._merge, self._remove = edit, merge, remove
        self._reveal, self._agree, self._course = reveal, agree, course
        self.nik = Label("")
        self.show_nobody()

    def show_nobody(self) -> None:
        clear(self.body)
        self.add(
            EmptyState("person", _("Nobody is chosen"), _("Choose somebody to see what they took part in.")),
            1,
        )

    def show_person(self, one: Shown, alike: Sequence[Alike]) -> None:
        clear(self.body)
        self.add(Label(one.shown, "heading", wrap=True))
        about = " · ".join(part for part in (one.organisation, one.area) if part)
        if about:
            self.add(Label(about, "body", "muted", wrap=True))
        if one.phone:
            self.add(Label(one.phone, "strong", selectable=True))
        for twin in alike[:1]:
            words = _("Likely the same as {name}: {reasons}").format(
                name=twin.person.shown, reasons=twin.likeness.words
            )
            self.add(
                Banner(
                    words,
                    action=_("Compare"),
                    on_click=partial(self._merge, twin.person.id),
                    state="late",
                    icon="merge",
                )
            )
        inside = QWidget()
        inside.setLayout(column(*self._facts(one), *self._history(one), 1, gap=12))
        self.body.addSpacing(4)
        self.add(Scroll(inside), 1)
        buttons = Flow()
        buttons.add(Button(_("Edit"), self._edit, icon="edit"))
        buttons.add(Button(_("Merge with…"), partial(self._merge, ""), icon="merge", kind="quiet"))
        if not one.turns and not one.businesses:
            buttons.add(Button(_("Remove"), self._remove, icon="trash", kind="quiet"))
        self.add(buttons)

    def show_nik(self, nik: str) -> None:
        """The whole NIK, until another person is shown."""
        self.nik.setText(f"{nik[:6]} {nik[6:12]} {nik[12:]}")

    def _facts(self, one: Shown) -> list[QWidget]:
        made: list[QWidget] = []
        if one.nik:
            self.nik = Label(one.nik, "strong", selectable=True)
            shown = QWidget()
            button = Button(_("Show"), self._reveal, icon="eye", kind="quiet")
            button.setAccessibleName(_("Show NIK"))
            button.setToolTip(_("That it was looked at is recorded."))
            shown.setLayout(row(self.nik, button, 1))
            made.append(_fact(_("NIK"), shown))
        born = ", ".join(part for part in (one.birth_place, _day(one.birth_date)) if part)
        if born or one.sex:
            sex = _(SEXES[one.sex]) if one.sex in SEXES else ""
            made.append(_fact(_("Born"), " · ".join(part for part in (born, sex) if part)))
        for label, text in (
            (_("Address"), one.address),
            (_("E-mail"), one.email),
            (_("Business"), ", ".join(one.businesses)),
            (_("Note"), one.note),
        ):
            if text:
                made.append(_fact(label, text))
        made.append(_fact(_("Consent"), self._consent(one)))
        made += [Label(doubt.words, "small", "late", wrap=True) for doubt in one.doubts]
        return made

    def _consent(self, one: Shown) -> QWidget:
        if one.consent is not None:
            words = _("Agreed to data being kept") if one.consent else _("Did not agree to data being kept")
            on = date_medium(date.fromisoformat(one.consent_on)) if one.consent_on else ""
            return Label(" · ".join(part for part in (words, on) if part), wrap=True)
        held = QWidget()
        buttons = Flow(4)
        buttons.add(Button(_("Agreed"), partial(self._agree, True)))
        buttons.add(Button(_("Not agreed"), partial(self._agree, False), kind="quiet"))
        held.setLayout(column(Label(_("Not asked yet"), "body", "muted"), buttons, gap=4))
        return held

    def _history(self, one: Shown) -> list[QWidget]:
        if not one.turns:
            return [
                Label(_("Courses"), "card"),
                Label(_("Has not taken part in a course here yet."), "body", "muted", wrap=True),
            ]
        rows = Rows()
        rows.show_rows([self._turn(turn) for turn in one.turns])
        return [Label(_("Courses"), "card"), rows]

    def _turn(self, turn: Turn) -> QWidget:
        parts = [f"{date_medium(turn.starts_on)} – {date_medium(turn.ends_on)}"]
        if turn.share is not None:
            parts.append(_("present {share}").format(share=percent(turn.share)))
        if turn.exception:
            parts.append(_("joins again: {why}").format(why=turn.exception))
        if turn.outcome:
            parts.append(outcomes.kind_name(turn.outcome))
        parts += [
            _("certificate {number}").format(number=number)
            if valid
            else _("certificate {number}, void").format(number=number)
            for number, valid in turn.certificates
        ]
        badge = Badge(_STATES.get(turn.state, "neutral"), _(PLACES.get(turn.state, turn.state)), letter="")
        open_it = Button(_("Open"), partial(self._course, turn.course_id), kind="quiet")
        open_it.setAccessibleName(_("Open {course}").format(course=turn.course))
        held = QWidget()
        name = Label(turn.course, "strong", wrap=True)
        about = Label(" · ".join(parts), "body", "muted", wrap=True)
        held.setLayout(column(name, about, row(badge, 1, open_it), gap=2))
        held.setContentsMargins(0, 4, 0, 4)
        return held


def _fact(label: str, content: str | QWidget) -> QWidget:
    made = QWidget()
    inside = Label(content, wrap=True, selectable=True) if isinstance(content, str) else content
    made.setLayout(column(Label(label, "small", "muted"), inside, gap=0))
    return made


def _day(day: date | None) -> str:
    return date_long(day) if day else ""
