"""A budget as an Ed-Fi Finance interchange: a local account for each line, school and year.

The standard's local account holds no amount; its own sample carries it in a reporting tag, and so
do we. What the standard has no place for (line, category, timing, what a line is for) stands in
reporting tags of our namespace. Source: Ed-Fi Data Standard 5.2, Finance domain and sample.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, get_args

from milepost.funding.accounts import Account
from milepost.funding.edfi.reading import read_finance
from milepost.funding.edfi.records import (
    AccountKey,
    ChartOfAccount,
    Coded,
    Dimension,
    Kind,
    LocalAccount,
    Record,
    Tag,
)
from milepost.funding.edfi.writing import write_finance
from milepost.funding.money import dollars
from milepost.funding.streams import Category, Cost, Timing

EXPENDITURE = "uri://ed-fi.org/AccountTypeDescriptor#Expenditure"
AMOUNT = "uri://ed-fi.org/ReportingTagDescriptor#LEA"
OURS = "uri://milepost/ReportingTagDescriptor#"
_PARTS: dict[Kind, str] = {
    "Fund": "fund",
    "Function": "function",
    "Object": "object",
    "Program": "program",
}
_UNSAID = {"Fund": "0", "Function": "0000", "Object": "000", "Program": "000"}
"""A chart that leaves a dimension out says nothing about it: zeros, as no code of NCES's is."""
_CATEGORIES = {name: name for name in get_args(Category)}
_TIMINGS: dict[str, Timing] = {name: name for name in get_args(Timing)}


@dataclass(frozen=True)
class Budget:
    """What a file says: costs, the names of their lines, and in words what was taken how."""

    costs: tuple[Cost, ...]
    names: dict[str, str]
    """Name by line, where the file gives one."""
    remarks: tuple[str, ...] = ()


def write_budget(costs: Iterable[Cost], names: dict[str, str], *, organization: str) -> str:
    """Return costs as a Finance interchange; `read_budget` gives the same costs back.

    ``organization`` is the district's education organization id; what belongs to a school stands
    under the school's. Raises ValueError for a text that XML cannot carry, and where a school has
    the district's id.
    """
    rows = tuple(costs)
    if any(cost.school == organization for cost in rows):
        raise ValueError(f"a school has the id of the district, {organization!r}: give it another")
    records = [*_dimensions(rows), *_chart(rows, organization)]
    records += [_local(cost, names, organization) for cost in rows]
    return "".join(write_finance(records))


def read_budget(file: BinaryIO) -> Budget:
    """Read the expenditures of a Finance interchange as a budget, all of it or nothing.

    Accounts of revenue are no cost and are counted in the remarks, and so are accounts that name no
    category or timing: they are taken as 'other' and 'recurring'. Raises FinanceFileError as
    `read_finance` does, and ValueError naming the account for one without an amount, with more than
    one, of no account of the chart, or of codes that are no NCES codes.
    """
    records = list(read_finance(file))
    charts = {one.key: one for one in records if isinstance(one, ChartOfAccount)}
    counted: Counter[str] = Counter()
    costs: list[Cost] = []
    names: dict[str, str] = {}
    seen: set[AccountKey] = set()
    for one in records:
        if not isinstance(one, LocalAccount):
            continue
        chart = charts.get(one.chart)
        if chart is None:
            raise ValueError(f"{_where(one)}: the file holds no account {one.chart.identifier!r}")
        if one.key in seen:
            raise ValueError(f"{_where(one)} is there twice: add the two up")
        seen.add(one.key)
        if chart.account_type != EXPENDITURE:
            counted[f"of the type {chart.account_type.rpartition('#')[2]} and no cost"] += 1
            continue
        cost = _cost(one, chart)
        if f"{OURS}Category" not in {tag.descriptor for tag in one.tags}:
            counted["without category and timing: taken as other and recurring"] += 1
        costs.append(cost)
        if one.name:
            names[cost.line] = one.name
    remarks = tuple(f"Accounts {what}: {count}." for what, count in counted.items())
    return Budget(tuple(costs), names, remarks)


def _dimensions(costs: Iterable[Cost]) -> Iterator[Record]:
    found = {
        (kind, getattr(cost.account, part), cost.year)
        for cost in costs
        for kind, part in _PARTS.items()
    }
    yield from (Dimension(kind, code, year) for kind, code, year in sorted(found))


def _chart(costs: Iterable[Cost], organization: str) -> Iterator[Record]:
    for account, year in sorted({(cost.account, cost.year) for cost in costs}):
        coded = (Coded(kind, getattr(account, part), year) for kind, part in _PARTS.items())
        key = AccountKey(_codes(account), year, organization)
        yield ChartOfAccount(key, EXPENDITURE, None, tuple(coded))


def _local(cost: Cost, names: dict[str, str], organization: str) -> LocalAccount:
    amount = f"{'-' if cost.cents < 0 else ''}${dollars(abs(cost.cents))}"
    said = [("Line", cost.line), ("Category", cost.category), ("Timing", cost.timing)]
    said += [("Purpose", tag) for tag in sorted(cost.tags)]
    codes = _codes(cost.account)
    return LocalAccount(
        AccountKey(f"{codes}-{cost.timing}-{cost.line}", cost.year, cost.school or organization),
        AccountKey(codes, cost.year, organization),
        names.get(cost.line),
        (Tag(AMOUNT, amount), *(Tag(f"{OURS}{name}", value) for name, value in said)),
    )


def _codes(account: Account) -> str:
    return "-".join((account.fund, account.function, account.object, account.program))


def _cost(one: LocalAccount, chart: ChartOfAccount) -> Cost:
    amounts = [tag.cents for tag in one.tags if tag.cents is not None]
    if len(amounts) != 1:
        raise ValueError(f"{_where(one)} has {len(amounts)} amounts of dollars: give one")
    codes = _UNSAID | {coded.kind: coded.code for coded in chart.dimensions}
    try:
        account = Account(**{part: codes[kind] for kind, part in _PARTS.items()})
    except ValueError as wrong:
        raise ValueError(f"{_where(one)}: {wrong}") from wrong
    organization = one.key.organization
    return Cost(
        line=_said(one, "Line", one.key.identifier),
        year=one.key.fiscal_year,
        cents=amounts[0],
        account=account,
        category=_CATEGORIES[_one_of(one, "Category", "other", _CATEGORIES)],
        timing=_TIMINGS[_one_of(one, "Timing", "recurring", _TIMINGS)],
        school=None if organization == one.chart.organization else organization,
        tags=frozenset(
            tag.value for tag in one.tags if tag.descriptor == f"{OURS}Purpose" and tag.value
        ),
    )


def _said(one: LocalAccount, name: str, unsaid: str) -> str:
    """Return the value of one of our tags, or what stands where the file does not say it."""
    found = [tag.value for tag in one.tags if tag.descriptor == f"{OURS}{name}"]
    if len(found) > 1 or None in found:
        raise ValueError(f"{_where(one)}: {name} is given {len(found)} times, or empty")
    return (found[0] if found else None) or unsaid


def _one_of(one: LocalAccount, name: str, unsaid: str, known: Iterable[str]) -> str:
    said = _said(one, name, unsaid)
    if said not in known:
        raise ValueError(f"{_where(one)}: {name} {said!r} is none of {', '.join(known)}")
    return said


def _where(one: LocalAccount) -> str:
    return f"account {one.key.identifier!r} of {one.key.fiscal_year}, {one.key.organization}"
