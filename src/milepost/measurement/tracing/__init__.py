"""Knowledge tracing as peers do it, to compare and to migrate.

    model = fit_bkt(learner, competency, correct)          # Bayesian knowledge tracing
    chance, mastery = model.predict(learner, competency, correct)
    fit_history("pfa", learner, competency, correct)       # or "afm", "bestlr"
    fit_elo(learner, competency, correct, item=item)

Columns in, one row a response in the order answered; see `docs/measurement/tracing.md`.
"""

from .bkt import KnowledgeTracing, fit_bkt
from .elo import EloRatings, fit_elo
from .history import MODELS, HistoryModel, Term, fit_history

__all__ = [
    "MODELS",
    "EloRatings",
    "HistoryModel",
    "KnowledgeTracing",
    "Term",
    "fit_bkt",
    "fit_elo",
    "fit_history",
]
