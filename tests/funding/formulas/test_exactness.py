"""Floats run the formula; fractions decide wherever a float could be wrong."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.funding.formulas.rounding import rounding
from tests.funding.formulas.lakeland import line, one_line

pytestmark = pytest.mark.pure


def test_half_a_cent_goes_up_though_no_float_is_half_a_cent() -> None:
    # 1.005 is stored as 1.00499999999999989…: floats alone would print 1.00
    assert line(one_line("x * y", x=[1.005, 2.675, -1.005], y=[1, 1, 1]), "answer") == [
        "1.01",
        "2.68",
        "-1.01",
    ]


def test_down_cuts_and_up_lifts_only_what_is_left_over() -> None:
    assert line(one_line("x * 100", "down to dollars", x=[0.29, -0.299]), "answer") == ["29", "-29"]
    assert line(one_line("x * 100", "up to dollars", x=[0.29, 0.291]), "answer") == ["29", "30"]


def test_a_comparison_at_the_edge_is_decided_in_fractions() -> None:
    result = one_line("where(x + y >= 0.3, 1, 0)", "none", x=[0.1, 0.1], y=[0.2, 0.199999999])
    assert line(result, "answer") == ["1", "0"]  # in floats 0.1 + 0.2 > 0.3, luckily
    result = one_line("where(x * 3 <= y, 1, 0)", "none", x=[0.1], y=[0.3])
    assert line(result, "answer") == ["1"]  # in floats 0.1 × 3 > 0.3


CENTS = st.integers(-(10**9), 10**9).map(lambda cents: cents / 100)


@given(
    st.lists(st.tuples(CENTS, CENTS, CENTS), min_size=1, max_size=20),
    st.sampled_from(
        ["half up to cents", "down to cents", "up to dollars", "half up to 5 decimals"]
    ),
)
def test_every_row_is_what_fractions_give(rows: list[tuple[float, ...]], rule: str) -> None:
    columns = {name: [row[at] for row in rows] for at, name in enumerate("xyz")}
    text = "where(x > y, x * 0.045, max(y, z) / 3 + x * 1.07) + clip(z, -5, 5.005)"
    result = one_line(text, rule, **columns)
    for at, row in enumerate(rows):
        x, y, z = (Fraction(repr(one)) for one in row)
        first = x * Fraction("0.045") if x > y else max(y, z) / 3 + x * Fraction("1.07")
        whole = first + min(max(z, Fraction(-5)), Fraction("5.005"))
        expected = rounding(rule).exact(whole)
        assert result.exact("answer", at) == expected
        assert result["answer"][at] == float(expected)


def test_few_rows_of_many_need_fractions(monkeypatch: pytest.MonkeyPatch) -> None:
    from milepost.funding.formulas import run as running

    seen = []
    kept = running._in_fractions
    monkeypatch.setattr(
        running, "_in_fractions", lambda *given: (seen.append(given[-1]), kept(*given))[1]
    )
    rng = np.random.default_rng(7)
    columns = {"x": rng.uniform(0, 1e6, 50_000).round(2).tolist()}
    result = one_line("x * 1.0457 / 7", **columns)
    assert len(seen) < 50
    row = 31_415
    exact = Fraction(repr(columns["x"][row])) * Fraction("1.0457") / 7
    assert result.exact("answer", row) == Fraction(math.floor(exact * 100 + Fraction(1, 2)), 100)


def test_totals_of_rounded_lines_are_exact() -> None:
    from tests.funding.formulas.lakeland import changed, computed

    formula = changed("formula: total(cost + poverty_cost)", "formula: total(cost)")
    result = computed(formula)
    assert result.exact("state_cost", 0) == sum(result.exact("cost", row) for row in range(4))


LINES = """
state: Many
name: Many learners
scopes: [learner]
inputs:
  grade: {label: Grade, scope: learner}
  poor: {label: Whether poor, scope: learner}
  hours: {label: Hours, scope: learner}
  local: {label: Local part, scope: learner}
lines:
  base:
    label: Base
    scope: learner
    formula: 12214.5 * where(grade < 6, 1, where(grade < 9 and poor == 0, 1.04, 1.16))
    round: half up to dollars
    cite: none
  need:
    label: Need
    scope: learner
    formula: where(poor == 1 or grade > 10, base * clip(0.47 + hours * 0.25, 0.47, 0.57), 0)
    round: down to cents
    cite: none
  grant:
    label: Grant
    scope: learner
    formula: need + base - local / 3 - 0.005
    round: half up to cents
    cite: none
  share:
    label: Share
    scope: learner
    formula: SHARE
    round: half up to 4 decimals
    cite: none
"""


@pytest.mark.parametrize("share", ["grant * 0.07 - local", "grant / (local + 1)"])
def test_every_chunk_of_many_rows_is_as_exact_as_one_row(share: str) -> None:
    from milepost.funding.formulas.bound import bind
    from milepost.funding.formulas.entities import population
    from milepost.funding.formulas.formula import understand
    from milepost.funding.formulas.reading import parse
    from milepost.funding.formulas.run import CHUNK, run
    from tests.funding.formulas.lakeland import DAY

    formula = understand(parse(LINES.replace("SHARE", share), "many.yaml"), {})
    rng, count = np.random.default_rng(11), 3 * CHUNK + 777
    given = {
        "grade": rng.integers(0, 13, count).astype(np.int8),
        "poor": rng.integers(0, 2, count).astype(np.int8),
        "hours": rng.random(count).round(3),
        "local": rng.uniform(-5000, 5000, count).round(2),
    }
    people = population(formula, {"learner": {"learner": range(count), **given}})
    whole = run(bind(formula, DAY), people)
    alone = run(bind(formula, DAY), people, keep={"share"})
    assert np.array_equal(whole["share"], alone["share"])
    nothing = run(bind(formula, DAY), people, keep={"base"})  # the others anew, in fractions
    for row in [0, CHUNK - 1, CHUNK, 2 * CHUNK, count - 1, *rng.integers(0, count, 300).tolist()]:
        for line_ in ("need", "grant", "share"):
            assert whole.exact(line_, row) == nothing.exact(line_, row), (line_, row)


def test_a_quotient_of_two_columns_is_rounded_and_compared_exactly() -> None:
    # a quotient that ends on half a cent, where floats alone round down
    half, three = next(
        (round(cents * 3 / 1000, 3), 3)
        for cents in range(5, 10_000, 10)
        if math.floor(round(cents * 3 / 1000, 3) / 3 * 100 + 0.5) != (cents + 5) // 10
    )
    above = Fraction(repr(half)) / 3 + Fraction("0.005")
    result = one_line("x / y", x=[half], y=[three])
    assert result.exact("answer", 0) == above
    small, by = next(
        (k / 1000, by)
        for k in range(1, 400)
        for by in (3, 7, 9, 11)
        if round(k * by / 1000, 6) / by < k / 1000
    )
    columns = {"x": [round(small * by, 6)], "y": [by]}
    result = one_line(f"where(x / y >= {small}, 1, 0)", "none", **columns)
    assert line(result, "answer") == ["1"]
