"""Tables that hold all ids and fetch rows a page at a time."""

from venue_desk.desktop.tables.model import Column
from venue_desk.desktop.tables.table import DataTable

__all__ = ["Column", "DataTable"]
