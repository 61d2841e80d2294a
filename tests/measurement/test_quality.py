"""Figures of merit, against a peer and by hand."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import log_loss as peer_log_loss
from sklearn.metrics import roc_auc_score

from milepost.measurement import auc, log_loss

pytestmark = pytest.mark.pure

# Few distinct chances, so that ties are common.
pairs = st.lists(st.tuples(st.sampled_from([0, 1]), st.sampled_from([0.1, 0.2, 0.5, 0.9])))


@given(pairs)
def test_the_area_equals_scikit_learns_ties_included(drawn: list[tuple[int, float]]) -> None:
    outcomes = np.array([o for o, _ in drawn])
    assume(len(set(outcomes.tolist())) == 2)
    chances = np.array([c for _, c in drawn])
    assert auc(outcomes, chances) == pytest.approx(roc_auc_score(outcomes, chances), abs=1e-12)
    assert log_loss(outcomes, chances) == pytest.approx(peer_log_loss(outcomes, chances))


def test_the_area_of_a_perfect_and_of_a_blind_guess() -> None:
    assert auc([0, 0, 1], [0.1, 0.2, 0.3]) == 1.0
    assert auc([0, 1, 1, 0], [0.5, 0.5, 0.5, 0.5]) == 0.5


@pytest.mark.parametrize(
    ("outcomes", "chances", "message"),
    [
        ([1, 1], [0.1, 0.2], "outcomes are all alike"),
        ([1, 0], [0.1], "equally long"),
        ([], [], "one or more"),
        ([1, 0], [0.1, np.nan], "chances, row 1"),
        ([1, 2], [0.1, 0.2], "outcomes, row 1"),
    ],
)
def test_what_has_no_area_is_refused(
    outcomes: list[float], chances: list[float], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        auc(outcomes, chances)
