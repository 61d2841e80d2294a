"""Mathematics from kindergarten to grade 12: every draw makes new numbers."""

from milepost.assessment.items.core import Bank
from milepost.assessment.items.mathematics import (
    algebra,
    eighth,
    elementary,
    fifth,
    fourth,
    functions,
    geometry,
    modeling,
    primary,
    seventh,
    sixth,
)

BANDS = (
    *(primary, elementary, fourth, fifth, sixth, seventh, eighth),
    *(algebra, geometry, functions, modeling),
)


def add_to(bank: Bank) -> None:
    """Add every item of mathematics, youngest learners first."""
    for band in BANDS:
        band.add_to(bank)
