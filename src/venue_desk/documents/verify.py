"""Is this paper genuine? Reads the QR of a PDF, a picture or a text and judges it, offline.

Four answers: valid; void (withdrawn by its venue); altered (what is written is not what was signed); unknown
(nothing that we could check: no code, a key that is not in the list).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

from venue_desk.documents.layout import QR_SIDE, logo_box
from venue_desk.domain import wording
from venue_desk.domain.certificates import COMPETENCE, KINDS, day_id
from venue_desk.domain.problem import Problem
from venue_desk.domain.seal import VERSION, KeyRing, NotAToken, Statement, fingerprint, parse
from venue_desk.language import N_, _, date_long

VALID, VOID, ALTERED, UNKNOWN = "valid", "void", "altered", "unknown"
STATES = {VALID: N_("Valid"), VOID: N_("Void"), ALTERED: N_("Altered"), UNKNOWN: N_("Unknown")}

_LARGEST_FILE = 300_000_000
_LARGEST_PICTURE = 120_000_000
_SIDE = 1900
"""Pixels of the longer side at which a page is rendered: a module of the QR is then some four pixels."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found: the state, why in words, and what the signature says if it could be read.

    ``proven`` tells that a known key signed the statement; without it, it is only what the code claims.
    ``compared`` tells that the printed text was compared with it; a scan or a photo cannot be.
    """

    state: str
    reasons: tuple[str, ...]
    statement: Statement | None = None
    issuer: str = ""
    compared: bool = False
    page: int = 0
    proven: bool = False


def text(code: str, ring: KeyRing) -> Finding:
    """Judge the text of a QR, typed or scanned."""
    code = "".join(code.split())
    try:
        token = parse(code)
    except NotAToken:
        if code.startswith(f"{VERSION}."):
            return Finding(ALTERED, (_("The code is damaged or was changed."),))
        if code.startswith("VD") and code[2:3].isdigit():
            return Finding(UNKNOWN, (_("The code was made by a newer release than this one."),))
        return Finding(UNKNOWN, (_("This is not the code of a certificate."),))
    key = ring.keys.get(token.key)
    said = token.statement
    if key is None:
        return Finding(
            UNKNOWN,
            (_("The key {key} that signed it is not in the list of keys.").format(key=token.key),),
            said,
        )
    if not _signed(key.public, token.signature, token.signed):
        return Finding(ALTERED, (_("The signature does not fit what the code says."),), said)
    if key.revoked_on is not None:
        reason = _("The key of {issuer} that signed it was withdrawn on {day}.").format(
            issuer=key.issuer, day=date_long(key.revoked_on)
        )
        return Finding(UNKNOWN, (reason,), said, key.issuer)
    if (key.owner, said.number) in ring.void:
        on = ring.void[key.owner, said.number]
        reason = (
            _("{issuer} declared it void on {day}.").format(issuer=key.issuer, day=date_long(on))
            if on
            else _("{issuer} declared it void.").format(issuer=key.issuer)
        )
        return Finding(VOID, (reason,), said, key.issuer, proven=True)
    reasons = [_("The signature of {issuer} is genuine.").format(issuer=key.issuer)]
    if _same(said.issuer) != _same(key.issuer):
        reasons.append(
            _(
                "The paper names “{name}”. Ask {issuer} if you do not know that they are the same venue."
            ).format(name=said.issuer, issuer=key.issuer)
        )
    return Finding(VALID, tuple(reasons), said, key.issuer, proven=True)


def _same(name: str) -> str:
    return " ".join(name.split()).casefold()


def _signed(public: bytes, signature: bytes, signed: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def anything(given: str | Path, ring: KeyRing) -> Iterator[Finding]:
    """Judge a file, or a text that is none. Raises Problem for a file that cannot be read."""
    if isinstance(given, str) and given.lstrip().startswith("VD") and "." in given and len(given) > 60:
        yield text(given, ring)
        return
    path = Path(given)
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise Problem(_("The file is too large to be a certificate."))
        data = path.read_bytes()
    except OSError as error:
        raise Problem(
            _("The file {file} cannot be read.").format(file=path.name),
            hint=_("Choose a PDF, a PNG or JPEG picture, or paste the text of the code."),
        ) from error
    yield from contents(data, ring)


def contents(data: bytes, ring: KeyRing) -> Iterator[Finding]:
    """Judge the bytes of a PDF (one finding for each certificate in it), a picture, or a text file."""
    if not data.strip():
        raise Problem(_("The file is empty."), hint=_("Choose the file of the certificate again."))
    if b"%PDF-" in data[:1024]:
        yield from _pdf(data, ring)
    elif data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        yield from _picture(data, ring)
    elif data.lstrip()[:2] == b"VD" and len(data) < 10_000:
        yield text(data.decode("ascii", "replace"), ring)
    else:
        raise Problem(
            _("The file is no PDF and no picture."),
            hint=_("Choose a PDF, a PNG or JPEG picture, or paste the text of the code."),
        )


def _picture(data: bytes, ring: KeyRing) -> Iterator[Finding]:
    from PIL import Image

    try:
        with Image.open(BytesIO(data), formats=("PNG", "JPEG")) as image:
            if image.width * image.height > _LARGEST_PICTURE:
                raise Problem(_("The picture is too large."), hint=_("Take it again at a lower resolution."))
            grey = image.convert("L")
    except Problem:
        raise
    except Exception as error:
        raise Problem(_("The picture is damaged."), hint=_("Save or take it again.")) from error
    codes = _codes(grey.tobytes(), grey.width, grey.height, grey.width)
    if not codes:
        yield Finding(
            UNKNOWN,
            (
                _("No certificate code was found in the picture."),
                _("Take it straight from above, in good light."),
            ),
        )
    for code in codes:
        yield _by_eye(text(code, ring))


def _codes(grey: bytes | memoryview, width: int, height: int, stride: int) -> list[str]:
    import zxingcpp

    buffer: Any = grey
    view = zxingcpp.ImageView(buffer, width, height, zxingcpp.ImageFormat.Lum, stride)
    wanted: Any = zxingcpp.BarcodeFormat.QRCode
    found = zxingcpp.read_barcodes(view, formats=wanted)
    return list(dict.fromkeys(one.text for one in found if one.text.startswith("VD")))


def _by_eye(found: Finding, page: int = 0) -> Finding:
    reasons = found.reasons
    if found.state == VALID:
        reasons += (_("Compare the paper with what was signed: a picture cannot be compared by itself."),)
    return replace(found, reasons=reasons, page=page)


def _pdf(data: bytes, ring: KeyRing) -> Iterator[Finding]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise Problem(
            _("The PDF is damaged or protected by a password."), hint=_("Ask for the original file.")
        ) from error
    with document:
        found, number = 0, 0
        while number < len(document):
            taken = 1
            for code in _codes_of_page(document, number):
                finding = text(code, ring)
                taken = _pages_of(finding.statement)
                yield _compared(document, number, taken, finding)
                found += 1
            number += taken
        if not found:
            yield Finding(UNKNOWN, (_("No certificate code was found in the PDF."),))


def _codes_of_page(document: Any, number: int) -> list[str]:
    import pypdfium2

    try:
        page = document[number]
        width, height = page.get_size()
        bitmap = page.render(scale=_SIDE / max(width, height, 1), grayscale=True)
        try:
            return _codes(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride)
        finally:
            bitmap.close()
            page.close()
    except pypdfium2.PdfiumError as error:
        raise Problem(_("A page of the PDF is damaged."), hint=_("Ask for the original file.")) from error


def _pages_of(said: Statement | None) -> int:
    """How many pages the certificate has by what was signed."""
    if said is None or said.kind != COMPETENCE:
        return 1
    return 1 + max(1, -(-len(said.results) // wording.UNITS_A_PAGE))


def _compared(document: Any, number: int, count: int, finding: Finding) -> Finding:
    """The finding after the printed text was held against the signed one."""
    said = finding.statement
    if said is None or finding.state != VALID:
        return replace(finding, page=number + 1)
    printed, pictures, scanned = _printed(document, number, count)
    if scanned or not printed.strip():
        return _by_eye(finding, number + 1)
    reasons: list[str] = []
    if pictures:
        reasons.append(_("Something was laid over the page."))
    if fingerprint(printed) != said.text:
        if number + count > len(document):
            reasons.append(_("Pages of the certificate are missing."))
        reasons += _differences(printed, said) or [_("Something on the page was changed or added.")]
    if reasons:
        return replace(finding, state=ALTERED, reasons=tuple(reasons), compared=True, page=number + 1)
    reason = _("All that is printed is what was signed.")
    return replace(finding, reasons=(*finding.reasons, reason), compared=True, page=number + 1)


def _printed(document: Any, number: int, count: int) -> tuple[str, bool, bool]:
    """The text of the pages; whether something lies over them; whether they are scans."""
    import pypdfium2

    parts, over, scanned = [], False, False
    for at in range(number, min(number + count, len(document))):
        page = document[at]
        try:
            reader = page.get_textpage()
            parts.append(reader.get_text_range())
            reader.close()
            found = _look(page, first=at == number)
        except pypdfium2.PdfiumError as error:
            raise Problem(_("A page of the PDF is damaged."), hint=_("Ask for the original file.")) from error
        finally:
            page.close()
        over |= found[0]
        scanned |= found[1]
    return " ".join(parts), over, scanned


def _look(page: Any, *, first: bool) -> tuple[bool, bool]:
    """Whether a page holds what we never draw (so that it covers or imitates words), and whether it is a scan.

    We fill nothing but the QR, draw thin lines only, and no picture but the logo on the first page.
    """
    import ctypes

    from pypdfium2 import raw

    width, height = page.get_size()
    over = raw.FPDFPage_GetAnnotCount(page) > 0
    scanned, loose = False, 0
    filled: list[tuple[float, float, float, float]] = []
    for item in page.get_objects(max_depth=10):
        if item.type == raw.FPDF_PAGEOBJ_IMAGE:
            box = item.get_bounds()
            scanned |= (box[2] - box[0]) * (box[3] - box[1]) > 0.5 * width * height
            over |= not (first and _is_logo(box, (width, height)))
        elif item.type == raw.FPDF_PAGEOBJ_SHADING:
            over = True
        elif item.type == raw.FPDF_PAGEOBJ_PATH:
            fill, stroke, weight = ctypes.c_int(), ctypes.c_int(), ctypes.c_float()
            raw.FPDFPath_GetDrawMode(item, fill, stroke)
            raw.FPDFPageObj_GetStrokeWidth(item, weight)
            if fill.value:
                filled.append(item.get_bounds())
            elif stroke.value:
                over |= weight.value > 2
                loose += item.level == 0
    if filled:
        wide = max(box[2] for box in filled) - min(box[0] for box in filled)
        tall = max(box[3] for box in filled) - min(box[1] for box in filled)
        over |= not first or max(wide, tall) > QR_SIDE + 2
    # Outside the forms there is one line at most: the box around the mark of a copy.
    return over or loose > 1, scanned


def _is_logo(box: tuple[float, float, float, float], page: tuple[float, float]) -> bool:
    """Whether a picture stands where the venue's logo does and nowhere else."""
    x, y, width, height = logo_box(page)
    return box[0] > x - 1 and box[1] > y - 1 and box[2] < x + width + 1 and box[3] < y + height + 1


