"""Quantile regression: exact, and indifferent to how a question is put."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from milepost.measurement.growth import quantile_regression

pytestmark = pytest.mark.pure

TAUS = np.array([0.05, 0.25, 0.5, 0.75, 0.9])

# Brownlee 1965, "Statistical Theory and Methodology in Science and Engineering", p. 454: air flow,
# water temperature, acid concentration, stack loss.
STACK_LOSS = np.array(
    [
        [80, 27, 89, 42], [80, 27, 88, 37], [75, 25, 90, 37], [62, 24, 87, 28], [62, 22, 87, 18],
        [62, 23, 87, 18], [62, 24, 93, 19], [62, 24, 93, 20], [58, 23, 87, 15], [58, 18, 80, 14],
        [58, 18, 89, 14], [58, 17, 88, 13], [58, 18, 82, 11], [58, 19, 93, 12], [50, 18, 89, 8],
        [50, 18, 86, 7], [50, 19, 72, 8], [50, 19, 79, 8], [50, 20, 80, 9], [56, 20, 82, 15],
        [70, 20, 91, 15],
    ]
)  # fmt: skip


def loss(design: np.ndarray, y: np.ndarray, tau: float, beta: np.ndarray) -> float:
    """Return the sum that quantile regression makes small."""
    r = y - design @ beta
    return float(np.sum(np.where(r > 0, tau * r, (tau - 1) * r)))


def best_of_all_vertices(design: np.ndarray, y: np.ndarray, tau: float) -> float:
    """Try every fit through as many observations as there are columns."""
    tried = []
    for rows in combinations(range(len(y)), design.shape[1]):
        square = design[list(rows)]
        if abs(np.linalg.det(square)) > 1e-9:
            tried.append(loss(design, y, tau, np.linalg.solve(square, y[list(rows)])))
    return min(tried)


def simulated(seed: int, n: int, p: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a design with an intercept and a y whose spread grows with it."""
    rng = np.random.default_rng(seed)
    design = np.column_stack([np.ones(n), rng.normal(size=(n, p - 1))])
    return design, design.sum(axis=1) + rng.standard_t(3, n) * np.exp(design[:, -1] / 3)


def test_stack_loss_gives_the_published_medians_and_quartiles() -> None:
    """Median: Koenker 2005; quartiles: the worked example of R's quantreg, `rq`."""
    design = np.column_stack([np.ones(21), STACK_LOSS[:, :3]])
    fits = quantile_regression(design, STACK_LOSS[:, 3], np.array([0.25, 0.5, 0.75]))
    assert fits[0] == pytest.approx([-36.0, 0.5, 1.0, 0.0], abs=1e-6)
    assert fits[1] == pytest.approx([-39.68986, 0.83188, 0.57391, -0.06087], abs=1e-5)
    assert fits[2] == pytest.approx([-54.18966, 0.87069, 0.98276, 0.0], abs=1e-5)


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.integers(5, 9), st.integers(1, 3))
@example(1660, 5, 3)  # row 3 is row 1 + row 2 - row 0, in y too
@example(2058, 5, 2)
@example(573, 7, 2)  # weights that add up to just what is needed, in one order and not another
def test_no_vertex_is_better_even_among_ties(seed: int, n: int, p: int) -> None:
    rng = np.random.default_rng(seed)
    design = np.column_stack([np.ones(n), rng.integers(0, 4, (n, p - 1))])
    y = rng.integers(0, 5, n).astype(float)
    if np.linalg.matrix_rank(design) < p:
        return
    for tau, beta in zip(TAUS, quantile_regression(design, y, TAUS), strict=True):
        assert loss(design, y, tau, beta) <= best_of_all_vertices(design, y, tau) + 1e-7


@settings(max_examples=30)
@given(st.integers(0, 10**6), st.integers(60, 900), st.integers(2, 7))
def test_nothing_falls_in_any_direction(seed: int, n: int, p: int) -> None:
    """The subgradient holds 0: p rows lie on the fit and their multipliers stay in their bounds."""
    design, y = simulated(seed, n, p)
    for tau, beta in zip(TAUS, quantile_regression(design, y, TAUS), strict=True):
        r = y - design @ beta
        on = np.abs(r) < 1e-7
        assert np.count_nonzero(on) == p
        psi = np.where(r > 0, tau, tau - 1)
        multipliers = np.linalg.solve(design[on].T, -design[~on].T @ psi[~on])
        assert np.all(multipliers >= tau - 1 - 1e-6)
        assert np.all(multipliers <= tau + 1e-6)


