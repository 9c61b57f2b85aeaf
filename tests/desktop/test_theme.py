"""Colours reach their contrast, type grows with the text size, every icon is of the family."""

import re

import pytest
from PySide6.QtGui import QFontInfo
from pytestqt.qtbot import QtBot

from venue_desk import resources
from venue_desk.desktop import theme
from venue_desk.desktop.pages import PLACES
from venue_desk.desktop.theme import tokens, typeface

ICONS = sorted(resources.path("icons").glob("*.svg"))


@pytest.mark.parametrize("name", tokens.SETS)
def test_what_is_written_can_be_read(name: str) -> None:
    weak = {
        f"{pair}: {tokens.contrast(text, ground):.2f}"
        for pair, text, ground in tokens.SETS[name].pairs()
        if tokens.contrast(text, ground) < 4.5
    }
    assert not weak


def test_contrast_is_that_of_wcag() -> None:
    assert tokens.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert tokens.contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


def test_all_sets_know_the_same_states() -> None:
    assert len({frozenset(colours.states) for colours in tokens.SETS.values()}) == 1


@pytest.mark.parametrize("role", typeface.ROLES)
def test_type_is_inter_and_grows(role: str, qtbot: QtBot) -> None:
    typeface.load(typeface.FIRST)
    small, large = typeface.font(role, 1.0), typeface.font(role, 2.0)
    assert QFontInfo(small).family() == "Inter"
    assert large.pointSizeF() == pytest.approx(small.pointSizeF() * 2)


def test_controls_grow_with_the_text_and_never_under_it() -> None:
    assert theme.Theme(scale=1.0).control == 36
    assert theme.Theme(scale=2.0).control >= theme.Theme(scale=2.0).line("body") + 12


@pytest.mark.parametrize("icon", ICONS, ids=lambda icon: icon.stem)
def test_an_icon_is_of_the_family(icon: object) -> None:
    drawing = icon.read_text("utf-8")  # type: ignore[attr-defined]
    assert 'viewBox="0 0 24 24"' in drawing
    assert 'stroke="currentColor" stroke-width="1.75" stroke-linecap="round"' in drawing
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgb", drawing), "tinted by the theme, so it has no colour"


def test_icons_are_drawn_in_the_colour_asked_for(qtbot: QtBot) -> None:
    look = theme.Theme()
    for place in PLACES:
        image = look.pixmap(place.icon, "accent", 24).toImage()
        inked = [
            image.pixelColor(x, y)
            for x in range(image.width())
            for y in range(image.height())
            if image.pixelColor(x, y).alpha() > 250
        ]
        assert inked, place.icon
        assert all(abs(colour.red() - look.colour("accent").red()) < 4 for colour in inked)
