"""The clock set back: nothing is lost, nothing is skipped, and the order of writing holds."""

import time
from datetime import timedelta

import pytest
from django.db import connection

from milepost.evidence import commands as evidence
from milepost.evidence.models import Ledger, Observation
from milepost.ids import new_id
from milepost.mastery import commands as mastery
from milepost.mastery.queries import statuses_as_of
from milepost.site.backup import digests
from tests.cast import Cast
from tests.evidence.making import START, answer, competencies, learner

BACK = timedelta(days=2)


def test_identifiers_go_on_rising_when_the_clock_is_set_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = [new_id() for _ in range(3)]
    then = time.time_ns() - 3_600 * 10**9
    monkeypatch.setattr(time, "time_ns", lambda: then)
    after = [new_id() for _ in range(3)]
    assert sorted(before + after) == before + after


def test_evidence_recorded_with_a_clock_set_back_is_folded_and_positions_go_on(
    cast: Cast,
) -> None:
    district, key = cast.district.pk, learner(cast.district)
    (one,) = competencies(cast.district, 1)
    right = [answer(key, one, minutes=k) for k in range(4)]
    evidence.record(by=None, district=district, shown=right, now=START + timedelta(minutes=4))
    mastery.catch_up(district=district, now=START)
    early = answer(key, one, score=0.0, occurred_at=START - BACK)
    evidence.record(by=None, district=district, shown=[early], now=START - BACK)
    assert mastery.catch_up(district=district, now=START - BACK) == 1, "the fold follows positions"
    positions = list(Observation.objects.order_by("position").values_list("position", flat=True))
    assert positions == [1, 2, 3, 4, 5]
    assert Ledger.objects.get(district=district).last_position == 5
    caught_up = digests(connection)["mastery_state"]
    mastery.rebuild(district=district, now=START - BACK)
    assert digests(connection)["mastery_state"] == caught_up


def test_what_was_true_on_a_day_counts_what_the_clock_said_then(cast: Cast) -> None:
    district, key = cast.district.pk, learner(cast.district)
    (one,) = competencies(cast.district, 1)
    right = answer(key, one, occurred_at=START)
    wrong = answer(key, one, score=0.0, occurred_at=START - BACK)
    evidence.record(by=None, district=district, shown=[right], now=START)
    evidence.record(by=None, district=district, shown=[wrong], now=START - BACK)

    def pieces(**at: object) -> int:
        table = statuses_as_of(district, learners=[key], **at)  # type: ignore[arg-type]
        return int(table.of(key, one).pieces)

    assert pieces(true_at=START - timedelta(days=1)) == 1, "only the one of two days ago"
    assert pieces(true_at=START + timedelta(days=1)) == 2
    assert pieces(known_at=START + timedelta(days=1)) == 2


def test_an_answer_of_the_future_is_refused_in_words_and_nothing_is_kept(cast: Cast) -> None:
    key = learner(cast.district)
    (one,) = competencies(cast.district, 1)
    with pytest.raises(ValueError, match="is in the future"):
        evidence.record(
            by=None, district=cast.district.pk, shown=[answer(key, one)], now=START - BACK
        )
    assert not Observation.objects.exists()
