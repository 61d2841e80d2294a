"""Kappas, intraclass correlations and plain shares: published examples, laws, odd tables."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.measurement.agreement import (
    Agreement,
    adjacent_agreement,
    cohen_kappa,
    count_ratings,
    exact_agreement,
    fleiss_kappa,
    intraclass,
    kappa_of_table,
)
from milepost.measurement.agreement.distributions import f_quantile

pytestmark = pytest.mark.pure

# Two dermatologists, 88 patients (SAS/STAT User's Guide, the FREQ procedure, example 3.8).
SKIN = [[10, 4, 1, 0], [5, 10, 12, 2], [2, 4, 12, 5], [0, 2, 6, 13]]
# Four judges, six targets (Shrout & Fleiss 1979, table 2).
TARGETS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
# Thirty patients, six psychiatrists each, five diagnoses (Fleiss 1971, table 1): who said what.
DIAGNOSES = """
    444444 222555 233335 555555 222444 113333 333355 113334 114444 555555
    144444 124444 222333 144444 224445 333335 111455 111112 224444 133555
    555555 244444 224555 114444 144445 222224 111155 224444 133333 555555
"""

levels = st.integers(1, 5)
two_raters = st.lists(st.tuples(levels, levels), min_size=2, max_size=40)


def sane(answer: Agreement) -> bool:
    numbers = (answer.value, answer.error, answer.low, answer.high, answer.error_by_chance)
    return all(map(math.isfinite, numbers)) and answer.low <= answer.value <= answer.high


def test_cohens_kappa_and_its_errors_are_those_that_sas_prints() -> None:
    kappa = kappa_of_table(SKIN)
    assert (kappa.value, kappa.low, kappa.high) == pytest.approx((0.3449, 0.2030, 0.4868), abs=5e-5)


def test_weighted_kappa_and_its_errors_are_those_that_sas_prints() -> None:
    # A printout quoted in statsmodels' tests (test_inter_rater.py): plain, then linear weights.
    table = [[0, 4, 1], [0, 8, 0], [0, 1, 5]]
    plain, linear = kappa_of_table(table), kappa_of_table(table, weights="linear")
    assert (plain.value, plain.error, plain.error_by_chance) == pytest.approx(
        (0.4842, 0.1380, 0.1484), abs=5e-5
    )
    assert (linear.value, linear.error, linear.error_by_chance) == pytest.approx(
        (0.4701, 0.1457, 0.1426), abs=5e-5
    )


def test_fleiss_kappa_of_thirty_patients_is_430() -> None:
    counts, categories = count_ratings([list(patient) for patient in DIAGNOSES.split()])
    kappa = fleiss_kappa(counts)
    assert categories == ["1", "2", "3", "4", "5"]
    assert kappa.value == pytest.approx(0.4302445, abs=1e-7)
    # z by chance as the R package irr prints it (kappam.fleiss).
    assert kappa.value / kappa.error_by_chance == pytest.approx(17.65183, abs=1e-5)


def test_the_error_of_fleiss_kappa_is_that_of_drawing_works_again() -> None:
    counts, _ = count_ratings([list(patient) for patient in DIAGNOSES.split()])
    rng = np.random.default_rng(4)
    again = [fleiss_kappa(counts[rng.integers(0, 30, 30)]).value for _ in range(1000)]
    assert fleiss_kappa(counts).error == pytest.approx(float(np.std(again)), rel=0.12)


def test_the_six_intraclass_correlations_are_those_of_shrout_and_fleiss() -> None:
    six = intraclass(TARGETS)
    forms = (six.one_way, six.random, six.fixed)
    means = (six.one_way_mean, six.random_mean, six.fixed_mean)
    assert [round(x.value, 2) for x in forms] == [0.17, 0.29, 0.71]
    assert [round(x.value, 2) for x in means] == [0.44, 0.62, 0.91]
    assert six.mean_squares == pytest.approx((11.24, 32.49, 1.02, 6.26), abs=0.005)
    # Intervals as the R package psych prints them for this table.
    limits = [(x.low, x.high) for x in (*forms, *means)]
    assert limits == [
        pytest.approx(pair, abs=0.006)
        for pair in ((-0.133, 0.72), (0.019, 0.76), (0.342, 0.95),
                     (-0.884, 0.91), (0.071, 0.93), (0.676, 0.99))
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("chance", "numerator", "denominator", "value"),
    # Critical values of F as every table of it prints them.
    [(0.95, 1, 10, 4.965), (0.975, 5, 18, 3.382), (0.95, 10, 1, 241.88), (0.05, 10, 5, 0.3007)],
)
def test_quantiles_of_f_are_the_tables(
    chance: float, numerator: int, denominator: int, value: float
) -> None:
    assert f_quantile(chance, numerator, denominator) == pytest.approx(value, rel=2e-4)


@given(two_raters, st.permutations(range(1, 6)), st.sampled_from([None, "linear", "quadratic"]))
def test_kappa_knows_neither_names_nor_who_comes_first(pairs, order, weights) -> None:  # type: ignore[no-untyped-def]
    one, two = (list(column) for column in zip(*pairs, strict=True))
    kappa = cohen_kappa(one, two, weights=weights)
    assert sane(kappa)
    assert cohen_kappa(two, one, weights=weights).value == pytest.approx(kappa.value)
    flipped = cohen_kappa([6 - x for x in one], [6 - x for x in two], weights=weights)
    assert flipped.value == pytest.approx(kappa.value)
    if weights is None:
        named = cohen_kappa(*([f"level {order[x - 1]}" for x in who] for who in (one, two)))
        assert named.value == pytest.approx(kappa.value)


@given(st.lists(levels, min_size=1, max_size=30))
def test_full_agreement_is_one(ratings) -> None:  # type: ignore[no-untyped-def]
    kappa = cohen_kappa(ratings, ratings, weights="quadratic")
    assert kappa.value == pytest.approx(1.0)
    assert kappa.determined == (len(set(ratings)) > 1)
    assert exact_agreement(ratings, ratings).value == 1.0
    assert exact_agreement(ratings, ratings).low < 1.0


@given(two_raters)
def test_own_weights_of_the_linear_kind_give_linear_kappa(pairs) -> None:  # type: ignore[no-untyped-def]
    one, two = (list(column) for column in zip(*pairs, strict=True))
    own = [[1 - abs(i - j) / 4 for j in range(5)] for i in range(5)]
    scale = [1, 2, 3, 4, 5]
    kappa = cohen_kappa(one, two, weights=own, categories=scale)
    linear = cohen_kappa(one, two, weights="linear", categories=scale)
    assert kappa.value == pytest.approx(linear.value)


@given(st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=2, max_size=12))
def test_no_table_gives_a_number_that_is_none(table) -> None:  # type: ignore[no-untyped-def]
    six = intraclass(table)
    for x in (six.one_way, six.random, six.fixed, six.one_way_mean, six.random_mean):
        assert -1.0 <= x.low <= x.value <= x.high <= 1.0, x
    assert sane(fleiss_kappa(count_ratings(table)[0]))


def test_quadratic_kappa_is_near_the_random_intraclass_correlation() -> None:
    # Fleiss & Cohen (1973): equal but for a term of 1 / n.
    rng = np.random.default_rng(2)
    one = rng.integers(1, 6, 4000)
    two = np.clip(one + rng.integers(-1, 2, 4000), 1, 5)
    kappa = cohen_kappa(one, two, weights="quadratic").value
    assert kappa == pytest.approx(intraclass(np.c_[one, two]).random.value, abs=1e-3)


def test_the_interval_of_kappa_holds_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(3)
    truth = kappa_of_table(SKIN, weights="linear").value
    chances = np.array(SKIN).ravel() / np.sum(SKIN)
    drawn = (rng.multinomial(200, chances).reshape(4, 4) for _ in range(600))
    held = [k.low < truth < k.high for k in (kappa_of_table(x, weights="linear") for x in drawn)]
    assert 0.92 < np.mean(held) < 0.98


def test_a_level_that_nobody_gave_still_lies_between() -> None:
    near = cohen_kappa([1, 2, 4, 4], [1, 2, 4, 2], weights="linear")
    words = ["one", "two", "three", "four"]
    one, two = ["one", "two", "four", "four"], ["one", "two", "four", "two"]
    assert cohen_kappa(one, two, weights="linear", categories=words).value == near.value


def test_adjacent_counts_levels_next_to_each_other() -> None:
    assert adjacent_agreement([1, 2, 3, 4], [1, 3, 1, 4]).value == 0.75
    assert exact_agreement([1, 2, 3, 4], [1, 3, 1, 4]).value == 0.5


def test_one_category_only_is_no_test_of_agreement_and_says_so() -> None:
    for answer in (cohen_kappa([2, 2], [2, 2]), fleiss_kappa([[3, 0], [3, 0]])):
        assert (answer.value, answer.low, answer.high) == (1.0, -1.0, 1.0)
        assert not answer.determined
    assert not intraclass([[3, 3], [3, 3]]).fixed.determined
    assert intraclass([[3, 4], [4, 3]]).fixed.value == 0.0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: cohen_kappa([], []), "first is empty"),
        (lambda: cohen_kappa([1, 2], [1]), "second has 1"),
        (lambda: cohen_kappa([1, float("nan")], [1, 2]), r"first\[1\] is missing"),
        (lambda: cohen_kappa(["a", None], ["a", "b"]), r"first\[1\] is missing"),
        (lambda: cohen_kappa(["a", 1], ["a", "b"]), "mixes words and numbers"),
        (lambda: cohen_kappa(["a"], ["b"], weights="linear"), "categories is missing"),
        (lambda: cohen_kappa([1, 9], [1, 1], categories=[1, 2]), r"first\[1\] is 9"),
        (lambda: cohen_kappa([1, 2], [1, 1], weights=[[1, 2], [2, 1]]), "weights"),
        (lambda: kappa_of_table([[1, 2]]), "square"),
        (lambda: kappa_of_table([[1, -2], [0, 1]]), r"table\[0, 1\] is -2"),
        (lambda: kappa_of_table([[1, 0], [0, 1]], level=1.0), "level is 1.0"),
        (lambda: fleiss_kappa([[1, 0], [0, 1]]), "two raters"),
        (lambda: fleiss_kappa([[2, 0], [0, 0]]), r"counts\[1\] has no rating"),
        (lambda: intraclass([[1, 2], [1, float("nan")]]), r"scores\[1, 1\] is missing"),
        (lambda: intraclass([[1, 2]]), "1 works and 2 raters"),
        (lambda: adjacent_agreement(["a"], ["b"]), "first holds words"),
        (lambda: adjacent_agreement([1], [2], within=-1), "within is -1"),
    ],
)  # fmt: skip
def test_bad_input_is_named(call, words) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=words):
        call()
