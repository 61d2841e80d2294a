"""What a test designer decides, checked before anybody starts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from milepost.measurement.adaptive.blueprint import Blueprint, merged_sets
from milepost.measurement.adaptive.compiling import rules_of, tables_of
from milepost.measurement.adaptive.tables import Floats, Ints, Rules, Tables
from milepost.measurement.irt import Items

CRITERIA = ("information", "kullback_leibler", "posterior_variance")
"""How the next item is chosen: the most Fisher information at the estimate, the largest
Kullback-Leibler distance over the posterior, or the smallest expected posterior variance."""

N_POINTS = 41
SPAN = 4.0
"""Quadrature: so many points, to so many standard deviations of the prior on both sides."""


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """A test for many examinees: items, rules, and the tables that make each choice quick.

    Make it with `Design.of`, or `multistage` for panels of modules. It never changes; examinees
    share it.
    """

    items: Items
    blueprint: Blueprint
    enemy_set: Ints
    """(n,): number of each item's enemy set, -1 for none."""
    rules: Rules
    tables: Tables

    @classmethod
    def of(
        cls,
        items: Items,
        length: int,
        *,
        criterion: str = "information",
        blueprint: Blueprint | None = None,
        enemies: Sequence[ArrayLike] = (),
        administer: ArrayLike = 1.0,
        among: int = 1,
        standard_error: float = 0.0,
        shortest: int = 1,
        mean: float = 0.0,
        sd: float = 1.0,
        points: ArrayLike | None = None,
    ) -> Self:
        """Make a design of up to `length` items, chosen one by one.

        - `criterion`: one of `CRITERIA`.
        - `blueprint`: fewest and most items of each content area; met by every examinee.
        - `enemies`: sets of item numbers of which a test may hold one; sets that share an item are
          joined into one.
        - `administer` (n,): chance that an item is given once chosen, as `sympson_hetter` finds it.
        - `among`: choose at random among so many best items (randomesque).
        - `standard_error`: stop at this posterior standard deviation, in logits, after `shortest`
          items and once the blueprint's fewest are met; 0: always `length` items.
        - `mean`, `sd`: the normal prior of ability, in logits.
        - `points`: abilities at which the posterior is held; 41 over the prior's mean -+ 4 sd if
          not given. Estimates cannot leave them.

        Raises ValueError, naming what is wrong, for numbers out of range, and for a bank, a
        blueprint and enemies that do not allow a test of `length` items.
        """
        if criterion not in CRITERIA:
            raise ValueError(f"criterion must be one of {CRITERIA}, not {criterion!r}")
        n = len(items)
        _check_counts(n, length, shortest, among, standard_error)
        plan = Blueprint.free(n) if blueprint is None else blueprint
        if plan.area.shape != (n,):
            raise ValueError(
                f"blueprint must have an area for each of {n} items, not {len(plan.area)}"
            )
        places = _points(mean, sd, points)
        rules = rules_of(CRITERIA.index(criterion), length, shortest, standard_error, among, places)
        sets = merged_sets(enemies, n)
        tables = tables_of(items, plan, sets, places, (mean, sd), length)
        design = cls(items, plan, sets, rules, tables)
        return design.with_administer(administer)

    def with_administer(self, administer: ArrayLike) -> Self:
        """Return the design with other chances that an item is given once chosen, one or (n,)."""
        n = len(self.items)
        chances = np.asarray(administer, np.float64)
        if chances.ndim not in (0, 1) or (chances.ndim == 1 and len(chances) != n):
            raise ValueError(f"administer must be one chance or {n}, not {chances.shape}")
        chances = np.ascontiguousarray(np.broadcast_to(chances, n))
        bad = ~((chances >= 0.0) & (chances <= 1.0))
        if np.any(bad):
            row = int(np.argmax(bad))
            raise ValueError(f"administer, row {row}: {chances[row]} must be from 0 to 1")
        rules = self.rules._replace(experiments=bool(np.any(chances < 1.0)))
        item = self.tables.item.copy()
        item["administer"] = chances
        return replace(self, rules=rules, tables=self.tables._replace(item=item))


def _check_counts(n: int, length: int, shortest: int, among: int, error: float) -> None:
    if length < 1 or length > n:
        raise ValueError(f"length must be from 1 to the {n} items of the bank, not {length}")
    if not 0 <= shortest <= length:
        raise ValueError(f"shortest must be from 0 to length ({length}), not {shortest}")
    if among < 1:
        raise ValueError(f"among must be 1 (the best item) or more, not {among}")
    if not 0.0 <= error < np.inf:
        raise ValueError(f"standard_error must be 0 (fixed length) or above, not {error}")


def _points(mean: float, sd: float, points: ArrayLike | None) -> Floats:
    if not np.isfinite(mean) or not 0.0 < sd < np.inf:
        raise ValueError(f"mean must be finite and sd above 0, not {mean} and {sd}")
    if points is None:
        return mean + sd * np.linspace(-SPAN, SPAN, N_POINTS)
    places = np.asarray(points, np.float64).copy()
    if places.ndim != 1 or len(places) < 2 or not np.all(np.isfinite(places)):
        raise ValueError("points must be two or more finite abilities")
    if not np.all(np.diff(places) > 0.0):
        row = int(np.argmin(np.diff(places) > 0.0)) + 1
        raise ValueError(f"points, row {row}: {places[row]} must be above the point before it")
    return places
