"""What a heading means, in Indonesian and English, and what a column's content looks like."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from venue_desk.domain.people import cleaned, plain, read_date, read_email, read_nik, read_phone, read_sex
from venue_desk.language import N_
from venue_desk.spreadsheets.files import Cell

NAME = "name"
IGNORED = "ignored"

# The fields a column can be, in the order in which they are offered; the names are shown.
FIELDS: dict[str, str] = {
    NAME: N_("Full name"),
    "nik": N_("NIK"),
    "phone": N_("Phone"),
    "birth": N_("Place and date of birth"),
    "birth_place": N_("Place of birth"),
    "birth_date": N_("Date of birth"),
    "sex": N_("Sex"),
    "email": N_("E-mail"),
    "address": N_("Address"),
    "area": N_("Village, district"),
    "organisation": N_("Organisation"),
    "title_before": N_("Title before the name"),
    "title_after": N_("Degree after the name"),
    "note": N_("Note"),
    "consent": N_("Agreed to data processing"),
}


@dataclass(frozen=True, slots=True)
class Heading:
    """What a heading says: the field, and how sure that is, 0 to 1."""

    field: str
    sure: float


# Asked in this order, so the narrow meaning comes before the wide one ("nama ibu" before "nama"). Each line is a
# field, how sure its words make it, and the words (regular expressions over whole words, joined by "or").
_RULES = r"""
ignored      1.0  tanda tangan  ttd  paraf  signature  timestamp  cap waktu  stempel waktu
ignored      1.0  (?:nama|name of|no hp|nik|pekerjaan) (?:gadis )?(?:ibu|ayah|orang ?tua|wali|bapak|mother|father)
ignored      1.0  agama  religion  pas ?foto  foto  photo  scan
ignored      1.0  upload  unggah  password  nip  npwp  no kk  kartu keluarga
consent      1.0  setuju  persetujuan  menyetujui  bersedia  consent  agree[ds]?
nik          1.0  nik  nomor induk kependudukan  (?:no|nomor) (?:ktp|e ktp|identitas|id)  id (?:number|card)
birth        1.0  (?:tempat|tmp|tmpt|tpt)\b.*\b(?:tgl|tanggal|tg)  ttl  place (?:and )?date of birth
birth_date   1.0  (?:tgl|tanggal|tg) ?(?:lahir|lhr)  date of birth  birth ?date  birth ?day  dob  lahir tanggal
birth_place  1.0  (?:tempat|tmp|tmpt|kota) ?(?:lahir|lhr|kelahiran)  place of birth  birth ?place
sex          1.0  ^(?:l p|p l|lp|jk|l k|lk pr|m f|f m)$  jenis kelamin  j kel  jns kelamin  kelamin  gender  sex
email        1.0  e ?mail  surel
phone        1.0  hp  wa  whats ?app  telepon  telpon  telp  tlp  ponsel  handphone  phone  mobile  kontak  contact
ignored      0.9  hadir  kehadiran  absen  absensi  presensi  attendance  pagi
ignored      0.9  siang  sore  nilai  skor  score  umur  usia  age
ignored      0.9  pendidikan  education  pekerjaan  occupation  status  ukuran baju  kode ?pos  zip  postal
ignored      0.9  kelas  angkatan  kejuruan
title_before 1.0  gelar depan  title
title_after  1.0  gelar  degree
area         1.0  kelurahan  kel  kecamatan  kec  desa  wilayah  village  district  city  kota  kabupaten  kab
address      1.0  alamat  almt  address  domisili
address      0.8  ^rt$  ^rw$  ^rt rw$  ^jalan$
organisation 0.9  instansi  organi[sz]ation  organisasi  lembaga  sekolah
organisation 0.9  school  perusahaan  company  utusan  unit kerja
organisation 0.8  asal  paroki  lingkungan  stasi  jabatan
note         0.9  keterangan  ket  catatan  notes?  remarks?
ignored      0.9  ^(?:no|nr|nomor|no urut|nomor urut|urut|number|id)$
name         1.0  nama lengkap  full ?name  nama peserta  nama siswa  nama sesuai  nama asli  ^nama$  ^name$
ignored      0.8  nama panggilan  nick ?name  username  user name  nama file  file ?name  field ?name
name         0.95 ^(?:first|given|last|family|sur) ?(?:name)?$  ^surname$  ^nama (?:depan|belakang|keluarga)$
name         0.8  nama  name  ^peserta$  ^participant$  ^siswa$
sex          0.6  ^l$  ^p$
birth_date   0.5  ^(?:tgl|tanggal|date)
nik          0.5  ^(?:no )?(?:e )?ktp$
"""


def _rule(line: str) -> tuple[str, float, re.Pattern[str]]:
    field, sure, words = line.split(maxsplit=2)
    return field, float(sure), re.compile("|".join(rf"\b(?:{word})(?!\w)" for word in words.split("  ")))


_MEANINGS = [_rule(line) for line in _RULES.strip().splitlines()]
_BRACKETS = re.compile(r"\([^)]*\)?|\[[^\]]*\]?")
_SPACED = re.compile(r"\b(?:\w ){2,}\w\b")


def read(heading: str) -> Heading | None:
    """The meaning of a heading; what stands in brackets is an explanation and does not count."""
    text = plain(_BRACKETS.sub(" ", heading)) or plain(heading)
    text = _SPACED.sub(lambda m: m[0].replace(" ", ""), text)  # "N I K", "N A M A"
    for field, sure, pattern in _MEANINGS:
        if pattern.search(text):
            return Heading(field, sure)
    return None


def tick(heading: str) -> str:
    """``L`` or ``P`` for a column in which people of one sex are ticked, else nothing."""
    text = plain(heading)
    last = text.rpartition(" ")[2]
    alone = last == text or text.rpartition(" ")[0] in ("jenis kelamin", "jk", "kelamin", "sex", "gender")
    return last.upper() if last in ("l", "p") and alone else ""


def is_total(text: str) -> bool:
    """Whether a row that begins so is a sum, a signature or a remark below the list, not a person."""
    return bool(_BELOW.match(plain(text)))


_BELOW = re.compile(
    r"(?:sub ?)?(?:jumlah|total)\b"
    r"|(?:mengetahui|menyetujui|disahkan|diperiksa|dibuat oleh|catatan|keterangan|ket|nb|note)\b"
    r"|(?:koordinator|instruktur|ketua|kepala|penanggung jawab|penyelenggara|sekretaris|pembina)(?: \w+){0,4}$"
    r"|(?:laki laki|perempuan|hadir|tidak hadir|alpa|izin|sakit)(?: \d+)?$"
)


def content(cells: Sequence[Cell], field: str) -> float:
    """The share of a column's filled cells that can be what a field holds, 0 to 1."""
    filled = [cell for cell in cells if cell is not None and str(cell).strip()][:200]
    if not filled:
        return 0.0
    return sum(_fits(cell, field) for cell in filled) / len(filled)


