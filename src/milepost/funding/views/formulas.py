"""A state's funding formula: what it gives in all, a district's notice, and what a reform does."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from milepost.funding.formulas import asking, states
from milepost.funding.formulas.asking import Answer
from milepost.funding.formulas.errors import FormulaError
from milepost.funding.formulas.formula import Line, StateFormula
from milepost.funding.formulas.reform import Reform, reform
from milepost.funding.formulas.result import Result
from milepost.funding.views.access import of_the_state
from milepost.funding.views.plan import attachment, guarded
from milepost.roster.access import Viewer

PAGE = 50
"""Districts on a page."""
CHANGES = 3
"""Parameters that a reform on the page may change; a file at a terminal changes any number."""


@dataclass(frozen=True)
class Asked:
    """What somebody filled in of a reform."""

    changes: tuple[tuple[str, str], ...]
    solve: str

    def reform(self) -> Reform | None:
        """Return the reform, or none where nothing is changed. Raises FormulaError."""
        changes = {name: by for name, by in self.changes if name and by}
        if not changes:
            return None
        name = ", ".join(f"{name} {by}" for name, by in changes.items())
        return reform({"parameters": changes, "solve": self.solve}, name)


@dataclass(frozen=True)
class District:
    """One line of one district, before and after a reform."""

    id: str
    name: str
    before: Decimal
    after: Decimal

    @property
    def difference(self) -> Decimal:
        """What the reform adds."""
        return self.after - self.before


@require_GET
@of_the_state
def formulas(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List the states whose formula Milepost holds."""
    del viewer
    context = {"rows": asking.known(), "crumbs": _crumbs()}
    return render(request, "funding/formulas.html", context)


@require_GET
@of_the_state
def formula(request: HttpRequest, viewer: Viewer, state: str, year: int) -> HttpResponse:
    """Show what a formula gives in all and to each district, and what a reform changes."""
    del viewer
    baseline = _baseline(state, year)
    result = baseline.result
    about = result.bound.formula
    asked = _asked(request, about)
    wrong, found = "", baseline
    try:
        found = _answer(state, year, asked)
    except FormulaError as refused:
        wrong = str(refused)
    line = _line(about, request.GET.get("line", ""))
    lines = found.comparison()
    total = next(one for one in lines if one.name == line.name)
    count = len(result.population[about.entity])
    q = request.GET.get("q", "").strip()
    rows = _districts(found, line.name, q)
    context = {
        "state": state,
        "year": year,
        "formula": about,
        "day": result.bound.day,
        "count": count,
        "asked": asked,
        "changes": (*asked.changes, *[("", "")] * CHANGES)[:CHANGES],
        "parameters": list(_parameters(result)),
        "solvers": about.solvers.values(),
        "reform": found.reform,
        "solution": found.solution,
        "wrong": wrong,
        "lines": [(one, about.lines[one.name]) for one in lines],
        "choices": [one for one in about.lines.values() if one.scope == about.entity],
        "line": line,
        "total": total,
        "same": count - total.gain - total.lose,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "q": q,
        "kept": _query(asked),
        "crumbs": _crumbs((about.state, "")),
    }
    status = 400 if wrong else 200
    return render(request, "funding/formula.html", context, status=status)


@require_GET
@of_the_state
def formula_notice(
    request: HttpRequest, viewer: Viewer, state: str, year: int, entity: str
) -> HttpResponse:
    """Show a district's notice, line by line, as a formula or a reform of it gives it."""
    del viewer
    about = _baseline(state, year).result.bound.formula
    asked = _asked(request, about)
    try:
        found = _answer(state, year, asked)
        paper = found.notice(entity)
    except FormulaError as refused:
        raise Http404(str(refused)) from refused
    page = reverse("funding:formula", args=[state, year]) + "?" + _query(asked)
    name = _name(found.result, entity)
    context = {
        "notice": paper,
        "name": name,
        "entity": entity,
        "state": state,
        "year": year,
        "reform": found.reform,
        "last": [one for one in paper.entries if one.scope == about.entity][-1],
        "crumbs": _crumbs((about.state, page), (name, "")),
    }
    return render(request, "funding/formula_notice.html", context)


