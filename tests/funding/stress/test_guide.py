"""The guide's figures are those of the example plan."""

from pathlib import Path

import pytest

from milepost.funding.plan.example import ON, example
from milepost.funding.plan.outlook import outlook
from milepost.funding.plan.sustain import money
from milepost.funding.stress.chance import reserves
from milepost.funding.stress.cuts import cut, library

pytestmark = pytest.mark.pure


def test_the_guide_says_what_a_cut_of_five_percent_does() -> None:
    guide = Path(__file__).parents[3].joinpath("docs/funding/stress.md").read_text("utf-8")
    plan = example()
    asked = (outlook(plan, on=ON).year(2029).recurring_revenue * 5 + 50) // 100
    order = tuple(lever for lever in library() if lever.key != "fewer-devices")
    met = cut(plan, {2029: asked}, order, on=ON)
    figures = (asked, met.covered[2], met.uncovered[2], met.reserve[-1])
    for cents in (*figures, reserves(plan, on=ON)[-1]):
        assert money(cents) in guide
