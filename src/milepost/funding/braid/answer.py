"""What a braid says: who pays what and why, what is left and why, what is not paid and why."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from milepost.funding.braid import rules
from milepost.funding.braid.ledger import Ledger
from milepost.funding.braid.problem import Problem
from milepost.funding.money import dollars
from milepost.funding.streams import Cost, Stream
from milepost.funding.years import named


@dataclass(frozen=True)
class Allocation:
    """Cents of direct cost that a stream pays of a line in a year."""

    line: str
    year: int
    stream: str
    cents: int
    why: str


@dataclass(frozen=True)
class Left:
    """Cents of a stream that lapse in a year, or that are still there at the end (``lapses``)."""

    stream: str
    year: int
    cents: int
    lapses: bool
    on: date | None
    """The last day on which they may be promised, where one ends them."""
    why: str


@dataclass(frozen=True)
class Unpaid:
    """Cents of a cost that nobody pays."""

    line: str
    year: int
    cents: int
    why: tuple[str, ...]
    """For every stream, why not."""


@dataclass(frozen=True)
class Barrier:
    """A rule that keeps money that is left from a line that is not paid."""

    line: str
    stream: str | None
    """Key of the stream; None: the rule forbids the line whoever pays."""
    citation: str
    cents: int
    """What of the line is not paid and, where a stream is named, that stream has left for it."""
    years: tuple[int, ...]


@dataclass(frozen=True)
class WhyNot:
    """The answer to "why does this stream not pay (more of) this line?"."""

    text: str
    citations: tuple[str, ...] = ()


class Braid:
    """Who pays which share of which line in which year, with the reasons.

    ``cells`` holds cents of direct cost by (line, year, stream); it never holds a zero.
    """

    def __init__(self, problem: Problem, cells: Mapping[tuple[str, int, str], int]) -> None:
        self.problem = problem
        self.cells = {key: cells[key] for key in sorted(cells) if cells[key]}
        self.ledger = Ledger(problem, self.cells)

    @cached_property
    def allocations(self) -> tuple[Allocation, ...]:
        """Every payment and why this stream makes it."""
        return tuple(
            Allocation(line, year, key, cents, self._why(line, year, key))
            for (line, year, key), cents in self.cells.items()
        )

    @cached_property
    def left(self) -> tuple[Left, ...]:
        """Every cent that lapses, and every cent still there at the end, with the reason."""
        problem, found = self.problem, []
        for stream in problem.streams:
            until = rules.closing(stream, problem.terms.on)
            for year in problem.years:
                lapsed = self.ledger.lapsed[stream.key, year]
                if lapsed:
                    ends = problem.ends_after(stream, year)
                    day = until if ends else None
                    text = self._why_left(stream, year, ends, until)
                    found.append(Left(stream.key, year, lapsed, True, day, text))
            kept = self.ledger.kept.get((stream.key, problem.years[-1]), 0) if problem.years else 0
            if kept:
                text = f"not needed up to {named(problem.years[-1])}; it moves on"
                found.append(Left(stream.key, problem.years[-1], kept, False, until, text))
        return tuple(found)

    @cached_property
    def short(self) -> dict[tuple[str, int], int]:
        """Cents of each cost that nobody pays, where there are any."""
        paid: dict[tuple[str, int], int] = defaultdict(int)
        for (line, year, _), cents in self.cells.items():
            paid[line, year] += cents
        return {
            (c.line, c.year): c.cents - paid[c.line, c.year]
            for c in self.problem.costs
            if c.cents > paid[c.line, c.year]
        }

    @cached_property
    def unpaid(self) -> tuple[Unpaid, ...]:
        """Every cost that is not paid whole, with what keeps each stream from it."""
        return tuple(
            Unpaid(line, year, cents, self._reasons(self.problem.cost[line, year]))
            for (line, year), cents in self.short.items()
        )

    @cached_property
    def barriers(self) -> tuple[Barrier, ...]:
        """The rules that keep money that is left from what is not paid, by line."""
        sums: dict[tuple[str, str | None, str], dict[int, int]] = defaultdict(dict)
        for (line, year), cents in self.short.items():
            cost = self.problem.cost[line, year]
            for rule in rules.everybody(cost, self.problem.terms):
                sums[line, None, rule][year] = cents
            for stream in self.problem.streams:
                if (stream.key, year) in self.problem.closed:
                    continue
                usable = self.ledger.direct(stream, cost)
                for rule in rules.blocks(stream, cost, self.problem.terms) if usable else ():
                    sums[line, stream.key, rule][year] = min(cents, usable)
        return tuple(
            Barrier(line, stream, rule, sum(years.values()), tuple(sorted(years)))
            for (line, stream, rule), years in sorted(
                sums.items(), key=lambda item: (item[0][0], item[0][1] or "", item[0][2])
            )
        )

    def why_not(self, line: str, stream: str, year: int) -> WhyNot:
        """Return why a stream does not pay (more of) a line in a year.

        Raises ValueError for a line, stream or year that the braid does not hold.
        """
        cost = self.problem.cost.get((line, year))
        if cost is None:
            raise ValueError(f"line {line!r} costs nothing in {year}: there is nothing to ask")
        if stream not in self.problem.stream:
            raise ValueError(f"{stream!r} is no stream of this braid")
        return self._why_not(cost, self.problem.stream[stream])

    def _why_not(self, cost: Cost, stream: Stream) -> WhyNot:
        problem = self.problem
        barred = self._barred(cost, stream)
        if barred:
            return barred
        pin = problem.pins.get((cost.line, cost.year, stream.key))
        if pin is not None:
            by = next(
                p.by
                for p in problem.terms.pins
                if (p.line, p.year, p.stream) == (cost.line, cost.year, stream.key)
            )
            return WhyNot(f"{by} fixed it at ${dollars(pin):,}")
        limit = self._capped(cost, stream)
        if limit:
            return limit
        if (cost.line, cost.year) not in self.short:
            return self._others(cost, stream)
        return self._limit(cost, stream)

    def _barred(self, cost: Cost, stream: Stream) -> WhyNot | None:
        everybody = rules.everybody(cost, self.problem.terms)
        if everybody:
            return WhyNot(f"{'; '.join(everybody)} forbids the line, whoever pays", everybody)
        own = rules.blocks(stream, cost, self.problem.terms)
        if own:
            return WhyNot(f"{'; '.join(own)} keeps {stream.name} from it", own)
        shut = self.problem.shut(cost, stream)
        return WhyNot(shut) if shut else None

    def _others(self, cost: Cost, stream: Stream) -> WhyNot:
        payers = [
            self.problem.stream[key]
            for line, year, key in self.cells
            if (line, year) == (cost.line, cost.year)
        ]
        others = [one for one in payers if one.key != stream.key]
        if not others:
            return WhyNot("it pays the line whole")
        names = ", ".join(one.name for one in others)
        rank = self.problem.rank
        if all(rank[one.key] < rank[stream.key] for one in others):
            return WhyNot(f"{names} pays it and comes first: {self._first(others[0])}")
        if not self.ledger.direct(stream, cost):
            return WhyNot(f"its money is used up elsewhere; {names} pays")
        return WhyNot(f"it may; in all, less is left to lapse when {names} pays")

    def _capped(self, cost: Cost, stream: Stream) -> WhyNot | None:
        for at in self.problem.caps(cost):
            cap = self.problem.terms.caps[at]
            if cap.stream == stream.key and self.ledger.under[at] == 0:
                most = dollars(self.problem.most(cap))
                return WhyNot(f"it has reached the cap of ${most:,} by {cap.rule}", (cap.rule,))
        return None

    def _limit(self, cost: Cost, stream: Stream) -> WhyNot:
        if not self.ledger.direct(stream, cost):
            return WhyNot(f"no money of {stream.name} is left in {named(cost.year)}")
        if stream.match:
            return WhyNot(
                f"each of its dollars asks {stream.match} of unrestricted money beside it on the "
                f"line, and there is no more"
            )
        return WhyNot(f"{stream.name} must serve what is required elsewhere")

    def _reasons(self, cost: Cost) -> tuple[str, ...]:
        everybody = rules.everybody(cost, self.problem.terms)
        if everybody:
            return (f"{'; '.join(everybody)} forbids the line, whoever pays",)
        return tuple(
            f"{stream.name}: {self._why_not(cost, stream).text}" for stream in self.problem.streams
        )

    def _first(self, stream: Stream) -> str:
        until = rules.closing(stream, self.problem.terms.on)
        if stream.restricted:
            return "restricted money" + (f" that must be promised by {until}" if until else "")
        return "the order of unrestricted money" + (f", it ends on {until}" if until else "")

    def _why(self, line: str, year: int, key: str) -> str:
        stream = self.problem.stream[key]
        if (line, year, key) in self.problem.pins:
            return "fixed by a person"
        cost = self.problem.cost[line, year]
        until = rules.closing(stream, self.problem.terms.on)
        covered = [one.rule for one in stream.allows if one.covers(cost)]
        may = f"{covered[0]} allows it" if covered else "no rule forbids it"
        if not stream.restricted:
            return f"unrestricted money pays what restricted money may not or cannot; {may}"
        end = f"promised by {until}" if until else "it does not end"
        return f"restricted money first: {may}, {end}"

    def _why_left(self, stream: Stream, year: int, ends: bool, until: date | None) -> str:
        problem = self.problem
        when = f"closes on {until}" if ends and until else ""
        if stream.window(problem.terms.on) is None:
            when = problem.closed[stream.key, year]
        if not ends:
            share = f"{stream.carry_over:%}" if stream.carry_over else "nothing"
            when = f"only {share} of a year's award may move to the next year"
        open_costs = [
            cost
            for cost in problem.costs
            if cost.year <= year and not problem.barring(cost, stream)
        ]
        if not open_costs:
            return f"{when}; there is no line that it may pay by then"
        unpaid = [cost for cost in open_costs if (cost.line, cost.year) in self.short]
        limits = {self._limit(cost, stream).text for cost in unpaid}
        limits |= {capped.text for cost in open_costs if (capped := self._capped(cost, stream))}
        held = "; ".join(sorted(limits)) or "every line that it may pay by then is paid"
        return f"{when}; {held}"
