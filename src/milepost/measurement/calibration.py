"""How hard items and competencies are: learned online in one run, then frozen."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from milepost.measurement.log import Log
from milepost.measurement.parameters import Parameters
from milepost.measurement.scales import Reading, Rubric, Scale, learn_scales, scale_table
from milepost.measurement.tables import Outcome, Relations, new_competencies, new_items, run_filter

VERSION = 2

SCALES: Mapping[str, Scale] = {
    "rubric": Rubric((-2.0, 0.0, 2.0)),
    "judgement": Reading(0.0, 1.0, 1.0),
}
"""What a district without history starts from: our own starting values, to be replaced by
`calibrate`. A rubric of four levels, and a judgement in logits as noisy as learners differ."""


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
    relatives: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Competency to the prerequisites and siblings that lend it information, each with the
    correlation (from 0, below 1) of how two levels stray from the overall ability."""
    scales: Mapping[str, Scale] = field(default_factory=lambda: dict(SCALES))
    """How each source (a rubric, a judge, an outside test) reads a level."""

    def __post_init__(self) -> None:
        for name in ("items", "competencies"):
            for label, (mean, variance) in getattr(self, name).items():
                if not (math.isfinite(mean) and 0.0 <= variance < math.inf):
                    raise ValueError(f"{name}[{label!r}] is {mean}, {variance}: no belief")
        for label, row in self.relatives.items():
            for relative, weight in row.items():
                if not 0.0 <= weight < 1.0 or relative == label:
                    raise ValueError(
                        f"relatives[{label!r}][{relative!r}] is {weight}: name another competency "
                        "and a correlation from 0 and below 1"
                    )

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
            "relatives": self.relatives,
            "scales": _plain(self.scales),
        }
        return json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> "Calibration":
        """Read what `to_json` wrote. Raises ValueError for anything else."""
        try:
            content = json.loads(text)
            if content["version"] not in (1, VERSION):
                raise ValueError(f"version {content['version']} is not {VERSION}")
            if content["version"] == 1:  # knew neither relatives nor scales
                content |= {"relatives": {}, "scales": _plain(SCALES)}
            return cls(
                parameters=Parameters(**content["parameters"]),
                items=_difficulties(content["items"]),
                competencies=_difficulties(content["competencies"]),
                relatives=content["relatives"],
                scales={
                    label: Rubric(**scale) if "thresholds" in scale else Reading(**scale)
                    for label, scale in content["scales"].items()
                },
            )
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise ValueError(f"text is not a calibration of this version: {error}") from error

    @property
    def digest(self) -> str:
        """SHA-256 of the JSON, in hexadecimal: the name of exactly this artefact."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()


def calibrate(
    log: Log,
    parameters: Parameters | None = None,
    *,
    scales: Mapping[str, Scale] | None = None,
) -> tuple[Calibration, NDArray[np.float64]]:
    """Learn difficulties from a log in one pass, and predict each row before it is seen.

    Starts from nothing and runs the filter over learner after learner while items and
    competencies are beliefs too: an item leans on its competencies as a learner's levels lean on
    the ability, and both sides of an answer move by it. Returns the calibration and the predicted
    chances, one a row: no chance knows its own row or a later one. Difficulties of what was seldom
    seen stay near their kind's. Learners come in the order of `log.learners`, and another order
    gives slightly other difficulties.

    A log with sources is run twice: first its responses alone, beside which the scales of the
    sources are learned; then all. `scales` names the rubrics (where to start from, and that they
    are such); a source that it does not name is learned as Gaussian readings by maximum likelihood.
    """
    parameters = parameters or Parameters()
    given = SCALES if scales is None else scales
    if log.sources:
        alone = _learn(log, parameters, scale_table(log, {}, lenient=True))[2]
        scale_table(log, given, lenient=True)  # refuses a score that is no level
        given = learn_scales(log, given, alone.logit, alone.spread)
    items, competencies, out = _learn(log, parameters, scale_table(log, given))
    return _frozen(log, parameters, items, competencies, given), out.chance


def _learn(
    log: Log, parameters: Parameters, scales: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], Outcome]:
    """Run over the log once from nothing; return items, competencies and what the run tells."""
    items = new_items(len(log.items), parameters)
    competencies = new_competencies(len(log.competencies), parameters)
    none = np.zeros(len(log.competencies) + 1, np.int64)
    relations = Relations(none, np.empty(0, np.int64), np.empty(0), scales)
    _, out = run_filter(log, parameters, items, competencies, relations, learn=True)
    return items, competencies, out


def _frozen(
    log: Log,
    parameters: Parameters,
    items: NDArray[np.float64],
    competencies: NDArray[np.float64],
    scales: Mapping[str, Scale],
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
        scales=dict(scales),
    )


def _plain(scales: Mapping[str, Scale]) -> dict[str, dict[str, object]]:
    return {label: asdict(scale) for label, scale in scales.items()}


def _difficulties(pairs: Mapping[str, list[float]]) -> dict[str, Difficulty]:
    return {label: Difficulty(*map(float, pair)) for label, pair in pairs.items()}
