"""Is this certificate genuine? Drop a file, choose one, scan or paste the code: one card says it in its colour."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from venue_desk.actions import keys as actions
from venue_desk.desktop import theme
from venue_desk.desktop.page import Job, Shell
from venue_desk.desktop.pages.certificates.rest import Rest
from venue_desk.desktop.pages.certificates.signing import KeysCard
from venue_desk.desktop.widgets import (
    Button,
    Card,
    EmptyState,
    Flow,
    Label,
    ListRow,
    ResultCard,
    Rows,
    TextField,
    clear,
    column,
)
from venue_desk.documents import verify
from venue_desk.documents.saving import whole
from venue_desk.documents.verify import ALTERED, UNKNOWN, VALID, VOID, Finding
from venue_desk.domain import cards
from venue_desk.domain.problem import Problem
from venue_desk.domain.seal import KeyRing, is_code, keys_file, read_keys
from venue_desk.language import _, ngettext, number
from venue_desk.queries import certificates as queries

STATES = {VALID: "present", VOID: "absent", ALTERED: "absent", UNKNOWN: "neutral"}
SIGNS = {VALID: "✓", VOID: "×", ALTERED: "×", UNKNOWN: "?"}


class CheckView(QWidget):
    """Field and result at the left; at the right what was signed, and our own keys."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self.shell = shell
        self._asked: KeyRing | None = None  # by which the answer was given
        self.setAcceptDrops(True)
        self.code = TextField(
            hint=_("Scan or paste the code"),
            name=_("Code of a certificate"),
            icon="scan",
            key="Enter",
            role="entry",
        )
        self.code.returnPressed.connect(self.check_text)
        top = Card()
        top.add(self.code)
        top.add(Label(_("or drop a PDF, a photo or a scan anywhere here"), "body", "muted", wrap=True))
        ways = Flow()
        ways.add(Button(_("Choose a file"), self.choose_file, icon="folder"))
        ways.add(
            Button(
                _("Give away the keys"),
                self.export_keys,
                kind="quiet",
                icon="key",
                tip=_(
                    "A file with which a school or a company can verify our certificates without this desk"
                ),
            )
        )
        ways.add(
            Button(
                _("Add keys"),
                self.import_keys,
                kind="quiet",
                icon="plus",
                tip=_("The key list of another venue, to verify its certificates here"),
            )
        )
        top.add(ways)
        self.result = ResultCard()
        self.result.setMinimumHeight(theme.now().px(200))
        self.signed = Card(_("What was signed"))
        held = QWidget()
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, held)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(theme.GAP)
        left = QWidget()
        inside = column(top, gap=theme.GAP)
        inside.addWidget(self.result, 1)
        left.setLayout(inside)
        self._columns.addWidget(left, 4)
        self.keys = KeysCard(shell)
        self._right = QWidget()
        side = column(gap=theme.GAP)
        side.addWidget(self.signed, 1)
        side.addWidget(self.keys)
        self._right.setLayout(side)
        self._columns.addWidget(self._right, 3)
        frame = column(gap=0)
        frame.addWidget(held, 1)
        self.setLayout(frame)
        self.rest()

    def refresh(self) -> None:
        """Show our keys as they are now. An answer that was given by other keys and void numbers is taken away."""
        self.keys.refresh()
        if self._asked is not None and self._asked != self._ring():
            self.rest()

    def rest(self) -> None:
        """Nothing was looked at yet."""
        self._asked = None
        self.result.rest(_("Nothing checked yet"), _("It works without a network."))
        self._show_signed([])

    # Ways in

    def check_text(self) -> None:
        """Judge the code in the field, and make room for the next."""
        given = self.code.value().strip()
        self.code.setText("")
        if not is_code(given) and cards.read(given) is not None:  # a participant's card: not for this page
            self.shell.go("attendance", card=given)
        elif given:
            self._asked = self._ring()
            self.show_findings([verify.text(given, self._asked)])

    def choose_file(self) -> None:
        kinds = _("Certificates") + " (*.pdf *.png *.jpg *.jpeg)"
        self.shell.choose_file(_("Choose a certificate"), kinds, self.check_file)

    def check_file(self, path: Path) -> None:
        """Judge a file on the worker."""
        self._asked = self._ring()
        self.shell.run(
            _judged(path, self._asked), _("Checking {file}").format(file=path.name), done=self.show_findings,
            failed=self._refused,
        )  # fmt: skip

    def export_keys(self) -> None:
        """Write our keys and void numbers to a file for others."""
        ring = self.shell.desk.ask(queries.own_keys)
        if not ring.keys:
            self.shell.problem(
                Problem(
                    _("There is no signing key yet."),
                    hint=_("The first one is made when certificates are issued."),
                )
            )
            return

        def write(path: Path) -> None:
            try:
                with whole(path) as target:
                    target.write(keys_file(ring, self.shell.today()).encode())
            except Problem as problem:
                self.shell.problem(problem)
            else:
                count = len(ring.keys)
                said = ngettext("{count} key is in {file}", "{count} keys are in {file}", count)
                self.shell.toast(said.format(count=number(count), file=path.name))

        self.shell.save_file(
            _("Give away the keys"), _("keys") + ".json", _("Key lists") + " (*.json)", write
        )

    def import_keys(self) -> None:
        """Trust the keys of another venue on this computer."""

        def read(path: Path) -> None:
            try:
                ring = read_keys(path.read_text(encoding="utf-8"))
                new = self.shell.desk.ask(queries.believed, ring)
            except (OSError, UnicodeDecodeError):
                self.shell.problem(Problem(_("The key list {file} cannot be read.").format(file=path.name)))
                return
            except Problem as problem:
                self.shell.problem(problem)
                return
            self.shell.ask(
                _("Trust these keys?"),
                _("Certificates signed with them will count as valid on this computer. Add only a list that you got "
                  "from the venue itself."),
                yes=_("Trust"),
                done=lambda: self._trust(ring),
                danger=False,
                names=sorted({key.issuer for key in new.keys.values()}),
            )  # fmt: skip

        self.shell.choose_file(_("Add keys"), _("Key lists") + " (*.json)", read)

    def _trust(self, ring: KeyRing) -> None:
        count = self.shell.do(actions.trust, ring)
        if count:
            said = ngettext("{count} key was added.", "{count} keys were added.", count)
            self.shell.toast(said.format(count=number(count)))
            self.refresh()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for url in event.mimeData().urls():
            if url.isLocalFile():
                event.setDropAction(Qt.DropAction.CopyAction)
                event.accept()
                self.check_file(Path(url.toLocalFile()))
                return

    def _ring(self) -> KeyRing:
        return self.shell.desk.ask(queries.key_ring)

    # The answer

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """One finding large; of many the first that is not valid, with how many there were."""
        order = (ALTERED, VOID, UNKNOWN, VALID)
        worst = min(findings, key=lambda one: order.index(one.state))
        name = worst.statement.name if worst.statement else _("No certificate")
        said = "\n".join(worst.reasons)
        if len(findings) > 1:
            valid = sum(one.state == VALID for one in findings)
            counted = _("{valid} of {count} certificates in this file are valid.")
            said = counted.format(valid=number(valid), count=number(len(findings))) + "\n" + said
        self.result.show_result(
            STATES[worst.state],
            name,
            badge=_(verify.STATES[worst.state]),
            letter=SIGNS[worst.state],
            note=said,
        )
        self._show_signed(verify.said(worst.statement) if worst.statement else [], proven=worst.proven)

    def _refused(self, problem: Problem) -> None:
        self.result.show_result(
            STATES[UNKNOWN],
            _("No certificate"),
            badge=_(verify.STATES[UNKNOWN]),
            letter="?",
            note=str(problem),
        )
        self._show_signed([])

    def _show_signed(self, lines: Sequence[tuple[str, str]], *, proven: bool = True) -> None:
        clear(self.signed.body)
        self.signed.title.setText(_("What was signed") if proven else _("What the code claims, not proven"))
        if not lines:
            self.signed.add(
                EmptyState(
                    "shield-check",
                    _("The content of the signature appears here"),
                    _("Compare it with the paper in your hand."),
                ),
                1,
            )
            return
        rows = Rows()
        rows.show_rows([ListRow(value, label, wrap=True) for label, value in lines])
        inside = QWidget()
        inside.setLayout(column(rows, 1))
        self.signed.add(Rest(inside), 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < theme.now().px(820)
        self._columns.setDirection(
            QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        )
        self._columns.setStretchFactor(self._right, 0 if narrow else 3)


def _judged(path: Path, ring: KeyRing) -> Job:
    found = []
    for one in verify.anything(path, ring):
        found.append(one)
        yield _("{count} checked").format(count=number(len(found)))
    return found
