"""The cheapest order for a pool, and each district's part of the bill.

Cost falls, or stays, by the unit as more is bought, and every vendor sells as much as is asked;
therefore a pool never costs more than its districts alone: whatever they would order apart can be
ordered together. The fair rule: each pays in proportion to what it would pay alone, so that all
save the same share of their own bill. It follows that nobody pays more than alone, to the cent:
an exact part is at most the own bill, a whole number of cents, and rounding goes no further than
the next whole cent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from milepost.funding.money import shares
from milepost.funding.purchasing.offers import Offer

_GREATEST = 10**15


@dataclass(frozen=True)
class Order:
    """Units from each vendor, and cents for all of them."""

    units: tuple[tuple[str, int], ...]
    """Vendor and units, in the order of the offers; only vendors that are used."""
    cents: int
    spare: int
    """Units beyond those needed, bought because reaching a break costs less than stopping short."""


@dataclass(frozen=True)
class Part:
    """What one district needs, would pay alone, and pays in the pool; in cents."""

    district: str
    units: int
    alone: int
    cents: int

    @property
    def saved(self) -> int:
        """Cents that the pool saves the district; never negative."""
        return self.alone - self.cents


@dataclass(frozen=True)
class Pool:
    """An order for all, and who pays what: the parts add up to the order's cents."""

    order: Order
    parts: tuple[Part, ...]


def cheapest(offers: Sequence[Offer], units: int) -> Order:
    """Return the cheapest order of at least ``units`` units from any mix of vendors.

    Proved optimal by OR-Tools' CP-SAT over each offer's pieces; of two equal orders the one with
    fewer spare units. Raises ValueError for no offers, a vendor twice, units below one, and
    amounts beyond what is counted exactly (10^15 cents).
    """
    from ortools.sat.python import cp_model  # a second to import: only who buys waits for it

    _check(offers, units)
    model = cp_model.CpModel()
    bought, costs = [], []
    for offer in offers:
        chosen, quantities = [], []
        for tier in offer.tiers():
            most = max(units, tier.least) if tier.most is None else tier.most
            taken = model.new_bool_var("")
            quantity = model.new_int_var(0, most, "")
            model.add(quantity >= tier.least * taken)
            model.add(quantity <= most * taken)
            chosen.append(taken)
            quantities.append(quantity)
            costs.append(tier.fixed * taken + tier.price * quantity)
        model.add_at_most_one(chosen)
        bought.append(sum(quantities))
    model.add(sum(bought) >= units)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2  # without it, no bound on thousands of units
    solver.parameters.max_deterministic_time = 60  # refuses rather than hangs
    model.minimize(sum(costs))
    if solver.solve(model) != cp_model.OPTIMAL:
        raise RuntimeError(f"no cheapest order of {units} units was proved")
    least = round(solver.objective_value)
    model.add(sum(costs) <= least)
    model.minimize(sum(bought))
    if solver.solve(model) != cp_model.OPTIMAL:
        raise RuntimeError(f"no leanest order of {units} units was proved")
    counts = [(offer.vendor, solver.value(one)) for offer, one in zip(offers, bought, strict=True)]
    cents = sum(offer.cost(count) for offer, (_, count) in zip(offers, counts, strict=True))
    spare = sum(count for _, count in counts) - units
    return Order(tuple((vendor, count) for vendor, count in counts if count), cents, spare)


def pooled(offers: Sequence[Offer], needs: Mapping[str, int]) -> Pool:
    """Return the pool's cheapest order and each district's part of it.

    ``needs``: units by district, each at least one. Raises ValueError as `cheapest` does, naming
    the district, and for a pool of nobody.
    """
    if not needs:
        raise ValueError("needs is empty: a pool has at least one district")
    for district, units in needs.items():
        if units < 1:
            raise ValueError(f"{district!r} needs {units} units: leave it out, or give 1 or more")
    bills = {units: cheapest(offers, units).cents for units in sorted(set(needs.values()))}
    alone = [bills[units] for units in needs.values()]
    order = cheapest(offers, sum(needs.values()))
    parts = shares(order.cents, alone)
    return Pool(
        order,
        tuple(
            Part(district, units, bill, part)
            for (district, units), bill, part in zip(needs.items(), alone, parts, strict=True)
        ),
    )


def _check(offers: Sequence[Offer], units: int) -> None:
    if not offers:
        raise ValueError("offers is empty: nothing can be bought")
    vendors = [offer.vendor for offer in offers]
    if len(set(vendors)) != len(vendors):
        raise ValueError("offers names a vendor twice: keep one offer of each")
    if units < 1:
        raise ValueError(f"units must be 1 or more, not {units}")
    for offer in offers:
        if max(units, offer.breaks[-1].units) * offer.breaks[0].cents * len(offers) > _GREATEST:
            raise ValueError(f"the order from {offer.vendor!r} is too great to be counted exactly")
