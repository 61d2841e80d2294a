"""What differs between two plans: what people entered, and what each line costs."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date

from milepost.funding.plan.model import Plan
from milepost.funding.plan.outlook import outlook
from milepost.funding.plan.results import Outlook


@dataclass(frozen=True)
class Entry:
    """One entry that differs: driver of line 'Laptops', before and after."""

    part: str
    """line 'Laptops'; 'plan' for what belongs to the whole."""
    entry: str
    before: object
    """None: the part was not there, or the entry was empty."""
    after: object


@dataclass(frozen=True)
class Moved:
    """Cents of one line in one fiscal year, before and after."""

    line: str
    year: int
    before: int
    after: int

    @property
    def cents(self) -> int:
        """How much more it costs after."""
        return self.after - self.before


@dataclass(frozen=True)
class Difference:
    """Two plans side by side."""

    entries: tuple[Entry, ...]
    lines: tuple[Moved, ...]
    """Only lines and years that cost something else."""
    before: Outlook
    after: Outlook

    @property
    def cents(self) -> int:
        """How much more all of it costs after."""
        return sum(line.cents for line in self.lines)


def difference(before: Plan, after: Plan, *, on: date) -> Difference:
    """Return what differs between two plans, entry by entry and line by line."""
    old, new = outlook(before, on=on), outlook(after, on=on)
    return Difference(tuple(entries(before, after)), moved(old, new), old, new)


def moved(before: Outlook, after: Outlook) -> tuple[Moved, ...]:
    """Return the lines that cost something else in a year; the rest of both is equal."""
    sums: dict[tuple[str, int], list[int]] = {}
    for side, one in enumerate((before, after)):
        for cost in one.costs:
            sums.setdefault((cost.line, cost.year), [0, 0])[side] += cost.cents
    return tuple(
        Moved(line, year, old, new) for (line, year), (old, new) in sums.items() if old != new
    )


def entries(before: Plan, after: Plan) -> Iterator[Entry]:
    """Yield the entries that differ, part by part."""
    for field in fields(Plan):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if old == new:
            continue
        if not isinstance(old, tuple):
            yield Entry("plan", field.name.replace("_", " "), old, new)
            continue
        was, now = ({one.key: one for one in parts} for parts in (old, new))
        for key in [*was, *(key for key in now if key not in was)]:
            yield from _part(was.get(key), now.get(key))


def _part(old: object, new: object) -> Iterator[Entry]:
    if old == new:
        return
    one = old if old is not None else new
    name = getattr(one, "name", None) or getattr(one, "key", "")
    part = f"{type(one).__name__.lower()} {name!r}"
    if old is None or new is None:
        yield Entry(part, "", old, new)
        return
    for field in fields(old):  # type: ignore[arg-type]
        was, now = getattr(old, field.name), getattr(new, field.name)
        if was != now:
            yield Entry(part, field.name.replace("_", " "), was, now)