def _differences(printed: str, said: Statement) -> list[str]:
    """Which of the signed facts are not printed, in words."""
    letters = _letters(printed)
    facts = (
        (said.number, _("The number printed is not the one that was signed.")),
        (said.name, _("The name printed is not the one that was signed.")),
        (said.born, _("The place or date of birth printed is not the one that was signed.")),
        (said.programme, _("The programme printed is not the one that was signed.")),
        (day_id(said.starts_on), _("The dates printed are not those that were signed.")),
        (day_id(said.ends_on), _("The dates printed are not those that were signed.")),
        (
            f"{said.place}, {day_id(said.issued_on)}",
            _("The day of issue printed is not the one that was signed."),
        ),
    )
    missing = [words for fact, words in facts if _letters(fact) not in letters]
    # The agency's own words may say the hours in another way than ours do.
    if not re.search(rf"(?<!\d){said.hours}(?!\d)", printed):
        missing.append(_("The hours printed are not those that were signed."))
    return list(dict.fromkeys(missing))


def _letters(words: str) -> str:
    return "".join(letter for letter in words if letter.isalnum())


def said(statement: Statement) -> list[tuple[str, str]]:
    """What was signed, as labels and values in the language spoken now, for a person to compare."""
    letters = {"K": "K", "B": "BK", "-": "–"}
    rows = [
        (_("Document"), _(KINDS[statement.kind])),
        (_("Number"), statement.number),
        (_("Name"), statement.name),
        (_("Born"), statement.born),
        (_("Programme"), statement.programme),
        (
            _("Training"),
            _("{first} to {last}, {hours} hours (JP)").format(
                first=date_long(statement.starts_on), last=date_long(statement.ends_on), hours=statement.hours
            ),
        ),
        (_("Results"), " ".join(letters.get(letter, "?") for letter in statement.results)),
        (_("Issued by"), statement.issuer),
        (
            _("Issued"),
            _("{place}, {day}").format(place=statement.place, day=date_long(statement.issued_on)),
        ),
        (_("Copy"), str(statement.copy) if statement.copy else ""),
    ]
    return [(label, value) for label, value in rows if value]
