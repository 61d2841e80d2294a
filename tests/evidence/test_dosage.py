"""The time that learners gave, against the district's target. Missing time is missing."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from milepost.evidence import commands, queries
from milepost.evidence.dosage import (
    LONGEST_SECONDS,
    TimeGiven,
    default_year_start,
    mean,
    monday_of,
)
from milepost.roster import commands as roster
from milepost.roster.models import AcademicSession
from tests.cast import Cast
from tests.evidence.making import answer, competencies, learner

CHICAGO = ZoneInfo("America/Chicago")
NOW = datetime(2026, 9, 16, 20, 0, tzinfo=UTC)
"""A Wednesday afternoon in Cedar Valley; its week began on Monday the 14th."""


def show(
    cast: Cast, key: UUID, *drafts: tuple[datetime, float | None], kind: str = "practice"
) -> None:
    """Record evidence at instants with seconds."""
    (one,) = competencies(cast.district, 1)
    shown = [answer(key, one, occurred_at=at, seconds=s, kind=kind) for at, s in drafts]
    commands.record(by=None, district=cast.district.pk, shown=shown, now=NOW)


def test_what_is_not_known_is_not_zero() -> None:
    nothing = TimeGiven(pieces=4)
    assert (nothing.minutes, nothing.hours, nothing.known_share) == (None, None, 0.0)
    assert TimeGiven().known_share is None
    both = nothing + TimeGiven(seconds=90, pieces=2, timed=2)
    assert (both.minutes, both.known_share) == (1.5, pytest.approx(1 / 3))
    assert mean([None, 3.0, None, 1.0]) == 2.0
    assert mean([None]) is None


def test_minutes_are_summed_by_the_weeks_of_the_district(cast: Cast) -> None:
    key = learner(cast.district)
    sunday_night = datetime(2026, 9, 14, 4, 30, tzinfo=UTC)  # 23:30 on Sunday in Chicago
    show(cast, key, (sunday_night, 60), (sunday_night + timedelta(hours=1), 30), (NOW, None))
    weeks = queries.minutes_by_week(
        [key], since=date(2026, 8, 26), until=date(2026, 9, 16), zone=CHICAGO
    )
    found = {day: (given.minutes, given.pieces, given.timed) for day, given in weeks.items()}
    assert found == {
        date(2026, 8, 24): (None, 0, 0),
        date(2026, 8, 31): (None, 0, 0),
        date(2026, 9, 7): (1.0, 1, 1),
        date(2026, 9, 14): (0.5, 2, 1),
    }


def test_the_week_in_which_the_clocks_change_is_whole(cast: Cast) -> None:
    key = learner(cast.district)
    late = datetime(2025, 11, 3, 5, 30, tzinfo=UTC)  # 23:30 on Sunday, an hour after the change
    show(cast, key, (late, 60), (late + timedelta(hours=1), 120))
    weeks = queries.minutes_by_week([key], since=late.date(), until=late.date(), zone=CHICAGO)
    assert {day: given.minutes for day, given in weeks.items()} == {date(2025, 11, 3): 2.0}


def test_an_answer_left_open_counts_no_more_than_the_limit(cast: Cast) -> None:
    key = learner(cast.district)
    show(cast, key, (NOW - timedelta(hours=2), 9_000), (NOW - timedelta(hours=1), None))
    show(cast, key, (NOW - timedelta(hours=3), 9_000), kind="task")
    given = queries.time_given([key], since=NOW - timedelta(days=1), until=NOW)[key]
    assert given == TimeGiven(LONGEST_SECONDS + 9_000, 3, 2)


def test_what_was_taken_back_gave_no_time(cast: Cast) -> None:
    key = learner(cast.district)
    show(cast, key, (NOW - timedelta(hours=1), 60), (NOW - timedelta(minutes=5), 30))
    wrong = queries.observations(key)[0]
    commands.void(by=None, observation=wrong, why="Wrong learner.", now=NOW)
    later = NOW + timedelta(seconds=1)
    given = queries.time_given([key], since=NOW - timedelta(days=1), until=later)[key]
    assert given == TimeGiven(60, 1, 1)


def test_dosage_stands_beside_the_districts_targets(cast: Cast) -> None:
    key = learner(cast.district)
    roster.set_setting(
        by=None, district=cast.district, key="dosage.minutes_a_week", value=45,
        effective_from=date(2026, 9, 1),
    )  # fmt: skip
    times = [NOW, NOW - timedelta(days=7), NOW - timedelta(days=60)]
    show(cast, key, *((at, 600.0) for at in times), (NOW - timedelta(days=8), None))
    seen = queries.dosage(cast.district, [key], now=NOW)
    assert (seen.minutes, seen.minutes_target) == (10.0, 45)
    assert seen.hours == pytest.approx(20 / 60)  # sixty days ago is before the first of August
    assert seen.hours_target == 18
    assert seen.known_share == pytest.approx(2 / 3)


def test_the_average_is_over_learners_whose_time_is_known(cast: Cast) -> None:
    one, two, three = (learner(cast.district) for _ in range(3))
    show(cast, one, (NOW, 600.0))
    show(cast, two, (NOW, 1_200.0))
    show(cast, three, (NOW, None))
    seen = queries.dosage(cast.district, [one, two, three], now=NOW)
    assert seen.minutes == 15
    assert seen.known_share == pytest.approx(2 / 3)
    assert queries.dosage(cast.district, [three], now=NOW).minutes is None
    assert queries.dosage(cast.district, [], now=NOW).hours is None


def test_the_school_year_is_the_calendars_and_else_begins_in_august(cast: Cast) -> None:
    midnight = datetime(2026, 8, 1, tzinfo=CHICAGO)
    assert queries.school_year_start(cast.district, NOW) == midnight
    assert default_year_start(date(2027, 7, 31)) == date(2026, 8, 1)
    AcademicSession.objects.create(
        district=cast.district, title="2026-27", kind="schoolYear", school_year=2027,
        begins_on=date(2026, 8, 19), ends_on=date(2027, 6, 4),
    )  # fmt: skip
    begins = datetime(2026, 8, 19, tzinfo=CHICAGO)
    assert queries.school_year_start(cast.district, NOW) == begins
    key = learner(cast.district)
    show(cast, key, (begins - timedelta(hours=1), 60), (begins, 120))
    assert queries.hours_this_year(cast.district, [key], now=NOW)[key].seconds == 120


def test_a_week_begins_on_monday() -> None:
    assert {monday_of(date(2026, 9, 14) + timedelta(days=k)) for k in range(7)} == {
        date(2026, 9, 14)
    }
