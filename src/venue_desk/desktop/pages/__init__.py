"""The pages of the window, by name; a page's module is loaded when it is shown first. Pages do not know each other."""

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from venue_desk.language import N_

if TYPE_CHECKING:
    from venue_desk.desktop.page import Page


class Place(NamedTuple):
    """A page: its name, its words in the navigation, its icon. ``low`` stands at the foot.

    ``does`` are buttons of its header that the search (Ctrl+K) can press from anywhere.
    """

    name: str
    title: str
    icon: str
    low: bool = False
    does: tuple[str, ...] = ()

    def load(self) -> "type[Page]":
        """The page's class; imports its module."""
        module = import_module(f"venue_desk.desktop.pages.{self.name}.page")
        page: type[Page] = getattr(module, f"{self.name.capitalize()}Page")
        return page


PLACES = (
    Place("today", N_("Today"), "calendar"),
    Place("people", N_("People"), "people", does=(N_("Add a person"), N_("Import"), N_("Export"))),
    Place("courses", N_("Courses"), "course", does=(N_("Add a course"),)),
    Place("attendance", N_("Attendance"), "attendance"),
    Place(
        "certificates",
        N_("Certificates"),
        "certificate",
        does=(N_("Issue certificates"), N_("Print the last again")),
    ),
    Place("stalls", N_("Stalls"), "stall", does=(N_("Plan"), N_("Poster"), N_("Vendors"))),
    Place("outcomes", N_("Alumni"), "chart", does=(N_("Record an outcome"), N_("Call list"))),
    Place("reports", N_("Reports"), "report", does=(N_("Make a PDF"), N_("Spreadsheet"))),
    Place("sync", N_("Sync"), "sync", low=True),
    Place("history", N_("History"), "history", low=True),
    Place("settings", N_("Settings"), "settings", low=True),
)


def place(name: str) -> Place:
    """The page of a name. Raises KeyError."""
    return {one.name: one for one in PLACES}[name]
