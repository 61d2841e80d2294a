"""How hard items and competencies are: learned online in one run, then frozen."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from milepost.measurement.log import Log
from milepost.measurement.parameters import Parameters
from milepost.measurement.tables import new_competencies, new_items, run_filter

VERSION = 1


class Difficulty(NamedTuple):
    """Belief about a difficulty in logits; shrunk towards its kind where little was seen."""

    mean: float
    variance: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """A frozen artefact: parameters and difficulties by label. Never changed by one answer.

    Raises ValueError, naming the label, for a mean that is no number or a variance below 0.
    `Calibration.default()` is what a district without history starts from: it knows no item and
    no competency, and takes each as typical.
    """

    parameters: Parameters = field(default_factory=Parameters)
    items: Mapping[str, Difficulty] = field(default_factory=dict)
    competencies: Mapping[str, Difficulty] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("items", "competencies"):
            for label, (mean, variance) in getattr(self, name).items():
                if not (math.isfinite(mean) and 0.0 <= variance < math.inf):
                    raise ValueError(f"{name}[{label!r}] is {mean}, {variance}: no belief")

    @classmethod
    def default(cls) -> "Calibration":
        """Return the calibration that ships: the default parameters and no difficulties."""
        return cls()

    def competency(self, label: str) -> Difficulty:
        """Return the difficulty of a competency; of a typical one when it is not known."""
        typical = self.parameters.difficulty_mean, self.parameters.difficulty_variance
        return self.competencies.get(label, Difficulty(*typical))

    def to_json(self) -> str:
        """Return the artefact as JSON: equal artefacts give equal text, and floats are exact."""
        content = {
            "version": VERSION,
            "parameters": self.parameters.as_dict(),
            "competencies": self.competencies,
            "items": self.items,
        }
        return json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> "Calibration":
        """Read what `to_json` wrote. Raises ValueError for anything else."""
        try:
            content = json.loads(text)
            if content["version"] != VERSION:
                raise ValueError(f"version {content['version']} is not {VERSION}")
            return cls(
                parameters=Parameters(**content["parameters"]),
                items=_difficulties(content["items"]),
                competencies=_difficulties(content["competencies"]),
            )
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise ValueError(f"text is not a calibration of this version: {error}") from error

    @property
    def digest(self) -> str:
        """SHA-256 of the JSON, in hexadecimal: the name of exactly this artefact."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()


def calibrate(
    log: Log, parameters: Parameters | None = None
) -> tuple[Calibration, NDArray[np.float64]]:
    """Learn difficulties from a log in one pass, and predict each row before it is seen.

    Starts from nothing and runs the filter over learner after learner while items and
    competencies are beliefs too: an item leans on its competencies as a learner's levels lean on
    the ability, and both sides of an answer move by it. Returns the calibration and the predicted
    chances, one a row: no chance knows its own row or a later one. Difficulties of what was seldom
    seen stay near their kind's. Learners come in the order of `log.learners`, and another order
    gives slightly other difficulties.
    """
    parameters = parameters or Parameters()
    items = new_items(len(log.items), parameters)
    competencies = new_competencies(len(log.competencies), parameters)
    _, out = run_filter(log, parameters, items, competencies, learn=True)
    return _frozen(log, parameters, items, competencies), out.chance


def _frozen(
    log: Log,
    parameters: Parameters,
    items: NDArray[np.float64],
    competencies: NDArray[np.float64],
) -> Calibration:
    """Put labels on what was learned; an item's belief is spelled out over its competencies'."""
    sizes = np.diff(log.competency_offsets)
    starts = log.competency_offsets[:-1]
    mean = np.add.reduceat(competencies[log.competency, 0], starts) / sizes
    variance = np.add.reduceat(competencies[log.competency, 1], starts) / sizes**2
    shown = {}
    for item, row in zip(*np.unique(log.item, return_index=True), strict=True):
        if item >= 0:
            a, b, v = items[item].tolist()
            shown[log.items[item]] = Difficulty(
                a + b * float(mean[row]), v + b * b * float(variance[row])
            )
    return Calibration(
        parameters=parameters,
        items=shown,
        competencies=_difficulties(dict(zip(log.competencies, competencies.tolist(), strict=True))),
    )


def _difficulties(pairs: Mapping[str, list[float]]) -> dict[str, Difficulty]:
    return {label: Difficulty(*map(float, pair)) for label, pair in pairs.items()}
