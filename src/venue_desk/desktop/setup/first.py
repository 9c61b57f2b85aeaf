"""What somebody sees who has no venue yet: two ways to begin, then four short steps that can be resumed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from venue_desk.actions import sample, venue
from venue_desk.desktop import theme
from venue_desk.desktop.page import Job, Shell
from venue_desk.desktop.settings import usual_folder
from venue_desk.desktop.setup import stick
from venue_desk.desktop.setup.recovery import RecoveryStep, has_ring
from venue_desk.desktop.setup.restoring import BackupKeyDialog, restored
from venue_desk.desktop.setup.wizard import Wizard
from venue_desk.desktop.widgets import (
    Banner,
    Button,
    Card,
    Dialog,
    Form,
    Icon,
    Label,
    ListRow,
    Scroll,
    Segmented,
    TextField,
    clear,
    column,
    row,
)
from venue_desk.desktop.widgets.navigation import VenueMark
from venue_desk.language import _
from venue_desk.queries.venue import details
from venue_desk.store import database, places, vault
from venue_desk.store.desk import Desk

LANGUAGES = (("id", "Indonesia"), ("en", "English"))


class FirstWindow(QWidget):
    """Shown in place of the pages while the folder holds no venue, or ``desk`` is one without a name."""

    def __init__(self, shell: Shell, folder: Path, desk: Desk | None = None) -> None:
        super().__init__()
        self._shell, self._folder, self._desk = shell, folder, desk or shell.opened
        self._frame = QVBoxLayout(self)
        self._frame.setContentsMargins(32, 24, 32, 24)
        self._wizard: Wizard | None = None
        self._typed: dict[str, Any] | None = None  # not looked for yet
        if self._draft():
            self.set_up()
        else:
            self.choose()

    # --- the two ways

    def choose(self) -> None:
        """Show the two ways to begin."""
        clear(self._frame)
        self._wizard = None
        words = column(
            Label(_("Welcome to Venue Desk"), "title", wrap=True),
            Label(
                _(
                    "Participants, attendance, certificates and stalls, on this computer, with or without a network."
                ),
                "body",
                "muted",
                wrap=True,
            ),
            gap=4,
        )
        mark = VenueMark()
        mark.narrow = True
        mark.setFixedWidth(theme.now().px(44))
        mark.set("Venue Desk", "")
        tongue = Segmented(LANGUAGES, self._shell.settings.language, self._speak, name=_("Language"))
        head = row(gap=8)
        head.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        head.addSpacing(16)
        head.addWidget(tongue, 0, Qt.AlignmentFlag.AlignTop)
        cards = row(gap=theme.GAP)
        mine = self._way(
            "home",
            _("Set up my venue"),
            _("Name, letterhead, who signs, stalls: four short steps. You can stop and go on later."),
            Button(_("Set up my venue"), self.set_up, kind="primary"),
        )
        shown = self._way(
            "eye",
            _("Show me a sample parish"),
            _(
                "Sixty vendors, three courses, a month of attendance, all invented. Removed again in one click."
            ),
            Button(_("Show the sample"), self.show_sample),
        )
        cards.addWidget(mine, 1)
        cards.addWidget(shown, 1)
        more = ListRow(
            _("Does this venue have a desk already?"),
            _("Join it with a one-time code from the training centre."),
            action=_("Join with a code…"),
            on_click=self.join,
            wrap=True,
        )
        lost = ListRow(
            _("Was the old computer lost?"),
            _("A backup opens here with the recovery key."),
            action=_("Restore a backup…"),
            on_click=self.restore,
            wrap=True,
        )
        carried = stick.rows(self._desk, self.ask_by_stick, self.read_answer)
        self._hold(column(head, *self._unsafe(), cards, column(more, *carried, lost, gap=8), gap=24))

    def _unsafe(self) -> list[Banner]:
        """A warning where the records would lie in a folder that can damage them, with a better one."""
        why, better = places.warning(self._folder), usual_folder()
        if not why or self._desk is not None:
            return []
        if places.warning(better) or database.exists(better):
            return [Banner(why, state="late", icon="warning")]
        words = _("Put the records in {folder}").format(folder=better)
        return [
            Banner(
                f"{why} {words}", action=_("Use it"), on_click=self._use_better, state="late", icon="warning"
            )
        ]

    def _use_better(self) -> None:
        self._folder = usual_folder()
        self.choose()

    def _way(self, icon: str, title: str, said: str, button: Button) -> Card:
        card = Card()
        card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        card.add(Icon(icon, "accent", 28))
        card.add(Label(title, "heading", wrap=True))
        card.add(Label(said, "body", "muted", wrap=True))
        card.body.addSpacing(8)
        card.add(row(button, 1))
        return card

    def _hold(self, content: Any) -> None:
        """Put something in the middle of the window, not wider than a page is read; it scrolls where it is tall."""
        held = QWidget()
        held.setLayout(content)
        content.setContentsMargins(0, 0, 0, 0)
        held.setMaximumWidth(theme.now().px(860))
        line = row()
        line.addStretch(1)
        line.addWidget(held, 100)
        line.addStretch(1)
        whole = QWidget()
        whole.setProperty("clear", "true")
        inside = QVBoxLayout(whole)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addStretch(1)
        inside.addLayout(line)
        inside.addStretch(2)
        self._frame.addWidget(Scroll(whole))

    def _speak(self, language: str) -> None:
        self._shell.settings.language = language
        self._shell.restyle()

    # --- my venue

    def set_up(self) -> None:
        """Show the steps, where they were left."""
        clear(self._frame)
        self._wizard = Wizard(
            self._shell, self._draft(), keep=self._keep, done=self._create, back=self._give_up
        )
        self._frame.addWidget(self._wizard)

    def _draft(self) -> dict[str, Any]:
        from venue_desk.store import beginning

        if self._typed is None:
            self._shell.settings.keep("setup", "")  # where an older version kept it, for anybody to read
            self._typed = beginning.kept(self._folder)
        return self._typed

    def _keep(self, draft: dict[str, Any]) -> None:
        """Remember it here, and in the file: on the worker, because a keyring takes its time."""
        self._typed = draft
        self._shell.run(_kept(self._folder, draft), "", quiet=True)

    def _forget(self) -> None:
        self._keep({})

    def _give_up(self) -> None:
        self._forget()
        self.choose()

    def _create(self, details: dict[str, Any]) -> None:
        self._begin(_("Setting up the venue"), lambda desk: desk.do(venue.set_up, **details), self._protect)

    # --- the sample

    def show_sample(self) -> None:
        """Build the sample parish and show it."""
        self._begin(_("Building the sample parish"), lambda desk: desk.do(sample.parish), self._begun)

    # --- a venue that is there already

    def join(self) -> None:
        """Ask for the centre's address and the code."""
        dialog = JoinDialog()
        self._shell.dialog(
            dialog, done=lambda: self._join(dialog.form.value("server"), dialog.form.value("code"))
        )

    def _join(self, server: str, code: str) -> None:
        self._shell.run(
            _joined(self._desk, self._folder, server, code), _("Joining the venue"), done=self._protect
        )

    def ask_by_stick(self) -> None:
        """Where there is no network: write a request with the code."""
        dialog = stick.CodeDialog()

        def write(path: Path) -> None:
            job = stick.asked(self._desk, self._folder, dialog.form.value("code"), path)
            self._shell.run(job, _("Writing to the stick"), done=self._asked)

        kinds = f"Venue Desk ({stick.FILES})"
        self._shell.dialog(
            dialog,
            done=lambda: self._shell.save_file(_("Write the request"), "venue-desk.vdjoin", kinds, write),
        )

    def _asked(self, desk: Desk) -> None:
        self._shell.begin(desk)
        self._shell.toast(_("The request was written and read back. It is safe to remove the stick."))

    def read_answer(self) -> None:
        """Read what came back from the centre."""
        desk = self._desk
        assert desk is not None, "who asked has a desk"
        self._shell.choose_file(
            _("Read the answer"),
            f"Venue Desk ({stick.FILES})",
            lambda path: self._shell.run(
                stick.taken(desk, path), _("Reading from the stick"), done=self._protect
            ),
        )

    # --- a backup of a computer that is lost

    def restore(self) -> None:
        """Ask for a backup and one of its keys."""
        kinds = _("Backups") + " (*.db)"
        self._shell.choose_file(_("Choose a backup"), kinds, self._ask_key)

    def _ask_key(self, source: Path) -> None:
        dialog = BackupKeyDialog(self._shell, source)
        key = dialog.key
        self._shell.dialog(
            dialog,
            done=lambda: self._shell.run(
                restored(self._folder, source, key.by, key.given()), _("Restoring"), done=self._protect
            ),
        )

    # --- the end of them all

    def _begin(self, title: str, fill: Callable[[Desk], object], done: Callable[[Desk], object]) -> None:
        self._shell.run(_made(self._desk, self._folder, fill), title, done=done)

    def _protect(self, desk: Desk) -> None:
        """Show the recovery key of a new desk, unless somebody looks after its key file."""
        self._forget()
        if not vault.wants_recovery(desk.folder):
            self._begun(desk)
            return
        self._shell.run(has_ring(), "", done=lambda ring: self.show_recovery(desk, ring=ring), quiet=True)

    def show_recovery(self, desk: Desk, *, ring: bool) -> None:
        """The last step: the recovery key."""
        name = desk.ask(details).name
        self.recovery = RecoveryStep(
            self._shell, desk.folder, name, ring=ring, done=lambda: self._begun(desk)
        )
        self._show_recovery(self.recovery)

    def _show_recovery(self, step: RecoveryStep) -> None:
        clear(self._frame)
        self._wizard = None
        self._hold(column(step))

    def _begun(self, desk: Desk) -> None:
        self._forget()
        self._shell.begin(desk)

    def pictures(self) -> dict[str, Callable[[], Dialog | None]]:
        """The states of this window for the picture tests."""

        def step(number: int) -> Callable[[], None]:
            def show() -> None:
                self.set_up()
                assert self._wizard is not None
                self._wizard.show_step(number)

            return show

        def recovery(ring: bool) -> Callable[[], None]:
            def show() -> None:
                self._show_recovery(
                    RecoveryStep(self._shell, self._folder, "Paroki Uji", ring=ring, done=self.choose)
                )

            return show

        return {
            "choose": self.choose,
            "recovery": recovery(ring=True),
            "recovery without a keyring": recovery(ring=False),
            "join": JoinDialog,
            "join by a stick": stick.CodeDialog,
            "backup": lambda: BackupKeyDialog(self._shell, Path("venue-desk-20251122.db")),
            **{f"step {number + 1}": step(number) for number in range(4)},
        }


