"""One alumnus: how to reach them, what is known, and all that was learnt so far."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QWidget

from venue_desk.desktop.widgets import (
    Badge,
    Button,
    Card,
    EmptyState,
    Flow,
    IconButton,
    Label,
    ListRow,
    Rows,
    Scroll,
    clear,
    column,
    row,
)
from venue_desk.domain import outcomes
from venue_desk.language import _, date_medium, ngettext
from venue_desk.queries.outcomes import AlumnusRow, Told
from venue_desk.queries.reports.outcomes import STATES

KEYS = {str(number): kind for number, kind in enumerate(outcomes.KINDS, 1)}
"""The key that records each outcome of the chosen alumnus."""
KEY_OF = {kind: key for key, kind in KEYS.items()}


class PersonCard(Card):
    """The chosen alumnus; ``record(kind)``, ``refer()`` and ``forget(told)`` are what its buttons do."""

    def __init__(
        self,
        record: Callable[[str], object],
        refer: Callable[[], object],
        forget: Callable[[Told], object],
    ) -> None:
        super().__init__()
        self._record, self._refer, self._forget = record, refer, forget

    def show_person(self, one: AlumnusRow | None, told: list[Told]) -> None:
        clear(self.body)
        if one is None:
            self.add(
                EmptyState(
                    "person",
                    _("Nobody is chosen"),
                    _("Choose an alumnus to see what became of them and to record what you learn."),
                ),
                1,
            )
            return
        self.add(Label(one.name, "heading", wrap=True))
        graduated = _("finished on {day}").format(day=date_medium(one.graduated))
        self.add(Label(f"{one.course} · {graduated}", "body", "muted", wrap=True))
        state = Badge(STATES[one.kind], outcomes.kind_name(one.kind), letter=KEY_OF[one.kind])
        self.add(row(state, Label(one.phone, "strong", selectable=bool(one.phone)), 1, gap=12))
        self.add(Label(_next(one), "body", "late" if one.due else "muted", wrap=True))
        keys = Flow()
        for kind in outcomes.KINDS:
            keys.add(Button(outcomes.kind_name(kind), partial(self._record, kind), key=KEY_OF[kind]))
        keys.add(Button(_("Refer"), self._refer, icon="external"))
        self.body.addSpacing(8)
        self.add(keys)
        self.body.addSpacing(12)
        self.add(Label(_("What was learnt"), "card"))
        self.add(self._timeline(one, told), 1)

    def _timeline(self, one: AlumnusRow, told: list[Told]) -> QWidget:
        if not told:
            return EmptyState(
                "clock",
                _("Nothing yet"),
                _("Not known is not the same as not working: ask, then record it."),
            )
        lines: list[QWidget] = [
            ListRow(
                _headline(each),
                _details(each),
                wrap=True,
                after=IconButton("trash", _("Remove an outcome"), partial(self._forget, each)),
            )
            for each in told
        ]
        finished = date_medium(one.graduated)
        lines.append(ListRow(_("Finished the class"), f"{finished} · {one.course}", wrap=True))
        rows = Rows()
        rows.show_rows(lines)
        inside = QWidget()
        inside.setLayout(column(rows, 1))
        return Scroll(inside)


def _next(one: AlumnusRow) -> str:
    if one.due is not None:
        return ngettext(
            "Ask now: {count} month after, due since {day}",
            "Ask now: {count} months after, due since {day}",
            one.due.months,
        ).format(count=one.due.months, day=date_medium(one.due.since))
    if one.ahead is not None:
        return ngettext(
            "Ask next on {day}, {count} month after",
            "Ask next on {day}, {count} months after",
            one.ahead.months,
        ).format(count=one.ahead.months, day=date_medium(one.ahead.since))
    return _("Nothing more is due.")


def _headline(told: Told) -> str:
    return " · ".join(filter(None, (outcomes.kind_name(told.kind), told.employer, told.role)))


def _details(told: Told) -> str:
    since = _("since {day}").format(day=date_medium(told.since)) if told.since else ""
    related = {True: _("in the trade learned"), False: _("in another trade"), None: ""}[told.related]
    referral = f"{outcomes.referral_name(told.referral)} {told.reference}".strip()
    parts = (
        date_medium(told.recorded_on),
        outcomes.verification_name(told.verified),
        since,
        related,
        referral,
        told.note,
    )
    return " · ".join(filter(None, parts))
