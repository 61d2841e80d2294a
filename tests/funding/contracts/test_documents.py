"""Terms go to JSON and back, and what is wrong with a document is named by its field."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from milepost.funding.contracts.documents import from_document, read, to_document, written
from milepost.funding.contracts.facts import Days, Enrolled
from milepost.funding.contracts.terms import Below, Exclusion, Population, TermsError
from tests.funding.contracts import duval

pytestmark = pytest.mark.pure


def test_terms_come_back_from_json_as_they_were() -> None:
    terms = duval.terms(
        population=Population(grades=("07",), below=(Below(duval.SKILL, "proficient"),)),
        exclusions=(Exclusion("joined late", "section 5.1", Decimal(30), base=True),),
        cap=500_000_00,
        floor=100_000_00,
    )
    assert from_document(json.loads(json.dumps(to_document(terms)))) == terms


def test_money_is_written_as_dollars() -> None:
    document = to_document(duval.terms())
    assert document["base"] == "670.00"
    assert document["outcomes"][0]["tiers"][0]["pays"] == "750.00"


def test_facts_of_the_roster_come_back_as_they_were() -> None:
    facts = Enrolled(joined_on=date(2024, 9, 2), outcome_days=(Days("present", 150, 160),))
    assert read(json.loads(json.dumps(written(facts))), Enrolled) == facts


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (["base"], 670, 'base: 670 is not dollars written as text: "670.00"'),
        (["base"], "670.005", "base: .*finer than a cent"),
        (["base"], "-1.00", "base: cannot be negative"),
        (["first"], "2 September", "first: '2 September' is not a day"),
        (["last"], "2024-01-01", "last: 2024-01-01 is before 2024-09-02"),
        (["provider"], " ", "provider: must not be empty"),
        (["dispute_days"], True, "dispute_days: True is not a whole number"),
        (["dispute_days"], -1, "dispute_days: cannot be negative"),
        (["colour"], "blue", "colour: there is no such field"),
        (["outcomes"], {}, "outcomes: a list is expected"),
        (["outcomes"], [], "outcomes: a contract paid on outcomes names one"),
        (["outcomes", 0], "ready", r"outcomes\[0\]: an object"),
        (["outcomes", 0, "measure"], "luck", r"outcomes\[0\].measure: 'luck' is not one of"),
        (["outcomes", 0, "competencies"], [], r"outcomes\[0\].competencies: .* one or more"),
        (["outcomes", 0, "last"], "2026-01-01", r"outcomes\[0\].first: the window lies outside"),
        (["outcomes", 0, "tiers", 0, "pays"], "lots", r"outcomes\[0\].tiers\[0\].pays: 'lots'"),
        (["outcomes", 0, "tiers", 0, "at_least"], "NaN", r"tiers\[0\].at_least: 'NaN' is not"),
        (["outcomes", 0, "tiers", 0, "at_least"], "2", r"tiers\[0\].at_least: nobody can pass 1"),
        (["gate", "share"], "1.2", "gate.share: 1.2 is not above 0 and at most 1"),
        (["gate", "sessions_a_week"], 8, "gate.sessions_a_week: from 1 to 7"),
        (["obligations", 0, "rule"], "", r"obligations\[0\].rule: must not be empty"),
        (["contingent_minimum"], "0.6", "contingent_minimum: 52.8% of the price .* 60.0% must"),
        (["floor"], "-1.00", "floor: cannot be negative"),
        (["cap"], "-1.00", "cap: cannot be below"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(path: list[Any], value: object, says: str) -> None:
    document = to_document(duval.terms())
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(TermsError, match=says):
        from_document(document)


def test_a_field_that_is_missing_is_named() -> None:
    document = to_document(duval.terms())
    del document["outcomes"][0]["tiers"]
    with pytest.raises(TermsError, match=r"outcomes\[0\].tiers: is missing"):
        from_document(document)


def test_a_document_that_is_no_object_is_refused() -> None:
    with pytest.raises(TermsError, match="an object with named fields"):
        from_document([])
