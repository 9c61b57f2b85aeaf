"""The words on a certificate, page by page, in the order in which they are printed.

Documents draw exactly these; the signature covers their fingerprint, so the words live with the rules. What is
shared by all certificates of a course comes first on each page. Every line is Indonesian, then English. The agency's
own words take the place of ours where a certificate was issued with them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from venue_desk.domain.certificates import COMPETENCE, Content, day_id
from venue_desk.domain.seal import fingerprint
from venue_desk.domain.templates import replaced

COPY = "SALINAN / COPY"
UNITS_A_PAGE = 14

K_WORD = {"K": "K", "BK": "BK", "": "–"}


@dataclass(frozen=True, slots=True)
class Page:
    """The texts of a page by role; ``shared`` is drawn before ``own``, both in this order."""

    shared: Mapping[str, str]
    own: Mapping[str, str]

    @property
    def text(self) -> str:
        """All its words in their order."""
        return " ".join((*self.shared.values(), *self.own.values()))


def pages(content: Content, copy: int = 0) -> tuple[Page, ...]:
    """The pages of a certificate (two or more) or of a completion letter (one)."""
    if content.kind == COMPETENCE:
        return (_front(content, copy), *_unit_pages(content, copy))
    return (_letter(content, copy),)


def print_of(content: Content, copy: int = 0) -> str:
    """The fingerprint of all pages."""
    return fingerprint(" ".join(page.text for page in pages(content, copy)))


def _head(content: Content) -> Iterator[tuple[str, str]]:
    for place, line in enumerate(content.above):
        yield f"above.{place}", line
    yield "venue", content.venue.upper()
    if content.address:
        yield "address", content.address


def _signers(content: Content) -> Iterator[tuple[str, str]]:
    yield "signed", f"{content.place}, {day_id(content.issued_on)}"
    for place, signer in enumerate(content.signers):
        yield f"signer.{place}.title", signer.title
        yield f"signer.{place}.name", signer.name
        if signer.nip:
            yield f"signer.{place}.nip", f"NIP {_spaced(signer.nip)}"


def _spaced(nip: str) -> str:
    """A NIP as it is read: birth, appointment, sex, number."""
    return f"{nip[:8]} {nip[8:14]} {nip[14]} {nip[15:]}" if len(nip) == 18 and nip.isdigit() else nip


def _front(content: Content, copy: int) -> Page:
    shared = {
        **dict(_head(content)),
        "title": "SERTIFIKAT KOMPETENSI",
        "title.en": "Certificate of Competency",
        "given": "Diberikan kepada",
        "given.en": "This is to certify that",
        "field": "telah kompeten pada bidang",
        "field.en": "is competent in the field of",
        "programme": content.programme_id,
        "programme.en": content.programme_en,
        "course": (
            f"setelah menyelesaikan pelatihan berbasis kompetensi selama {content.hours} jam pelajaran (JP), "
            f"{content.period_id}"
        ),
        "course.en": (
            f"after completing competency-based training of {content.hours} training hours of 45 minutes, "
            f"{content.period_en}"
        ),
        **dict(_signers(content)),
        "photo": "Foto 3 × 4",
        "scan": "Pindai untuk memeriksa keaslian",
        "scan.en": "Scan to verify",
    }
    own = {
        "number": f"Nomor {content.number}",
        "name": content.name,
        "born": f"Tempat dan tanggal lahir: {content.birth}" if content.birth else "",
        "born.en": "Place and date of birth" if content.birth else "",
        "registration": f"Nomor registrasi / Registration number {content.registration}"
        if content.registration
        else "",
        "form": f"Nomor blangko / Form number {content.form}" if content.form else "",
        "copy": f"{COPY} {copy}" if copy else "",
    }
    return Page(_filled(shared | replaced(content)), _filled(own))


def _unit_pages(content: Content, copy: int) -> Iterator[Page]:
    groups = [
        content.units[at : at + UNITS_A_PAGE] for at in range(0, max(1, len(content.units)), UNITS_A_PAGE)
    ]
    for turn, group in enumerate(groups):
        start = turn * UNITS_A_PAGE
        shared = {
            "title": "DAFTAR UNIT KOMPETENSI",
            "title.en": "List of Units of Competency",
            "head.no": "No",
            "head.code": "Kode Unit",
            "head.code.en": "Unit code",
            "head.title": "Judul Unit Kompetensi",
            "head.title.en": "Title of unit",
            "head.hours": "JP",
            "head.hours.en": "Hours",
            "head.result": "Hasil",
            "head.result.en": "Result",
        }
        own = {
            "number": f"Nomor {content.number}",
            "name": content.name,
            "programme": f"{content.programme_id} / {content.programme_en}"
            if content.programme_en
            else content.programme_id,
        }
        for place, unit in enumerate(group):
            shared |= {
                f"unit.{place}.no": str(start + place + 1),
                f"unit.{place}.code": unit.code,
                f"unit.{place}.title": unit.title_id,
                f"unit.{place}.title.en": unit.title_en,
                f"unit.{place}.hours": str(unit.hours),
            }
            own[f"unit.{place}.result"] = K_WORD[unit.result]
        if turn == len(groups) - 1:
            shared |= {
                "total": "Jumlah",
                "total.en": "Total",
                "total.hours": str(sum(unit.hours for unit in content.units)),
                "legend": "K = kompeten, BK = belum kompeten, JP = jam pelajaran 45 menit",
                "legend.en": "K = competent, BK = not yet competent, JP = training hour of 45 minutes",
                **dict(_signers(content)),
            }
            passed = sum(unit.result == "K" for unit in content.units)
            own["total.result"] = f"{passed}/{len(content.units)}"
        own["copy"] = f"{COPY} {copy}" if copy else ""
        yield Page(_filled(shared), _filled(own))


def _letter(content: Content, copy: int) -> Page:
    programme = content.programme_id + (f", angkatan {content.batch}" if content.batch else "")
    english = content.programme_en + (
        f", batch {content.batch}" if content.batch and content.programme_en else ""
    )
    shared = {
        **dict(_head(content)),
        "title": "SURAT KETERANGAN TELAH MENYELESAIKAN PELATIHAN",
        "title.en": "Statement of Completion of Training",
        "opening": "Yang bertanda tangan di bawah ini menerangkan bahwa:",
        "opening.en": "The undersigned hereby states that:",
        "label.name": "Nama",
        "label.name.en": "Name",
        "label.born": "Tempat, tanggal lahir",
        "label.born.en": "Place, date of birth",
        "body": (
            f"telah menyelesaikan pelatihan {content.period_id} sebanyak {content.hours} jam pelajaran (JP) "
            "dengan kehadiran yang memenuhi syarat:"
        ),
        "body.en": (
            f"has completed the training {content.period_en} of {content.hours} training hours of 45 minutes "
            "with the attendance that is required:"
        ),
        "label.programme": "Program pelatihan",
        "label.programme.en": "Training programme",
        "programme": programme,
        "programme.en": english,
        "label.place": "Penyelenggara",
        "label.place.en": "Held by",
        "place": content.venue,
        "closing": (
            "Surat keterangan ini dibuat untuk digunakan sebagaimana mestinya. "
            "Surat ini bukan sertifikat kompetensi."
        ),
        "closing.en": (
            "This statement is made for whatever purpose it may serve. It is not a certificate of competency."
        ),
        **dict(_signers(content)),
        "scan": "Pindai untuk memeriksa keaslian",
        "scan.en": "Scan to verify",
    }
    own = {
        "number": f"Nomor {content.number}",
        "name": content.name,
        "born": content.birth or "–",
        "registration": f"Nomor registrasi / Registration number {content.registration}"
        if content.registration
        else "",
        "form": f"Nomor blangko / Form number {content.form}" if content.form else "",
        "copy": f"{COPY} {copy}" if copy else "",
    }
    return Page(_filled(shared | replaced(content)), _filled(own))


def _filled(texts: Mapping[str, str]) -> dict[str, str]:
    return {role: words for role, words in texts.items() if words}
