"""Fiscal years, named by the year in which they end, as federal statistics do: 2026 is 2025-26."""

from datetime import date

FIRST_MONTH = 7
"""A fiscal year begins on 1 July in 46 states (National Conference of State Legislatures)."""


def fiscal_year(day: date) -> int:
    """Return the fiscal year that holds a day."""
    return day.year + (day.month >= FIRST_MONTH)


def first_day(year: int) -> date:
    """Return the first day of a fiscal year."""
    return date(year - 1, FIRST_MONTH, 1)


def last_day(year: int) -> date:
    """Return the last day of a fiscal year."""
    return date(year, FIRST_MONTH - 1, 30)


def named(year: int) -> str:
    """Return a fiscal year as people write it: 2025-26."""
    return f"{year - 1}-{year % 100:02}"
