"""Reads between a plan and the files of others: what goes out, what a file would change."""

from dataclasses import dataclass
from datetime import date

from milepost.funding.ca_myp.form import Projection, sums
from milepost.funding.ca_myp.planned import Gap, reconcile
from milepost.funding.ca_myp.reading import read_form
from milepost.funding.exchange.files import BudgetFileError, Format, exported, taken
from milepost.funding.exchange.merging import Merge, merge
from milepost.funding.models.plan import Plan
from milepost.funding.plan.outlook import outlook
from milepost.funding.queries.plan import Held
from milepost.funding.queries.plan import plan as held_plan
from milepost.funding.sources import Source

LARGEST = 20_000_000
"""Bytes of a file: an interchange of 20,000 accounts, and no more than a process holds easily."""


@dataclass(frozen=True)
class Taken:
    """What a file would change of a plan's newest version, and in words what was taken how."""

    held: Held
    merge: Merge
    remarks: tuple[str, ...]

    def sentences(self) -> list[str]:
        """Return all of it in words."""
        return [*self.remarks, *self.merge.sentences()]


@dataclass(frozen=True)
class Compared:
    """A plan beside California's projection form."""

    form: Projection
    gaps: tuple[Gap, ...]
    broken: tuple[str, ...]
    """Sums of the form itself that do not close, in words."""

    @property
    def differing(self) -> tuple[Gap, ...]:
        """Lines and years in which the plan holds something else than the form."""
        return tuple(gap for gap in self.gaps if gap.cents)


def budget_file(plan: Plan, form: Format, *, on: date, version: int | None = None) -> str:
    """Return a plan's budget as a file's text. Raises ValueError for what it cannot carry."""
    found = outlook(held_plan(plan.pk, version).contents, on=on)
    district = plan.district
    return exported(found, form, organization=district.identifier or str(district.pk))


def merged(plan: Plan, data: bytes, form: Format, *, file: str, on: date, by: str) -> Taken:
    """Return what a budget file would change; nothing is kept (`commands.budget.keep_budget`).

    ``by`` names who brings it. Raises BudgetFileError (a ValueError) naming the file, and line and
    column where they are known.
    """
    _small(data, file)
    budget = taken(data, form, file=file)
    held = held_plan(plan.pk)
    source = Source(file, on, by)
    try:
        found = merge(held.contents, budget.costs, source=source, on=on, names=budget.names)
    except ValueError as wrong:
        raise BudgetFileError(file, (str(wrong),)) from wrong
    return Taken(held, found, budget.remarks)


def compared(
    plan: Plan, data: bytes, *, file: str, on: date, version: int | None = None
) -> Compared:
    """Return a plan beside Form MYP, given as the text of its pages with the layout kept.

    Raises BudgetFileError naming the file and the line of the text.
    """
    _small(data, file)
    try:
        form = read_form(data.decode("utf-8"))
    except UnicodeDecodeError as wrong:
        why = "this is no text: save the form's pages as text in their layout (pdftotext -layout)"
        raise BudgetFileError(file, (why,)) from wrong
    except ValueError as wrong:
        raise BudgetFileError(file, (str(wrong),)) from wrong
    found = outlook(held_plan(plan.pk, version).contents, on=on)
    broken = tuple(one.sentence() for one in sums(form) if not one.closes)
    return Compared(form, reconcile(form, found), broken)


def _small(data: bytes, file: str) -> None:
    if len(data) > LARGEST:
        raise BudgetFileError(file, (f"larger than {LARGEST:,} bytes: give one budget alone",))
