"""Quantile regression, exact, for many quantiles at once.

For each tau the coefficients minimise the sum of rho(y - x beta), where rho(r) is tau * r above the
fit and (tau - 1) * r below it (Koenker and Bassett 1978, Econometrica 46). The minimum is a linear
programme; `kernels` walks to a vertex of it that is optimal, `path` from quantile to quantile.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TIE_BREAK = 1e-10
"""Share of the interquartile range of y by which ties are broken while the walk looks for its
vertex: of the whole range, one wild value would make it a disturbance."""
TIE_SEED = 0
"""Ties are broken by numbers drawn from it, the same for the same rows. They must follow no rule:
multiples of the golden ratio kept a tie among rows 0 to 3 when row 3 was 1 + 2 - 0."""
SHARE_KEPT = 1.0
"""The reduced problem keeps this many times sqrt(rows * columns) observations."""
DEPENDENT = 1e-7
"""A column counts as a sum of others where less than this share of it is left beside them."""


def quantile_regression(design: Floats, y: Floats, taus: Floats) -> Floats:
    """Return the coefficients of each quantile: shape (len(taus), columns of the design).

    `design` is (n, p) with its own column of ones where an intercept is wanted, `y` is (n,), `taus`
    lie between 0 and 1. Each fit is an optimum of the linear programme to within 1e-10 of the
    interquartile range of y a row. Where several fits are optimal, one of them is returned, always
    the same. Where columns depend on each other, those that come last in the elimination get the
    coefficient 0.
    Fits of different quantiles may cross; sort the predictions of a row to mend that.

    Raises ValueError for empty input, wrong shapes, values that are not finite, taus outside (0, 1)
    and, naming the tau, where the walk does not arrive.
    """
    from milepost.measurement.growth.kernels import spanning

    design, y, taus = _checked(design, y, taus)
    scale = np.max(np.abs(design), axis=0)
    scale[scale == 0.0] = 1.0
    scaled = np.ascontiguousarray((design / scale).T)
    basis, columns = spanning(scaled, _nearest_first(scaled, y), DEPENDENT)
    if not len(columns):
        raise ValueError("design: every column is 0")
    columns.sort()
    result = np.zeros((len(taus), len(scale)))
    result[:, columns] = _walk(scaled[columns], y, taus, basis) / scale[columns]
    return result


def _walk(design: Floats, y: Floats, taus: Floats, basis: Ints) -> Floats:
    """Fit all taus, from the middle one outwards, each from its neighbour; `design` is (p, n)."""
    from milepost.measurement.growth.kernels import coefficients, invert, residuals

    p, n = design.shape
    untied = y / (np.max(np.abs(y)) or 1.0)  # the basis is the same in any unit
    spread = np.subtract(*np.quantile(untied, (0.75, 0.25))) or np.ptp(untied) or 1.0
    untied += spread * TIE_BREAK * np.random.default_rng(TIE_SEED).random(n)
    order = np.argsort(taus, kind="stable")
    middle = len(order) // 2
    fits = np.empty((len(taus), p))
    inverse, r = np.empty((p, p)), np.empty(n)
    middle_basis = basis
    for half in (order[middle:], order[:middle][::-1]):
        basis = middle_basis.copy()
        invert(design, basis, inverse)
        residuals(design, untied, coefficients(untied, basis, inverse), r)
        for place in half:
            _step(design, untied, float(taus[place]), r, basis, inverse)
            fits[place] = coefficients(y, basis, inverse)
            if place == order[middle]:
                middle_basis = basis.copy()
    return fits


def _step(design: Floats, y: Floats, tau: float, r: Floats, basis: Ints, inverse: Floats) -> None:
    """Move basis, inverse and residuals to the fit of tau, solving for what lies near to it."""
    from milepost.measurement.growth.kernels import OPTIMAL, UNBOUNDED, invert
    from milepost.measurement.growth.path import move

    p, n = design.shape
    wanted, ended = int(SHARE_KEPT * np.sqrt(n * p)) + 5 * p, UNBOUNDED
    while ended == UNBOUNDED:
        ended = move(design, y, tau, r, _sides(r, tau, wanted, basis), basis, inverse)
        if ended == UNBOUNDED and wanted >= n:
            break
        wanted *= 2
    if ended != OPTIMAL or not invert(design, basis, inverse):
        raise ValueError(f"taus: the fit of {tau} did not converge")


def _sides(r: Floats, tau: float, wanted: int, basis: Ints) -> NDArray[np.int8]:
    """Keep (0) the rows nearest to the quantile of r; the rest is above (1) or below (-1)."""
    n = len(r)
    side = np.zeros(n, np.int8)
    if wanted < n:
        r = r - np.partition(r, int(tau * n))[int(tau * n)]
        distance = np.abs(r)
        far = distance > np.partition(distance, wanted)[wanted]
        side[far] = np.where(r[far] > 0.0, 1, -1)
        side[basis] = 0
    return side


def _checked(design: Floats, y: Floats, taus: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the input as arrays of floats, or raise."""
    design, y = np.asarray(design, np.float64), np.asarray(y, np.float64)
    taus = np.asarray(taus, np.float64)
    if design.ndim != 2 or y.ndim != 1 or len(design) != len(y):
        raise ValueError(f"design and y: shapes {design.shape} and {y.shape} are not (n, p), (n,)")
    if not design.size:
        raise ValueError("design: empty; give at least one row and one column")
    for name, values in (("design", design), ("y", y[:, None])):
        bad = ~np.isfinite(values).all(axis=1)
        if bad.any():
            raise ValueError(f"{name}: row {int(np.argmax(bad))} is not finite; leave it out")
    if taus.ndim != 1 or not len(taus) or not np.all((taus > 0.0) & (taus < 1.0)):
        raise ValueError("taus: give one or more quantiles between 0 and 1, both excluded")
    return design, y, taus


def _nearest_first(design: Floats, y: Floats) -> Ints:
    """Return the rows by their distance from the least-squares fit; `design` is (p, n)."""
    beta = np.linalg.lstsq(design @ design.T, design @ y, rcond=None)[0]
    return np.argsort(np.abs(y - beta @ design), kind="stable")
