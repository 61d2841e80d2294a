"""Choice items from tables of variants: a subject's words stand in TOML, not in code.

A table file holds `[[item]]` rows: `code`, `name`, `difficulty` (logits, 0 when left out), `hints`
(help that fits every variant) and optionally `[item.slots]` (slot name → words to draw from). Each
`[[item.variant]]` has `ask`, `right`, `wrong` (at least three pairs: text, what to say to whoever
chooses it), `hint` (the last one, which may give much away) and `worked`. Any of these texts may
hold slots such as {name}; {name}, {friend}, {teacher}, {day} and {town} are always there.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from random import Random
from typing import Any

from milepost.assessment.items.core import Bank, Choice, Draw

NAMES = (
    *("Ada", "Amir", "Bea", "Carlos", "Dina", "Elif", "Femi", "Grace", "Hugo", "Imani", "Jonas"),
    *("Kiri", "Leila", "Mateo", "Noor", "Owen", "Priya", "Rosa", "Sam", "Tala", "Vera", "Zuri"),
)
TEACHERS = ("Ms. Ortiz", "Mr. Banda", "Mrs. Chen", "Mr. Novak", "Ms. Haddad", "Mr. Silva")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
TOWNS = ("Ashford", "Cedar Falls", "Elm Bridge", "Fox Hollow", "Marlow", "Pine Bay", "Redstone")


@dataclass(frozen=True)
class Variant:
    """One wording of an item. `wrong`: (text, what to say to whoever chooses it)."""

    ask: str
    right: str
    wrong: tuple[tuple[str, str], ...]
    hints: tuple[str, ...]
    worked: str


@dataclass(frozen=True)
class VariantMaker:
    """Draws one of the variants, its slots, and three of its wrong answers."""

    variants: Sequence[Variant]
    slots: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __call__(self, rng: Random) -> Draw:
        """Return one drawing."""
        variant = rng.choice(self.variants)
        words = _words(rng, self.slots)
        wrong = rng.sample(variant.wrong, 3)
        return Draw(
            prompt=variant.ask.format_map(words),
            answer=variant.right.format_map(words),
            hints=[hint.format_map(words) for hint in variant.hints],
            worked=variant.worked.format_map(words),
            choices=[Choice(t.format_map(words), why.format_map(words)) for t, why in wrong],
        )


def add_tables(bank: Bank, package: str, files: Sequence[str]) -> None:
    """Add every item of a package's table files. Raises ValueError for a variant cut short."""
    for name in files:
        text = resources.files(package).joinpath(f"{name}.toml").read_text(encoding="utf-8")
        for row in tomllib.loads(text)["item"]:
            variants = tuple(_variant(row, one) for one in row["variant"])
            maker = VariantMaker(variants, row.get("slots", {}))
            bank.add(row["code"], row["name"], maker, float(row.get("difficulty", 0.0)))


def _variant(row: Mapping[str, Any], one: Mapping[str, Any]) -> Variant:
    wrong = tuple((str(text), str(why)) for text, why in one["wrong"])
    if len(wrong) < 3:
        raise ValueError(
            f"{row['code']}/{row['name']} has a variant with {len(wrong)} wrong answers"
        )
    hints = (*row["hints"], one["hint"])
    return Variant(one["ask"], one["right"], wrong, hints, one["worked"])


def _words(rng: Random, slots: Mapping[str, Sequence[str]]) -> dict[str, str]:
    name, friend = rng.sample(NAMES, 2)
    words = {
        "name": name,
        "friend": friend,
        "teacher": rng.choice(TEACHERS),
        "day": rng.choice(DAYS),
        "town": rng.choice(TOWNS),
    }
    return words | {slot: rng.choice(choices) for slot, choices in slots.items()}
