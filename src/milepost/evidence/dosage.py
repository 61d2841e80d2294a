"""Dosage: the time that learners gave. Pure. Missing time is missing, never zero."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

LONGEST_SECONDS = 20 * 60
"""Seconds that one answer in practice or a quiz can count. Tools time an answer from the moment the
item appears, so what is longer was mostly spent elsewhere. No honest answer is touched: of the
58,316 timed rows in the cloze practice log, 99 % took 40 seconds or less and the longest 583."""

CAPPED_KINDS = ("practice", "quiz")
"""Kinds that the limit holds for: a task or work outside class may take hours in earnest."""

FIRST_MONTH = 8
"""August: a school year that the roster's calendar does not have begins on its first day."""


@dataclass(frozen=True)
class TimeGiven:
    """Time over some evidence: the seconds that are known, by ``timed`` of ``pieces``."""

    seconds: float = 0.0
    pieces: int = 0
    timed: int = 0

    @property
    def minutes(self) -> float | None:
        """Minutes, as far as known; None when no time is known, which is not zero."""
        return self.seconds / 60 if self.timed else None

    @property
    def hours(self) -> float | None:
        """Hours, as far as known; None when no time is known."""
        return self.seconds / 3600 if self.timed else None

    @property
    def known_share(self) -> float | None:
        """Share of the evidence whose time is known; None without evidence."""
        return self.timed / self.pieces if self.pieces else None

    def __add__(self, other: "TimeGiven") -> "TimeGiven":
        return TimeGiven(
            self.seconds + other.seconds, self.pieces + other.pieces, self.timed + other.timed
        )


@dataclass(frozen=True)
class Dosage:
    """Minutes this week and hours this school year, of a learner or of the average learner.

    None: no time is known, which is not zero. ``known_share``: share of the year's evidence whose
    time is known; None without evidence. The targets are the district's.
    """

    minutes: float | None
    minutes_target: float
    hours: float | None
    hours_target: float
    known_share: float | None


def mean(values: Iterable[float | None]) -> float | None:
    """Return the mean of what is known; None when nothing is."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def month_of(day: date) -> date:
    """Return the first day of a day's month."""
    return day.replace(day=1)


def next_month(day: date) -> date:
    """Return the first day of the month after a day's month."""
    return month_of(month_of(day) + timedelta(days=31))


def every_week(found: dict[date, TimeGiven], since: date, until: date) -> dict[date, TimeGiven]:
    """Return each Monday from the week of ``since`` to that of ``until`` → time given."""
    first, last = monday_of(since), monday_of(until)
    mondays = (first + timedelta(weeks=k) for k in range((last - first).days // 7 + 1))
    return {monday: found.get(monday, TimeGiven()) for monday in mondays}


def default_year_start(day: date) -> date:
    """Return the first day of the school year of a day, where no calendar says it."""
    return date(day.year if day.month >= FIRST_MONTH else day.year - 1, FIRST_MONTH, 1)