@settings(max_examples=20)
@given(st.integers(0, 10**6))
def test_units_and_a_known_trend_move_the_fit_as_they_move_the_data(seed: int) -> None:
    """Equivariance: Koenker and Bassett 1978, theorem 3.2."""
    design, y = simulated(seed, 200, 3)
    fits = quantile_regression(design, y, TAUS)
    trend, mix = np.array([5.0, -2.0, 0.5]), np.array([[1, 2, 0], [0, 50.0, 0], [0, 1, 1e-3]])
    moved = quantile_regression(design, 1000 * y + design @ trend, TAUS)
    np.testing.assert_allclose(moved, 1000 * fits + trend, rtol=1e-6, atol=1e-5)
    mirrored = quantile_regression(design, -y, 1 - TAUS)
    np.testing.assert_allclose(mirrored, -fits, atol=1e-7)
    mixed = quantile_regression(design @ mix, y, TAUS)
    np.testing.assert_allclose(mixed @ mix.T, fits, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("unit", [1e-150, 1e-9, 1e9, 1e150])
def test_no_unit_is_too_small_or_too_large(unit: float) -> None:
    design, y = simulated(8, 120, 3)
    fits = quantile_regression(design / unit, y * unit, TAUS) / unit / unit
    np.testing.assert_allclose(fits, quantile_regression(design, y, TAUS), rtol=1e-6)


def test_a_few_wild_values_move_the_median_little() -> None:
    design, y = simulated(10, 500, 3)
    wild = y.copy()
    wild[np.argsort(y - design.sum(axis=1))[-5:]] += 1e12
    plain, moved = (quantile_regression(design, each, TAUS[2:3])[0] for each in (y, wild))
    np.testing.assert_allclose(moved, plain, atol=1e-3)


def test_quantiles_may_come_in_any_order() -> None:
    design, y = simulated(3, 300, 4)
    np.testing.assert_array_equal(
        quantile_regression(design, y, TAUS[::-1]), quantile_regression(design, y, TAUS)[::-1]
    )


def test_a_single_column_of_ones_gives_the_quantile_of_the_sample() -> None:
    y = np.random.default_rng(5).normal(size=101)
    fits = quantile_regression(np.ones((101, 1)), y, np.array([0.5, 0.25]))
    np.testing.assert_allclose(fits[:, 0], [np.median(y), np.sort(y)[25]])


def test_columns_that_depend_on_others_change_no_prediction() -> None:
    design, y = simulated(7, 150, 3)
    double = np.column_stack([design, design[:, 1] - 2 * design[:, 2], np.zeros(150)])
    fits, more = quantile_regression(design, y, TAUS), quantile_regression(double, y, TAUS)
    np.testing.assert_allclose(double @ more.T, design @ fits.T, atol=1e-6)


def test_equal_outcomes_and_fewer_rows_than_columns_are_fitted_through() -> None:
    design, _ = simulated(9, 40, 3)
    same = quantile_regression(design, np.full(40, 7.0), TAUS)
    np.testing.assert_allclose(design @ same.T, 7.0, atol=1e-7)
    few = quantile_regression(design[:2], np.array([1.0, 4.0]), TAUS)
    np.testing.assert_allclose(design[:2] @ few.T, [[1.0] * 5, [4.0] * 5], atol=1e-7)


@pytest.mark.parametrize(
    ("design", "y", "taus", "message"),
    [
        (np.ones((3, 1)), [1.0, np.nan, 2.0], [0.5], "y: row 1 is not finite"),
        ([[1.0], [np.inf]], [1.0, 2.0], [0.5], "design: row 1 is not finite"),
        (np.ones((3, 1)), [1.0, 2.0], [0.5], "design and y: shapes"),
        (np.ones((0, 2)), [], [0.5], "design: empty"),
        (np.zeros((3, 2)), [1.0, 2.0, 3.0], [0.5], "design: every column is 0"),
        (np.ones((3, 1)), [1.0, 2.0, 3.0], [0.0], "taus: give one or more"),
        (np.ones((3, 1)), [1.0, 2.0, 3.0], [], "taus: give one or more"),
    ],
)
def test_bad_input_is_named(design: object, y: object, taus: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        quantile_regression(np.asarray(design), np.asarray(y), np.asarray(taus))
