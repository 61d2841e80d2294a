"""How good predictions are."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def auc(outcomes: ArrayLike, chances: ArrayLike) -> float:
    """Return the area under the ROC curve: the chance that a right answer outranks a wrong one.

    Exact, ties counted half (Hanley & McNeil, Radiology 143, 1982). `outcomes` are 0 or 1, one a
    row as `chances`. Raises ValueError when lengths differ, a number is missing, or only one kind
    of outcome is there.
    """
    truth, guess = _pair(outcomes, chances)
    right = truth > 0.5
    n_right = int(np.count_nonzero(right))
    n_wrong = len(truth) - n_right
    if n_right == 0 or n_wrong == 0:
        raise ValueError("outcomes are all alike; an area needs both right and wrong ones")
    _, group, sizes = np.unique(guess, return_inverse=True, return_counts=True)
    mean_rank = np.cumsum(sizes) - (sizes - 1) / 2.0
    rank_sum = float(np.sum(mean_rank[group][right]))
    return (rank_sum - n_right * (n_right + 1) / 2.0) / (n_right * n_wrong)


def log_loss(outcomes: ArrayLike, chances: ArrayLike) -> float:
    """Return the mean of minus the log of the chance given to what happened, in nats a row.

    `outcomes` are scores from 0 to 1. Raises ValueError when lengths differ, a number is missing,
    or there are no rows.
    """
    truth, guess = _pair(outcomes, chances)
    tiny = np.finfo(np.float64).tiny
    right, wrong = np.maximum(guess, tiny), np.maximum(1.0 - guess, tiny)
    return float(-np.mean(truth * np.log(right) + (1.0 - truth) * np.log(wrong)))


def _pair(
    outcomes: ArrayLike, chances: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    truth, guess = np.asarray(outcomes, np.float64), np.asarray(chances, np.float64)
    if truth.shape != guess.shape or truth.ndim != 1 or len(truth) == 0:
        raise ValueError(
            f"outcomes {truth.shape} and chances {guess.shape} must be equally long, one or more"
        )
    for name, values in (("outcomes", truth), ("chances", guess)):
        bad = ~((values >= 0.0) & (values <= 1.0))
        if np.any(bad):
            row = int(np.argmax(bad))
            raise ValueError(f"{name}, row {row}: {values[row]} is not from 0 to 1")
    return truth, guess
