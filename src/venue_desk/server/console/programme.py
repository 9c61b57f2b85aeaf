"""What the programme reached: trained, certified, at work; by venue, trade and month.

The same rules as a desk's own report (queries.outcomes), for all venues in one grouped query: somebody is trained
when a class of theirs ended or they left it for work, and counts once, in the latest class of the period.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, String, and_, case, cast, func, or_, select

from venue_desk import language
from venue_desk.domain import courses, outcomes
from venue_desk.domain.certificates import COMPETENCE
from venue_desk.server.tables import LEDGER
from venue_desk.store.records import Certificate, Course, Enrolment, Outcome, Person, Trade, refers


@dataclass(frozen=True, slots=True)
class Reached:
    """How many were trained, how many of them hold a certificate, and what is known of them."""

    key: str
    name: str
    trained: int = 0
    certified: int = 0
    employed: int = 0
    self_employed: int = 0
    training: int = 0
    not_working: int = 0

    @property
    def placed(self) -> int:
        return self.employed + self.self_employed

    @property
    def unknown(self) -> int:
        return self.trained - self.placed - self.training - self.not_working

    @property
    def rate(self) -> float | None:
        """Placed of all trained; who was not heard of is in the denominator."""
        return self.placed / self.trained if self.trained else None


@dataclass(frozen=True, slots=True)
class Programme:
    """The figures of a period, in all and by venue, trade and month."""

    year: int | None
    years: tuple[int, ...]
    total: Reached
    venues: tuple[Reached, ...]
    trades: tuple[Reached, ...]
    months: tuple[Reached, ...]


def programme(connection: Connection, today: date, year: int | None = None, every: bool = False) -> Programme:
    """The figures of a year: the one asked for, else the latest in which a class ended; or of all years."""
    years = _years(connection, today)
    _plan_whole_tables(connection)
    chosen = None if every else year if year in years else years[0] if years else None
    groups = [
        (row.venue_id, row.trade_id, row.month, _reached(row))
        for row in connection.execute(_grouped(today, chosen))
    ]
    venues = {row.venue_id: row.name for row in connection.execute(select(LEDGER.c.venue_id, LEDGER.c.name))}
    trades = trade_names(connection)
    return Programme(
        chosen,
        tuple(years),
        _sum("", "", (one for *_keys, one in groups)),
        _by(groups, 0, venues, all_of=True),
        _by(groups, 1, trades),
        tuple(replace(one, name=one.key) for one in sorted(_by(groups, 2, {}), key=lambda one: one.key)),
    )


def _plan_whole_tables(connection: Connection) -> None:
    """Have PostgreSQL read whole tables once, which is right here however many rows it believes there are.

    After many rows came at once its statistics are old, and it would look each of them up in a loop: 70 seconds
    instead of a tenth of one. Compiling the plan would cost more than running it.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL enable_nestloop = off")
        connection.exec_driver_sql("SET LOCAL jit = off")


def trade_names(connection: Connection) -> dict[str, str]:
    """Every trade's name in the language spoken now, by id."""
    name = Trade.name_id if language.active() == "id" else Trade.name_en
    rows = connection.execute(
        select(Trade.id, func.max(name).label("name"), func.max(Trade.name_id).label("other")).group_by(
            Trade.id
        )
    )
    return {row.id: row.name or row.other for row in rows}


def _by(
    groups: list[tuple[str, str, str, Reached]], at: int, names: dict[str, str], all_of: bool = False
) -> tuple[Reached, ...]:
    """The groups added up by one of their keys, the largest first."""
    found: dict[str, list[Reached]] = {key: [] for key in names} if all_of else {}
    for group in groups:
        found.setdefault(str(group[at]), []).append(group[3])
    rows = [
        # Most of many thousand venues have nothing in a period.
        _sum(key, names.get(key) or "–", parts) if parts else Reached(key, names.get(key) or "–")
        for key, parts in found.items()
    ]
    return tuple(sorted(rows, key=lambda one: (-one.trained, one.name)))


_FIGURES = ("trained", "certified", "employed", "self_employed", "training", "not_working")


