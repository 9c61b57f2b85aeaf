"""The pages of the window, by name; a page's module is loaded when it is shown first. Pages do not know each other."""

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from venue_desk.language import N_

if TYPE_CHECKING:
    from venue_desk.desktop.page import Page


@dataclass(frozen=True, slots=True)
class Place:
    """A page: its name, its words in the navigation, its icon. ``low`` stands at the foot."""

    name: str
    title: str
    icon: str
    low: bool = False

    def load(self) -> "type[Page]":
        """The page's class; imports its module."""
        module = import_module(f"venue_desk.desktop.pages.{self.name}.page")
        page: type[Page] = getattr(module, f"{self.name.capitalize()}Page")
        return page


PLACES = (
    Place("today", N_("Today"), "calendar"),
    Place("people", N_("People"), "people"),
    Place("courses", N_("Courses"), "course"),
    Place("attendance", N_("Attendance"), "attendance"),
    Place("certificates", N_("Certificates"), "certificate"),
    Place("stalls", N_("Stalls"), "stall"),
    Place("outcomes", N_("Alumni"), "chart"),
    Place("reports", N_("Reports"), "report"),
    Place("sync", N_("Sync"), "sync", low=True),
    Place("history", N_("History"), "history", low=True),
    Place("settings", N_("Settings"), "settings", low=True),
)


def place(name: str) -> Place:
    """The page of a name. Raises KeyError."""
    return {one.name: one for one in PLACES}[name]
