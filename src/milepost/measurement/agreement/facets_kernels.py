"""The compiled many-facet model: see `facets` for the model, `facets_design` for the shapes.

Given a learner's total, the chance of each rating depends on raters, criteria and thresholds only:
the ability drops out. P(x_i = k | total) = p_ik P(the rest = total - k) / P(total), whatever
ability the p are taken at; taken where the total is the expected one, no number is extreme.
"""

import math

import numpy as np
from numba import njit

from milepost.measurement.agreement.answer import Floats
from milepost.measurement.agreement.facets_design import Design, Fit, Levels, Room

EXACT = 64  # ratings of a learner up to which the rest's distribution is summed exactly
FAR = 60.0  # an ability further out changes no chance that a float can hold


@njit(cache=True)
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


@njit(cache=True)
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


@njit(cache=True)
def settle(
    design: Design, levels: Levels, n: int, start: float, warm: float, p: Floats
) -> tuple[float, float, float]:
    """Find a learner's ability; return it, the information and the third moment there.

    With `warm` 0 the one at which the total is expected (maximum likelihood; the total must be
    neither the least nor the most), with `warm` 1 Warm's (1989) weighted likelihood, which is
    finite for any total. Newton inside a bracket that only shrinks.
    """
    low, high = -FAR, FAR
    ability, information, third = start, 1.0, 0.0
    for _ in range(100):
        missed = information = third = 0.0
        for r in range(design.offsets[n], design.offsets[n + 1]):
            chances(design, levels, r, ability, p)
            top = design.top[design.group[design.criterion[r]]]
            mean, second, skew, _ = moments(p, top)
            missed += design.score[r] - mean
            information += second
            third += skew
        missed += warm * third / (2.0 * max(information, 1e-300))
        if missed > 0.0:
            low = ability
        else:
            high = ability
        step = missed / max(information, 1e-300)
        if abs(step) < 1e-9:
            break
        ability += max(min(step, 2.0), -2.0)
        if not low < ability < high:
            ability = 0.5 * (low + high)
    return ability, information, third


@njit(cache=True)
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


@njit(cache=True)
def add(sums: Floats, reach: int, p: Floats, top: int, most: int, out: Floats) -> None:
    """Convolve the chances of sums 0..reach with one more rating's, for sums 0..most."""
    for s in range(most + 1):
        value = 0.0
        for k in range(max(0, s - reach), min(top, s) + 1):
            value += p[k] * sums[s - k]
        out[s] = value


@njit(cache=True)
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


@njit(cache=True)
def given_total(
    design: Design, levels: Levels, fit: Fit, room: Room, n: int, total: int
) -> float:
    """Turn `room.p` into chances given the learner's total; return the log-likelihood."""
    first, stop = design.offsets[n], design.offsets[n + 1]
    start = fit.ability[n]
    fit.ability[n], information, third = settle(design, levels, n, start, 0.0, room.p[0])
    value = 0.0
    for i in range(stop - first):
        chances(design, levels, first + i, fit.ability[n], room.p[i])
        value += math.log(max(room.p[i, design.score[first + i]], 1e-300))
    if stop - first <= EXACT:
        value -= math.log(max(rest_exactly(design, room, n, total), 1e-300))
    else:
        value -= math.log(rest_nearly(design, room, n, information, third))
    for i in range(stop - first):
        top = design.top[design.group[design.criterion[first + i]]]
        mass = 0.0
        for k in range(top + 1):
            room.p[i, k] *= room.rest[i, k]
            mass += room.p[i, k]
        for k in range(top + 1):
            room.p[i, k] /= max(mass, 1e-300)
    return value


@njit(cache=True)
def likelihood(design: Design, levels: Levels, fit: Fit, room: Room) -> float:
    """Sum the conditional log-likelihood, its gradient and its information into `fit`."""
    value = 0.0
    fit.gradient[:] = 0.0
    fit.information[:] = 0.0
    for n in range(len(design.offsets) - 1):
        if design.informs[n]:
            value += given_total(design, levels, fit, room, n, design.total[n])
            climb(design, fit, room, n)
    return value


@njit(cache=True)
def climb(design: Design, fit: Fit, room: Room, n: int) -> None:
    """Add one learner to the gradient and the information.

    Given the total, ratings are correlated. Within a rating everything is exact; between ratings
    Cov(x_i, x_j) = -d_i d_j / sum(d), with d such that the variances are the exact ones (exact for
    two and three ratings, and where sums are normal).
    """
    first = design.offsets[n]
    m = design.offsets[n + 1] - first
    weigh(design, room, first, m)
    whole = 1e-300
    for i in range(m):
        whole += room.d[i]
    used = 0
    for i in range(m):
        size = slopes(design, room, first + i, i, fit.gradient)
        # d_i^2 / sum(d), in the form that leaves what cannot be told at exactly nothing.
        own = room.d[i] - room.variance[i]
        for a in range(size):
            at = room.index[a]
            if room.pull[at] == 0.0 and not room.held[at]:
                room.touched[used] = at
                room.held[at] = True
                used += 1
            room.pull[at] += room.d[i] * room.slope[a]
            for b in range(size):
                fit.information[at, room.index[b]] += (
                    room.within[a, b] + own * room.slope[a] * room.slope[b]
                )
    for a in range(used):
        at = room.touched[a]
        for b in range(used):
            fit.information[at, room.touched[b]] -= (
                room.pull[at] * room.pull[room.touched[b]] / whole
            )
    for a in range(used):
        room.pull[room.touched[a]] = 0.0
        room.held[room.touched[a]] = False


