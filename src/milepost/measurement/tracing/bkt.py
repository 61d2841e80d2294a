"""Bayesian knowledge tracing (Corbett & Anderson 1995), fitted by accelerated EM."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .columns import Floats, Ints, chains, labels, numbered, outcomes, position
from .fitting import Fit, Forest, Guide, Settings, fit, plant, together

START = (0.4, 0.15, 0.05, 0.2, 0.1)
"""Where the fit of all competencies together starts; each competency starts where that ends."""
HIGHEST = 1.0 - 1e-6
"""No chance is 1, and guess + slip is no higher: a right answer never lowers mastery."""


@dataclass(frozen=True, eq=False)
class KnowledgeTracing:
    """A two-state chain a competency; columns of parameters: prior, learn, forget, guess, slip."""

    competencies: NDArray[Any]
    """Labels, ascending, one a row of `parameters`."""
    parameters: Floats
    typical: Floats
    """The five of one chain fitted to all competencies: what is supposed of one never seen."""
    log_likelihood: Floats
    """Nats, one a competency, at the parameters."""
    converged: NDArray[np.bool_]
    """Whether the last step of EM added less than `tolerance` nats a learner."""
    passes: Ints
    """How many times the answers were gone through."""
    item_competency: Ints
    """Row of `competencies`, one an item; with `items` ascending. Empty without items."""
    items: NDArray[Any]
    item_parameters: Floats
    """Guess and slip of each item within its competency."""

    def predict(
        self,
        learner: ArrayLike,
        competency: ArrayLike,
        correct: ArrayLike,
        *,
        item: ArrayLike | None = None,
    ) -> tuple[Floats, Floats]:
        """Return each row's chance of a right answer before it, and of mastery after it.

        Rows in the order answered; every chain starts anew. Competencies never seen are `typical`,
        items never seen have the guess and slip of their competency. Raises ValueError as `fit_bkt`
        does. Source: Corbett & Anderson 1995, equations 1 to 3.
        """
        from .kernels import follow

        who, what = labels("learner", learner), labels("competency", competency)
        what = labels("competency", what, len(who))
        right = outcomes(correct, len(who))
        person, people = numbered("learner", who)
        skill = position(what, self.competencies)
        local, names = numbered("competency", what)
        rows = chains(person, local, len(people), len(names))
        table = np.vstack((self.parameters, self.typical))  # -1, never seen, is the last
        kind = skill[rows.order]
        prior, learn, forget = table[kind[rows.starts[:-1]], :3].T.copy()
        emission = table[kind, 3:].copy()
        if item is not None and len(self.items):
            each = labels("item", item, len(who))[rows.order]
            at = _find_items(self, kind, each)
            emission[at >= 0] = self.item_parameters[at[at >= 0]]
        chance, mastery = np.empty(len(who)), np.empty(len(who))
        follow(
            right[rows.order], rows.starts, prior, learn, forget,
            emission[:, 0].copy(), emission[:, 1].copy(), chance, mastery,
        )  # fmt: skip
        back = np.empty_like(rows.order)
        back[rows.order] = np.arange(len(who))
        return chance[back], mastery[back]


def fit_bkt(
    learner: ArrayLike,
    competency: ArrayLike,
    correct: ArrayLike,
    *,
    item: ArrayLike | None = None,
    forgetting: bool = False,
    highest_guess: float = HIGHEST,
    highest_slip: float = HIGHEST,
    pull: float = 2.0,
    item_pull: float = 10.0,
    tolerance: float = 1e-5,
    limit: int = 2000,
) -> KnowledgeTracing:
    """Fit one chain a competency to rows in the order answered (arrays of one length).

    `item` gives each item its own guess and slip (KT-IDEM; Pardos & Heffernan 2011), drawn to its
    competency's by `item_pull` rows of each state that never were; `pull` draws competencies to
    what is typical likewise, which helps those with few answers. Maximum likelihood where both are
    0, else maximum a posteriori.

    A fit has converged when a step of EM adds less than `tolerance` nats a learner, within `limit`
    passes; `converged` says which did. Order matters within a learner and competency alone, but
    for the rounding of sums.
    Raises ValueError, naming argument and row, for empty columns or unequal lengths, labels that
    are missing, `correct` other than 0 or 1, and settings out of range.
    Source: Corbett & Anderson 1995; Baum-Welch as in Rabiner 1989, section III.
    """
    caps = _caps(highest_guess, highest_slip, forgetting)
    _check_settings(pull=pull, item_pull=item_pull, tolerance=tolerance, limit=limit)
    who, what = labels("learner", learner), labels("competency", competency)
    what = labels("competency", what, len(who))
    right = outcomes(correct, len(who))
    person, people = numbered("learner", who)
    skill, names = numbered("competency", what)
    rows = chains(person, skill, len(people), len(names))
    answers = right[rows.order]
    settings = Settings(caps, tolerance, limit)
    pooled, plain = _fit_plain(plant(answers, rows), forgetting, pull, settings)
    done, of, each = plain, np.empty(0, np.int64), what[:0]
    if item is not None:
        code, item_names = numbered("item", labels("item", item, len(who)))
        pair, row_pair = np.unique(skill * len(item_names) + code, return_inverse=True)
        of, each = pair // len(item_names), item_names[pair % len(item_names)]
        classes = np.searchsorted(of, np.arange(len(names) + 1)).astype(np.int64)
        symbol = 2 * (row_pair - classes[skill])[rows.order].astype(np.uint32) + answers
        guide = Guide(plain.chain, plain.emission[of], classes, 0.0, item_pull)
        done = fit(plant(symbol, rows), guide, settings)
    return KnowledgeTracing(
        competencies=names,
        parameters=np.hstack((done.chain, plain.emission)),
        typical=np.hstack((pooled.chain, pooled.emission))[0],
        log_likelihood=done.report[:, 0],
        converged=done.report[:, 1] < tolerance * np.diff(rows.trees),
        passes=done.report[:, 2].astype(np.int64),
        item_competency=of,
        items=each,
        item_parameters=done.emission if item is not None else np.empty((0, 2)),
    )


def _fit_plain(
    forest: Forest, forgetting: bool, pull: float, settings: Settings
) -> tuple[Fit, Fit]:
    """Return the fit of all competencies as one, and from there that of each."""
    start = np.array([START]) * [1, 1, forgetting, 1, 1]
    guide = Guide(start[:, :3], start[:, 3:], np.arange(2))
    pooled = fit(together(forest), guide, settings)
    count = len(forest.edges) - 1
    chain, emission = np.tile(pooled.chain, (count, 1)), np.tile(pooled.emission, (count, 1))
    guide = Guide(chain, emission, np.arange(count + 1), pull, pull)
    return pooled, fit(forest, guide, settings)


def _caps(highest_guess: float, highest_slip: float, forgetting: bool) -> Floats:
    for name, value in (("highest_guess", highest_guess), ("highest_slip", highest_slip)):
        if not 0.0 < value <= 1.0:
            raise ValueError(f"{name} is {value}; give a chance above 0, up to 1")
    chances = np.array([1.0, 1.0, float(forgetting), highest_guess, highest_slip])
    capped: Floats = np.minimum(chances, HIGHEST)
    return capped


def _check_settings(**settings: float) -> None:
    for name, value in settings.items():
        if not 0.0 <= value < np.inf:
            raise ValueError(f"{name} is {value}; give a number from 0 up")


def _find_items(model: KnowledgeTracing, kind: Ints, item: NDArray[Any]) -> Ints:
    """Return each row's place in `model.items`, -1 where its competency never had that item."""
    code, names = numbered("item", model.items)
    at = position(item, names)
    keys = model.item_competency * len(names) + code
    return np.where((at >= 0) & (kind >= 0), position(kind * len(names) + at, keys), -1)
