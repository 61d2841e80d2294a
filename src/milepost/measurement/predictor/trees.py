"""Gradient-boosted trees on top of the logistic stage, by LightGBM (Ke et al., NIPS 2017)."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from milepost.measurement.predictor.tables import Floats

ROUNDS = 250
SETTINGS: dict[str, Any] = {
    "objective": "cross_entropy",
    "learning_rate": 0.06,
    "num_leaves": 31,
    "min_data_in_leaf": 200,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 10.0,
    "max_bin": 127,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
}
"""One recipe for every log, chosen by cross-validation over training learners."""
FEWEST = 2 * int(SETTINGS["min_data_in_leaf"])
"""Rows below which no tree can split."""


def _lightgbm() -> Any:
    try:
        import lightgbm
    except (ImportError, OSError) as error:
        raise ImportError(
            "trees need LightGBM: install milepost[predictor] and the system library libgomp1, "
            f"or fit with trees=0 ({error})"
        ) from error
    return lightgbm


def grow(
    columns: Floats, scores: Floats, weights: Floats, start: Floats, *, seed: int, count: int
) -> tuple[str, ...]:
    """Return `count` models as LightGBM's text, each from its own seed, that add to `start`.

    `columns` are rows x columns, `scores` from 0 to 1, `start` the logits to begin with. One
    thread and fixed seeds: the same rows give the same text. Raises ImportError, saying what to
    install, where LightGBM is not there.
    """
    lightgbm = _lightgbm()
    data = lightgbm.Dataset(
        columns,
        scores,
        weight=weights,
        init_score=start,
        params={"max_bin": SETTINGS["max_bin"], "verbose": -1},
        free_raw_data=False,
    )
    models = (lightgbm.train(SETTINGS | {"seed": seed + one}, data, ROUNDS) for one in range(count))
    return tuple(model.model_to_string() for model in models)


def rise(models: Sequence[str], columns: Floats) -> Floats:
    """Return what the trees add to the logit of each row: the mean over models."""
    total = np.zeros(len(columns))
    if len(columns):
        for text in models:
            total += np.asarray(_read(text).predict(columns, raw_score=True, num_threads=1))
    return total / max(len(models), 1)


@lru_cache(maxsize=16)
def _read(text: str) -> Any:
    return _lightgbm().Booster(model_str=text)
