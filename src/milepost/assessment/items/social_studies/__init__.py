"""Items of Social studies: tables of variants, one file a band of grades."""

from milepost.assessment.items.core import Bank
from milepost.assessment.items.variants import add_tables

BANDS = ("primary", "middle", "high")
FILES = (*BANDS, *(f"further_{band}" for band in BANDS))


def add_to(bank: Bank) -> None:
    """Add the items of the subject."""
    add_tables(bank, __name__, FILES)
