"""What a plan is made of: drivers, lines, devices, positions, schools, money.

Amounts are integer cents at the prices of the plan's first year; counts, shares and rates are
`Decimal`, so that a figure can be checked by hand. Every part is frozen and carries its source:
another plan is made with `dataclasses.replace`. Parts name each other by key.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from milepost.funding.accounts import Account
from milepost.funding.sources import Source
from milepost.funding.streams import Category, Timing

Rounding = Literal["exact", "up", "down", "nearest"]
ByYear = tuple[tuple[int, Decimal], ...]
"""Figures by fiscal year, in order: each holds until the next one begins."""

FIXED, LEARNER, FUNDED, EDUCATOR, SCHOOL = "fixed", "learner", "funded", "educator", "school"
GIVEN_DRIVERS = (FIXED, LEARNER, FUNDED, EDUCATOR, SCHOOL)
"""Drivers that every plan has: once for all, each enrolled learner, each learner in funded
attendance, each educator (unless the plan says how many: the positions that are educators), each
school."""


@dataclass(frozen=True)
class Index:
    """How prices or pay grow: the rate of each year over the year before."""

    key: str
    rates: ByYear
    source: Source


@dataclass(frozen=True)
class Driver:
    """A count that lines hang on: 25 learners a classroom, 1 coach for 12 educators."""

    key: str
    per: str
    """A given driver, another driver's key or a position's."""
    ratio: Decimal
    """How many of these for each of those."""
    source: Source
    steps: ByYear = ()
    """The ratio from a year on, where it changes."""
    rounding: Rounding = "exact"
    """Whole ones in each school: a third of a classroom cannot be opened."""
    grades: tuple[str, ...] = ()
    """Only learners of these grades; none: all."""


@dataclass(frozen=True)
class Portion:
    """The share of a line that a stream is meant to pay; the rest falls on general money."""

    stream: str
    share: Decimal
    timing: Timing | None = None
    """Of start-up or of recurring cost alone: a gift for the start buys no later devices."""


@dataclass(frozen=True)
class Line:
    """Something bought: a price for each unit, or amounts by year."""

    key: str
    name: str
    timing: Timing
    category: Category
    account: Account
    source: Source
    price: int = 0
    """Cents a unit in the plan's first year."""
    driver: str = FIXED
    quantity: Decimal = Decimal(1)
    """Units for each one of the driver."""
    index: str | None = None
    first_year: int | None = None
    """When it is first bought; None: in the plan's first year."""
    last_year: int | None = None
    """None: a start-up line is bought in its first year alone, a recurring one to the end."""
    life: int | None = None
    """Years until a start-up line must be bought again, from then on as a recurring cost."""
    amounts: tuple[tuple[int, int], ...] = ()
    """Cents by fiscal year instead of a price; years after the last grow by the index."""
    schools: tuple[str, ...] = ()
    """Only in these; a fixed line or amount is shared between them by learners. None: all schools,
    and what is fixed belongs to the district as a whole."""
    paid_by: tuple[Portion, ...] = ()
    base: bool = False
    """It is spent without the model too: part of the budget, no part of what the model costs."""
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Device:
    """Devices bought in cohorts: some are lost each year, the old ones go, others are bought.

    Those bought because more are needed than ever before are start-up, all others recurring.
    """

    key: str
    name: str
    account: Account
    source: Source
    price: int
    driver: str = LEARNER
    quantity: Decimal = Decimal(1)
    spare: Decimal = Decimal(0)
    """Share kept beside those in use."""
    life: int = 4
    loss: Decimal = Decimal(0)
    """Share of a cohort that is lost or broken each year."""
    owned: tuple[tuple[int, int], ...] = ()
    """Devices that each school has already: fiscal year in which they were bought, count."""
    index: str | None = None
    first_year: int | None = None
    last_year: int | None = None
    schools: tuple[str, ...] = ()
    category: Category = "technology"
    paid_by: tuple[Portion, ...] = ()
    base: bool = False
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Benefit:
    """One thing paid beside a salary: a share of it, or an amount for each full-time position."""

    key: str
    account: Account
    source: Source
    rates: ByYear = ()
    """Share of the salary, by year: a pension rate that rises."""
    amount: int = 0
    """Cents a full-time position in the plan's first year."""
    index: str | None = None


