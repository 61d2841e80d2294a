"""How fast and how well knowledge tracing fits, beside hmm-scalable.

The peer is hmm-scalable (C++, github.com/myudelson/hmm-scalable), built outside this repository;
HMM_SCALABLE names its program `trainhmm`. Without it, its figures are the recorded ones. It runs
one thread, Baum-Welch at its own defaults (which stop early, in its favour), and is charged for its
fit alone, as it reports it; we are charged for the whole call from plain columns, on one thread if
NUMBA_NUM_THREADS, OMP_NUM_THREADS and OPENBLAS_NUM_THREADS are 1. Times are the processor's. Both
fit by maximum likelihood. Real input is found through MILEPOST_DATA; without it only simulated
learners are fitted. They have the parameters and the lengths of practice of real ones, where those
are here. The areas take longer than the timings.
`small` simulates one million responses and times five runs, `full` 4.9 million and eleven.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from milepost.measurement import auc, log_loss
from milepost.measurement.tracing import KnowledgeTracing, fit_bkt, fit_elo, fit_history

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))

from _report import figure, size  # noqa: E402

PEER = "hmm-scalable (C++, one thread)"
RECORDED = {"real": 270_000.0, "simulated": 115_000.0}
BESTLR = {"assist2009_gervet": 0.768, "statics_gervet": 0.826}
"""Area on the same split by scikit-learn's logistic regression, as recorded."""


class Rows(NamedTuple):
    """Columns of a log, in the order answered."""

    learner: np.ndarray
    competency: np.ndarray
    correct: np.ndarray
    item: np.ndarray


def data_folder() -> Path | None:
    """Return the folder of real response logs, or None, saying so, where it is not."""
    folder = Path(os.environ.get("MILEPOST_DATA", ROOT.parent / "shared" / "data")) / "responses"
    if folder.is_dir():
        return folder
    print(f"skipped: no real input in {folder} (set MILEPOST_DATA)", file=sys.stderr)
    return None


def responses(folder: Path, name: str, part: str) -> Rows:
    """Read one part ("train", "test") of a log."""
    frame = pl.read_csv(folder / name / f"preprocessed_data_{part}.csv", separator="\t")
    names = ("user_id", "skill_id", "correct", "item_id")
    return Rows(*(frame[column].to_numpy().astype(np.int64) for column in names))


def simulated(count: int, model: KnowledgeTracing, lengths: np.ndarray) -> Rows:
    """Return about `count` responses of learners with a model's parameters."""
    rng = np.random.default_rng(4)
    chains = round(count / lengths.mean())
    length = rng.choice(lengths, chains)
    skill = rng.integers(0, 110, chains)
    prior, learn, _, guess, slip = model.parameters[skill % len(model.parameters)].T
    known, columns = rng.random(chains) < prior, []
    for step in range(length.max()):
        on = np.flatnonzero(length > step)
        right = rng.random(len(on)) < np.where(known[on], 1 - slip[on], guess[on])
        columns.append(np.column_stack((on, skill[on], right)))
        known[on] |= rng.random(len(on)) < learn[on]
    log = np.concatenate(columns)
    return Rows(*log[np.argsort(log[:, 0], kind="stable")].T.copy(), item=log[:, 1])


def our_seconds(rows: Rows) -> float:
    """Return the processor's seconds of one fit to convergence; the peer reports the same."""
    started = time.process_time()
    fit_bkt(*rows[:3], pull=0.0)
    return time.process_time() - started


def write_for_peer(rows: Rows, path: Path) -> None:
    """Write a log as the peer reads it: 1 right or 2 wrong, learner, step, competency."""
    frame = pl.DataFrame({"y": 2 - rows.correct, "u": rows.learner, "i": rows.item})
    frame = frame.with_columns(k=pl.Series(rows.competency))
    frame.write_csv(path, separator="\t", include_header=False)


