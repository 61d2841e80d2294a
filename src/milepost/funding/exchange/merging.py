"""A budget file into a plan: what the file says otherwise becomes amounts given by year.

The file speaks for each line that it names, in each fiscal year that it names at all. What it says
as the plan does stays worked out from prices and counts. A line that it leaves out stays as it is:
missing is not zero.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from milepost.funding.money import dollars
from milepost.funding.plan.difference import Moved, moved
from milepost.funding.plan.model import Plan
from milepost.funding.plan.outlook import outlook
from milepost.funding.plan.parts import Bought, Device, Line, Position
from milepost.funding.plan.results import Outlook
from milepost.funding.sources import Source
from milepost.funding.streams import Cost
from milepost.funding.years import named


@dataclass(frozen=True)
class Merge:
    """A plan after a file, and what the file changes."""

    before: Outlook
    after: Outlook
    given: tuple[str, ...]
    """Keys of parts that were worked out, and are amounts of the file now."""
    added: tuple[str, ...]
    """Lines that the plan had not."""
    silent: tuple[str, ...]
    """Keys of parts that the file does not name: they stay."""
    apart: Mapping[str, str]
    """Line of the file by the plan's line, where one of the file is several of the plan."""

    @property
    def plan(self) -> Plan:
        """The plan with what the file says."""
        return self.after.plan

    @property
    def moved(self) -> tuple[Moved, ...]:
        """Each line and year that costs something else than before, by the file's lines."""
        costs = (
            replace(cost, line=self.apart.get(cost.line, cost.line)) for cost in self.after.costs
        )
        return moved(self.before, replace(self.after, costs=tuple(costs)))

    @property
    def changes(self) -> bool:
        """Whether there is anything to keep."""
        return self.plan != self.before.plan

    def sentences(self) -> list[str]:
        """Return in words what the file would change."""
        if not self.changes:
            said = ["The file says what the plan says: nothing changes."]
        else:
            said = [f"{one}: the file's amounts replace what was worked out." for one in self.given]
            said += [
                f"{one.name}: amounts alone from now on, so its people are no longer counted."
                for one in self.before.plan.positions
                if one.key in self.given
            ]
            said += [f"{one}: new in the plan." for one in self.added]
            said += [_sentence(one) for one in self.moved]
            total = sum(one.cents for one in self.moved)
            said.append(f"In all years together: {dollars(total):+,} dollars.")
        if self.silent:
            said.append(f"Not in the file, so left as it is: {', '.join(self.silent)}.")
        return said


def merge(
    plan: Plan,
    costs: Iterable[Cost],
    *,
    source: Source,
    on: date,
    names: Mapping[str, str] | None = None,
) -> Merge:
    """Return the plan with what a budget says, and what that changes.

    Raises ValueError for a budget of nothing, a year outside the plan, a line that is of two
    categories or purposes, and a position of which only a part is named; PlanError where the plan
    cannot hold it (a school that is not in it, a line that others are counted by).
    """
    before = outlook(plan, on=on)
    filed = _as_planned(plan, costs)
    years = {cost.year for cost in filed}
    _inside(plan, years)
    spoken, kept = _by_line(filed), _by_line(before.costs)
    parts: list[Bought] = []
    given: list[str] = []
    silent: list[str] = []
    for part in plan.bought:
        keys = _keys(part)
        if not any(key in spoken for key in keys):
            silent.append(part.key)
            parts.append(part)
        elif all(_same(spoken[key], kept[key], years) for key in keys):
            parts.append(part)
        else:
            _whole(part, keys, spoken, kept)
            given.append(part.key)
            for key in keys:
                earlier = [cost for cost in kept[key] if cost.year not in years]
                parts += _given(key, [*spoken[key], *earlier], plan, source, part.name, part)
    ours = {key for part in plan.bought for key in _keys(part)}
    added = [key for key in spoken if key not in ours]
    for key in added:
        parts += _given(key, spoken[key], plan, source, (names or {}).get(key, key), None)
    after = replace(
        plan,
        lines=tuple(one for one in parts if isinstance(one, Line)),
        devices=tuple(one for one in parts if isinstance(one, Device)),
        positions=tuple(one for one in parts if isinstance(one, Position)),
    )
    split = {_apart(cost): cost.line for cost in filed}
    found = outlook(after, on=on)
    return Merge(before, found, tuple(given), tuple(added), tuple(silent), split)


