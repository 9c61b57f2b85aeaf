"""Fields read what people type: dates, numbers; forms show an error where it was made."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from venue_desk import language
from venue_desk.desktop.widgets import Combo, DateField, Form, NumberField, Segmented, TextField, read_date
from venue_desk.desktop.widgets.dates import Calendar

TODAY = date(2025, 11, 22)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("22/11/2025", TODAY),
        ("22-11-25", TODAY),
        ("22.11.2025", TODAY),
        ("22 nov", TODAY),
        ("22 November 2025", TODAY),
        ("Nov 22, 2025", TODAY),
        ("2025-11-22", TODAY),
        ("22112025", TODAY),
        ("5 mei 98", date(1998, 5, 5)),
        ("5 Agustus 1998", date(1998, 8, 5)),
        ("17 agt 45", None),
        ("31/2/2025", None),
        ("besok", None),
        ("", None),
    ],
)
def test_a_date_as_it_is_typed(typed: str, meant: date | None) -> None:
    assert read_date(typed, TODAY) == meant


def test_a_date_field_writes_it_out_and_knows_when_it_is_none(qtbot: QtBot) -> None:
    field = DateField()
    qtbot.addWidget(field)
    field.setText("22/11/2025")
    assert field.value() == TODAY
    field.set_value(TODAY)
    assert field.text() == "22 November 2025"
    field.setText("22 Movember")
    assert field.wrong() and field.value() is None


def test_the_calendar_begins_on_monday_and_goes_by_keys(qtbot: QtBot) -> None:
    calendar = Calendar(date(2025, 11, 12))
    chosen: list[date] = []
    calendar.chosen.connect(chosen.append)
    calendar.show()
    assert calendar.days._first() == date(2025, 10, 27)
    assert calendar.days._first().weekday() == 0
    QTest.keyClick(calendar.days, Qt.Key.Key_PageDown)
    QTest.keyClick(calendar.days, Qt.Key.Key_Down)
    QTest.keyClick(calendar.days, Qt.Key.Key_Left)
    QTest.keyClick(calendar.days, Qt.Key.Key_Return)
    assert chosen == [date(2025, 12, 18)]


def test_numbers_as_indonesians_and_english_write_them(qtbot: QtBot) -> None:
    field = NumberField(6624, digits=1, most=10_000, least=0)
    qtbot.addWidget(field)
    assert field.text() == "6.624,0"
    field.setText("1.250,5")
    assert field.value() == 1250.5
    field.setText("99.999")
    assert field.value() == 10_000
    field.setText("banyak")
    assert field.value() is None
    language.use("en")
    field.setText("1,250.5")
    assert field.value() == 1250.5


def test_a_form_shows_an_error_where_it_was_made(qtbot: QtBot) -> None:
    form = Form()
    qtbot.addWidget(form)
    row = form.add("name", "Nama", TextField(), "Seperti di kartu")
    form.show()
    form.error("name", "Tulis nama.")
    assert row.field.accessibleDescription() == "Tulis nama."
    assert row.field.accessibleName() == "Nama"
    row.field.setText("Siti")  # type: ignore[attr-defined]
    assert row.field.accessibleDescription() == "Seperti di kartu", "typing takes the error away"
    assert form.values() == {"name": "Siti"}


def test_choices_hold_values_not_words(qtbot: QtBot) -> None:
    combo = Combo([(1, "Tata Boga"), (2, "Las")], 2)
    qtbot.addWidget(combo)
    assert combo.value() == 2
    combo.set_choices([(2, "Las"), (3, "Tata Rias")], 3)
    assert combo.value() == 3
    empty = Combo([(1, "Tata Boga")], hint="Pilih kejuruan")
    qtbot.addWidget(empty)
    assert empty.value() is None
    told: list[object] = []
    tabs = Segmented([("a", "Semua"), ("b", "Aktif")], on_change=told.append)
    qtbot.addWidget(tabs)
    QTest.keyClick(tabs, Qt.Key.Key_Right)
    QTest.keyClick(tabs, Qt.Key.Key_Right)
    assert (tabs.value(), told) == ("b", ["b"])


def test_the_status_line_keeps_its_room_however_much_it_says(qtbot: QtBot) -> None:
    from venue_desk.desktop.widgets.status import StatusBar, StatusLine

    bar = StatusBar(lambda: None, lambda: None)
    qtbot.addWidget(bar)
    long = "Kunci komputer ini ke pusat hilang dari gantungan kuncinya: masukkan kode baru dari pusat."
    bar.resize(800, bar.height())
    bar.show_line(
        StatusLine("Tersimpan di komputer ini", "12 menunggu dikirim", long, "Cadangan diperiksa 09.30")
    )
    bar.show()
    assert bar.minimumSizeHint().width() <= 800
    qtbot.waitUntil(lambda: bar._synced.toolTip() == long)
    assert bar._backup.geometry().right() < bar.width()
