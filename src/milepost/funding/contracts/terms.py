"""Terms: what a district and a provider signed, as data that can be checked."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

Cents = Annotated[int, "money"]
"""Whole cents; a document writes dollars as text: "670.00"."""

Measure = Literal["proficient", "gain", "score", "attendance"]
Status = Literal["working", "proficient"]
Ground = Literal["joined late", "left early", "attendance", "agreed"]


class TermsError(ValueError):
    """Terms that do not hold together; ``where`` names the field."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}" if where else what)
        self.where, self.what = where, what


def check(holds: bool, where: str, what: str) -> None:
    """Raise `TermsError` unless something holds."""
    if not holds:
        raise TermsError(where, what)


@dataclass(frozen=True)
class Below:
    """A learner starts below a status in a competency (its id)."""

    competency: str
    status: Status


@dataclass(frozen=True)
class Population:
    """Who the contract is for. An empty part asks nothing."""

    grades: tuple[str, ...] = ()
    schools: tuple[str, ...] = ()
    """Ids of schools."""
    groups: tuple[str, ...] = ()
    """Ids of classes."""
    below: tuple[Below, ...] = ()
    """Where a learner must start: below each of these on the contract's first day."""
    start_known_on: date | None = None
    """Last day on which a starting status may be recorded; None: the contract's first day."""


@dataclass(frozen=True)
class Tier:
    """What is paid when a measure reaches a value: the highest tier reached, not their sum."""

    at_least: Decimal
    pays: Cents

    def __post_init__(self) -> None:
        check(self.at_least > 0, "at_least", f"{self.at_least} would pay for nothing shown")
        check(self.pays > 0, "pays", "a tier pays more than nothing")


@dataclass(frozen=True)
class Outcome:
    """One thing that is paid for when a learner shows it between two days, both included.

    `proficient`: how many of the competencies count as proficient on the last day. `gain`: how
    many of them do that did not on the first. `score`: the latest score, from 0 to 1, on an
    `instrument` from outside. `attendance`: the share of counted days present.
    """

    key: str
    name: str
    measure: Measure
    first: date
    last: date
    tiers: tuple[Tier, ...]
    competencies: tuple[str, ...] = ()
    """Ids of competencies; for `proficient` and `gain`."""
    instrument: str = ""
    """What the outside score is on, as evidence names its item; for `score`."""

    def __post_init__(self) -> None:
        check(bool(self.key.strip()), "key", "an outcome needs a short name of its own")
        check(self.first <= self.last, "last", f"{self.last} is before {self.first}")
        check(bool(self.tiers), "tiers", "say what is paid, and from which value on")
        for at, (low, high) in enumerate(zip(self.tiers, self.tiers[1:], strict=False), 1):
            rises = low.at_least < high.at_least and low.pays < high.pays
            check(rises, f"tiers[{at}]", "each tier asks more and pays more than the one before")
        on_skills = self.measure in ("proficient", "gain")
        twice = len(set(self.competencies)) < len(self.competencies)
        check(not twice, "competencies", "the same competency is named twice")
        check(
            on_skills == bool(self.competencies),
            "competencies",
            f"a measure of {self.measure} names {'one or more' if on_skills else 'none'}",
        )
        needs = self.measure == "score"
        check(needs == bool(self.instrument), "instrument", "named for a score, and only there")
        most = Decimal(len(self.competencies)) if on_skills else Decimal(1)
        asked = self.tiers[-1].at_least
        check(asked <= most, f"tiers[{len(self.tiers) - 1}].at_least", f"nobody can pass {most}")

    @property
    def most(self) -> int:
        """The most that one learner can bring, in cents."""
        return self.tiers[-1].pays

    def pays(self, value: Decimal | None) -> int:
        """Return what a value brings, in cents; a missing value brings nothing."""
        reached = [t.pays for t in self.tiers if value is not None and value >= t.at_least]
        return reached[-1] if reached else 0


@dataclass(frozen=True)
class Gate:
    """The dosage that a learner must receive before an outcome is paid.

    A session is a day on which `minutes` or more were recorded from the `sources` (none: any).
    Sessions beyond `sessions_a_week` in one week are not counted: a missed week is not made up.
    """

    sessions_a_week: int
    minutes: int
    first: date
    weeks: int
    """Weeks from the Monday of `first`'s week on."""
    share: Decimal
    """Share of the sessions due that must be received, above 0 and at most 1."""
    sources: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    """Kinds of evidence that a session is recorded as; none: any."""
    base_too: bool = False
    """Whether the base hangs on it as well."""

    def __post_init__(self) -> None:
        check(1 <= self.sessions_a_week <= 7, "sessions_a_week", "from 1 to 7, one a day at most")
        check(0 < self.minutes <= 24 * 60, "minutes", "a session has from 1 to 1,440 minutes")
        check(self.weeks > 0, "weeks", "at least one week")
        check(0 < self.share <= 1, "share", f"{self.share} is not above 0 and at most 1")

    @property
    def due(self) -> int:
        """Sessions that a learner is due."""
        return self.sessions_a_week * self.weeks


