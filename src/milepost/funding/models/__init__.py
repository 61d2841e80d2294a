"""Tables of the funding room."""

from milepost.funding.models.contracts import (
    Contract,
    ContractDuty,
    ContractLedger,
    ContractLine,
)

__all__ = ["Contract", "ContractDuty", "ContractLedger", "ContractLine"]
