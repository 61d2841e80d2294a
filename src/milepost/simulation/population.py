"""Who is in the district, and when: cohorts that grow up, newcomers, leavers, repeaters.

Arrays over all persons of all years; a few dozen bytes each, so that millions fit in memory. A
person is an index, the same in every file and every year.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milepost.simulation import streams
from milepost.simulation.calendar import DAYS
from milepost.simulation.plan import GRADES, GROUPS, RACES, Plan
from milepost.simulation.streams import Floats

Bytes = NDArray[np.int8]
Shorts = NDArray[np.int16]
Longs = NDArray[np.int64]

ELSEWHERE = -1
"""The grade of somebody who is not in the district that year."""

STAYS, MOVES, LEAVES_IN_YEAR, GRADUATES, REPEATS = range(5)
ENDINGS = ("promoted", "moved after the year", "moved", "graduated", "repeats")
"""How a year in the district ends, in words."""

IN_YEAR = 0.5
"""Of those who leave, the share that goes before the year's last day."""


@dataclass(frozen=True)
class Population:
    """All persons. Shapes: (persons,) or (years, persons).

    ``grade`` is ELSEWHERE outside the district; ``entry`` and ``exit`` are the first and last day
    in the year, from 0 to 179; ``ending`` is a place in `ENDINGS`. ``home`` is each year's
    neighbourhood, a number from 0 to 1. ``group`` has a column for each of `plan.GROUPS`.
    """

    first_year: Bytes
    first_grade: Bytes
    grade: Bytes
    entry: Shorts
    exit: Shorts
    ending: Bytes
    home: Floats
    race: Bytes
    female: NDArray[np.bool_]
    group: NDArray[np.bool_]
    ability: Floats
    diligence: Floats
    absence: Floats
    pace: Floats

    def __len__(self) -> int:
        return len(self.first_year)


def populate(plan: Plan) -> Population:
    """Return everybody who is in the district at some time."""
    first_year, first_grade = _arrivals(plan)
    n = len(first_year)
    grade, entry, exit_, ending = _lives(plan, first_year, first_grade)
    home = _homes(plan, n)
    race, female, group = _groups(plan, home[0])
    traits = streams.normals(plan.seed, streams.TRAITS, 0, n)
    more = streams.normals(plan.seed, streams.TRAITS, 0, n, 1)
    spread = plan.diligence_spread
    return Population(
        first_year,
        first_grade,
        grade,
        entry,
        exit_,
        ending,
        home,
        race,
        female,
        group,
        ability=plan.ability_spread * traits[:, 0] + _difference(plan, race, group),
        # A lognormal number with the mean 1.
        diligence=np.exp(spread * traits[:, 1] - spread**2 / 2),
        absence=_logistic(_logit(plan.absence) + plan.absence_spread * more[:, 0]),
        pace=plan.seconds * np.exp(plan.seconds_spread / 2 * more[:, 1]),
    )


def _arrivals(plan: Plan) -> tuple[Bytes, Bytes]:
    """Return the year and grade in which each person comes."""
    years = [np.zeros(plan.learners, np.int8)]
    grades = [(np.arange(plan.learners) % GRADES).astype(np.int8)]
    for year in range(1, plan.years):
        start = round(plan.learners / GRADES * (1 + plan.kindergarten_trend) ** year)
        moving = round(plan.learners * plan.moving_in)
        years.append(np.full(start + moving, year, np.int8))
        grades.append(np.zeros(start, np.int8))
        grades.append((1 + np.arange(moving) % (GRADES - 1)).astype(np.int8))
    return np.concatenate(years), np.concatenate(grades)


def _lives(
    plan: Plan, first_year: Bytes, first_grade: Bytes
) -> tuple[Bytes, Shorts, Shorts, Bytes]:
    """Walk through the years; return grade, entry, exit and ending, each (years, persons)."""
    shape = (plan.years, len(first_year))
    grade = np.full(shape, ELSEWHERE, np.int8)
    entry, ending = np.zeros(shape, np.int16), np.zeros(shape, np.int8)
    exit_ = np.full(shape, DAYS - 1, np.int16)
    now = np.full(shape[1], ELSEWHERE, np.int8)
    for year in range(plan.years):
        new = first_year == year
        now = np.where(new, first_grade, now)
        grade[year] = now
        u = streams.uniforms(plan.seed, streams.YEAR, 0, shape[1], year)
        v = streams.uniforms(plan.seed, streams.YEAR, 0, shape[1], year, 1)
        late = new & (u[:, 0] < plan.entering_late)
        entry[year] = np.where(late, 1 + u[:, 1] * (DAYS - 20), 0)
        ends = np.where(u[:, 2] < plan.repeating, REPEATS, STAYS)
        ends = np.where((ends == STAYS) & (now == GRADES - 1), GRADUATES, ends)
        going = u[:, 3] < plan.leaving
        in_year = v[:, 0] < IN_YEAR
        ends = np.where(going & in_year, LEAVES_IN_YEAR, ends)
        ends = np.where(going & ~in_year & (ends != GRADUATES), MOVES, ends)
        last = entry[year] + 5 + v[:, 1] * (DAYS - 10 - entry[year])
        exit_[year] = np.where(ends == LEAVES_IN_YEAR, last, DAYS - 1)
        ending[year] = ends
        goes_on = (now != ELSEWHERE) & np.isin(ends, (STAYS, REPEATS))
        now = np.where(goes_on, now + (ends == STAYS), ELSEWHERE).astype(np.int8)
    return grade, entry, exit_, ending


def _homes(plan: Plan, n: int) -> Floats:
    """Return where each person lives in each year; some move between years, within the district."""
    home = np.empty((plan.years, n))
    for year in range(plan.years):
        u = streams.uniforms(plan.seed, streams.HOME, 0, n, year)
        moves = (u[:, 1] < plan.moving_within) | (year == 0)
        home[year] = np.where(moves, u[:, 0], home[max(year - 1, 0)])
    return home


def _groups(plan: Plan, home: Floats) -> tuple[Bytes, NDArray[np.bool_], NDArray[np.bool_]]:
    """Draw race, sex and groups; disadvantage also depends on the neighbourhood."""
    n = len(home)
    u = streams.uniforms(plan.seed, streams.GROUPS, 0, n)
    v = streams.uniforms(plan.seed, streams.GROUPS, 0, n, 1)
    edges = np.cumsum([plan.race_shares[name] for name in RACES])
    race = np.minimum(np.searchsorted(edges, u[:, 0]), len(RACES) - 1).astype(np.int8)
    group = np.empty((n, len(GROUPS)), np.bool_)
    for place, name in enumerate(GROUPS):
        share = np.full(n, plan.group_shares[name])
        if name == "economically_disadvantaged" and 0 < share[0] < 1:
            # A wave over the neighbourhoods: those near each other are alike.
            wave = np.sqrt(2.0) * np.sin(2 * np.pi * 3 * home)
            share = _logistic(_logit(share) + plan.neighbourhood * wave)
        group[:, place] = v[:, place] < share
    return race, u[:, 1] < 0.5, group


def _difference(plan: Plan, race: Bytes, group: NDArray[np.bool_]) -> Floats:
    """Return how far membership moves each person's mean ability."""
    by_race = np.array([plan.group_differences.get(name, 0.0) for name in RACES])
    by_group = np.array([plan.group_differences.get(name, 0.0) for name in GROUPS])
    return np.asarray(by_race[race] + group @ by_group)


def _logit(share: float | Floats) -> Floats:
    odds = np.asarray(share) / (1 - np.asarray(share))
    return np.asarray(np.log(odds))


def _logistic(logit: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-logit)))
