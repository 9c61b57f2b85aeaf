"""Construction and local search: plans of any length without a solver, the same ones for the same seed."""

from collections import Counter
from collections.abc import Iterator, Sequence
from math import exp
from random import Random

from venue_desk.domain.stalls.board import EMPTY, Board
from venue_desk.domain.stalls.seating import FREE

_BREATH = 1500
"""Steps between two breaths, where a caller may show progress or stop: some 10 ms."""


def construct(board: Board, rng: Random) -> None:
    """Fill the board week by week, the most urgent first: who has waited longest against their share."""
    season = board.season
    for week in range(season.weeks):
        order = sorted(range(len(season.vendors)), key=lambda v: (-_urgency(board, v, week), rng.random()))
        for vendor in order:
            if FREE not in board.seats[week]:
                break
            _take(board, week, vendor)


def _urgency(board: Board, vendor: int, week: int) -> float:
    season = board.season
    one = season.vendors[vendor]
    have = board.taken[vendor] & ((1 << week) - 1)
    last = have.bit_length() - 1 if have else (one.joined - 1 if one.last_turn is None else one.last_turn)
    owed = board.share[vendor] - board.taken[vendor].bit_count()
    wait = week - last
    if owed < 0.5 and wait <= season.gap_hi:
        return owed - 10
    if wait < season.gap_lo and one.last_turn is not None:
        return -5.0
    left = (board.may[vendor] >> week).bit_count()
    return owed / max(1, left) * 10 + (wait / season.gap_hi) * 3 + 5 * (wait >= season.gap_hi)


def _take(board: Board, week: int, vendor: int) -> bool:
    """Seat a vendor (with their whole group) on free seats of the week, if the rules allow."""
    group = board.season.group_of[vendor]
    if not all(board.can(week, v) for v in group) or board.seats[week].count(FREE) < len(group):
        return False
    before = board.seats[week]
    for one in group:
        seats = board.swap_in(week, board.seats[week].index(FREE), one)
        if seats is None:
            board.put(week, before)
            return False
        board.put(week, seats)
    return True


def fill(board: Board, rng: Random) -> None:
    """Give free seats to whoever costs least."""
    for week, stall in board.free_cells():
        if board.seats[week][stall] != FREE:
            continue
        order = [v for v in range(len(board.season.vendors)) if board.can(week, v)]
        rng.shuffle(order)
        order.sort(key=lambda v: board.price(v, board.taken[v] | 1 << week) - board.cost[v])
        for vendor in order:
            if _take(board, week, vendor):
                break


