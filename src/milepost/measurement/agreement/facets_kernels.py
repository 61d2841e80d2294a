"""The compiled many-facet model: see `facets` for the model, `facets_design` for the shapes.

Given a learner's total, the chance of each rating depends on raters, criteria and thresholds only:
the ability drops out. P(x_i = k | total) = p_ik P(the rest = total - k) / P(total), whatever
ability the p are taken at; taken where the total is the expected one, no number is extreme.
"""

import math
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit

from milepost.measurement.agreement.answer import Floats
from milepost.measurement.agreement.facets_design import Design, Fit, Levels, Room

EXACT = 24  # ratings of a learner up to which the rest's distribution is summed exactly
TINY = 1e-300
FAR = 60.0  # an ability further out changes no chance that a float can hold

Kernel = TypeVar("Kernel", bound=Callable[..., Any])
# Divisions are guarded where they can be by nothing; numba's own checks only take time to compile.
# Numba's types know nothing of its options on wrappers.
compiler: Any = njit
OPTIONS = {"cache": True, "error_model": "numpy", "no_cfunc_wrapper": True}


def door(function: Kernel) -> Kernel:
    """Compile a kernel that Python calls."""
    return cast(Kernel, compiler(**OPTIONS)(function))


def inner(function: Kernel) -> Kernel:
    """Compile a kernel that kernels call; a way in from Python would double the compiling."""
    return cast(Kernel, compiler(**OPTIONS, no_cpython_wrapper=True)(function))


@inner
def chances(design: Design, levels: Levels, r: int, ability: float, p: Floats) -> None:
    """Write the chance of every category of rating r, at an ability, into `p`."""
    g = design.group[design.criterion[r]]
    top = design.top[g]
    gap = ability - levels.severity[design.rater[r]] - levels.difficulty[design.criterion[r]]
    highest = 0.0
    p[0] = 0.0
    for k in range(1, top + 1):
        p[k] = k * gap - levels.passed[g, k]
        highest = max(highest, p[k])
    total = 0.0
    for k in range(top + 1):
        p[k] = math.exp(p[k] - highest)
        total += p[k]
    for k in range(top + 1):
        p[k] /= total


@inner
def moments(p: Floats, top: int) -> tuple[float, float, float, float]:
    """Return mean, variance, and third and fourth central moments of a rating."""
    mean = 0.0
    for k in range(1, top + 1):
        mean += k * p[k]
    second = third = fourth = 0.0
    for k in range(top + 1):
        d = k - mean
        second += d * d * p[k]
        third += d * d * d * p[k]
        fourth += d * d * d * d * p[k]
    return mean, second, third, fourth


@door
def abilities(design: Design, levels: Levels, warm: float, fit: Fit, room: Room) -> None:
    """Find the ability of every learner of whom there is something to tell.

    With `warm` 0 the one at which the total is expected (maximum likelihood), with `warm` 1 Warm's
    (1989) weighted likelihood, which is finite for any total. Newton inside a bracket that only
    shrinks, from where `fit` has them.
    """
    p = room.p[0]
    for n in range(len(design.total)):
        if warm == 0.0 and not design.informs[n]:
            continue
        low, high = -FAR, FAR
        ability, information, third = fit.ability[n], 1.0, 0.0
        for _ in range(100):
            missed = information = third = 0.0
            for r in range(design.offsets[n], design.offsets[n + 1]):
                chances(design, levels, r, ability, p)
                top = design.top[design.group[design.criterion[r]]]
                mean, second, skew, _ = moments(p, top)
                missed += design.score[r] - mean
                information += second
                third += skew
            missed += warm * third / (2.0 * max(information, TINY))
            if missed > 0.0:
                low = ability
            else:
                high = ability
            step = missed / max(information, TINY)
            if abs(step) < 1e-9:
                break
            ability += max(min(step, 2.0), -2.0)
            if not low < ability < high:
                ability = 0.5 * (low + high)
        fit.ability[n], fit.precision[n], fit.skew[n] = ability, information, third


