"""Practice: when learners sit down, what they are asked, what they answer, and what it teaches.

An answer is right with the chance that the level gives (Rasch 1960): level = ability + own strength
in the competency + what practice left − difficulties. Each answer adds a gain, and the sum of gains
fades by the day. The compiled loops go learner by learner: an answer depends on all before it.
"""

import math
from typing import NamedTuple, TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from milepost.simulation.attendance import PRESENT, TARDY, Statuses
from milepost.simulation.calendar import DAYS
from milepost.simulation.plan import GRADES
from milepost.simulation.streams import (
    ANSWER,
    OWN,
    SESSION,
    SESSIONS,
    TIMING,
    Floats,
    draw,
    normal,
)

Ints = NDArray[np.int32]

Columns = TypeVar("Columns", "Answers", "Levels")

SHORTEST, LONGEST = 4, 7
MEAN_LENGTH = (SHORTEST + LONGEST) / 2
"""Answers in one sitting."""
BACK = 0.25
"""Chance that a sitting is about something from before."""
MOST_TRIES = 20
"""Answers after which a learner goes on in any case."""
SCHOOL_HOURS = (8.5 * 3600, 14.5 * 3600)
EVENING = (16.0 * 3600, 20.5 * 3600)
SLOWEST = 900
LAST_SECOND = 86_399


class World(NamedTuple):
    """What all learners share."""

    seed: int
    subjects: int
    each: int
    evening: float
    gain: float
    most_gain: float
    forgetting: float
    own_spread: float
    seconds_spread: float
    difficulty: Floats
    item_difficulty: Floats
    ordinal: NDArray[np.int64]


class Learners(NamedTuple):
    """A chunk of learners. Shapes (n,) or (n, years); ``start`` is the first one's index.

    ``ability`` is that on the year's first day, ``growth`` what the year adds; ``rate`` is sittings
    a day at school.
    """

    start: int
    grade: NDArray[np.int8]
    ability: Floats
    growth: Floats
    rate: Floats
    pace: Floats


class Sittings(NamedTuple):
    """Sittings in the order of learners and time; learner i has offsets[i] to offsets[i + 1]."""

    offsets: NDArray[np.int64]
    day: Ints
    second: Ints
    length: Ints


class Answers(NamedTuple):
    """One row an answer; ``item`` counts over all competencies, ``second`` is of the day."""

    learner: Ints
    item: Ints
    correct: NDArray[np.int8]
    day: Ints
    second: Ints
    seconds: Ints
    hints: NDArray[np.int8]


class Levels(NamedTuple):
    """One row for each learner, year's end and competency practised by then."""

    learner: Ints
    year: Ints
    competency: Ints
    level: Floats
    gained: Floats
    answers: Ints


def practise(world: World, learners: Learners, statuses: Statuses) -> tuple[Answers, Levels]:
    """Let a chunk of learners practise through all years."""
    counts = np.zeros(len(learners.rate) + 1, np.int64)
    nothing = np.empty(0, np.int32)
    answers = _sit(world, learners, statuses, Sittings(counts, nothing, nothing, nothing), False)
    offsets = np.cumsum(counts)
    columns = np.empty((3, offsets[-1]), np.int32)
    sittings = Sittings(offsets, columns[0], columns[1], columns[2])
    _sit(world, learners, statuses, sittings, True)
    wide, narrow = np.empty((5, answers), np.int32), np.empty((2, answers), np.int8)
    out = Answers(wide[0], wide[1], narrow[0], wide[2], wide[3], wide[4], narrow[1])
    bound = int(offsets[-1]) * learners.grade.shape[1]
    whole, real = np.empty((4, bound), np.int32), np.empty((2, bound))
    levels = Levels(whole[0], whole[1], whole[2], real[0], real[1], whole[3])
    used, end = _live(world, learners, sittings, out, levels)
    return _cut(out, used), _cut(levels, end)


