"""Each learner's days at school: who is away follows the learner, the weekday, the season, and
yesterday."""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from milepost.simulation.calendar import DAYS, Calendar
from milepost.simulation.plan import Plan
from milepost.simulation.population import ELSEWHERE, Population
from milepost.simulation.streams import ATTENDANCE, Floats, draw

NOT_ENROLLED, PRESENT, TARDY, ABSENT, EXCUSED = range(5)
STATUSES = ("", "present", "tardy", "absent", "excused")

_WEEKDAY = (0.10, -0.05, -0.05, 0.0, 0.20)
_MONTH = {9: -0.2, 10: -0.1, 12: 0.25, 1: 0.25, 2: 0.25, 5: 0.1, 6: 0.2}
"""What Monday to Friday and the months add to the logit of an absence."""

Statuses = NDArray[np.int8]


def attend(
    plan: Plan, population: Population, calendar: Calendar, start: int, stop: int
) -> Statuses:
    """Return the statuses of learners start to stop, shape (stop - start, all school days)."""
    days = calendar.days
    shift = np.array([_WEEKDAY[day.weekday()] + _MONTH.get(day.month, 0.0) for day in days])
    enrolled = np.zeros((plan.years, stop - start, 2), np.int64)
    enrolled[:, :, 0] = population.entry[:, start:stop]
    enrolled[:, :, 1] = population.exit[:, start:stop]
    enrolled[population.grade[:, start:stop] == ELSEWHERE] = (1, 0)
    return _attend(
        plan.seed, start, population.absence[start:stop], shift, enrolled,
        plan.absence_again, plan.excused, plan.tardy,
    )  # fmt: skip


@njit(cache=True)
def _attend(
    seed: int,
    start: int,
    absence: Floats,
    shift: Floats,
    enrolled: NDArray[np.int64],
    again: float,
    excused: float,
    tardy: float,
) -> Statuses:
    out = np.zeros((len(absence), len(shift)), np.int8)
    for i in range(len(absence)):
        odds = absence[i] / (1.0 - absence[i])
        for year in range(len(enrolled)):
            away = False
            for day in range(enrolled[year, i, 0], enrolled[year, i, 1] + 1):
                number = year * DAYS + day
                u, v, w, _ = draw(seed, ATTENDANCE, start + i, number, 0)
                today = odds * math.exp(shift[number])
                chance = today / (1.0 + today)
                if away:
                    chance += again * (1.0 - chance)
                away = u < chance
                if away:
                    out[i, number] = EXCUSED if v < excused else ABSENT
                else:
                    out[i, number] = TARDY if w < tardy else PRESENT
    return out
