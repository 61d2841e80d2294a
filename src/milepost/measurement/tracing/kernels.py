"""Compiled Baum-Welch on prefix trees; imported only when a fit needs it.

Learners who answered alike so far are alike to the model: their answers are one path from the root
of a tree, and a node stands for all of them. The odds of mastery belong to a prefix, and expected
counts are linear in what follows it, so that one pass down and one pass up give the counts of all
sequences, exactly, at the cost of the distinct prefixes. Nodes lie level by level: a parent before
its children, neighbours independent of each other.

The pass down carries odds: without forgetting it needs no division, and no log but where sequences
end. The pass up is the smoother that needs no backward chances (Rauch, Tung & Striebel 1965, for
two states): its numbers are counts, and can neither overflow nor vanish.
"""

import numpy as np
from numba import njit

PRIOR, LEARN, FORGET, FIRST = 0, 1, 2, 3  # then guess and slip of each class of item
PLENTY = 1e10  # a product of odds that is turned into a log before it overflows
NOBODY = np.uint32(0xFFFFFFFF)  # the parent of first answers
LOWEST = 1e-6  # no chance is 0: what once seemed impossible could never be learned
MOST = 1e290  # odds beyond which nothing more is learned of mastery, short of overflow


@njit(cache=True)
def grow(symbol, starts, trees, parent, node_symbol, stops, passes, edges):  # type: ignore[no-untyped-def]
    """Grow one tree a chain into `parent`, `node_symbol`, `stops`, `passes`, cut at `edges`.

    Sequence s is `symbol[starts[s]:starts[s + 1]]`; tree t has the sequences from `trees[t]` up to
    `trees[t + 1]`. Parents are numbered within their tree; `passes` sequences come through a node
    and `stops` end there.
    """
    largest, most = 1, 1
    for t in range(len(trees) - 1):
        largest = max(largest, starts[trees[t + 1]] - starts[trees[t]])
        most = max(most, trees[t + 1] - trees[t])
    keys, found = np.empty(_room(largest), np.int64), np.empty(_room(largest), np.int32)
    active, at = np.empty(most, np.int64), np.empty(most, np.int32)
    edges[0] = end = 0
    for t in range(len(trees) - 1):
        begin, n, depth = end, trees[t + 1] - trees[t], 0
        mask = _room(starts[trees[t + 1]] - starts[trees[t]]) - 1
        keys[: mask + 1] = -1
        for s in range(n):
            active[s], at[s] = trees[t] + s, -1
        while n:
            left = 0
            for i in range(n):
                s, up = active[i], at[i]
                row = starts[s] + depth
                if row == starts[s + 1]:
                    stops[begin + up] += 1.0
                    continue
                key = ((np.int64(up) + 1) << 31) + symbol[row]
                slot = _find(keys, mask, key)
                if keys[slot] < 0:
                    keys[slot], found[slot] = key, end - begin
                    parent[end], node_symbol[end] = np.uint32(up), symbol[row]
                    stops[end] = passes[end] = 0.0
                    end += 1
                passes[begin + found[slot]] += 1.0
                active[left], at[left] = s, found[slot]
                left += 1
            n = left
            depth += 1
        edges[t + 1] = end


@njit(cache=True)
def merge(parent, symbol, stops, passes, edges):  # type: ignore[no-untyped-def]
    """Return the parent, symbol, stops and passes of the one tree that all trees make together.

    For answers without classes of items (symbols 0 and 1); nodes 0 and 1 are the first answers.
    """
    n = len(parent) + 2
    up, kind = np.empty(n, np.uint32), np.empty(n, np.uint32)
    ends, through = np.zeros(n), np.zeros(n)
    child, place = np.zeros((n, 2), np.uint32), np.empty(n, np.uint32)
    up[:2], kind[0], kind[1], end = NOBODY, 0, 1, 2
    for t in range(len(edges) - 1):
        for i in range(edges[t], edges[t + 1]):
            at = symbol[i]
            if parent[i] != NOBODY:
                above = place[parent[i]]
                at = child[above, symbol[i]]
                if at == 0:
                    at = child[above, symbol[i]] = np.uint32(end)
                    up[at], kind[at] = above, symbol[i]
                    end += 1
            place[i - edges[t]] = at
            ends[at] += stops[i]
            through[at] += passes[i]
    return up[:end], kind[:end], ends[:end], through[:end]


@njit(cache=True)
def _room(rows):  # type: ignore[no-untyped-def]
    """Return the power of two that holds so many keys loosely."""
    size = 4
    while size < 2 * rows:
        size *= 2
    return size


@njit(cache=True)
def _find(keys, mask, key):  # type: ignore[no-untyped-def]
    """Return the slot that holds the key, or the free one that it would take."""
    mixed = key ^ (key >> 29)
    mixed = (mixed * 0x1E3779B97F4A7C15) >> 32
    slot = mixed & mask
    while keys[slot] != key and keys[slot] >= 0:
        slot = (slot + 1) & mask
    return slot


