"""Knowledge tracing as peers do it: Bayesian knowledge tracing on plain arrays."""

from .bkt import KnowledgeTracing, fit_bkt

__all__ = ["KnowledgeTracing", "fit_bkt"]
