"""The venue's signing keys on the page that verifies: a stolen computer's is withdrawn there."""

import pytest
from PySide6.QtTest import QTest

from venue_desk.actions import certificates
from venue_desk.desktop.pages.certificates.page import CHECK, REGISTER, CertificatesPage
from venue_desk.desktop.widgets import Ask, Button, Label, ListRow
from venue_desk.desktop.window import Window
from venue_desk.queries import certificates as queries


@pytest.fixture
def page(window: Window) -> CertificatesPage:
    window.go("certificates")
    shown = window.page
    assert isinstance(shown, CertificatesPage)
    shown.pictures()["valid"]()
    assert shown.check.result._state == "present"
    return shown


def line(page: CertificatesPage) -> ListRow:
    QTest.qWait(0)  # what was replaced goes when its turn comes
    return page.check.keys.findChildren(ListRow)[-1]


def press(page: CertificatesPage) -> None:
    line(page).findChild(Button).click()  # type: ignore[union-attr]
    QTest.qWait(0)


def test_a_key_is_withdrawn_after_a_question_that_says_what_follows(
    page: CertificatesPage, window: Window
) -> None:
    [key] = page.shell.desk.ask(queries.key_rows)
    assert "(komputer ini)" in line(page).title.text() and key.id in line(page).explanation.text()
    press(page)
    [dialog] = window.findChildren(Ask)
    said = " ".join(label.text() for label in dialog.findChildren(Label))
    assert "dicetak ulang" in said and f"{key.signed} sertifikat" in said
    dialog.reject()
    assert page.shell.desk.ask(queries.key_rows) == [key]
    press(page)
    window.findChildren(Ask)[-1].yes.click()
    window.catch_up()
    [row] = page.shell.desk.ask(queries.key_rows)
    assert row.revoked_on is not None
    # What was valid a moment ago is not said any more, and the register shows what must be printed again.
    assert page.check.result._state != "present"
    assert "dicabut" in line(page).explanation.text()
    press(page)
    assert page.tabs.value() == REGISTER
    shown = page.register._chosen()[0]
    assert shown.unproven
    words = [way for way, _act in page.register._ways([shown])]
    assert "Cetak salinan" in words and "Cetak yang asli" not in words


def test_an_answer_does_not_outlive_what_it_was_judged_by(page: CertificatesPage, window: Window) -> None:
    row = page.shell.desk.ask(queries.listed)[0]
    window.do(certificates.hand_over, [row.id])
    window.catch_up()
    assert page.tabs.value() == CHECK and page.check.result._state == "present"
    window.do(certificates.void, row.id, "uji")
    window.catch_up()
    assert page.check.result._state != "present"
