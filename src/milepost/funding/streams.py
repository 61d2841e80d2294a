"""Revenue that comes with conditions: what a stream may pay, how much, and until when."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from milepost.funding.accounts import Account, within
from milepost.funding.sources import Source
from milepost.funding.years import first_day, last_day

Origin = Literal["federal", "state", "local", "philanthropy"]
Category = Literal[
    "technology",
    "professional development",
    "stipends and bonuses",
    "instructional support staff",
    "other",
]
Timing = Literal["start-up", "recurring"]


@dataclass(frozen=True)
class Cost:
    """What one line of a plan costs in one fiscal year, with all that a rule may ask about it."""

    line: str
    year: int
    cents: int
    account: Account
    category: Category
    timing: Timing
    school: str | None = None
    """Sourced id of the school; None: the district as a whole."""
    tags: frozenset[str] = frozenset()
    """What the line is for, where a rule asks: 'tutoring', 'title-i-school', 'required-by-law'."""


@dataclass(frozen=True)
class Restriction:
    """One rule about what money may pay. An empty part asks nothing."""

    rule: str
    """Its citation, as people are told it: '34 CFR 200.79'."""
    functions: frozenset[str] = frozenset()
    objects: frozenset[str] = frozenset()
    programs: frozenset[str] = frozenset()
    categories: frozenset[Category] = frozenset()
    timings: frozenset[Timing] = frozenset()
    schools: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    """All of them must be on the line."""

    def covers(self, cost: Cost) -> bool:
        """Return whether a cost is one that the rule speaks of."""
        return (
            _any(self.functions, cost.account.function)
            and _any(self.objects, cost.account.object)
            and _any(self.programs, cost.account.program)
            and (not self.categories or cost.category in self.categories)
            and (not self.timings or cost.timing in self.timings)
            and (not self.schools or cost.school in self.schools)
            and self.tags <= cost.tags
        )


@dataclass(frozen=True)
class Award:
    """Money of a stream that becomes available in a fiscal year, in cents."""

    year: int
    cents: int
    source: Source

    def __post_init__(self) -> None:
        if self.cents < 0:
            raise ValueError(f"the award of {self.year} is negative: {self.cents} cents")


@dataclass(frozen=True)
class Window:
    """When a stream may be spent, as known from a day: the day on which a date moved is a fact."""

    known_on: date
    obligate_from: date
    obligate_by: date | None
    """Last day on which it may be promised; None: it does not end."""
    liquidate_by: date | None
    """Last day on which what was promised may be paid."""
    source: Source

    def __post_init__(self) -> None:
        if self.obligate_by and self.obligate_by < self.obligate_from:
            raise ValueError(
                f"the stream ends ({self.obligate_by}) before it starts ({self.obligate_from})"
            )
        if self.liquidate_by and self.liquidate_by < (self.obligate_by or self.liquidate_by):
            raise ValueError(
                f"it must be paid by {self.liquidate_by}, before it is promised "
                f"by {self.obligate_by}"
            )

    def open_in(self, year: int) -> bool:
        """Return whether money may be promised on some day of a fiscal year."""
        return self.obligate_from <= last_day(year) and (
            self.obligate_by is None or self.obligate_by >= first_day(year)
        )


@dataclass(frozen=True)
class Stream:
    """A source of money with its conditions."""

    key: str
    name: str
    origin: Origin
    awards: tuple[Award, ...]
    windows: tuple[Window, ...]
    allows: tuple[Restriction, ...] = ()
    """A cost must be covered by one of them; none: it may pay anything."""
    forbids: tuple[Restriction, ...] = ()
    carry_over: Decimal = Decimal(1)
    """Largest share of a year's award that may be used in the next year, 0 to 1."""
    match: Decimal = Decimal(0)
    """Dollars of other (unrestricted) money that each of its dollars asks beside it."""
    indirect_rate: Decimal = Decimal(0)
    """Indirect cost charged on each dollar of direct cost."""
    supplements: bool = False
    """It may not pay what other money must pay or paid before (supplement, not supplant)."""
    ends: bool = field(default=False)
    """It is a grant or gift that ends: recurring cost on it stands before a cliff."""

    def __post_init__(self) -> None:
        _check(self)

    @property
    def restricted(self) -> bool:
        """Whether something limits what it may pay, or until when."""
        return bool(self.allows or self.forbids or self.ends)

    def window(self, on: date) -> Window | None:
        """Return the dates that were known on a day."""
        known = [window for window in self.windows if window.known_on <= on]
        return max(known, key=lambda window: window.known_on, default=None)

    def allowed(self, cost: Cost) -> str | None:
        """Return the rule by which it may not pay a cost, or None when it may."""
        for restriction in self.forbids:
            if restriction.covers(cost):
                return restriction.rule
        if self.allows and not any(one.covers(cost) for one in self.allows):
            return "; ".join(one.rule for one in self.allows)
        return None


def _any(groups: Iterable[str], code: str) -> bool:
    asked = tuple(groups)
    return not asked or any(within(code, group) for group in asked)


def _check(stream: Stream) -> None:
    years = [award.year for award in stream.awards]
    if len(set(years)) != len(years):
        raise ValueError(f"stream {stream.key!r} has two awards in one fiscal year: add them up")
    days = [window.known_on for window in stream.windows]
    if not days:
        raise ValueError(f"stream {stream.key!r} says nowhere when it may be spent")
    if len(set(days)) != len(days):
        raise ValueError(f"stream {stream.key!r} says two things about its dates on one day")
    if not 0 <= stream.carry_over <= 1:
        raise ValueError(f"stream {stream.key!r} carries over {stream.carry_over}: 0 to 1")
    if stream.match < 0 or not 0 <= stream.indirect_rate < 1:
        raise ValueError(f"stream {stream.key!r} has a match or an indirect rate out of range")
