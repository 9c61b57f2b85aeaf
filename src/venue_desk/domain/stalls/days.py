"""Market days: one weekday, without the weeks that are closed."""

from collections.abc import Collection
from datetime import date, timedelta

WEEK = timedelta(weeks=1)


def first_from(weekday: int, day: date) -> date:
    """The first such weekday (Monday is 0) on or after a day, closed or not."""
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def market_days(weekday: int, closed: Collection[date], first: date, count: int) -> list[date]:
    """So many market days from ``first`` on. Closed weeks do not exist. At most ten years are looked at."""
    day = first_from(weekday, first)
    found: list[date] = []
    for _week in range(520):
        if len(found) == count:
            break
        if day not in closed:
            found.append(day)
        day += WEEK
    return found


def days_before(weekday: int, closed: Collection[date], since: date, until: date) -> list[date]:
    """The market days from ``since`` up to, not including, ``until``."""
    day = first_from(weekday, since)
    found = []
    while day < until:
        if day not in closed:
            found.append(day)
        day += WEEK
    return found
