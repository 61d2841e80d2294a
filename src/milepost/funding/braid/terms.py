"""What a braid is asked under: the day, pins, caps, effort to keep up, rules and waivers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from milepost.funding.streams import Category, Cost, Restriction

REQUIRED_BY_LAW = "required-by-law"
PAID_BEFORE = "paid-before"
"""The line was paid by other money, state or local, before."""
NO_INDIRECT = "no-indirect"
"""Outside the base of indirect cost: equipment, capital outlay, large subawards (2 CFR 200.1,
"modified total direct cost")."""

SUPPLEMENT = "20 U.S.C. 6321(b)"
"""Supplement, not supplant, as ESEA says it; name another rule for a stream of another law."""


@dataclass(frozen=True)
class Pin:
    """A cell fixed by a person: this stream pays exactly these cents of a line in a year."""

    line: str
    year: int
    stream: str
    cents: int
    by: str
    """The person who fixed it, by name or role."""

    def __post_init__(self) -> None:
        if self.cents < 0:
            raise ValueError(f"the pin on {self.line!r} in {self.year} is negative: {self.cents}")
        if not self.by.strip():
            raise ValueError(f"the pin on {self.line!r} in {self.year} says not who set it")


@dataclass(frozen=True)
class Cap:
    """The most that a stream may pay for what a rule speaks of, in direct cost."""

    rule: str
    stream: str
    cents: int | None = None
    share: Decimal | None = None
    """In place of cents: of the stream's award of the year (of all its awards if no year)."""
    categories: frozenset[Category] = frozenset()
    tags: frozenset[str] = frozenset()
    year: int | None = None
    """None: over all years together."""

    def __post_init__(self) -> None:
        if (self.cents is None) == (self.share is None):
            raise ValueError(f"the cap of {self.rule} needs cents or a share, and not both")
        if self.cents is not None and self.cents < 0:
            raise ValueError(f"the cap of {self.rule} is negative: {self.cents} cents")
        if self.share is not None and not 0 <= self.share <= 1:
            raise ValueError(f"the cap of {self.rule} is a share of {self.share}: 0 to 1")

    def covers(self, cost: Cost) -> bool:
        """Return whether a cost counts against it."""
        what = Restriction(self.rule, categories=self.categories, tags=self.tags)
        return self.year in (None, cost.year) and what.covers(cost)


@dataclass(frozen=True)
class Effort:
    """What state and local money must at least pay of some lines in a year (maintenance of effort).

    `milepost.funding.maintenance` computes the level.
    """

    what: Restriction
    """The lines that count, and its rule: '34 CFR 300.203'."""
    year: int
    cents: int
    origins: frozenset[str] = frozenset({"state", "local"})

    def __post_init__(self) -> None:
        if self.cents < 0:
            raise ValueError(f"the effort of {self.what.rule} is negative: {self.cents} cents")

    def covers(self, cost: Cost) -> bool:
        """Return whether a cost counts towards it."""
        return cost.year == self.year and self.what.covers(cost)


@dataclass(frozen=True)
class Terms:
    """All that is asked beside costs and streams."""

    on: date
    """The day on which the braid is made: dates of streams are those known then."""
    pins: tuple[Pin, ...] = ()
    required: frozenset[str] = frozenset()
    """Keys of lines that must be paid whole in every year."""
    caps: tuple[Cap, ...] = ()
    efforts: tuple[Effort, ...] = ()
    rules: tuple[Restriction, ...] = ()
    """Rules that forbid a line whoever pays it: a class-size minimum, a staffing rule."""
    supplement: Mapping[str, str] = field(default_factory=dict)
    """Citation of supplement-not-supplant by stream; else that of ESEA."""
    waived: frozenset[str] = frozenset()
    """Citations of which a waiver is in force."""
