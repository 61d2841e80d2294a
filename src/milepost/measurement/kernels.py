"""The compiled filter: see `filter` for the model, `tables` for the shapes and their names.

Every sum runs in the order of the rows and nothing is shared between learners, so that a
learner's numbers do not depend, to the last bit, on who else is folded.
"""

import math

import numpy as np
from numba import njit

from milepost.measurement.belief import PROBIT_SCALE
from milepost.measurement.tables import (
    Constants,
    Floats,
    Ints,
    Lessons,
    Outcome,
    Pairs,
    Relations,
    Rows,
)

A, B, V = 0, 1, 2  # columns of levels and items: Normal(A + B * parent, V)
MEAN, VARIANCE = 0, 1  # columns of competencies
NEARLY = 1e-12  # a chance of exactly 0 or 1 would make one answer infinitely surprising
CLOSEST = 1.0  # no rubric reads a level more exactly than this variance, whatever its steps


inlined = njit(cache=True, forceinline=True)
"""For what is called for every row: a call would count the references to some forty arrays up and
down, which takes longer than the numbers in it."""


@njit(cache=True)
def run(
    rows: Rows,
    constants: Constants,
    items: Floats,
    competencies: Floats,
    relations: Relations,
    lessons: Lessons,
    pairs: Pairs,
    out: Outcome,
    learn: bool,
) -> int:
    """Fold all rows into `pairs` and `out`; with `learn`, change the difficulties as well.

    Returns how many pairs were used.
    """
    place = np.full(len(competencies), -1, np.int64)
    end = 0
    for i in range(len(rows.learner_offsets) - 1):
        begin = end
        mean, variance, form = 0.0, constants.ability_variance, 0.0
        for r in range(rows.learner_offsets[i], rows.learner_offsets[i + 1]):
            end, faded = _open(rows, constants, relations, lessons, pairs, place, r, variance, end)
            mean, variance, form = _answer(
                rows, constants, items, competencies, relations, pairs, place, out,
                r, mean, variance, form, faded, learn,
            )  # fmt: skip
            _note_levels(rows, competencies, pairs, place, out, r, mean, variance)
        out.mean[i], out.variance[i], out.offsets[i + 1] = mean, variance, end
        for s in range(begin, end):
            place[pairs.competency[s]] = -1
            a, b, v = pairs.level[s]
            pairs.level[s, A] = a + b * mean - competencies[pairs.competency[s], MEAN]
            pairs.level[s, V] = v + b * b * variance
    return end


@inlined
def _open(
    rows: Rows,
    constants: Constants,
    relations: Relations,
    lessons: Lessons,
    pairs: Pairs,
    place: Ints,
    r: int,
    variance: float,
    end: int,
) -> tuple[int, float]:
    """Bring the levels that row r shows to its day; return the pairs used and the mean fading."""
    first, stop = rows.competency_offsets[r], rows.competency_offsets[r + 1]
    faded = 0.0
    for e in range(first, stop):
        s = place[rows.competency[e]]
        if s < 0:
            s = end
            end += 1
            pairs.competency[s] = rows.competency[e]
            pairs.level[s] = _lent(constants, relations, lessons, pairs, place, rows.competency[e])
            pairs.seen[s] = 0
            place[rows.competency[e]] = s
        else:
            faded += _age(constants, pairs, s, rows.day[r], variance) / (stop - first)
            # The lesson of the last row shows from this row on; levels already told stay true.
            pairs.level[s, A] += _gain(constants, lessons, pairs.seen[s])
        pairs.last_day[s] = rows.day[r]
        pairs.seen[s] += 1
    return end, faded


@inlined
def _gain(constants: Constants, lessons: Lessons, seen: int) -> float:
    """Return what the last of `seen` rows in a competency taught."""
    if seen < len(lessons.gain):
        return float(lessons.gain[seen])
    return float(constants.gain * seen**-constants.gain_power)