@inner
def rest_exactly(design: Design, room: Room, n: int, total: int) -> float:
    """Write P(the others' sum = total - k) for every rating and k; return P(total)."""
    first = design.offsets[n]
    m = design.offsets[n + 1] - first
    before, after = room.before, room.after
    before[0, 0] = after[m, 0] = 1.0
    sum_before = sum_after = 0
    for i in range(m):
        j = m - 1 - i
        top = design.top[design.group[design.criterion[first + i]]]
        reach, sum_before = min(sum_before, total), sum_before + top
        add(before[i], reach, room.p[i], top, min(sum_before, total), before[i + 1])
        top = design.top[design.group[design.criterion[first + j]]]
        reach, sum_after = min(sum_after, total), sum_after + top
        add(after[j + 1], reach, room.p[j], top, min(sum_after, total), after[j])
    below, above = 0, sum_after
    for i in range(m):
        top = design.top[design.group[design.criterion[first + i]]]
        above -= top
        for k in range(min(top, total) + 1):
            rest = total - k
            value = 0.0
            for s in range(max(0, rest - above), min(below, rest) + 1):
                value += before[i, s] * after[i + 1, rest - s]
            room.rest[i, k] = value
        for k in range(min(top, total) + 1, top + 1):
            room.rest[i, k] = 0.0
        below += top
    return float(before[m, total])


@inner
def add(sums: Floats, reach: int, p: Floats, top: int, most: int, out: Floats) -> None:
    """Convolve the chances of sums 0..reach with one more rating's, for sums 0..most."""
    for s in range(most + 1):
        value = 0.0
        for k in range(max(0, s - reach), min(top, s) + 1):
            value += p[k] * sums[s - k]
        out[s] = value


@inner
def rest_nearly(design: Design, room: Room, n: int, information: float, third: float) -> float:
    """As `rest_exactly`, up to a factor, for many ratings: a normal with its skewness.

    The others' sum has mean total - mean_i; Edgeworth's density (Barndorff-Nielsen & Cox 1989,
    section 4.2) near its middle. Returns the density of the total.
    """
    first = design.offsets[n]
    for i in range(design.offsets[n + 1] - first):
        top = design.top[design.group[design.criterion[first + i]]]
        mean, second, skew, _ = moments(room.p[i], top)
        spread = max(information - second, 1e-12)
        for k in range(top + 1):
            d = k - mean
            room.rest[i, k] = math.exp(
                -d * d / (2.0 * spread) + (third - skew) * d / (2.0 * spread * spread)
            )
    return 1.0 / math.sqrt(2.0 * math.pi * information)


@door
def condition(design: Design, levels: Levels, exact: int, fit: Fit, room: Room) -> float:
    """Write every rating's chances given the learner's total; return the log-likelihood.

    Up to `exact` ratings of a learner (at most EXACT) are summed exactly, more as nearly normal.
    Abilities must be settled with `warm` 0.
    """
    value = 0.0
    for n in range(len(design.total)):
        if not design.informs[n]:
            continue
        first = design.offsets[n]
        m = design.offsets[n + 1] - first
        for i in range(m):
            chances(design, levels, first + i, fit.ability[n], room.p[i])
            value += math.log(max(room.p[i, design.score[first + i]], TINY))
        if m <= exact:
            value -= math.log(max(rest_exactly(design, room, n, design.total[n]), TINY))
        else:
            value -= math.log(rest_nearly(design, room, n, fit.precision[n], fit.skew[n]))
        for i in range(m):
            mass = TINY
            top = design.top[design.group[design.criterion[first + i]]]
            for k in range(top + 1):
                fit.given[first + i, k] = room.p[i, k] * room.rest[i, k]
                mass += fit.given[first + i, k]
            for k in range(top + 1):
                fit.given[first + i, k] /= mass
    return value


@door
def climb(design: Design, fit: Fit, room: Room) -> None:
    """Sum the gradient and the information; `condition` has gone before.

    Given the total, ratings are correlated. Within a rating everything is exact; between ratings
    Cov(x_i, x_j) = -d_i d_j / sum(d), with d such that the variances are the exact ones (exact for
    two and three ratings, and where sums are normal).
    """
    fit.gradient[:] = 0.0
    fit.information[:] = 0.0
    for n in range(len(design.total)):
        if not design.informs[n]:
            continue
        first = design.offsets[n]
        m = design.offsets[n + 1] - first
        whole = weigh(design, fit, room, first, m)
        room.used[0] = 0
        for i in range(m):
            slopes(design, fit, room, first + i, i)
        used = room.used[0]
        for a in range(used):
            at = room.touched[a]
            for b in range(used):
                to = room.touched[b]
                fit.information[at, to] -= room.pull[at] * room.pull[to] / whole
        for a in range(used):
            room.pull[room.touched[a]] = 0.0
            room.held[room.touched[a]] = False


