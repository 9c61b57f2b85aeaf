"""The keys that this venue's computers sign with, and withdrawing that of one that was stolen or lost."""

from PySide6.QtWidgets import QWidget

from venue_desk.actions import keys as actions
from venue_desk.desktop.page import Shell
from venue_desk.desktop.widgets import Card, Label, ListRow, Rows
from venue_desk.language import _, date_medium, ngettext, number
from venue_desk.queries import certificates as queries
from venue_desk.queries.certificates import KeyRow


class KeysCard(Card):
    """A line for each key: whose computer, since when, and whether it stands. Empty before the first signature."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(_("Our signing keys"))
        self._shell = shell
        self._none = Label(
            _("The first one is made when certificates are issued."), "body", "muted", wrap=True
        )
        self.rows = Rows()
        self.add(self._none)
        self.add(self.rows)

    def refresh(self) -> None:
        """Show the keys as they are now."""
        found = self._shell.desk.ask(queries.key_rows)
        self._none.setVisible(not found)
        shown: list[QWidget] = [self._line(row) for row in found]
        self.rows.show_rows(shown)

    def _line(self, row: KeyRow) -> ListRow:
        facts = [row.id]
        if row.revoked_on is not None:
            facts.append(_("withdrawn on {day}").format(day=date_medium(row.revoked_on)))
        elif row.since is not None:
            facts.append(_("since {day}").format(day=date_medium(row.since)))
        if row.signed:
            facts.append(_signed(row))
        title = row.computer or _("A computer without a name")
        if row.here:
            title = _("{computer} (this computer)").format(computer=title)
        if row.revoked_on is None:
            action, act = _("Withdraw"), lambda: self.withdraw(row)
        else:
            action, act = (_("Show") if row.signed else ""), lambda: self._show(row)
        return ListRow(title, " · ".join(facts), action=action, on_click=act, wrap=True)

    def withdraw(self, row: KeyRow) -> None:
        """Ask, and say what it means for what the key signed."""
        self._shell.ask(
            _("Withdraw this signing key?"),
            _("Only for a computer that was stolen or lost: nobody can tell what a thief signs with it. All that it "
              "signed then shows as “unknown” when it is verified: here, at the centre, and wherever a newer list of "
              "keys is used. Those certificates must be printed again, as copies. This is final."),
            yes=_("Withdraw"),
            done=lambda: self._withdraw(row),
            names=[row.computer or row.id, *([_signed(row)] if row.signed else [])],
        )  # fmt: skip

    def _withdraw(self, row: KeyRow) -> None:
        signed = self._shell.do(actions.withdraw, row.id)
        if signed is None:
            return
        said = _("The key {key} is withdrawn now.").format(key=row.id)
        if signed:
            self._shell.toast(said, action=_("Show"), on_click=lambda: self._show(row))
        else:
            self._shell.toast(said)

    def _show(self, row: KeyRow) -> None:
        self._shell.go("certificates", key=row.id)


def _signed(row: KeyRow) -> str:
    return ngettext("{count} certificate", "{count} certificates", row.signed).format(
        count=number(row.signed)
    )
