"""The sums by month are right after whatever was written, taken back, and brought in late."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milepost.evidence import commands, queries
from milepost.evidence.commands import responses
from milepost.evidence.dosage import CAPPED_KINDS, LONGEST_SECONDS
from milepost.evidence.models import MonthGiven, Observation
from tests.cast import Cast
from tests.evidence.logs import NOW, bring, log, many, name
from tests.evidence.making import START, answer, competencies, learner

Sums = dict[tuple[UUID, date], tuple[int, int, int]]
CHICAGO = ZoneInfo("America/Chicago")


def kept() -> Sums:
    """Return what the table says, months in which nothing is left apart."""
    rows = MonthGiven.objects.exclude(pieces=0)
    return {(r.learner, r.month): (r.milliseconds, r.pieces, r.timed) for r in rows}


def added_up() -> Sums:
    """Return the same from the evidence, in Python, one row at a time."""
    sums: Sums = {}
    for one in Observation.objects.filter(voided_by=None).exclude(kind="void"):
        if one.batch and one.batch.status != "applied":
            continue
        key = (one.learner, one.occurred_at.astimezone(CHICAGO).date().replace(day=1))
        longest = LONGEST_SECONDS if one.kind in CAPPED_KINDS else float("inf")
        given = 0 if one.seconds is None else int(min(one.seconds, longest) * 1000 + 0.5)
        milliseconds, pieces, timed = sums.get(key, (0, 0, 0))
        sums[key] = (milliseconds + given, pieces + 1, timed + (one.seconds is not None))
    return sums


ACTS = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(["practice", "quiz", "task"]),
            st.integers(0, 2),
            st.one_of(st.none(), st.floats(0, 10_000)),
            st.integers(-90 * 24, 0),
        ),
        st.tuples(st.just("void"), st.integers(0, 100)),
        st.tuples(st.just("log"), st.integers(1, 12)),
        st.just(("adopt",)),
    ),
    max_size=12,
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=ACTS)
def test_the_sums_are_those_of_the_evidence(cast: Cast, tmp_path: Path, acts: list) -> None:  # type: ignore[type-arg]
    (one,) = competencies(cast.district, 1)
    keys = [learner(cast.district) for _ in range(3)]
    for number, act in enumerate(acts):
        if act[0] == "void":
            there = Observation.objects.filter(voided_by=None).exclude(kind="void").order_by("id")
            if there:
                wrong = there[act[1] % len(there)]
                commands.void(by=None, observation=wrong, why="Wrong.", now=NOW)
        elif act[0] == "log":
            system = f"{number} {Observation.objects.count()}"
            path = log(tmp_path, *many(act[1], [f"{system} {k}" for k in range(3)]))
            bring(cast.district, path, system=system, create_learners=number % 2 == 0)
            name(cast.maya, f"{system} 0", system=system)
        elif act[0] == "adopt":
            commands.adopt_waiting(by=None, district=cast.district, now=NOW)
        else:
            kind, who, seconds, hours = act
            shown = answer(
                keys[who], one, kind=kind, seconds=seconds,
                occurred_at=START + timedelta(hours=hours),
            )  # fmt: skip
            commands.record(by=None, district=cast.district.pk, shown=[shown], now=NOW)
    assert kept() == added_up()
    commands.rebuild_time_given(district=cast.district.pk)
    assert kept() == added_up()


def test_a_log_counts_when_the_whole_of_it_is_in(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(responses, "CHUNK", 10)
    path = log(tmp_path, *many(25))

    def stop(stage: str, done: int, total: int) -> None:
        if done == 20 and stage == "Saving responses":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring(cast.district, path, progress=stop)
    wrong = Observation.objects.order_by("row")[0]
    commands.void(by=None, observation=wrong, why="Wrong.", now=NOW)
    assert (kept(), added_up()) == ({}, {})
    commands.rebuild_time_given(district=cast.district.pk)
    assert kept() == {}
    bring(cast.district, path)
    assert sum(pieces for _, pieces, _ in kept().values()) == 24
    assert kept() == added_up()


def test_the_last_evening_of_a_month_is_that_months(cast: Cast) -> None:
    (one,) = competencies(cast.district, 1)
    key = learner(cast.district)
    evening = datetime(2026, 9, 1, 4, 59, tzinfo=UTC)  # 23:59 on the last of August in Chicago
    for at in (evening, evening + timedelta(minutes=1)):
        shown = answer(key, one, occurred_at=at, seconds=60)
        commands.record(by=None, district=cast.district.pk, shown=[shown], now=NOW)
    assert kept() == {
        (key, date(2026, 8, 1)): (60_000, 1, 1),
        (key, date(2026, 9, 1)): (60_000, 1, 1),
    }


def test_another_district_is_left_alone_by_a_rebuild(cast: Cast) -> None:
    for district in (cast.district, cast.elsewhere):
        (one,) = competencies(district, 1)
        shown = answer(learner(district), one, seconds=5)
        commands.record(by=None, district=district.pk, shown=[shown], now=NOW)
    before = kept()
    MonthGiven.objects.filter(learner__in=[key for key, _ in before]).update(pieces=7)
    assert commands.rebuild_time_given(district=cast.district.pk) == 1
    assert sorted(pieces for _, pieces, _ in kept().values()) == [1, 7]


def test_the_hours_of_a_year_take_two_questions_however_many_learners(
    cast: Cast, django_assert_max_num_queries: object
) -> None:
    (one,) = competencies(cast.district, 1)
    keys = [learner(cast.district) for _ in range(40)]
    shown = [answer(key, one, seconds=30) for key in keys]
    commands.record(by=None, district=cast.district.pk, shown=shown, now=NOW)
    later = START + timedelta(days=20)
    with django_assert_max_num_queries(2):  # type: ignore[operator]
        found = queries.hours_this_year(cast.district, keys, now=later)
    assert {given.seconds for given in found.values()} == {30.0}