def _sum(key: str, name: str, parts: Iterable[Reached]) -> Reached:
    figures = dict.fromkeys(_FIGURES, 0)
    for part in parts:
        for figure in _FIGURES:
            figures[figure] += getattr(part, figure)
    return Reached(key, name, **figures)


def _reached(row: Any) -> Reached:
    return Reached("", "", *(int(getattr(row, figure) or 0) for figure in _FIGURES))


def _somebody() -> Any:
    """The person that somebody became when two records turned out to be one."""
    return func.coalesce(Person.merged_into, Person.id)


def _ended(today: date) -> Any:
    return or_(Course.closed_on <= today, Course.ends_on < today)


def _years(connection: Connection, today: date) -> list[int]:
    year = func.substr(cast(Course.ends_on, String), 1, 4)
    return sorted(
        {int(text) for text in connection.scalars(select(year).where(_ended(today)).distinct())}, reverse=True
    )


def _grouped(today: date, year: int | None) -> Select[Any]:
    """One row for each venue, trade and month in which somebody was trained."""
    finished, known = _finished(today, year), _known(today)
    kind = func.coalesce(known.c.kind, outcomes.UNKNOWN)

    def counted(wanted: str) -> Any:
        return func.sum(case((kind == wanted, 1), else_=0)).label(wanted)

    month = func.substr(cast(finished.c.on, String), 1, 7)
    return (
        select(
            finished.c.venue_id,
            finished.c.trade_id,
            month.label("month"),
            func.count().label("trained"),
            func.sum(finished.c.certified).label("certified"),
            *(counted(one) for one in outcomes.KINDS if one != outcomes.UNKNOWN),
        )
        .select_from(finished)
        .outerjoin(
            known,
            and_(
                known.c.venue_id == finished.c.venue_id,
                known.c.person == finished.c.person,
                known.c.rank == 1,
            ),
        )
        .where(finished.c.rank == 1)
        .group_by(finished.c.venue_id, finished.c.trade_id, month)
    )


def _finished(today: date, year: int | None) -> Any:
    """Everybody's finished classes of the period, ranked from the latest; ``certified`` by any of them."""
    ended, on = _ended(today), func.coalesce(Enrolment.until, Course.ends_on)
    for_work = and_(
        Enrolment.state == courses.LEFT,
        Enrolment.reason == courses.WORK,
        or_(Enrolment.until <= today, and_(Enrolment.until.is_(None), ended)),
    )
    certified = (
        select(Certificate.venue_id, Certificate.enrolment_id)
        .where(Certificate.voided_on.is_(None), Certificate.kind == COMPETENCE)
        .distinct()
        .subquery()
    )
    each = (Enrolment.venue_id, _somebody())
    period = [on >= date(year, 1, 1), on <= date(year, 12, 31)] if year else []
    return (
        select(
            Enrolment.venue_id,
            _somebody().label("person"),
            Course.trade_id,
            on.label("on"),
            func.max(case((certified.c.enrolment_id.is_not(None), 1), else_=0))
            .over(partition_by=each)
            .label("certified"),
            func.row_number()
            .over(partition_by=each, order_by=(on.desc(), Enrolment.id.desc()))
            .label("rank"),
        )
        .join(Course, refers(Enrolment.course_id, Course))
        .join(Person, refers(Enrolment.person_id, Person))
        .outerjoin(
            certified,
            and_(certified.c.venue_id == Enrolment.venue_id, certified.c.enrolment_id == Enrolment.id),
        )
        .where(
            Enrolment.guest.is_(False),
            or_(and_(Enrolment.state == courses.ENROLLED, ended), for_work),
            *period,
        )
        .subquery()
    )


def _known(today: date) -> Any:
    """What was learnt of each person, ranked from the latest. Not to have reached somebody wipes out nothing."""
    return (
        select(
            Outcome.venue_id,
            _somebody().label("person"),
            Outcome.kind,
            func.row_number()
            .over(
                partition_by=(Outcome.venue_id, _somebody()),
                order_by=(Outcome.recorded_on.desc(), Outcome.stage.desc(), Outcome.id.desc()),
            )
            .label("rank"),
        )
        .join(Person, refers(Outcome.person_id, Person))
        .where(Outcome.kind != outcomes.UNKNOWN, Outcome.recorded_on <= today)
        .subquery()
    )