@dataclass(frozen=True)
class Obligation:
    """What the district owes the provider by a day. Missed: it pays the full price."""

    key: str
    what: str
    due_on: date
    rule: str
    """The clause that says so, as it is cited: 'section 4.2'."""

    def __post_init__(self) -> None:
        for name in ("key", "what", "rule"):
            check(bool(getattr(self, name).strip()), name, "must not be empty")


@dataclass(frozen=True)
class Exclusion:
    """A reason for which a learner of the population is taken out.

    `joined late`: came to the school after `limit` days of the contract. `left early`: left more
    than `limit` days before its end. `attendance`: present on less than the share `limit` of
    counted days. `agreed`: both sides put it in writing for one learner.
    """

    ground: Ground
    rule: str
    limit: Decimal = Decimal(0)
    base: bool = False
    """Whether the base is paid all the same."""

    def __post_init__(self) -> None:
        check(bool(self.rule.strip()), "rule", "cite the clause")
        most = Decimal(1) if self.ground == "attendance" else Decimal(366)
        check(0 <= self.limit <= most, "limit", f"{self.limit} is not from 0 to {most}")


@dataclass(frozen=True)
class Terms:
    """All that was signed. Days are the district's; both ends of a span are included."""

    district: str
    provider: str
    title: str
    first: date
    last: date
    population: Population
    outcomes: tuple[Outcome, ...]
    base: Cents
    """Paid for each learner of the population."""
    contingent_minimum: Decimal
    """Least share of the most a learner can bring that must hang on outcomes."""
    verified_by: str
    """Who verifies the ledger."""
    verification_days: int
    """Days after the last one on which evidence of the contract may still be recorded."""
    dispute_days: int
    """Days after verification on which a line may be disputed."""
    gate: Gate | None = None
    obligations: tuple[Obligation, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    cap: Cents | None = None
    floor: Cents | None = None

    def __post_init__(self) -> None:
        for name in ("district", "provider", "title", "verified_by"):
            check(bool(getattr(self, name).strip()), name, "must not be empty")
        check(self.first <= self.last, "last", f"{self.last} is before {self.first}")
        check(bool(self.outcomes), "outcomes", "a contract paid on outcomes names one")
        check(self.base >= 0, "base", "cannot be negative")
        for name in ("verification_days", "dispute_days"):
            check(getattr(self, name) >= 0, name, "cannot be negative")
        self._check_parts()
        least = self.contingent_minimum
        check(0 <= least <= 1, "contingent_minimum", f"{least} is not from 0 to 1")
        check(
            self.contingent_share >= least,
            "contingent_minimum",
            f"{self.contingent_share:.1%} of the price hangs on outcomes; at least {least:.1%} "
            "must: lower the base or raise the tiers",
        )

    def _check_parts(self) -> None:
        for name, of in (("outcomes", self.outcomes), ("obligations", self.obligations)):
            keys = [one.key for one in of]
            check(len(set(keys)) == len(keys), name, "two of them have the same key")
        grounds = [one.ground for one in self.exclusions]
        check(len(set(grounds)) == len(grounds), "exclusions", "a ground is named twice")
        for at, outcome in enumerate(self.outcomes):
            inside = self.first <= outcome.first and outcome.last <= self.last
            check(inside, f"outcomes[{at}].first", "the window lies outside the contract")
        low, high = self.floor, self.cap
        check(low is None or low >= 0, "floor", "cannot be negative")
        check(high is None or high >= (low or 0), "cap", "cannot be below the floor or zero")

    @property
    def bonus(self) -> int:
        """The most that outcomes of one learner can bring, in cents."""
        return sum(outcome.most for outcome in self.outcomes)

    @property
    def full_price(self) -> int:
        """The most that one learner can bring, in cents."""
        return self.base + self.bonus

    @property
    def contingent_share(self) -> Decimal:
        """Share of the full price that hangs on outcomes."""
        return Decimal(self.bonus) / self.full_price
