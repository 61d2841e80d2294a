"""A small school system's costs and streams, for the tests of the braid."""

from datetime import date
from decimal import Decimal
from typing import Any

from milepost.funding.accounts import Account
from milepost.funding.sources import Source
from milepost.funding.streams import Award, Category, Cost, Restriction, Stream, Window

ON = date(2025, 9, 1)
SOURCE = Source("budget book", date(2025, 7, 1), "finance lead")
ACCOUNT = Account("10", "1000", "110", "100")


def cost(
    line: str,
    cents: int,
    *tags: str,
    year: int = 2026,
    category: Category = "other",
    account: Account = ACCOUNT,
) -> Cost:
    """Return what a line costs in a year."""
    return Cost(line, year, cents, account, category, "recurring", tags=frozenset(tags))


def stream(
    key: str,
    awards: dict[int, int],
    *tags: str,
    ends: date | None = None,
    carry_over: str = "1",
    **more: Any,
) -> Stream:
    """Return a stream that may pay lines with all of some tags; no tags: anything."""
    window = Window(date(2025, 1, 1), date(2025, 7, 1), ends, None, SOURCE)
    allows = (Restriction(f"rule of {key}", tags=frozenset(tags)),) if tags else ()
    values = {"windows": (window,), "allows": allows, "ends": ends is not None} | more
    return Stream(
        key=key,
        name=key,
        origin=values.pop("origin", "federal"),
        awards=tuple(Award(year, cents, SOURCE) for year, cents in awards.items()),
        carry_over=Decimal(carry_over),
        **values,
    )
