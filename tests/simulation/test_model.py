"""What the plan says is what the files show, and the truth can be found again from the answers."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from milepost.measurement import calibrate, fold
from milepost.simulation import Plan, simulate
from milepost.simulation.attendance import ABSENT
from milepost.simulation.district import District, build
from milepost.simulation.population import ELSEWHERE
from milepost.simulation.schools import LEVELS
from tests.simulation.making import log_of, responses, truth

pytestmark = pytest.mark.pure

PLAN = Plan(learners=1_500, seed=11, responses=60)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model")
    simulate(PLAN, path)
    return path


@pytest.fixture(scope="module")
def decade() -> District:
    return build(Plan(learners=20_000, seed=2, years=6, responses=0))


@pytest.fixture(scope="module")
def city() -> District:
    return build(Plan(learners=100_000, seed=3))


def test_learners_answer_as_often_as_the_plan_says(folder: Path) -> None:
    days = truth(folder, "abilities")["days"].sum() / 180
    assert responses(folder).height / days == pytest.approx(PLAN.responses, rel=0.05)


def test_the_truth_can_be_found_again_from_the_answers(folder: Path) -> None:
    frame = responses(folder)
    log = log_of(frame)
    calibration, _ = calibrate(log)
    beliefs, _ = fold(log, calibration)
    believed = pl.DataFrame(
        {
            "learner": np.repeat(log.learners, np.diff(beliefs.offsets)),
            "competency": [log.competencies[c] for c in beliefs.competency],
            "believed": beliefs.level_mean,
        }
    )
    both = truth(folder, "levels").join(believed, on=["learner", "competency"])
    assert both.height == believed.height
    well_known = both.filter(pl.col("answers") >= 10)
    assert well_known.select(pl.corr("level", "believed")).item() > 0.6
    # And a learner's share of right answers follows the chances that the levels give.
    chance = both.with_columns(chance=1 / (1 + (-pl.col("level")).exp()))
    mean = chance.group_by("learner").agg(pl.col("chance").mean(), pl.col("answers").sum())
    right = frame.group_by("learner").agg(pl.col("correct").mean())
    known = mean.join(right, on="learner").filter(pl.col("answers") >= 40)
    assert known.select(pl.corr("chance", "correct")).item() > 0.8


def test_harder_items_are_answered_less_often(folder: Path) -> None:
    frame = responses(folder).group_by("item").agg(pl.col("correct").mean(), n=pl.len())
    both = frame.join(truth(folder, "items"), on="item").filter(pl.col("n") > 15)
    assert both.select(pl.corr("correct", "difficulty")).item() < -0.4


def test_a_learner_works_one_answer_after_the_other_near_the_own_grade(folder: Path) -> None:
    frame = responses(folder).join(
        pl.read_csv(folder / "enrollment_history" / "2024.csv", schema_overrides={"grade": str}),
        on="learner",
    )
    own = pl.col("grade").replace("KG", "0").cast(pl.Int8)
    asked = pl.col("competencies").str.split(".").list.get(2).replace("KG", "0").cast(pl.Int8)
    assert frame.select((own - asked).abs().max()).item() <= 1
    later = pl.col("local").diff().over("learner")
    assert frame.select(later.min()).item().total_seconds() > 0
    day = pl.col("local").dt.date().cast(pl.String)
    inside = day.is_between(pl.col("entry_date"), pl.col("exit_date"))
    assert frame.select(inside.all()).item()
    assert frame["hints"].is_between(0, 2).all()
    assert frame["seconds"].is_between(1, 900).all()
    evening = (pl.col("local").dt.hour() >= 16).mean()
    assert frame.select(evening).item() == pytest.approx(PLAN.evening, abs=0.03)


def test_however_fast_somebody_is_nothing_is_asked_far_above_the_grade() -> None:
    district = build(replace(PLAN, learners=130, competencies=2, responses=400))
    answers, _ = district.practise(0, 130, district.attend(0, 130))
    grade = answers.item // district.plan.items // 2 % 13
    above = grade - district.population.grade[0, answers.learner]
    assert set(above.tolist()) == {-1, 0, 1}


def test_how_much_is_practised_does_not_depend_on_the_years_to_come() -> None:
    one, three = (build(replace(PLAN, years=years)) for years in (1, 3))
    assert len(three.population) > len(one.population)
    assert (three.rate[: PLAN.learners] == one.rate).all()


def test_nobody_practises_on_a_day_away(folder: Path) -> None:
    away = pl.read_csv(folder / "attendance.csv").filter(
        pl.col("status").is_in(["absent", "excused"])
    )
    frame = responses(folder).with_columns(date=pl.col("local").dt.date().cast(pl.String))
    assert away.height > 1_000
    assert frame.join(away, on=["learner", "date"]).is_empty()


def test_practice_teaches_and_is_forgotten() -> None:
    def levels(**parameters: float) -> float:
        district = build(replace(PLAN, learners=400, **parameters))
        _, found = district.practise(0, 400, district.attend(0, 400))
        return float(found.gained.mean())

    usual = levels()
    assert levels(gain=0.0) == 0.0
    assert levels(forgetting=0.0) > usual * 1.1
    assert levels(forgetting=0.05) < usual * 0.7
    assert levels(most_gain=0.1) <= 0.1


def test_absence_has_its_week_its_season_and_its_tail(city: District) -> None:
    statuses = city.attend(0, 20_000)
    away = statuses >= ABSENT
    days = city.calendar.days
    weekday = np.array([day.weekday() for day in days])
    month = np.array([day.month for day in days])
    daily = away.mean(axis=0)
    assert daily[weekday == 4].mean() > daily[weekday == 2].mean() * 1.1
    assert daily[month == 1].mean() > daily[month == 9].mean() * 1.2
    full = away[(statuses > 0).all(axis=1)].mean(axis=1)
    assert 0.05 < full.mean() < 0.09
    chronic = (full >= 0.1).mean()
    assert 0.12 < chronic < 0.30
    # Illness lasts: a day away is more often followed by another.
    again = away[:, 1:][away[:, :-1]].mean()
    assert again > 2 * away.mean()


def test_the_roster_of_a_large_district_is_as_large_as_it_should_be(city: District) -> None:
    classes = city.classes(0)
    seats = classes.of_learner[classes.of_learner >= 0]
    assert 18_000 < len(classes.school) < 24_000
    assert 650_000 < len(seats) < 720_000
    sizes = np.bincount(seats, minlength=len(classes.school))
    assert sizes.min() >= 8
    core = np.isin(classes.course, [0, 1, 2, 3]) & (classes.grade >= 6)
    assert np.median(sizes[core]) == pytest.approx(28, abs=1.5)
    homes = sizes[(classes.course == 0) & (classes.grade <= 5)]
    assert np.median(homes) == pytest.approx(25, abs=1.5)
    in_school = np.bincount(city.school[0])
    for place, level in enumerate(LEVELS):
        here = in_school[city.schools.level == place]
        assert here.mean() == pytest.approx(level.size, rel=0.05)
        assert here.std() > 0.1 * level.size  # no two districts have schools of one size


def test_a_class_is_of_one_grade_and_school(city: District) -> None:
    classes = city.classes(0)
    row, column = np.nonzero(classes.of_learner >= 0)
    number = classes.of_learner[row, column]
    assert (classes.school[number] == city.school[0, row]).all()
    assert (classes.grade[number] == city.population.grade[0, row]).all()
    assert (classes.course[number] == column).all()


def test_groups_have_their_shares_and_differences(city: District) -> None:
    plan, people = city.plan, city.population
    assert people.female.mean() == pytest.approx(0.5, abs=0.01)
    for place, share in enumerate(plan.race_shares.values()):
        assert (people.race == place).mean() == pytest.approx(share, abs=0.01)
    for place, (name, share) in enumerate(plan.group_shares.items()):
        inside = people.group[:, place]
        assert inside.mean() == pytest.approx(share, abs=0.03)
        gap = people.ability[inside].mean() - people.ability[~inside].mean()
        assert gap == pytest.approx(plan.group_differences[name], abs=0.05)
    # Disadvantage gathers in neighbourhoods, and with them in schools.
    poor = people.group[:, 2]
    by_school = [poor[city.school[0] == k].mean() for k in range(len(city.schools.level))]
    assert np.std(by_school) > 0.08


def test_cohorts_move_up_and_the_district_keeps_its_size(decade: District) -> None:
    grade, plan = decade.population.grade, decade.plan
    here = (grade != ELSEWHERE).sum(axis=1)
    assert here[0] == plan.learners
    assert (np.abs(here / plan.learners - 1) < 0.06).all()
    step = np.diff(grade.astype(int), axis=0)[(grade[1:] != ELSEWHERE) & (grade[:-1] != ELSEWHERE)]
    assert set(step.tolist()) == {0, 1}
    assert (step == 0).mean() == pytest.approx(plan.repeating, abs=0.003)
    for year in range(1, plan.years):
        below = grade[year - 1] < 12
        stays = (grade[year] != ELSEWHERE) & (grade[year - 1] != ELSEWHERE) & below
        rate = stays.sum() / ((grade[year - 1] != ELSEWHERE) & below).sum()
        assert rate == pytest.approx(1 - plan.leaving, abs=0.01)


def test_some_change_schools_within_the_district(decade: District) -> None:
    grade, school = decade.population.grade, decade.school
    kept = decade.schools.level[school[1:]] == decade.schools.level[school[:-1]]
    both = (grade[1:] != ELSEWHERE) & (grade[:-1] != ELSEWHERE) & kept
    changed = (school[1:] != school[:-1])[both].mean()
    # Some of those who move stay in their school's zone.
    assert 0.5 * decade.plan.moving_within < changed < decade.plan.moving_within


def test_first_and_last_days_hold_together(decade: District) -> None:
    people = decade.population
    here = people.grade != ELSEWHERE
    assert (people.entry[here] <= people.exit[here]).all()
    assert (people.entry[here] >= 0).all()
    assert (people.exit[here] < 180).all()
    late = people.entry[0][here[0]] > 0
    assert late.mean() == pytest.approx(decade.plan.entering_late, abs=0.01)
    early = people.exit[here] < 179
    assert early.mean() == pytest.approx(decade.plan.leaving / 2, abs=0.01)


def test_school_years_have_180_days_without_weekends_and_holidays(decade: District) -> None:
    days = decade.calendar.days
    assert len(days) == 6 * 180
    assert list(days) == sorted(set(days))
    assert all(day.weekday() < 5 for day in days)
    closed = {"2023-09-04", "2023-11-23", "2023-11-24", "2023-12-25", "2024-01-01", "2024-05-27"}
    assert not closed & {day.isoformat() for day in days}
    assert {decade.calendar.last(year).month for year in range(6)} <= {5, 6}
    offsets = decade.calendar.offsets()
    assert (offsets[0], offsets[100]) == ("-05:00", "-06:00")