def _fits(cell: Cell, field: str) -> float:
    if field == "nik":
        nik = read_nik(cell)
        return 1.0 if nik.text and len(nik.text) == 16 else 0.5 if nik.damaged else 0.0
    if field == "phone":
        number, doubts = read_phone(cell)
        return 0.0 if not number or not _mobile(number) else 0.9 if doubts else 1.0
    if field == "birth_date":
        # A number may be a date, but as well a mark or a sum, so it is never enough by itself.
        if isinstance(cell, float):
            return 0.5 if 7_000 < cell < 60_000 else 0.0
        dated = read_date(cell)
        return 0.0 if dated.day is None else 0.9 if dated.doubts else 1.0
    if field == "sex":
        return float(read_sex(cell)[0] is not None)
    if field == "email":
        return float(read_email(cell)[0] is not None)
    if field == NAME:
        text = cleaned(str(cell)) if isinstance(cell, str) else ""
        words = text.split()
        looks = bool(words) and not any(c.isdigit() for c in text) and 2 <= len(words) <= 8
        return float(looks and all(word[0].isupper() or word.islower() for word in words))
    return 0.0


def _mobile(number: str) -> bool:
    return number.startswith("+628")


CONTENT_FIELDS = ("nik", "email", "phone", "sex", "birth_date", NAME)
