"""How the window tells and asks: toasts, problems, bugs, dialogs, files."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from venue_desk.desktop.settings import Settings
from venue_desk.domain.problem import Problem
from venue_desk.language import _

if TYPE_CHECKING:
    from PySide6.QtWidgets import QFileDialog

    from venue_desk.desktop.widgets import Dialog, Toast


class Telling(QWidget):
    """A window's voice. ``undo`` is what the Undo of a toast does."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self._toast: Toast | None = None
        self.on_dialog: Callable[[Dialog], object] = lambda _dialog: None

    def undo(self) -> None:
        raise NotImplementedError

    def toast(
        self,
        text: str,
        *,
        undo: bool = False,
        action: str = "",
        on_click: Callable[[], Any] | None = None,
    ) -> None:
        self._show(text, press=on_click if action else self.undo if undo else None, action=action)

    def problem(self, problem: Problem) -> None:
        self._show(problem.text, hint=problem.hint, state="danger")

    def _show(
        self,
        text: str,
        *,
        hint: str = "",
        press: Callable[[], object] | None = None,
        state: str = "accent",
        action: str = "",
    ) -> None:
        """Show a toast in place of the one before; over the dialog when one is open."""
        from PySide6.QtGui import QGuiApplication

        from venue_desk.desktop.widgets import Dialog, Toast

        self.quiet()
        over: QWidget = self
        front = QGuiApplication.modalWindow()
        if front is not None:
            over = next((one for one in self.findChildren(Dialog) if one.isVisible() and one.isModal()), self)
        self._toast = Toast(over, text, hint=hint, undo=press, state=state, action=action)
        self._toast.destroyed.connect(self._gone)

    def _gone(self) -> None:
        self._toast = None

    def quiet(self) -> None:
        """Take the toast away."""
        toast, self._toast = self._toast, None
        if toast is not None:
            toast.destroyed.disconnect(self._gone)
            toast.close()

    def bug(self, report: str) -> None:
        """Say once that the program failed, and offer the report, which holds no name."""
        from PySide6.QtGui import QGuiApplication
        from PySide6.QtWidgets import QPlainTextEdit

        from venue_desk.desktop.widgets import Dialog, Label, TextArea

        dialog = Dialog(
            _("Something went wrong"),
            sentence=_(
                "This is a fault of the program. What you were doing was not saved; all else is safe."
            ),
            width=560,
        )
        details = TextArea(report, name=_("Report"), lines=8)
        details.setReadOnly(True)
        details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        dialog.add(
            Label(_("The report holds no names and no numbers of people."), "body", "muted", wrap=True)
        )
        dialog.add(details)
        copy = dialog.extra(
            _("Copy report"),
            lambda: QGuiApplication.clipboard().setText(report),
            kind="secondary",
            icon="copy",
        )
        copy.setToolTip(_("For whoever looks after this program"))
        self.dialog(dialog)

    def dialog(self, dialog: "Dialog", done: Callable[[], object] | None = None) -> None:
        dialog.setParent(self, dialog.windowFlags())
        dialog.finished.connect(dialog.deleteLater)
        if done is not None:
            dialog.accepted.connect(done)
        dialog.open()
        self.on_dialog(dialog)

    def ask(
        self,
        title: str,
        text: str,
        *,
        yes: str,
        done: Callable[[], object],
        danger: bool = True,
        names: Sequence[str] = (),
    ) -> None:
        from venue_desk.desktop.widgets import Ask

        self.dialog(Ask(title, text, yes=yes, danger=danger, names=list(names)), done)

    def choose_file(self, title: str, kinds: str, done: Callable[[Path], object]) -> None:
        from PySide6.QtWidgets import QFileDialog

        dialog = QFileDialog(self, title, self._last_folder(), kinds)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self._open_files(dialog, done)

    def choose_folder(self, title: str, done: Callable[[Path], object]) -> None:
        from PySide6.QtWidgets import QFileDialog

        dialog = QFileDialog(self, title, self._last_folder())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        self._open_files(dialog, done)

    def save_file(self, title: str, name: str, kinds: str, done: Callable[[Path], object]) -> None:
        from PySide6.QtWidgets import QFileDialog

        dialog = QFileDialog(self, title, self._last_folder(), kinds)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(name)
        dialog.setDefaultSuffix(Path(name).suffix.removeprefix("."))
        self._open_files(dialog, done)

    def _open_files(self, dialog: "QFileDialog", done: Callable[[Path], object]) -> None:
        def chosen(name: str) -> None:
            path = Path(name)
            self.settings.keep("folder", str(path.parent))
            done(path)

        dialog.fileSelected.connect(chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _last_folder(self) -> str:
        kept = self.settings.kept("folder")
        return kept if kept and Path(kept).is_dir() else str(Path.home())

    def open_file(self, path: Path) -> None:
        from PySide6.QtCore import QUrl
        from PySide6.QtGui import QDesktopServices

        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self.toast(_("The file is here: {path}").format(path=path))
