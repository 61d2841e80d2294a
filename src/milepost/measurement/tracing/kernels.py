"""Compiled Baum-Welch for one two-state chain; imported only when a fit needs it."""

import numpy as np
from numba import njit


@njit(cache=True)
def expectation(correct, starts, p, counts, before):  # type: ignore[no-untyped-def]
    """Fill expected `counts` (11) of sequences cut at `starts`; return the log-likelihood.

    `p` is (prior, learn, forget, guess, slip); `before[t]` is scratch and leaves with the
    chance of mastery before row t given the rows before it.
    """
    prior, learn, forget, guess, slip = p
    counts[:] = 0.0
    total = 0.0
    for s in range(len(starts) - 1):
        first, last = starts[s], starts[s + 1]
        known = prior
        for t in range(first, last):
            before[t] = known
            e1 = 1 - slip if correct[t] else slip
            e0 = guess if correct[t] else 1 - guess
            chance = known * e1 + (1 - known) * e0
            total += np.log(chance)
            after = known * e1 / chance
            known = after * (1 - forget) + (1 - after) * learn
        b1, b0 = 1.0, 1.0
        for t in range(last - 1, first - 1, -1):
            e1 = 1 - slip if correct[t] else slip
            e0 = guess if correct[t] else 1 - guess
            chance = before[t] * e1 + (1 - before[t]) * e0
            f1 = before[t] * e1 / chance
            g1 = f1 * b1
            counts[4] += g1
            counts[5] += 1 - g1
            if correct[t]:
                counts[6] += 1 - g1
            else:
                counts[7] += g1
            m1, m0 = e1 * b1 / chance, e0 * b0 / chance
            if t > first:
                x = correct[t - 1]
                e1 = 1 - slip if x else slip
                e0 = guess if x else 1 - guess
                c = before[t - 1] * e1 + (1 - before[t - 1]) * e0
                a1, a0 = before[t - 1] * e1 / c, (1 - before[t - 1]) * e0 / c
                counts[0] += a0 * learn * m1
                counts[1] += a0 * (learn * m1 + (1 - learn) * m0)
                counts[2] += a1 * forget * m0
                counts[3] += a1 * (forget * m0 + (1 - forget) * m1)
            else:
                counts[8] += g1
            b1 = (1 - forget) * m1 + forget * m0
            b0 = learn * m1 + (1 - learn) * m0
    return total
