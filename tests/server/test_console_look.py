"""The pages have the colours of the desk's window, and can be read in both themes."""

import re

import pytest

from venue_desk import resources
from venue_desk.desktop.theme.tokens import DARK, LIGHT, Colours, contrast

SHARED = (
    "ground surface sunken line text muted accent on_accent accent_strong accent_soft hover on_danger".split()
)
STATES = {"present": "present", "late": "late", "absent": "absent", "neutral": "neutral"}


def variables(dark: bool) -> dict[str, str]:
    text = resources.path("web", "console.css").read_text("utf-8")
    blocks = re.findall(r":root \{(.*?)\}", text, re.DOTALL)
    assert len(blocks) == 2
    return {
        name: value
        for block in blocks[: 1 + dark]
        for name, value in re.findall(r"--([\w-]+): (#\w{6})", block)
    }


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=lambda one: one.name)
def test_the_colours_are_those_of_the_window(colours: Colours) -> None:
    found = variables(dark=colours is DARK)
    for name in SHARED:
        assert found[name.replace("_", "-")] == getattr(colours, name), name
    for name, state in STATES.items():
        assert (found[name], found[f"{name}-soft"]) == (
            colours.states[state].text,
            colours.states[state].soft,
        )


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_what_is_written_can_be_read(dark: bool) -> None:
    c = variables(dark)
    pairs = [
        (text, ground)
        for text in ("text", "muted", "accent")
        for ground in ("ground", "surface", "sunken", "hover")
    ]
    pairs += [
        ("on-accent", "accent"),
        ("on-accent", "accent-strong"),
        ("on-danger", "absent"),
        ("accent", "accent-soft"),
    ]
    pairs += [(state, f"{state}-soft") for state in STATES]
    # The reason in a result stands in the text's colour on the state's soft ground.
    pairs += [("text", f"{state}-soft") for state in STATES] + [("absent", "surface"), ("absent", "hover")]
    faint = {
        pair: contrast(c[pair[0]], c[pair[1]]) for pair in pairs if contrast(c[pair[0]], c[pair[1]]) < 4.5
    }
    assert faint == {}
    # Edges of controls, and what is told by a bar alone beside its neighbour, need 3 : 1 against the card.
    assert contrast(c["edge"], c["surface"]) >= 3
    assert contrast(c["employed"], c["surface"]) >= 3


def test_no_colour_is_written_outside_the_set() -> None:
    text = resources.path("web", "console.css").read_text("utf-8")
    rest = re.sub(r":root \{.*?\}", "", text, flags=re.DOTALL)
    # The QR is black on white in every theme, because scanners want it so; so is paper.
    assert set(re.findall(r"#[0-9A-Fa-f]{3,8}\b", rest)) == {"#FFFFFF", "#000000"}
