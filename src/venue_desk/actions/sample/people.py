"""Invented people and businesses. Pure: the same `random.Random` gives the same people, and no real one is meant.

Numbers that could be somebody's are kept out of reach: NIK of an area that does not exist (317100), telephone
numbers from a block that no operator gives out (0895-0000-…).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import count
from random import Random
from typing import Any

from venue_desk import resources

MAN, WOMAN = "L", "P"


@dataclass(frozen=True, slots=True)
class Human:
    """An invented person, before it is a record."""

    name: str
    sex: str
    born: date
    birth_place: str
    nik: str | None
    phone: str
    address: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Business:
    """An invented business and who runs it."""

    name: str
    short: str
    products: str
    category: str
    diet: str
    needs: tuple[str, ...]
    owner: Human


@cache
def material() -> dict[str, Any]:
    """The names, streets and trades that people and businesses are put together from."""
    text = resources.path("catalogue", "sample.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


class Inventor:
    """Makes people who differ in name, NIK and telephone number. Ages are counted from ``today``."""

    def __init__(self, rng: Random, today: date) -> None:
        self._rng = rng
        self._today = today
        self._serial = count(1)
        self._names: set[str] = {line[0] for line in material()["running"]}

    def human(self, name: str = "", sex: str = "", before: str = "") -> Human:
        """Somebody, with this name and sex where they are given."""
        rng = self._rng
        if not name:
            name, sex = self._new_name(sex)
        self._names.add(name)
        serial = next(self._serial)
        born = date(self._today.year - rng.randint(19, 58), 1, 1) + timedelta(days=rng.randint(0, 364))
        return Human(
            name=name,
            sex=sex,
            born=born,
            birth_place=self._weighted(material()["birthplaces"]),
            nik=_nik(born, sex, serial) if rng.random() > 0.08 else None,
            phone=f"+6289500{serial * 7919 % 1_000_000:06d}",
            address=f"{rng.choice(material()['streets'])} No. {rng.randint(1, 88)}, "
            f"RT {rng.randint(1, 12):03d}/RW {rng.randint(1, 9):02d}",
            before=before,
            after=rng.choice(material()["after"]) if not before and rng.random() < 0.04 else "",
        )

    def humans(self, number: int) -> list[Human]:
        """So many people."""
        return [self.human() for _ in range(number)]

    def businesses(self) -> Iterator[Business]:
        """Eighty businesses: first the ten of this week's market, then the others, mixed."""
        for name, products, category, diet, needs, owner, sex in material()["this_week"]:
            short = name.split()[-1]
            yield Business(name, short, products, category, diet, tuple(needs), self.human(owner, sex))
        others = [trade for trade in material()["trades"] for _ in range(trade["count"])]
        self._rng.shuffle(others)
        shorts = {line[0].split()[-1] for line in material()["this_week"]}
        for trade in others:
            owner = self._owner(shorts)
            short = owner.name.split()[0]
            shorts.add(short)
            yield self._business(trade, owner, short)

    def _business(self, trade: dict[str, Any], owner: Human, short: str) -> Business:
        rng = self._rng
        polite = rng.choice(("Bu ", "Bu ", "") if owner.sex == WOMAN else ("Pak ", "Mas ", ""))
        shape = rng.choice(trade["shapes"])
        # "Pempek Ida" sells pempek: a shape that names one of the trade's products decides what is sold.
        head = shape.split(" {")[0].lower()
        named = [product for product in trade["products"] if head in product.lower().split()]
        product = rng.choice(named or trade["products"])
        needs = tuple(self._weighted(trade["needs"]))
        diet = self._weighted(trade["diet"])
        return Business(
            shape.format(who=polite + short), short, product, trade["category"], diet, needs, owner
        )

    def _owner(self, taken: set[str]) -> Human:
        # The board shows first names, so no two vendors share one while there are names left.
        while True:
            name, sex = self._new_name("")
            if name.split()[0] not in taken and len(name.split()) > 1:
                return self.human(name, sex)

    def _new_name(self, sex: str) -> tuple[str, str]:
        rng, given = self._rng, material()
        for _ in range(1000):
            if not sex and rng.random() < 0.04:
                name, chosen = rng.choice(given["single"])
            else:
                chosen = sex or (WOMAN if rng.random() < 0.64 else MAN)
                closed = given["men_only_family" if chosen == WOMAN else "women_only_family"]
                first = rng.choice(given["women" if chosen == WOMAN else "men"])
                family = rng.choice([one for one in given["family"] if one not in closed])
                name = f"{first} {family}"
            if name not in self._names:
                return name, chosen
        raise RuntimeError("the sample has run out of names")

    def _weighted(self, choices: list[Any]) -> Any:
        values, weights = zip(*choices, strict=True)
        return self._rng.choices(values, weights)[0]


def _nik(born: date, sex: str, serial: int) -> str:
    """Area, DDMMYY with the day + 40 for women, serial (DOMAIN.md, People)."""
    day = born.day + (40 if sex == WOMAN else 0)
    return f"317100{day:02d}{born:%m%y}{serial:04d}"
