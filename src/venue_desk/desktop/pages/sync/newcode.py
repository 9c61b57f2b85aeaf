"""A new code from the centre, for a computer that it does not let in any more."""

from venue_desk.desktop.widgets import Dialog, Form, TextField
from venue_desk.language import _


class NewCodeDialog(Dialog):
    """The centre's address, as it is known, and the one-time code; all records stay and go along."""

    def __init__(self, address: str) -> None:
        super().__init__(
            _("A new code from the centre"),
            yes=_("Connect"),
            sentence=_(
                "The centre gives this computer another code. Nothing is lost: all that waits is sent with it."
            ),
            width=520,
        )
        self.form = Form()
        self.form.add("server", _("Address of the centre"), TextField(address), needed=True)
        self.form.add("code", _("One-time code"), TextField(hint="K7QF-9M2X-3HTR-W8PD"), needed=True)
        self.add(self.form)
        self.form.rows["code"].field.setFocus()

    def check(self) -> bool:
        for key, said in (("server", _("Write the address.")), ("code", _("Write the code."))):
            if not self.form.value(key):
                self.form.error(key, said)
                return False
        return True
