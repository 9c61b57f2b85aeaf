"""How the window works: actions at once, long jobs on the worker thread with progress over it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QApplication, QDialog

from venue_desk.desktop.settings import Settings
from venue_desk.desktop.sweeping import Sweeper
from venue_desk.desktop.telling import Telling
from venue_desk.domain.problem import Problem

if TYPE_CHECKING:
    from venue_desk.desktop.jobs import Jobs, Running
    from venue_desk.desktop.page import Job
    from venue_desk.store.desk import Desk


class Working(Telling):
    """A window with a desk and a worker."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.opened: Desk | None = None
        self._jobs: Jobs | None = None
        self._sweeper = Sweeper(self)

    @property
    def jobs(self) -> "Jobs":
        """The worker; made when it is first needed."""
        if self._jobs is None:
            from venue_desk.desktop.jobs import Jobs

            self._jobs = Jobs()
        return self._jobs

    def busy(self) -> "list[Running]":
        """Jobs that a person waits for."""
        return self._jobs.busy() if self._jobs is not None else []

    def stop_working(self) -> None:
        """Cancel what runs and join the worker."""
        if self._jobs is not None:
            self._jobs.close()
        self._sweeper.stop()

    def loaded(self) -> None:
        """All that is loaded ahead is here."""
        self._sweeper.keep()

    @property
    def desk(self) -> "Desk":
        assert self.opened is not None, "pages are shown when there is a desk"
        return self.opened

    def do(self, action: Callable[..., Any], *args: Any, said: str = "", **named: Any) -> Any:
        try:
            result = self.desk.do(action, *args, **named)
        except Problem as problem:
            self.problem(problem)
            return None
        if said:
            self.toast(said, undo=True)
        return result

    def run(
        self,
        job: "Job",
        title: str,
        *,
        done: Callable[[Any], object] | None = None,
        cancelled: Callable[[], object] | None = None,
        failed: Callable[[Problem], object] | None = None,
        quiet: bool = False,
    ) -> None:
        def prepare(running: "Running") -> None:
            running.broke.connect(rethrow)
            # What a quiet job could not do is told by the facts of the status line.
            refused = failed or (None if quiet else self.problem)
            for signal, act in (
                (running.done, done),
                (running.cancelled, cancelled),
                (running.refused, _heeding(self, refused)),
            ):
                if act is not None:
                    signal.connect(act)
            if not quiet:
                from venue_desk.desktop.widgets.progress import ProgressOverlay

                front = QApplication.activeModalWidget()
                over = ProgressOverlay(front or self, title, running.cancel)
                # The overlay's own methods, so that nothing arrives after it is gone.
                running.progressed.connect(over.progressed)
                running.ended.connect(over.end)
                over.home = self
                if isinstance(front, QDialog):
                    front.finished.connect(over.leave_dialog)

        self.jobs.start(job, quiet=quiet, prepare=prepare)


def _heeding(window: Working, refused: Callable[[Problem], object] | None) -> Callable[[Problem], object]:
    """Whatever job meets the centre: its order to remove the records comes before all else."""

    def heed(problem: Problem) -> None:
        if hasattr(problem, "order"):
            from venue_desk.desktop import leaving

            leaving.begin(window, problem.order)
        elif refused is not None:
            refused(problem)

    return heed


def rethrow(error: BaseException) -> None:
    """Bring a job's bug to the guard of the window's thread."""
    raise error
