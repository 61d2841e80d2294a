"""Parametric items: questions made from a seed, checked on the server. Pure, no Django.

for template in items_for("M.6.2"): ...
question = render("M.6.2/unit-rate", seed)     # what the learner sees
result = check("M.6.2/unit-rate", seed, {"answer": "3/4"})
"""

from collections.abc import Mapping
from functools import cache

from milepost.assessment.items.core import (
    FIELD,
    Bank,
    Choice,
    Field,
    ItemTemplate,
    Question,
    Result,
    UnknownItem,
)

__all__ = [
    "FIELD",
    "Choice",
    "Field",
    "ItemTemplate",
    "Question",
    "Result",
    "UnknownItem",
    "all_items",
    "check",
    "item",
    "items_for",
    "render",
]


@cache
def _bank() -> Bank:
    """Gather the subjects once a process; importing them late keeps start-up quick."""
    from milepost.assessment.items import english, mathematics, science, social_studies

    bank = Bank()
    for subject in (mathematics, english, science, social_studies):
        subject.add_to(bank)
    return bank


def all_items() -> tuple[ItemTemplate, ...]:
    """Return every item template, in the order of subjects and codes."""
    return _bank().templates


def items_for(code: str) -> tuple[ItemTemplate, ...]:
    """Return the templates that show a competency, by its code; none for an unknown code."""
    return _bank().by_code.get(code, ())


def item(item_id: str) -> ItemTemplate:
    """Return a template. Raises UnknownItem (a KeyError) when there is none of that id."""
    return _bank().template(item_id)


def render(item_id: str, seed: int) -> Question:
    """Return the question that a seed makes. The same seed makes the same question."""
    return item(item_id).question(seed)


def check(item_id: str, seed: int, answer: Mapping[str, str]) -> Result:
    """Check an answer: field name → what was typed or chosen."""
    return item(item_id).check(seed, answer)