@inlined
def _lent(
    constants: Constants,
    relations: Relations,
    lessons: Lessons,
    pairs: Pairs,
    place: Ints,
    k: int,
) -> tuple[float, float, float]:
    """Return what a level starts from: its relatives' beliefs, as `belief.lent` says."""
    prior = constants.competency_variance
    precision, a, b = 1.0 / prior, 0.0, 0.0
    for e in range(relations.offsets[k], relations.offsets[k + 1]):
        s = place[relations.relative[e]]
        if s >= 0 and pairs.level[s, V] < prior:
            weight = relations.weight[e]
            known = 1.0 / pairs.level[s, V] - 1.0 / prior
            rest = prior * (1.0 - weight * weight)
            share = weight / (1.0 + rest * known)  # times `known`: precision of the reading
            precision += weight * share * known
            # What practice taught there was not taught here.
            taught = lessons.before[min(pairs.seen[s], len(lessons.before) - 1)]
            a += share / pairs.level[s, V] * (pairs.level[s, A] - taught)
            b += share / pairs.level[s, V] * (pairs.level[s, B] - 1.0)
    return a / precision, 1.0 + b / precision, 1.0 / precision


@inlined
def _age(constants: Constants, pairs: Pairs, s: int, day: float, ability: float) -> float:
    """Make a level as uncertain as time away makes it; return how far its mean has faded.

    The same law as `belief.project`. The fading is not written down: one answer brings back what
    had faded (savings in relearning; Ebbinghaus 1885), while the uncertainty stays.
    """
    elapsed = day - pairs.last_day[s]
    if elapsed <= 0.0:
        return 0.0
    level = pairs.level[s, V] + pairs.level[s, B] ** 2 * ability
    room = constants.level_variance - level
    if room > 0.0:
        pairs.level[s, V] -= room * math.expm1(-constants.forgetting_rate * elapsed)
    return -constants.fading * float(level) * math.expm1(-elapsed / constants.fading_days)


@inlined
def _answer(
    rows: Rows,
    constants: Constants,
    items: Floats,
    competencies: Floats,
    relations: Relations,
    pairs: Pairs,
    place: Ints,
    out: Outcome,
    r: int,
    mean: float,
    variance: float,
    form: float,
    faded: float,
    learn: bool,
) -> tuple[float, float, float]:
    """Predict row r, then take its answer in; return the ability's mean and variance, and form."""
    a, b, v = _level(rows, pairs, place, r)
    d, d_variance = _difficulty(rows, competencies, r)
    item_a, item_b, item_v = items[rows.item[r]]
    logit = a + b * mean - faded - item_a - item_b * d
    spread = v + b * b * variance + item_v + item_b * item_b * d_variance
    flatten = 1.0 / math.sqrt(1.0 + PROBIT_SCALE * spread)
    out.logit[r], out.spread[r] = logit, spread
    if rows.source[r] >= 0:
        scale = relations.scales[rows.source[r]]
        out.chance[r], surprise, total = _scaled(scale, rows.score[r], logit, spread, flatten)
        if rows.weight[r] == 0.0 or scale[0] < 0.0:
            return mean, variance, form
    else:
        out.chance[r] = 1.0 / (1.0 + math.exp(-flatten * logit - constants.form_pull * form))
        if rows.weight[r] == 0.0:
            return mean, variance, form
        p = min(max(1.0 / (1.0 + math.exp(-flatten * logit)), NEARLY), 1.0 - NEARLY)
        slope = flatten * p * (1.0 - p)
        missed = rows.score[r] - p
        if rows.hints[r]:
            missed = rows.score[r] * constants.hint_factor ** rows.hints[r] - p
        # The answer as a Gaussian reading of the logit: how far off, and its variance in all.
        surprise = missed / slope
        total = 1.0 / (flatten * slope)
        form = constants.form_memory * form + (1.0 - constants.form_memory) * missed
    total = spread + (total - spread) / rows.weight[r]
    pull = b * variance / total
    _move_levels(rows, constants, pairs, place, r, b, b * mean + surprise, total - b * b * variance)
    if learn:
        _move_difficulties(rows, items, competencies, r, d, d_variance, surprise, total)
    return mean + pull * surprise, variance * (1.0 - pull * b) + constants.ability_drift, form


