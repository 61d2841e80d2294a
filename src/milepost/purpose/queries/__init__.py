"""Reads of the purpose room."""

from milepost.purpose.queries.frameworks import (
    competencies,
    effective,
    frameworks,
    in_force,
    search,
    versions,
)
from milepost.purpose.queries.graph import prerequisite_graph, prerequisites
from milepost.purpose.queries.in_use import competencies_in_use
from milepost.purpose.queries.kept import InUse, in_use
from milepost.purpose.queries.one import Competence, Tie, competence
from milepost.purpose.queries.tree import Branch, tree

__all__ = [
    "Branch",
    "Competence",
    "InUse",
    "Tie",
    "competence",
    "competencies",
    "competencies_in_use",
    "effective",
    "frameworks",
    "in_force",
    "in_use",
    "prerequisite_graph",
    "prerequisites",
    "search",
    "tree",
    "versions",
]
