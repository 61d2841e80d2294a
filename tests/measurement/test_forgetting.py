"""Forgetting, on real practice with wall-clock times; skipped where the data is not."""

import dataclasses
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from milepost.measurement import Log, Parameters, calibrate, fold, log_loss

pytestmark = pytest.mark.pure


def cloze(folder: Path) -> pl.DataFrame:
    """Return the answered rows (not those for study alone), in order, with days as numbers."""
    file = folder / "responses/cloze_spacing/responses.csv"
    if not file.is_file():
        pytest.skip(f"{file.name} is not in {file.parent}")
    return (
        pl.read_csv(file)
        .filter(pl.col("outcome") != "STUDY")
        .with_columns(
            day=pl.col("time").str.to_datetime().dt.epoch("s") / 86_400,
            score=(pl.col("outcome") == "CORRECT").cast(pl.Float64),
            away=pl.lit(0.0),
        )
        .sort("user_id", "day", maintain_order=True)
        .with_columns(away=pl.col("day").diff().over("user_id", "skill_id"))
    )


def log_of(frame: pl.DataFrame) -> Log:
    """Return the frame as a log; its rows keep their order."""
    return Log.of(
        frame["user_id"].cast(pl.String).to_list(),
        frame["item_id"].cast(pl.String).to_list(),
        [(str(skill),) for skill in frame["skill_id"]],
        frame["score"].to_numpy(),
        days=frame["day"].to_numpy(),
    )


def loss_after_days_away(frame: pl.DataFrame, parameters: Parameters) -> float:
    """Return the held-out loss a row answered half a day or more after the last in its skill."""
    held_out = pl.col("user_id") % 2 == 1
    calibration, _ = calibrate(log_of(frame.filter(~held_out)), parameters)
    test = frame.filter(held_out)
    _, trace = fold(log_of(test), calibration)
    away = test["away"].fill_null(0.0).to_numpy() >= 0.5
    assert np.count_nonzero(away) > 1_000
    return log_loss(test["score"].to_numpy()[away], trace.chance[away])


def test_forgetting_predicts_better_after_days_away(real_data: Path) -> None:
    frame = cloze(real_data)
    with_it = loss_after_days_away(frame, Parameters())
    without = dataclasses.replace(Parameters(), forgetting_rate=0.0, fading=0.0)
    assert with_it < loss_after_days_away(frame, without) - 0.01
    # Each of its two parts earns its place.
    for part in ("forgetting_rate", "fading"):
        assert with_it < loss_after_days_away(frame, Parameters(**{part: 0.0}))
