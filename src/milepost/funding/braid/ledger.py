"""The books of a braid: what each stream took in, paid, charged, moved on and lost, in cents."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property

from milepost.funding.braid.model import charge
from milepost.funding.braid.problem import Problem
from milepost.funding.braid.terms import NO_INDIRECT
from milepost.funding.streams import Cost, Stream


class Ledger:
    """By (stream, year): ``paid`` directly, ``indirect`` charged, ``kept`` for later, ``lapsed``.

    As much as may move on does; what a stream took in is always the sum of the four, over the
    years.
    """

    def __init__(self, problem: Problem, cells: Mapping[tuple[str, int, str], int]) -> None:
        self.problem = problem
        self.cells = cells
        self.paid: dict[tuple[str, int], int] = defaultdict(int)
        base: dict[tuple[str, int], int] = defaultdict(int)
        for (line, year, key), cents in cells.items():
            self.paid[key, year] += cents
            if NO_INDIRECT not in problem.cost[line, year].tags:
                base[key, year] += cents
        self.indirect = {
            (key, year): int(cents * charge(problem.stream[key]))
            for (key, year), cents in base.items()
        }
        self.kept: dict[tuple[str, int], int] = {}
        self.lapsed: dict[tuple[str, int], int] = {}
        for stream in problem.streams:
            self._run(stream)

    def _run(self, stream: Stream) -> None:
        before = 0
        for year in self.problem.years:
            place = (stream.key, year)
            spent = self.paid[place] + self.indirect.get(place, 0)
            rest = before + self.problem.awards.get(place, 0) - spent
            moves = min(rest, before + self.problem.carried(stream, year))
            kept = 0 if self.problem.ends_after(stream, year) else moves
            self.kept[place], self.lapsed[place] = kept, rest - kept
            before = kept

    def free(self, stream: Stream, year: int) -> int:
        """Return what more a stream could spend in a year with nothing else changed, in cents.

        What lapses in the year, and what moves on and is not needed in a later one.
        """
        years = self.problem.years
        later = [self.lapsed[stream.key, one] for one in range(year, years.stop)]
        carried = [self.kept[stream.key, one] for one in range(year, years.stop)]
        here = self.lapsed[stream.key, year]
        return here + min(carried[0], sum(later[1:]) + carried[-1]) if carried else 0

    def direct(self, stream: Stream, cost: Cost) -> int:
        """Return what more of a cost a stream could pay: what is free, less its indirect cost."""
        free = self.free(stream, cost.year)
        if NO_INDIRECT in cost.tags:
            return free
        return int(free / (1 + charge(stream)))

    @cached_property
    def under(self) -> tuple[int, ...]:
        """What is left under each cap of the terms, in cents."""
        terms, rest = self.problem.terms, []
        for cap in terms.caps:
            used = sum(
                cents
                for (line, year, key), cents in self.cells.items()
                if key == cap.stream and cap.covers(self.problem.cost[line, year])
            )
            rest.append(self.problem.most(cap) - used)
        return tuple(rest)
