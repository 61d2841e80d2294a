"""The sustain test, in figures and in words, and the year in which a plan breaks even."""

from collections.abc import Sequence

from milepost.funding.money import dollars
from milepost.funding.plan.model import Plan
from milepost.funding.plan.results import CliffYear, Sustain, YearView
from milepost.funding.years import named


def break_even(years: Sequence[YearView]) -> int | None:
    """Return the first year from which recurring revenue covers recurring cost to the end."""
    found = None
    for view in reversed(years):
        if view.recurring_revenue < view.recurring_cost:
            break
        found = view.year
    return found


def sustain(plan: Plan, years: Sequence[YearView], cliff: Sequence[CliffYear]) -> Sustain:
    """Return whether a plan lasts without grants: the reserve is held at the end of every year,
    and in the last year recurring revenue covers recurring cost with no grant counted.
    """
    reasons = [*_reserve(plan, years), _cover(years[-1])]
    held = all(_held(view) for view in years) if plan.reserve else None
    covered = years[-1].recurring_revenue >= years[-1].recurring_cost
    reasons += [_rests(one) for one in cliff[-1:] if one.resting]
    reasons += [_fell(one) for one in cliff if one.fallen][:1]
    return Sustain(held is True and covered, held, covered, tuple(reasons))


def money(cents: int) -> str:
    """Return cents as dollars that people read: $1,234.50, $1,234."""
    text = f"${abs(dollars(cents)):,}".removesuffix(".00")
    return f"-{text}" if cents < 0 else text


def _held(view: YearView) -> bool:
    return view.reserve is not None and view.reserve >= (view.reserve_asked or 0)


def _reserve(plan: Plan, years: Sequence[YearView]) -> list[str]:
    if plan.reserve is None:
        return ["The plan names no reserve and no policy for it: enter both, then test again."]
    low = [view for view in years if not _held(view)]
    policy = f"{(plan.reserve.policy * 100).normalize():f} % of the year's cost"
    if not low:
        last = years[-1]
        return [
            f"The reserve is held in every year: {money(last.reserve or 0)} at the end of "
            f"{named(last.year)}, where {money(last.reserve_asked or 0)} is asked ({policy})."
        ]
    return [
        f"The reserve is {money(view.reserve or 0)} at the end of {named(view.year)}: "
        f"{money((view.reserve_asked or 0) - (view.reserve or 0))} below the "
        f"{money(view.reserve_asked or 0)} that the policy asks ({policy})."
        for view in low
    ]


def _cover(last: YearView) -> str:
    left = last.recurring_revenue - last.recurring_cost
    words = "covers" if left >= 0 else "does not cover"
    rest = f"with {money(left)} to spare" if left >= 0 else f"{money(-left)} is missing"
    return (
        f"In {named(last.year)} recurring revenue of {money(last.recurring_revenue)} {words} "
        f"recurring cost of {money(last.recurring_cost)} without grants, {rest}."
    )


def _rests(one: CliffYear) -> str:
    return (
        f"In {named(one.year)} {money(one.resting)} of recurring cost "
        f"({one.resting_positions.normalize():f} positions) still rests on money that ends: "
        f"{', '.join(one.lines)}."
    )


def _fell(one: CliffYear) -> str:
    return (
        f"From {named(one.year)} on general money carries {money(one.fallen)} "
        f"({one.fallen_positions.normalize():f} positions) that a grant was meant to pay: "
        f"{', '.join(one.lines)}."
    )
