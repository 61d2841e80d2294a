"""Which format a budget has: out of a plan into a file's text, and from a file's bytes."""

from io import BytesIO
from typing import Literal, get_args

from milepost.funding import nces
from milepost.funding.edfi.tree import FinanceFileError
from milepost.funding.exchange import edfi_budget
from milepost.funding.exchange.edfi_budget import Budget
from milepost.funding.plan.parts import Position
from milepost.funding.plan.results import Outlook

Format = Literal["nces", "edfi"]
FORMATS: tuple[Format, ...] = get_args(Format)
ENDINGS: dict[Format, str] = {"nces": "csv", "edfi": "xml"}


class BudgetFileError(ValueError):
    """A file that was not taken: every fault with the file's name, and the line where known."""

    def __init__(self, file: str, faults: tuple[str, ...]) -> None:
        self.faults = tuple(f"{file}, {fault}" for fault in faults)
        super().__init__("\n".join(self.faults))


def exported(found: Outlook, form: Format, *, organization: str) -> str:
    """Return a plan's costs as a file; ``organization`` is the district's id, for Ed-Fi."""
    if form == "nces":
        return nces.write_budget(found.costs)
    return edfi_budget.write_budget(found.costs, names_of(found), organization=organization)


def taken(data: bytes, form: Format, *, file: str) -> Budget:
    """Read a budget file. Raises BudgetFileError, naming the file and, where it is known, the line
    and column of every fault."""
    try:
        if form == "nces":
            return Budget(nces.read_budget(data), {})
        return edfi_budget.read_budget(BytesIO(data))
    except nces.BudgetFileError as wrong:
        raise BudgetFileError(file, wrong.faults) from wrong
    except (FinanceFileError, ValueError) as wrong:
        raise BudgetFileError(file, (str(wrong),)) from wrong


def names_of(found: Outlook) -> dict[str, str]:
    """Return the name of each line of a plan's costs; a benefit is named with its position."""
    names = {}
    for part in found.plan.bought:
        names[part.key] = part.name
        for one in part.benefits if isinstance(part, Position) else ():
            names[f"{part.key}.{one.key}"] = f"{part.name}: {one.key}"
    return names
