"""Whether the vendors of one week can all be given a stall: needs, stalls out of use, diets side by side.

Vendors with the same needs and diet are alike here, so an answer is found once for a mix and remembered.
"""

from collections.abc import Sequence

from venue_desk.domain.stalls.season import NEUTRAL, Season

FREE = -1
"""A seat that nobody has."""
CLOSED = -2
"""A stall out of use that week."""

_MOST_STEPS = 4000
"""Steps of one search; a mix that takes more counts as impossible."""


class Seating:
    """Seats vendors week by week. ``seats`` lists hold a vendor, FREE or CLOSED for each stall."""

    def __init__(self, season: Season) -> None:
        self.season = season
        needs = sorted(
            {need for v in season.vendors for need in v.needs} | {n for s in season.stalls for n in s.offers}
        )
        bit = {need: 1 << i for i, need in enumerate(needs)}
        diets = {NEUTRAL: 0}
        kinds: dict[tuple[int, int], int] = {}
        self.kind: list[int] = []
        for one in season.vendors:
            diet = diets.setdefault(one.diet, len(diets)) if season.separate_diets else 0
            self.kind.append(kinds.setdefault((sum(bit[n] for n in one.needs), diet), len(kinds)))
        self._needs = [need for need, _ in kinds]
        self.diet = [diet for _, diet in kinds]
        self._offers = [sum(bit[n] for n in stall.offers) for stall in season.stalls]
        self._order = sorted(
            range(len(season.stalls)), key=lambda s: (season.stalls[s].row, season.stalls[s].position)
        )
        joined = set(season.neighbours)
        self._touches = [i > 0 and (self._order[i - 1], s) in joined for i, s in enumerate(self._order)]
        self.fits = [[need & ~offer == 0 for offer in self._offers] for need in self._needs]
        room = [sum(row) for row in self.fits]
        scarce = sorted(range(len(kinds)), key=lambda k: room[k])
        self._candidates = [[k for k in scarce if self.fits[k][s]] for s in self._order]
        self._over = [
            [k for k, need in enumerate(self._needs) if need & wanted == wanted] for wanted in self._needs
        ]
        self.fixed: list[dict[int, int]] = [{} for _ in range(season.weeks)]
        for (week, stall), vendor in season.fixed.items():
            self.fixed[week][stall] = vendor
        self._place = [self._place_of(week) for week in range(season.weeks)]
        self._known: dict[tuple[object, tuple[int, ...]], tuple[int, ...] | None] = {}

    def _place_of(self, week: int) -> tuple[tuple[int, int | None], ...]:
        """A week as seen by the search, in the order of stalls: (1 if free to give, diet of a fixed vendor)."""
        usable = set(self.season.usable(week))
        place: list[tuple[int, int | None]] = []
        for stall in self._order:
            vendor = self.fixed[week].get(stall)
            if vendor is not None:
                place.append((0, self.diet[self.kind[vendor]]))
            else:
                place.append((int(stall in usable), None))
        return tuple(place)

    def empty(self, week: int) -> list[int]:
        """The week's seats with its fixed vendors only."""
        seats = [CLOSED] * len(self.season.stalls)
        for stall in self.season.usable(week):
            seats[stall] = FREE
        for stall, vendor in self.fixed[week].items():
            seats[stall] = vendor
        return seats

    def seat(self, week: int, vendors: Sequence[int]) -> list[int] | None:
        """Seats for all these vendors besides the fixed ones, or None if there is no way."""
        counts = [0] * len(self._needs)
        for vendor in vendors:
            counts[self.kind[vendor]] += 1
        key = (self._place[week], tuple(counts))
        if key not in self._known:
            self._known[key] = self._search(self._place[week], counts)
        pattern = self._known[key]
        if pattern is None:
            return None
        waiting: dict[int, list[int]] = {}
        for vendor in vendors:
            waiting.setdefault(self.kind[vendor], []).append(vendor)
        seats = self.empty(week)
        for stall, kind in zip(self._order, pattern, strict=True):
            if kind >= 0:
                seats[stall] = waiting[kind].pop()
        return seats

    def _search(self, place: tuple[tuple[int, int | None], ...], counts: list[int]) -> tuple[int, ...] | None:
        size = len(place)
        used = [k for k, count in enumerate(counts) if count]
        # For each need of these vendors: how many places from here on can serve it.
        room = {k: [0] * (size + 1) for k in used}
        for at in range(size - 1, -1, -1):
            offer = self._offers[self._order[at]]
            for k in used:
                can = place[at][0] and self._needs[k] & ~offer == 0
                room[k][at] = room[k][at + 1] + (1 if can else 0)
        spare = sum(free for free, _ in place) - sum(counts)
        if spare < 0:
            return None
        left = list(counts)
        pattern: list[int] = []
        failed: set[tuple[int, int, tuple[int, ...]]] = set()
        steps = 0

        def open_at(at: int) -> bool:
            return all(sum(left[j] for j in self._over[k]) <= room[k][at] for k in used)

        def go(at: int, before: int, spare: int) -> bool:
            nonlocal steps
            if at == size:
                return True
            state = (at, before, tuple(left))
            steps += 1
            if state in failed or steps > _MOST_STEPS:
                return False
            free, given = place[at]
            if not self._touches[at]:
                before = 0
            if not free:
                # What is fixed stays, even next to another fixed one that it should not stand beside.
                clash = _clash(before, given or 0) and place[at - 1][0] == 1
                pattern.append(-1)
                if not clash and go(at + 1, given or 0, spare):
                    return True
                pattern.pop()
                failed.add(state)
                return False
            choices = [k for k in self._candidates[at] if left[k] and not _clash(before, self.diet[k])]
            choices.sort(key=lambda k: (self.diet[k] == 0) if before else 0)
            for kind in [*choices, FREE] if spare else choices:
                pattern.append(kind)
                if kind == FREE:
                    found = open_at(at + 1) and go(at + 1, 0, spare - 1)
                else:
                    left[kind] -= 1
                    found = open_at(at + 1) and go(at + 1, self.diet[kind], spare)
                    left[kind] += 1
                if found:
                    return True
                pattern.pop()
            failed.add(state)
            return False

        return tuple(pattern) if open_at(0) and go(0, 0, spare) else None

    def suits(self, seats: Sequence[int], stall: int, vendor: int) -> bool:
        """Whether the vendor may take this stall: needs and the diets next to it."""
        kind = self.kind[vendor]
        if not self.fits[kind][stall]:
            return False
        diet = self.diet[kind]
        if not diet:
            return True
        for other in self.season.beside[stall]:
            beside = seats[other]
            if beside >= 0:
                theirs = self.diet[self.kind[beside]]
                if theirs and theirs != diet:
                    return False
        return True

    def exchange(self, week: int, seats: list[int], stall: int, vendor: int) -> list[int] | None:
        """The week's seats with ``vendor`` in and the one in ``stall`` out; others move only if they must."""
        fixed = self.fixed[week]
        if self.suits(seats, stall, vendor):
            changed = seats.copy()
            changed[stall] = vendor
            return changed
        # One neighbour moves over into the freed stall.
        for other, resident in enumerate(seats):
            if resident < FREE or other == stall or other in fixed:
                continue
            trial = seats.copy()
            trial[stall], trial[other] = resident, vendor
            if (resident < 0 or self.suits(trial, stall, resident)) and self.suits(trial, other, vendor):
                return trial
        staying = [v for s, v in enumerate(seats) if v >= 0 and s != stall and s not in fixed]
        return self.seat(week, [*staying, vendor])


def _clash(a: int, b: int) -> bool:
    return bool(a and b) and a != b
