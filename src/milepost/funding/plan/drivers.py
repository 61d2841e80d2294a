"""Counts that lines hang on: how many learners, classrooms, educators there are, and where."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from milepost.funding.plan.errors import PlanError
from milepost.funding.plan.parts import EDUCATOR, GIVEN_DRIVERS, ByYear, Driver, Position, Rounding

_ROUNDINGS = {"up": ROUND_CEILING, "down": ROUND_FLOOR, "nearest": ROUND_HALF_UP}
_ONE = Decimal(1)


def order(
    drivers: Sequence[Driver], positions: Sequence[Position]
) -> tuple[Driver | Position | str, ...]:
    """Return drivers and positions so that each comes after those it is counted by.

    ``"educator"`` stands among them where educators are counted from positions. Raises PlanError
    for a driver that nobody knows and for drivers in a circle, naming the circle.
    """
    parts: dict[str, Driver | Position] = {one.key: one for one in drivers}
    parts |= {one.key: one for one in positions}
    needs: dict[str, tuple[str, ...]] = {one.key: (one.per,) for one in drivers}
    needs |= {one.key: (one.driver,) for one in positions}
    if EDUCATOR not in parts:
        needs[EDUCATOR] = tuple(one.key for one in positions if one.educator)
    done: dict[str, Driver | Position | str] = {}
    for key in needs:
        _visit(key, needs, parts, done, [])
    return tuple(done.values())


def _visit(
    key: str,
    needs: Mapping[str, tuple[str, ...]],
    parts: Mapping[str, Driver | Position],
    done: dict[str, Driver | Position | str],
    path: list[str],
) -> None:
    if key in done or (key in GIVEN_DRIVERS and key not in needs):
        return
    if key in path:
        circle = " → ".join([*path[path.index(key) :], key])
        raise PlanError(
            f"driver {key!r}", f"it is counted by itself ({circle}): count one of them otherwise"
        )
    if key not in needs:
        raise PlanError(f"driver {path[-1]!r}, per", f"there is no driver or position {key!r}")
    for other in needs[key]:
        _visit(other, needs, parts, done, [*path, key])
    done[key] = parts.get(key, key)


def whole(number: Decimal, rounding: Rounding) -> Decimal:
    """Return a count in whole ones, by the rule that the part names."""
    if rounding == "exact":
        return number
    return number.quantize(_ONE, _ROUNDINGS[rounding])


def at(figures: ByYear, year: int, before: Decimal) -> Decimal:
    """Return the figure that holds in a year; ``before`` until the first one begins."""
    found = before
    for first, figure in figures:
        if first > year:
            break
        found = figure
    return found
