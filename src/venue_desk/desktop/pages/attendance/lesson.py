"""Which lesson the attendance desk opens, and how it is called."""

from datetime import datetime

from venue_desk.language import _, weekday_short
from venue_desk.queries.courses import full_title
from venue_desk.queries.lessons import LessonRow


def sentence(lesson: LessonRow) -> str:
    """``Tata Boga · Angkatan 12 · Sabtu, 22 November, sesi pagi``: always in sight."""
    part = _("{part} lesson").format(part=lesson.part.lower())
    return f"{full_title(lesson.title, lesson.batch)} · {weekday_short(lesson.day)}, {part}"


def usual_lesson(rows: list[LessonRow], now: datetime) -> str | None:
    """The lesson that a person means who opens the door now: under way or next today, else the nearest."""
    today = [one for one in rows if one.day == now.date()]
    unfinished = [one for one in today if one.closed_at is None and now.strftime("%H:%M") <= one.ends]
    past = [one for one in rows if one.day < now.date()]
    left = [one for one in past if one.closed_at is None]
    ahead = [one for one in rows if one.day > now.date()]
    best = unfinished or today[-1:] or left[-1:] or ahead or past[-1:]
    return best[0].id if best else None
