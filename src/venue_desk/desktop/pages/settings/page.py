"""The settings: of the venue, which all its computers share, and of this computer."""

import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from venue_desk import __version__, language
from venue_desk.desktop import theme
from venue_desk.desktop.page import Job, Page, Shell
from venue_desk.desktop.pages.settings.dialogs import (
    DetailsDialog,
    LetterheadDialog,
    RulesDialog,
    SignersDialog,
)
from venue_desk.desktop.pages.settings.safety import SafetyCard
from venue_desk.desktop.pages.settings.security import PassphraseDialog, PinDialog, SecurityCard
from venue_desk.desktop.settings import SIZES, THEMES
from venue_desk.desktop.setup.recovery import KNOWN, RecoveryDialog
from venue_desk.desktop.widgets import (
    Button,
    Card,
    Combo,
    Dialog,
    FormRow,
    Label,
    ListRow,
    NumberField,
    Rows,
    row,
)
from venue_desk.desktop.widgets.fields import TextField
from venue_desk.domain import access, attendance
from venue_desk.domain.venue import KINDS
from venue_desk.language import N_, _, ngettext
from venue_desk.queries import venue

if TYPE_CHECKING:
    from venue_desk.queries.venue import Details

LANGUAGES = (("id", "Bahasa Indonesia"), ("en", "English"))
THEME_NAMES = {
    "system": N_("As the system"),
    "light": N_("Light"),
    "dark": N_("Dark"),
    "contrast": N_("High contrast"),
}


_DIALOGS = {
    "details": DetailsDialog,
    "letterhead": LetterheadDialog,
    "signers": SignersDialog,
    "rules": RulesDialog,
}


