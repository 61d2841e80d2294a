"""Learners to come: cohort survival from a school's history, and what a state funds of them.

Cohort survival (grade progression ratios): of those in grade 3 this year, so many per cent are in
grade 4 next year, as in the years before; the entry grade follows the births that lead to it.
Source: Shryock & Siegel, *The Methods and Materials of Demography* (1976), chapter 23, school
enrollment by grade-progression rates; ratios are pooled over the last years (sum over sum), and
learners are whole, halves rounded up, grade by grade.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from milepost.funding.money import shares
from milepost.funding.plan.errors import PlanError
from milepost.funding.plan.parts import AttendanceRule, School

RATIO_YEARS = 3
"""Steps from one year to the next that a ratio is taken over, the latest ones."""
_ONE = Decimal(1)


@dataclass(frozen=True)
class Learners:
    """Learners of a school by fiscal year; grades where they are known."""

    totals: dict[int, int]
    by_grade: dict[int, tuple[int, ...]]
    """In the order of the school's grades."""


@lru_cache(maxsize=512)
def learners(school: School, first: int, last: int) -> Learners:
    """Return the learners of a school from fiscal year ``first`` to ``last``, and what came before.

    Raises PlanError, naming school, grade and year, where a count is missing that the projection
    rests on: a missing count is not zero.
    """
    by_grade = _projected(school, last)
    totals = {year: sum(counts) for year, counts in by_grade.items()}
    for year, count in school.given:
        totals[year] = count
        if year in by_grade:
            by_grade[year] = tuple(_scaled(by_grade[year], count))
    years = range(min([first, *totals]), last + 1)
    for year in years:
        if school.opens and year < school.opens:
            totals[year] = 0
            by_grade[year] = (0,) * len(school.grades)
        elif year >= first and year not in totals:
            raise PlanError(
                f"school {school.name!r}, {year}",
                "its learners are not known (missing is not zero): enter a history by grade, "
                "or the count that is expected",
            )
    return Learners(totals, by_grade)


def in_grades(school: School, known: Learners, year: int, grades: Sequence[str]) -> int:
    """Return the learners of some grades. Raises PlanError where grades are not known."""
    wanted = [at for at, grade in enumerate(school.grades) if grade in grades]
    if not wanted:
        return 0
    if year not in known.by_grade:
        raise PlanError(
            f"school {school.name!r}, {year}",
            f"learners of grades {', '.join(grades)} are asked, and only their total is known: "
            "enter a history by grade",
        )
    return sum(known.by_grade[year][at] for at in wanted)


def progression(school: School) -> tuple[Decimal | None, ...]:
    """Return the share of each grade that is in the next one a year later (None: no two years).

    The first is of the entry grade: learners over births, or None where no births are entered.
    """
    heads = {head.year: head.by_grade for head in school.history}
    births = dict(school.births)
    entry = [
        (births[year], counts[0])
        for year, counts in sorted(heads.items())
        if counts and counts[0] is not None and births.get(year)
    ]
    ratios = [_pooled(entry)]
    for grade in range(1, len(school.grades)):
        pairs = []
        for year in sorted(heads):
            before = heads[year - 1][grade - 1] if year - 1 in heads else None
            after = heads[year][grade]
            if before and after is not None:
                pairs.append((before, after))
        ratios.append(_pooled(pairs))
    return tuple(ratios)


def funded(
    school: School, known: Learners, rule: AttendanceRule | None, first: int, last: int
) -> dict[int, Decimal]:
    """Return the learners that a state funds in each year from ``first`` to ``last``.

    Raises PlanError where the rule asks for a year before the history.
    """
    if rule is None:
        return {year: Decimal(known.totals[year]) for year in range(first, last + 1)}
    result: dict[int, Decimal] = {}
    for year in range(first, last + 1):
        averages = []
        for lags in rule.options:
            counts = [_total(school, known, year - lag, rule) for lag in lags]
            averages.append(Decimal(sum(counts)) / len(counts))
        count = max(averages) * rule.attendance
        before = result.get(year - 1)
        if before is None and rule.hold and year - 1 in known.totals:
            before = known.totals[year - 1] * rule.attendance
        result[year] = max(count, before * rule.hold) if before is not None else count
    return result


def _total(school: School, known: Learners, year: int, rule: AttendanceRule) -> int:
    if year in known.totals:
        return known.totals[year]
    if school.opens and year < school.opens:
        return 0
    raise PlanError(
        f"school {school.name!r}, {year}",
        f"attendance rule {rule.key!r} counts this year, and its learners are not known: "
        "enter the count",
    )


def _projected(school: School, last: int) -> dict[int, tuple[int, ...]]:
    """Return learners by grade: the years that were counted in full, and those projected."""
    heads = sorted(school.history, key=lambda head: head.year)
    if not heads:
        return {}
    counted = {
        head.year: tuple(count for count in head.by_grade if count is not None)
        for head in heads
        if None not in head.by_grade
    }
    if heads[-1].year >= last:
        return counted
    for grade, count in zip(school.grades, heads[-1].by_grade, strict=True):
        if count is None:
            raise PlanError(
                f"school {school.name!r}, grade {grade} in {heads[-1].year}",
                "not reported, and the projection starts from it (missing is not zero): enter it",
            )
    ratios = progression(school)
    births = dict(school.births)
    entry = _usual_entry(school)
    for year in range(heads[-1].year + 1, last + 1):
        before = counted[year - 1]
        first = ratios[0] * births[year] if ratios[0] is not None and year in births else entry
        grades = [_whole(first)]
        for at, ratio in enumerate(ratios[1:]):
            if ratio is None:
                raise PlanError(
                    f"school {school.name!r}, grade {school.grades[at + 1]}",
                    "no two years in a row are known from which to see how many come up from the "
                    "grade below: enter another year of history, or the learners expected",
                )
            grades.append(_whole(before[at] * ratio))
        counted[year] = tuple(grades)
    return counted


def _usual_entry(school: School) -> Decimal:
    """Return the entry grade's average over the last years, for where births are not known."""
    counts = [head.by_grade[0] for head in sorted(school.history, key=lambda head: head.year)]
    known = [count for count in counts if count is not None][-RATIO_YEARS:]
    return Decimal(sum(known)) / len(known)


def _pooled(pairs: Sequence[tuple[int, int]]) -> Decimal | None:
    latest = pairs[-RATIO_YEARS:]
    before = sum(pair[0] for pair in latest)
    return Decimal(sum(pair[1] for pair in latest)) / before if before else None


def _scaled(counts: Sequence[int], total: int) -> list[int]:
    """Return grades in the same proportions that add up to a total given by hand."""
    return shares(total, counts) if sum(counts) else list(counts)


def _whole(number: Decimal) -> int:
    return int(number.quantize(_ONE, ROUND_HALF_UP))
