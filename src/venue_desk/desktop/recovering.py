"""What the window shows when the records are damaged, and before a backup takes their place."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from venue_desk import language
from venue_desk.desktop import theme
from venue_desk.desktop.otherkey import Found, OtherKeyDialog, as_owner, looked
from venue_desk.desktop.page import Job, Shell
from venue_desk.desktop.widgets import (
    Button,
    Card,
    Dialog,
    Icon,
    Label,
    ListRow,
    Rows,
    Section,
    column,
    row,
)
from venue_desk.domain.problem import Problem
from venue_desk.language import _, ngettext

if TYPE_CHECKING:
    from venue_desk.store.backups import Preview, Step
    from venue_desk.store.desk import Desk
    from venue_desk.store.recovery import Ready


class RecoveryScreen(QWidget):
    """In place of the pages: what is wrong, what can be brought back, and one button."""

    def __init__(self, shell: Shell, folder: Path, why: str) -> None:
        super().__init__()
        self._shell, self._folder = shell, folder
        self._found = Rows()
        self._button = Button(_("Bring the records back"), self.bring_back, kind="primary")
        self._button.setEnabled(False)
        words = column(
            Label(_("The records are damaged"), "title", wrap=True),
            Label(
                _(
                    "Nothing was changed, and nothing is thrown away. Venue Desk looks for what can be brought back."
                ),
                "body",
                "muted",
                wrap=True,
            ),
            gap=4,
        )
        head = row(Icon("warning", "danger", 28), gap=12)
        head.addLayout(words, 1)
        card = Card()
        card.add(self._found)
        card.add(row(self._button, Button(_("Choose a backup…"), self.choose, kind="quiet"), 1))
        held = QWidget()
        held.setLayout(column(head, card, gap=24))
        held.setMaximumWidth(theme.now().px(760))
        frame = QVBoxLayout(self)
        frame.setContentsMargins(32, 24, 32, 24)
        frame.addStretch(1)
        line = row()
        line.addStretch(1)
        line.addWidget(held, 100)
        line.addStretch(1)
        frame.addLayout(line)
        frame.addStretch(2)
        self._reason = why
        said = ListRow(_("What is wrong"), why, wrap=True)
        self._found.show_rows([said, ListRow(_("Looking for what can be brought back…"), "", wrap=True)])
        self._ready: Ready | None = None
        shell.run(_prepared(folder), "", done=self.show_ready, failed=self._nothing, quiet=True)

    def show_ready(self, ready: "Ready") -> None:
        """Say what would be brought back, and let it be done."""
        self._ready = ready
        if ready.backup is not None:
            backup = _("checked on {day} at {time}").format(
                day=language.date_long(ready.backup.at.date()),
                time=language.clock(ready.backup.at.isoformat()),
            )
        else:
            backup = _("There is none: the journal of the damaged file is read alone.")
        brought = ngettext(
            "{count} change after it can be read in the damaged file and is brought back too.",
            "{count} changes after it can be read in the damaged file and are brought back too.",
            ready.lines,
        ).format(count=language.number(ready.lines))
        lost = (
            ngettext(
                "{count} change that was saved here cannot be read any more.",
                "{count} changes that were saved here cannot be read any more.",
                ready.missing,
            ).format(count=language.number(ready.missing))
            if ready.missing
            else _("Nothing, as far as this computer has noted.")
        )
        self._found.show_rows(
            [
                ListRow(_("What is wrong"), self._reason, wrap=True),
                ListRow(_("Newest whole backup"), backup, wrap=True),
                ListRow(_("Newer changes"), brought, wrap=True),
                ListRow(_("Missing"), lost, wrap=True),
            ]
        )
        self._button.setEnabled(True)
        self._button.setFocus()

    def _nothing(self, problem: Any) -> None:
        self._found.show_rows(
            [
                ListRow(_("What is wrong"), self._reason, wrap=True),
                ListRow(problem.text, problem.hint, wrap=True),
            ]
        )

    def bring_back(self) -> None:
        """Put in place what was prepared; the damaged file is kept."""
        assert self._ready is not None
        self._shell.run(
            _brought(self._folder, self._ready), _("Bringing the records back"), done=self._opened
        )

    def choose(self) -> None:
        """Let somebody name a backup on another disk; at a desk with a PIN only who has the recovery key."""
        kinds = _("Backups") + " (*.db)"
        as_owner(
            self._shell,
            self._folder,
            lambda: self._shell.choose_file(_("Choose a backup"), kinds, self._chosen),
        )

    def _chosen(self, source: Path) -> None:
        look_into(self._shell, source, self._folder, None, self._opened)

    def _opened(self, desk: "Desk") -> None:
        self._shell.begin(desk)
        self._shell.toast(_("The records are back. The damaged file is kept beside them."))


class RestoreDialog(Dialog):
    """What a backup holds, and what would be lost by going back to it."""

    def __init__(self, held: "Preview") -> None:
        super().__init__(
            _("Go back to this backup?"),
            yes=_("Restore"),
            danger=True,
            width=560,
            sentence=_("The records as they are now are kept as a file."),
        )
        if held.other:
            words = _(
                "It is a backup of another venue: {name}. Its records take the place of those that are here."
            )
            self.add(Label(words.format(name=held.venue), "strong", "danger", wrap=True))
        self.add(Section(_("It holds")))
        self.add(Label(held.holds(), "strong", wrap=True))
        self.add(_steps(held.last))
        self.add(Section(_("Done since")))
        self.add(
            Label(held.loses(), "strong", "danger" if held.lost or held.lost is None else "text", wrap=True)
        )
        if held.lost_last:
            self.add(_steps(held.lost_last))


def _steps(steps: "tuple[Step, ...]") -> Rows:
    rows = Rows()
    rows.show_rows([ListRow(_(step.name), _moment(step.at)) for step in steps])
    return rows


def _moment(at: str) -> str:
    from datetime import datetime

    when = datetime.fromisoformat(at)
    return f"{language.date_long(when.date())}, {language.clock(at)}"


def look_into(shell: Shell, source: Path, folder: Path, desk: "Desk | None", done: Any) -> None:
    """Show what a backup holds and, when it is wanted, go back to it: ``done(desk)``.

    Where another key opens it, it is asked for first.
    """

    def show(found: Found) -> None:
        its, held = found
        shell.dialog(
            RestoreDialog(held),
            done=lambda: shell.run(_restored(folder, source, desk, its), _("Restoring"), done=done),
        )

    def failed(problem: Problem) -> None:
        if not hasattr(problem, "ways"):
            shell.problem(problem)
            return
        dialog = OtherKeyDialog(shell, source, folder, desk, problem)
        shell.dialog(dialog, done=lambda: show(dialog.found) if dialog.found else None)

    shell.run(looked(folder, source, desk), _("Looking into the backup"), done=show, failed=failed)


# --- what the worker does


def _restored(folder: Path, source: Path, desk: "Desk | None", its: str = "") -> Job:
    from contextlib import closing

    from venue_desk.store import recovery
    from venue_desk.store.desk import Desk
    from venue_desk.store.lock import take

    yield _("Checking the backup")
    if desk is not None:
        return desk.replaced(lambda: recovery.restore(folder, source, its))
    with closing(take(folder)):
        recovery.restore(folder, source, its)
    return Desk.open(folder)


def _prepared(folder: Path) -> Job:
    from contextlib import closing

    from venue_desk.store import recovery, swap
    from venue_desk.store.lock import take

    yield None
    with closing(take(folder)):
        swap.finish(folder)
        return recovery.prepare(folder)


def _brought(folder: Path, ready: "Ready") -> Job:
    from contextlib import closing

    from venue_desk.store import recovery
    from venue_desk.store.desk import Desk
    from venue_desk.store.lock import take

    yield _("Bringing the records back")
    with closing(take(folder)):
        recovery.put_back(folder, ready)
    return Desk.open(folder)
