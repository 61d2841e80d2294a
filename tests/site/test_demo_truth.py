"""The demonstration's evidence comes from a known truth: mastery must recover it."""

from datetime import date, timedelta
from random import Random

import numpy as np
import pytest

from milepost.mastery.rules import Rule, certainties
from milepost.measurement import Log, calibrate, fold
from milepost.site.demo import simulate
from milepost.site.demo.building import Calendar

pytestmark = pytest.mark.pure

TODAY = date(2026, 4, 20)


@pytest.fixture(scope="module")
def year() -> simulate.Year:
    skills = [
        simulate.Skill(f"{subject}.{grade}.{k}", subject, grade, (f"{subject}{grade}{k}/a",
                       f"{subject}{grade}{k}/b"))
        for subject in ("M", "E") for grade in (5, 6) for k in range(6)
    ]  # fmt: skip
    rng = Random(3)
    learners = simulate.pupils([(f"p{k}", 6) for k in range(300)], rng)
    return simulate.school_year(learners, skills, Calendar.until(TODAY).school_days, rng)


@pytest.fixture(scope="module")
def levels(year: simulate.Year) -> np.ndarray:
    """Believed mean, variance, true level and number of answers of each learner × competency."""
    rows = sorted(year.responses, key=lambda r: r.at)
    log = Log.of(
        [r.learner for r in rows],
        [r.item for r in rows],
        [(r.code,) for r in rows],
        [float(r.correct) for r in rows],
        days=[r.at.timestamp() / 86_400 for r in rows],
        hints=[r.hints for r in rows],
    )
    calibration, _ = calibrate(log)
    beliefs, _ = fold(log, calibration)
    learner = np.repeat(np.arange(len(log.learners)), np.diff(beliefs.offsets))
    truth = [
        year.levels[log.learners[who], log.competencies[what]]
        for who, what in zip(learner, beliefs.competency, strict=True)
    ]
    return np.array([beliefs.level_mean, beliefs.level_variance, truth, beliefs.count]).T


def test_beliefs_follow_the_truth(levels: np.ndarray) -> None:
    known = levels[levels[:, 3] >= 10]
    assert len(known) > 500
    assert np.corrcoef(known[:, 0], known[:, 2])[0, 1] > 0.7


def test_who_is_called_proficient_mostly_is(levels: np.ndarray) -> None:
    rule = Rule()
    sure = certainties(rule, levels[:, 0], levels[:, 1]) >= rule.certainty
    enough = levels[:, 3] >= rule.needs[0].pieces
    truly = levels[:, 2] >= rule.level
    called = sure & enough
    assert called.sum() > 200
    assert truly[called].mean() > 0.75
    assert truly[called].mean() > truly[~called].mean() + 0.3


def test_the_same_seed_gives_the_same_year(year: simulate.Year) -> None:
    def again() -> list[simulate.Response]:
        rng = Random(5)
        skills = [simulate.Skill("M.1", "M", 6, ("M.1/a",))]
        learners = simulate.pupils([("a", 6), ("b", 6)], rng)
        days = [TODAY + timedelta(days=k) for k in range(40)]
        return simulate.school_year(learners, skills, days, rng).responses

    assert again() == again()
    assert again()


def test_nobody_answers_on_a_day_of_absence_and_no_day_is_a_weekend(year: simulate.Year) -> None:
    away = year.absences
    assert away
    assert not [r for r in year.responses if (r.learner, r.at.date()) in away]
    assert not [r for r in year.responses if r.at.weekday() >= 5]
