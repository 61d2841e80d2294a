"""Tables of the funding room."""

from milepost.funding.models.contracts import (
    Contract,
    ContractDuty,
    ContractLedger,
    ContractLine,
)
from milepost.funding.models.plan import Plan, PlanVersion

__all__ = ["Contract", "ContractDuty", "ContractLedger", "ContractLine", "Plan", "PlanVersion"]