@require_GET
@of_the_state
def formula_csv(request: HttpRequest, viewer: Viewer, state: str, year: int) -> HttpResponse:
    """Give every line of every district as a table; under a reform, before and after."""
    del viewer
    about = _baseline(state, year).result.bound.formula
    try:
        found = _answer(state, year, _asked(request, about))
    except FormulaError as refused:
        raise Http404(str(refused)) from refused
    response = attachment(f"{state}-{year}-lines.csv")
    table = csv.writer(response)
    names = [name for name, one in about.lines.items() if one.scope == about.entity]
    before = found.before
    heads = [head for name in names for head in ((name, f"{name}_before") if before else (name,))]
    table.writerow([about.entity, "name", *heads])
    group = found.result.population[about.entity]
    for row, one in enumerate(group.ids):
        cells: list[object] = [guarded(str(one)), guarded(_name(found.result, str(one)))]
        for name in names:
            cells.append(found.result.shown(name, row))
            if before:
                cells.append(before.shown(name, row))
        table.writerow(cells)
    return response


@lru_cache(maxsize=8)
def _kept(state: str, year: int) -> Answer:
    return asking.answer_for(state, year)


def _baseline(state: str, year: int) -> Answer:
    """Return a formula on the public input of a year; 404 where Milepost brings none."""
    if state not in states.codes() or year not in states.years(state):
        raise Http404
    return _kept(state, year)


def _answer(state: str, year: int, asked: Asked) -> Answer:
    change, baseline = asked.reform(), _baseline(state, year)
    if change is None:
        return baseline
    return asking.under(baseline.result, change)


def _asked(request: HttpRequest, about: StateFormula) -> Asked:
    names, by = request.GET.getlist("change"), request.GET.getlist("by")
    changes = tuple((name, words.strip()) for name, words in zip(names, by, strict=False))
    solve = request.GET.get("solve", "")
    return Asked(changes[:CHANGES], solve if solve in about.solvers else "")


def _query(asked: Asked) -> str:
    """Return a reform as the end of an address."""
    query = QueryDict(mutable=True)
    for name, by in asked.changes:
        if name and by:
            query.appendlist("change", name)
            query.appendlist("by", by)
    if asked.solve:
        query["solve"] = asked.solve
    return query.urlencode()


def _line(about: StateFormula, name: str) -> Line:
    """Return the line that was asked for; the last of the notice without one."""
    own = [one for one in about.lines.values() if one.scope == about.entity]
    return next((one for one in own if one.name == name), own[-1])


def _parameters(result: Result) -> Iterator[tuple[str, str, str]]:
    """Yield the parameters that a reform may change: name, label and the number that stands."""
    held = result.bound.formula.parameters
    for name, value in result.bound.parameters.items():
        label = held[name].label
        if value.number is not None:
            yield name, label, _number(Decimal(value.number.numerator) / value.number.denominator)
        for key, number in (value.by_key or {}).items():
            shown = _number(Decimal(number.numerator) / number.denominator)
            yield f"{name}.{key}", f"{label}: {key}", shown


def _number(value: Decimal) -> str:
    return f"{round(value, 9).normalize():,f}"


def _districts(found: Answer, name: str, q: str) -> list[District]:
    """Return a line of every district that is asked for: what changes most first."""
    result, before = found.result, found.before or found.result
    words = q.casefold()
    rows = []
    for row, one in enumerate(result.population[result.bound.formula.entity].ids):
        called = _name(result, str(one))
        if words in called.casefold() or words == str(one).casefold():
            rows.append(
                District(str(one), called, before.shown(name, row), result.shown(name, row))
            )
    if found.before is not None:
        rows.sort(key=lambda one: -abs(one.difference))
    return rows


def _name(result: Result, entity: str) -> str:
    """Return what a district is called, or its number where nobody named it."""
    group = result.population[result.bound.formula.entity]
    return group.names[result.place(group.scope, entity)] if group.names else entity


def _crumbs(*further: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Funding formulas"), reverse("funding:formulas") if further else ""), *further]
