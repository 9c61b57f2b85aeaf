"""Import 5,000 people from a workbook: read, understood, compared and written, against reading the file alone.

The bare reading is a library in Rust; openpyxl is what a program in Python usually takes.
"""

import json
import os
import random
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import xlsxwriter

from venue_desk.actions import imports
from venue_desk.queries import twins
from venue_desk.spreadsheets import files
from venue_desk.spreadsheets import people as lists
from venue_desk.store.desk import Desk

REACH_SECONDS = 3.0
REACH_RATIO = 4.0
PEOPLE = 5_000
FIRST_NAMES = (
    "Siti Budi Agus Dewi Maria Yohanes Suryadi Wulan Ahmad Ratna Joko Cahyono Sri Bambang Ni Made Rahmat"
)
LAST_NAMES = (
    "Santoso Wijaya Hutabarat Lestari Nugroho Simanjuntak Hidayat Putri Saputra Rahayu Kusuma Siregar Halim"
)


FIRST, LAST = FIRST_NAMES.split(), LAST_NAMES.split()


def main() -> None:
    """Print seconds of each part, the whole, and its ratio to reading by the bare library."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        os.environ["VENUE_DESK_KEY_FILE"] = str(folder / "key")
        path = folder / "peserta.xlsx"
        write(path)
        desk = Desk.create(folder / "desk")
        lists.understand(path)  # what is imported at first use is not counted
        start = time.perf_counter()
        bare(path)
        floor = time.perf_counter() - start
        start = time.perf_counter()
        usual(path)
        peer = time.perf_counter() - start
        marks = [time.perf_counter()]
        sheets = files.read(path)
        marks.append(time.perf_counter())
        understood = lists.understood(path.name, sheets)
        marks.append(time.perf_counter())
        rows = desk.ask(twins.compared, understood.entries)
        marks.append(time.perf_counter())
        done = desk.do(imports.accept, rows)
        marks.append(time.perf_counter())
        desk.close()
        assert done.added > PEOPLE * 0.9
        parts = [round(after - before, 2) for before, after in pairwise(marks)]
        whole = marks[-1] - marks[0]
        print(
            json.dumps(
                {
                    "people": PEOPLE,
                    "added": done.added,
                    "seconds": round(whole, 2),
                    "reach_seconds": REACH_SECONDS,
                    **dict(zip(("read", "understand", "compare", "write"), parts, strict=True)),
                    "bare_reading": round(floor, 2),
                    "ratio": round(whole / floor, 1),
                    "openpyxl_reading": round(peer, 2),
                    "ratio_to_openpyxl": round(whole / peer, 1),
                    "reach_ratio": REACH_RATIO,
                }
            )
        )


def write(path: Path) -> None:
    chance = random.Random(1)
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Peserta")
        sheet.write_row(
            0, 0, ["No", "Nama Lengkap", "NIK", "Tempat, Tgl Lahir", "L/P", "No. HP", "Alamat", "Kelurahan"]
        )
        for at in range(1, PEOPLE + 1):
            name = " ".join((chance.choice(FIRST), chance.choice(FIRST), chance.choice(LAST)))
            year, month, day = chance.randint(1960, 2005), chance.randint(1, 12), chance.randint(1, 28)
            sheet.write_number(at, 0, at)
            sheet.write_row(
                at,
                1,
                [
                    name,
                    f"317100{day:02}{month:02}{year % 100:02}{at:04}",
                    f"Jakarta, {day:02}-{month:02}-{year}",
                    chance.choice("LP"),
                    f"0812{chance.randrange(10**8):08}",
                    f"Jl. Mawar {at}",
                    "Kalideres",
                ],
            )


def bare(path: Path) -> None:
    """Read every cell with the library alone."""
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_path(str(path))
    book.get_sheet_by_index(0).to_python()


def usual(path: Path) -> None:
    """Read every cell with the library that most programs use."""
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True)
    for _row in book.worksheets[0].iter_rows(values_only=True):
        pass
    book.close()


if __name__ == "__main__":
    main()