@njit(cache=True)
def expect(parent, symbol, stops, passes, seen, p, odds, mastery, counts):  # type: ignore[no-untyped-def]
    """Fill the expected `counts` of one tree; return its log-likelihood.

    The symbol of a row is twice its class of item, plus one if right; `seen` counts rows by symbol.
    `p` is prior, learn, forget, then guess and slip of each class; row j of `counts` gets how often
    what p[j] is the chance of came about, and how often it could have. `odds` and `mastery` are
    scratch, one a node.
    """
    learn, forget = p[LEARN], p[FORGET]
    keep, stay = 1.0 - forget, 1.0 - learn
    total, roots = _descend(parent, symbol, passes, p, odds)
    learners, rows, product = 0.0, 0.0, 1.0
    for x in range(0, len(seen), 2):
        total += seen[x] * np.log(1.0 - p[FIRST + x]) + seen[x + 1] * np.log(p[FIRST + x])
        rows += seen[x] + seen[x + 1]
        counts[FIRST + x, :] = counts[FIRST + x + 1, :] = 0.0
    for i in range(len(parent)):
        mastery[i] = 0.0
        if stops[i] > 0.0:
            learners += stops[i]
            sum_ = 1.0 + odds[i]
            mastery[i] = stops[i] * odds[i] / sum_
            if stops[i] == 1.0:  # most are: one log serves many
                product *= sum_
                if product > PLENTY:
                    total += np.log(product)
                    product = 1.0
            else:
                total += stops[i] * np.log(sum_)
    total += np.log(product)
    total += learners * np.log(1.0 - p[PRIOR]) + (rows - learners) * np.log(stay)
    learned = lost = known = first = 0.0
    for i in range(len(parent) - 1, roots - 1, -1):
        up, m = odds[parent[i]], mastery[i]
        just = m * learn / (up * keep + learn)
        gone = (passes[i] - m) * up * forget / (up * forget + stay) if forget > 0.0 else 0.0
        mastery[parent[i]] += m - just + gone
        learned += just
        lost += gone
        known += m
        counts[FIRST + symbol[i], 0] += m
    for i in range(roots):
        first += mastery[i]
        counts[FIRST + symbol[i], 0] += mastery[i]
    counts[PRIOR] = first, learners
    counts[LEARN] = learned, rows - learners - known - lost + learned
    counts[FORGET] = lost, known - learned + lost
    for x in range(FIRST, len(p), 2):
        slipped, hit = counts[x, 0], counts[x + 1, 0]
        wrong, right = seen[x - FIRST], seen[x + 1 - FIRST]
        counts[x] = right - hit, wrong + right - slipped - hit
        counts[x + 1] = slipped, slipped + hit
    return total


@njit(cache=True)
def _descend(parent, symbol, passes, p, odds):  # type: ignore[no-untyped-def]
    """Fill the odds of mastery after each node; return what forgetting adds, and the roots."""
    learn, forget = p[LEARN], p[FORGET]
    keep, stay = 1.0 - forget, 1.0 - learn
    ratio = np.empty(len(p) - FIRST)
    for x in range(0, len(ratio), 2):
        guess, slip = p[FIRST + x], p[FIRST + x + 1]
        ratio[x], ratio[x + 1] = slip / (1.0 - guess), (1.0 - slip) / guess
    total, roots = 0.0, 0
    while roots < len(parent) and parent[roots] == NOBODY:
        odds[roots] = min(p[PRIOR] / (1.0 - p[PRIOR]) * ratio[symbol[roots]], MOST)
        roots += 1
    inverse = 1.0 / stay
    for i in range(roots, len(parent)):
        up = odds[parent[i]]
        before = (up * keep + learn) * inverse
        if forget > 0.0:
            more = 1.0 + up * forget * inverse
            total += passes[i] * np.log(more)
            before /= more
        odds[i] = min(before * ratio[symbol[i]], MOST)
    return total, roots


@njit(cache=True)
def maximise(counts, pull, highest, p):  # type: ignore[no-untyped-def]
    """Write the parameters that `counts` and the pseudo-counts `pull` make likeliest into `p`.

    Clipping a concave term keeps the step an ascent; where mastery would be answered worse than its
    absence, both get the same chance, which is the maximum under that order.
    """
    for j in range(len(p)):
        top, bottom = counts[j, 0] + pull[j, 0], counts[j, 1] + pull[j, 1]
        if bottom > 0.0:
            p[j] = top / bottom
        p[j] = min(max(p[j], LOWEST), highest[j])
    for x in range(FIRST, len(p), 2):
        if p[x] + p[x + 1] > 1.0 - LOWEST:
            right = counts[x, 0] + pull[x, 0] + counts[x + 1, 1] - counts[x + 1, 0]
            right += pull[x + 1, 1] - pull[x + 1, 0]
            rows = counts[x, 1] + pull[x, 1] + counts[x + 1, 1] + pull[x + 1, 1]
            p[x] = min(max(right / rows, 2.0 * LOWEST), 1.0 - 2.0 * LOWEST) - 0.5 * LOWEST
            p[x + 1] = 1.0 - LOWEST - p[x]


