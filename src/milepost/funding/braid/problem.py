"""Costs and streams made ready to be braided: in one order, checked, with all that binds them."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from milepost.funding.braid import rules
from milepost.funding.braid.terms import NO_INDIRECT, Cap, Terms
from milepost.funding.streams import Cost, Stream
from milepost.funding.years import fiscal_year

LARGEST = 10**13
"""Cents of one cost or award: a hundred billion dollars; beyond it, floats lose cents."""

Name = tuple[str, ...]
"""One condition that people know by name: ('rule', stream, citation), ('window', stream)."""


@dataclass(frozen=True)
class Group:
    """Costs of one year that the same streams may pay under the same conditions."""

    year: int
    costs: tuple[Cost, ...]

    @property
    def cents(self) -> int:
        return sum(cost.cents for cost in self.costs)

    @property
    def first(self) -> Cost:
        """Any of them: they are alike in all that a rule asks."""
        return self.costs[0]


class Problem:
    """Costs and streams in one order, whatever order they came in, and what binds them.

    Raises ValueError for two costs of one line and year, two streams of one key, a pin, cap or
    required line that names what is not there, and amounts that no school system has.
    """

    def __init__(self, costs: Iterable[Cost], streams: Iterable[Stream], terms: Terms) -> None:
        self.terms = terms
        self.costs = sorted(costs, key=lambda cost: (cost.year, cost.line))
        self.streams = sorted(streams, key=lambda stream: rules.order(stream, terms.on))
        self.stream = {stream.key: stream for stream in self.streams}
        self.cost = {(cost.line, cost.year): cost for cost in self.costs}
        self.rank = {stream.key: at for at, stream in enumerate(self.streams)}
        self.pins = {(pin.line, pin.year, pin.stream): pin.cents for pin in terms.pins}
        _check(self)
        kinds: dict[tuple[object, ...], int] = {}
        self._barring: list[dict[str, tuple[Name, ...]]] = []
        self._kind: dict[tuple[str, int], int] = {}
        for cost in self.costs:
            what = (cost.account, cost.category, cost.timing, cost.school, cost.tags)
            if what not in kinds:
                kinds[what] = len(kinds)
                self._barring.append(self._bars(cost))
            self._kind[cost.line, cost.year] = kinds[what]

    @cached_property
    def years(self) -> range:
        """The fiscal years in which money moves: from the first award or cost to the last cost."""
        if not self.costs:
            return range(0)
        last = self.costs[-1].year
        given = [a.year for s in self.streams for a in s.awards if a.year <= last]
        return range(min([self.costs[0].year, *given]), last + 1)

    @cached_property
    def closed(self) -> dict[tuple[str, int], str]:
        """Why nothing may be promised from a stream in a year, where nothing may."""
        return {
            (stream.key, year): why
            for stream in self.streams
            for year in self.years
            if (why := rules.closed(stream, year, self.terms.on)) is not None
        }

    @cached_property
    def awards(self) -> dict[tuple[str, int], int]:
        """Cents that come in by stream and year: an award waits for its window to open."""
        found: dict[tuple[str, int], int] = defaultdict(int)
        for stream in self.streams:
            window = stream.window(self.terms.on)
            for award in stream.awards:
                later = range(award.year, self.years.stop)
                opens = (year for year in later if window and window.open_in(year))
                year = next(opens, award.year)
                if year in self.years:
                    found[stream.key, year] += award.cents
        return dict(found)

    def carried(self, stream: Stream, year: int) -> int:
        """Return the most of the year's award that may be used after the year, in cents."""
        return int(self.awards.get((stream.key, year), 0) * stream.carry_over)

    def ends_after(self, stream: Stream, year: int) -> bool:
        """Return whether nothing of a stream may be promised after a year."""
        until = rules.closing(stream, self.terms.on)
        unknown = stream.window(self.terms.on) is None
        return unknown or (until is not None and fiscal_year(until) <= year)

    def most(self, cap: Cap) -> int:
        """Return a cap in cents, shares of a cent dropped."""
        if cap.cents is not None:
            return cap.cents
        awards = self.stream[cap.stream].awards
        total = sum(a.cents for a in awards if cap.year in (None, a.year))
        return int(total * (cap.share or 0))

    def barring(self, cost: Cost, stream: Stream) -> tuple[Name, ...]:
        """Return the conditions by which a stream may not pay a cost, whatever money it has."""
        found = self._barring[self._kind[cost.line, cost.year]][stream.key]
        if (stream.key, cost.year) in self.closed and self.shut(cost, stream):
            found = (*found, ("window", stream.key))
        return found

    def _bars(self, cost: Cost) -> dict[str, tuple[Name, ...]]:
        """Return the rules that keep each stream from a cost."""
        everybody = tuple(("rule", "", one) for one in rules.everybody(cost, self.terms))
        return {
            stream.key: everybody
            + tuple(("rule", stream.key, one) for one in rules.blocks(stream, cost, self.terms))
            for stream in self.streams
        }

    def shut(self, cost: Cost, stream: Stream) -> str | None:
        """Return in words why nothing may be promised from a stream in the year of a cost."""
        why = self.closed.get((stream.key, cost.year))
        if why and (cost.line, cost.year, stream.key) in self.pins:
            return rules.closed(stream, cost.year, self.terms.on, pinned=True)
        return why

    def payers(self, cost: Cost) -> tuple[Stream, ...]:
        """Return the streams that may pay a cost, in the order of payers."""
        bars = self._barring[self._kind[cost.line, cost.year]]
        return tuple(
            stream
            for stream in self.streams
            if not bars[stream.key]
            and ((stream.key, cost.year) not in self.closed or not self.shut(cost, stream))
        )

    def caps(self, cost: Cost) -> tuple[int, ...]:
        """Return the places of the caps that a cost counts against, those not waived."""
        return tuple(
            at
            for at, cap in enumerate(self.terms.caps)
            if cap.rule not in self.terms.waived and cap.covers(cost)
        )

    def efforts(self, cost: Cost) -> tuple[int, ...]:
        """Return the places of the efforts that a cost counts towards, those not waived."""
        return tuple(
            at
            for at, effort in enumerate(self.terms.efforts)
            if effort.what.rule not in self.terms.waived and effort.covers(cost)
        )

    @cached_property
    def groups(self) -> list[Group]:
        """Costs that are alike together: far fewer than costs, and the answer is the same.

        A cost that is pinned, or that a matched stream may pay, stands alone: what a rule asks of
        each cost cannot be asked of their sum.
        """
        pinned = {(line, year) for line, year, _ in self.pins}
        alike: dict[tuple[object, ...], list[Cost]] = defaultdict(list)
        for cost in self.costs:
            payers = self.payers(cost)
            alone = (cost.line, cost.year) in pinned or any(s.match for s in payers)
            alike[
                cost.year,
                tuple(stream.key for stream in payers),
                cost.line in self.terms.required,
                self.caps(cost),
                self.efforts(cost),
                NO_INDIRECT in cost.tags,
                cost.line if alone else None,
            ].append(cost)
        return [Group(costs[0].year, tuple(costs)) for costs in alike.values()]

    def alone(self) -> list[Group]:
        """Return every cost as a group of its own."""
        return [Group(cost.year, (cost,)) for cost in self.costs]