@inlined
def _scaled(
    scale: Floats, score: float, logit: float, spread: float, flatten: float
) -> tuple[float, float, float]:
    """Return the expected score on a source's scale, and its score as a reading of the logit.

    A rubric is a graded response (Samejima 1969): level k or higher has the chance
    logistic(logit - threshold k). The reading has the slope and the curvature of the logarithm of
    the integrated chance; with one threshold it is the step of a right or wrong answer.
    """
    top = int(scale[0])
    if top < 0:
        return math.nan, 0.0, 1.0
    if top == 0:
        reading = (score - scale[1]) / scale[2]
        total = spread + scale[3] / (scale[2] * scale[2])
        return scale[1] + scale[2] * logit, reading - logit, total
    expected, above, over = 0.0, 1.0, 0.0
    for k in range(1, top + 1):
        p = 1.0 / (1.0 + math.exp(-flatten * (logit - scale[k])))
        expected += p
        if k == score:
            above = min(max(p, NEARLY), 1.0 - NEARLY)
        elif k == score + 1:
            over = min(max(p, NEARLY), 1.0 - NEARLY)
    bend = flatten * flatten * (above * (1.0 - above) + over * (1.0 - over))
    surprise = flatten * (1.0 - above - over) / bend
    total = 1.0 / bend
    if total < spread + CLOSEST:
        surprise *= (spread + CLOSEST) / total
        total = spread + CLOSEST
    return expected, surprise, total


@inlined
def _level(rows: Rows, pairs: Pairs, place: Ints, r: int) -> tuple[float, float, float]:
    """Return the mean of the levels that row r shows, given the ability: (a, b, v)."""
    first, stop = rows.competency_offsets[r], rows.competency_offsets[r + 1]
    a = b = v = 0.0
    for e in range(first, stop):
        level = pairs.level[place[rows.competency[e]]]
        a += level[A]
        b += level[B]
        v += level[V]
    n = stop - first
    return a / n, b / n, v / n**2


@inlined
def _difficulty(rows: Rows, competencies: Floats, r: int) -> tuple[float, float]:
    """Return the mean difficulty of the competencies that row r shows, and its variance."""
    first, stop = rows.competency_offsets[r], rows.competency_offsets[r + 1]
    d = variance = 0.0
    for e in range(first, stop):
        d += competencies[rows.competency[e], MEAN]
        variance += competencies[rows.competency[e], VARIANCE]
    n = stop - first
    return d / n, variance / n**2


@inlined
def _move_levels(
    rows: Rows,
    constants: Constants,
    pairs: Pairs,
    place: Ints,
    r: int,
    b: float,
    reading: float,
    total: float,
) -> None:
    """Spread an answer over the levels that row r shows, given the ability (a Kalman step).

    `reading` is the reading's distance from the mean of their `a`; `total` its variance.
    """
    first, stop = rows.competency_offsets[r], rows.competency_offsets[r + 1]
    for e in range(first, stop):
        level = pairs.level[place[rows.competency[e]]]
        share = level[V] / (stop - first)
        level[A] += share / total * reading
        level[B] -= share / total * b
        level[V] += constants.competency_drift - share / total * share


@inlined
def _move_difficulties(
    rows: Rows,
    items: Floats,
    competencies: Floats,
    r: int,
    d: float,
    d_variance: float,
    surprise: float,
    total: float,
) -> None:
    """Take an answer in on the other side: what was easier than thought becomes easier."""
    first, stop = rows.competency_offsets[r], rows.competency_offsets[r + 1]
    item = items[rows.item[r]]
    b = item[B]
    if rows.item[r] >= 0:
        pull = item[V] / (total - b * b * d_variance)
        item[A] += pull * (b * d - surprise)
        item[B] -= pull * b
        item[V] -= pull * item[V]
    for e in range(first, stop):
        competency = competencies[rows.competency[e]]
        share = b * competency[VARIANCE] / (stop - first)
        competency[MEAN] -= share / total * surprise
        competency[VARIANCE] -= share / total * share


@inlined
def _note_levels(
    rows: Rows,
    competencies: Floats,
    pairs: Pairs,
    place: Ints,
    out: Outcome,
    r: int,
    mean: float,
    variance: float,
) -> None:
    """Write down the levels just after row r, from the difficulty of their competencies."""
    for e in range(rows.competency_offsets[r], rows.competency_offsets[r + 1]):
        a, b, v = pairs.level[place[rows.competency[e]]]
        out.level_mean[e] = a + b * mean - competencies[rows.competency[e], MEAN]
        out.level_variance[e] = v + b * b * variance
