"""A school year of evidence from a known truth. Pure: the same seed gives the same year.

Each learner has an ability that grows, a strength or weakness of their own in every competency, and
a bonus from practice that fades with days away. An answer is right with the chance that the
resulting level gives (a Rasch model). Nothing here looks at how mastery is inferred.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

ABILITY_SPREAD = 1.0
OWN_SPREAD = 0.6  # of one learner's strength in one competency
ITEM_SPREAD = 0.5
DIFFICULTY = 0.3  # mean over competencies; the average learner begins below it
GROWTH_A_WEEK = 0.02
GAIN = 0.12  # of one answer
MOST_GAIN = 2.0
FORGETTING_A_DAY = 0.004
SECONDS = 115  # median of one answer


@dataclass(frozen=True)
class Skill:
    """A competency as the simulation knows it. `grade`: KG is 0."""

    code: str
    subject: str
    grade: int
    items: tuple[str, ...]


@dataclass
class Pupil:
    """A simulated learner: what is true of them, and where they are in each subject."""

    id: str
    grade: int
    ability: float
    diligence: float  # sessions a week
    absence: float  # chance of missing a day
    own: dict[str, float] = field(default_factory=dict)
    bonus: dict[str, float] = field(default_factory=dict)
    last: dict[str, date] = field(default_factory=dict)
    recent: dict[str, list[bool]] = field(default_factory=dict)
    place: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Response:
    """One simulated answer."""

    learner: str
    item: str
    code: str
    correct: bool
    at: datetime
    seconds: int
    hints: int


@dataclass
class Year:
    """What a simulated year leaves: answers, days present, and the truth at its end."""

    responses: list[Response]
    absences: set[tuple[str, date]]
    levels: dict[tuple[str, str], float]  # (learner, code) → true level, logits
    pupils: list[Pupil]


def pupils(grades: Sequence[tuple[str, int]], rng: Random) -> list[Pupil]:
    """Draw learners (id, grade); a few are often away, a few practise little."""
    return [
        Pupil(
            id=id_,
            grade=grade,
            ability=rng.gauss(0, ABILITY_SPREAD),
            diligence=max(0.2, rng.gauss(1.5, 0.6)),
            absence=rng.choice([0.02, 0.03, 0.05, 0.05, 0.08, 0.18]),
        )
        for id_, grade in grades
    ]


def school_year(
    learners: list[Pupil],
    skills: Sequence[Skill],
    days: Sequence[date],
    rng: Random,
    progress: Callable[[int, int], None] | None = None,
) -> Year:
    """Let learners practise on the school days and return what they showed and what was true."""
    difficulty = {skill.code: rng.gauss(DIFFICULTY, 0.6) for skill in skills}
    hardness = {item: rng.gauss(0, ITEM_SPREAD) for skill in skills for item in skill.items}
    paths = _paths(skills)
    year = Year([], set(), {}, learners)
    for done, pupil in enumerate(learners, start=1):
        _one_year(pupil, paths, days, difficulty, hardness, year, rng)
        for code in pupil.last:
            year.levels[pupil.id, code] = _level(pupil, code, days[-1], difficulty, len(days))
        if progress and done % 50 == 0:
            progress(done, len(learners))
    return year


def _paths(skills: Sequence[Skill]) -> dict[tuple[str, int], list[Skill]]:
    """Return for each subject and grade what is taught: the grade's own, after the one below."""
    subjects = sorted({skill.subject for skill in skills})
    return {
        (subject, grade): [
            s for s in skills if s.subject == subject and grade - 1 <= s.grade <= grade
        ]
        for subject in subjects
        for grade in range(13)
    }


def _one_year(
    pupil: Pupil,
    paths: dict[tuple[str, int], list[Skill]],
    days: Sequence[date],
    difficulty: dict[str, float],
    hardness: dict[str, float],
    year: Year,
    rng: Random,
) -> None:
    subjects = [s for s, grade in paths if grade == pupil.grade and paths[s, grade]]
    for subject in subjects:  # the year begins with the grade's own work
        earlier = [s for s in paths[subject, pupil.grade] if s.grade < pupil.grade]
        pupil.place[subject] = max(len(earlier) - 1, 0)
    for number, day in enumerate(days):
        if rng.random() < pupil.absence:
            year.absences.add((pupil.id, day))
            continue
        if rng.random() > pupil.diligence / 5:
            continue
        subject = rng.choice(subjects)
        skill = _choose(pupil, subject, paths[subject, pupil.grade], rng)
        at = datetime.combine(day, time(14)) + timedelta(minutes=rng.randrange(300))
        for _ in range(rng.randint(4, 7)):
            response = _respond(pupil, skill, at, number, difficulty, hardness, rng)
            year.responses.append(response)
            at += timedelta(seconds=response.seconds + rng.randint(3, 20))
        _move_on(pupil, skill, subject)


def _choose(pupil: Pupil, subject: str, path: list[Skill], rng: Random) -> Skill:
    """Usually where the learner is; now and then something from before."""
    place = min(pupil.place[subject], len(path) - 1)
    back = rng.random() < 0.25
    return path[rng.randrange(place + 1) if back else place]


def _respond(
    pupil: Pupil,
    skill: Skill,
    at: datetime,
    day_number: int,
    difficulty: dict[str, float],
    hardness: dict[str, float],
    rng: Random,
) -> Response:
    code, day = skill.code, at.date()
    pupil.own.setdefault(code, rng.gauss(0, OWN_SPREAD))
    item = rng.choice(skill.items)
    level = _level(pupil, code, day, difficulty, day_number) - hardness[item]
    correct = rng.random() < 1 / (1 + math.exp(-level))
    hints = 0 if correct and level > 0 else rng.choice([0, 0, 0, 1, 2])
    pupil.bonus[code] = min(_faded(pupil, code, day) + GAIN, MOST_GAIN)
    pupil.last[code] = day
    pupil.recent.setdefault(code, []).append(correct)
    seconds = int(SECONDS * math.exp(rng.gauss(0, 0.5)))
    return Response(pupil.id, item, code, correct, at, seconds, hints)


def _level(
    pupil: Pupil, code: str, day: date, difficulty: dict[str, float], day_number: int
) -> float:
    grown = pupil.ability + GROWTH_A_WEEK * day_number / 5
    return grown + pupil.own.get(code, 0.0) + _faded(pupil, code, day) - difficulty[code]


def _faded(pupil: Pupil, code: str, day: date) -> float:
    """Return what is left of the bonus from practice."""
    if code not in pupil.last:
        return 0.0
    away = (day - pupil.last[code]).days
    return pupil.bonus[code] * math.exp(-FORGETTING_A_DAY * away)


def _move_on(pupil: Pupil, skill: Skill, subject: str) -> None:
    """Go on after four of the last five were right, or after a long try."""
    recent = pupil.recent[skill.code]
    if sum(recent[-5:]) >= 4 or len(recent) >= 20:
        pupil.place[subject] += 1
