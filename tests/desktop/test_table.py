"""Tables: only what is seen is fetched, the choice is kept by id, headers sort, keys work."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from venue_desk.desktop.tables import Column, DataTable
from venue_desk.desktop.tables.model import PAGE
from venue_desk.desktop.widgets import EmptyState


@dataclass(frozen=True)
class Row:
    id: int
    name: str
    share: float = 0.5


COLUMNS = [
    Column("Nama", lambda row: row.name, "name", second=lambda row: f"nomor {row.id}", sort="name"),
    Column("Status", lambda row: ("present", "Hadir"), "badge", 120),
    Column("Hadir", lambda row: f"{row.share:.0%}", "number", 90, order=lambda row: row.share),
]
LOCAL = [Column("Nama", lambda row: row.name, "name"), COLUMNS[2]]


def test_only_the_pages_that_are_seen_are_fetched(qtbot: QtBot) -> None:
    asked: list[int] = []

    def fetch(ids: Sequence[int]) -> list[Row]:
        asked.extend(ids)
        return [Row(one, f"Orang {one}") for one in ids]

    table = DataTable(COLUMNS, name="Peserta")
    qtbot.addWidget(table)
    table.resize(600, 400)
    table.show_ids(range(50_000), fetch)
    table.show()
    table.grab()
    assert len(asked) <= 2 * PAGE
    QTest.keyClick(table.view, Qt.Key.Key_End)
    table.grab()
    assert table.current() == Row(49_999, "Orang 49999")
    assert len(asked) <= 5 * PAGE


def test_the_choice_is_kept_by_id(qtbot: QtBot) -> None:
    table = DataTable(LOCAL, name="Peserta")
    qtbot.addWidget(table)
    table.show_rows([Row(1, "Ani"), Row(2, "Budi"), Row(3, "Citra")])
    assert table.choose(2)
    table.show_rows([Row(3, "Citra"), Row(2, "Budi"), Row(4, "Dewi")])
    assert table.current() == Row(2, "Budi")
    assert not table.choose(1)


def test_a_header_sorts_the_rows_in_hand_and_turns_them(qtbot: QtBot) -> None:
    table = DataTable(LOCAL, name="Peserta")
    qtbot.addWidget(table)
    table.show_rows([Row(1, "citra", 0.9), Row(2, "Ani", 0.10), Row(3, "Budi", 0.5)])
    table.header.sectionClicked.emit(0)
    assert list(table.model.ids) == [2, 3, 1]
    table.header.sectionClicked.emit(1)
    assert list(table.model.ids) == [2, 3, 1]
    table.header.sectionClicked.emit(1)
    assert list(table.model.ids) == [1, 3, 2]
    table.show_rows([Row(5, "Eka", 0.2), Row(6, "Feri", 0.8)])
    assert list(table.model.ids) == [6, 5], "new rows come in the order that was chosen"


def test_a_header_asks_for_fetched_rows_in_another_order(qtbot: QtBot) -> None:
    wished: list[tuple[str, bool]] = []
    table = DataTable(COLUMNS, name="Peserta", on_sort=lambda key, down: wished.append((key, down)))
    qtbot.addWidget(table)
    table.show_ids([1, 2], lambda ids: [Row(one, "x") for one in ids])
    table.header.sectionClicked.emit(0)
    table.header.sectionClicked.emit(0)
    table.header.sectionClicked.emit(1)
    assert wished == [("name", False), ("name", True)]


def test_keys_open_a_row_and_give_letters(qtbot: QtBot) -> None:
    opened: list[Row] = []
    typed: list[tuple[str, int]] = []

    def letter(text: str, row: Row) -> bool:
        typed.append((text, row.id))
        return True

    table = DataTable(LOCAL, name="Peserta", on_open=opened.append, on_key=letter)
    qtbot.addWidget(table)
    table.show_rows([Row(1, "Ani"), Row(2, "Budi")])
    table.choose(1)
    QTest.keyClick(table.view, Qt.Key.Key_Down)
    QTest.keyClick(table.view, Qt.Key.Key_Return)
    QTest.keyClick(table.view, Qt.Key.Key_H)
    assert opened == [Row(2, "Budi")]
    assert typed == [("h", 2)]


def test_an_empty_table_says_what_to_do_next(qtbot: QtBot) -> None:
    empty = EmptyState("people", "Belum ada peserta", "Impor daftar dahulu.")
    table = DataTable(LOCAL, name="Peserta", empty=empty)
    qtbot.addWidget(table)
    table.show()
    table.show_rows([])
    assert empty.isVisible()
    table.show_rows([Row(1, "Ani")])
    assert not empty.isVisible()


def test_cells_are_read_out_whole(qtbot: QtBot) -> None:
    table = DataTable(COLUMNS, name="Peserta")
    qtbot.addWidget(table)
    table.show_rows([Row(7, "Ani")])
    said = [
        table.model.data(table.model.index(0, column), Qt.ItemDataRole.AccessibleTextRole)
        for column in range(3)
    ]
    assert said == ["Ani, nomor 7", "Hadir", "50%"]
