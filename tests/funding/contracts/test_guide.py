"""What the guide tells a finance lead is what comes out."""

import json
import re
from pathlib import Path

import pytest

from milepost.funding.contracts.documents import from_document
from milepost.funding.contracts.facts import Duty
from milepost.funding.contracts.ledger import ledger
from milepost.funding.money import dollars
from tests.funding.contracts import duval

pytestmark = pytest.mark.pure
GUIDE = Path(__file__).parents[3] / "docs" / "funding" / "contracts.md"


def test_the_terms_in_the_guide_bring_the_figures_in_the_guide() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    (block,) = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    terms = from_document(json.loads(block))
    assert terms == duval.terms()

    duties = [Duty("rooms", terms.obligations[0].due_on)]
    found = ledger(terms, duval.cohort(450, 225), duties=duties, on=duval.ON)
    every = ledger(terms, duval.cohort(450, 450), duties=duties, on=duval.ON)

    def row(name: str, learners: int, each: int, total: int) -> str:
        return f"| {name} | {learners} | ${dollars(each):,.2f} | ${dollars(total):,.2f} |"

    assert row("base, for everybody", found.learners, terms.base, found.base) in text
    assert row("bonus, for who showed it", 225, terms.bonus, found.bonus) in text
    assert f"| **due** | | | **${dollars(found.total):,.2f}** |" in text
    assert row("if all 450 had shown it", 450, terms.full_price, every.total) in text
    assert found.contingent_share
    assert f"hang on outcomes: {terms.contingent_share * 100:.1f} %" in text
    assert f"came from outcomes: {found.contingent_share * 100:.1f} %" in text


def test_the_sentence_about_what_is_missing_is_the_ledgers() -> None:
    one = duval.learner(1, shown=True, sessions=32)
    duties = [Duty("rooms", duval.terms().obligations[0].due_on)]
    (line,) = ledger(duval.terms(), [one], duties=duties, on=duval.ON).lines
    assert f'"{line.lacks[0]}"' in GUIDE.read_text(encoding="utf-8")
