"""The compiled simulator: examinees of known ability, one after the other, through the step."""

import math

import numpy as np

from milepost.measurement.adaptive.kernels import address, begin, step
from milepost.measurement.adaptive.lean import lean
from milepost.measurement.adaptive.streams import uniform
from milepost.measurement.adaptive.tables import Answering, Floats, Record, Rules, State, Tables


@lean
def administer(
    tables: Tables,
    rules: Rules,
    state: State,
    answering: Answering,
    abilities: Floats,
    seed: int,
    first: int,
    out: Record,
) -> None:
    """Give a test to each ability; examinee `first + i` is row i of `out`."""
    here = state.here[0]
    for i in range(len(abilities)):
        begin(tables, state, seed, first + i)
        score = -1
        while True:
            step(tables, rules, state, score)
            if here.item < 0:
                break
            u = uniform(here.stream, address(state, 1))
            score = answer(answering, here.item, abilities[i], u)
            out.items[i, here.step], out.scores[i, here.step] = here.item, score
        out.length[i] = here.step
        out.ability[i], out.error[i] = here.mean, here.sd


@lean
def answer(answering: Answering, item: int, ability: float, u: float) -> int:
    """Return the score on an item that a chance u, uniform from 0 to 1, gives.

    Cumulative models score as many points as there are k with u < P(score >= k).
    """
    a, thresholds = answering.discrimination[item], answering.thresholds[item]
    if answering.partial[item]:
        return _partial_credit(a, thresholds, ability, u)
    score = 0
    c = answering.guessing[item]
    for b in thresholds:
        if b == np.inf or u >= c + (1.0 - c) / (1.0 + math.exp(-a * (ability - b))):
            break
        score += 1
    return score


@lean
def _partial_credit(a: float, thresholds: Floats, ability: float, u: float) -> int:
    """Return the score on an item of the generalised partial credit model."""
    top = exponent = 0.0
    for b in thresholds:
        if b < np.inf:
            exponent += a * (ability - b)
            top = max(top, exponent)
    total, exponent = math.exp(-top), 0.0
    for b in thresholds:
        if b < np.inf:
            exponent += a * (ability - b)
            total += math.exp(exponent - top)
    reached, exponent, score = math.exp(-top), 0.0, 0
    for b in thresholds:
        if b == np.inf or u * total < reached:
            break
        exponent += a * (ability - b)
        reached += math.exp(exponent - top)
        score += 1
    return score
