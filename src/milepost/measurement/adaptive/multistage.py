"""Multistage tests: panels of modules that are put together beforehand, with routes between."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from milepost.measurement.adaptive.design import Design
from milepost.measurement.adaptive.tables import EXIT, MODULE, Floats, Ints, Records
from milepost.measurement.irt import Items, information


@dataclass(frozen=True, slots=True)
class Module:
    """Items that are given together, and where the examinee goes after them.

    `items` are item numbers, in order. `to` are modules of the same panel, by place in it, each
    later than this one; there is one more than `cuts`, which ascend: below the first cut to the
    first, from the last on to the last. A module without `to` ends the test.
    """

    items: Sequence[int]
    to: Sequence[int] = ()
    cuts: Sequence[float] = ()


def multistage(
    items: Items,
    panels: Sequence[Sequence[Module]],
    *,
    by: str = "ability",
    mean: float = 0.0,
    sd: float = 1.0,
    points: ArrayLike | None = None,
) -> Design:
    """Make a multistage test; each examinee takes one panel, drawn by chance, from its module 0.

    Cuts are of ability in logits (`by="ability"`: the posterior mean so far) or of points so far
    (`by="points"`: the sum of scores, as printed routing tables have it). The prior and `points`
    are those of `Design.of`. See Luecht & Nungesser (1998) for the design, and `module_cuts` for
    cuts by information.

    Raises ValueError, naming panel and module, for an item that is not there or comes twice on a
    route, routes that lead back or nowhere, cuts that do not ascend, and a module nobody reaches.
    """
    if by not in ("ability", "points"):
        raise ValueError(f"by must be 'ability' or 'points', not {by!r}")
    if not panels:
        raise ValueError("panels must hold one panel or more")
    length = max(_longest(panel, k, len(items)) for k, panel in enumerate(panels))
    plain = Design.of(items, length, mean=mean, sd=sd, points=points)
    entry, modules, order, exits = _tables(panels)
    tables = plain.tables._replace(entry=entry, module=modules, module_item=order, exit=exits)
    return replace(plain, rules=plain.rules._replace(by_points=by == "points"), tables=tables)


def module_cuts(items: Items, modules: Sequence[Sequence[int]], low: float, high: float) -> Floats:
    """Return where, from `low` to `high`, the next module begins to tell more than the one before.

    The approximate maximum information method (Luecht, Brumfield & Breithaupt 2006): one cut for
    each two neighbours, easiest module first, to a thousandth of a logit. Raises ValueError where
    the curves of two neighbours do not cross once from below.
    """
    grid = np.linspace(low, high, max(int(1000 * (high - low)), 1) + 1)
    told = [information(grid, items.take(list(module))).sum(axis=-1) for module in modules]
    cuts = []
    for k in range(len(told) - 1):
        above = told[k + 1] > told[k]
        if above[0] or not above[-1] or np.sum(above[1:] != above[:-1]) != 1:
            raise ValueError(f"modules, rows {k} and {k + 1}: their information must cross once")
        cuts.append(grid[int(np.argmax(above))])
    return np.array(cuts)


def _longest(panel: Sequence[Module], k: int, n: int) -> int:
    """Return the most items on any route of a panel; raise ValueError for what is wrong in it."""
    if not panel:
        raise ValueError(f"panels, row {k}: a panel needs a module")
    before: list[list[frozenset[int]]] = [[] for _ in panel]
    before[0].append(frozenset())
    longest = 0
    for m, module in enumerate(panel):
        where = f"panels, row {k}, module {m}"
        _check_module(module, where, m, len(panel), n)
        if not before[m]:
            raise ValueError(f"{where}: no route leads to it")
        for seen in before[m]:
            if seen & set(module.items):
                raise ValueError(f"{where}: items {sorted(seen & set(module.items))} come twice")
            after = seen | set(module.items)
            longest = max(longest, len(after))
            for to in set(module.to):
                before[to].append(after)
    return longest


def _check_module(module: Module, where: str, m: int, count: int, n: int) -> None:
    if not module.items or len(set(module.items)) < len(module.items):
        raise ValueError(f"{where}: needs items, each of them once")
    if min(module.items) < 0 or max(module.items) >= n:
        raise ValueError(f"{where}: names an item that is not 0 to {n - 1}")
    if len(module.cuts) != max(len(module.to) - 1, 0):
        raise ValueError(
            f"{where}: {len(module.to)} ways need one cut less, not {len(module.cuts)}"
        )
    cuts = np.asarray(module.cuts, np.float64)
    if not np.all(np.isfinite(cuts)) or not np.all(np.diff(cuts) > 0.0):
        raise ValueError(f"{where}: cuts {list(module.cuts)} must be finite and ascend")
    if any(not m < to < count for to in module.to):
        raise ValueError(f"{where}: leads to {list(module.to)}; ways lead to later modules only")


def _tables(panels: Sequence[Sequence[Module]]) -> tuple[Ints, Records, Ints, Records]:
    entry = np.cumsum([0, *(len(panel) for panel in panels)])[:-1]
    flat = [(module, base) for panel, base in zip(panels, entry, strict=True) for module in panel]
    modules = np.zeros(len(flat), MODULE)
    item_ends = np.cumsum([len(module.items) for module, _ in flat])
    exit_ends = np.cumsum([len(module.to) for module, _ in flat])
    modules["start"], modules["stop"] = np.concatenate(([0], item_ends[:-1])), item_ends
    modules["exit"], modules["last_exit"] = np.concatenate(([0], exit_ends[:-1])), exit_ends
    order = np.concatenate([np.asarray(module.items, np.int64) for module, _ in flat])
    ways = [
        (cut, base + to)
        for module, base in flat
        for cut, to in zip((-np.inf, *module.cuts), module.to, strict=False)
    ]
    return entry.astype(np.int64), modules, order, np.array(ways, EXIT)
