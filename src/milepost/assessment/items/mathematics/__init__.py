"""Mathematics from kindergarten to grade 12: every draw makes new numbers."""

from milepost.assessment.items.core import Bank
from milepost.assessment.items.mathematics import (
    algebra,
    elementary,
    geometry,
    intermediate,
    middle,
    modeling,
    primary,
)

BANDS = (primary, elementary, intermediate, middle, algebra, geometry, modeling)


def add_to(bank: Bank) -> None:
    """Add every item of mathematics, youngest learners first."""
    for band in BANDS:
        band.add_to(bank)
