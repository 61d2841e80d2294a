"""How the mathematics items write numbers, and choose wrong answers that differ."""

from collections.abc import Iterable
from fractions import Fraction
from random import Random

from milepost.assessment.items.answers import show_number
from milepost.assessment.items.core import Choice

NAMES = (
    *("Amara", "Ben", "Camila", "Dev", "Elena", "Farid", "Grace", "Hugo", "Ines", "Jaylen"),
    *("Kaia", "Liam", "Mei", "Nadia", "Owen", "Priya", "Quinn", "Rosa", "Sam", "Tariq"),
)
Number = int | Fraction

_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def someone(rng: Random) -> str:
    """Return a first name."""
    return rng.choice(NAMES)


def two_people(rng: Random) -> tuple[str, str]:
    """Return two first names that differ."""
    first, second = rng.sample(NAMES, 2)
    return first, second


def count(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: 1 apple, 2 apples."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def num(value: Number) -> str:
    """Return a number as a textbook prints it, with a true minus sign."""
    return show_number(value).replace("-", "−")


def frac(value: Number) -> str:
    """Return a fraction in lowest terms, never as a decimal."""
    value = Fraction(value)
    return num(value) if value.denominator == 1 else str(value).replace("-", "−")


def mixed(value: Fraction) -> str:
    """Return a positive fraction as a mixed number: 7/4 as 1 3/4."""
    whole, rest = divmod(value.numerator, value.denominator)
    parts = (whole, Fraction(rest, value.denominator))
    return " ".join(str(part) for part in parts if part) or "0"


def dollars(cents: int) -> str:
    """Return an amount as a price: $3 or $3.05."""
    return f"${cents // 100:,}" if cents % 100 == 0 else f"${cents / 100:,.2f}"


def power(base: str | int, exponent: int) -> str:
    """Return a base with a raised exponent: 2⁵, x⁻³."""
    return f"{base}{str(exponent).translate(_RAISED)}"


def terms(*pairs: tuple[Number, str]) -> str:
    """Return a sum of terms without idle signs: (1, "x"), (−3, "") as x − 3."""
    text = ""
    for factor, letter in pairs:
        if factor == 0:
            continue
        size = "" if abs(factor) == 1 and letter else num(abs(Fraction(factor)))
        sign = ("−" if factor < 0 else "") if not text else (" − " if factor < 0 else " + ")
        text += f"{sign}{size}{letter}"
    return text or "0"


def signed(value: Number) -> str:
    """Return a number as it stands after an operation sign: a negative one in brackets."""
    return f"({num(value)})" if value < 0 else num(value)


def wrong(right: str, candidates: Iterable[tuple[str, str]]) -> tuple[Choice, ...]:
    """Return the first three candidates (text, why) that differ from the answer and each other.

    Give more than three where numbers may fall together. Raises ValueError when fewer are left.
    """
    found: dict[str, Choice] = {}
    for text, why in candidates:
        if text != right:
            found.setdefault(text, Choice(text, why))
    if len(found) < 3:
        raise ValueError(f"Fewer than three wrong answers beside {right}: {sorted(found)}")
    return tuple(found.values())[:3]