class SettingsPage(Page):
    """Cards of rows: what is decided, how it stands, and the button that changes it."""

    name: ClassVar[str] = "settings"
    watches: ClassVar[frozenset[str]] = frozenset({"venue", "signatory", "computer"})

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.header.say(_("Settings"), _("What is changed holds at once."))
        self._venue = Rows()
        self._safety = SafetyCard(shell)
        left = _column(
            _card(_("Venue"), self._venue, _("The same on all its computers")),
            self._safety,
        )
        self._security = SecurityCard(shell)
        right = _column(self._security, self._computer(), self._printing(), self._about())
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(theme.GAP)
        self._columns.addLayout(left, 1)
        self._columns.addLayout(right, 1)
        self.add(self._columns, 1)

    def refresh(self) -> None:
        details = self.shell.desk.ask(venue.details)
        self._show_venue(details)
        self._safety.refresh()
        self._security.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < theme.now().px(860)
        self._columns.setDirection(
            QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        )

    # --- the venue

    def _show_venue(self, details: "Details") -> None:
        place = " · ".join(part for part in (_(KINDS[details.kind]), details.area, details.address) if part)
        above = ", ".join(details.letterhead)
        signers = ", ".join(one.name for one in details.signers)
        decided = attendance.rules(details.rules)
        rules = _("{share} of {unit} for passing · late after {minutes} minutes").format(
            share=language.percent(decided.presence_threshold / 100),
            unit=_(attendance.UNITS[decided.presence_unit]),
            minutes=decided.late_after,
        )
        self._venue.show_rows(
            [
                self._way(details.name, place, "details"),
                self._way(_("Letterhead"), above or _("The name and the address only"), "letterhead"),
                self._way(_("Who signs"), signers or _("Nobody yet"), "signers"),
                self._way(_("Rules"), rules, "rules"),
                *self._markets(),
            ]
        )

    def _details(self) -> "Details":
        return self.shell.desk.ask(venue.details)

    def _way(self, title: str, said: str, name: str) -> ListRow:
        return ListRow(title, said, action=_("Change"), on_click=lambda: self._open(name), wrap=True)

    def _made(self, name: str) -> Dialog:
        return _DIALOGS[name](self.shell, self._details()).of(name)

    def _open(self, name: str, _about: str = "") -> None:
        self.shell.dialog(self._made(name), done=lambda: self.shell.toast(_("Saved"), undo=True))

    def dialogs(self) -> dict[str, Callable[[str], None]]:
        return {name: partial(self._open, name) for name in _DIALOGS}

    def _markets(self) -> list[ListRow]:
        return [
            ListRow(
                one.name,
                ngettext("{count} stall", "{count} stalls", one.stalls).format(count=one.stalls),
                action=_("Open"),
                on_click=lambda: self.shell.go("stalls"),
                wrap=True,
            )
            for one in self.shell.desk.ask(venue.markets)
        ]

    # --- this computer

    def _computer(self) -> Card:
        kept = self.shell.settings
        card = Card(_("This computer"))
        tongue = Combo(LANGUAGES, kept.language)
        look = Combo([(one, _(THEME_NAMES[one])) for one in THEMES], kept.theme)
        size = Combo(
            [(one, language.percent(one / 100) if one else _("As the system")) for one in SIZES],
            kept.text_size,
        )
        tongue.changed.connect(lambda: self._restyle("language", tongue.value()))
        look.changed.connect(lambda: self._restyle("theme", look.value()))
        size.changed.connect(lambda: self._restyle("text_size", size.value()))
        card.add(
            row(
                FormRow(_("Language"), tongue),
                FormRow(_("Appearance"), look),
                FormRow(_("Text size"), size),
                gap=12,
            )
        )
        return card

    def _restyle(self, what: str, value: object) -> None:
        setattr(self.shell.settings, what, value)
        self.shell.restyle()

    def _printing(self) -> Card:
        from venue_desk.desktop import printing

        card = Card(_("Printing"))
        names = printing.printers()
        if not names:
            card.add(
                Label(
                    _(
                        "No printer is set up on this computer. Documents are opened as PDF and printed from there."
                    ),
                    "body",
                    "muted",
                    wrap=True,
                )
            )
            return card
        self._printer = Combo([(name, name) for name in names], names[0])
        self._right = NumberField(0, least=-20, most=20, digits=1, step=0.5, unit="mm")
        self._down = NumberField(0, least=-20, most=20, digits=1, step=0.5, unit="mm")
        self._printer.changed.connect(self._show_offset)
        card.add(FormRow(_("Printer"), self._printer))
        card.add(
            row(FormRow(_("Too far right by"), self._right), FormRow(_("Too low by"), self._down), gap=12)
        )
        card.add(row(Button(_("Print a test page"), self._test, icon="printer"), 1))
        self._show_offset()
        self._right.changed.connect(self._keep_offset)
        self._down.changed.connect(self._keep_offset)
        return card

    def _show_offset(self) -> None:
        right, down = self.shell.settings.printer_offset(self._printer.value())
        for field, value in ((self._right, right), (self._down, down)):
            field.blockSignals(True)
            field.set_value(value)
            field.blockSignals(False)

    def _keep_offset(self) -> None:
        self.shell.settings.set_printer_offset(
            self._printer.value(), self._right.value() or 0.0, self._down.value() or 0.0
        )

    def _test(self) -> None:
        self._keep_offset()
        name = self._printer.value()
        offset = self.shell.settings.printer_offset(name)
        self.shell.run(
            _test_page(name, offset),
            _("Printing a test page"),
            done=lambda _result: self.shell.toast(
                _("The test page was sent to {printer}.").format(printer=name)
            ),
        )

    # --- about

    def _about(self) -> Card:
        card = Card(_("About"), _("Version {version}").format(version=__version__))
        folder = TextField(str(self.shell.desk.folder), name=_("Folder of the records"))
        folder.setReadOnly(True)
        card.add(FormRow(_("Folder of the records"), folder))
        said = _(
            "Venue Desk is free software under the Apache licence 2.0. Nothing leaves this computer unless you sync."
        )
        card.add(Label(said, "small", "muted", wrap=True))
        card.add(Label(f"Python {sys.version.split()[0]}", "small", "muted"))
        return card

    def _recovery_again(self) -> Dialog:
        made = RecoveryDialog(self.shell, self.shell.desk.folder, self._details().name, ring=True, again=True)
        made.form.choose(KNOWN)
        return made

    def pictures(self) -> dict[str, Callable[[], Dialog | None]]:
        return {
            **{name: partial(self._made, name) for name in _DIALOGS},
            "recovery": lambda: RecoveryDialog(
                self.shell, self.shell.desk.folder, self._details().name, ring=False
            ),
            "recovery again": self._recovery_again,
            "pin": lambda: PinDialog(self.shell, access.COORDINATOR),
            "passphrase": lambda: PassphraseDialog(self.shell),
        }


def _card(title: str, content: QWidget, note: str = "") -> Card:
    card = Card(title, note)
    card.add(content)
    return card


def _column(*cards: Card) -> QVBoxLayout:
    made = QVBoxLayout()
    made.setSpacing(theme.GAP)
    for card in cards:
        made.addWidget(card)
    made.addStretch(1)
    return made


# --- what the worker does


def _test_page(name: str, offset: tuple[float, float]) -> Job:
    from venue_desk.desktop import printing
    from venue_desk.documents import testpage

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "test.pdf"
        with file.open("wb") as target:
            yield from testpage.draw(target, name, *offset)
        yield from printing.send(file, printing.printer_named(name), offset)
