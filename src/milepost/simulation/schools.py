"""Schools, classes and who is in them: plausible sizes, a homeroom below, subjects above."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milepost.simulation import streams
from milepost.simulation.plan import GRADES, Plan
from milepost.simulation.population import ELSEWHERE, Population
from milepost.simulation.streams import Floats

Ints = NDArray[np.int32]


@dataclass(frozen=True)
class Course:
    """What is taught: the subject, learners in a class, and classes that one teacher takes."""

    subject: str
    size: int
    load: int


@dataclass(frozen=True)
class Level:
    """A kind of school: its grades from and up to, its usual size and its courses."""

    name: str
    grades: tuple[int, int]
    size: int
    courses: tuple[Course, ...]


MATHEMATICS, LANGUAGE_ARTS = "Mathematics", "English language arts"

LEVELS = (
    Level("Elementary", (0, 5), 450, (
        Course("Homeroom", 25, 1),
        Course("Art", 25, 18),
        Course("Music", 50, 9),
        Course("Physical education", 50, 9),
        Course("Library", 25, 18),
        Course("Technology", 50, 9),
    )),
    Level("Middle", (6, 8), 750, (
        Course(MATHEMATICS, 28, 5),
        Course(LANGUAGE_ARTS, 28, 5),
        Course("Science", 28, 5),
        Course("Social studies", 28, 5),
        Course("World languages", 28, 5),
        Course("Music", 42, 5),
        Course("Physical education", 42, 5),
    )),
    Level("High", (9, 12), 1400, (
        Course(MATHEMATICS, 28, 5),
        Course(LANGUAGE_ARTS, 28, 5),
        Course("Science", 28, 5),
        Course("Social studies", 28, 5),
        Course("World languages", 28, 5),
        Course("Electives", 30, 5),
        Course("Arts", 42, 5),
        Course("Physical education", 42, 5),
    )),
)  # fmt: skip

MOST_COURSES = max(len(level.courses) for level in LEVELS)
LEVEL_OF_GRADE = np.array([0] * 6 + [1] * 3 + [2] * 4)


@dataclass(frozen=True)
class Schools:
    """All schools. ``level``: place in `LEVELS`; ``effect``: on yearly growth, logits.

    ``edges``: for each level where its zones end, from 0 to 1 over the neighbourhoods; ``first``:
    for each level the number of its first school.
    """

    level: Ints
    effect: Floats
    edges: tuple[Floats, ...]
    first: tuple[int, ...]

    def of(self, home: Floats, grade: NDArray[np.int8]) -> NDArray[np.int16]:
        """Return the school of each person, -1 for those elsewhere."""
        found = np.full(len(home), -1, np.int16)
        for place, level in enumerate(LEVELS):
            here = (grade >= level.grades[0]) & (grade <= level.grades[1])
            zone = np.searchsorted(self.edges[place], home[here], side="right")
            found[here] = self.first[place] + np.minimum(zone, len(self.edges[place]) - 1)
        return found


def build_schools(plan: Plan) -> Schools:
    """Return the schools that the plan's learners need, with zones of unequal width."""
    shares = [(level.grades[1] - level.grades[0] + 1) / GRADES for level in LEVELS]
    needed = [
        plan.learners * share / level.size for share, level in zip(shares, LEVELS, strict=True)
    ]
    scale = plan.schools / sum(needed) if plan.schools else 1.0
    counts = [max(1, round(scale * one)) for one in needed]
    edges, first, start = [], [], 0
    for count in counts:
        width = 0.6 + 0.8 * streams.uniforms(plan.seed, streams.SCHOOL, start, start + count)[:, 0]
        edges.append(np.cumsum(width) / width.sum())
        first.append(start)
        start += count
    level = np.repeat(np.arange(len(LEVELS)), counts).astype(np.int32)
    effect = plan.school_spread * streams.normals(plan.seed, streams.SCHOOL, 0, start, 1)[:, 0]
    return Schools(level, effect, tuple(edges), tuple(first))


@dataclass(frozen=True)
class Classes:
    """The classes of one year, in the order of school, grade, course, section.

    Columns of one number a class; ``of_learner``, shape (persons, MOST_COURSES), holds each
    learner's classes as numbers in that order, -1 where there is none.
    """

    school: Ints
    grade: Ints
    course: Ints
    section: Ints
    of_learner: Ints


def build_classes(
    plan: Plan, population: Population, school: NDArray[np.int16], year: int
) -> Classes:
    """Divide each school's grades into classes, course by course, anew for each course."""
    grade = population.grade[year]
    here = np.flatnonzero(grade != ELSEWHERE)
    level = LEVEL_OF_GRADE[grade[here]]
    keys = np.full((len(grade), MOST_COURSES), -1, np.int64)
    lots = streams.uniforms(plan.seed, streams.CLASSES, 0, len(grade), year)
    again = streams.uniforms(plan.seed, streams.CLASSES, 0, len(grade), year, 1)
    for course in range(MOST_COURSES):
        sizes = np.array([_size(one.courses, course) for one in LEVELS])[level]
        taking = here[sizes > 0]
        # Below, the homeroom goes everywhere together; above, each course is another mixture.
        lot = np.where(
            grade[taking] <= LEVELS[0].grades[1],
            lots[taking, 0],
            np.where(course < 4, lots[taking, course % 4], again[taking, course % 4]),
        )
        cell = school[taking].astype(np.int64) * GRADES + grade[taking]
        section = _sections(cell, lot, sizes[sizes > 0])
        keys[taking, course] = (cell * MOST_COURSES + course) * _MOST_SECTIONS + section
    found = np.unique(keys[keys >= 0])
    of_learner = np.where(keys >= 0, np.searchsorted(found, keys), -1).astype(np.int32)
    rest, section = np.divmod(found, _MOST_SECTIONS)
    cell, course_of = np.divmod(rest, MOST_COURSES)
    return Classes(
        school=(cell // GRADES).astype(np.int32),
        grade=(cell % GRADES).astype(np.int32),
        course=course_of.astype(np.int32),
        section=section.astype(np.int32),
        of_learner=of_learner,
    )


_MOST_SECTIONS = 100_000


def _size(courses: tuple[Course, ...], course: int) -> int:
    return courses[course].size if course < len(courses) else 0


def _sections(cell: NDArray[np.int64], lot: Floats, sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return each learner's section: the cell in the order of lots, cut into equal parts."""
    order = np.lexsort((lot, cell))
    begins = np.flatnonzero(np.diff(cell[order], prepend=-1))
    counts = np.diff(begins, append=len(cell))
    rank = np.arange(len(cell)) - np.repeat(begins, counts)
    parts = np.maximum(1, np.round(counts / sizes[order][begins])).astype(np.int64)
    section = np.empty(len(cell), np.int64)
    section[order] = rank * np.repeat(parts, counts) // np.repeat(counts, counts)
    return section