def peer_seconds(program: str, log: Path, model: Path) -> float:
    """Run the peer; return the seconds that it says its fit took."""
    done = subprocess.run(
        [program, "-s", "1.1", "-m", "1", str(log), str(model)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return float(done.stdout.rsplit("fit ", 1)[1].split(",")[0])


def peer_model(path: Path) -> KnowledgeTracing:
    """Read the peer's parameters into a model of ours: the same formulae then predict."""
    table: dict[int, list[float]] = {}
    name = None
    for line in path.read_text().splitlines():
        head, *rest = line.strip().split("\t")
        if head.isdigit():
            name = int(rest[0])
        elif name is not None and head == "PI":
            table[name] = [float(rest[0])]
        elif name is not None and head == "A":
            table[name] += [float(rest[2]), 0.0]
        elif name is not None and head == "B":
            table[name] += [float(rest[2]), float(rest[1])]
    names = np.array(sorted(table))
    parameters = np.clip([table[k] for k in names], 1e-6, 1 - 1e-6)
    none = np.zeros(0)
    return KnowledgeTracing(
        names, parameters, parameters.mean(axis=0), none, none > 0, none.astype(int),
        none.astype(int), none, np.zeros((0, 2)),
    )  # fmt: skip


def report_speed(name: str, kind: str, rows: Rows, runs: int, program: str | None) -> Path | None:
    """Print the responses a second of both, run by run in turn; return the peer's model."""
    n = len(rows.learner)
    peer_runs = runs if kind == "real" else 3 if n < 2_000_000 else 1  # it takes half a minute
    ours, theirs = [], []
    model = None
    with tempfile.TemporaryDirectory() as scratch:
        log = Path(scratch) / "log.txt"
        if program:
            model = Path(tempfile.mkstemp(suffix=".txt")[1])
            write_for_peer(rows, log)
        our_seconds(rows)
        for run in range(runs):
            ours.append(our_seconds(rows))
            if program and model and run < peer_runs:
                theirs.append(peer_seconds(program, log, model))
    peer = n / statistics.median(theirs) if theirs else RECORDED[kind]
    figure(
        name, n / statistics.median(ours), "responses/s", n=n,
        peer=PEER, peer_value=peer, peer_source="run" if theirs else "recorded",
    )  # fmt: skip
    return model


def report_held_out(name: str, train: Rows, test: Rows, peer: KnowledgeTracing | None) -> None:
    """Print the log-likelihood of held-out learners under both fits by maximum likelihood."""
    models = [fit_bkt(*train[:3], pull=0.0), *([peer] if peer else [])]
    values = [-log_loss(test.correct, model.predict(*test[:3])[0]) for model in models]
    figure(
        f"bkt_heldout_log_likelihood_{name}", values[0], "nats a response", n=len(test.correct),
        peer=PEER if peer else None, peer_value=values[1] if peer else None,
        peer_source="run" if peer else None,
    )  # fmt: skip


def report_areas(name: str, train: Rows, test: Rows) -> None:
    """Print the area of each model on held-out learners."""
    columns, tests = train[:3], test[:3]
    chances = {
        "bkt": fit_bkt(*columns).predict(*tests)[0],
        "bkt_forgetting": fit_bkt(*columns, forgetting=True).predict(*tests)[0],
        "bkt_items": fit_bkt(*columns, item=train.item).predict(*tests, item=test.item)[0],
        "elo": fit_elo(*columns, item=train.item).predict(*tests, item=test.item),
    }
    for model in ("afm", "pfa", "bestlr"):
        fitted = fit_history(model, *columns, item=train.item)
        chances[model] = fitted.predict(*tests, item=test.item)
    for model, chance in chances.items():
        figure(
            f"auc_{model}_{name}", auc(test.correct, chance), "AUC", n=len(chance),
            peer="BestLR (scikit-learn)" if model == "bestlr" else None,
            peer_value=BESTLR[name] if model == "bestlr" else None,
            peer_source="recorded" if model == "bestlr" else None,
        )  # fmt: skip


def main() -> None:
    """Print the figures."""
    full = size(__doc__) == "full"
    program, runs = os.environ.get("HMM_SCALABLE"), 11 if full else 5
    folder = data_folder()
    lengths = np.arange(1, 21)
    model = fit_bkt([0], [0], [1])
    if folder:
        for name in BESTLR:
            train, test = responses(folder, name, "train"), responses(folder, name, "test")
            file = report_speed(f"bkt_fit_vs_hmm_scalable_{name}", "real", train, runs, program)
            report_held_out(name, train, test, peer_model(file) if file else None)
            report_areas(name, train, test)
            if name == "assist2009_gervet":
                model = fit_bkt(*train[:3])
                pair = train.learner * 1_000 + train.competency
                lengths = np.unique(pair, return_counts=True)[1]
    rows = simulated(4_900_000 if full else 1_000_000, model, lengths)
    report_speed("bkt_fit_vs_hmm_scalable", "simulated", rows, runs, program)


if __name__ == "__main__":
    main()
