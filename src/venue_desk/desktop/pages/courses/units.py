"""Which units of its trade a course teaches: a box to tick for each."""

from collections.abc import Collection, Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from venue_desk.desktop.widgets import Check, Form, Section
from venue_desk.domain.catalogue import Unit
from venue_desk.language import ngettext, number

LONGEST = 64  # letters of a unit's name beside its box


class UnitsForm(QWidget):
    """Hidden until units are shown in it."""

    def __init__(self) -> None:
        super().__init__()
        self._frame = QVBoxLayout(self)
        self._frame.setContentsMargins(0, 0, 0, 0)
        self._frame.setSpacing(4)
        self._head = Section("")
        self._frame.addWidget(self._head)
        self._units: Sequence[Unit] = ()
        self._form = Form()
        self._frame.addWidget(self._form)
        self.hide()

    def show_units(self, units: Sequence[Unit], ticked: Collection[str]) -> None:
        """These instead of those before; ``ticked`` are codes."""
        self._units = units
        before, self._form = self._form, Form()
        layout = self._form.layout()
        assert layout is not None
        layout.setSpacing(0)
        for one in units:
            name = one.name if len(one.name) <= LONGEST else f"{one.name[:LONGEST]}…"
            check = Check(name, one.code in ticked)
            check.setToolTip(f"{one.code}\n{one.name}")
            check.changed.connect(self._count)
            self._form.add(_key(one.code), one.name, check)
        self._frame.replaceWidget(before, self._form)
        before.setParent(None)
        before.deleteLater()
        self._count()
        self.setVisible(bool(units))

    def codes(self) -> list[str]:
        """Those that are ticked, in the trade's order."""
        return [one.code for one in self._units if self._form.value(_key(one.code))]

    def _count(self) -> None:
        chosen = set(self.codes())
        self._head.setText(
            ngettext("{count} unit, {hours} JP", "{count} units, {hours} JP", len(chosen)).format(
                count=number(len(chosen)),
                hours=number(sum(one.jp for one in self._units if one.code in chosen)),
            )
        )


def _key(code: str) -> str:
    return f"unit {code}"
