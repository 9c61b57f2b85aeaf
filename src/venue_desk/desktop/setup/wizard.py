"""The steps of setting up a venue: one form at a time, kept after each step, so that it can be resumed."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from venue_desk.desktop import theme
from venue_desk.desktop.page import Shell
from venue_desk.desktop.setup.forms import DetailsForm, LetterheadForm, MarketForm, SignersForm
from venue_desk.desktop.widgets import Badge, Button, Card, Label, clear, column, row
from venue_desk.desktop.widgets.scroll import Scroll
from venue_desk.domain.venue import Signer
from venue_desk.language import N_, _

Step = DetailsForm | LetterheadForm | SignersForm | MarketForm

STEPS: tuple[tuple[type[Step], str, str], ...] = (
    (DetailsForm, N_("Your venue"), N_("Its name and where it is")),
    (LetterheadForm, N_("Letterhead"), N_("The head of certificates, registers and letters")),
    (SignersForm, N_("Who signs"), N_("You can leave this for later")),
    (MarketForm, N_("Stalls"), N_("For the weekly market of your alumni")),
)
PACE = 1000  # ms between two looks at what is typed
_BY_TAB = Qt.FocusPolicy.TabFocus


class Wizard(QWidget):
    """``keep(draft)`` is called a moment after something was typed, ``done(details)`` after the last step."""

    def __init__(
        self,
        shell: Shell,
        draft: dict[str, Any],
        *,
        keep: Callable[[dict[str, Any]], object],
        done: Callable[[dict[str, Any]], object],
        back: Callable[[], object],
    ) -> None:
        super().__init__()
        self._shell, self._keep, self._done, self._leave = shell, keep, done, back
        self._values: dict[str, Any] = dict(draft.get("values", {}))
        self._form: Step | None = None
        frame = QHBoxLayout(self)
        frame.setContentsMargins(0, 0, 0, 0)
        frame.setSpacing(32)
        self._list = QVBoxLayout()
        self._list.setSpacing(4)
        side = QWidget()
        side.setFixedWidth(theme.now().px(220))
        side.setLayout(self._list)
        self._card = Card()
        self._card.setMaximumWidth(theme.now().px(760))
        frame.addStretch(1)
        frame.addWidget(side)
        frame.addWidget(self._card, 100)
        frame.addStretch(2)
        self.show_step(min(int(draft.get("step", 0)), len(STEPS) - 1))
        self._kept = draft or self._draft()
        timer = QTimer(self)
        timer.setInterval(PACE)
        timer.timeout.connect(self._look)
        timer.start()

    def show_step(self, number: int) -> None:
        """Show one form, filled with what was written before."""
        self._at = number
        kind, title, said = STEPS[number]
        clear(self._card.body)
        clear(self._list)
        self._show_list()
        self._form = kind(self._shell)
        self._fill(self._form)
        last = number == len(STEPS) - 1
        count = _("Step {number} of {steps}").format(number=number + 1, steps=len(STEPS))
        self._card.add(column(Label(count, "small strong", "muted"), Label(_(title), "title"), gap=2))
        self._card.add(Label(_(said), "body", "muted", wrap=True))
        self._card.body.addSpacing(8)
        held = QWidget()
        inside = QVBoxLayout(held)
        inside.setContentsMargins(0, 0, 12, 0)
        inside.addWidget(self._form)
        inside.addStretch(1)
        self._card.add(Scroll(held), 1)
        back = Button(_("Back"), self.back, kind="quiet", icon="arrow-left")
        onward = Button(_("Finish") if last else _("Next"), self.onward, kind="primary")
        onward.setDefault(True)
        self._card.add(row(back, 1, onward))
        self._first_field()

    def _first_field(self) -> None:
        assert self._form is not None
        first = next(one for one in self._form.findChildren(QWidget) if one.focusPolicy() & _BY_TAB)
        first.setFocus(Qt.FocusReason.TabFocusReason)  # what it proposes is replaced by what is typed

    def _show_list(self) -> None:
        self._list.addWidget(Label(_("Set up my venue"), "card"))
        self._list.addSpacing(12)
        for number, (_kind, title, _said) in enumerate(STEPS):
            done, here = number < self._at, number == self._at
            badge = Badge(
                "present" if done else "accent" if here else "neutral",
                "" if done else str(number + 1),
                letter="",
                icon="check" if done else "",
            )
            room = QWidget()  # so that the words stand below each other
            room.setFixedWidth(theme.now().px(36))
            room.setLayout(row(badge, 1))
            words = Label(_(title), "strong" if here else "body", "text" if here or done else "muted")
            line = row(room, words, 1, gap=8)
            line.setAlignment(Qt.AlignmentFlag.AlignVCenter)
            self._list.addLayout(line)
            self._list.addSpacing(6)
        self._list.addStretch(1)

    def _fill(self, form: Step) -> None:
        kept = dict(self._values)
        if isinstance(form, SignersForm):
            form.set_values(signers=[Signer(**one) for one in kept.get("signers", [])])
        elif isinstance(form, LetterheadForm):
            form.set_values(**kept)
        else:
            form.set_values(**{key: kept[key] for key in form.rows if key in kept})

    def _take(self) -> None:
        """Keep what the form says, as plain values."""
        assert self._form is not None
        values = self._form.values()
        if "signers" in values:
            values["signers"] = [asdict(one) for one in values["signers"]]
        self._values.update(values)

    def _draft(self) -> dict[str, Any]:
        self._take()
        return {"step": self._at, "values": dict(self._values)}

    def _look(self) -> None:
        """Keep what was typed since the last look."""
        draft = self._draft()
        if draft != self._kept:
            self._kept = draft
            self._keep(draft)

    def back(self) -> None:
        """One step back, or out of the set-up."""
        self._take()
        if self._at == 0:
            self._leave()
            return
        self.show_step(self._at - 1)
        self._look()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._first_field()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in a field that does not need it itself is the button at the right."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.onward()
            return
        super().keyPressEvent(event)

    def onward(self) -> None:
        """One step on when this one can be kept, or the end."""
        assert self._form is not None
        if not self._form.checked():
            return
        self._take()
        if self._at < len(STEPS) - 1:
            self.show_step(self._at + 1)
            self._look()
            return
        self._look()
        signers = [Signer(**one) for one in self._values.get("signers", [])]
        self._done({**self._values, "signers": signers})