@njit(cache=True)
def weigh(design: Design, room: Room, first: int, m: int) -> None:
    """Find d with d_i - d_i^2 / sum(d) = variance_i, by repetition; it starts from below."""
    for i in range(m):
        top = design.top[design.group[design.criterion[first + i]]]
        room.variance[i] = moments(room.p[i], top)[1]
        room.d[i] = room.variance[i]
    for _ in range(40):
        whole = 1e-300
        for i in range(m):
            whole += room.d[i]
        moved = 0.0
        for i in range(m):
            new = room.variance[i] + room.d[i] * room.d[i] / whole
            moved = max(moved, new - room.d[i])
            room.d[i] = new
        if moved <= 1e-3 * whole / m:
            break


@njit(cache=True)
def slopes(design: Design, room: Room, r: int, i: int, gradient: Floats) -> int:
    """Write which parameters rating r moves, how far, and how they vary together.

    `within` is the covariance of the rating's statistics; `slope` how each statistic goes with the
    rating itself. Adds to the gradient; returns how many parameters there are.
    """
    raters, criteria = design.size[0], design.size[1]
    g = design.group[design.criterion[r]]
    top = design.top[g]
    p = room.p[i]
    mean, variance, _, _ = moments(p, top)
    size = 2 + max(top - 1, 0)
    room.index[0] = design.rater[r]
    room.index[1] = raters + design.criterion[r]
    for k in range(top + 1):
        room.statistic[0, k] = room.statistic[1, k] = k
        for c in range(top - 1):
            room.statistic[2 + c, k] = design.contrast[g, k, c]
    for c in range(top - 1):
        room.index[2 + c] = raters + criteria + design.base[g] + c
    for a in range(size):
        centre = 0.0
        for k in range(top + 1):
            centre += p[k] * room.statistic[a, k]
        gradient[room.index[a]] -= room.statistic[a, design.score[r]] - centre
        along = 0.0
        for k in range(top + 1):
            along += p[k] * (room.statistic[a, k] - centre) * (k - mean)
        room.slope[a] = along / max(variance, 1e-300)
        for b in range(a + 1):
            together = 0.0
            for k in range(top + 1):
                together += p[k] * (room.statistic[a, k] - centre) * room.statistic[b, k]
            room.within[a, b] = room.within[b, a] = together
    return size


@njit(cache=True)
def links(design: Design) -> Floats:
    """Return the (J + I, J + I) matrix whose null space is what the design cannot compare.

    Least squares of rating = learner - rater - criterion, with the learners swept out.
    """
    raters, criteria = design.size[0], design.size[1]
    out = np.zeros((raters + criteria, raters + criteria))
    for n in range(len(design.offsets) - 1):
        first, stop = design.offsets[n], design.offsets[n + 1]
        if not design.informs[n]:
            continue
        for r in range(first, stop):
            j, c = design.rater[r], raters + design.criterion[r]
            out[j, j] += 1.0
            out[c, c] += 1.0
            out[j, c] += 1.0
            out[c, j] += 1.0
        pair(design, out, first, stop, raters)
    return out


@njit(cache=True)
def pair(design: Design, out: Floats, first: int, stop: int, raters: int) -> None:
    """Take the learner's mean out of `links`: counts of rater and criterion, over m.

    Distinct values only, so that a learner with very many ratings costs no square of them.
    """
    at = np.empty(2 * (stop - first), np.int64)
    for r in range(first, stop):
        at[2 * (r - first)] = design.rater[r]
        at[2 * (r - first) + 1] = raters + design.criterion[r]
    at.sort()
    count = np.zeros(len(at))
    used = 0
    for i in range(len(at)):
        if i > 0 and at[i] != at[i - 1]:
            used += 1
        at[used] = at[i]
        count[used] += 1.0
    for a in range(used + 1):
        for b in range(used + 1):
            out[at[a], at[b]] -= count[a] * count[b] / (stop - first)


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
        index=np.zeros(k + 2, np.int64),
        slope=np.zeros(k + 2),
        statistic=np.zeros((k + 2, k + 1)),
        within=np.zeros((k + 2, k + 2)),
        pull=np.zeros(size),
        held=np.zeros(size, np.bool_),
        touched=np.zeros(size, np.int64),
    )
