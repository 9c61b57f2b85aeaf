"""What must hold when everybody has synced to rest."""

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from sync import simulator_acts as acts
from sync import simulator_lists as lists
from venue_desk.domain.problem import Problem
from venue_desk.store.capture import encode, fields, kinds, table_of
from venue_desk.store.digest import kept_sums, look
from venue_desk.store.journal import FLOOR, tag
from venue_desk.store.records import Conflict, Line, Stamp
from venue_desk.store.stamps import Key

if TYPE_CHECKING:
    from sync.simulator import World

ROUNDS = 10  # in which all must come to rest
AHEAD_PROMISED = 5 * 60 * 1000 << 12  # how far ahead of its arrival a stamp may be


def rest(world: "World") -> None:
    """Everybody takes today's release and syncs, without faults, until nothing moves."""
    for number in range(len(world.computers)):
        world._upgrade(number, 0, 0)
    for _round in range(ROUNDS):
        moved = [world.sync(computer) for computer in list(world.computers)]
        for computer in world.computers:
            world.answer(computer, agree=True)
        waits = any(computer.agreed for computer in world.computers)
        if not any(moved) and not waits:
            break
    else:
        raise AssertionError(f"no rest after {ROUNDS} rounds: {moved}")
    if world.repaired == 0:
        with world.centre.reading() as connection:
            expected = copy(connection, world.venue)
        for computer in world.computers:
            with computer.desk.engine.connect() as connection:
                alike(copy(connection, world.venue), expected)
                kept(connection, world.venue)
    for computer in world.computers:
        world.sync(computer, check=True)
    assert world.repaired == 0, "comparing found copies that differ"


def alike(found: dict[str, dict[str, Any]], expected: dict[str, dict[str, Any]]) -> None:
    """This copy says what the centre says."""
    for part in reversed(expected):
        assert found[part] == expected[part], f"copies differ: {difference(expected[part], found[part])}"


def check(world: "World") -> None:
    """All that is promised. Raises AssertionError."""
    with world.centre.reading() as connection:
        expected = copy(connection, world.venue)
        sums = kept(connection, world.venue)
        lines = connection.execute(select(Line.__table__).where(Line.venue_id == world.venue)).all()
    hashes = [line.hash for line in lines]
    assert len(hashes) == len(set(hashes)), "a line was applied twice"
    positions = sorted(line.position for line in lines)
    assert positions == list(range(1, len(lines) + 1)), "the centre's numbers have gaps or doubles"
    assert world.acknowledged <= set(hashes), "acknowledged lines are gone"
    latest = int((world.real() + world.elapsed) * 1000) + 1000 << 12
    far = [line for line in lines if line.effective > latest + AHEAD_PROMISED + (1 << 16)]
    assert not far, f"a wrong clock wins: {len(far)} lines"
    for computer in world.computers:
        with computer.desk.engine.connect() as connection:
            found = copy(connection, world.venue)
            assert kept(connection, world.venue) == sums, "digests differ"
            there = list(connection.scalars(select(Line.hash).where(Line.venue_id == world.venue)))
        assert computer.saved <= set(there), "saved lines are gone"
        assert len(there) == len(set(there)), "a line was applied twice"
        assert set(there) == set(hashes), "a copy lacks lines"
        for part in expected:
            assert found[part] == expected[part], f"copies differ: {difference(expected[part], found[part])}"
        assert computer.desk.check() == [], "a chain is broken"
    lists.check(world)
    losers(world, lines, expected["conflict"])
    numbers(world, expected["certificate"])
    for computer in world.computers:
        back_and_forth(world, computer.number)


def kept(connection: Connection, venue: str) -> dict[str, int]:
    """The digests that are kept are those of the rows, and so are their sums, which are returned."""
    found = look(connection, venue)
    assert not found.stale, f"kept digests are not those of the rows: {found.stale[:3]}"
    assert found.sums == kept_sums(connection, venue), "kept sums are not those of the digests"
    return found.sums


