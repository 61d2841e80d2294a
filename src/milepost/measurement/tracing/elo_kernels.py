"""Compiled Elo ratings."""

import numpy as np
from numba import njit


@njit(cache=True)
def rate(learner, pair, item, right, frozen, ability, level, difficulty, met, step, fade, out):  # type: ignore[no-untyped-def]
    """Fill chances before each row; move abilities, levels and, where not `frozen`, difficulties.

    A rating that has been met n times moves by step / (1 + fade n) times the surprise.
    """
    known = np.zeros(len(ability))
    shown = np.zeros(len(level))
    for r in range(len(learner)):
        i, p, q = learner[r], pair[r], item[r]
        logit = ability[i] + level[p] - difficulty[q]
        out[r] = 1.0 / (1.0 + np.exp(-logit))
        surprise = step * (right[r] - out[r])
        ability[i] += surprise / (1.0 + fade * known[i])
        level[p] += surprise / (1.0 + fade * shown[p])
        known[i] += 1.0
        shown[p] += 1.0
        if not frozen[q]:
            difficulty[q] -= surprise / (1.0 + fade * met[q])
            met[q] += 1.0
