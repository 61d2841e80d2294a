"""The questions that pages and commands ask of a state's formula, each answered in one call."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from milepost.funding.formulas import states
from milepost.funding.formulas.bound import Bound, bind
from milepost.funding.formulas.entities import Population, read_csv
from milepost.funding.formulas.formula import StateFormula, load
from milepost.funding.formulas.notice import Notice, notice, notice_scope
from milepost.funding.formulas.reform import Comparison, Reform, compare, reformed
from milepost.funding.formulas.result import Result
from milepost.funding.formulas.run import run
from milepost.funding.formulas.solver import Solution, solve
from milepost.funding.years import first_day


@dataclass(frozen=True)
class Answer:
    """A formula run on a population, beside what it was before a reform where there is one."""

    result: Result
    before: Result | None = None
    reform: Reform | None = None
    solution: Solution | None = None
    """What a reform's solver found."""

    def entities(self) -> list[tuple[str, str]]:
        """Return id and name of every entity that has a notice, in the order of the input."""
        group = self.result.population[notice_scope(self.result.bound.formula)]
        names = group.names or tuple(str(one) for one in group.ids)
        return [(str(one), name) for one, name in zip(group.ids, names, strict=True)]

    def notice(self, entity: str) -> Notice:
        """Return an entity's notice. Raises FormulaError for one that is not there."""
        return notice(self.result, entity)

    def comparison(self) -> list[Comparison]:
        """Return every line before and after the reform; without one nothing differs."""
        return compare(self.before or self.result, self.result)


@dataclass(frozen=True)
class Known:
    """A state whose formula Milepost brings."""

    code: str
    state: str
    name: str
    about: str
    years: tuple[int, ...]
    """Fiscal years with public input."""


def known() -> list[Known]:
    """Return the states whose formulas Milepost brings, by code."""
    found = []
    for code in states.codes():
        one = states.state(code)
        found.append(Known(code, one.state, one.name, one.about, states.years(code)))
    return found


def formula(state: str) -> StateFormula:
    """Return the formula of a state's code, or of a folder that somebody wrote."""
    path = Path(state)
    return load(path) if path.is_dir() else states.state(state)


def answer(
    formula: StateFormula, day: date, population: Population, reform: Reform | None = None
) -> Answer:
    """Return what a formula gives on a day, and what a reform changes.

    Raises FormulaError for whatever cannot be computed.
    """
    before = run(bind(formula, day), population)
    return Answer(before) if reform is None else under(before, reform)


def under(before: Result, reform: Reform) -> Answer:
    """Return what a reform makes of a result. Raises FormulaError for what cannot be computed."""
    changed, solution = _changed(before.bound, before.population, reform)
    return Answer(run(changed, before.population), before, reform, solution)


def _changed(bound: Bound, population: Population, reform: Reform) -> tuple[Bound, Solution | None]:
    changed = reformed(bound, reform)
    if not reform.solve:
        return changed, None
    solution = solve(changed, population, reform.solve)
    return solution.applied(changed), solution


def answer_for(
    state: str, year: int, inputs: Mapping[str, Path] | None = None, reform: Reform | None = None
) -> Answer:
    """Return what a state's formula gives for a fiscal year (2021 is 2020-21).

    `inputs` are CSV files by scope; without any, the public input that Milepost brings is read.
    """
    found = formula(state)
    people = read_csv(found, inputs) if inputs else states.population(state, year)
    return answer(found, first_day(year), people, reform)
