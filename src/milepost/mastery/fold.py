"""The fold: evidence, a frozen calibration and a rule give a state per learner and competency.

Pure: frames in, frames out. Learners are folded whole, from nothing, each alone; so a correction
or a late row concerns one learner, and the order of batches cannot matter.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from milepost.mastery.rules import Rule, certainties
from milepost.measurement import Beliefs, Calibration, Log, Trace, certainty_above, fold

RESPONSES = frozenset({"practice", "quiz"})
"""Kinds with one outcome that all competencies share; in every other each is scored apart."""

DAY = 86_400_000_000  # microseconds
RuleOf = Callable[[str], Rule]
"""The rule that holds for a competency, by the competency's id."""


@dataclass(frozen=True)
class Folded:
    """What the fold knows after the last evidence.

    `states`: learner, competency, mean, variance, first_at, last_at, pieces, needs (list), met_at.
    `learners`: learner, mean, variance, last_at, observations.
    """

    states: pl.DataFrame
    learners: pl.DataFrame


def fold_evidence(frame: pl.DataFrame, calibration: Calibration, rule_of: RuleOf) -> Folded:
    """Fold evidence as `evidence.queries.evidence_frame` gives it (shape and order)."""
    rows, competencies = _rows(frame)
    log = _log(rows, competencies, calibration)
    beliefs, trace = fold(log, calibration)
    entries = _entries(rows, log, trace)
    return Folded(
        states=_states(log, beliefs, _when_met(entries, competencies, rule_of)),
        learners=_learners(log, beliefs, frame),
    )


def evidence_log(frame: pl.DataFrame, calibration: Calibration) -> Log:
    """Return evidence as a log for `measurement.calibrate`; weights are the calibration's."""
    return _log(*_rows(frame), calibration)


def _log(rows: pl.DataFrame, competencies: Sequence[str], calibration: Calibration) -> Log:
    """Return `_rows` as a log. Built from numbers: a million labels are never made one by one."""
    learners = rows["learner"].rle().struct.unnest()
    item = rows["item"].replace("", None)
    items = item.drop_nulls().unique(maintain_order=True)
    weights = calibration.parameters.kind_weights
    return Log(
        learners=tuple(learners["value"].to_list()),
        items=tuple(items.to_list()),
        competencies=tuple(competencies),
        learner_offsets=_offsets(learners["len"]),
        item=_whole(item.cast(pl.Enum(items)).to_physical().cast(pl.Int64).fill_null(-1)),
        competency_offsets=_offsets(rows["competencies"].list.len()),
        competency=_whole(rows["competencies"].explode()),
        score=rows["score"].to_numpy(),
        weight=rows["kind"].replace_strict(weights, return_dtype=pl.Float64).to_numpy(),
        hints=_whole(rows["hints"]),
        day=rows["occurred_at"].dt.epoch("us").to_numpy() / DAY,
    )


def _whole(series: pl.Series) -> NDArray[np.int64]:
    return series.cast(pl.Int64).to_numpy()


def _offsets(sizes: pl.Series) -> NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum(_whole(sizes)))).astype(np.int64)


