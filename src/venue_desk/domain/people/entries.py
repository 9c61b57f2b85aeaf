"""A person as a list or a form gives them, and where they stand among those who are here already."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from venue_desk.domain.people.doubts import Doubt, Weight
from venue_desk.domain.people.names import full_name
from venue_desk.domain.people.twins import Someone
from venue_desk.language import N_, _


class Standing(StrEnum):
    """What a row of a list is, before anything is written."""

    NEW = "new"
    KNOWN = "known"
    """Surely somebody who is here."""
    LIKELY = "likely"
    """Likely somebody who is here: a person has to look."""
    REPEATED = "repeated"
    """Surely the same as an earlier row of the list."""
    ALIKE = "alike"
    """Likely the same as an earlier row."""
    NAMELESS = "nameless"
    REFUSED = "refused"
    """They did not agree to their data being kept."""

    @property
    def words(self) -> str:
        """In the person's language."""
        return _(_STANDINGS[self])


_STANDINGS = {
    Standing.NEW: N_("New"),
    Standing.KNOWN: N_("Already here"),
    Standing.LIKELY: N_("Likely already here"),
    Standing.REPEATED: N_("Repeated"),
    Standing.ALIKE: N_("Likely repeated"),
    Standing.NAMELESS: N_("No name"),
    Standing.REFUSED: N_("Did not agree"),
}


class Choice(StrEnum):
    """What is to be done with a row."""

    NEW = "new"
    SAME = "same"
    """It is the person found, or the earlier row: only what was empty there is filled in."""
    SKIP = "skip"


_USUAL = {
    Standing.NEW: Choice.NEW,
    Standing.KNOWN: Choice.SAME,
    # Two records of one person can be merged later; two people in one record cannot be told apart again.
    Standing.LIKELY: Choice.NEW,
    Standing.REPEATED: Choice.SAME,
    Standing.ALIKE: Choice.NEW,
    Standing.NAMELESS: Choice.SKIP,
    Standing.REFUSED: Choice.SKIP,
}


def usual_choice(standing: Standing) -> Choice:
    """What happens with a row unless a person decides otherwise."""
    return _USUAL[standing]


def choices(standing: Standing) -> tuple[Choice, ...]:
    """What a person may decide about a row."""
    if standing is Standing.NAMELESS:
        return (Choice.SKIP,)
    if standing in (Standing.NEW, Standing.REFUSED):
        return Choice.NEW, Choice.SKIP
    return Choice.NEW, Choice.SAME, Choice.SKIP


@dataclass(frozen=True, slots=True)
class Entry:
    """One row as a person. Attributes are named as a Person's."""

    line: int
    name: str
    title_before: str = ""
    title_after: str = ""
    nik: str | None = None
    phone: str | None = None
    email: str = ""
    birth_place: str = ""
    birth_date: date | None = None
    sex: str | None = None
    address: str = ""
    area: str = ""
    organisation: str = ""
    note: str = ""
    consent: bool | None = None
    doubts: Sequence[Doubt] = ()
    other_date: date | None = None
    """The date of birth with day and month the other way round, where that is in doubt."""
    repeats: int | None = None
    """The line on which the same person stood already."""
    reasons: str = ""
    """Why they are the same."""

    @property
    def shown(self) -> str:
        return full_name(self.name, self.title_before, self.title_after)

    @property
    def someone(self) -> Someone:
        return Someone(
            str(self.line), self.name, self.nik, self.birth_date, self.phone, self.email or None, self.sex
        )

    @property
    def weight(self) -> Weight | None:
        """The gravest of the doubts."""
        weights = {doubt.weight for doubt in self.doubts}
        for weight in (Weight.REFUSED, Weight.CHECK, Weight.REPAIRED):
            if weight in weights:
                return weight
        return None
