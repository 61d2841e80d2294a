"""The predictor: fit it once, ask it of any log."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from milepost.measurement import quality
from milepost.measurement.calibration import Calibration, calibrate
from milepost.measurement.log import Log
from milepost.measurement.predictor.features import (
    NAMES,
    describe,
    describe_apart,
    learners_of,
)
from milepost.measurement.predictor.logistic import Logistic, fit_logistic
from milepost.measurement.predictor.tables import Floats, Tables, chance_of
from milepost.measurement.predictor.trees import FEWEST, grow, rise

VERSION = 1
PARTS = 8
"""Learners are described in so many parts, each without itself."""
BATCH = 200_000
"""Rows described at once: 80 MB. A learner is never cut."""
STAGES = ("belief", "logistic", "trees")


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """How good the chances of a log were. All but `n` and `learners` as in `quality`."""

    n: int
    learners: int
    auc: float
    auc_interval: tuple[float, float]
    accuracy: float
    log_loss: float
    rmse: float
    calibration_error: float
    reliability: tuple[quality.Bin, ...]
    stage_auc: Mapping[str, float]
    """AUC of the belief alone, of the logistic stage, and of the trees on top (where grown)."""


@dataclass(frozen=True, slots=True, eq=False)
class Predictor:
    """A frozen artefact that gives chances; made by `fit`."""

    calibration: Calibration
    tables: Tables
    logistic: Logistic
    trees: tuple[str, ...]
    """LightGBM's text, one a seed; empty for the logistic stage alone."""

    def chances(self, log: Log) -> Floats:
        """Return the chance of success of each row, from the learner's rows before it alone.

        The last row's score is not looked at by its own chance or any before: to ask of an item
        not yet answered, add a row of any score. Items and competencies that training did not know
        count as typical. Each learner stands alone.
        """
        return self.stages(log)[STAGES[-1] if self.trees else STAGES[1]]

    def stages(self, log: Log) -> dict[str, Floats]:
        """Return the chances that each stage gives: the belief, the logistic stage, the trees."""
        parts = [self._stages(part) for part in _batches(log)]
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    def _stages(self, log: Log) -> dict[str, Floats]:
        columns = describe(log, self.calibration, self.tables)
        logits = self.logistic.logits(columns)
        belief = chance_of(columns[:, NAMES.index("filter_logit")])
        told = {"belief": belief, "logistic": chance_of(logits)}
        if self.trees:
            told["trees"] = chance_of(logits + rise(self.trees, columns))
        return told

    def report(self, log: Log, *, seed: int = 0) -> Report:
        """Return how good the chances of a log are; rows of weight 0 are left out.

        `seed` draws the learners of the bootstrap. Raises ValueError when the scores are all
        right or all wrong. A score counts as right above one half, for the area alone.
        """
        stages, told = self.stages(log), log.weight > 0.0
        truth = log.score[told]
        asked = {name: chances[told] for name, chances in stages.items()}
        chances = asked[STAGES[len(asked) - 1]]
        of_row = log.learner_of_row[told]
        return Report(
            n=len(truth),
            learners=len(np.unique(of_row)),
            auc=quality.auc(truth, chances),
            auc_interval=quality.auc_interval(truth, chances, of_row, seed=seed),
            accuracy=quality.accuracy(truth, chances),
            log_loss=quality.log_loss(truth, chances),
            rmse=quality.rmse(truth, chances),
            calibration_error=quality.calibration_error(truth, chances),
            reliability=quality.reliability(truth, chances),
            stage_auc={name: quality.auc(truth, one) for name, one in asked.items()},
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the predictor as plain data for JSON, under a version."""
        return {
            "version": VERSION,
            "columns": list(NAMES),
            "calibration": json.loads(self.calibration.to_json()),
            "tables": self.tables.as_dict(),
            "logistic": self.logistic.as_dict(),
            "trees": list(self.trees),
        }

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "Predictor":
        """Read what `as_dict` wrote. Raises ValueError for anything else."""
        try:
            if content["version"] != VERSION or tuple(content["columns"]) != NAMES:
                raise ValueError(f"version {content['version']} or its columns are not {VERSION}'s")
            return cls(
                calibration=Calibration.from_json(json.dumps(content["calibration"])),
                tables=Tables.from_dict(content["tables"]),
                logistic=Logistic.from_dict(content["logistic"]),
                trees=tuple(str(text) for text in content["trees"]),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"content is not a predictor of this version: {error!r}") from error


def fit(log: Log, *, seed: int, trees: int = 3) -> Predictor:
    """Learn to predict from a log: first the logistic stage, then `trees` boosted ones, averaged.

    Every training learner is described by a calibration and tables of the other parts' learners
    (`seed` deals the parts and the trees' samples): what the models learn to trust is then worth
    as much for a new learner. The same log and seed give the same predictor. Rows of weight 0 are
    history but no examples; others weigh as they say. Logs too small for a tree to split get the
    logistic stage alone; `trees=0` asks for that, and needs no LightGBM.

    Raises ValueError for fewer than two learners, scores that are all right or all wrong, or a
    number of trees below 0; ImportError, saying what to install, without LightGBM.
    """
    _check(log, trees)
    part = np.random.default_rng(seed).permutation(len(log.learners)) % PARTS
    told = log.weight > 0.0
    columns = describe_apart(log, part)[told]
    scores, weights = log.score[told], log.weight[told]
    logistic = fit_logistic(columns, scores, weights)
    grown: tuple[str, ...] = ()
    if trees and len(scores) >= FEWEST:
        start = logistic.logits(columns)
        grown = grow(columns, scores, weights, start, seed=seed, count=trees)
    calibration, _ = calibrate(log)
    return Predictor(calibration, Tables.of(log, np.ones(len(log), bool)), logistic, grown)


def _check(log: Log, trees: int) -> None:
    if len(log.learners) < 2:
        raise ValueError(f"log has {len(log.learners)} learners; each is described by others: 2 up")
    scores = log.score[log.weight > 0.0]
    if len(scores) == 0 or np.all(scores >= 0.5) or np.all(scores < 0.5):
        raise ValueError("log.score is all right or all wrong; a predictor needs rows of both")
    if trees < 0:
        raise ValueError(f"trees is {trees}; it must be 0 or more")


def _batches(log: Log) -> Iterator[Log]:
    """Cut a log between learners into logs of about `BATCH` rows."""
    if len(log) <= BATCH:
        yield log
        return
    batch: NDArray[np.int64] = log.learner_offsets[:-1] // BATCH
    for one in np.unique(batch):
        yield learners_of(log, batch == one)
