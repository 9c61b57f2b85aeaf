"""A centre of an older release: its file is upgraded, and what newer desks had sent it is applied then."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from venue_desk.server import database, keeping, migrations
from venue_desk.server.centre import Centre
from venue_desk.server.ledger import LINES
from venue_desk.server.tables import LEDGER
from venue_desk.store import capture
from venue_desk.store.digest import kept_sums, look
from venue_desk.store.records import Person

CENTRES = Path(__file__).parents[1] / "data/centres"
KEY = "0f" * 32
FIELDS: Any = capture._fields


def old(folder: Path, release: str) -> Path:
    Path(os.environ["VENUE_DESK_KEY_FILE"]).write_text(KEY + "\n", "ascii")
    folder.mkdir()
    shutil.copyfile(CENTRES / f"{release}.db", folder / database.FILE)
    return folder


def held(centre: Centre) -> list[str]:
    with centre.reading() as connection:
        return list(
            connection.scalars(select(LINES.c.held).where(LINES.c.held.is_not(None)).order_by(LINES.c.number))
        )


def digests_are_right(centre: Centre) -> None:
    with centre.reading() as connection:
        for venue, caught_up in connection.execute(select(LEDGER.c.venue_id, LEDGER.c.caught_up)):
            found = look(connection, venue)
            assert found.sums and not found.stale
            assert found.sums == kept_sums(connection, venue)
            assert caught_up == migrations.TODAY[0]


@pytest.mark.parametrize("release", sorted(file.stem for file in CENTRES.glob("*.db")))
@pytest.mark.parametrize("where", ["its folder", "postgresql"])
def test_every_released_centre_opens(
    release: str, where: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    place: Path | str = old(tmp_path / "centre", release)
    if where == "postgresql":
        kept = tmp_path / "centre" / database.FILE
        place = request.getfixturevalue("postgres")
        database.create(place)
        keeping.restore(place, kept)
    centre = Centre(place)
    with centre.reading() as connection:
        assert migrations.standing(connection) == migrations.TODAY
        names = connection.scalars(select(Person.name).order_by(Person.name)).all()
    assert names == ["Budi Santoso", "Siti Aminah"]
    # What is still unknown, and what is damaged, stays where it is.
    assert [why.partition(":")[0] for why in held(centre)] == [
        "unknown fields tomorrow",
        "unknown table of_tomorrow",
        "damaged",
    ]
    digests_are_right(centre)
    centre.close()


def addresses(centre: Centre) -> list[str]:
    with centre.reading() as connection:
        return list(connection.scalars(select(Person.address).order_by(Person.name)))


class Stopped(BaseException):
    """The process ends here."""


def test_what_was_held_is_applied_after_the_upgrade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the process was stopped between the migration and that."""
    place = old(tmp_path / "centre", "0001")
    # A release that lacks a field which today's has.
    whole = capture.fields(Person)
    monkeypatch.setitem(FIELDS, Person, tuple(f for f in whole if f != "address"))
    centre = Centre(place)
    assert "unknown fields address, tomorrow" in held(centre) and addresses(centre) == ["", ""]
    centre.close()
    monkeypatch.setitem(FIELDS, Person, whole)
    engine = database.open_engine(place)
    with engine.execution_options(write=True).begin() as connection:
        connection.execute(update(LEDGER).values(caught_up=migrations.TODAY[0] - 1))
    engine.dispose()

    def stop(*_args: object) -> None:
        raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr(database, "catch_up", stop)
        with pytest.raises(Stopped):
            Centre(place)
    centre = Centre(place)
    assert "unknown fields tomorrow" in held(centre) and addresses(centre) == ["Jalan Lama 7", ""]
    digests_are_right(centre)
    centre.close()
