"""Back and again: Ctrl+Z everywhere, saying what it undid."""

from venue_desk.desktop.locking import COORDINATOR, Locking
from venue_desk.domain.problem import Problem
from venue_desk.language import _


class Stepping(Locking):
    """A window that undoes and does again, as far as who is at it may."""

    def begin_again(self) -> None:
        """The venue's own name was undone: show what is true now."""
        raise NotImplementedError

    def undo(self) -> None:
        self._step("undo", _("Undone: {action}"), _("There is nothing to undo."))

    def redo(self) -> None:
        self._step("redo", _("Done again: {action}"), _("There is nothing to do again."))

    def _step(self, way: str, said: str, nothing: str) -> None:
        if not self.stage.here or not self.may_step(way):
            return
        try:
            name = self.desk.undo() if way == "undo" else self.desk.redo()
        except Problem as problem:
            self.problem(problem)
            return
        if name is None:
            self.toast(nothing)
        elif way == "undo":
            self.toast(said.format(action=_(name)), action=_("Do it again"), on_click=self.redo)
        else:
            self.toast(said.format(action=_(name)), undo=True)
        if not self._describe_still():
            self.begin_again()

    def _describe_still(self) -> bool:
        """Whether the venue still has the name that is shown: undoing its set-up takes it away."""
        from venue_desk.queries import venue

        return self.windowTitle().startswith(self.desk.ask(venue.details).name or "\n")

    def may_step(self, way: str) -> bool:
        """Whether who is at the window may undo (or redo) what comes next."""
        if self.locked or self.role == COORDINATOR:
            return not self.locked
        from venue_desk.domain import access

        back, again = self.desk.next_steps()
        fine = access.may_undo(self.role, back if way == "undo" else again)
        if not fine:
            self.refuse_role()
        return fine
