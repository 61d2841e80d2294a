"""What grows with the learners' days: responses, attendance, truth. Frames out of arrays.

Text is gathered from short lists of labels, never written number by number.
"""

from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from milepost.simulation.attendance import ABSENT, NOT_ENROLLED, STATUSES, Statuses
from milepost.simulation.calendar import DAYS
from milepost.simulation.district import District
from milepost.simulation.plan import GROUPS, RACES
from milepost.simulation.population import ELSEWHERE, ENDINGS
from milepost.simulation.practice import Answers, Levels
from milepost.simulation.skills import grade_code


class Frames:
    """Makes frames for one district; holds the labels that they gather from."""

    def __init__(self, district: District) -> None:
        self.district = district
        calendar, skills = district.calendar, district.skills
        self.dates = pl.Series(calendar.days, dtype=pl.Date)
        self.day_labels = self.dates.dt.to_string("%Y-%m-%d")
        self.mornings = pl.Series([f"{day}T" for day in self.day_labels])
        self.offsets = pl.Series(calendar.offsets())
        self.codes = pl.Series(skills.codes)
        self.items = pl.Series(skills.items())
        self.years = np.array([calendar.named(y) for y in range(calendar.years)], np.int32)
        self.grades = pl.Series([grade_code(grade) for grade in range(13)])

    @cached_property
    def clock(self) -> pl.Series:
        """Return the day's seconds as 00:00:00 to 23:59:59."""
        return pl.Series(
            [f"{h:02d}:{m:02d}:{s:02d}" for h in range(24) for m in range(60) for s in range(60)]
        )

    def responses(self, answers: Answers) -> pl.DataFrame:
        """Return answers in the layout of a response log, times with the zone's offset."""
        each = self.district.skills.item_difficulty.shape[1]
        parts = (
            self.mornings.gather(answers.day),
            self.clock.gather(answers.second),
            self.offsets.gather(answers.day),
        )
        time = pl.select(pl.concat_str([pl.lit(part) for part in parts])).to_series()
        return pl.DataFrame(
            {
                "learner": self.district.learner_labels.gather(answers.learner),
                "item": self.items.gather(answers.item),
                "competencies": self.codes.gather(answers.item // each),
                "correct": answers.correct,
                "timestamp": time,
                "seconds": answers.seconds,
                "hints": answers.hints,
            }
        )

    def attendance(self, statuses: Statuses, start: int) -> pl.DataFrame:
        """Return one row for each learner and day that the plan asks for."""
        least = ABSENT if self.district.plan.attendance == "absences" else NOT_ENROLLED + 1
        row, day = np.nonzero(statuses >= least)
        person = (start + row).astype(np.int32)
        school = self.district.school[day // DAYS, person]
        return pl.DataFrame(
            {
                "learner": self.district.learner_labels.gather(person),
                "date": self.day_labels.gather(day),
                "school": self.district.school_labels.gather(school),
                "status": pl.Series(STATUSES).gather(statuses[row, day]),
            }
        )

    def levels(self, levels: Levels) -> pl.DataFrame:
        """Return the true levels at the years' ends."""
        return pl.DataFrame(
            {
                "learner": self.district.learner_labels.gather(levels.learner),
                "school_year": self.years[levels.year],
                "competency": self.codes.gather(levels.competency),
                "level": levels.level,
                "gained": levels.gained,
                "answers": levels.answers,
            }
        )

    def learners(self, start: int, stop: int) -> pl.DataFrame:
        """Return what is true of each learner at all times."""
        people = self.district.population
        here = slice(start, stop)
        return pl.DataFrame(
            {
                "learner": self.district.learner_labels[here],
                "ability": people.ability[here],
                "absence": people.absence[here],
                "diligence": people.diligence[here],
                "pace": people.pace[here],
            }
        )

    def abilities(self, statuses: Statuses, start: int) -> pl.DataFrame:
        """Return each learner's ability through the years in the district, and days away."""
        district, stop = self.district, start + len(statuses)
        grade = district.population.grade[:, start:stop].T
        row, year = np.nonzero(grade != ELSEWHERE)
        days = statuses.reshape(len(statuses), -1, DAYS)[row, year]
        person = start + row
        begins, growth = district.ability[year, person], district.growth[year, person]
        return pl.DataFrame(
            {
                "learner": district.learner_labels.gather(person),
                "school_year": self.years[year],
                "neighbourhood": district.population.home[year, person],
                "begins": begins,
                "ends": begins + growth,
                "days": (days != NOT_ENROLLED).sum(axis=1).astype(np.int32),
                "days_absent": (days >= ABSENT).sum(axis=1).astype(np.int32),
            }
        )

    def history(self, year: int, start: int, stop: int) -> pl.DataFrame:
        """Return a year's enrollment: one row a learner, with groups; both days belong to it."""
        district, people = self.district, self.district.population
        here = start + np.flatnonzero(people.grade[year, start:stop] != ELSEWHERE)
        day = year * DAYS
        frame = {
            "learner": district.learner_labels.gather(here),
            "school_year": np.full(len(here), self.years[year]),
            "school": district.school_labels.gather(district.school[year, here]),
            "grade": self.grades.gather(people.grade[year, here]),
            "entry_date": self.dates.gather(day + people.entry[year, here].astype(np.int64)),
            "exit_date": self.dates.gather(day + people.exit[year, here].astype(np.int64)),
            "ending": pl.Series(ENDINGS).gather(people.ending[year, here]),
        }
        return pl.DataFrame(frame | self._groups(here))

    def _groups(self, here: NDArray[np.int64]) -> dict[str, pl.Series]:
        people = self.district.population
        said = {"race_ethnicity": pl.Series(RACES).gather(people.race[here])}
        said["sex"] = pl.Series(["male", "female"]).gather(people.female[here].astype(np.int8))
        for place, name in enumerate(GROUPS):
            said[name] = pl.Series(people.group[here, place])
        return said
