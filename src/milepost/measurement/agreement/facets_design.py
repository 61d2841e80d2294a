"""Between labelled ratings and the plain arrays that the compiled many-facet model reads."""

from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from milepost.measurement.agreement.answer import Floats, Ints, labels_of

Model = Literal["rating_scale", "partial_credit"]
MOST_STEPS = 30
MOST_PARAMETERS = 6_000


class Design(NamedTuple):
    """Who rated whom on what, learner by learner; ratings count from 0.

    Learner n has rows offsets[n]:offsets[n + 1]. A criterion's thresholds are those of its group;
    group g has ratings 0..top[g]. Its thresholds sum to zero, so they are contrasts; `statistic`
    (G, K + 1, K + 1) is what each rating (last axis) adds to a severity, a difficulty, and each
    contrast, and base[g] + a is the place among all parameters of contrast row a.
    `size` counts raters, criteria, contrasts. `informs` is False where a total is the least or the
    most, which tells of the learner but compares nobody.
    """

    offsets: Ints
    rater: Ints
    criterion: Ints
    score: Ints
    total: Ints
    informs: NDArray[np.bool_]
    group: Ints
    top: Ints
    base: Ints
    statistic: Floats
    size: Ints


class Levels(NamedTuple):
    """Parameters as the formula reads them; `passed[g, k]` is the sum of thresholds 1..k."""

    severity: Floats
    difficulty: Floats
    passed: Floats


class Fit(NamedTuple):
    """What a run changes.

    A learner's ability, its precision and the third moment of the total there; chances of each
    rating given the total; the gradient and the information.
    """

    ability: Floats
    precision: Floats
    skew: Floats
    given: Floats
    gradient: Floats
    information: Floats


class Room(NamedTuple):
    """Scratch space of a run, so that nothing is allocated for a learner."""

    p: Floats
    rest: Floats
    before: Floats
    after: Floats
    d: Floats
    variance: Floats
    place: Ints
    slope: Floats
    off: Floats
    pull: Floats
    held: NDArray[np.bool_]
    touched: Ints
    used: Ints
    left: Floats


class Labels(NamedTuple):
    """The names of learners, raters and criteria, in order of their numbers; lowest rating."""

    learners: NDArray[Any]
    raters: NDArray[Any]
    criteria: NDArray[Any]
    lowest: int


def encode(
    learners: ArrayLike,
    raters: ArrayLike,
    scores: ArrayLike,
    criteria: ArrayLike | None,
    model: str,
    lowest: int | None,
    highest: int | None,
) -> tuple[Design, Labels]:
    """Check the ratings and turn them into a `Design`; see `facets` for what is raised."""
    if model not in ("rating_scale", "partial_credit"):
        raise ValueError(f"model is {model!r}: give 'rating_scale' or 'partial_credit'")
    score, least, most = _whole(scores, lowest, highest)
    given = np.zeros(len(score), np.int64) if criteria is None else criteria
    columns = (("learners", learners), ("raters", raters), ("criteria", given))
    (learner_ids, learner), (rater_ids, rater), (criterion_ids, criterion) = (
        _coded(column, name, len(score)) for name, column in columns
    )
    order = np.argsort(learner, kind="stable")
    learner, rater, criterion, score = (x[order] for x in (learner, rater, criterion, score))
    group, top = _groups(criterion, score, len(criterion_ids), most - least, model, highest is None)
    others = len(rater_ids) + len(criterion_ids)
    size = np.array([len(rater_ids), len(criterion_ids), int((top - 1).sum())])
    base = others + np.cumsum(top - 1) - (top - 1) - 2
    if size.sum() > MOST_PARAMETERS:
        raise ValueError(
            f"raters and criteria need {size.sum()} parameters, {MOST_PARAMETERS} is the most: "
            "fit parts that belong together"
        )
    total = np.bincount(learner, weights=score).astype(np.int64)
    best = np.bincount(learner, weights=top[group[criterion]]).astype(np.int64)
    offsets = np.concatenate([[0], np.cumsum(np.bincount(learner))]).astype(np.int64)
    informs = (total > 0) & (total < best) & (np.diff(offsets) > 1)
    return (
        Design(
            offsets,
            rater,
            criterion,
            score,
            total,
            informs,
            group,
            top,
            base,
            _statistics(top),
            size,
        ),
        Labels(learner_ids, rater_ids, criterion_ids, least),
    )


def _coded(column: ArrayLike, name: str, rows: int) -> tuple[NDArray[Any], Ints]:
    """Return the ids of a column, sorted, and which of them each row has."""
    labels = labels_of(column, name)
    if len(labels) != rows:
        raise ValueError(f"{name} has {len(labels)} rows and scores has {rows}")
    ids, code = np.unique(labels, return_inverse=True)
    return ids, code.astype(np.int64)


def _whole(scores: ArrayLike, lowest: int | None, highest: int | None) -> tuple[Ints, int, int]:
    """Return ratings counted from 0, the lowest and the highest there can be."""
    raw = labels_of(scores, "scores")
    if raw.dtype.kind not in "iufb":
        raise ValueError("scores holds words: give levels as whole numbers, in their order")
    whole = np.rint(raw.astype(np.float64))
    odd = np.flatnonzero(np.abs(raw - whole) > 0)
    if len(odd):
        raise ValueError(
            f"scores[{odd[0]}] is {raw[odd[0]]}: levels are whole numbers; halves can be doubled"
        )
    least = int(whole.min()) if lowest is None else int(lowest)
    most = int(whole.max()) if highest is None else int(highest)
    out = np.flatnonzero((whole < least) | (whole > most))
    if len(out):
        raise ValueError(
            f"scores[{out[0]}] is {int(whole[out[0]])}, outside the levels {least} to {most}"
        )
    if most == least:
        raise ValueError(
            f"scores has one level only ({least}): nobody can be told apart; give lowest and "
            "highest if there are more"
        )
    if most - least > MOST_STEPS:
        raise ValueError(
            f"scores goes from {least} to {most}: {MOST_STEPS} steps are the most; put points "
            "together into levels first"
        )
    return (whole - least).astype(np.int64), least, most


def _groups(
    criterion: Ints, score: Ints, count: int, steps: int, model: str, own_top: bool
) -> tuple[Ints, Ints]:
    """Return which thresholds each criterion has, and how many steps each set of them."""
    if model == "rating_scale":
        return np.zeros(count, np.int64), np.array([steps], dtype=np.int64)
    top = np.full(count, steps, np.int64)
    if own_top:
        top = np.ones(count, np.int64)
        np.maximum.at(top, criterion, score)
    return np.arange(count, dtype=np.int64), top


def _statistics(top: Ints) -> Floats:
    """Return `Design.statistic`; contrasts by Helmert, summed up to each rating."""
    most = int(top.max())
    out = np.zeros((len(top), most + 1, most + 1))
    out[:, :2] = np.arange(most + 1)
    for g, steps in enumerate(top):
        for c in range(1, int(steps)):
            column = np.zeros(int(steps))
            column[:c], column[c] = 1.0, -float(c)
            out[g, c + 1, 1 : steps + 1] = np.cumsum(column / np.sqrt(c * (c + 1.0)))
    return out