@dataclass(frozen=True)
class Column:
    """One column of a salary schedule: cents a year at each step."""

    key: str
    steps: tuple[int, ...]


@dataclass(frozen=True)
class Schedule:
    """A salary schedule; its index is the cost-of-living adjustment of every cell."""

    key: str
    columns: tuple[Column, ...]
    source: Source
    index: str | None = None


@dataclass(frozen=True)
class Placement:
    """How many hold a step of a column in the plan's first year. Each year they rise a step, up to
    the last; the average of those placed is the pay of everybody in the position."""

    column: str
    step: int
    """1 is the first."""
    count: Decimal = Decimal(1)


@dataclass(frozen=True)
class Position:
    """People employed: full-time equivalents by a driver, pay, and each benefit apart."""

    key: str
    name: str
    category: Category
    account: Account
    source: Source
    salary: int = 0
    """Average cents a year, full time, in the plan's first year; or the schedule says."""
    driver: str = FIXED
    quantity: Decimal = Decimal(1)
    rounding: Rounding = "exact"
    step: Decimal = Decimal(0)
    """Yearly growth of the average salary by step."""
    column: Decimal = Decimal(0)
    """Yearly growth of the average salary by column."""
    schedule: str | None = None
    placed: tuple[Placement, ...] = ()
    vacancy: Decimal = Decimal(0)
    """Share of the positions that stands empty and is not paid."""
    benefits: tuple[Benefit, ...] = ()
    index: str | None = None
    """The cost-of-living adjustment."""
    timing: Timing = "recurring"
    first_year: int | None = None
    last_year: int | None = None
    """None: a start-up position is held in its first year alone, a recurring one to the end."""
    schools: tuple[str, ...] = ()
    educator: bool = False
    paid_by: tuple[Portion, ...] = ()
    base: bool = False
    tags: frozenset[str] = frozenset()


Bought = Line | Device | Position
"""What costs money."""


@dataclass(frozen=True)
class Headcount:
    """Learners in one autumn, a count for each grade of the school; None: not reported."""

    year: int
    by_grade: tuple[int | None, ...]


@dataclass(frozen=True)
class School:
    """A school and its learners: counted in the past, projected by cohort survival, or given."""

    key: str
    """Sourced id."""
    name: str
    source: Source
    grades: tuple[str, ...] = ()
    """In the order in which learners pass them."""
    history: tuple[Headcount, ...] = ()
    births: tuple[tuple[int, int], ...] = ()
    """Children of the area who reach the entry grade in a fiscal year."""
    given: tuple[tuple[int, int], ...] = ()
    """Learners that somebody expects in a year, instead of the projection."""
    opens: int | None = None
    """First fiscal year in which it has learners; None: it is open."""


@dataclass(frozen=True)
class AttendanceRule:
    """How a state counts the learners it funds: the greatest of averages over years.

    Each option names years by how far back they lie: ``((0,),)`` funds the year itself, ``((1,),)``
    the year before, ``((0,), (1,))`` the greater of the two, ``((0, 1, 2),)`` a three-year average.
    """

    key: str
    source: Source
    options: tuple[tuple[int, ...], ...] = ((0,),)
    attendance: Decimal = Decimal(1)
    """Average daily attendance as a share of enrollment; 1 where enrollment is funded."""
    hold: Decimal = Decimal(0)
    """Never below this share of what was funded the year before."""


@dataclass(frozen=True)
class Income:
    """Money that comes by count: cents for each one of a driver, into a stream."""

    key: str
    stream: str
    price: int
    source: Source
    driver: str = FUNDED
    index: str | None = None
    schools: tuple[str, ...] = ()
    base: bool = False


@dataclass(frozen=True)
class Reserve:
    """What is held back for bad years, and how much of a year's cost the policy asks to hold."""

    opening: int
    """Cents at the start of the first year."""
    policy: Decimal
    """Share of the year's cost."""
    source: Source
