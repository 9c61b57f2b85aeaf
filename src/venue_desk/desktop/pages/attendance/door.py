"""The left of the attendance desk: the field, the result or the suggestions below it, and the counts."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from venue_desk.actions.attendance import Marked
from venue_desk.desktop import theme
from venue_desk.desktop.pages.attendance import sound
from venue_desk.desktop.pages.attendance.field import DoorField, Suggestions
from venue_desk.desktop.widgets import Badge, Button, Card, Flow, ResultCard, row
from venue_desk.domain.attendance import NOT_TAKEN, STATUSES, WORDS
from venue_desk.language import _, clock, percent
from venue_desk.queries.attendance import RosterRow


class Door(QWidget):
    """``on_take(text)``: Enter or a scan; ``on_choose(row)``: a suggestion; ``on_down()``: on to the roster."""

    def __init__(
        self,
        on_take: Callable[[str], object],
        on_choose: Callable[[RosterRow], object],
        on_type: Callable[[], object],
        on_down: Callable[[], object],
        on_guest: Callable[[], object],
    ) -> None:
        super().__init__()
        self._on_down = on_down
        frame = QVBoxLayout(self)
        frame.setContentsMargins(0, 0, 0, 0)
        frame.setSpacing(theme.GAP)
        self.field = DoorField(on_take, self._step)
        self.field.changed.connect(on_type)
        card = Card()
        card.add(self.field)
        frame.addWidget(card)
        self.result = ResultCard()
        self.suggestions = Suggestions(on_choose)
        middle = QWidget()
        self._middle = QStackedLayout(middle)
        self._middle.addWidget(self.result)
        self._middle.addWidget(self.suggestions)
        frame.addWidget(middle, 1)
        self.counts = {
            status: Badge(status or "not taken", "", tall=True) for status in (*STATUSES, NOT_TAKEN)
        }
        flow = Flow()
        for badge in self.counts.values():
            flow.add(badge)
        self.guest = Button(_("Add guest"), on_guest)
        foot = row(flow, self.guest)
        foot.setAlignment(self.guest, Qt.AlignmentFlag.AlignTop)
        frame.addLayout(foot)

    def show_counts(self, counts: Mapping[str, int]) -> None:
        for status, count in counts.items():
            words = _("{count} not yet").format(count=count) if status == NOT_TAKEN else str(count)
            if self.counts[status].text() == words:
                continue
            self.counts[status].set(status or "not taken", words)
            self.counts[status].setAccessibleName(f"{_(WORDS[status])}: {count}")

    # While typing

    def suggest(self, hits: list[RosterRow]) -> None:
        if hits:
            self.suggestions.show_hits(hits)
        self._middle.setCurrentIndex(1 if hits else 0)

    def chosen(self) -> RosterRow | None:
        """Who is chosen among the suggestions, while they are shown."""
        return self.suggestions.chosen() if self._middle.currentIndex() else None

    def _step(self, by: int) -> None:
        if self._middle.currentIndex():
            self.suggestions.step(by)
        elif by > 0:
            self._on_down()

    # What came of it: shown and sounded only when it is on the disk

    def rest(self, *, paper: bool, closed: bool) -> None:
        if closed:
            self.result.rest(_("The attendance is closed"), _("Reopen the lesson before changing it."))
        elif paper:
            self.result.rest(
                _("Key in the paper register"),
                _("Type a name or number and a letter, for example: 10 s. Or use the letters in the roster."),
            )
        else:
            self.result.rest(
                _("Ready"), _("Scan a card, or type part of a name or the number and press Enter.")
            )
        self.field.setPlaceholderText(
            _("Name or number, then a letter") if paper else _("Scan a card or type a name")
        )

    def show_done(self, done: Marked, one: RosterRow | None, undo: Callable[[], object]) -> None:
        sound.play(sound.AGAIN if done.again else sound.TAKEN)
        came = f" {clock(done.time)}" if done.time else ""
        words = f"{_(WORDS[done.status])}{came}"
        share = one.presence.share if one and not one.guest else None
        parts = [_("Presence {share}").format(share=percent(share))] if share is not None else []
        parts.append(_("number {number}").format(number=done.number))
        self.result.show_result(
            "neutral" if done.again else done.status,
            done.name,
            badge=_("Already marked: {status}").format(status=words) if done.again else words,
            note=" · ".join(parts),
            undo=None if done.again else undo,
        )

    def refuse(self, text: str, hint: str, act: Callable[[], object] | None = None, action: str = "") -> None:
        sound.play(sound.UNKNOWN)
        self.result.show_result(
            "danger",
            text.rstrip("."),
            badge=_("Not marked"),
            letter="!",
            note=hint,
            undo=act,
            action=action or _("Add as guest"),
        )