def _kept(folder: Path, draft: dict[str, Any]) -> Job:
    """A job: keep the draft of the set-up, or forget it where it is empty."""
    from venue_desk.store import beginning

    yield None
    if draft:
        beginning.keep(folder, draft)
    else:
        beginning.forget(folder)


class JoinDialog(Dialog):
    """The address of the centre and the one-time code."""

    def __init__(self) -> None:
        super().__init__(
            _("Join a venue"),
            yes=_("Join"),
            sentence=_(
                "The training centre gives each computer a code of its own. A network is needed for this step."
            ),
            width=520,
        )
        self.form = Form()
        self.form.add("server", _("Address of the centre"), TextField(), "https://…", needed=True)
        self.form.add("code", _("One-time code"), TextField(), needed=True)
        self.add(self.form)

    def check(self) -> bool:
        for key, said in (("server", _("Write the address.")), ("code", _("Write the code."))):
            if not self.form.value(key):
                self.form.error(key, said)
                return False
        return True


def _joined(held: Desk | None, folder: Path, server: str, code: str) -> Job:
    """Join a venue at its centre and fetch its records; a refusal leaves nothing behind."""
    from venue_desk.sync import client, joining

    yield _("Asking the centre")
    if held is None:
        desk, _name = joining.begin(folder, server, code)
    else:
        desk = held
        joining.enrol(desk, server, code)
    yield from client.sync(desk)
    return desk


def _made(held: Desk | None, folder: Path, fill: Callable[[Desk], object]) -> Job:
    """Make the records where there are none and fill them; a failure leaves nothing behind."""
    yield _("Making the records")
    desk = held or Desk.create(folder)
    try:
        yield (0.3, _("Writing"))
        fill(desk)
    except BaseException:
        if held is None:
            desk.close()
            database.remove(folder)
        raise
    return desk
