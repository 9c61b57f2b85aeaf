"""Who is likely the same person: by NIK, or by name together with date of birth or phone, with reasons."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from venue_desk.domain.people.folding import fold
from venue_desk.language import N_, _

LIKELY = 0.6
CERTAIN = 0.9
ENOUGH_WORDS = 3  # a name of so many words makes two people likely one without anything else
_MOST_ALIKE = 100  # compared with one person for one thing they share

_REASONS = {
    "nik": N_("same NIK"),
    "name": N_("same name"),
    "spelling": N_("similar name"),
    "born": N_("same date of birth"),
    "phone": N_("same phone"),
    "email": N_("same e-mail"),
    "nik-differs": N_("another NIK"),
    "born-differs": N_("another date of birth"),
    "name-differs": N_("another name"),
}


@dataclass(frozen=True, slots=True)
class Someone:
    """What is compared. ``id`` is the caller's own; ``folded`` is computed when not given."""

    id: str
    name: str
    nik: str | None = None
    born: date | None = None
    phone: str | None = None
    email: str | None = None
    sex: str | None = None
    folded: str = ""

    @property
    def key(self) -> str:
        return self.folded or fold(self.name)


class Sameness(StrEnum):
    """What a score means."""

    CERTAIN = "certain"
    LIKELY = "likely"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two people are, 0 to 1, and why (codes)."""

    score: float
    reasons: Sequence[str] = ()

    @property
    def sameness(self) -> Sameness:
        if self.score >= CERTAIN:
            return Sameness.CERTAIN
        return Sameness.LIKELY if self.score >= LIKELY else Sameness.NO

    @property
    def words(self) -> str:
        """The reasons in the person's language: ``same name, same phone``."""
        return ", ".join(_(_REASONS[reason]) for reason in self.reasons)


def likeness(one: Someone, other: Someone) -> Likeness:
    """Compare two people. One NIK makes them the same unless their names have nothing in common."""
    names = _names_alike(one.key, other.key)
    reasons = ["name"] if names == 1 else ["spelling"] if names > 0 else []
    whole = _whole(one.nik) and _whole(other.nik)
    if whole and one.nik == other.nik:
        if names > 0:
            return Likeness(1.0, ("nik", *reasons))
        # More often a mistyped or lent number than one person with two names, so names alike come first.
        return Likeness(0.62, ("nik", "name-differs"))
    if not names:
        return Likeness(0.0)
    # A single common name says less than a long one.
    words = min(one.key.count(" "), other.key.count(" ")) + 1
    score = (0.35, 0.5, 0.6)[min(words, 3) - 1] if names == 1 else 0.4 * names
    for same, reason, weight in (
        (one.born and one.born == other.born, "born", 0.3),
        (one.phone and one.phone == other.phone, "phone", 0.3),
        (one.email and one.email == other.email, "email", 0.2),
    ):
        if same:
            score += weight
            reasons.append(reason)
    if whole:
        score -= 0.45
        reasons.append("nik-differs")
    if one.born and other.born and one.born != other.born:
        score -= 0.15 if _one_slip(one.born, other.born) else 0.3
        reasons.append("born-differs")
    if one.sex and other.sex and one.sex != other.sex:
        score -= 0.3
    return Likeness(round(max(0.0, min(1.0, score)), 2), tuple(reasons))


def _whole(nik: str | None) -> bool:
    return bool(nik) and len(nik or "") == 16


def _one_slip(one: date, other: date) -> bool:
    """Day and month exchanged, or one of the three parts different: likely a typing mistake."""
    exchanged = one.year == other.year and (one.day, one.month) == (other.month, other.day)
    same = (one.day == other.day) + (one.month == other.month) + (one.year == other.year)
    return exchanged or same == 2


def _names_alike(one: str, other: str) -> float:
    """1 for the same folded name in any order, down to 0.7 for a similar one, 0 for another."""
    if one == other:
        return 1.0 if one else 0.0
    first, second = sorted(one.split()), sorted(other.split())
    if first == second:
        return 1.0
    short, long = (first, second) if len(first) <= len(second) else (second, first)
    if not short:
        return 0.0
    left, matched = list(long), 0.0
    for word in short:
        best = max(left, key=lambda candidate: _word_alike(word, candidate), default="")
        alike = _word_alike(word, best) if best else 0.0
        if not alike:
            return 0.0
        left.remove(best)
        matched += alike
    share = matched / len(short)
    # A name that is part of a longer one counts, but a single word of many says little.
    if len(short) == 1 and len(long) > 1:
        return 0.0
    return share * (0.95 if len(short) == len(long) else 0.85)


def _word_alike(one: str, other: str) -> float:
    if one == other:
        return 1.0
    if len(one) == 1 or len(other) == 1:
        return 0.9 if one[0] == other[0] else 0.0
    # One slip in a word of four letters or more, two in a long one.
    allowed = 0 if min(len(one), len(other)) < 4 else 2 if min(len(one), len(other)) >= 9 else 1
    return 0.85 if allowed and _slips(one, other, allowed) <= allowed else 0.0


def _slips(one: str, other: str, most: int) -> int:
    """Letters to change, add, drop or exchange with the next; not counted further than ``most``."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before, row = list[int](), list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def blocks(
    nik: str | None, phone: str | None, email: str | None, born: date | None, key: str
) -> Iterator[tuple[str, object]]:
    """What two people must share at least one of to be compared at all."""
    if nik and len(nik) == 16:
        yield "nik", nik
    if phone:
        yield "phone", phone
    if email:
        yield "email", email
    words = sorted(key.split())
    if born:
        # With a first letter, and day and month in either order, so that a slip in the name or an exchange meets.
        first, second = sorted((born.day, born.month))
        for letter in {word[0] for word in words}:
            yield "born", (letter, born.year, first, second)
    # A name of one or two words alone is never enough, and hundreds may share it.
    if len(words) >= ENOUGH_WORDS:
        yield "name", " ".join(words)


@dataclass(slots=True)
class TwinFinder:
    """Finds twins among many: only those who share something are compared."""

    _blocks: dict[tuple[str, object], list[Someone]] = field(default_factory=dict)

    def add(self, someone: Someone) -> None:
        for block in blocks(someone.nik, someone.phone, someone.email, someone.born, someone.key):
            self._blocks.setdefault(block, []).append(someone)

    def extend(self, people: Iterable[Someone]) -> None:
        for someone in people:
            self.add(someone)

    def twins(self, someone: Someone, most: int = 3) -> list[tuple[Someone, Likeness]]:
        """The likely same people, the most alike first."""
        seen: dict[str, tuple[Someone, Likeness]] = {}
        for block in blocks(someone.nik, someone.phone, someone.email, someone.born, someone.key):
            # A placeholder that hundreds share says nothing.
            for other in self._blocks.get(block, ())[:_MOST_ALIKE]:
                if other.id not in seen and other.id != someone.id:
                    seen[other.id] = other, likeness(someone, other)
        found = [pair for pair in seen.values() if pair[1].score >= LIKELY]
        return sorted(found, key=lambda pair: -pair[1].score)[:most]