def _cut(columns: Columns, rows: int) -> Columns:
    """Return the first rows of every column."""
    return type(columns)._make(column[:rows] for column in columns)


@njit(cache=True)
def _sit(world: World, learners: Learners, statuses: Statuses, out: Sittings, fill: bool) -> int:
    """Count every learner's sittings, or write them down; return how many answers they hold."""
    answers, end = 0, 0
    for i in range(len(learners.rate)):
        for day in range(statuses.shape[1]):
            if statuses[i, day] != PRESENT and statuses[i, day] != TARDY:
                continue
            u, _, _, _ = draw(world.seed, SESSIONS, learners.start + i, day, 0)
            times = int(learners.rate[i] + u)
            for j in range(times):
                _, v, w, _ = draw(world.seed, SESSIONS, learners.start + i, day, j)
                length = SHORTEST + int(w * (LONGEST - SHORTEST + 1))
                answers += length
                if fill:
                    out.day[end], out.length[end] = day, length
                    out.second[end] = int(_hour((j + v) / times, world.evening))
                    end += 1
                else:
                    out.offsets[i + 1] += 1
    return answers


@njit(cache=True)
def _hour(u: float, evening: float) -> float:
    """Return the second of the day at which the share u of the day's practice is done."""
    if u < 1.0 - evening:
        return SCHOOL_HOURS[0] + u / (1.0 - evening) * (SCHOOL_HOURS[1] - SCHOOL_HOURS[0])
    return EVENING[0] + (u - 1.0 + evening) / evening * (EVENING[1] - EVENING[0])


class Memory(NamedTuple):
    """Where one learner is: a place in each subject, and for each competency what practice left.

    ``seen[:count]`` are the competencies met so far; ``recent`` has a bit for each of five answers.
    """

    place: Ints
    bonus: Floats
    own: Floats
    last: NDArray[np.int64]
    tries: Ints
    recent: Ints
    seen: Ints


@njit(cache=True)
def _live(
    world: World, learners: Learners, sittings: Sittings, out: Answers, levels: Levels
) -> tuple[int, int]:
    """Go through all sittings; return how many rows of answers and of levels were written."""
    size = len(world.difficulty)
    me = Memory(
        np.zeros(world.subjects, np.int32), np.zeros(size), np.zeros(size),
        np.zeros(size, np.int64), np.zeros(size, np.int32), np.zeros(size, np.int32),
        np.zeros(size, np.int32),
    )  # fmt: skip
    used, end = 0, 0
    for i in range(len(learners.rate)):
        count, answered = 0, 0
        s = sittings.offsets[i]
        for year in range(learners.grade.shape[1]):
            grade = learners.grade[i, year]
            if grade < 0:
                continue
            me.place[:] = np.maximum(me.place, grade * world.each)
            free = 0
            while s < sittings.offsets[i + 1] and sittings.day[s] < (year + 1) * DAYS:
                if s > sittings.offsets[i] and sittings.day[s] != sittings.day[s - 1]:
                    free = 0
                count, free = _sitting(
                    world, learners, sittings, me, out, i, year, s, count, answered, used, free
                )
                answered += sittings.length[s]
                used += sittings.length[s]
                s += 1
            for k in range(count):
                _note(world, learners, me, levels, i, year, me.seen[k], end)
                end += 1
        for k in range(count):
            me.tries[me.seen[k]] = 0
            me.recent[me.seen[k]] = 0
            me.bonus[me.seen[k]] = 0.0
        me.place[:] = 0
    return used, end


