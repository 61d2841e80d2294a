"""What vendors offer for one item: prices that fall as more is bought."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from milepost.funding.sources import Source

Discount = Literal["all-units", "incremental"]


@dataclass(frozen=True)
class Break:
    """A price in cents a unit that holds from a number of units on."""

    units: int
    cents: int


@dataclass(frozen=True)
class Tier:
    """Between two breaks: cents = fixed + price x units."""

    least: int
    most: int | None
    fixed: int
    price: int


@dataclass(frozen=True)
class Offer:
    """One vendor's prices for the item.

    ``all-units``: the price of the break that is reached holds for every unit. ``incremental``: it
    holds for the units from that break on, the ones before keep theirs. The first break is the
    smallest order taken. Raises ValueError for no breaks, breaks out of order, a first break below
    one unit, and prices that are not above zero or rise.
    """

    vendor: str
    discount: Discount
    breaks: tuple[Break, ...]
    source: Source

    def __post_init__(self) -> None:
        where = f"offer of {self.vendor!r}"
        if self.discount not in ("all-units", "incremental"):
            raise ValueError(f"{where}: {self.discount!r} is neither 'all-units' nor 'incremental'")
        if not self.breaks or self.breaks[0].units < 1:
            raise ValueError(f"{where} needs a break, the first from 1 unit or more on")
        for low, high in zip(self.breaks, self.breaks[1:], strict=False):
            if high.units <= low.units:
                raise ValueError(f"{where}: the break at {high.units} units is out of order")
            if high.cents > low.cents:
                raise ValueError(f"{where}: the price rises at {high.units} units; check it")
        if self.breaks[-1].cents <= 0:
            raise ValueError(f"{where}: a price must be above zero")

    def tiers(self) -> Iterator[Tier]:
        """Yield the straight pieces of the offer's cost, in order."""
        fixed = 0
        for at, one in enumerate(self.breaks):
            if at and self.discount == "incremental":
                fixed += (self.breaks[at - 1].cents - one.cents) * (one.units - 1)
            most = self.breaks[at + 1].units - 1 if at + 1 < len(self.breaks) else None
            yield Tier(one.units, most, fixed, one.cents)

    def cost(self, units: int) -> int:
        """Return cents for a number of units; nothing costs nothing.

        Raises ValueError for a number below the smallest order.
        """
        if units == 0:
            return 0
        for tier in self.tiers():
            if tier.least <= units and (tier.most is None or units <= tier.most):
                return tier.fixed + tier.price * units
        raise ValueError(f"{self.vendor!r} takes no order of {units} units")
