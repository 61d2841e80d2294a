"""How good predictions are."""

from typing import NamedTuple

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


def accuracy(outcomes: ArrayLike, chances: ArrayLike) -> float:
    """Return the share of rows whose outcome is on the same side of one half as its chance.

    Raises ValueError as `log_loss` does.
    """
    truth, guess = _pair(outcomes, chances)
    return float(np.mean((truth >= 0.5) == (guess >= 0.5)))


def rmse(outcomes: ArrayLike, chances: ArrayLike) -> float:
    """Return the root of the mean squared distance (of the Brier score, 1950).

    Raises ValueError as `log_loss` does.
    """
    truth, guess = _pair(outcomes, chances)
    return float(np.sqrt(np.mean((truth - guess) ** 2)))


class Bin(NamedTuple):
    """One line of a reliability table: rows whose chance is from `low` up to `high`."""

    low: float
    high: float
    rows: int
    mean_chance: float
    mean_outcome: float


def reliability(outcomes: ArrayLike, chances: ArrayLike, *, bins: int = 10) -> tuple[Bin, ...]:
    """Return what came of each range of chances (`bins` equally wide ones, empty ones left out).

    A calibrated predictor has `mean_outcome` near `mean_chance` in every line (DeGroot & Fienberg,
    The Statistician 32, 1983). Raises ValueError as `log_loss` does, and for `bins` below 1.
    """
    truth, guess = _pair(outcomes, chances)
    if bins < 1:
        raise ValueError(f"bins is {bins}; it must be 1 or more")
    at = np.minimum((guess * bins).astype(np.int64), bins - 1)
    rows = np.bincount(at, minlength=bins)
    guessed = np.bincount(at, guess, minlength=bins)
    came = np.bincount(at, truth, minlength=bins)
    return tuple(
        Bin(k / bins, (k + 1) / bins, int(rows[k]), float(guessed[k] / n), float(came[k] / n))
        for k, n in enumerate(rows.tolist())
        if n
    )


def calibration_error(outcomes: ArrayLike, chances: ArrayLike, *, bins: int = 10) -> float:
    """Return the expected calibration error: how far the lines of `reliability` are off, by rows.

    Naeini, Cooper & Hauskrecht, AAAI 2015. Raises ValueError as `reliability` does.
    """
    lines = reliability(outcomes, chances, bins=bins)
    off = sum(line.rows * abs(line.mean_chance - line.mean_outcome) for line in lines)
    return off / sum(line.rows for line in lines)


def auc_interval(
    outcomes: ArrayLike,
    chances: ArrayLike,
    learners: ArrayLike,
    *,
    seed: int,
    draws: int = 200,
    level: float = 0.95,
) -> tuple[float, float]:
    """Return a percentile bootstrap interval of the AUC over learners (Efron & Tibshirani 1993).

    Whole learners are drawn with replacement, for one learner's rows are no independent witnesses;
    `learners` gives the number of each row's learner, from 0 up. Raises ValueError as `auc` does,
    and when lengths differ, `draws` is below 1 or `level` is not between 0 and 1.
    """
    truth, guess = _pair(outcomes, chances)
    of_row = np.asarray(learners, np.int64)
    if of_row.shape != truth.shape:
        raise ValueError(f"learners {of_row.shape} and outcomes {truth.shape} must be equally long")
    if draws < 1 or not 0.0 < level < 1.0:
        raise ValueError(f"draws is {draws} and level {level}; they must be 1 up and within 0 to 1")
    auc(truth, guess)
    _, group = np.unique(guess, return_inverse=True)
    count = int(of_row.max()) + 1
    present = np.flatnonzero(np.bincount(of_row, minlength=count))
    rng = np.random.default_rng(seed)
    areas = []
    for _ in range(draws):
        times = np.bincount(rng.choice(present, len(present)), minlength=count)[of_row]
        right = np.bincount(group, times * (truth > 0.5))
        wrong = np.bincount(group, times * (truth <= 0.5))
        both = right.sum() * wrong.sum()
        if both > 0.0:
            below = np.cumsum(wrong) - wrong / 2.0
            areas.append(float(right @ below / both))
    if not areas:
        return 0.0, 1.0
    low, high = np.quantile(areas, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return float(low), float(high)


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
