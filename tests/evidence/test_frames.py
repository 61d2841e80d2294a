"""The frame that the fold reads: every text as it was written, and what counts alone."""

from datetime import UTC, datetime, timedelta

import polars as pl
from polars.testing import assert_frame_equal

from milepost.evidence import commands, queries
from milepost.evidence.models import Observation
from tests.cast import Cast
from tests.evidence.making import START, answer, competencies, learner

NOW = START + timedelta(days=30)
ITEMS = ["", "'", "''", "it's", 'say "so"', "a,b", "line\nbreak", "\\N", "\\.", "δ\u00a0€", "null"]


def read_slowly(cast: Cast) -> pl.DataFrame:
    """Read the same evidence through the models, one row at a time."""
    rows = [
        (o.learner.hex, o.pk.hex, o.position, o.kind, o.item, o.occurred_at, o.hints)
        for o in Observation.objects.filter(district=cast.district)
    ]
    names = [name for name in queries.FRAME_SCHEMA if name != "scores"]
    frame = pl.DataFrame(rows, {n: queries.FRAME_SCHEMA[n] for n in names}, orient="row")
    return frame.sort("learner", "occurred_at", "id")


def test_every_text_comes_through_as_it_was_written(cast: Cast) -> None:
    one, two = competencies(cast.district, 2)
    keys = [learner(cast.district) for _ in range(3)]
    shown = [
        answer(keys[k % 3], one, two, item=item, score=0.5, hints=k, minutes=-k)
        for k, item in enumerate(ITEMS)
    ]
    odd = datetime(2026, 9, 2, 1, 2, 3, 40_005, tzinfo=UTC)
    shown.append(answer(keys[0], one, occurred_at=odd))
    commands.record(by=None, district=cast.district.pk, shown=shown, now=NOW)
    frame = queries.evidence_frame(cast.district.pk)
    assert frame.schema == queries.FRAME_SCHEMA
    assert_frame_equal(frame.drop("scores"), read_slowly(cast))
    assert odd in frame["occurred_at"].to_list()
    texts = set(frame["scores"])
    assert texts == {f'[["{one}", 0.5], ["{two}", 0.5]]', f'[["{one}", 1.0]]'}


def test_a_frame_without_evidence_has_its_columns(cast: Cast) -> None:
    assert queries.evidence_frame(cast.district.pk).schema == queries.FRAME_SCHEMA
    some = queries.evidence_frame(cast.district.pk, learners=[])
    assert some.schema == queries.FRAME_SCHEMA


def test_a_frame_is_of_the_learners_asked_for(cast: Cast) -> None:
    (one,) = competencies(cast.district, 1)
    mine, other = learner(cast.district), learner(cast.district)
    shown = [answer(key, one, minutes=k) for k, key in enumerate([mine, other, mine])]
    commands.record(by=None, district=cast.district.pk, shown=shown, now=NOW)
    frame = queries.evidence_frame(cast.district.pk, learners=[mine])
    assert frame["learner"].to_list() == [mine.hex] * 2


def test_evidence_of_later_that_is_taken_back_does_not_come_back(cast: Cast) -> None:
    # The correction happened after the moment asked for; what it takes back is wrong all the same.
    (one,) = competencies(cast.district, 1)
    key = learner(cast.district)
    shown = [answer(key, one, minutes=k) for k in range(2)]
    rows = commands.record(by=None, district=cast.district.pk, shown=shown, now=NOW)
    later = NOW + timedelta(days=1)
    commands.void(by=None, observation=rows[0], why="Wrong learner.", now=later)
    frame = queries.evidence_frame(cast.district.pk, occurred_until=NOW)
    assert frame["id"].to_list() == [rows[1].pk.hex]
    known_then = queries.evidence_frame(cast.district.pk, recorded_until=NOW)
    assert known_then.height == 2
