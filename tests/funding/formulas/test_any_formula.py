"""Any formula, on any numbers: the engine gives what fractions worked out beside it give."""

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.funding.formulas.rounding import rounding
from tests.funding.formulas.lakeland import one_line

pytestmark = pytest.mark.pure

Values = dict[str, Fraction]
Formula = tuple[str, Callable[[Values], Fraction]]
RULES = ["half up to dollars", "half up to cents", "down to cents", "up to 3 decimals", "none"]


def number(cents: int) -> Formula:
    text = f"{cents / 1000:.3f}"
    return text, lambda _: Fraction(text)


def column(name: str) -> Formula:
    return name, lambda values: values[name]


def joined(op: str, left: Formula, right: Formula) -> Formula:
    def work(values: Values) -> Fraction:
        one, two = left[1](values), right[1](values)
        if op == "/":
            return one / (abs(two) + 1)
        return {"+": one + two, "-": one - two, "*": one * two}[op]

    if op == "/":
        return f"({left[0]} / (abs({right[0]}) + 1))", work
    return f"({left[0]} {op} {right[0]})", work


def chosen(a: Formula, b: Formula, then: Formula, otherwise: Formula) -> Formula:
    return (
        f"where({a[0]} >= {b[0]} and not {b[0]} == 0, {then[0]}, {otherwise[0]})",
        lambda v: (then if a[1](v) >= b[1](v) and b[1](v) != 0 else otherwise)[1](v),
    )


def limited(a: Formula, b: Formula) -> Formula:
    return (
        f"max(min({a[0]}, {b[0]}), -2.005)",
        lambda v: max(min(a[1](v), b[1](v)), Fraction("-2.005")),
    )


def deeper(inner: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
    return (
        st.builds(joined, st.sampled_from("+-*/"), inner, inner)
        | st.builds(chosen, inner, inner, inner, inner)
        | st.builds(limited, inner, inner)
    )


FORMULAS = st.recursive(
    st.builds(number, st.integers(0, 3000)) | st.builds(column, st.sampled_from("xyz")),
    deeper,
    max_leaves=8,
)
CELLS = st.integers(-(10**7), 10**7).map(lambda cents: cents / 100) | st.sampled_from([0.0, 0.005])


@settings(max_examples=150, deadline=None)
@given(FORMULAS, st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=6), st.data())
def test_vectors_and_fractions_agree(
    formula: Formula, rows: list[tuple[float, ...]], data: st.DataObject
) -> None:
    text, work = formula
    rule = rounding(data.draw(st.sampled_from(RULES)))
    columns = {name: [row[at] for row in rows] for at, name in enumerate("xyz")}
    words = "none" if rule.mode == "none" else f"{rule.mode} to {rule.places} decimals"
    result = one_line(text, words, **columns)
    for at, row in enumerate(rows):
        values = {name: Fraction(repr(cell)) for name, cell in zip("xyz", row, strict=True)}
        expected = rule.exact(work(values))
        assert result.exact("answer", at) == expected, (text, row)
        assert abs(result["answer"][at] - float(expected)) <= 1e-9 * max(1, abs(float(expected)))
