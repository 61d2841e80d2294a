"""The adults of a year: teachers for every class, and those around them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milepost.simulation.district import District
from milepost.simulation.population import ELSEWHERE
from milepost.simulation.schools import LEVELS, MOST_COURSES, Classes

OFFICE = -1
"""The place of those who work for the whole district."""

LEARNERS_FOR = (
    ("siteAdministrator", 500),
    ("counselor", 350),
    ("aide", 80),
)
"""Learners in a school for each adult of a role; a school has at least one."""


@dataclass(frozen=True)
class Staff:
    """Adults by number: role and school (OFFICE for the district's own).

    ``teacher``, shape (classes,), is the number of each class's teacher.
    """

    roles: tuple[str, ...]
    school: NDArray[np.int64]
    teacher: NDArray[np.int64]


def build_staff(district: District, classes: Classes, year: int) -> Staff:
    """Return the adults that a year's classes and learners need, teachers first."""
    department = classes.school.astype(np.int64) * MOST_COURSES + classes.course
    order = np.argsort(department, kind="stable")
    begins = np.flatnonzero(np.diff(department[order], prepend=-1))
    counts = np.diff(begins, append=len(order))
    rank = np.arange(len(order)) - np.repeat(begins, counts)
    level = district.schools.level[classes.school[order]]
    share = rank // _loads()[level, classes.course[order]]
    # A teacher is a department and a number in it.
    pairs = department[order] * (len(order) + 1) + share
    found, number = np.unique(pairs, return_inverse=True)
    teacher = np.empty(len(order), np.int64)
    teacher[order] = number
    roles, places = ["teacher"] * len(found), list(found // (len(order) + 1) // MOST_COURSES)
    for role, place in _others(district, year):
        roles.append(role)
        places.append(place)
    return Staff(tuple(roles), np.array(places, np.int64), teacher)


def _loads() -> NDArray[np.int64]:
    loads = np.ones((len(LEVELS), MOST_COURSES), np.int64)
    for row, level in enumerate(LEVELS):
        loads[row, : len(level.courses)] = [course.load for course in level.courses]
    return loads


def _others(district: District, year: int) -> list[tuple[str, int]]:
    here = district.population.grade[year] != ELSEWHERE
    sizes = np.bincount(district.school[year, here], minlength=len(district.schools.level))
    found = [("districtAdministrator", OFFICE), ("systemAdministrator", OFFICE)]
    for school, size in enumerate(sizes):
        found.append(("principal", school))
        for role, learners in LEARNERS_FOR:
            found += [(role, school)] * max(1, round(int(size) / learners))
    return found
