"""Knowledge tracing as peers do it, to compare and to migrate.

    fit = fit_bkt(learner, competency, correct)            # Bayesian knowledge tracing
    chance, mastery = fit.predict(learner, competency, correct)
    fit_history("pfa", learner, competency, correct)       # or "afm", "bestlr"

Columns in, one row a response in the order answered; see `docs/measurement/tracing.md`.
"""

from .bkt import KnowledgeTracing, fit_bkt
from .history import MODELS, HistoryModel, Term, fit_history

__all__ = ["MODELS", "HistoryModel", "KnowledgeTracing", "Term", "fit_bkt", "fit_history"]