@njit(cache=True)
def _sitting(
    world: World,
    learners: Learners,
    sittings: Sittings,
    me: Memory,
    out: Answers,
    i: int,
    year: int,
    s: int,
    count: int,
    answered: int,
    used: int,
    free: int,
) -> tuple[int, int]:
    """Answer everything in one sitting; return competencies seen and when the learner is free."""
    person, day = learners.start + i, sittings.day[s]
    subject, c = _choose(world, me, person, answered, learners.grade[i, year])
    if me.tries[c] == 0:
        u, v, _, _ = draw(world.seed, OWN, person, c, 0)
        me.own[c] = world.own_spread * normal(u, v)
        me.last[c] = world.ordinal[day]
        me.seen[count] = c
        count += 1
    reached = learners.ability[i, year] + learners.growth[i, year] * (day - year * DAYS) / DAYS
    second = max(sittings.second[s], free)
    for k in range(sittings.length[s]):
        faded = _faded(world, me, c, world.ordinal[day])
        level = reached + me.own[c] + faded - world.difficulty[c]
        row = used + k
        second += _answer(world, learners.pace[i], out, person, answered + k, row, c, level)
        out.learner[row], out.day[row] = person, day
        out.second[row] = min(second, LAST_SECOND)
        me.bonus[c] = min(faded + world.gain, world.most_gain)
        me.last[c] = world.ordinal[day]
        me.tries[c] += 1
        me.recent[c] = ((me.recent[c] << 1) | out.correct[row]) & 31
    if _is_done(me, c):
        me.place[subject] += 1
    return count, second


@njit(cache=True)
def _choose(world: World, me: Memory, person: int, answered: int, grade: int) -> tuple[int, int]:
    """Choose a subject and a competency: usually where the learner is; never far from the grade."""
    u, v, w, _ = draw(world.seed, SESSION, person, answered, 0)
    subject = int(u * world.subjects)
    lowest = max(grade - 1, 0) * world.each
    highest = min(grade + 2, GRADES) * world.each - 1
    place = min(me.place[subject], highest)
    if v < BACK:
        place = lowest + int(w * (place - lowest + 1))
    return subject, subject * GRADES * world.each + place


@njit(cache=True)
def _answer(
    world: World,
    pace: float,
    out: Answers,
    person: int,
    number: int,
    row: int,
    c: int,
    level: float,
) -> int:
    """Write one answer down, the time apart; return the seconds that it and a pause took."""
    u, v, w, x = draw(world.seed, ANSWER, person, number, 0)
    a, b, pause, _ = draw(world.seed, TIMING, person, number, 0)
    item = int(u * world.item_difficulty.shape[1])
    level -= world.item_difficulty[c, item]
    right = v < 1.0 / (1.0 + math.exp(-level))
    asks = not (right and level > 0.0) and w < 0.4
    seconds = int(pace * math.exp(world.seconds_spread * normal(a, b))) + 1
    out.item[row] = c * world.item_difficulty.shape[1] + item
    out.correct[row] = right
    out.hints[row] = (1 + int(x * 2.0)) if asks else 0
    out.seconds[row] = min(seconds, SLOWEST)
    return min(seconds, SLOWEST) + 3 + int(pause * 17.0)


@njit(cache=True)
def _faded(world: World, me: Memory, c: int, today: int) -> float:
    """Return what is left of the gains from practice."""
    bonus: float = me.bonus[c]
    return bonus * math.exp(-world.forgetting * (today - me.last[c])) if bonus > 0.0 else 0.0


@njit(cache=True)
def _is_done(me: Memory, c: int) -> bool:
    """Return whether four of the last five were right, or it was a long try."""
    bits, right = me.recent[c], 0
    for _ in range(5):
        right += bits & 1
        bits >>= 1
    return right >= 4 or me.tries[c] >= MOST_TRIES


@njit(cache=True)
def _note(
    world: World,
    learners: Learners,
    me: Memory,
    levels: Levels,
    i: int,
    year: int,
    c: int,
    row: int,
) -> None:
    """Write down what is true of one competency on the last day of a year."""
    faded = _faded(world, me, c, world.ordinal[(year + 1) * DAYS - 1])
    reached = learners.ability[i, year] + learners.growth[i, year]
    levels.learner[row], levels.year[row] = learners.start + i, year
    levels.competency[row] = c
    levels.level[row] = reached + me.own[c] + faded - world.difficulty[c]
    levels.gained[row], levels.answers[row] = faded, me.tries[c]
