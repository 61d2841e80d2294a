"""When a district calls a learner proficient: the rule as data, and the one status function."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from milepost.measurement import certainty_above

NONE, WORKING, PROFICIENT, REFRESH = "none", "working", "proficient", "refresh"
STATUSES = (NONE, WORKING, PROFICIENT, REFRESH)
"""Codes of the statuses. A district's words for them stand in `StatusWord`."""

SHOWN = frozenset({PROFICIENT, REFRESH})
"""Statuses that count as proficient: what was once proven is due for a refresher, not undone."""

KINDS = ("practice", "quiz", "task", "judgement", "portfolio", "outside")


@dataclass(frozen=True)
class Need:
    """At least so many pieces of evidence of these kinds, each with at least this score."""

    pieces: int
    kinds: tuple[str, ...] = KINDS
    lowest_score: float = 0.0

    def __post_init__(self) -> None:
        if self.pieces < 1:
            raise ValueError("A need asks for at least one piece of evidence.")
        if not self.kinds or set(self.kinds) - set(KINDS):
            raise ValueError(f"Kinds of evidence are {', '.join(KINDS)}.")
        if not 0 <= self.lowest_score <= 1:
            raise ValueError("The lowest score is between 0 and 1.")


@dataclass(frozen=True)
class Rule:
    """A district's definition of proficient.

    `chance`: the chance of success on a typical item of the competency that proficient means.
    `certainty`: how sure the evidence must make it that the learner's level is above that.
    `keep`: below this certainty a proficiency that was shown is due for a refresher.
    """

    chance: float = 0.7
    certainty: float = 0.8
    keep: float = 0.65
    needs: tuple[Need, ...] = (Need(3),)

    def __post_init__(self) -> None:
        for name in ("chance", "certainty", "keep"):
            if not 0 < getattr(self, name) < 1:
                raise ValueError(f"The {name} is between 0 and 1, not {getattr(self, name)}.")
        if not self.needs:
            raise ValueError("A rule asks for at least one piece of evidence.")
        if self.keep > self.certainty:
            raise ValueError("Keeping cannot ask for more certainty than reaching.")

    @property
    def level(self) -> float:
        """The level, in logits, at which a typical item is answered right with `chance`."""
        return math.log(self.chance / (1 - self.chance))

    def to_data(self) -> dict[str, Any]:
        """Return the rule as plain data for JSON."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Rule":
        """Read what `to_data` wrote. Raises ValueError when a value is out of range."""
        needs = tuple(
            Need(n["pieces"], tuple(n["kinds"]), n["lowest_score"]) for n in data["needs"]
        )
        return cls(data["chance"], data["certainty"], data["keep"], needs)


@dataclass(frozen=True)
class NotYet:
    """The nearest reason why a learner is not proficient yet.

    Either pieces of evidence are missing for `need` (`have` of `want`), or, when `need` is None,
    the certainty `have` is below the rule's `want`.
    """

    need: Need | None
    have: float
    want: float


def decide(
    rule: Rule,
    *,
    pieces: NDArray[np.int64],
    needs: NDArray[np.int64],
    certainty: NDArray[np.float64],
    certainty_then: NDArray[np.float64],
    met: NDArray[np.bool_],
) -> NDArray[np.str_]:
    """Return the status of each of n states: the one place where it is decided.

    `pieces`: evidence that counts, shape (n,). `needs`: pieces for each need, (n, needs).
    `certainty`: that the level is above the rule's today; `certainty_then`: just after the last
    evidence. `met`: the rule was met at some time. Once met, a status falls back to working only
    through evidence, never through time alone.
    """
    enough = (needs >= [need.pieces for need in rule.needs]).all(axis=1)
    reached = enough & (certainty >= rule.certainty)
    kept = met & (certainty_then >= rule.keep)
    return np.select(
        [pieces == 0, reached, kept & (certainty >= rule.keep), kept],
        [NONE, PROFICIENT, PROFICIENT, REFRESH],
        WORKING,
    )


def certainties(rule: Rule, mean: NDArray[np.float64], variance: NDArray[np.float64]) -> Any:
    """Return how sure it is that each level is above the rule's, from 0 to 1."""
    return certainty_above(mean, variance, rule.level)


def not_yet(rule: Rule, needs: Sequence[int], certainty: float) -> NotYet | None:
    """Return the unmet condition that is closest to being met; None when all are met."""
    missing = [
        NotYet(need, have, need.pieces)
        for need, have in zip(rule.needs, needs, strict=True)
        if have < need.pieces
    ]
    if certainty < rule.certainty:
        missing.append(NotYet(None, certainty, rule.certainty))
    return max(missing, key=lambda m: m.have / m.want, default=None)
