"""The columns of a list: their heading, a look at what is in them, and the field they are taken for."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from venue_desk.desktop import theme
from venue_desk.desktop.widgets import Combo, Label, Scroll, clear, column, row
from venue_desk.language import _, ngettext, number
from venue_desk.spreadsheets import headings
from venue_desk.spreadsheets.columns import JOINED, Column


class ColumnList(QWidget):
    """One box a column. ``on_change`` gets all that was chosen by hand: column to field, "" for none."""

    def __init__(self, on_change: Callable[[dict[int, str]], object]) -> None:
        super().__init__()
        self._on_change = on_change
        self._chosen: dict[int, str] = {}
        self.boxes: dict[int, Combo] = {}
        inside = QWidget()
        self._list = column(gap=8)
        inside.setLayout(self._list)
        self._scroll = Scroll(inside)
        self._scroll.setMinimumHeight(theme.now().px(220))
        self.title = Label(_("Columns"), "card")
        self.setLayout(column(self.title, self._scroll, gap=8))
        self.setMinimumWidth(theme.now().px(340))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)

    def chosen(self) -> dict[int, str]:
        """What was chosen by hand: column to field."""
        return dict(self._chosen)

    def show_columns(self, columns: Sequence[Column]) -> None:
        """Show what was understood. What was chosen by hand for a list of other columns is forgotten."""
        self._chosen = {one.index: one.field for one in columns if one.why == "chosen"}
        # The boxes stay where they are when only what they say changed: the focus is in one of them.
        if list(self.boxes) == [one.index for one in columns]:
            for one in columns:
                self._set(self.boxes[one.index], one.field)
            return
        clear(self._list)
        self.boxes = {}
        choices = [("", _("Leave it out")), *((field, _(words)) for field, words in headings.FIELDS.items())]
        for one in columns:
            self._list.addWidget(self._column(one, choices))
        self._list.addStretch(1)

    def _column(self, one: Column, choices: Sequence[tuple[str, str]]) -> QWidget:
        box = Combo(choices, one.field, name=_("{column} is").format(column=one.title))
        box.setFixedWidth(theme.now().px(_BOX))
        box.changed.connect(lambda: self._change(one.index, box.value()))
        self.boxes[one.index] = box
        said = _samples(one)
        colour = "muted"
        if one.damaged:
            text = ngettext("{count} damaged NIK", "{count} damaged NIKs", one.damaged)
            said, colour = text.format(count=number(one.damaged)), "danger"
        words = QWidget()
        heading = Label(f"{one.letter}  {one.title}", "strong", elide=True)
        heading.setToolTip(", ".join(one.samples))
        words.setLayout(column(heading, Label(said, "small", colour, elide=True), gap=0))
        words.setMinimumWidth(theme.now().px(100))
        made = QWidget()
        made.setLayout(row(words, box, gap=10))
        row_layout = made.layout()
        assert isinstance(row_layout, QHBoxLayout)
        row_layout.setStretch(0, 1)
        return made

    @staticmethod
    def _set(box: Combo, field: str) -> None:
        box.blockSignals(True)
        box.set_value(field)
        box.blockSignals(False)

    def _change(self, index: int, field: str) -> None:
        # A field is in one column only, but for names (first and last) and addresses.
        if field and field not in JOINED:
            for other, box in self.boxes.items():
                if other != index and box.value() == field:
                    self._chosen[other] = ""
        self._chosen[index] = field
        self._on_change(dict(self._chosen))


def _samples(one: Column) -> str:
    """A look at what is in a column, in one short line, NIKs masked."""
    shown = ""
    for sample in one.samples:
        digits = sum(c.isdigit() for c in sample)
        text = f"… {sample[-4:]}" if digits >= 14 else sample[:_SHORT] + ("…" if len(sample) > _SHORT else "")
        if len(shown) + len(text) > _LINE:
            break
        shown = f"{shown}, {text}" if shown else text
    return shown


_SHORT, _LINE = 16, 20  # letters
_BOX = 196  # px at 100 %
