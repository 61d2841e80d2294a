"""The fold of a learner's evidence into beliefs."""

import dataclasses

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from milepost.measurement import Beliefs, Calibration, Log, Parameters, fold
from milepost.measurement.belief import first_level
from tests.measurement.logs import CALIBRATION, Row, log_of, practice, rows

pytestmark = pytest.mark.pure


def of_learner(name: str, log: Log, beliefs: Beliefs) -> dict[str, list[float]]:
    """Return what is believed of one learner: overall under "", and by competency."""
    i = log.learners.index(name)
    told = {"": [beliefs.mean[i], beliefs.variance[i]]}
    for s in range(beliefs.offsets[i], beliefs.offsets[i + 1]):
        columns = (
            beliefs.level_mean,
            beliefs.level_variance,
            beliefs.last_day,
            beliefs.count,
        )
        told[log.competencies[beliefs.competency[s]]] = [float(c[s]) for c in columns]
    return told


@given(rows)
def test_a_learner_is_believed_the_same_to_the_last_bit_in_any_batch(drawn: list[Row]) -> None:
    together = log_of(drawn)
    beliefs, trace = fold(together, CALIBRATION)
    for name in together.learners:
        alone = log_of([row for row in drawn if row.learner == name])
        beliefs_alone, trace_alone = fold(alone, CALIBRATION)
        assert of_learner(name, alone, beliefs_alone) == of_learner(name, together, beliefs)
        i = together.learners.index(name)
        mine = slice(together.learner_offsets[i], together.learner_offsets[i + 1])
        assert trace.chance[mine].tolist() == trace_alone.chance.tolist()


@given(rows)
def test_beliefs_are_always_numbers_and_variances_positive(drawn: list[Row]) -> None:
    beliefs, trace = fold(log_of(drawn), CALIBRATION)
    for values in (beliefs.mean, beliefs.level_mean, trace.level_mean):
        assert np.all(np.isfinite(values))
    for values in (beliefs.variance, beliefs.level_variance, trace.level_variance):
        assert np.all((values > 0) & np.isfinite(values))
    assert np.all((trace.chance >= 0) & (trace.chance <= 1))


@given(rows, st.data())
def test_a_better_score_never_lowers_and_hints_never_raise_what_is_believed(
    drawn: list[Row], data: st.DataObject
) -> None:
    assume(drawn)
    at = data.draw(st.integers(0, len(drawn) - 1))
    score, hints = data.draw(st.floats(0, 1)), data.draw(st.integers(0, 5))
    # Later rows would answer to the changed level; what the row itself does is asked.
    before = drawn[:at]

    def believed(score: float, hints: int) -> np.ndarray:
        log = log_of([*before, dataclasses.replace(drawn[at], score=score, hints=hints)])
        return fold(log, CALIBRATION)[0].level_mean

    unaided, hinted, wrong = believed(score, 0), believed(score, hints), believed(0.0, 0)
    assert np.all(unaided >= hinted)
    assert np.all(hinted >= wrong)


def test_each_hint_makes_a_right_answer_worth_less() -> None:
    means = [fold(practice([1.0], hints=h), CALIBRATION)[0].level_mean[0] for h in range(4)]
    assert means == sorted(means, reverse=True)
    assert len(set(means)) == 4


def test_one_answer_moves_the_competency_most_the_ability_less_and_others_through_it() -> None:
    log = Log.of(["ana"] * 2, [None] * 2, [["add"], ["carry"]], [1.0, 1.0])
    beliefs, trace = fold(log, Calibration())
    start, spread = first_level(0.0, 1.0, -0.7, Parameters())
    add, carry = trace.level_mean
    after_one, _ = fold(practice([1.0]), Calibration())
    assert add - start > after_one.mean[0] > 0
    assert carry > add  # it had gained from the answer before it
    assert beliefs.level_mean[0] > add  # and pays back through the ability
    assert trace.level_variance[0] < spread


