"""Where this computer stands with the centre: what waits, both versions of what two desks wrote, files on a stick."""

from collections.abc import Callable, Generator
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from venue_desk.actions import sync as settling
from venue_desk.desktop import theme
from venue_desk.desktop.page import Page, Shell
from venue_desk.desktop.pages.sync import errands
from venue_desk.desktop.pages.sync.facts import desks_card, facts_card
from venue_desk.desktop.pages.sync.newcode import NewCodeDialog
from venue_desk.desktop.pages.sync.versions import versions_row
from venue_desk.desktop.pages.sync.waiting import cards
from venue_desk.desktop.setup import stick
from venue_desk.desktop.widgets import (
    Banner,
    Button,
    Card,
    Dialog,
    EmptyState,
    Form,
    Icon,
    Label,
    Rows,
    TextField,
    clear,
    column,
    row,
)
from venue_desk.domain.problem import Problem
from venue_desk.language import _, clock, date_short, ngettext, number
from venue_desk.queries import sync as known
from venue_desk.queries.fields import NOUNS
from venue_desk.queries.sync import Status

STICK = "*.vdsync"


class SyncPage(Page):
    """Not connected: how to join. Connected: what needs a person at the left, facts at the right."""

    name: ClassVar[str] = "sync"
    watches: ClassVar[frozenset[str]] = frozenset(NOUNS) | {"conflict", "computer", "local"}

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._busy = False
        self.send = self.header.secondary(_("Write to a stick"), self.export, icon="usb")
        self.fetch = self.header.secondary(_("Read from a stick"), self.bring, icon="usb")
        self.now = self.header.primary(_("Sync now"), self.sync, icon="sync")
        self.notices = column(gap=8)
        self.left = column(gap=theme.GAP)
        self.right = column(gap=theme.GAP)
        held = QWidget()
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, held)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(theme.GAP)
        self._columns.addLayout(self.left, 3)
        self._columns.addLayout(self.right, 2)
        self.add(self.notices)
        self.add(held, 1)
        self._enrolled: bool | None = None

    def refresh(self) -> None:
        status = self.shell.desk.ask(known.status)
        self.header.say(_("Sync"), _sentence(status))
        for button in (self.send, self.fetch):
            button.setVisible(status.enrolled)
        self.now.setVisible(bool(status.server))
        self.now.setEnabled(not self._busy)
        clear(self.notices)
        self._notices(status)
        if status.enrolled:
            self._connected(status)
        elif self._enrolled is not False:
            self._joining()  # not built anew while somebody types
        self._enrolled = status.enrolled

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < theme.now().px(900)
        self._columns.setDirection(
            QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        )

    def pictures(self) -> dict[str, Callable[[], Dialog | None]]:
        return {"without an address": self.join} if not self._enrolled else {}

    # -- what is shown

    def _notices(self, status: Status) -> None:
        if status.removals:
            count = number(status.removals)
            words = ngettext(
                "The other computers removed {count} record. It stays here until you agree.",
                "The other computers removed {count} records. They stay here until you agree.",
                status.removals,
            ).format(count=count)
            banner = Banner(
                words, action=_("Agree and remove"), on_click=self.agree, state="late", icon="warning"
            )
            self.notices.addWidget(banner)
        elif status.trouble:
            ends = self._standing().trouble in known.NEW_CODE
            self.notices.addWidget(
                Banner(
                    status.trouble,
                    action=_("Enter a new code…") if ends else "",
                    on_click=self.enter_code if ends else None,
                    state="late",
                    icon="warning",
                )
            )
        elif status.online is False:
            self.notices.addWidget(Banner(known.trouble("offline"), icon="cloud-off"))
        if status.clock:
            self.notices.addWidget(Banner(status.clock, state="late", icon="clock"))

    def _joining(self) -> None:
        clear(self.left)
        clear(self.right)
        card = Card(_("Connect to the centre"))
        card.add(
            Label(
                _("The centre gives you its address and a code that is valid for a day. All that is recorded "
                  "here comes along, and nothing is lost."),
                "body", "muted", wrap=True,
            )
        )  # fmt: skip
        self.form = Form()
        self.form.add(
            "server", _("Address of the centre"), TextField(hint="https://pusat.example.id"), needed=True
        )
        code = TextField(hint="K7QF-9M2X-3HTR-W8PD")
        code.returnPressed.connect(self.join)
        self.form.add("code", _("One-time code"), code, needed=True)
        card.add(self.form)
        card.add(row(Button(_("Connect"), self.join, kind="primary", icon="cloud"), 1))
        self.left.addWidget(card)
        away = Card(_("Without a network"))
        lines = Rows()
        lines.show_rows(list(stick.rows(self.shell.desk, self.ask_by_stick, self.read_answer)))
        away.add(lines)
        self.left.addWidget(away)
        self.left.addStretch(1)
        why = Card(_("Without a centre"))
        for icon, words in (
            ("check-circle", _("Everything works on this computer alone, for as long as you like.")),
            ("shield-check", _("Records are saved here first, always. The centre gets a copy.")),
            ("usb", _("Once connected, a stick can carry changes where there is no network.")),
        ):
            line = row(Icon(icon, "accent"), Label(words, "body", wrap=True), gap=12)
            line.setStretch(1, 1)
            why.add(line)
        self.right.addWidget(why)
        self.right.addStretch(1)

    def _connected(self, status: Status) -> None:
        clear(self.left)
        clear(self.right)
        waiting = cards(self.shell, self._moment, self.agree, self.take_back)
        for card in waiting:
            self.left.addWidget(card)
        both = self.shell.desk.ask(known.both_versions)
        if both or not waiting:
            self.left.addWidget(self._both_card(both), 1)
        else:
            self.left.addStretch(1)
        self.right.addWidget(facts_card(status, self._standing(), self._moment))
        self.right.addWidget(desks_card(self.shell.desk.ask(known.desks), self._moment))
        self.right.addStretch(1)

    def _both_card(self, both: list[known.Both]) -> Card:
        card = Card(_("Both versions"), number(len(both)) if both else "")
        if not both:
            card.add(
                EmptyState(
                    "check-circle",
                    _("Nothing to decide"),
                    _("Where two computers write the same entry differently, both versions appear here."),
                ),
                1,
            )
            return card
        card.add(
            Label(
                _("The later version is shown everywhere. Take the other where it is the right one."),
                "body", "muted", wrap=True,
            )
        )  # fmt: skip
        rows = Rows()
        rows.show_rows([versions_row(one, self._moment, self.take, self.keep) for one in both[:50]])
        card.add(rows)
        if len(both) > 1:
            card.add(row(Button(_("Keep all that is shown"), self.keep_all, kind="quiet", icon="check"), 1))
        card.body.addStretch(1)
        return card

    def _moment(self, at: str) -> str:
        """A moment beside today: the time alone today, else the day with it."""
        day = datetime.fromisoformat(at).date()
        if day == self.shell.today():
            return _("today {time}").format(time=clock(at))
        return f"{date_short(day)} {clock(at)}"

    # -- what can be done

    def join(self) -> None:
        """Connect with the address and the code that were typed."""
        self.form.clear_errors()
        server, code = self.form.value("server"), self.form.value("code")
        if not server:
            self.form.error("server", _("Write the centre's address."))
        if not code:
            self.form.error("code", _("Write the code that the centre gave you."))
        if server and code and not self._busy:
            self._run(
                errands.joined(self.shell.desk, server, code),
                _("Connecting to the centre"),
                lambda name: _("Connected: this computer works for {venue}.").format(venue=name),
            )

    def ask_by_stick(self) -> None:
        """Join where there is no network: write a request with the code."""
        dialog = stick.CodeDialog()
        kinds = f"Venue Desk ({stick.FILES})"

        def write(path: Path) -> None:
            self._enrolled = None  # the way to the answer appears
            self._run(
                stick.asked(self.shell.desk, self.shell.desk.folder, dialog.form.value("code"), path),
                _("Writing to the stick"),
                lambda _desk: _("The request was written and read back. It is safe to remove the stick."),
            )

        self.shell.dialog(
            dialog,
            done=lambda: self.shell.save_file(_("Write the request"), "venue-desk.vdjoin", kinds, write),
        )

    def read_answer(self) -> None:
        """Read what came back from the centre."""
        self.shell.choose_file(_("Read the answer"), f"Venue Desk ({stick.FILES})", self._read_answer_in)

    def _read_answer_in(self, path: Path) -> None:
        self._run(
            stick.taken(self.shell.desk, path),
            _("Reading from the stick"),
            lambda _desk: _("Connected: this computer works for {venue}.").format(
                venue=self._standing().venue_name
            ),
        )

    def sync(self) -> None:
        """Sync now, whatever the clock says."""
        from venue_desk.sync import client

        self._run(client.sync(self.shell.desk), _("Syncing with the centre"), _moved)

    def _standing(self) -> known.Standing:
        found = self.shell.desk.ask(known.standing)
        assert found is not None, "asked of a computer that is connected"
        return found

    def enter_code(self) -> None:
        """Join again with another code, with all that is here."""
        dialog = NewCodeDialog(self._standing().url)
        self.shell.dialog(
            dialog,
            done=lambda: self._run(
                errands.joined(self.shell.desk, dialog.form.value("server"), dialog.form.value("code")),
                _("Connecting to the centre"),
                lambda name: _("Connected: this computer works for {venue}.").format(venue=name),
            ),
        )

    def agree(self) -> None:
        """Let the removals go through that wait for a person."""
        from venue_desk.sync import client

        client.agree(self.shell.desk)
        self.sync()

    def take_back(self) -> None:
        """Undo the removals of this computer that were not passed on."""
        self._run(
            errands.taken_back(self.shell.desk),
            _("Taking the removals back"),
            lambda count: ngettext(
                "{count} record is here again.", "{count} records are here again.", count
            ).format(count=number(count)),
        )

    def take(self, conflict: str) -> None:
        self.shell.do(settling.take_other, conflict, said=_("The other version was taken"))

    def keep(self, conflict: str) -> None:
        self.shell.do(settling.keep_this, conflict, said=_("The version shown was kept"))

    def keep_all(self) -> None:
        self.shell.do(settling.keep_all, said=_("All versions shown were kept"))

    def export(self) -> None:
        """Write what waits to a file that is carried to the centre."""
        name = f"venue-desk-{self.shell.today().isoformat()}.vdsync"
        self.shell.save_file(_("Write to a stick"), name, f"Venue Desk ({STICK})", self._export_to)

    def _export_to(self, path: Path) -> None:
        self._run(
            errands.exported(self.shell.desk, path),
            _("Writing to the stick"),
            lambda done: ngettext(
                "{count} change was written and read back. It is safe to remove the stick.",
                "{count} changes were written and read back. It is safe to remove the stick.",
                done.changes,
            ).format(count=number(done.changes)),
        )

    def bring(self) -> None:
        """Take over the file that the centre sent back."""
        self.shell.choose_file(_("Read from a stick"), f"Venue Desk ({STICK})", self._bring_from)

    def _bring_from(self, path: Path) -> None:
        self._run(
            errands.brought(self.shell.desk, path),
            _("Reading from the stick"),
            lambda done: ngettext(
                "{count} change from the centre was taken over.",
                "{count} changes from the centre were taken over.",
                done.changes,
            ).format(count=number(done.changes)),
        )

    def _run(self, job: Generator[Any, None, Any], title: str, words: Callable[[Any], str]) -> None:
        def over() -> None:
            self._busy = False
            self.refresh()

        def done(result: Any) -> None:
            over()
            self.shell.toast(words(result))

        def failed(problem: Problem) -> None:
            over()
            self.shell.problem(problem)

        self._busy = True
        self.now.setEnabled(False)
        self.shell.run(job, title, done=done, cancelled=over, failed=failed)


def _sentence(status: Status) -> str:
    if not status.enrolled:
        return _("Everything is saved on this computer. It is not connected to a centre.")
    if status.waiting:
        return ngettext(
            "Everything is saved on this computer. {count} change waits to be sent.",
            "Everything is saved on this computer. {count} changes wait to be sent.",
            status.waiting,
        ).format(count=number(status.waiting))
    return _("Everything is saved on this computer and at the centre.")


def _moved(done: Any) -> str:
    if not done.sent and not done.received:
        return _("This computer and the centre hold the same.")
    sent = ngettext("{count} change sent", "{count} changes sent", done.sent).format(count=number(done.sent))
    came = ngettext("{count} received", "{count} received", done.received).format(count=number(done.received))
    return f"{sent}, {came}."
