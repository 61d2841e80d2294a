"""From a plan to its braid: the same costs, and the streams with all the money that comes in."""

from dataclasses import replace
from itertools import groupby

from milepost.funding.braid import PAID_BEFORE
from milepost.funding.plan.results import Outlook
from milepost.funding.streams import Award, Cost, Stream


def costs(found: Outlook) -> tuple[Cost, ...]:
    """Return the plan's costs, one for each line and year.

    Where a line is in several schools, or is both start-up and recurring, each part is a line of
    its own, 'coach (Elm)', so that a rule about one school's money, or about money for a start,
    sees just that cost. The name is the same in every year. What is spent without the model too
    is paid already: money that supplements may not take it over.
    """
    schools: dict[str, set[str]] = {}
    timings: dict[str, set[str]] = {}
    for cost in found.costs:
        schools.setdefault(cost.line, set()).add(cost.school or "district")
        timings.setdefault(cost.line, set()).add(cost.timing)

    def name(cost: Cost) -> str:
        apart = [cost.school or "district"] if len(schools[cost.line]) > 1 else []
        apart += [cost.timing] if len(timings[cost.line]) > 1 else []
        return f"{cost.line} ({', '.join(apart)})" if apart else cost.line

    def tags(cost: Cost) -> frozenset[str]:
        return cost.tags | ({PAID_BEFORE} if cost.line in found.base_lines else set())

    return tuple(
        replace(cost, line=name(cost), tags=tags(cost)) for cost in found.costs if cost.cents
    )


def streams(found: Outlook) -> tuple[Stream, ...]:
    """Return the plan's streams, each with the awards and the income by count of every year."""
    plan = found.plan
    given = {(s.key, award.year): award.source for s in plan.streams for award in s.awards}
    counted = {one.stream: one.source for one in plan.incomes}
    rows = sorted(found.streams, key=lambda row: row.stream)
    awards = {
        key: tuple(
            Award(row.year, row.awarded, given.get((key, row.year)) or counted[key])
            for row in of_it
            if row.awarded
        )
        for key, of_it in groupby(rows, key=lambda row: row.stream)
    }
    return tuple(replace(stream, awards=awards.get(stream.key, ())) for stream in plan.streams)