def copy(connection: Connection, venue: str) -> dict[str, dict[str, Any]]:
    """Every record of a copy, and the stamps of its fields."""
    found: dict[str, dict[str, Any]] = {}
    for name, kind in kinds().items():
        table, names = table_of(kind), fields(kind)
        rows = connection.execute(select(table).where(table.c.venue_id == venue))
        found[name] = {row.id: {f: encode(getattr(row, f)) for f in names} for row in rows}
    rows = connection.execute(select(Stamp.__table__).where(Stamp.venue_id == venue))
    found["stamps"] = {f"{row.table} {row.row}": (row.fields, row.ghost) for row in rows}
    lines = connection.execute(select(Line.hash, Line.effective, Line.branch).where(Line.venue_id == venue))
    found["lines"] = {row.hash.hex(): (row.effective, row.branch) for row in lines}
    return found


def difference(one: dict[str, Any], other: dict[str, Any]) -> str:
    keys = [key for key in {*one, *other} if one.get(key) != other.get(key)]
    return "; ".join(f"{key}: {one.get(key)} ≠ {other.get(key)}" for key in sorted(keys)[:3])


def losers(world: "World", lines: Sequence[Any], conflicts: dict[str, Any]) -> None:
    """Of changes to one field that did not know each other, every one but the winner can be seen."""
    shown: dict[tuple[str, str, str], list[Any]] = defaultdict(list)
    for one in conflicts.values():
        shown[one["table"], one["row"], one["field"]] += [one["kept"]["value"], one["lost"]["value"]]
    by_row: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for line in lines:
        if not line.held and line.effective >= FLOOR and line.table != Conflict.__tablename__:
            by_row[line.table, line.row].append(line)
    for (table, row), all_lines in by_row.items():
        kind = kinds().get(table)
        if kind is None or any(line.after is None for line in all_lines):
            continue  # who was deleted is told by that
        by_field: dict[str, list[tuple[Any, Any]]] = defaultdict(list)
        for line in all_lines:
            for name, value in json.loads(line.after).items():
                by_field[name].append((line, value))
        for name, versions in by_field.items():
            known = {h for line, _value in versions for h in world.seen.get(line.hash, ())}
            front = [(line, value) for line, value in versions if line.hash not in known]
            if len(front) < 2:
                continue
            winner = max(front, key=lambda pair: key_of(pair[0]))
            # Who replaced a version with another in sight that says the same knew what it says.
            in_sight = [v for line, v in versions if line.hash in world.seen.get(winner[0].hash, ())]
            for line, value in front:
                known_by_sight = any(kind.same(name, value, one) for one in in_sight)
                if line is not winner[0] and not known_by_sight and not kind.same(name, value, winner[1]):
                    said = shown[table, row, name]
                    assert any(kind.same(name, value, one) for one in said), (
                        f"{table}.{name}: {value!r} lost against {winner[1]!r} unseen"
                    )


def key_of(line: Any) -> Key:
    return (line.effective, tag(line.writer, line.branch), line.number)


def numbers(world: "World", certificates: dict[str, Any]) -> None:
    """No number twice, but where nobody could know, and a person is told.

    A computer was copied, or gave numbers before it worked for this venue.
    """
    counts = Counter(row["number"] for row in certificates.values())
    double = [number for number, count in counts.items() if count > 1]
    if not world.copied and not world.restored and not world.alone:
        assert not double, f"certificate numbers given twice: {double}"
    if double and world.computers:
        from venue_desk.queries import clashes

        told = world.computers[0].desk.ask(clashes.numbers)
        assert {one.number for one in told} == set(double), "clashing numbers that nobody is told of"


def back_and_forth(world: "World", number: int) -> None:
    """Undo still works on every desk."""
    computer = next(c for c in world.computers if c.number == number)
    desk = computer.desk
    with world.as_(computer):
        before = desk.ask(lambda session: copy(session.connection(), world.venue)["person"])
        desk.do(acts.add_named, "Terakhir")
        desk.undo()
        after = desk.ask(lambda session: copy(session.connection(), world.venue)["person"])
        assert before == after, "undo did not bring back what was"
        with suppress(Problem):
            desk.undo()
