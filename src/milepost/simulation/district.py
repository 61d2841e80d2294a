"""A whole district made from a plan, before anything is written, and how its parts are labelled."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from milepost.simulation.attendance import Statuses, attend
from milepost.simulation.calendar import DAYS, Calendar, calendar_of
from milepost.simulation.plan import Plan
from milepost.simulation.population import ELSEWHERE, Population, populate
from milepost.simulation.practice import (
    MEAN_LENGTH,
    Answers,
    Learners,
    Levels,
    World,
    practise,
)
from milepost.simulation.schools import LEVELS, Classes, Schools, build_classes, build_schools
from milepost.simulation.skills import SUBJECTS, Skills, build_skills
from milepost.simulation.streams import Floats

DISTRICT = "d-1"


@dataclass(frozen=True)
class District:
    """Everything that is decided once. ``school`` and the two of ability: (years, persons).

    ``ability`` is that on a year's first day, ``growth`` what the year at that school adds.
    """

    plan: Plan
    calendar: Calendar
    population: Population
    schools: Schools
    skills: Skills
    school: NDArray[np.int16]
    ability: Floats
    growth: Floats

    @cached_property
    def learner_labels(self) -> pl.Series:
        """Return each person's sourcedId."""
        return labels("L", len(self.population), 7)

    @cached_property
    def school_labels(self) -> pl.Series:
        """Return each school's sourcedId."""
        return labels("s-", len(self.schools.level))

    @cached_property
    def world(self) -> World:
        """Return what the compiled loops need to know."""
        plan, skills = self.plan, self.skills
        return World(
            seed=plan.seed,
            subjects=len(SUBJECTS),
            each=skills.each,
            evening=plan.evening,
            gain=plan.gain,
            most_gain=plan.most_gain,
            forgetting=plan.forgetting,
            own_spread=plan.own_spread,
            seconds_spread=plan.seconds_spread,
            difficulty=skills.difficulty,
            item_difficulty=skills.item_difficulty,
            ordinal=np.array([day.toordinal() for day in self.calendar.days], np.int64),
        )

    @cached_property
    def rate(self) -> Floats:
        """Return each person's sittings a day at school, so that the plan's mean is met."""
        away = self.population.absence[: self.plan.learners]  # later years change no earlier one
        again = self.plan.absence_again
        # The chance p of a plain day, and q after a day away: in the long run p / (1 - q + p).
        present = 1 - float(np.mean(away / (1 - again * (1 - away))))
        sittings = self.plan.responses / MEAN_LENGTH / DAYS / max(present, 0.01)
        return np.asarray(sittings * self.population.diligence)

    def attend(self, start: int, stop: int) -> Statuses:
        """Return attendance of learners start to stop: (learners, all days)."""
        return attend(self.plan, self.population, self.calendar, start, stop)

    def practise(self, start: int, stop: int, statuses: Statuses) -> tuple[Answers, Levels]:
        """Let learners start to stop practise on the days that they were there."""
        here = slice(start, stop)
        learners = Learners(
            start,
            np.ascontiguousarray(self.population.grade[:, here].T),
            np.ascontiguousarray(self.ability[:, here].T),
            np.ascontiguousarray(self.growth[:, here].T),
            self.rate[here],
            self.population.pace[here],
        )
        return practise(self.world, learners, statuses)

    def classes(self, year: int) -> Classes:
        """Return a year's classes."""
        return build_classes(self.plan, self.population, self.school[year], year)


def build(plan: Plan) -> District:
    """Return the district of a plan: a function of its parameters alone."""
    population, schools = populate(plan), build_schools(plan)
    lives = zip(population.home, population.grade, strict=True)
    school = np.stack([schools.of(home, grade) for home, grade in lives])
    here = population.grade != ELSEWHERE
    growth = np.where(here, plan.yearly_growth + schools.effect[school], 0.0)
    # Whoever comes later has grown elsewhere as the average learner does.
    before = plan.yearly_growth * population.first_grade.astype(np.float64)
    ability = population.ability + before + np.cumsum(growth, axis=0) - growth
    return District(
        plan=plan,
        calendar=calendar_of(plan.begins, plan.years, plan.time_zone),
        population=population,
        schools=schools,
        skills=build_skills(plan),
        school=school,
        ability=ability,
        growth=growth,
    )


def labels(prefix: str, count: int, width: int = 4) -> pl.Series:
    """Return ``count`` labels, numbered from 1, with at least ``width`` digits and all alike."""
    width = max(width, len(str(count)))
    numbers = pl.int_range(1, count + 1, dtype=pl.Int64, eager=True).cast(pl.String)
    return (pl.lit(prefix) + pl.lit(numbers).str.zfill(width)).pipe(_evaluate)


def _evaluate(expression: pl.Expr) -> pl.Series:
    return pl.select(expression.alias("label")).to_series()


def school_name(schools: Schools, number: int) -> str:
    """Return a school's name, as in Middle School 3."""
    level = int(schools.level[number])
    return f"{LEVELS[level].name} School {number - schools.first[level] + 1}"
