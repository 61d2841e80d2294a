"""How well and how fast the ability filter predicts real responses.

Prequential: one pass over everything from nothing, each row predicted before it is seen. Held
out: calibrated on the training learners, folded with that frozen calibration over learners whom
it never saw. Real input is found through MILEPOST_DATA; without it nothing is printed but why.
`small` times three runs, `full` fifteen.
"""

import dataclasses
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from milepost.measurement import Log, Parameters, auc, calibrate, fold, log_loss

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))

from _report import figure, size  # noqa: E402

DAYS_AWAY = 0.5
"""A night or more: what is forgotten within a sitting is another matter."""


def data_folder() -> Path:
    """Return the folder of real response logs, or end the run saying that it is not there."""
    folder = Path(os.environ.get("MILEPOST_DATA", ROOT.parent / "shared" / "data")) / "responses"
    if not folder.is_dir():
        print(f"skipped: no real input in {folder} (set MILEPOST_DATA)", file=sys.stderr)
        raise SystemExit(0)
    return folder


def responses(name: str, *parts: str) -> pl.DataFrame:
    """Read parts ("train", "test") of a log without times: its order is its time."""
    files = [data_folder() / name / f"preprocessed_data_{part}.csv" for part in parts]
    frames = [pl.read_csv(file, separator="\t") for file in files]
    return pl.concat(frames).select(
        "user_id", "item_id", "skill_id", score=pl.col("correct").cast(pl.Float64), day=pl.lit(0.0)
    )


def cloze() -> pl.DataFrame:
    """Read the cloze practice with wall-clock times, answers only; `away`: days since the last."""
    return (
        pl.read_csv(data_folder() / "cloze_spacing" / "responses.csv")
        .filter(pl.col("outcome") != "STUDY")
        .select(
            "user_id",
            "item_id",
            "skill_id",
            score=(pl.col("outcome") == "CORRECT").cast(pl.Float64),
            day=pl.col("time").str.to_datetime().dt.epoch("s") / 86_400,
        )
        .sort("user_id", "day", maintain_order=True)
        .with_columns(away=pl.col("day").diff().over("user_id", "skill_id").fill_null(0.0))
    )


def log_of(frame: pl.DataFrame) -> Log:
    """Return a frame as a log; the rows of each learner are together already."""
    labels = {name: frame[name].cast(pl.String).to_list() for name in ("user_id", "item_id")}
    skills = [(label,) for label in frame["skill_id"].cast(pl.String)]
    scores, days = frame["score"].to_numpy(), frame["day"].to_numpy()
    return Log.of(labels["user_id"], labels["item_id"], skills, scores, days=days)


def held_out(train: Log, test: Log, parameters: Parameters | None = None) -> np.ndarray:
    """Return the chances predicted for learners whom the calibration never saw."""
    calibration, _ = calibrate(train, parameters)
    return fold(test, calibration)[1].chance


def speed(work: Callable[[], object], rows: int, runs: int) -> float:
    """Return rows a second, the median of the runs; compiled before."""
    work()
    seconds = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return rows / statistics.median(seconds)


def report_held_out(name: str, log: str, peer_value: float) -> None:
    """Print the area on the held-out learners of a log, beside that of BestLR on the same rows."""
    train, test = log_of(responses(log, "train")), log_of(responses(log, "test"))
    value = auc(test.score, held_out(train, test))
    figure(
        name,
        value,
        "AUC",
        n=len(test),
        peer="BestLR (scikit-learn)",
        peer_value=peer_value,
        peer_source="recorded",
    )


def report_forgetting() -> None:
    """Print the loss after days away, beside that of the same filter when it never forgets."""
    frame = cloze()
    odd = pl.col("user_id") % 2 == 1
    train, test = log_of(frame.filter(~odd)), log_of(frame.filter(odd))
    away = frame.filter(odd)["away"].to_numpy() >= DAYS_AWAY
    never = dataclasses.replace(Parameters(), forgetting_rate=0.0, fading=0.0)
    losses = [
        log_loss(test.score[away], held_out(train, test, parameters)[away])
        for parameters in (Parameters(), never)
    ]
    figure(
        "log_loss_after_days_away",
        losses[0],
        "nats a response",
        n=int(np.count_nonzero(away)),
        peer="the same filter without forgetting",
        peer_value=losses[1],
        peer_source="run",
    )


def main() -> None:
    """Print the figures."""
    runs = 3 if size(__doc__) == "small" else 15
    everything = log_of(responses("assist2009_gervet", "train", "test"))
    calibration, chances = calibrate(everything)
    n = len(everything)
    figure("prequential_auc", auc(everything.score, chances), "AUC", n=n)
    report_held_out("heldout_auc", "assist2009_gervet", 0.768)
    report_held_out("heldout_auc_statics_gervet", "statics_gervet", 0.826)
    report_forgetting()
    fold_speed = speed(lambda: fold(everything, calibration), n, runs)
    calibrate_speed = speed(lambda: calibrate(everything), n, runs)
    figure("fold_speed", fold_speed, "responses/s", n=n)
    figure("calibrate_speed", calibrate_speed, "responses/s", n=n)


if __name__ == "__main__":
    main()
