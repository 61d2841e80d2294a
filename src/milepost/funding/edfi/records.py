"""What the Finance interchange holds.

Source: Ed-Fi Data Standard 5.2, Interchange-Finance and the Finance domain. Texts are kept as they
were written; an amount in a reporting tag is text in the standard ('$308,136,446').
"""

import re
from dataclasses import dataclass
from typing import Literal, get_args

from milepost.funding.money import cents

Kind = Literal[
    "Fund", "Function", "Object", "Source", "Program", "Project", "OperationalUnit", "BalanceSheet"
]
DIMENSIONS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Dimension:
    """One code of one dimension in one fiscal year."""

    kind: Kind
    code: str
    fiscal_year: int
    name: str | None = None
    tags: tuple[str, ...] = ()
    """Reporting tag descriptors."""


@dataclass(frozen=True)
class Tag:
    """What an account reports: a descriptor and a value."""

    descriptor: str
    value: str | None = None

    @property
    def cents(self) -> int | None:
        """The value as cents where it is an amount of dollars; None where it is none."""
        if self.value is None or not re.fullmatch(
            r"-?\$[0-9]+(,[0-9]{3})*(\.[0-9]{2})?", self.value
        ):
            return None
        return cents(self.value.replace("$", "").replace(",", ""))


@dataclass(frozen=True)
class Coded:
    """A reference to a code of a dimension."""

    kind: Kind
    code: str
    fiscal_year: int


@dataclass(frozen=True)
class AccountKey:
    """What identifies an account: its text, its fiscal year, and whose it is."""

    identifier: str
    fiscal_year: int
    organization: str
    """Education organization id."""


@dataclass(frozen=True)
class ChartOfAccount:
    """An account of the state's chart, by its dimensions."""

    key: AccountKey
    account_type: str
    name: str | None = None
    dimensions: tuple[Coded, ...] = ()
    tags: tuple[Tag, ...] = ()


@dataclass(frozen=True)
class LocalAccount:
    """A district's own account, and the account of the chart that it belongs to."""

    key: AccountKey
    chart: AccountKey
    name: str | None = None
    tags: tuple[Tag, ...] = ()


Record = Dimension | ChartOfAccount | LocalAccount
