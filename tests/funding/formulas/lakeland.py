"""Lakeland: a state of four districts that the engine is tried on."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from milepost.funding.formulas.bound import bind
from milepost.funding.formulas.entities import population
from milepost.funding.formulas.formula import StateFormula, understand
from milepost.funding.formulas.parameters import read_parameters
from milepost.funding.formulas.reading import parse
from milepost.funding.formulas.result import Result
from milepost.funding.formulas.run import run

FOLDER = Path(__file__).parent / "lakeland"
DAY = date(2025, 9, 1)
DISTRICTS: dict[str, list[Any]] = {
    "district": ["Ash", "Birch", "Cedar", "Dogwood"],
    "county": ["North", "North", "South", "South"],
    "elementary": [100, 200, 50, 400],
    "high": [33, 0, 25, 155.5],
    "poor": [40, 40, 15, 200],
    "tax_base": [1e6, 2e7, 5e5, 3e6],
    "aid_last_year": [100_000, 50_000, 70_000, 400_000],
    "kind": ["", "", "vocational", ""],
}


def changed(old: str = "", new: str = "", file: str = "formula.yaml") -> StateFormula:
    """Return Lakeland's formula with one text in one file changed."""
    texts = {name: (FOLDER / name).read_text() for name in ("formula.yaml", "parameters.yaml")}
    assert old in texts[file], f"{old!r} is not in {file}"
    texts[file] = texts[file].replace(old, new, 1)
    parameters = read_parameters(parse(texts["parameters.yaml"], "lakeland/parameters.yaml"))
    return understand(parse(texts["formula.yaml"], "lakeland/formula.yaml"), parameters)


def computed(formula: StateFormula | None = None, day: date = DAY, **columns: list[Any]) -> Result:
    """Return Lakeland's aid, with some columns of input changed."""
    formula = formula or changed()
    table: Mapping[str, Any] = {**DISTRICTS, **columns}
    return run(bind(formula, day), population(formula, {"district": table}))


def line(result: Result, name: str) -> list[str]:
    """Return a line for every entity, as it prints."""
    ids = result.population[result.scope(name)].ids
    return [str(result.value(name, str(one))) for one in ids]


def one_line(text: str, rounding: str = "half up to cents", **columns: list[float]) -> Result:
    """Return a formula of one line, `answer`, on some columns of districts."""
    inputs = "".join(f"  {name}: {{label: {name}, scope: district}}\n" for name in columns)
    file = parse(
        "state: One\nname: One line\nscopes: [district]\n"
        f"inputs:\n{inputs}lines:\n  answer:\n    label: Answer\n    scope: district\n"
        f"    formula: {text!r}\n    round: {rounding}\n    cite: none\n",
        "one.yaml",
    )
    formula = understand(file, {})
    length = len(next(iter(columns.values())))
    ids = [f"D{at}" for at in range(length)]
    return run(bind(formula, DAY), population(formula, {"district": {"district": ids, **columns}}))
