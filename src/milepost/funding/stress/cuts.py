"""Cuts by year, met by levers in an order that people choose; what is left is said, never hidden.

What a lever gives is the difference of two outlooks, so no lever needs formulas of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import TypeVar

import yaml

from milepost.funding.plan.model import Plan
from milepost.funding.plan.parts import Device, Line, Position
from milepost.funding.stress.chance import reserves

Part = TypeVar("Part", Line, Device, Position)


@dataclass(frozen=True)
class Lever:
    """A way to spend less, as the library describes it."""

    key: str
    name: str
    kinds: tuple[str, ...]
    """Line, Device, Position: what it acts on."""
    conflicts: tuple[str, ...]
    """Levers that may not be pulled beside it."""
    cautions: tuple[str, ...]
    category: str | None = None
    timing: str | None = None
    share: Decimal = Decimal(0)
    """Share by which quantities and amounts fall, in every year of the plan."""
    longer: int = 0
    """Years that devices are kept beyond their life."""

    def apply(self, plan: Plan) -> Plan:
        """Return the plan with the lever pulled from its first year on."""
        lines = tuple(self._less(one) for one in plan.lines)
        devices = tuple(self._less(one) for one in plan.devices)
        positions = tuple(self._less(one) for one in plan.positions)
        return replace(plan, lines=lines, devices=devices, positions=positions)

    def _less(self, one: Part) -> Part:
        timing = getattr(one, "timing", None)
        if (
            type(one).__name__ not in self.kinds
            or one.base
            or (self.category is not None and one.category != self.category)
            or (self.timing is not None and timing != self.timing)
        ):
            return one
        changes: dict[str, object] = {"quantity": one.quantity * (1 - self.share)}
        if isinstance(one, Device):
            changes["life"] = one.life + self.longer
        amounts = getattr(one, "amounts", ())
        if amounts:
            changes["amounts"] = tuple(
                (year, round(cents * (1 - self.share))) for year, cents in amounts
            )
        return replace(one, **changes)  # type: ignore[arg-type]


@cache
def library() -> tuple[Lever, ...]:
    """Return the levers that Milepost brings, in the order in which it offers them."""
    text = files("milepost.funding.stress").joinpath("levers.yaml").read_text("utf-8")
    return tuple(_read(one) for one in yaml.safe_load(text))


def _read(entry: Mapping[str, object]) -> Lever:
    lists = {"kinds", "conflicts", "cautions"}
    read = {key: tuple(one) if key in lists else one for key, one in entry.items()}  # type: ignore[arg-type]
    read["share"] = Decimal(str(entry.get("share", 0)))
    return Lever(**read)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Pulled:
    """A lever and the cents it gives in each year: below zero where it costs money."""

    lever: Lever
    gives: tuple[int, ...]


@dataclass(frozen=True)
class CutPlan:
    """A cut met by levers, year by year, in cents."""

    plan: Plan
    """With every lever pulled that was needed."""
    years: tuple[int, ...]
    cut: tuple[int, ...]
    covered: tuple[int, ...]
    uncovered: tuple[int, ...]
    """The cut of the year that no lever met: it comes out of the reserve."""
    reserve: tuple[int, ...]
    """At the end of each year, after levers and all cuts until then."""
    pulled: tuple[Pulled, ...]


def cut(plan: Plan, cuts: Mapping[int, int], order: Sequence[Lever], *, on: date) -> CutPlan:
    """Return how levers in an order meet cents cut by fiscal year; none is pulled beyond need.

    Raises ValueError for a year outside the plan, a cut below zero, or levers that conflict.
    """
    _check(plan, cuts, order)
    asked = tuple(cuts.get(year, 0) for year in plan.span)
    held, left, pulled = reserves(plan, on=on), list(asked), []
    for lever in order:
        if not any(left):
            break
        changed = lever.apply(plan)
        after = reserves(changed, on=on)
        saved = [new - old for old, new in zip(held, after, strict=True)]
        gives = tuple(now - before for before, now in zip([0, *saved], saved, strict=False))
        left = [need - min(need, max(0, given)) for need, given in zip(left, gives, strict=True)]
        pulled.append(Pulled(lever, gives))
        plan, held = changed, after
    covered = tuple(need - rest for need, rest in zip(asked, left, strict=True))
    remains = tuple(have - sum(asked[: at + 1]) for at, have in enumerate(held))
    return CutPlan(plan, plan.span, asked, covered, tuple(left), remains, tuple(pulled))


def _check(plan: Plan, cuts: Mapping[int, int], order: Sequence[Lever]) -> None:
    for year, cents in cuts.items():
        if year not in plan.span:
            raise ValueError(f"cut of {year}: the plan runs to {plan.last_year} from its first")
        if cents < 0:
            raise ValueError(f"cut of {year}: {cents} cents is below zero; more money is no cut")
    keys = [lever.key for lever in order]
    for at, lever in enumerate(order):
        if lever.key in keys[:at]:
            raise ValueError(f"lever {lever.name!r} stands twice in the order: leave one out")
        for other in order[:at]:
            if other.key in lever.conflicts or lever.key in other.conflicts:
                raise ValueError(
                    f"levers {other.name!r} and {lever.name!r} conflict: leave one of them out"
                )
