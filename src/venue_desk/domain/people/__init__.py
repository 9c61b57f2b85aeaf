"""People: reading Indonesian names, NIKs, phones and dates, and telling who is likely the same person."""

from venue_desk.domain.people.dates import BothWays, Dated, Order, read_birth, read_date, which_order
from venue_desk.domain.people.doubts import Doubt, Weight
from venue_desk.domain.people.entries import Choice, Entry, Standing, choices, usual_choice
from venue_desk.domain.people.folding import fold, folded_of, plain, search_parts, search_text
from venue_desk.domain.people.names import Name, cleaned, full_name, read_name
from venue_desk.domain.people.nik import Nik, masked, nik_conflicts, nik_details, read_nik
from venue_desk.domain.people.phones import phone_shown, read_phone
from venue_desk.domain.people.twins import Likeness, Sameness, Someone, TwinFinder, likeness
from venue_desk.domain.people.words import read_email, read_sex, read_yes

__all__ = [
    "BothWays",
    "Choice",
    "Dated",
    "Doubt",
    "Entry",
    "Likeness",
    "Name",
    "Nik",
    "Order",
    "Sameness",
    "Someone",
    "Standing",
    "TwinFinder",
    "Weight",
    "choices",
    "cleaned",
    "fold",
    "folded_of",
    "full_name",
    "likeness",
    "masked",
    "nik_conflicts",
    "nik_details",
    "phone_shown",
    "plain",
    "read_birth",
    "read_date",
    "read_email",
    "read_name",
    "read_nik",
    "read_phone",
    "read_sex",
    "read_yes",
    "search_parts",
    "search_text",
    "usual_choice",
    "which_order",
]
