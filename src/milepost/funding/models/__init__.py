"""Tables of the funding room."""

from milepost.funding.models.plan import Plan, PlanVersion

__all__ = ["Plan", "PlanVersion"]
