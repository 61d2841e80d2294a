"""Finding parameters so that a state's total meets a target, as departments do each year."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from milepost.funding.formulas.bound import Bound
from milepost.funding.formulas.entities import Population
from milepost.funding.formulas.errors import FormulaError
from milepost.funding.formulas.exact import Row
from milepost.funding.formulas.expressions import Node, names
from milepost.funding.formulas.formula import Solver
from milepost.funding.formulas.parameters import Value
from milepost.funding.formulas.rounding import Rounding
from milepost.funding.formulas.run import run

UNKNOWN = "x"
MOST_TRIALS = 60


@dataclass(frozen=True)
class Trial:
    """One try of a solver: what was put in, and the total that came out."""

    find: str
    unknown: Fraction
    total: Fraction


@dataclass(frozen=True)
class Solution:
    """Parameters that a solver found, and how close their total comes to its target."""

    parameters: Mapping[str, Fraction]
    total: Fraction
    target: Fraction
    trials: tuple[Trial, ...]

    @property
    def missed(self) -> Fraction:
        """The target less the total."""
        return self.target - self.total

    def applied(self, bound: Bound) -> Bound:
        """Return a formula with the parameters that were found."""
        return _with(bound, self.parameters)


def solve(bound: Bound, population: Population, name: str) -> Solution:
    """Return what a solver of the formula finds, by the secant method.

    The second trial scales the first by total over target; from the third on, each lies where the
    line through the last two meets the target. Raises FormulaError for a solver that is not there,
    and for one that does not come within its tolerance.
    """
    solver = bound.formula.solvers.get(name)
    if solver is None:
        raise FormulaError(bound.formula.file, f"there is no solver {name!r}")
    found: dict[str, Fraction] = {}
    target = _value(bound, solver.target, found)
    trials: list[Trial] = []
    chosen: Mapping[str, Fraction] = {}
    for find in solver.finds:
        start = _value(bound, find.start, found)
        chosen = _search(bound, population, solver, find.name, target, start, found, trials)
    return Solution(chosen, trials[-1].total, target, tuple(trials))


def _search(
    bound: Bound,
    population: Population,
    solver: Solver,
    name: str,
    target: Fraction,
    start: Fraction,
    found: dict[str, Fraction],
    trials: list[Trial],
) -> Mapping[str, Fraction]:
    """Find one unknown; keep it under its name, and return the parameters that it sets."""
    find = next(one for one in solver.finds if one.name == name)
    places = Rounding("half up", solver.decimals)
    unknown, before = places.exact(start), None
    for _ in range(MOST_TRIALS):
        known = {**found, UNKNOWN: unknown}
        sets = {key: places.exact(_value(bound, node, known)) for key, node in find.sets.items()}
        tried = run(_with(bound, sets), population, keep={solver.total})
        total = tried.exact(solver.total, 0)
        trials.append(Trial(name, unknown, total))
        if abs(target - total) < solver.within:
            found[name] = unknown
            return sets
        if before is None:
            following = unknown * total / target if target else unknown + 1
        elif before[1] == total:
            break
        else:
            slope = (total - before[1]) / (unknown - before[0])
            following = unknown + (target - total) / slope
        if find.at_least is not None:
            following = max(following, find.at_least)
        before, unknown = (unknown, total), places.exact(following)
        if unknown == before[0]:
            break
    raise _missed(solver, name, target, trials)


def _missed(solver: Solver, name: str, target: Fraction, trials: list[Trial]) -> FormulaError:
    nearest = min((trial.total for trial in trials), key=lambda one: abs(one - target))
    return FormulaError(
        solver.where,
        f"solver {solver.name!r} comes no closer to {_money(target)} than {_money(nearest)} in "
        f"{len(trials)} trials of {name!r}: widen 'within', or ask for what can be met",
    )


def _money(amount: Fraction) -> str:
    return f"{float(amount):,.2f}"


def _value(bound: Bound, node: Node, known: Mapping[str, Fraction]) -> Fraction:
    """Return a formula over parameters and what was found before."""

    def read(name: str) -> Fraction:
        return known[name]

    for name in names(node):
        if name not in known and name not in bound.parameters:
            raise FormulaError(bound.formula.file, f"a solver speaks of {name!r}, not known to it")
    return Row(read, str, bound.parameters).number(node)


def _with(bound: Bound, sets: Mapping[str, Fraction]) -> Bound:
    changed: dict[str, Value] = {
        name: replace(bound.parameters[name], number=number, cite="found by the solver")
        for name, number in sets.items()
    }
    return replace(bound, parameters={**bound.parameters, **changed})
