"""Reading answers liberally: numbers as people write them, words without fuss."""

import re
import unicodedata
from fractions import Fraction

LONGEST = 60
"""No number that a learner means is longer; Python refuses to read one of thousands of digits."""

_VULGAR = {c: unicodedata.numeric(c) for c in "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"}
_NUMBER = re.compile(
    r"^(?P<sign>[-+−])?\s*(?:(?P<whole>\d+)\s+)?(?P<top>\d+)\s*/\s*(?P<bottom>\d+)$"
)
_DECIMAL = re.compile(r"^(?P<sign>[-+−])?(?P<digits>\d+(?:\.\d*)?|\.\d+)$")


def read_number(text: str) -> Fraction | None:
    """Return the number that somebody wrote, or None when it cannot be read as one.

    Takes `1,200`, `3/4`, `1 1/2`, `1½`, `.75`, `$5`, `12 %` (as 12) and a minus of any shape.
    """
    if len(text) > LONGEST:
        return None
    cleaned = text.strip().replace("\u00a0", " ")
    for char, value in _VULGAR.items():
        if char in cleaned:
            share = Fraction(value).limit_denominator(8)
            cleaned = cleaned.replace(char, f" {share.numerator}/{share.denominator}").strip()
    cleaned = re.sub(r"^([-+−]?)\s*[$€£]\s*", r"\1", cleaned)
    cleaned = re.sub(
        r"\s*(%|percent|cm|m|km|kg|g|°|degrees|dollars|cents)$", "", cleaned, flags=re.I
    )
    cleaned = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", cleaned).strip()
    if found := _NUMBER.match(cleaned):
        return _fraction(found)
    if decimal := _DECIMAL.match(cleaned):
        return _signed(decimal["sign"], Fraction(decimal["digits"].rstrip(".")))
    return None


def is_percent(text: str) -> bool:
    """Return whether a number was written as a percent, as in 50% or 50 percent."""
    return text.strip().casefold().endswith(("%", "percent"))


def without(text: str, label: str, unit: str) -> str:
    """Return an answer without what its field says already: `x = 4 inches` as 4."""
    folded = text.strip().casefold()
    if label.endswith("="):
        name = re.escape(label.removesuffix("=").strip().casefold())
        folded = re.sub(rf"^{name}\s*=\s*", "", folded)
    return folded.removesuffix(unit.casefold()).strip() if unit else folded


def _fraction(found: re.Match[str]) -> Fraction | None:
    bottom = int(found["bottom"])
    if bottom == 0:
        return None
    return _signed(found["sign"], int(found["whole"] or 0) + Fraction(int(found["top"]), bottom))


def _signed(sign: str | None, value: Fraction) -> Fraction:
    return -value if sign in ("-", "−") else value


def same_words(given: str, expected: str) -> bool:
    """Return whether two texts say the same, whatever their case, spaces and punctuation."""
    return _plain(given) == _plain(expected)


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[^a-z0-9]+", " ", decomposed.encode("ascii", "ignore").decode()).strip()


def show_number(value: Fraction | int) -> str:
    """Return a number as a textbook prints it: whole, a decimal that ends soon, or a fraction."""
    value = Fraction(value)
    if value.denominator == 1:
        return f"{value.numerator:,}"
    if 1000 % value.denominator == 0:
        return f"{float(value):,.3f}".rstrip("0")
    return f"{value.numerator}/{value.denominator}"
