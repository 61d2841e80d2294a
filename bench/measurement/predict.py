"""How well the predictor foresees answers of learners it has not seen, and what each stage adds.

Real logs in the directory that MILEPOST_DATA names (default `../shared/data` beside the project;
what is absent is skipped, and says so), each split by learner as it ships: training learners fit
the predictor by one recipe for all, held-out learners are predicted row by row. `auc_<data>` is the
mean over the shipped folds (`small`: the first fold and one boosted model only),
`_low` and `_high` the mean ends of a 95 % bootstrap interval over learners,
`_belief` and `_logistic` the stages before the trees.
`auc_assist2009_akt_folds` is over the rows as published, where an item of several skills is as many
rows with one answer; `auc_assist2009_akt_one_row` makes each such run one row. Peers are recorded
from publications: AKT (Ghosh, Heffernan & Lan, KDD 2020); BestLR and DKT (Gervet et al., JEDM
2020).
"""

import os
import sys
import time
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))

from _report import figure, size  # noqa: E402

from milepost.measurement import Log  # noqa: E402
from milepost.measurement.predictor import Report, fit  # noqa: E402

DATA = Path(os.environ.get("MILEPOST_DATA", ROOT.parent / "shared" / "data")) / "responses"
SEED = 1
FOLDS = 5
TREES = {"small": 1, "full": 3}
"""Boosted models averaged."""
PEERS: dict[str, tuple[str, float]] = {
    "assist2009_akt_folds": ("AKT", 0.8346),
    "assist2009_gervet": ("BestLR", 0.77),
    "statics_gervet": ("DKT", 0.83),
}
MEASURES = ("accuracy", "log_loss", "rmse", "calibration_error")


def splits(name: str, size: str) -> Iterator[tuple[Log, Log]]:
    """Return the (training, held-out) logs of a data set, fold by fold."""
    if name.endswith("_gervet"):
        train, test = (DATA / name / f"preprocessed_data_{part}.csv" for part in ("train", "test"))
        yield _table(train), _table(test)
        return
    merge = name == "assist2009_akt_one_row"
    folder = DATA / "assist2009_akt_folds"
    for fold in range(1, (FOLDS if size == "full" else 1) + 1):
        train, test = (folder / f"assist2009_pid_{part}{fold}.csv" for part in ("train", "test"))
        yield _blocks(train, merge=merge), _blocks(test, merge=merge)


def _table(path: Path) -> Log:
    """Read lines of learner, item, timestamp, correct and skill, in the order of the file."""
    lines = [line.split("\t") for line in path.read_text().splitlines()[1:]]
    learners, items, _, correct, skills = zip(*lines, strict=True)
    return Log.of(learners, items, [(skill,) for skill in skills], np.array(correct, float))


def _blocks(path: Path, *, merge: bool) -> Log:
    """Read blocks of four lines: learner and count, items, skills, correct.

    With `merge`, rows of one item in sequence that show other skills and the same answer are one.
    """
    rows: list[tuple[str, str, tuple[str, ...], float]] = []
    lines = path.read_text().splitlines()
    for at in range(0, len(lines) - 3, 4):
        columns = (line.rstrip(",").split(",") for line in lines[at + 1 : at + 4])
        answers = list(zip(*columns, strict=True))
        if merge:
            rows += [(lines[at], *one) for one in _merged(answers)]
        else:
            rows += [(lines[at], item, (skill,), float(came)) for item, skill, came in answers]
    return Log.of(*zip(*rows, strict=True))


def _merged(answers: list[tuple[str, str, str]]) -> Iterator[tuple[str, tuple[str, ...], float]]:
    for (item, came), run in groupby(answers, key=lambda answer: (answer[0], answer[2])):
        skills: list[str] = []
        for _, skill, _ in run:
            if skill in skills:  # The same item again, not another skill of one answer.
                yield item, tuple(skills), float(came)
                skills = []
            skills.append(skill)
        yield item, tuple(skills), float(came)


def measure(name: str, size: str) -> None:
    """Print the figures of one data set."""
    reports: list[Report] = []
    seconds = responses = 0.0
    for train, test in splits(name, size):
        predictor = fit(train, seed=SEED, trees=TREES[size])
        predictor.chances(test)  # Numba compiles on first use.
        began = time.perf_counter()
        predictor.chances(test)
        seconds += time.perf_counter() - began
        responses += len(test)
        reports.append(predictor.report(test, seed=SEED))
    n = sum(report.n for report in reports)

    def mean(values: list[float]) -> float:
        return float(np.mean(values))

    peer, peer_value = PEERS.get(name, (None, None))
    source = "recorded" if peer else None
    auc = mean([report.auc for report in reports])
    figure(f"auc_{name}", auc, "AUC", n=n, peer=peer, peer_value=peer_value, peer_source=source)
    for end, at in (("low", 0), ("high", 1)):
        figure(f"auc_{name}_{end}", mean([one.auc_interval[at] for one in reports]), "AUC", n=n)
    for stage in ("belief", "logistic"):
        figure(f"auc_{name}_{stage}", mean([one.stage_auc[stage] for one in reports]), "AUC", n=n)
    for measure in MEASURES:
        unit = {"log_loss": "nats/row", "accuracy": "share"}.get(measure, "chance")
        figure(f"auc_{name}_{measure}", mean([getattr(one, measure) for one in reports]), unit, n=n)
    figure(f"predict_responses_per_s_{name}", responses / seconds, "responses/s", n=int(responses))


if __name__ == "__main__":
    chosen = size(__doc__)
    for data in (*PEERS, "assist2009_akt_one_row"):
        folder = "assist2009_akt_folds" if "akt" in data else data
        if (DATA / folder).is_dir():
            measure(data, chosen)
        else:
            print(f"{data} skipped: {DATA / folder} is not there", file=sys.stderr)
