"""The rules of a market as its venue sets them, with the defaults of the trade."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from venue_desk.domain.stalls.ledger import CHARGES
from venue_desk.domain.stalls.season import band

CAPS = {"satay": 2, "noodles": 2, "fried": 3, "rice": 3, "drinks": 2, "cakes": 3}
"""At most so many of a category a week, for ten stalls."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a market's ``rules`` hold. None for a gap: it follows from the number of vendors and stalls."""

    caps: Mapping[str, int] = field(default_factory=dict)
    gap_hard: int | None = None
    gap_lo: int | None = None
    gap_hi: int | None = None
    separate_diets: bool = True
    charges: Mapping[str, float] = field(default_factory=lambda: dict(CHARGES))

    def band(self, vendors: int, stalls: int) -> tuple[int, int, int]:
        """(least, low, high) gap in weeks for so many vendors and stalls."""
        least, low, high = band(vendors, stalls)
        least = self.gap_hard if self.gap_hard is not None else least
        low = self.gap_lo if self.gap_lo is not None else low
        high = self.gap_hi if self.gap_hi is not None else high
        return least, max(least, low), max(least, low, high)


def rules_of(raw: Mapping[str, Any], stalls: int) -> Rules:
    """The rules as recorded; what is missing, or no number, is the default."""
    caps = raw.get("caps")
    if not isinstance(caps, Mapping):
        caps = {category: -(-most * stalls // 10) for category, most in CAPS.items()}
    charges = raw.get("charges")
    return Rules(
        caps={str(k): v for k, v in caps.items() if isinstance(v, int) and v >= 0},
        gap_hard=_weeks(raw.get("gap_hard")),
        gap_lo=_weeks(raw.get("gap_lo")),
        gap_hi=_weeks(raw.get("gap_hi")),
        separate_diets=raw.get("separate_diets") is not False,
        charges={
            **CHARGES,
            **{
                str(k): float(v)
                for k, v in (charges.items() if isinstance(charges, Mapping) else ())
                if k in CHARGES and isinstance(v, int | float)
            },
        },
    )


def _weeks(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 99 else None
