"""Dosage: the time that a learner gave. Pure. Missing time is missing, never zero."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

LONGEST_SECONDS = 20 * 60
"""Seconds that one answer can count: beyond, the learner had most likely gone elsewhere."""


@dataclass(frozen=True)
class Given:
    """Time given: minutes that are known, and how many pieces of evidence say so, of how many."""

    minutes: float = 0.0
    known: int = 0
    pieces: int = 0

    @property
    def missing(self) -> bool:
        """Whether there is evidence but no time at all is known for it."""
        return self.pieces > 0 and self.known == 0


def by_week(rows: Iterable[tuple[datetime, float | None]], zone: ZoneInfo) -> dict[date, Given]:
    """Return the Monday of each week → time given, from (when, seconds or None)."""
    weeks: dict[date, list[float | None]] = {}
    for at, seconds in rows:
        day = at.astimezone(zone).date()
        weeks.setdefault(day - timedelta(days=day.weekday()), []).append(seconds)
    return {monday: total(times) for monday, times in sorted(weeks.items())}


def total(times: Iterable[float | None]) -> Given:
    """Return the time given in all; one piece counts at most `LONGEST_SECONDS`."""
    every = list(times)
    known = [min(seconds, LONGEST_SECONDS) for seconds in every if seconds is not None]
    return Given(sum(known) / 60, len(known), len(every))
