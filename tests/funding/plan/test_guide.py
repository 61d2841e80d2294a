"""Every figure of docs/funding/plan.md is what the example comes to."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from milepost.funding.money import dollars
from milepost.funding.plan.example import ON, example
from milepost.funding.plan.outlook import outlook
from milepost.funding.plan.sustain import money
from milepost.funding.years import named

pytestmark = pytest.mark.pure

GUIDE = (Path(__file__).parents[3] / "docs/funding/plan.md").read_text()


def whole(cents: int | None) -> str:
    assert cents is not None
    return f"{dollars(cents).quantize(Decimal(1), 'ROUND_HALF_UP'):,}"


def test_the_table_by_year_is_the_plans() -> None:
    for view in outlook(example(), on=ON).years:
        figures = (
            view.start_up,
            view.recurring,
            view.base,
            view.recurring_revenue,
            view.ending_revenue,
            view.reserve,
            view.reserve_asked,
        )
        assert f"| {named(view.year)} | {' | '.join(map(whole, figures))} |" in GUIDE


def test_the_start_is_the_plans_line_by_line() -> None:
    seen = outlook(example(), on=ON)
    sums: dict[str, int] = {}
    for cost in seen.costs:
        if cost.timing == "start-up":
            line = cost.line.split(".")[0]
            sums[line] = sums.get(line, 0) + cost.cents
    assert len(sums) == 8
    for cents in sums.values():
        assert f"| {dollars(cents):,} |" in GUIDE
    assert f"**{dollars(seen.start_up.cents):,}**" in GUIDE
    assert f"${seen.start_up.per_pupil} a learner" in GUIDE
    assert seen.start_up.share_of_funding is not None
    assert f"{seen.start_up.share_of_funding:.1%}".replace("%", " %") in GUIDE
    for category in seen.start_up.by_category:
        assert f"{seen.start_up.share(category):.1%}".replace("%", " %") in GUIDE


def test_the_cliff_and_the_sustain_test_are_the_plans_words() -> None:
    seen = outlook(example(), on=ON)
    for reason in seen.sustain.reasons[:2]:
        assert f"> {reason}\n" in GUIDE
    assert f"In 2028-29 {money(seen.cliff[2].resting)} of recurring cost" in GUIDE
    assert f"carries {money(seen.cliff[3].fallen)} and {seen.cliff[3].fallen_positions}" in GUIDE
    later = outlook(example(), on=date(2027, 4, 1)).cliff[2]
    assert f"with {money(later.fallen)} and {later.fallen_positions} positions" in GUIDE
    assert f"{seen.learners['harbor-street', 2027]} learners in 2026-27" in GUIDE
    assert f"{seen.funded['harbor-street', 2027]} in the first year" in GUIDE


def test_the_lines_of_code_print_what_they_say(capsys: pytest.CaptureFixture[str]) -> None:
    code = GUIDE.split("```python\n")[1].split("```")[0]
    exec(code, {})
    assert capsys.readouterr().out.strip() == code.rsplit("# ", 1)[1].strip()
