"""Simulated districts of any size, with a known truth: arrays and files, no database.

The same plan gives the same bytes. `docs/simulate.md` has the model with its formulas and limits.
"""

from milepost.simulation.plan import MODEL, Plan, plan_of, read_parameters
from milepost.simulation.run import Simulated, simulate

__all__ = ["MODEL", "Plan", "Simulated", "plan_of", "read_parameters", "simulate"]
