"""The rulebooks that Milepost ships can be published, and say what the law's text says."""

from datetime import date
from decimal import Decimal

import pytest

from milepost.rulebook import commands, queries, rules, starter
from milepost.rulebook.models import Rule
from milepost.rulebook.words import BINDS, CONDITIONS, KINDS
from tests.cast import Cast
from tests.rulebook.books import NOW, TODAY


@pytest.mark.pure
@pytest.mark.parametrize("name", starter.names())
def test_every_starter_rulebook_reads_and_cites(name: str) -> None:
    book = rules.read(starter.text(name), f"{name}.yaml")
    for rule in book.rules:
        assert rule.source_on <= date(2026, 11, 23), rule.identifier
        assert any(digit.isdigit() for digit in rule.citation), rule.identifier
        assert len(rule.words) > 60, rule.identifier


@pytest.mark.pure
def test_the_words_of_files_and_tables_are_the_same() -> None:
    assert set(Rule.Kind.values) == KINDS
    assert set(Rule.Binds.values) == BINDS
    assert set(Rule.Condition.values) == CONDITIONS


@pytest.mark.pure
def test_a_name_that_is_no_starter_is_refused() -> None:
    with pytest.raises(ValueError, match="choose one of california"):
        starter.text("../models")


def test_all_starters_stand_in_one_rulebook_and_answer(cast: Cast) -> None:
    for name in starter.names():
        text = starter.text(name)
        facts = {"organisation": cast.district, "text": text, "on": TODAY, "now": NOW}
        assert commands.publish_rules(by=None, **facts)  # type: ignore[arg-type]
        assert not commands.publish_rules(by=None, **facts)  # type: ignore[arg-type]

    def value(rule: str, name: str, on: date, grade: str = "") -> Decimal | None:
        return queries.value(cast.district, rule, name, on, grade)

    autumn = date(2025, 9, 30), date(2025, 10, 1)
    assert [value("us-procurement-methods", "micro_purchase", day) for day in autumn] == [
        10_000, 15_000,
    ]  # fmt: skip
    assert [value("us-procurement-methods", "simplified_acquisition", day) for day in autumn] == [
        250_000, 350_000,
    ]  # fmt: skip
    sizes = [value("fl-class-size", "maximum_pupils", TODAY, g) for g in ("03", "08", "12")]
    assert sizes == [18, 22, 25]
    assert value("tx-class-size", "maximum_pupils", TODAY, "05") is None
    assert value("ca-instructional-minutes", "minimum_minutes", TODAY, "09") == 64_800
    assert value("us-title-iv-a-devices", "maximum_share_infrastructure", TODAY) == Decimal("0.15")
    assert value("us-liquidation", "days_for_a_subrecipient", TODAY) == 90
