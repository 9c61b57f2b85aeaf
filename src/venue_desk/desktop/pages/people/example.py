"""A short invented list for the picture of the import."""

from venue_desk.spreadsheets.files import Cell, Sheet


def sheets() -> list[Sheet]:
    """One sheet with what real lists have: a title, damaged NIKs, mixed dates, a person twice, a footer."""
    rows: list[list[Cell]] = [
        ["DAFTAR PESERTA PELATIHAN TATA BOGA"],
        [],
        ["NO", "NAMA LENGKAP", "N I K", "TEMPAT, TGL LAHIR", "L/P", "No. HP/WA", "TANDA TANGAN"],
        [1.0, "SITI", "3171004505900003", "Jakarta, 05-05-1990", "P", 81234567890.0],
        [2.0, "Budi Santoso, S.Kom.", "3.171E+15", "31/12/1988", "L", "+62 812 3456 7891"],
        [3.0, "H. Ahmad bin Abdullah", "317100.030488.0004", "Bogor, 03/04/1988", "L", "62812345678"],
        [4.0, "Ma'ruf", "", "Bekasi, 05/06/1995", "laki-laki", "0857-2000-3000"],
        [5.0, "boedi santoso", "3171003112880006", "12/31/1988", "L", "081234567891"],
        [6.0, "Ni Luh Putu Ayu", "0", "–", "P", "0"],
        [7.0, "José da Costa", "31710031128800", "31 Des 1988", "L", "081-234"],
        [],
        [None, None, None, None, None, "Instruktur,"],
    ]
    return [Sheet("Peserta", list(enumerate(rows, 1)))]