@inner
def weigh(design: Design, fit: Fit, room: Room, first: int, m: int) -> float:
    """Find d with d_i - d_i^2 / sum(d) = variance_i, by repetition from below; return the sum.

    Also how far the expected ratings miss their total, which `rest_nearly` meets only nearly.
    """
    whole = TINY
    left = 0.0
    for i in range(m):
        top = design.top[design.group[design.criterion[first + i]]]
        mean, room.variance[i], _, _ = moments(fit.given[first + i], top)
        left += design.score[first + i] - mean
        room.d[i] = room.variance[i]
        whole += room.d[i]
    room.left[0] = left / whole
    for _ in range(40):
        before, whole = whole, TINY
        for i in range(m):
            room.d[i] = room.variance[i] + room.d[i] * room.d[i] / before
            whole += room.d[i]
        if whole - before <= 1e-3 * before:
            break
    return whole


@inner
def slopes(design: Design, fit: Fit, room: Room, r: int, i: int) -> None:
    """Add what rating r moves: the gradient, its own information, and its pull on the others.

    `slope` is how each statistic of the rating goes with the rating itself. Parameters that the
    learner touches for the first time are written down.
    """
    g = design.group[design.criterion[r]]
    top = design.top[g]
    p, of = fit.given[r], design.statistic[g]
    size = top + 1
    # d_i^2 / sum(d), in the form that leaves what cannot be told at exactly nothing.
    own = room.d[i] - room.variance[i]
    for a in range(size):
        at = design.base[g] + a
        if a == 0:
            at = design.rater[r]
        elif a == 1:
            at = design.size[0] + design.criterion[r]
        room.place[a] = at
        centre = along = 0.0
        for k in range(top + 1):
            centre += p[k] * of[a, k]
        for k in range(top + 1):
            room.off[a, k] = of[a, k] - centre
            along += p[k] * room.off[a, k] * k
        fit.gradient[at] -= room.off[a, design.score[r]] - along * room.left[0]
        room.slope[a] = along / max(room.variance[i], TINY)
        if not room.held[at]:
            room.touched[room.used[0]] = at
            room.held[at] = True
            room.used[0] += 1
        room.pull[at] += room.d[i] * room.slope[a]
    for a in range(size):
        for b in range(size):
            together = own * room.slope[a] * room.slope[b]
            for k in range(top + 1):
                together += p[k] * room.off[a, k] * of[b, k]
            fit.information[room.place[a], room.place[b]] += together


@door
def links(design: Design, room: Room, covariance: Floats, matrix: Floats, lent: Floats) -> None:
    """Sum over learners what ties raters and criteria together, and what their errors lend.

    `matrix` (J + I, J + I) becomes that of least squares of rating = learner - rater - criterion
    with the learners swept out: its null space is what the design cannot compare. `lent` becomes
    the variance that each ability has from errors of severity and difficulty, an ability moving by
    their mean over its ratings; errors of thresholds are small beside these and left out.
    """
    for n in range(len(design.total)):
        first, stop = design.offsets[n], design.offsets[n + 1]
        used = 0
        for r in range(first, stop):
            j, c = design.rater[r], design.size[0] + design.criterion[r]
            if design.informs[n]:
                matrix[j, j] += 1.0
                matrix[c, c] += 1.0
                matrix[j, c] += 1.0
                matrix[c, j] += 1.0
            for at in (j, c):
                if room.pull[at] == 0.0:
                    room.touched[used] = at
                    used += 1
                room.pull[at] += 1.0
        for a in range(used):
            at = room.touched[a]
            share = room.pull[at] / (stop - first)
            for b in range(used):
                to = room.touched[b]
                lent[n] += covariance[at, to] * share * room.pull[to] / (stop - first)
                if design.informs[n]:
                    matrix[at, to] -= share * room.pull[to]
        for a in range(used):
            room.pull[room.touched[a]] = 0.0


def room_for(design: Design) -> Room:
    """Return the scratch space of one run, as large as its largest learner needs."""
    counts = np.diff(design.offsets)
    m = int(counts.max())
    exact = min(m, EXACT)
    k = int(design.top.max())
    size = int(design.size.sum())
    return Room(
        p=np.zeros((m, k + 1)),
        rest=np.zeros((m, k + 1)),
        before=np.zeros((exact + 1, exact * k + 1)),
        after=np.zeros((exact + 1, exact * k + 1)),
        d=np.zeros(m),
        variance=np.zeros(m),
        place=np.zeros(k + 2, np.int64),
        slope=np.zeros(k + 2),
        off=np.zeros((k + 2, k + 1)),
        pull=np.zeros(size),
        held=np.zeros(size, np.bool_),
        touched=np.zeros(size, np.int64),
        used=np.zeros(1, np.int64),
        left=np.zeros(1),
    )
