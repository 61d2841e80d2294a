"""What a plan comes to: by line, school and year; who pays; cliff, reserve and sustain test.

All amounts are integer cents.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from milepost.funding.money import dollars, rounded
from milepost.funding.plan.model import Plan
from milepost.funding.streams import Category, Cost, Timing


def per_pupil(cents: int, learners: int) -> Decimal | None:
    """Return dollars a learner, to the cent; None where there are no learners."""
    return dollars(rounded(Decimal(cents) / learners)) if learners else None


@dataclass(frozen=True)
class Payment:
    """Cents of one cost (line, school, year) that a stream pays."""

    line: str
    school: str | None
    year: int
    stream: str
    cents: int
    timing: Timing
    ends: bool
    """The stream is a grant or gift that ends."""


@dataclass(frozen=True)
class Unpaid:
    """Cents of a cost that a stream was meant to pay and does not, and why."""

    cost: Cost
    stream: str
    cents: int
    why: str


@dataclass(frozen=True)
class StreamYear:
    """A stream in a fiscal year."""

    stream: str
    year: int
    open: bool
    """Whether money of it may be promised in the year, by the dates known on the day asked."""
    awarded: int
    """Awards and income by count of the year."""
    carried: int
    """Brought over from the year before."""
    direct: int
    """Paid for lines."""
    indirect: int
    """Charged beside them; it reaches general money."""
    lapsed: int
    """Neither used nor carried over."""


@dataclass(frozen=True)
class YearView:
    """The plan in a fiscal year."""

    year: int
    learners: int
    start_up: int
    """One-time cost of the model."""
    recurring: int
    """Recurring cost of the model."""
    base: int
    """What is spent without the model too."""
    recurring_revenue: int
    """Money that does not end: all that is unrestricted, and what restricted streams pay of
    recurring cost."""
    ending_revenue: int
    """Used of money that ends, with its indirect cost."""
    reserve: int | None
    """At the end of the year; None: the plan names no reserve."""
    reserve_asked: int | None
    per_pupil: Decimal | None
    """Dollars of the model's cost for each learner; None: no learners."""

    @property
    def cost(self) -> int:
        """All cost of the year."""
        return self.start_up + self.recurring + self.base

    @property
    def recurring_cost(self) -> int:
        """Recurring cost, with what is spent without the model."""
        return self.recurring + self.base


@dataclass(frozen=True)
class CliffYear:
    """Recurring cost that stands before a cliff, or has gone over it, in a fiscal year."""

    year: int
    resting: int
    """Still paid from money that ends."""
    resting_positions: Decimal
    fallen: int
    """Meant to be paid from money that ends and is not: it has run out, or may not pay it."""
    fallen_positions: Decimal
    lines: tuple[str, ...]
    """Keys of the lines concerned."""


@dataclass(frozen=True)
class Sustain:
    """Whether the model lasts without grants, and why."""

    holds: bool
    reserve_held: bool | None
    """None: the plan names no reserve policy, so the test cannot be passed."""
    covered: bool
    """Recurring revenue covers recurring cost in the last year, without grants."""
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class StartUp:
    """The start-up cost of the model as a whole."""

    cents: int
    per_pupil: Decimal | None
    """Dollars for each learner of the first year."""
    share_of_funding: Decimal | None
    """Start-up cost per pupil over the recurring revenue per pupil of the first year; None: the
    plan holds no recurring revenue."""
    by_category: dict[Category, int]

    def share(self, category: Category) -> Decimal:
        """Return a category's share of the start-up cost (0 where there is none)."""
        return Decimal(self.by_category.get(category, 0)) / self.cents if self.cents else Decimal(0)


@dataclass(frozen=True)
class Outlook:
    """Everything that is computed from a plan as known on a day."""

    plan: Plan
    on: date
    learners: dict[tuple[str, int], int]
    """Enrolled, by school and fiscal year."""
    funded: dict[tuple[str, int], Decimal]
    """In funded attendance, by school and fiscal year."""
    costs: tuple[Cost, ...]
    """A row for each line, school and year that costs anything, for every payer to work on."""
    positions: dict[tuple[str, str | None, int], Decimal]
    """Full-time equivalents that are filled, by position, school and year."""
    devices: dict[tuple[str, str | None, int], int]
    """Devices bought, by device line, school and year."""
    payments: tuple[Payment, ...]
    """What streams pay by the portions of the plan; general money pays the rest of each cost."""
    unpaid: tuple[Unpaid, ...]
    streams: tuple[StreamYear, ...]
    years: tuple[YearView, ...]
    start_up: StartUp
    cliff: tuple[CliffYear, ...]
    break_even: int | None
    """First year from which recurring revenue covers recurring cost to the end; None: never."""
    sustain: Sustain
    base_lines: frozenset[str]
    """Lines of costs that are spent without the model too."""

    def total(
        self,
        *,
        year: int | None = None,
        school: str | None = None,
        category: Category | None = None,
        timing: Timing | None = None,
        line: str | None = None,
        base: bool | None = None,
    ) -> int:
        """Return the cents of the costs that are all of what is asked (None asks nothing)."""
        return sum(
            cost.cents
            for cost in self.costs
            if (year is None or cost.year == year)
            and (school is None or cost.school == school)
            and (category is None or cost.category == category)
            and (timing is None or cost.timing == timing)
            and (line is None or cost.line == line)
            and (base is None or (cost.line in self.base_lines) == base)
        )

    def per_pupil(self, school: str, year: int) -> Decimal | None:
        """Return dollars of the model's cost in a school for each of its learners in a year.

        What the district bears as a whole is not in it. None: the school has no learners then.
        """
        cost = self.total(school=school, year=year, base=False)
        return per_pupil(cost, self.learners[school, year])

    def year(self, year: int) -> YearView:
        """Return the plan in a fiscal year. Raises ValueError for a year outside the plan."""
        for view in self.years:
            if view.year == year:
                return view
        first, last = self.plan.first_year, self.plan.last_year
        raise ValueError(f"the plan runs from {first} to {last}: {year} is outside it")
