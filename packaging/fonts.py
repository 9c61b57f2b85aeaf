"""Make the static fonts in resources/fonts from the variable Inter (package fontpkg-inter, OFL).

Run it again only when Inter has a new version: ``.venv/bin/python packaging/fonts.py``.

reportlab merges two fonts of one PostScript name without a word, so each instance is renamed. Figures are
tabular by default: columns of numbers line up in the window and on paper without asking for a feature.
"""

from importlib.resources import files
from pathlib import Path
from typing import Any

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

TARGET = Path(__file__).parents[1] / "resources" / "fonts"
CUTS = {
    "Inter-Regular": ("Inter[opsz,wght].ttf", 400),
    "Inter-SemiBold": ("Inter[opsz,wght].ttf", 600),
    "Inter-Bold": ("Inter[opsz,wght].ttf", 700),
    "Inter-Italic": ("Inter-Italic[opsz,wght].ttf", 400),
}
# Latin with all its accents, general punctuation, currency, arrows, mathematics and the marks we print.
LETTERS = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x250),
    *range(0x2B0, 0x370),
    *range(0x1E00, 0x1F00),
    *range(0x2000, 0x2070),
    *range(0x2070, 0x20C0),
    *range(0x2100, 0x2150),
    *range(0x2150, 0x2190),
    *range(0x2190, 0x2200),
    *range(0x2200, 0x2270),
    *range(0x25A0, 0x2600),
    *range(0x2600, 0x27C0),
]
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "calt", "case", "tnum", "pnum"]


def cut(source: Path, weight: int) -> TTFont:
    """One static weight at text size, Latin only, glyf outlines, tabular figures as the default."""
    font: Any = instantiateVariableFont(TTFont(source), {"wght": weight, "opsz": 14}, updateFontNames=True)
    tabular = {digit: f"{font.getBestCmap()[digit]}.tf" for digit in range(0x30, 0x3A)}
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap.update(tabular)
    options = Options()
    options.layout_features = FEATURES
    options.name_IDs = ["*"]
    options.hinting = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=LETTERS)
    subsetter.subset(font)
    return font


def name(font: TTFont, postscript: str) -> None:
    """Names that every system groups as one family, with a PostScript name of its own."""
    style = postscript.removeprefix("Inter-")
    plain = style in ("Regular", "Bold", "Italic")
    names = {1: "Inter" if plain else f"Inter {style}", 2: style if plain else "Regular", 4: f"Inter {style}"}
    names[6] = postscript
    if not plain:
        names |= {16: "Inter", 17: style}
    table: Any = font["name"]
    for identifier in (1, 2, 3, 4, 6, 16, 17, 25):
        table.removeNames(nameID=identifier)
    for identifier, text in (names | {3: f"4.1;{postscript}"}).items():
        table.setName(text, identifier, 3, 1, 0x409)


def main() -> None:
    """Write the four fonts and their licence."""
    package = files("fontpkg_inter")
    TARGET.mkdir(parents=True, exist_ok=True)
    for postscript, (source, weight) in CUTS.items():
        font = cut(Path(str(package / "files" / source)), weight)
        name(font, postscript)
        font.save(TARGET / f"{postscript}.ttf")
    (TARGET / "OFL.txt").write_text((package / "LICENSE").read_text(encoding="utf-8"), encoding="utf-8")


if __name__ == "__main__":
    main()