def anneal(
    board: Board, rng: Random, steps: int, hot: float, cold: float, floor: int = 0
) -> Iterator[tuple[int, list[list[int]]]]:
    """Improve the board until its total is ``floor`` (a bound). Yields the best total and its seats, every 10 ms.

    When it ends, or its caller closes it, the board holds the best found.
    """
    best, best_seats = board.total, list(board.seats)
    if not board.cells:
        return
    groups = [group for group in board.season.groups if not any(board.fixed_weeks[v] for v in group)]
    rounds = max(1, steps // _BREATH)
    cooling = (cold / hot) ** (1 / max(1, rounds - 1))
    heat = hot
    try:
        for _ in range(rounds):
            if board.empty:
                fill(board, rng)
            chance = [exp(-d / heat) for d in range(12)]
            unhappy = [v for v, cost in enumerate(board.cost) if cost and board.single[v]]
            for _breath in range(_BREATH // 100):
                for group in groups:
                    _move_group(board, rng, group, chance)
                _wander(board, rng, 80, chance)
                _mend(board, rng, unhappy, 20, chance)
                if board.total < best:
                    best, best_seats = board.total, list(board.seats)
                    if best <= floor:
                        return
            heat *= cooling
            yield best, best_seats
    finally:
        if board.total > best:
            for week, seats in enumerate(best_seats):
                if board.seats[week] is not seats:
                    board.put(week, seats)


def _accept(delta: int, chance: list[float], rng: Random) -> bool:
    return delta <= 0 or (delta < len(chance) and rng.random() < chance[delta])


def _wander(board: Board, rng: Random, tries: int, chance: list[float]) -> None:
    """Exchange two vendors of two weeks, or one of a week with one who has the week off, at random."""
    cells, seats, taken, single = board.cells, board.seats, board.taken, board.single
    may, near = board.may, board.near
    random, size, vendors = rng.random, len(board.cells), len(board.season.vendors)
    for _ in range(tries):
        w1, s1 = cells[int(random() * size)]
        v = seats[w1][s1]
        if v >= 0 and not single[v]:
            continue
        if random() < 0.12:
            u = int(random() * vendors)
            if single[u] and may[u] >> w1 & 1 and not taken[u] & near[w1]:
                _replace(board, rng, w1, s1, u, chance)
            continue
        w2, s2 = cells[int(random() * size)]
        u = seats[w2][s2]
        if u == v or w1 == w2 or (u >= 0 and not single[u]):
            continue
        b1, b2 = 1 << w1, 1 << w2
        delta = 0
        if v >= 0:
            rest = taken[v] ^ b1
            if not may[v] & b2 or taken[v] & b2 or rest & near[w2]:
                continue
            delta = board.price(v, rest | b2) - board.cost[v]
        if u >= 0:
            rest = taken[u] ^ b2
            if not may[u] & b1 or taken[u] & b1 or rest & near[w1]:
                continue
            delta += board.price(u, rest | b1) - board.cost[u]
        if _accept(delta, chance, rng):
            _exchange(board, w1, s1, w2, s2)


def _replace(board: Board, rng: Random, week: int, stall: int, newcomer: int, chance: list[float]) -> bool:
    bit = 1 << week
    leaving = board.seats[week][stall]
    delta = board.price(newcomer, board.taken[newcomer] | bit) - board.cost[newcomer]
    if leaving >= 0:
        delta += board.price(leaving, board.taken[leaving] ^ bit) - board.cost[leaving]
    else:
        delta -= EMPTY
    if not _accept(delta, chance, rng):
        return False
    seats = board.swap_in(week, stall, newcomer)
    if seats is None:
        return False
    board.put(week, seats)
    return True


def _exchange(board: Board, w1: int, s1: int, w2: int, s2: int) -> bool:
    """Exchange the vendors of two cells of different weeks, if the rules of both weeks allow."""
    first = _with(board, w1, s1, board.seats[w2][s2])
    if first is None:
        return False
    second = _with(board, w2, s2, board.seats[w1][s1])
    if second is None:
        return False
    board.put(w1, first)
    board.put(w2, second)
    return True


def _with(board: Board, week: int, stall: int, vendor: int) -> list[int] | None:
    if vendor >= 0:
        return board.swap_in(week, stall, vendor)
    seats = board.seats[week].copy()
    seats[stall] = FREE
    return seats


def _mend(board: Board, rng: Random, unhappy: list[int], tries: int, chance: list[float]) -> None:
    """Move a turn of a vendor who waits too long or comes too soon to a better week, for the best partner there."""
    if not unhappy:
        return
    weeks, fixed = board.season.weeks, board.seating.fixed
    for _ in range(tries):
        v = unhappy[int(rng.random() * len(unhappy))]
        have = board.taken[v] & ~board.fixed_weeks[v]
        w2 = int(rng.random() * weeks)
        if not have or not board.may[v] >> w2 & 1 or have >> w2 & 1:
            continue
        turns = [w for w in range(weeks) if have >> w & 1]
        w1 = min(turns, key=lambda w: abs(w - w2)) if rng.random() < 0.7 else rng.choice(turns)
        b1, b2 = 1 << w1, 1 << w2
        rest = board.taken[v] ^ b1
        if rest & board.near[w2]:
            continue
        gain = board.price(v, rest | b2) - board.cost[v]
        if gain > 0:
            continue
        choices = []
        for s2 in board.season.usable(w2):
            u = board.seats[w2][s2]
            if s2 in fixed[w2]:
                continue
            if u < 0:
                choices.append((gain, rng.random(), s2))
            elif board.single[u] and board.can(w1, u, b2):
                delta = gain + board.price(u, (board.taken[u] ^ b2) | b1) - board.cost[u]
                choices.append((delta, rng.random(), s2))
        s1 = board.seats[w1].index(v)
        for delta, _, s2 in sorted(choices)[:4]:
            if not _accept(delta, chance, rng):
                break
            if _exchange(board, w1, s1, w2, s2):
                break


def _move_group(board: Board, rng: Random, group: tuple[int, ...], chance: list[float]) -> bool:
    """Move a group to another week, or in or out of a week, in exchange for as many singles."""
    weeks = board.season.weeks
    now = [w for w in range(weeks) if board.taken[group[0]] >> w & 1]
    target = int(rng.random() * weeks)
    bit = 1 << target
    if target in now:
        return _group_out(board, rng, group, target, chance)
    source = rng.choice(now) if now and rng.random() < 0.8 else None
    off = 0 if source is None else 1 << source
    if not all(board.can(target, v, off) for v in group):
        return False
    residents = [v for s, v in enumerate(board.seats[target]) if _movable(board, target, s)]
    if source is not None:
        residents = [v for v in residents if board.can(source, v, bit)]
    if len(residents) < len(group):
        return False
    out = rng.sample(residents, len(group))
    delta = sum(board.price(v, (board.taken[v] & ~off) | bit) - board.cost[v] for v in group)
    delta += sum(board.price(u, (board.taken[u] ^ bit) | off) - board.cost[u] for u in out)
    if not _accept(delta, chance, rng):
        return False
    there = reseat(board, target, out, group)
    if there is None:
        return False
    if source is not None:
        here = reseat(board, source, group, out)
        if here is None:
            return False
        board.put(source, here)
    board.put(target, there)
    return True


def _group_out(board: Board, rng: Random, group: tuple[int, ...], week: int, chance: list[float]) -> bool:
    bit = 1 << week
    rested = [v for v in range(len(board.season.vendors)) if board.single[v] and board.can(week, v)]
    if len(rested) < len(group):
        return False
    newcomers = rng.sample(rested, len(group))
    delta = sum(board.price(v, board.taken[v] ^ bit) - board.cost[v] for v in group)
    delta += sum(board.price(u, board.taken[u] | bit) - board.cost[u] for u in newcomers)
    if not _accept(delta, chance, rng):
        return False
    seats = reseat(board, week, group, newcomers)
    if seats is None:
        return False
    board.put(week, seats)
    return True


def _movable(board: Board, week: int, stall: int) -> bool:
    vendor = board.seats[week][stall]
    return vendor >= 0 and board.single[vendor] and stall not in board.seating.fixed[week]


def reseat(board: Board, week: int, out: Sequence[int], entering: Sequence[int]) -> list[int] | None:
    """The week's seats with some vendors out and others in, anyone else moving as needed; None if not legal."""
    fixed = board.seating.fixed[week]
    staying = [v for s, v in enumerate(board.seats[week]) if v >= 0 and v not in out and s not in fixed]
    present = {*staying, *entering, *fixed.values()}
    counted = Counter(board.category[v] for v in present)
    if any(counted[category] > most for category, most in board.season.caps.items()):
        return None
    if any(other in present for v in entering for other in board.apart[v]):
        return None
    return board.seating.seat(week, [*staying, *entering])
