"""Money and fiscal years for pages: `{% load money %}`."""

from decimal import Decimal
from fractions import Fraction

from django import template

from milepost.funding.money import dollars as as_dollars
from milepost.funding.money import rounded
from milepost.funding.years import named

register = template.Library()


@register.filter
def dollars(cents: int | None) -> str:
    """Write cents as whole dollars: $1,234; a dash for what is not known."""
    if cents is None:
        return "–"
    whole = rounded(Decimal(cents) / 100)
    return f"-${-whole:,}" if whole < 0 else f"${whole:,}"


@register.filter
def exact(cents: int | None) -> str:
    """Write cents as dollars and cents: $1,234.50."""
    if cents is None:
        return "–"
    return f"-${as_dollars(-cents):,}" if cents < 0 else f"${as_dollars(cents):,}"


@register.filter
def percent(share: Decimal | None) -> str:
    """Write a share as a percentage with one place: 5.8 %."""
    return "–" if share is None else f"{share * 100:.1f} %"


@register.filter
def year(ends: int | None) -> str:
    """Write a fiscal year as people do, 2026-27, with a hyphen at which no line breaks."""
    return "–" if ends is None else named(ends).replace("-", "\u2011")


@register.filter
def number(value: Decimal) -> str:
    """Write a number of a formula with all its places: 1,234.50."""
    return f"{value:,f}"


@register.filter
def signed(value: Decimal) -> str:
    """Write a difference with its sign: +1,234."""
    return f"{value:+,f}" if value else f"{value:,f}"


@register.filter
def rate(value: Fraction) -> str:
    """Write a rate that a solver found with nine places."""
    return f"{float(value):.9f}"
