"""Colours by role: light, dark and high contrast. Every pair in ``pairs`` reaches 4.5 : 1 (a test computes it)."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple


class Tone(NamedTuple):
    """A state's text on its soft ground; ``edge`` is drawn around it where colour alone is too little."""

    text: str
    soft: str
    edge: str = ""


class Colours(NamedTuple):
    name: str
    ground: str  # behind everything
    surface: str  # cards, fields, dialogs
    sunken: str  # side navigation, status line, quiet areas
    line: str  # hairlines
    edge: str  # the outline of a control
    text: str
    muted: str
    accent: str
    on_accent: str
    accent_strong: str  # a pressed primary button
    accent_soft: str  # selection, counts
    hover: str  # a control under the pointer, on surface or ground
    focus: str  # the ring around what the keyboard is on
    danger: str
    on_danger: str
    shadow: str  # #AARRGGBB
    states: Mapping[str, Tone]

    def pairs(self) -> Iterator[tuple[str, str, str]]:
        """What is written on what: (name, text, ground)."""
        for ground in ("ground", "surface", "sunken", "hover"):
            for text in ("text", "muted", "accent"):
                yield f"{text} on {ground}", getattr(self, text), getattr(self, ground)
        yield "on_accent on accent", self.on_accent, self.accent
        yield "on_accent on accent_strong", self.on_accent, self.accent_strong
        yield "on_danger on danger", self.on_danger, self.danger
        yield "accent on accent_soft", self.accent, self.accent_soft
        yield "text on accent_soft", self.text, self.accent_soft
        yield "muted on accent_soft", self.muted, self.accent_soft
        yield "danger on surface", self.danger, self.surface
        yield "danger on ground", self.danger, self.ground
        for name, tone in self.states.items():
            yield f"{name} on its soft", tone.text, tone.soft
            yield f"{name} on surface", tone.text, self.surface
            yield f"text on soft {name}", self.text, tone.soft
            yield f"muted on soft {name}", self.muted, tone.soft


LIGHT = Colours(
    name="light",
    ground="#F6F5F1",
    surface="#FFFFFF",
    sunken="#EFEDE7",
    line="#E2DFD6",
    edge="#D5D1C6",
    text="#1B2430",
    muted="#565F6C",
    accent="#0B6B5E",
    on_accent="#FFFFFF",
    accent_strong="#08564B",
    accent_soft="#DDF0EC",
    hover="#F3F1EC",
    focus="#0B6B5E",
    danger="#B3261E",
    on_danger="#FFFFFF",
    shadow="#14000000",
    states={
        "present": Tone("#1A7042", "#DFF3E6"),
        "late": Tone("#805300", "#FBEBCB"),
        "excused": Tone("#2457A6", "#E0EAFA"),
        "sick": Tone("#6B3FA0", "#ECE3F8"),
        "absent": Tone("#B3261E", "#FBE2E0"),
        "danger": Tone("#B3261E", "#FBE2E0"),
        "not taken": Tone("#565F6C", "#ECEAE4"),
        "neutral": Tone("#565F6C", "#ECEAE4"),
        "accent": Tone("#0B6B5E", "#DDF0EC"),
    },
)

DARK = Colours(
    name="dark",
    ground="#14181D",
    surface="#1C2229",
    sunken="#171C22",
    line="#2C343D",
    edge="#36404B",
    text="#E8EBEF",
    muted="#9BA6B2",
    accent="#4CC2AE",
    on_accent="#06231E",
    accent_strong="#3BAA98",
    accent_soft="#15352F",
    hover="#242B33",
    focus="#4CC2AE",
    danger="#F28B82",
    on_danger="#2B0A08",
    shadow="#50000000",
    states={
        "present": Tone("#6FD39A", "#16331F"),
        "late": Tone("#F0BE5A", "#3A2D10"),
        "excused": Tone("#8FB7F5", "#1B2C47"),
        "sick": Tone("#C3A3F0", "#2E2244"),
        "absent": Tone("#F28B82", "#43201E"),
        "danger": Tone("#F28B82", "#43201E"),
        "not taken": Tone("#9BA6B2", "#262D35"),
        "neutral": Tone("#9BA6B2", "#262D35"),
        "accent": Tone("#4CC2AE", "#15352F"),
    },
)

CONTRAST = Colours(
    name="contrast",
    ground="#000000",
    surface="#000000",
    sunken="#000000",
    line="#8C8C8C",
    edge="#FFFFFF",
    text="#FFFFFF",
    muted="#E0E0E0",
    accent="#5CF2D9",
    on_accent="#000000",
    accent_strong="#A6FFF0",
    accent_soft="#00302A",
    hover="#262626",
    focus="#FFE14D",
    danger="#FF9C94",
    on_danger="#000000",
    shadow="#00000000",
    states={
        "present": Tone("#7DFFB0", "#002B12", "#7DFFB0"),
        "late": Tone("#FFD166", "#2E2100", "#FFD166"),
        "excused": Tone("#A9CBFF", "#001C45", "#A9CBFF"),
        "sick": Tone("#DDC2FF", "#260047", "#DDC2FF"),
        "absent": Tone("#FFA79F", "#3D0400", "#FFA79F"),
        "danger": Tone("#FFA79F", "#3D0400", "#FFA79F"),
        "not taken": Tone("#E0E0E0", "#1F1F1F", "#E0E0E0"),
        "neutral": Tone("#E0E0E0", "#1F1F1F", "#E0E0E0"),
        "accent": Tone("#5CF2D9", "#00302A", "#5CF2D9"),
    },
)

SETS: Mapping[str, Colours] = {colours.name: colours for colours in (LIGHT, DARK, CONTRAST)}


def contrast(one: str, other: str) -> float:
    """The contrast of two ``#RRGGBB`` colours by WCAG 2.2, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
