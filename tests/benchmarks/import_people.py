"""Import 5,000 people from a workbook: read, understood, compared and written, against reading the file alone.

The bare reading is a library in Rust; openpyxl is what a program in Python usually takes.
"""

import gc
import json
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
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
REACH_WAIT = 100.0  # ms
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
        floor, peer = timed(partial(bare, path)), timed(partial(usual, path))
        parts: dict[str, float] = {}
        added: list[int] = []
        worker = threading.Thread(target=take_in, args=(desk, path, parts, added))
        waits = waited(worker)
        desk.close()
    assert added[0] > PEOPLE * 0.9
    whole = sum(parts.values())
    said = ", ".join(f"{name} {took:.2f}" for name, took in parts.items())
    print(
        f"import of {PEOPLE} people: {whole:.2f} s ({said}); the file read by the bare library {floor:.2f} s, "
        f"by openpyxl {peer:.2f} s; the window's thread waited {waits * 1000:.0f} ms at most"
    )
    say("import of 5,000 people", REACH_SECONDS, value=whole, unit="s")
    say("import against reading the file with openpyxl", REACH_RATIO, ratio=whole / peer)
    say("import against reading the file with a library in Rust", REACH_RATIO, ratio=whole / floor)
    say("the window waits while importing", REACH_WAIT, value=waits * 1000, unit="ms")


def take_in(desk: Desk, path: Path, parts: dict[str, float], added: list[int]) -> None:
    """What the window's worker does with a file, and how long each part took."""
    marks = [time.perf_counter()]
    sheets = files.read(path)
    marks.append(time.perf_counter())
    understood = lists.understood(path.name, sheets)
    marks.append(time.perf_counter())
    rows = desk.ask(twins.compared, understood.entries)
    marks.append(time.perf_counter())
    added.append(desk.do(imports.accept, rows).added)
    marks.append(time.perf_counter())
    took = (after - before for before, after in pairwise(marks))
    parts.update(zip(("read", "understand", "compare", "write"), took, strict=True))


def waited(worker: threading.Thread) -> float:
    """The longest that this thread, which wants its turn each ms as a window does, waited for it, s."""
    sys.setswitchinterval(0.00002)  # as desktop.app does
    gc.disable()  # as desktop.sweeping does
    worker.start()
    longest, last = 0.0, time.perf_counter()
    while worker.is_alive():
        time.sleep(0.001)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    return longest


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def say(what: str, reach: float, *, unit: str = "", **figure: float) -> None:
    """A line for ``run.py``: one figure (``value`` or ``ratio``) and whether it is reached."""
    ((name, value),) = figure.items()
    line = {"what": what, name: round(value, 2), "reach": reach, "ok": value <= reach}
    print(json.dumps({**line, "unit": unit} if unit else line))


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
