"""The compiled criteria that weigh items over the whole posterior, and not at one ability."""

from milepost.measurement.adaptive.lean import lean
from milepost.measurement.adaptive.tables import DIVERGENCE, Floats, Rules, State, Tables

NEGLIGIBLE = 1e-12
"""The weight of a quadrature point below which it is passed over."""


@lean
def evaluate(tables: Tables, rules: Rules, state: State, row: int) -> None:
    """Note the value of every item in the areas that are wanted."""
    for h in range(len(state.area)):
        start, stop = tables.area[h].start, tables.area[h].stop
        if state.area[h].rank > 0.0 and start < stop:
            if rules.criterion == DIVERGENCE:
                _divergence(tables, state, row, start, stop)
            else:
                _variance_saved(tables, state, start, stop)


@lean
def _divergence(tables: Tables, state: State, row: int, start: int, stop: int) -> None:
    """Note the Kullback-Leibler distance from the estimate's curves, over the posterior.

    Sum over abilities of posterior times sum over scores of P log(P / P at the estimate) (Chang &
    Ying 1996, with the posterior for their interval); the estimate is rounded to its row.
    """
    left, right = tables.place[start].start, tables.place[stop - 1].stop
    chance, value = state.sums[0, left:right], state.value[start:stop]
    _clear(chance)
    _clear(value)
    for q in range(len(state.posterior)):
        if state.posterior[q] > NEGLIGIBLE:
            _add(value, state.posterior[q], tables.surprise[q, start:stop])
            _add(chance, state.posterior[q], tables.curves[q, left:right])
    at_zero = tables.log_curves[row, state.sums.shape[1] :]
    for p in range(start, stop):
        rest, distance = 1.0, value[p - start]
        for k in range(tables.place[p].start, tables.place[p].stop):
            distance -= chance[k - left] * tables.log_curves[row, k]
            rest -= chance[k - left]
        state.weighed[p].worth = distance - rest * at_zero[p]


@lean
def _variance_saved(tables: Tables, state: State, start: int, stop: int) -> None:
    """Note by how much an item's answer is expected to lower the posterior variance.

    The variance less its expectation after the answer (van der Linden 1998, section 3): the sum
    over scores of (mean of (ability - its mean) P)^2 / mean of P.
    """
    left, right = tables.place[start].start, tables.place[stop - 1].stop
    chance, moment = state.sums[0, left:right], state.sums[1, left:right]
    _clear(chance)
    _clear(moment)
    for q in range(len(state.posterior)):
        if state.posterior[q] > NEGLIGIBLE:
            curves, off = tables.curves[q, left:right], tables.points[q] - state.here[0].mean
            _add(chance, state.posterior[q], curves)
            _add(moment, state.posterior[q] * off, curves)
    for p in range(start, stop):
        rest, opposite, saved = 1.0, 0.0, 0.0
        for k in range(tables.place[p].start - left, tables.place[p].stop - left):
            saved += moment[k] * moment[k] / chance[k]
            rest -= chance[k]
            opposite += moment[k]
        state.weighed[p].worth = saved + opposite * opposite / max(rest, NEGLIGIBLE)


@lean
def _clear(sums: Floats) -> None:
    for k in range(len(sums)):
        sums[k] = 0.0


@lean
def _add(sums: Floats, weight: float, values: Floats) -> None:
    """Add values times their weight."""
    for k in range(len(sums)):
        sums[k] += weight * values[k]