def _rows(frame: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """One row an outcome: a response stays whole, what is scored apart becomes a row each.

    Returns the rows and the ids of their competencies, which the rows name by number.
    """
    response = pl.col("kind").is_in(RESPONSES)
    texts = frame.select("scores", response=response).unique(maintain_order=True)
    numbers: dict[str, int] = {}
    outcomes = pl.DataFrame(
        [
            (text, whole, [numbers.setdefault(c, len(numbers)) for c, _ in part], float(part[0][1]))
            for text, whole in texts.iter_rows()
            for part in _parts(json.loads(text), whole)
        ],
        schema={
            "scores": pl.String,
            "response": pl.Boolean,
            "competencies": pl.List(pl.Int64),
            "score": pl.Float64,
        },
        orient="row",
    )
    rows = (
        frame.with_columns(response=response)
        .join(outcomes, on=["scores", "response"], how="left", maintain_order="left_right")
        .drop("scores", "response")
    )
    return rows, list(numbers)


def _parts(scores: list[list[Any]], response: bool) -> list[list[list[Any]]]:
    return [scores] if response else [[pair] for pair in scores]


def _entries(rows: pl.DataFrame, log: Log, trace: Trace) -> pl.DataFrame:
    """One row a competency that a row of the log shows, with the level just after it."""
    return (
        rows.select("kind", "score", "occurred_at", competency="competencies")
        .with_columns(learner=log.learner_of_row)
        .explode("competency")
        .with_columns(mean=trace.level_mean, variance=trace.level_variance)
    )


def _when_met(entries: pl.DataFrame, competencies: Sequence[str], rule_of: RuleOf) -> pl.DataFrame:
    """Return per learner and competency: pieces, needs, last_at, and when the rule was met."""
    rules: dict[Rule, list[int]] = {}
    for number, competency in enumerate(competencies):
        rules.setdefault(rule_of(competency), []).append(number)
    if len(rules) < 2:
        return _when_one_met(entries, next(iter(rules), Rule()))
    return pl.concat(
        _when_one_met(entries.filter(pl.col("competency").is_in(some)), rule)
        for rule, some in rules.items()
    )


def _when_one_met(entries: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    pair = ["learner", "competency"]
    counts = {
        f"need_{k}": (pl.col("kind").is_in(need.kinds) & (pl.col("score") >= need.lowest_score))
        .cast(pl.Int64)
        .cum_sum()
        .over(pair)
        for k, need in enumerate(rule.needs)
    }
    sure = certainties(rule, entries["mean"].to_numpy(), entries["variance"].to_numpy())
    enough = [pl.col(f"need_{k}") >= need.pieces for k, need in enumerate(rule.needs)]
    met = reduce(pl.Expr.and_, enough) & (pl.lit(pl.Series(sure)) >= rule.certainty)
    return (
        entries.with_columns(**counts)
        .with_columns(met_at=pl.when(met).then("occurred_at"))
        .group_by(pair, maintain_order=True)
        .agg(
            pl.len().cast(pl.Int64).alias("pieces"),
            pl.col("occurred_at").first().alias("first_at"),
            pl.col("occurred_at").last().alias("last_at"),
            pl.col("met_at").min(),
            pl.concat_list([pl.col(name).last() for name in counts]).alias("needs"),
            pl.lit(rule.level).alias("rule_level"),
            pl.lit(rule.certainty).alias("rule_certainty"),
            reduce(pl.Expr.and_, enough).last().alias("enough"),
        )
    )


def _states(log: Log, beliefs: Beliefs, met: pl.DataFrame) -> pl.DataFrame:
    """Join levels and counts. Evidence in other competencies can lift a level over the rule too;

    then it was met with the learner's last evidence.
    """
    levels = pl.DataFrame(
        {
            "learner": np.repeat(np.arange(len(log.learners)), np.diff(beliefs.offsets)),
            "competency": beliefs.competency,
            "mean": beliefs.level_mean,
            "variance": beliefs.level_variance,
        }
    )
    states = levels.join(met, on=["learner", "competency"], how="left", maintain_order="left")
    lifted = pl.col("enough") & (_certainty_above(states) >= pl.col("rule_certainty"))
    return states.with_columns(
        _labels("learner", log.learners),
        _labels("competency", log.competencies),
        met_at=pl.coalesce("met_at", pl.when(lifted).then(pl.col("last_at").max().over("learner"))),
    ).drop("rule_level", "rule_certainty", "enough")


def _labels(numbers: str, labels: Sequence[str]) -> pl.Expr:
    return pl.lit(pl.Series(labels, dtype=pl.String)).gather(pl.col(numbers)).alias(numbers)


def _certainty_above(states: pl.DataFrame) -> pl.Series:
    columns = (states[name].to_numpy() for name in ("mean", "variance", "rule_level"))
    return pl.Series("sure", certainty_above(*columns))


def _learners(log: Log, beliefs: Beliefs, frame: pl.DataFrame) -> pl.DataFrame:
    seen = frame.group_by("learner").agg(
        pl.col("occurred_at").max().alias("last_at"), pl.len().alias("observations")
    )
    return pl.DataFrame(
        {
            "learner": list(log.learners),
            "mean": beliefs.mean,
            "variance": beliefs.variance,
        },
        schema_overrides={"learner": pl.String},
    ).join(seen, on="learner", how="left", maintain_order="left")