def _as_planned(plan: Plan, costs: Iterable[Cost]) -> tuple[Cost, ...]:
    """Name what an earlier file split into lines of its own as the plan names it."""
    ours = {key for part in plan.bought for key in _keys(part)}
    return tuple(
        replace(cost, line=_apart(cost)) if cost.line not in ours and _apart(cost) in ours else cost
        for cost in costs
    )


def _apart(cost: Cost) -> str:
    account = cost.account
    codes = "-".join((account.fund, account.function, account.object, account.program))
    return f"{cost.line} ({cost.school or 'district'}, {cost.timing}, {codes})"


def _inside(plan: Plan, years: set[int]) -> None:
    if not years:
        raise ValueError("the file holds no cost: nothing can be taken from it")
    outside = sorted(years - set(plan.span))
    if outside:
        raise ValueError(
            f"the file speaks of {', '.join(map(named, outside))}; the plan runs from "
            f"{named(plan.first_year)} to {named(plan.last_year)}: take those rows out, or begin "
            "another plan"
        )


def _keys(part: Bought) -> tuple[str, ...]:
    benefits = part.benefits if isinstance(part, Position) else ()
    return (part.key, *(f"{part.key}.{one.key}" for one in benefits))


def _by_line(costs: Iterable[Cost]) -> defaultdict[str, list[Cost]]:
    found: defaultdict[str, list[Cost]] = defaultdict(list)
    for cost in costs:
        found[cost.line].append(cost)
    return found


def _same(filed: Sequence[Cost], planned: Sequence[Cost], years: set[int]) -> bool:
    """Return whether a file says what the plan says; a row of 0.00 says that there is no cost."""
    now = {cost for cost in planned if cost.year in years}
    return {cost for cost in filed if cost.cents} == now


def _whole(
    part: Bought,
    keys: Sequence[str],
    spoken: Mapping[str, Sequence[Cost]],
    kept: Mapping[str, Sequence[Cost]],
) -> None:
    lacking = [key for key in keys if not spoken.get(key) and kept.get(key)]
    if lacking:
        raise ValueError(
            f"{part.name!r} is {', '.join(keys)} together, and the file changes a part of it "
            f"without {', '.join(lacking)}: give all of them"
        )


def _given(
    key: str, costs: Sequence[Cost], plan: Plan, source: Source, name: str, part: Bought | None
) -> list[Line]:
    """Return a line of given amounts for each school, account and timing of a line."""
    groups: defaultdict[tuple[object, ...], list[Cost]] = defaultdict(list)
    for cost in costs:
        groups[cost.school, cost.account, cost.timing].append(cost)
    lines = []
    for group in groups.values():
        one = group[0]
        if len({(cost.category, cost.tags) for cost in group}) > 1:
            raise ValueError(f"line {key!r} has two categories or purposes: give it one")
        amounts = {cost.year: cost.cents for cost in group}
        alone = len(groups) == 1
        lines.append(
            Line(
                key=key if alone else _apart(one),
                name=name if alone else f"{name} ({one.school or 'district'}, {one.timing})",
                timing=one.timing,
                category=one.category,
                account=one.account,
                source=source,
                amounts=tuple((year, amounts.get(year, 0)) for year in plan.span),
                schools=(one.school,) if one.school else (),
                paid_by=part.paid_by if part else (),
                base=part.base if part else False,
                tags=one.tags,
            )
        )
    return lines


def _sentence(one: Moved) -> str:
    was, now = (f"{dollars(cents):,}" if cents else "nothing" for cents in (one.before, one.after))
    change = f"{dollars(one.cents):+,}"
    return f"{one.line}, {named(one.year)}: {was} becomes {now} ({change} dollars)."
