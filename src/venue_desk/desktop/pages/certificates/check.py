"""Is this certificate genuine? Drop a file, choose one, scan or paste the code: one card says it in its colour."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from venue_desk.desktop import theme
from venue_desk.desktop.page import Job, Shell
from venue_desk.desktop.pages.certificates.rest import Rest
from venue_desk.desktop.widgets import (
    Button,
    Card,
    EmptyState,
    Label,
    ListRow,
    ResultCard,
    Rows,
    TextField,
    clear,
    column,
    row,
)
from venue_desk.documents import verify
from venue_desk.documents.verify import ALTERED, UNKNOWN, VALID, VOID, Finding
from venue_desk.domain.problem import Problem
from venue_desk.domain.seal import KeyRing
from venue_desk.language import _, number
from venue_desk.queries import certificates as queries

STATES = {VALID: "present", VOID: "absent", ALTERED: "absent", UNKNOWN: "neutral"}
SIGNS = {VALID: "✓", VOID: "×", ALTERED: "×", UNKNOWN: "?"}


class CheckView(QWidget):
    """Field and result at the left, what was signed at the right."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self.shell = shell
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
        top.add(row(Button(_("Choose a file"), self.choose_file, icon="folder"), 1))
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
        self._columns.addWidget(self.signed, 3)
        frame = column(gap=0)
        frame.addWidget(held, 1)
        self.setLayout(frame)
        self.rest()

    def rest(self) -> None:
        """Nothing was looked at yet."""
        self.result.rest(_("Nothing checked yet"), _("It works without a network."))
        self._show_signed([])

    # Ways in

    def check_text(self) -> None:
        """Judge the code in the field, and make room for the next."""
        given = self.code.value().strip()
        self.code.setText("")
        if given:
            self.show_findings([verify.text(given, self._ring())])

    def choose_file(self) -> None:
        kinds = _("Certificates") + " (*.pdf *.png *.jpg *.jpeg)"
        self.shell.choose_file(_("Choose a certificate"), kinds, self.check_file)

    def check_file(self, path: Path) -> None:
        """Judge a file on the worker."""
        self.shell.run(
            _judged(path, self._ring()), _("Checking {file}").format(file=path.name), done=self.show_findings,
            failed=self._refused,
        )  # fmt: skip

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
        self._columns.setStretchFactor(self.signed, 0 if narrow else 3)


def _judged(path: Path, ring: KeyRing) -> Job:
    found = []
    for one in verify.anything(path, ring):
        found.append(one)
        yield _("{count} checked").format(count=number(len(found)))
    return found
