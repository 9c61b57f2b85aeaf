"""Makes the test file of a schema when it is released: ``python tests/data/schemas/make.py``. Kept from then on."""

import os
import shutil
import tempfile
from contextlib import closing
from pathlib import Path

from venue_desk.actions import people, venue
from venue_desk.store import database
from venue_desk.store.desk import Desk
from venue_desk.store.migrations import HEAD

KEY = "0f" * 32  # of invented people
HERE = Path(__file__).parent


def main() -> None:
    target = HERE / f"{HEAD}.db"
    assert not target.exists(), "a released schema's file is never made anew"
    with tempfile.TemporaryDirectory() as place:
        key = Path(place) / "key"
        key.write_text(KEY + "\n", "ascii")
        os.environ["VENUE_DESK_KEY_FILE"] = str(key)
        with closing(Desk.create(Path(place) / "venue")) as desk:
            desk.do(
                venue.set_up,
                name="Paroki Lama",
                kind="parish",
                area="Jakarta Barat",
                market="Kedai Lama",
                stalls=4,
            )
            for name in ("Siti Aminah", "Budi Santoso", "Maria Goretti Wulandari"):
                desk.do(people.add, name=name, phone="081200000000", nik="3171000101900001")
            desk.undo()
        made = Path(place) / "venue" / database.FILE
        database.as_one_file(made, KEY)
        shutil.copyfile(made, target)


if __name__ == "__main__":
    main()
