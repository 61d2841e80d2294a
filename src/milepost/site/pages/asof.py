"""A day of the past that a page is asked about, in one of two senses."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.http import HttpRequest
from django.utils import timezone

from milepost.evidence.models import Observation
from milepost.roster.models import Organisation
from milepost.roster.queries import local_midnight


@dataclass(frozen=True)
class AsOf:
    """The end of a day in the district, or now. Only one of the two instants is set."""

    at: datetime
    day: date | None = None
    true_at: datetime | None = None
    known_at: datetime | None = None

    @property
    def past(self) -> bool:
        """Whether a day of the past was asked for."""
        return self.day is not None

    @property
    def sense(self) -> str:
        """`known` or `true`, as the form calls them."""
        return "known" if self.known_at else "true"

    def covers(self, row: Observation) -> bool:
        """Return whether a piece of evidence belongs to what was asked for."""
        return self.knows(row) and (self.true_at is None or row.occurred_at <= self.true_at)

    def knows(self, row: Observation) -> bool:
        """Return whether a row was known at the time that was asked for.

        A correction counts however late it came, unless it is asked what was known then.
        """
        return self.known_at is None or row.recorded_at <= self.known_at


def as_of(request: HttpRequest, district: Organisation) -> AsOf:
    """Read `on` (a day) and `sense` (true, known) from the query; anything unreadable means now."""
    try:
        day = date.fromisoformat(request.GET.get("on", ""))
        at = local_midnight(district, day + timedelta(days=1)) - timedelta(microseconds=1)
    except (ValueError, OverflowError):
        return AsOf(timezone.now())
    if at >= timezone.now():
        return AsOf(timezone.now())
    if request.GET.get("sense") == "known":
        return AsOf(at, day, known_at=at)
    return AsOf(at, day, true_at=at)
