"""Between `Items` in the textbook's parameters and the coefficients that the climb moves.

A row of coefficients is (slope a, logit of the lowest chance, intercepts d_k = -a b_k).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from milepost.measurement.irt.items import UNREACHED, Bools, Floats, Ints, Items, refuse
from milepost.measurement.irt.priors import Priors
from milepost.measurement.irt.responses import Responses

SLOPE, LUCK, INTERCEPT = 0, 1, 2
"""Columns of the coefficients; the intercepts run from the last one on."""
SLOPES = (0.02, 12.0)
INTERCEPTS = (-25.0, 25.0)
LUCK_LOGITS = (-7.0, 1.5)
"""Where coefficients may lie: logits of the lowest chance from 0.001 to 0.82."""
EXTREME = 6.0
"""Difficulty in logits that stands for an item that all got wrong (right: its negative)."""
FIRST_LUCK = 0.2
"""The lowest chance from which a climb starts."""


@dataclass(frozen=True)
class Setting:
    """What is to be estimated: the items `used`, their first `rows`, and which are `free`.

    `answers` are those to items used; `top` and `partial` are of the items used, the rest of all:
    `items` as they stay where nothing is estimated, `fixed` and `estimated`.
    """

    answers: Responses
    used: Ints
    top: Ints
    rows: Floats
    free: Bools
    partial: Bools
    items: Items
    fixed: Bools
    estimated: Bools


def set_up(
    responses: Responses,
    model: str | Sequence[str],
    known: Items | None,
    fixed: ArrayLike | None,
    priors: Priors,
) -> Setting:
    """Decide which items can be estimated and where each starts; raise ValueError if none can."""
    n = responses.n_items
    items, kept = _given(model, known, fixed, n)
    seen = responses.seen()
    counts = _counts(responses, seen)
    _check_scores(items, kept, seen, counts, lenient=np.isfinite(priors.intercept))
    classes = np.sum(counts > 0, axis=1)
    usable = kept[seen] | (classes > 1)
    if np.isfinite(priors.intercept):
        usable[:] = True
    used, counts = seen[usable], counts[usable]
    if not len(used):
        raise ValueError("responses: no item was answered in more than one way: none can be fitted")
    here = items.take(used)
    highest = counts.shape[1] - 1 - np.argmax(counts[:, ::-1] > 0, axis=1)
    top = np.where(kept[used], here.top_score, np.maximum(highest, 1))
    told = kept[used] if known is None else here.top_score == top
    rows = _first_rows(here, counts, top)
    given = rows_of(here)[:, : rows.shape[1]]
    rows[told, : given.shape[1]] = given[told]
    estimated = np.zeros(n, bool)
    estimated[used] = ~kept[used]
    settled = _settled(items, seen[~usable], responses)
    partial = np.asarray(here.model == "gpcm")
    answers = responses if np.all(usable) else responses.only(used)
    free = _free(here, kept[used], top, rows.shape[1])
    return Setting(answers, used, top, rows, free, partial, settled, kept, estimated)


def _given(
    model: str | Sequence[str], known: Items | None, fixed: ArrayLike | None, n: int
) -> tuple[Items, Bools]:
    """Return the items as they are before the answers, and which of them are fixed."""
    kept = np.zeros(n, bool)
    if known is None:
        if fixed is not None:
            raise ValueError("fixed needs `known`: the values to keep")
        return Items.of(model, np.zeros(n)), kept
    if len(known) != n:
        raise ValueError(f"known must hold {n} items, as the responses do; it holds {len(known)}")
    if fixed is not None:
        which = np.asarray(fixed)
        if which.dtype.kind != "b":
            refuse("fixed", which, (which < 0) | (which >= n), f"is unknown: there are {n} items")
        kept[which] = True
    return known, kept


def _counts(responses: Responses, seen: Ints) -> Ints:
    """Return how often each score was given, (items seen, scores)."""
    place = np.zeros(responses.n_items, np.int64)
    place[seen] = np.arange(len(seen))
    width = int(responses.score.max(initial=0)) + 1
    flat = np.bincount(place[responses.item] * width + responses.score, minlength=len(seen) * width)
    return flat.reshape(len(seen), width)


def _check_scores(items: Items, kept: Bools, seen: Ints, counts: Ints, *, lenient: bool) -> None:
    binary = np.isin(items.model[seen], ("rasch", "2pl", "3pl"))
    above = np.any(counts[:, 2:] > 0, axis=1)
    _refuse_item(seen, binary & above, "has scores above 1: use the model grm or gpcm")
    highest = counts.shape[1] - 1 - np.argmax(counts[:, ::-1] > 0, axis=1)
    over = kept[seen] & (highest > items.top_score[seen])
    _refuse_item(seen, over, "is fixed, and has scores above its highest")
    between = np.arange(counts.shape[1]) < highest[:, None]
    gap = np.any((counts == 0) & between, axis=1) & (np.sum(counts > 0, axis=1) > 1)
    if not lenient:
        why = "has a score that nobody got below one that somebody did: merge scores, or use priors"
        _refuse_item(seen, gap & ~kept[seen], why)


def _refuse_item(seen: Ints, bad: Bools, why: str) -> None:
    if np.any(bad):
        raise ValueError(f"scores: item {seen[np.argmax(bad)]} {why}")


def _first_rows(items: Items, counts: Ints, top: Ints) -> Floats:
    """Return slopes of 1 and the intercepts that the share of each score suggests."""
    rows = np.zeros((len(items), INTERCEPT + int(top.max())))
    rows[:, SLOPE] = 1.0
    lucky = items.model == "3pl"
    rows[:, LUCK] = np.where(lucky, np.log(FIRST_LUCK / (1.0 - FIRST_LUCK)), -np.inf)
    share = np.zeros((len(items), 1 + int(top.max())))
    width = min(share.shape[1], counts.shape[1])
    share[:, :width] = counts[:, :width]
    share += 0.5
    share[np.arange(share.shape[1]) > top[:, None]] = 0.0
    share /= share.sum(axis=1, keepdims=True)
    lift = np.where(lucky, np.minimum(FIRST_LUCK, 0.5 * share[:, 1]), 0.0)
    share[:, 1] -= lift
    share[:, 0] += lift * (items.model == "3pl")
    cumulative = np.cumsum(share[:, ::-1], axis=1)[:, ::-1][:, 1:]
    below = np.maximum(1.0 - cumulative, 1e-9)
    with np.errstate(divide="ignore", invalid="ignore"):
        graded = 1.2 * np.log(cumulative / below)
        stepwise = np.log(share[:, 1:] / share[:, :-1])
    chosen = np.where((items.model == "gpcm")[:, None], stepwise, graded)
    reached = np.arange(1, share.shape[1]) <= top[:, None]
    rows[:, INTERCEPT:] = np.where(reached, chosen, 0.0)
    return rows


def _free(items: Items, kept: Bools, top: Ints, width: int) -> Bools:
    free = np.zeros((len(items), width), bool)
    free[:, SLOPE] = items.model != "rasch"
    free[:, LUCK] = items.model == "3pl"
    free[:, INTERCEPT:] = np.arange(width - INTERCEPT) < top[:, None]
    free[kept] = False
    return free


def _settled(items: Items, extreme: Ints, responses: Responses) -> Items:
    """Return the items with those that all answered alike at the end of the scale."""
    difficulty = items.difficulty.copy()
    right = np.zeros(responses.n_items, bool)
    right[responses.item[responses.score > 0]] = True
    difficulty[extreme] = np.where(right[extreme], -EXTREME, EXTREME)
    return Items(items.model, items.discrimination, difficulty, items.guessing, items.steps)


def rows_of(items: Items) -> Floats:
    """Return the coefficients of items."""
    rows = np.zeros((len(items), INTERCEPT + items.steps.shape[1]))
    rows[:, SLOPE] = items.discrimination
    with np.errstate(divide="ignore"):
        rows[:, LUCK] = np.log(items.guessing) - np.log1p(-items.guessing)
    thresholds = np.where(np.isfinite(items.steps), items.thresholds, 0.0)
    rows[:, INTERCEPT:] = -items.discrimination[:, None] * thresholds
    return rows


def table_of(setting: Setting, rows: Floats) -> tuple[Items, Bools]:
    """Return all items, with what was estimated in its place, and which lie at a bound."""
    items, new = setting.items, setting.estimated[setting.used]
    at, here = setting.used[new], rows[new]
    steps = np.full((len(items), max(items.steps.shape[1], rows.shape[1] - 2)), UNREACHED)
    steps[:, : items.steps.shape[1]] = items.steps
    slope, guessing, difficulty = (
        items.discrimination.copy(),
        items.guessing.copy(),
        items.difficulty.copy(),
    )
    thresholds = _thresholds(here, setting.top[new])
    middle = np.mean(thresholds, axis=1, where=np.isfinite(thresholds))
    steps[at] = UNREACHED
    steps[at, : thresholds.shape[1]] = thresholds - middle[:, None]
    steps[at[setting.top[new] == 1], 0] = 0.0
    slope[at], difficulty[at] = here[:, SLOPE], middle
    guessing[at] = _chance(here[:, LUCK])
    held = setting.free[new]
    bound = held[:, SLOPE] & _at(here[:, SLOPE], SLOPES)
    bound |= np.any(held[:, INTERCEPT:] & _at(here[:, INTERCEPT:], INTERCEPTS), axis=1)
    at_bound = np.zeros(len(items), bool)
    at_bound[at] = bound
    return Items(items.model, slope, difficulty, guessing, steps), at_bound


def errors_of(setting: Setting, rows: Floats, variance: Floats) -> tuple[Floats, ...]:
    """Return standard errors in the textbook's parameters, by the delta method."""
    n, used = len(setting.items), setting.used
    width = max(setting.items.steps.shape[1], rows.shape[1] - INTERCEPT)
    found = [np.full(n, np.inf) for _ in range(3)]
    thresholds = np.full((n, width), np.inf)
    a, d = rows[:, SLOPE], rows[:, INTERCEPT:]
    c = _chance(rows[:, LUCK])
    reached = np.arange(d.shape[1]) < setting.top[:, None]
    change = np.zeros((len(rows), d.shape[1], rows.shape[1]))
    change[:, :, SLOPE] = d / a[:, None] ** 2
    k = np.arange(d.shape[1])
    change[:, k, INTERCEPT + k] = -1.0 / a[:, None]
    change[~reached] = 0.0
    middle = change.sum(axis=1) / setting.top[:, None]
    certain = np.all(np.isfinite(variance), axis=(1, 2))
    known = np.where(certain[:, None, None], variance, 0.0)
    found[0][used] = np.sqrt(known[:, SLOPE, SLOPE])
    found[1][used] = np.sqrt(np.einsum("jf,jfg,jg->j", middle, known, middle))
    found[2][used] = np.sqrt(known[:, LUCK, LUCK]) * c * (1.0 - c)
    each = np.sqrt(np.einsum("jkf,jfg,jkg->jk", change, known, change))
    thresholds[used, : d.shape[1]] = np.where(reached, each, np.inf)
    lost = used[~certain]
    for part in (*found, thresholds):
        part[lost] = np.inf
        part[setting.fixed] = 0.0
    return (*found, thresholds)


def _thresholds(rows: Floats, top: Ints) -> Floats:
    reached = np.arange(rows.shape[1] - INTERCEPT) < top[:, None]
    return np.where(reached, -rows[:, INTERCEPT:] / rows[:, [SLOPE]], UNREACHED)


def _chance(logit: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(np.minimum(-logit, 700.0))) * (logit > -np.inf))


def _at(values: Floats, bounds: tuple[float, float]) -> NDArray[np.bool_]:
    return np.asarray((values <= bounds[0] + 1e-9) | (values >= bounds[1] - 1e-9))