@njit(cache=True)
def penalty(pull, p):  # type: ignore[no-untyped-def]
    """Return the log-density of the pseudo-counts, up to a constant."""
    total = 0.0
    for j in range(len(p)):
        if pull[j, 1] > 0.0:
            total += pull[j, 0] * np.log(p[j])
            total += (pull[j, 1] - pull[j, 0]) * np.log(1.0 - p[j])
    return total


@njit(cache=True)
def climb(parent, symbol, stops, passes, seen, pull, highest, p, tolerance, limit):  # type: ignore[no-untyped-def]
    """Climb from `p` to the top, in place; return log-likelihood, gain of the last step, passes.

    EM with squared extrapolation (Varadhan & Roland 2008, scheme S3): a leap that does not climb is
    taken back to the plain step, so that the likelihood never falls.
    """
    n = len(p)
    odds, mastery = np.empty(len(parent)), np.empty(len(parent))
    counts = np.empty((n, 2))
    p1, p2, leap, best = p.copy(), p.copy(), p.copy(), -np.inf
    now = expect(parent, symbol, stops, passes, seen, p, odds, mastery, counts) + penalty(pull, p)
    maximise(counts, pull, highest, p1)
    used, gain = 1, np.inf
    while used < limit:
        next_ = expect(parent, symbol, stops, passes, seen, p1, odds, mastery, counts)
        next_ += penalty(pull, p1)
        p2[:] = p1
        maximise(counts, pull, highest, p2)
        used += 1
        gain = next_ - now
        rr = vv = 0.0
        for j in range(n):
            r, v = p1[j] - p[j], p2[j] - 2.0 * p1[j] + p[j]
            rr += r * r
            vv += v * v
        if gain < tolerance * stops.sum() or vv == 0.0:
            p[:] = p1
            return next_, gain, float(used)
        step = max(np.sqrt(rr / vv), 1.0)
        for j in range(n):
            r, v = p1[j] - p[j], p2[j] - 2.0 * p1[j] + p[j]
            leap[j] = min(max(p[j] + 2.0 * step * r + step * step * v, LOWEST), highest[j])
        for x in range(FIRST, n, 2):
            if leap[x] + leap[x + 1] > 1.0 - LOWEST:
                leap[x], leap[x + 1] = p2[x], p2[x + 1]
        best = expect(parent, symbol, stops, passes, seen, leap, odds, mastery, counts)
        best += penalty(pull, leap)
        used += 1
        if best < next_:
            leap[:] = p2
            best = expect(parent, symbol, stops, passes, seen, leap, odds, mastery, counts)
            best += penalty(pull, leap)
            used += 1
        p[:], p1[:], now = leap, leap, best
        maximise(counts, pull, highest, p1)
    return now, gain, float(used)


@njit(cache=True)
def fit_trees(parent, symbol, stops, passes, edges, seen, pull, highest, cuts, p, tolerance, limit):  # type: ignore[no-untyped-def]
    """Climb in every tree, in place in `p`; return log-likelihood, last gain, passes of each.

    Tree t has the parameters `p[cuts[t]:cuts[t + 1]]`, of which all but the first three are a guess
    and a slip a class of item; `seen` is cut likewise, `pull` and `highest` as `p`.
    """
    out = np.zeros((len(cuts) - 1, 3))
    for t in range(len(cuts) - 1):
        a, b, first, last = edges[t], edges[t + 1], cuts[t], cuts[t + 1]
        out[t] = climb(
            parent[a:b], symbol[a:b], stops[a:b], passes[a:b], seen[first + FIRST : last],
            pull[first:last], highest[first:last], p[first:last], tolerance, limit,
        )  # fmt: skip
        out[t, 0] -= penalty(pull[first:last], p[first:last])
    return out


@njit(cache=True)
def follow(right, starts, prior, learn, forget, guess, slip, chance, mastery):  # type: ignore[no-untyped-def]
    """Fill the chance of a right answer before each row, and that of mastery after it.

    `prior`, `learn` and `forget` are one a sequence, `guess` and `slip` one a row.
    """
    for s in range(len(starts) - 1):
        odds = prior[s] / (1.0 - prior[s])
        for r in range(starts[s], starts[s + 1]):
            known = odds / (1.0 + odds)
            chance[r] = known * (1.0 - slip[r]) + (1.0 - known) * guess[r]
            if right[r]:
                odds *= (1.0 - slip[r]) / guess[r]
            else:
                odds *= slip[r] / (1.0 - guess[r])
            odds = min(odds, MOST)
            odds = (odds * (1.0 - forget[s]) + learn[s]) / (odds * forget[s] + 1.0 - learn[s])
            mastery[r] = odds / (1.0 + odds)


@njit(cache=True)
def regroup(code, order, count):  # type: ignore[no-untyped-def]
    """Return `order` by `code`, rows of one code staying as they were (a counting sort)."""
    at = np.zeros(count + 1, np.int64)
    for c in code:
        at[c + 1] += 1
    at = np.cumsum(at)
    out = np.empty_like(order)
    for row in order:
        out[at[code[row]]] = row
        at[code[row]] += 1
    return out
