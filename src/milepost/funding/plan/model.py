"""The plan: what a model of schooling needs, by when, and what may pay for it."""

from dataclasses import dataclass
from functools import cached_property

from milepost.funding.plan.checking import check
from milepost.funding.plan.parts import (
    AttendanceRule,
    Bought,
    Device,
    Driver,
    Income,
    Index,
    Line,
    Position,
    Reserve,
    Schedule,
    School,
)
from milepost.funding.streams import Stream

YEARS = 5


@dataclass(frozen=True)
class Plan:
    """Everything that people entered, and nothing that is computed from it.

    Raises PlanError (a ValueError) when parts contradict each other; it names the part in words.
    A changed plan is `dataclasses.replace(plan, lines=...)`.
    """

    name: str
    first_year: int
    """Fiscal year by its end: 2027 is 2026-27."""
    schools: tuple[School, ...]
    years: int = YEARS
    indexes: tuple[Index, ...] = ()
    drivers: tuple[Driver, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    lines: tuple[Line, ...] = ()
    devices: tuple[Device, ...] = ()
    positions: tuple[Position, ...] = ()
    streams: tuple[Stream, ...] = ()
    incomes: tuple[Income, ...] = ()
    attendance: AttendanceRule | None = None
    """None: every enrolled learner is funded in the year itself."""
    reserve: Reserve | None = None

    def __post_init__(self) -> None:
        check(self)

    @property
    def last_year(self) -> int:
        """The last fiscal year of the plan."""
        return self.first_year + self.years - 1

    @cached_property
    def span(self) -> tuple[int, ...]:
        """The fiscal years of the plan, in order."""
        return tuple(range(self.first_year, self.first_year + self.years))

    @property
    def bought(self) -> tuple[Bought, ...]:
        """Everything that costs money: lines, devices and positions."""
        return (*self.lines, *self.devices, *self.positions)

    def to_json(self) -> str:
        """Return the plan as its canonical document (`document.plan_from_json` reads it)."""
        from milepost.funding.plan.document import to_json  # it knows this class

        return to_json(self)

    def school(self, key: str) -> School:
        """Return a school of the plan. Raises KeyError."""
        return next(one for one in self.schools if one.key == key)
