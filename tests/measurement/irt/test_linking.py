"""Several groups and known items on one scale."""

import numpy as np
import pytest

from milepost.measurement.irt import Responses, calibrate
from tests.measurement.irt.answers import bank, simulate

pytestmark = pytest.mark.pure


def two_forms() -> tuple[Responses, np.ndarray]:
    """Return answers of a group and of a weaker, wider one, with ten items in common."""
    rng = np.random.default_rng(2)
    group = np.repeat([0, 1], 2500)
    ability = np.where(group == 1, rng.normal(-0.8, 1.3, 5000), rng.normal(size=5000))
    whole = simulate(bank(30, seed=12), ability, seed=3)
    form = np.where(group[whole.learner] == 0, whole.item < 20, whole.item >= 10)
    chosen = whole.learner[form], whole.item[form], whole.score[form]
    return Responses.of(*chosen, n_learners=5000, n_items=30), group


def test_common_items_put_two_groups_on_one_scale() -> None:
    answers, group = two_forms()
    truth = bank(30, seed=12)
    fit = calibrate(answers, "2pl", groups=group)
    assert fit.mean[0] == 0.0
    assert fit.sd[0] == 1.0
    assert fit.mean_error[0] == fit.sd_error[0] == 0.0
    assert abs(fit.mean[1] + 0.8) < 3 * fit.mean_error[1] < 0.2
    assert abs(fit.sd[1] - 1.3) < 3 * fit.sd_error[1] < 0.3
    assert np.abs(fit.items.difficulty - truth.difficulty).mean() < 0.08
    # Taken as one population the same answers give another scale.
    assert np.abs(calibrate(answers, "2pl").items.difficulty - truth.difficulty).mean() > 0.15


def test_fixed_items_stay_and_carry_the_scale() -> None:
    truth = bank(20, seed=7)
    ability = np.random.default_rng(4).normal(1.0, 0.7, 3000)
    answers = simulate(truth, ability, seed=5)
    fit = calibrate(answers, "2pl", known=truth, fixed=np.arange(8))
    assert np.array_equal(fit.items.difficulty[:8], truth.difficulty[:8])
    assert np.array_equal(fit.items.discrimination[:8], truth.discrimination[:8])
    assert not np.any(fit.estimated[:8])
    assert np.all(fit.errors.difficulty[:8] == 0.0)
    assert np.all(fit.estimated[8:])
    assert abs(fit.mean[0] - 1.0) < 3 * fit.mean_error[0] < 0.2
    assert abs(fit.sd[0] - 0.7) < 3 * fit.sd_error[0] < 0.2
    kept = 8 + np.flatnonzero(np.abs(truth.difficulty[8:] - 1.0) < 1.5)
    assert np.abs(fit.items.difficulty - truth.difficulty)[kept].mean() < 0.1


def test_all_items_fixed_leaves_the_population_to_be_found() -> None:
    truth = bank(20, seed=7)
    answers = simulate(truth, np.random.default_rng(4).normal(3.5, 0.4, 3000), seed=5)
    fit = calibrate(answers, "2pl", known=truth, fixed=np.ones(20, bool))
    assert fit.parameters == 2
    assert fit.mean[0] == pytest.approx(3.5, abs=0.15)
    assert fit.sd[0] == pytest.approx(0.4, abs=0.15)


def test_groups_that_share_no_item_are_refused() -> None:
    answers, group = two_forms()
    apart = np.where(group[answers.learner] == 0, answers.item < 15, answers.item >= 15)
    rows = answers.learner[apart], answers.item[apart], answers.score[apart]
    lone = Responses.of(*rows, n_learners=5000, n_items=30)
    with pytest.raises(ValueError, match=r"groups, row 1.*shares no item"):
        calibrate(lone, "2pl", groups=group)
    fit = calibrate(lone, "2pl", groups=group, known=bank(30, seed=12), fixed=[0, 1, 2, 16, 17, 18])
    assert fit.mean[1] == pytest.approx(-0.8, abs=0.25)


@pytest.mark.parametrize(
    ("groups", "words"),
    [
        ([0, 1], "groups must be 5000 whole numbers"),
        (np.zeros(5000), "groups must be 5000 whole numbers"),
        (np.full(5000, -1), "groups, row 0"),
        (np.full(5000, 1), "groups, row 0.*has no learner"),
    ],
)
def test_groups_that_are_none_are_refused(groups: object, words: str) -> None:
    answers, _ = two_forms()
    with pytest.raises(ValueError, match=words):
        calibrate(answers, "2pl", groups=groups)  # type: ignore[arg-type]


def test_a_link_through_a_third_group_holds() -> None:
    rng = np.random.default_rng(3)
    group = np.repeat([0, 1, 2], 1500)
    ability = rng.normal(size=4500) + 0.5 * group
    whole = simulate(bank(30, seed=12), ability, seed=3)
    low = 8 * group[whole.learner]
    kept = (whole.item >= low) & (whole.item < low + 14)
    rows = whole.learner[kept], whole.item[kept], whole.score[kept]
    fit = calibrate(Responses.of(*rows, n_learners=4500, n_items=30), "2pl", groups=group)
    assert fit.mean == pytest.approx([0.0, 0.5, 1.0], abs=0.2)
