"""The type that every paper uses: Inter from our own resources, embedded, and never a silent box.

reportlab prints ■ for a letter that a font lacks and says nothing, so text passes ``printable`` first.
"""

import threading
import unicodedata
from collections.abc import Iterable, Iterator

from venue_desk import resources
from venue_desk.domain.problem import Problem
from venue_desk.language import _

REGULAR, SEMIBOLD, BOLD, ITALIC = "Inter-Regular", "Inter-SemiBold", "Inter-Bold", "Inter-Italic"
NAMES = (REGULAR, SEMIBOLD, BOLD, ITALIC)

_lock = threading.Lock()
_covered: frozenset[int] = frozenset()

# What stands for a character that no paper font has, without changing what a reader understands.
_INSTEAD = {
    "\u00ad": "",
    "\u2010": "-",
    "\u2011": "-",
    "\u2028": " ",
    "\u2029": " ",
    "\u02bc": "\u2019",
    "\uff07": "\u2019",
    "\t": " ",
    "\n": " ",
    "\r": " ",
}


def register() -> None:
    """Make the four fonts known to reportlab, once in a process. Raises Problem when a file is missing."""
    global _covered
    if _covered:
        return
    with _lock:
        if _covered:
            return
        from reportlab import rl_config
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.ttfonts import TTFError, TTFont

        # Binary streams are smaller and quicker; no picture may ever be fetched from anywhere.
        rl_config.useA85 = 0
        rl_config.trustedHosts = None
        covered: set[int] | None = None
        for name in NAMES:
            try:
                font = TTFont(name, str(resources.path("fonts", f"{name}.ttf")), asciiReadable=False)
            except (OSError, TTFError) as error:
                raise Problem(
                    _("The font {name} could not be read, so nothing can be printed.").format(name=name),
                    hint=_("Install Venue Desk again."),
                ) from error
            pdfmetrics.registerFont(font)
            letters = set(font.face.charToGlyph)
            covered = letters if covered is None else covered & letters
        pdfmetrics.registerFontFamily("Inter", normal=REGULAR, bold=BOLD, italic=ITALIC, boldItalic=BOLD)
        _covered = frozenset(covered or ())


def missing(text: str) -> list[str]:
    """The characters of a text that our fonts cannot print, each once."""
    register()
    return [letter for letter in dict.fromkeys(text) if ord(letter) not in _covered]


def printable(text: str, *, strict: bool = False) -> str:
    """The text as it will stand on paper, composed and without control characters.

    Full-width letters, ligatures and odd spaces become plain ones; ornament such as an emoji is left out unless
    ``strict`` (a certificate prints exactly what is signed). Raises Problem naming a letter that cannot be printed.
    """
    if text.isascii() and text.isprintable():
        return text
    register()
    text = unicodedata.normalize("NFC", text)
    if all(ord(letter) in _covered for letter in text) and text.isprintable():
        return text
    parts: list[str] = []
    unknown: list[str] = []
    for letter in text:
        found = _letter(letter)
        if found is not None:
            parts.append(found)
        elif strict or not _ornament(letter):
            unknown.append(letter)
    if unknown:
        shown = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in dict.fromkeys(unknown))
        raise Problem(
            _("“{text}” cannot be printed: the letters {letters} are not in the font.").format(
                text=text, letters=shown
            ),
            hint=_("Write it in Latin letters."),
        )
    return "".join(parts)


def printable_lines(text: str) -> str:
    """``printable`` for a text whose line breaks are meant."""
    return "\n".join(printable(line) for line in text.splitlines())


def _letter(letter: str) -> str | None:
    """What our fonts print for one character, or None."""
    if letter in _INSTEAD:
        return _INSTEAD[letter]
    category = unicodedata.category(letter)
    if category in ("Cc", "Cf"):
        return ""
    if ord(letter) in _covered:
        return letter
    if category == "Zs":
        return " "
    plain = unicodedata.normalize("NFKC", letter)
    return plain if all(ord(part) in _covered for part in plain) else None


def _ornament(letter: str) -> bool:
    return unicodedata.category(letter) in ("So", "Sk", "Mn", "Me")


def width(text: str, font: str, size: float) -> float:
    """How wide a text runs, in points."""
    register()
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return float(stringWidth(text, font, size))


def wrap(text: str, font: str, size: float, room: float) -> list[str]:
    """The lines of a text in a width of ``room`` points; a word longer than a line is broken."""
    lines: list[str] = []
    for part in text.split("\n"):
        lines.extend(_wrap_words(part.split(), font, size, room))
    return lines


def _wrap_words(words: Iterable[str], font: str, size: float, room: float) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in words:
        longer = f"{line} {word}" if line else word
        if width(longer, font, size) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        *full, line = _broken(word, font, size, room)
        lines.extend(full)
    return [*lines, line]


def _broken(word: str, font: str, size: float, room: float) -> Iterator[str]:
    """The parts of a word that is longer than a line; the last one may be short."""
    start = 0
    for end in range(2, len(word) + 1):
        if width(word[start:end], font, size) > room and end - 1 > start:
            yield word[start : end - 1]
            start = end - 1
    yield word[start:]


def fit(text: str, font: str, size: float, room: float, least: float) -> tuple[float, list[str]]:
    """The size and lines with which a text fits: whole, else smaller down to ``least``, else on several lines.

    When it must wrap, the size is the largest at which it takes as few lines as at ``least``.
    """
    needed = width(text, font, size)
    if needed <= room:
        return size, [text]
    shrunk = size * room / needed
    if shrunk >= least:
        return shrunk, [text]
    fewest = len(wrap(text, font, least, room))
    best = least
    while best + 0.5 <= size and len(wrap(text, font, best + 0.5, room)) == fewest:
        best += 0.5
    return best, wrap(text, font, best, room)


def check(pdf: bytes) -> set[str]:
    """The names of the fonts in a PDF. Raises Problem when one of them is not embedded or not ours."""
    import ctypes

    import pypdfium2
    from pypdfium2 import raw

    names: set[str] = set()
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=5):
                font = raw.FPDFTextObj_GetFont(item)
                buffer = ctypes.create_string_buffer(256)
                raw.FPDFFont_GetBaseFontName(font, buffer, 256)
                name = buffer.value.decode("latin-1")
                if not raw.FPDFFont_GetIsEmbedded(font):
                    raise Problem(_("The font {name} is not embedded.").format(name=name))
                names.add(name.partition("+")[2] or name)
    return names