def test_a_shared_outcome_is_one_row_that_spreads_its_credit() -> None:
    shared, _ = fold(Log.of(["ana"], [None], [["add", "carry"]], [1.0]), Calibration())
    alone, _ = fold(Log.of(["ana"], [None], [["add"]], [1.0]), Calibration())
    apart, _ = fold(Log.of(["ana"] * 2, [None] * 2, [["add"], ["carry"]], [1, 1]), Calibration())
    assert shared.level_mean[0] == shared.level_mean[1]
    assert shared.level_mean[0] < alone.level_mean[0] < apart.level_mean[0]
    assert shared.level_variance[0] > alone.level_variance[0]


def test_heavier_evidence_tells_more_and_weightless_evidence_nothing() -> None:
    def after(weight: float) -> tuple[float, float]:
        log = Log.of(["ana"], [None], [["add"]], [1.0], weights=[weight])
        beliefs, _ = fold(log, Calibration())
        return float(beliefs.level_mean[0]), float(beliefs.level_variance[0])

    start = first_level(0.0, 1.0, -0.7, Parameters())
    assert after(0.0) == pytest.approx((float(start[0]), float(start[1])))
    assert after(4.0)[0] > after(1.0)[0] > after(0.0)[0]
    assert after(4.0)[1] < after(1.0)[1] < after(0.0)[1]


def test_the_first_step_is_the_gaussian_step_worked_by_hand() -> None:
    # Ability N(0, 1), level strays by 0.5, difficulty exactly 0: the logit is N(0, 1.5).
    # Flattening f = 1 / sqrt(1 + pi/8 * 1.5); chance 1/2; slope f/4; a right answer is half a
    # point off, so the mean rises by 1.5 * f * 0.5 and the variance falls by (1.5 * f / 2) ** 2.
    parameters = Parameters(
        ability_variance=1.0,
        competency_variance=0.5,
        competency_drift=0.0,
        ability_drift=0.0,
        difficulty_mean=0.0,
    )
    beliefs, trace = fold(practice([1.0]), Calibration(parameters))
    flatten = (1 + np.pi / 8 * 1.5) ** -0.5
    assert trace.chance[0] == pytest.approx(0.5)
    assert beliefs.level_mean[0] == pytest.approx(0.75 * flatten)
    assert beliefs.level_variance[0] == pytest.approx(1.5 - (0.75 * flatten) ** 2)
    assert beliefs.mean[0] == pytest.approx(0.5 * flatten)


def test_unknown_items_count_as_typical_and_unknown_competencies_as_average() -> None:
    _, trace = fold(
        Log.of(["ana", "ben", "cy"], ["i0", "new", "i0"], [["add"], ["add"], ["new"]], [1, 1, 1]),
        CALIBRATION,
    )
    known, typical, _ = trace.chance
    assert known == pytest.approx(typical, abs=0.05)  # i0 is as hard as "add" is
    empty, _ = fold(Log.of([], [], [], []), CALIBRATION)
    assert len(empty.mean) == len(empty.competency) == 0


def test_practice_teaches_and_the_lesson_shows_in_the_next_row_only() -> None:
    taught, still = Parameters(gain=1.0), Parameters(gain=0.0)
    one = [fold(practice([0.0]), Calibration(p))[0].level_mean[0] for p in (taught, still)]
    assert one[0] == one[1]
    two = [fold(practice([0.0, 0.0]), Calibration(p))[1].chance[1] for p in (taught, still)]
    assert two[0] > two[1]


def test_a_run_of_surprises_moves_the_next_chance_but_no_belief() -> None:
    log = practice([1.0, 1.0, 1.0, 0.0])
    with_form = fold(log, Calibration(Parameters(form_pull=2.0)))
    without = fold(log, Calibration(Parameters(form_pull=0.0)))
    assert with_form[1].chance[3] > without[1].chance[3]
    assert with_form[0].level_mean.tolist() == without[0].level_mean.tolist()


def test_the_trace_ends_where_the_beliefs_do() -> None:
    beliefs, trace = fold(practice([1.0, 0.0, 1.0], days=[0, 1, 9]), CALIBRATION)
    assert trace.level_mean[-1] == beliefs.level_mean[0]
    assert trace.level_variance[-1] == beliefs.level_variance[0]
    assert (beliefs.last_day[0], beliefs.count[0]) == (9.0, 3)
