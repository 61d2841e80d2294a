"""The description of each row that the predictor's models read."""

import numpy as np
from numpy.typing import NDArray

from milepost.measurement.calibration import Calibration, calibrate
from milepost.measurement.filter import Trace, fold
from milepost.measurement.log import Log
from milepost.measurement.predictor.tables import Floats, History, Ints, Known, Tables, logit

NEARLY = 1e-9
_SCOPE = (
    *("right", "wrong", "streak", "last", "rows_since", "minutes_since"),
    *("off_50", "off_80", "off_93", "off_98", "surprise_70", "surprise_95"),
)
NAMES = (
    *("level", "level_variance", "run", "hints_before"),
    *(f"{scope}_{part}" for scope in ("overall", "competency", "item") for part in _SCOPE),
    *("filter_logit", "expected_logit", "competency_logit"),
    *("item_answers", "competency_answers", "pair_answers", "pair_effect", "competencies", "row"),
)
"""The columns of a description."""


def describe(log: Log, calibration: Calibration, tables: Tables) -> Floats:
    """Return rows x `NAMES`: each row from its labels, the learner's rows before it, and others.

    Others' answers come through the calibration and the tables alone.
    """
    _, trace = fold(log, calibration)
    return _columns(log, trace, tables.look(log))


def _columns(log: Log, trace: Trace, known: Known) -> Floats:
    # Numba takes longer to import than the rest together, and most processes never predict.
    from milepost.measurement.predictor.kernels import KEPT
    from milepost.measurement.predictor.kernels import describe as run

    fields = {name: getattr(log, name) for name in History._fields[:8]}
    chance = np.clip(trace.chance, NEARLY, 1.0 - NEARLY)
    history = History(
        **fields,
        expected=np.ascontiguousarray(known.expected),
        chance=chance,
        level_mean=trace.level_mean,
        level_variance=trace.level_variance,
        items=len(log.items),
        competencies=len(log.competencies),
    )
    out = np.zeros((len(log), 4 + 3 * KEPT))
    run(history, out)
    beside = (
        *(logit(chance), logit(np.clip(known.expected, NEARLY, 1.0 - NEARLY)), known.kind),
        *(known.answers, known.seen, known.pairs, known.effect),
        np.diff(log.competency_offsets).astype(np.float64),
        np.log1p(np.arange(len(log)) - log.learner_offsets[:-1][log.learner_of_row]),
    )
    return np.column_stack((out, *beside))


def describe_apart(log: Log, part: Ints) -> Floats:
    """Return rows x `NAMES` where every learner is described without the learners of its part.

    `part` gives the part of each learner. What trees would otherwise learn by heart from an item
    with few answers, its own answer among them, is not there to learn.
    """
    out = np.empty((len(log), len(NAMES)))
    of_row = part[log.learner_of_row]
    for one in np.unique(part):
        mine: NDArray[np.bool_] = of_row == one
        calibration, _ = calibrate(learners_of(log, part != one))
        out[mine] = describe(learners_of(log, part == one), calibration, Tables.of(log, ~mine))
    return out


def learners_of(log: Log, chosen: NDArray[np.bool_]) -> Log:
    """Return the log of the learners `chosen`, with the same items and competencies."""
    rows = chosen[log.learner_of_row]
    sizes = np.diff(log.competency_offsets)
    entries = np.repeat(rows, sizes)
    counts = np.diff(log.learner_offsets)[chosen]
    return Log(
        learners=tuple(np.array(log.learners, object)[chosen]),
        items=log.items,
        competencies=log.competencies,
        learner_offsets=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        item=log.item[rows],
        competency_offsets=np.concatenate(([0], np.cumsum(sizes[rows]))).astype(np.int64),
        competency=log.competency[entries],
        score=log.score[rows],
        weight=log.weight[rows],
        hints=log.hints[rows],
        day=log.day[rows],
    )
