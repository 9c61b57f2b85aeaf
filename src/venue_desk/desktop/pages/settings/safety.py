"""The card Safety: backups and their second place, going back, and records that lie where they should not."""

from pathlib import Path
from typing import TYPE_CHECKING

from venue_desk import language
from venue_desk.desktop.page import Job, Shell
from venue_desk.desktop.settings import usual_folder
from venue_desk.desktop.widgets import Card, Icon, ListRow, Rows
from venue_desk.domain.problem import Problem
from venue_desk.language import _

if TYPE_CHECKING:
    from datetime import datetime

    from venue_desk.store.desk import Desk


class SafetyCard(Card):
    """Rows that say how it stands, each with the button that changes it."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(_("Safety"))
        self._shell = shell
        self._rows = Rows()
        self.add(self._rows)

    def refresh(self) -> None:
        """Show how it stands."""
        from venue_desk.store import backups, places

        folder = self._shell.desk.folder
        known = backups.known(folder)
        last = _("There is no backup yet")
        if known:
            last = _("The last one was checked on {day} at {time}").format(**_moment(known[0].at))
        self._rows.show_rows(
            [
                *self._unsafe(places.warning(folder)),
                ListRow(_("Backup"), last, action=_("Back up now"), on_click=self.back_up, wrap=True),
                self._second(folder),
                ListRow(
                    _("Copy to another disk"),
                    _("Encrypted: the recovery key opens it, with the .vault file beside it"),
                    action=_("Save a copy…"),
                    on_click=self.copy,
                    wrap=True,
                ),
                ListRow(
                    _("Restore"),
                    _("Go back to a backup; today's records are kept beside it"),
                    action=_("Choose a backup…"),
                    on_click=self.restore,
                    wrap=True,
                ),
            ]
        )

    def _second(self, folder: Path) -> ListRow:
        from venue_desk.store import backups, second

        named = second.read(folder)
        if named is None:
            return ListRow(
                _("Second place for backups"),
                _("None: choose a stick or another disk, where a copy of each backup goes"),
                action=_("Choose a folder…"),
                on_click=self.choose_place,
                wrap=True,
            )
        at = named.verified
        said = _("No backup was checked there yet")
        if at is not None:
            said = _("The last one there was checked on {day} at {time}").format(**_moment(at))
        return ListRow(
            _("Second place for backups"),
            f"{named.place}. {said}",
            action=_("Leave it"),
            on_click=self.leave_place,
            before=Icon("warning", "danger", 20) if second.overdue(folder, backups.OLD) else None,
            wrap=True,
        )

    def _unsafe(self, why: str) -> list[ListRow]:
        """Where the records should not lie where they lie, one button that brings them where they should."""
        if not why:
            return []
        return [
            ListRow(
                _("The records lie in an unsafe place"),
                f"{why} {_('A better place: {folder}').format(folder=usual_folder())}",
                action=_("Move them there"),
                on_click=self.move_records,
                before=Icon("warning", "danger", 20),
                wrap=True,
            )
        ]

    # --- what the buttons do

    def move_records(self) -> None:
        """Bring the records to the usual folder, or, where that does not do, to one that somebody chooses."""
        from venue_desk.store import database, places

        better = usual_folder()
        if places.warning(better) or database.exists(better):
            self._shell.choose_folder(_("Choose a folder"), self._move_to)
        else:
            self._move_to(better)

    def _move_to(self, target: Path) -> None:
        self._shell.run(_moved(self._shell.desk, target), _("Moving the records"), done=self._came)

    def _came(self, desk: "Desk") -> None:
        from venue_desk.desktop.single import Single, show_again

        # Another launch looks for the window of the folder that the note leads to.
        window = self.window()
        self._single = Single(desk.folder)
        if self._single.first():
            self._single.listen(lambda: show_again(window))
            self._single.setParent(window)
        self._shell.begin(desk)
        self._shell.toast(
            _("The records are in {folder} now. A note lies where they were.").format(folder=desk.folder)
        )

    def choose_place(self) -> None:
        """Name the folder that a copy of each backup goes to."""
        self._shell.choose_folder(_("Choose a folder"), self._place_chosen)

    def _place_chosen(self, place: Path) -> None:
        from venue_desk.store import second

        desk = self._shell.desk
        second.choose(desk.folder, place, desk.venue)
        self.back_up()

    def leave_place(self) -> None:
        """Copy backups there no more; those that are there stay."""
        from venue_desk.store import second

        second.leave(self._shell.desk.folder)
        self.refresh()

    def back_up(self) -> None:
        """Write a backup beside the records, and in the second place, and check them."""
        self._shell.run(
            _backup(self._shell.desk),
            _("Backing up"),
            done=lambda _made: self._backed_up(),
            failed=self._not_all,
        )

    def _backed_up(self) -> None:
        self.refresh()
        self._shell.toast(_("Backed up and checked."))

    def _not_all(self, problem: Problem) -> None:
        self.refresh()
        self._shell.problem(problem)

    def copy(self) -> None:
        """Write a backup where somebody wants it."""
        name = f"venue-desk-{self._shell.today().isoformat()}.db"
        self._shell.save_file(_("Save a copy"), name, _("Backups") + " (*.db)", self._copy_to)

    def _copy_to(self, target: Path) -> None:
        self._shell.run(
            _backup(self._shell.desk, target),
            _("Backing up"),
            done=lambda _made: self._shell.toast(_("Saved and checked: {file}").format(file=target.name)),
        )

    def restore(self) -> None:
        """Ask for a backup and go back to it."""
        self._shell.choose_file(_("Choose a backup"), _("Backups") + " (*.db)", self._ask_restore)

    def _ask_restore(self, source: Path) -> None:
        from venue_desk.desktop.recovering import look_into

        desk = self._shell.desk
        look_into(self._shell, source, desk.folder, desk, self._restored)

    def _restored(self, desk: "Desk") -> None:
        self._shell.begin(desk)
        self._shell.toast(_("The backup is in place."))


def _moment(at: "datetime") -> dict[str, str]:
    return {"day": language.date_long(at.date()), "time": language.clock(at.isoformat())}


# --- what the worker does


def _backup(desk: "Desk", target: Path | None = None) -> Job:
    from venue_desk.store import backups, database

    yield _("Copying and checking")
    if target is None:
        backups.make(desk.engine, desk.folder)
    else:
        database.backup(desk.engine, target)


def _moved(desk: "Desk", target: Path) -> Job:
    from venue_desk.store import moving
    from venue_desk.store.desk import Desk

    yield _("Copying and checking")
    desk.stop(lambda: moving.move(desk.folder, target), moving.bar)
    desk.close()
    return Desk.open(target)