def _check(problem: Problem) -> None:
    for one, two in pairwise(problem.costs):
        if (one.line, one.year) == (two.line, two.year):
            raise ValueError(f"line {one.line!r} has two costs in {one.year}: add them up")
    for cost in problem.costs:
        if not 0 <= cost.cents <= LARGEST:
            raise ValueError(
                f"line {cost.line!r} costs {cost.cents} cents in {cost.year}: 0 to {LARGEST}"
            )
    twice = [k for k, n in Counter(stream.key for stream in problem.streams).items() if n > 1]
    if twice:
        raise ValueError(f"two streams have the key {twice[0]!r}: give each its own")
    for stream in problem.streams:
        for award in stream.awards:
            if award.cents > LARGEST:
                raise ValueError(f"stream {stream.key!r} awards {award.cents} cents: too much")
    _check_terms(problem)


def _check_terms(problem: Problem) -> None:
    terms = problem.terms
    if len(problem.pins) < len(terms.pins):
        raise ValueError("two pins fix one cell: keep the one that holds")
    for pin in terms.pins:
        if (pin.line, pin.year) not in problem.cost:
            raise ValueError(f"a pin names line {pin.line!r} in {pin.year}: there is no such cost")
        if pin.stream not in problem.stream:
            raise ValueError(f"a pin on {pin.line!r} names stream {pin.stream!r}: there is none")
    for cap in terms.caps:
        if cap.stream not in problem.stream:
            raise ValueError(f"the cap of {cap.rule} names stream {cap.stream!r}: there is none")
    unknown = terms.required - {cost.line for cost in problem.costs}
    if unknown:
        raise ValueError(f"required line {min(unknown)!r} is no line of the plan")
