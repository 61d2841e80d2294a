"""A panel: the scores of learners over consecutive years, and who is compared with whom."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """Grades and scores, one row a learner and one column a year, the current year last.

    Missing is NaN, in either; a learner without a score in a year may have a grade there.
    """

    grades: Floats
    scores: Floats

    @classmethod
    def of(cls, grades: Floats, scores: Floats) -> "Panel":
        """Check and keep: both (learners, years), two years or more.

        Raises ValueError, naming argument and row, for other shapes, no learner at all, infinite
        values, grades that are not whole and scores that have no grade.
        """
        grades, scores = np.array(grades, np.float64), np.array(scores, np.float64)
        if grades.ndim != 2 or grades.shape != scores.shape:
            raise ValueError(
                f"grades and scores: shapes {grades.shape} and {scores.shape} "
                "are not the same (learners, years)"
            )
        if not len(grades) or grades.shape[1] < 2:
            raise ValueError("scores: growth needs at least one learner and two years")
        _refuse(np.isinf(grades), "grades", "is infinite; use NaN for missing")
        _refuse(np.isinf(scores), "scores", "is infinite; use NaN for missing")
        _refuse(np.mod(np.nan_to_num(grades), 1.0) != 0.0, "grades", "is not a whole number")
        _refuse(~np.isnan(scores) & np.isnan(grades), "scores", "has a score but no grade")
        return cls(grades, scores)

    @property
    def years(self) -> int:
        """How many years the panel covers."""
        return int(self.scores.shape[1])

    def current_grades(self) -> list[int]:
        """Return the grades that somebody has a current score in, ascending."""
        now = self.grades[~np.isnan(self.scores[:, -1]), -1]
        return [int(grade) for grade in np.unique(now)]

    def history(self, grade: int) -> Ints:
        """Return for each learner how many scores up to the current year follow each other.

        0 without a current score in `grade`; each year before must have a score in the grade below.
        """
        length = np.zeros(len(self.scores), np.int64)
        unbroken = np.ones(len(self.scores), np.bool_)
        for back in range(self.years):
            column = -1 - back
            unbroken &= self.grades[:, column] == grade - back
            unbroken &= ~np.isnan(self.scores[:, column])
            length += unbroken
        return length

    def before(self, years: int = 1) -> "Panel":
        """Return the panel as it was so many years ago.

        Raises ValueError where fewer than two years would be left.
        """
        if not 0 <= years <= self.years - 2:
            raise ValueError(f"years: {years} ago this panel had fewer than two years")
        end = self.years - years
        return Panel(self.grades[:, :end], self.scores[:, :end])

    def scores_in(self, grade: int, years: int) -> Floats:
        """Return all scores in a grade during so many years before the current one."""
        grades, scores = self.grades[:, -1 - years : -1], self.scores[:, -1 - years : -1]
        seen: Floats = scores[(grades == grade) & ~np.isnan(scores)]
        return seen


def _refuse(bad: NDArray[np.bool_], name: str, why: str) -> None:
    """Raise, naming the first row and year that are bad."""
    if bad.any():
        row, year = (int(place[0]) for place in np.nonzero(bad))
        raise ValueError(f"{name}: row {row}, year {year} {why}")
