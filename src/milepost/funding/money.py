"""Money: integer cents inside, `Decimal` dollars at the edges, and shares that add up."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction

_CENT = Decimal(1)


def cents(dollars: Decimal | int | str) -> int:
    """Return dollars as integer cents.

    Raises ValueError for what is no amount, or is finer than a cent: rounding is somebody's rule,
    never an accident (`rounded`).
    """
    try:
        exact = Decimal(dollars) * 100
        whole = int(exact)
    except (InvalidOperation, ValueError, OverflowError) as wrong:
        raise ValueError(f"{dollars!r} is no amount of dollars") from wrong
    if exact != whole:
        raise ValueError(f"{dollars} dollars is finer than a cent: round it by the rule that says")
    return whole


def dollars(amount: int) -> Decimal:
    """Return cents as dollars with two places."""
    return Decimal(amount).scaleb(-2).quantize(Decimal("0.01"))


def rounded(amount: Decimal | Fraction) -> int:
    """Return an amount of cents rounded to whole cents, halves away from zero."""
    if isinstance(amount, Decimal):  # asked first: of a Fraction it takes ten times as long
        return int(amount.quantize(_CENT, ROUND_HALF_UP))
    half = Fraction(1, 2) if amount >= 0 else Fraction(-1, 2)
    return int(amount + half)


def shares(total: int, weights: Sequence[Decimal | Fraction | int]) -> list[int]:
    """Return ``total`` cents split in proportion to ``weights``; the parts add up to the cent.

    Largest remainder (Hamilton): every part is its exact share rounded down, and the cents left
    over go to the largest remainders, to the earlier weight where two are equal. A negative total
    is split as its opposite. Raises ValueError for negative weights, or none above zero.
    """
    exact = [Fraction(weight) for weight in weights]
    if any(weight < 0 for weight in exact):
        raise ValueError(f"weights must not be negative: {min(exact)}")
    if not sum(exact):
        raise ValueError("weights must hold one above zero, or there is nobody to give to")
    if total < 0:
        return [-part for part in shares(-total, weights)]
    quotas = [total * weight / sum(exact) for weight in exact]
    parts = [int(quota) for quota in quotas]
    order = sorted(range(len(parts)), key=lambda at: (parts[at] - quotas[at], at))
    for at in order[: total - sum(parts)]:
        parts[at] += 1
    return parts
