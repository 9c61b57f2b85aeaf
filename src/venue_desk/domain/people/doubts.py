"""What is doubtful about something that a person or a spreadsheet gave us, in words."""

from dataclasses import dataclass
from enum import StrEnum

from venue_desk.language import N_, _


class Weight(StrEnum):
    """How much a doubt matters."""

    REPAIRED = "repaired"
    """Understood and put right; shown so that nobody is surprised."""
    CHECK = "check"
    """Taken as it is, but somebody should look."""
    REFUSED = "refused"
    """Not taken: the field stays empty."""


_MEANING: dict[str, tuple[Weight, str]] = {
    "name-missing": (Weight.REFUSED, N_("There is no name.")),
    "name-digits": (Weight.CHECK, N_("The name has digits in it.")),
    "name-comma": (Weight.CHECK, N_("What stands after the comma is not a title we know.")),
    "name-signs": (Weight.REPAIRED, N_("Signs that do not belong in a name were taken out.")),
    "name-remark": (Weight.REPAIRED, N_("The remark in brackets was moved to the notes.")),
    "nik-damaged": (
        Weight.REFUSED,
        N_("The spreadsheet kept this NIK as a number, so its last digits are lost."),
    ),
    "nik-none": (Weight.REPAIRED, N_("This stands for “no NIK”.")),
    "nik-length": (Weight.CHECK, N_("A NIK has 16 digits; this one has not.")),
    "nik-unreadable": (Weight.REFUSED, N_("This is not a NIK.")),
    "nik-date": (Weight.CHECK, N_("Digits 7 to 12 of this NIK are not a date of birth.")),
    "nik-area": (Weight.CHECK, N_("This NIK begins with a province that does not exist.")),
    "nik-born-differs": (Weight.CHECK, N_("The NIK and the date of birth do not agree.")),
    "nik-sex-differs": (Weight.CHECK, N_("The NIK and the sex do not agree.")),
    "nik-shared": (Weight.CHECK, N_("Someone else has the same NIK.")),
    "phone-none": (Weight.REPAIRED, N_("This stands for “no phone”.")),
    "phone-zero": (Weight.REPAIRED, N_("The spreadsheet had dropped the leading zero.")),
    "phone-several": (Weight.CHECK, N_("There are several phone numbers; the first was taken.")),
    "phone-length": (Weight.REFUSED, N_("This phone number is too short or too long.")),
    "phone-unreadable": (Weight.REFUSED, N_("This is not a phone number.")),
    "date-order": (Weight.CHECK, N_("Day and month could be the other way round.")),
    "date-other-order": (
        Weight.CHECK,
        N_("Here the month stands before the day, unlike elsewhere in this column."),
    ),
    "date-serial": (Weight.REPAIRED, N_("The date was kept as a number of days.")),
    "date-short-year": (Weight.CHECK, N_("The year has two digits only.")),
    "date-unreadable": (Weight.REFUSED, N_("This is not a date.")),
    "date-unlikely": (Weight.CHECK, N_("This is an unlikely date of birth.")),
    "date-by-nik": (Weight.REPAIRED, N_("Day and month were told apart by the NIK.")),
    "sex-unreadable": (Weight.REFUSED, N_("This is neither L nor P.")),
    "email-unreadable": (Weight.REFUSED, N_("This is not an e-mail address.")),
    "consent-unreadable": (Weight.REFUSED, N_("This answer is neither yes nor no.")),
    "consent-refused": (Weight.CHECK, N_("This person did not agree to their data being kept.")),
    "consent-missing": (Weight.CHECK, N_("The question about consent was not answered.")),
    "row-repeated": (Weight.REPAIRED, N_("The same person stands in this file more than once.")),
    "row-alike": (Weight.CHECK, N_("Likely the same person as in an earlier row.")),
}


@dataclass(frozen=True, slots=True)
class Doubt:
    """One remark on one field; ``written`` is what stood there."""

    code: str
    field: str
    written: str = ""

    @property
    def weight(self) -> Weight:
        return _MEANING[self.code][0]

    @property
    def words(self) -> str:
        """The remark in the person's language."""
        return _(_MEANING[self.code][1])
