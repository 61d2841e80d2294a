"""Logs for the tests of measurement: any small log, and learners whose truth is known."""

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from milepost.measurement import Calibration, Difficulty, Log, Parameters

COMPETENCIES = ("add", "carry", "compare", "divide")

CALIBRATION = Calibration(
    items={"i0": Difficulty(-1.0, 0.1), "i1": Difficulty(0.5, 0.2), "i2": Difficulty(2.0, 0.0)},
    competencies={"add": Difficulty(-1.0, 0.05), "carry": Difficulty(0.5, 0.3)},
    relatives={"carry": {"add": 0.8, "compare": 0.5}, "add": {"divide": 0.6}},
)
"""Knows three items and two competencies of those that `rows` draws."""


@dataclass(frozen=True)
class Row:
    """One response, as `log_of` takes it."""

    learner: str
    item: str | None
    competencies: tuple[str, ...]
    score: float
    weight: float
    hints: int
    day: float


rows = st.lists(
    st.builds(
        Row,
        learner=st.sampled_from(["ana", "ben", "cy"]),
        item=st.sampled_from([None, "i0", "i1", "i2", "i3"]),
        competencies=st.lists(st.sampled_from(COMPETENCIES), min_size=1, unique=True).map(tuple),
        score=st.floats(0, 1),
        weight=st.sampled_from([0.0, 0.5, 1.0, 4.0]),
        hints=st.integers(0, 3),
        day=st.floats(0, 400),
    ),
    max_size=40,
).map(lambda drawn: sorted(drawn, key=lambda row: row.day))


def log_of(drawn: list[Row]) -> Log:
    """Return the rows as a log."""
    return Log.of(
        [row.learner for row in drawn],
        [row.item for row in drawn],
        [row.competencies for row in drawn],
        [row.score for row in drawn],
        weights=[row.weight for row in drawn],
        hints=[row.hints for row in drawn],
        days=[row.day for row in drawn],
    )


def practice(scores: list[float], *, days: list[float] | None = None, hints: int = 0) -> Log:
    """Return a log of one learner practising one competency on items that nobody knows."""
    n = len(scores)
    return Log.of(["ana"] * n, [None] * n, [["add"]] * n, scores, hints=[hints] * n, days=days)


@dataclass(frozen=True)
class Truth:
    """Simulated learners: what they answered, and what they could truly do at the end."""

    log: Log
    calibration: Calibration
    ability: NDArray[np.float64]
    level: NDArray[np.float64]
    """Learner x competency, from the competency's difficulty."""


def simulate(
    rng: np.random.Generator,
    *,
    learners: int,
    competencies: int,
    responses: int,
    items: int = 400,
    parameters: Parameters | None = None,
) -> Truth:
    """Draw learners from the model itself, each with `responses` in every competency, shuffled.

    The calibration knows every item exactly, so that what is tested is the belief in learners.
    """
    p = parameters or Parameters(ability_drift=0.0)
    difficulty = rng.normal(p.difficulty_mean, 1.0, competencies)
    offset = rng.normal(0.0, np.sqrt(p.item_variance), items)
    competency_of = np.arange(items) % competencies
    ability = rng.normal(0.0, np.sqrt(p.ability_variance), learners)
    level = ability[:, None] + rng.normal(
        0.0, np.sqrt(p.competency_variance), (learners, competencies)
    )
    item = rng.permuted(np.tile(np.arange(competencies * responses) % items, (learners, 1)), axis=1)
    seen = np.zeros(competencies, int)
    score = np.empty(item.shape)
    for i in range(learners):
        seen[:] = 0
        for r, j in enumerate(item[i]):
            k = competency_of[j]
            if seen[k]:
                level[i, k] += p.gain / seen[k] ** p.gain_power
                level[i, k] += rng.normal(0.0, np.sqrt(p.competency_drift))
            logit = level[i, k] - difficulty[k] - offset[j]
            score[i, r] = rng.random() < 1.0 / (1.0 + np.exp(-logit))
            seen[k] += 1
    names = [f"c{k}" for k in range(competencies)]
    return Truth(
        log=Log.of(
            [f"l{i}" for i in range(learners) for _ in range(item.shape[1])],
            [f"i{j}" for j in item.ravel()],
            [(names[competency_of[j]],) for j in item.ravel()],
            score.ravel(),
        ),
        calibration=Calibration(
            parameters=p,
            items={
                f"i{j}": Difficulty(float(difficulty[competency_of[j]] + offset[j]), 0.0)
                for j in range(items)
            },
            competencies={
                name: Difficulty(float(difficulty[k]), 0.0) for k, name in enumerate(names)
            },
        ),
        ability=ability,
        level=level - difficulty,
    )
