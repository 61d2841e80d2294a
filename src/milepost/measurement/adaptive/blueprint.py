"""What a test must hold of each content area."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from milepost.measurement.adaptive.tables import Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Blueprint:
    """Fewest and most items of each content area, which every test is sure to keep.

    Make it with `Blueprint.of`. `area` (n,) is the number of each item's area, a place in
    `names`; `least`, `most` and `weight` are (areas,).
    """

    names: tuple[str, ...]
    area: Ints
    least: Ints
    most: Ints
    weight: Floats

    @classmethod
    def of(
        cls,
        areas: Sequence[str],
        limits: Mapping[str, tuple[int, int]],
        weights: Mapping[str, float] | None = None,
    ) -> Self:
        """Make a blueprint from the area of each item and (fewest, most) items of each area.

        `weights` say how much more than others an area is wanted early (1 where not given); they
        move the order of a test, never its limits. Raises ValueError for an item whose area has no
        limits, limits that are not 0 <= fewest <= most, and a weight that is not above 0.
        """
        names = tuple(limits)
        number = {name: k for k, name in enumerate(names)}
        for row, name in enumerate(areas):
            if name not in number:
                raise ValueError(
                    f"areas, row {row}: {name!r} has no limits; give it (0, 0) or more"
                )
        for name, (least, most) in limits.items():
            if not 0 <= least <= most:
                raise ValueError(f"limits of {name!r}: {(least, most)} must be 0 <= fewest <= most")
        given = dict.fromkeys(names, 1.0) | dict(weights or {})
        for name, weight in given.items():
            if name not in number or not (0.0 < weight < np.inf):
                raise ValueError(f"weights, {name!r}: {weight} must be above 0 and of a known area")
        return cls(
            names=names,
            area=np.array([number[name] for name in areas], np.int64),
            least=np.array([limits[name][0] for name in names], np.int64),
            most=np.array([limits[name][1] for name in names], np.int64),
            weight=np.array([given[name] for name in names], np.float64),
        )

    @classmethod
    def free(cls, n: int) -> Self:
        """Make the blueprint of a test that asks nothing: one area of all n items."""
        return cls(
            ("all",), np.zeros(n, np.int64), np.zeros(1, np.int64), np.full(1, n), np.ones(1)
        )


def merged_sets(enemies: Sequence[ArrayLike], n: int) -> Ints:
    """Return the enemy set of each item, (n,), -1 for none; sets that meet become one.

    Raises ValueError for an item that is not there, or a set without a pair.
    """
    set_of = np.full(n, -1, np.int64)
    for row, members in enumerate(enemies):
        items = np.unique(np.asarray(members, np.int64))
        if len(items) < 2:
            raise ValueError(f"enemies, row {row}: {members} must name two items or more")
        if items[0] < 0 or items[-1] >= n:
            raise ValueError(
                f"enemies, row {row}: {members} names an item that is not 0 to {n - 1}"
            )
        met = np.unique(set_of[items])
        set_of[np.isin(set_of, met[met >= 0])] = row
        set_of[items] = row
    return set_of
