"""The states that Milepost brings: a folder each, of a formula, its parameters and its input."""

from functools import cache
from pathlib import Path

from milepost.funding.formulas.entities import Population, read_csv
from milepost.funding.formulas.errors import FormulaError
from milepost.funding.formulas.formula import StateFormula, load

FOLDER = Path(__file__).parent


def codes() -> tuple[str, ...]:
    """Return the codes of the states that there are, in order."""
    return tuple(sorted(path.parent.name for path in FOLDER.glob("*/formula.yaml")))


@cache
def state(code: str) -> StateFormula:
    """Return a state's formula. Raises FormulaError for a state that is not there."""
    if code not in codes():
        raise FormulaError("", f"there is no formula for {code!r}; there are {', '.join(codes())}")
    return load(FOLDER / code)


def input_file(code: str, year: int) -> Path:
    """Return the file of public input for a fiscal year.

    Raises FormulaError where Milepost brings none for that state and year.
    """
    state(code)
    path = FOLDER / code / f"fy{year}.csv"
    if not path.is_file():
        there = sorted(one.stem for one in path.parent.glob("fy*.csv"))
        raise FormulaError("", f"{code} brings no input for {year}; it has {', '.join(there)}")
    return path


def years(code: str) -> tuple[int, ...]:
    """Return the fiscal years for which Milepost brings public input of a state, in order."""
    return tuple(sorted(int(path.stem[2:]) for path in (FOLDER / code).glob("fy*.csv")))


@cache
def population(code: str, year: int) -> Population:
    """Return the public input that Milepost brings for a state and fiscal year."""
    formula = state(code)
    return read_csv(formula, {formula.entity: input_file(code, year)})
