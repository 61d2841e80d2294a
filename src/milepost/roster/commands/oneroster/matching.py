"""Who among those whom a set names anew may be somebody that we know. Pure.

A sourcedId changes when a student information system does. This proposes, a person decides.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

IDENTIFIER, NAME_AND_BIRTH, EMAIL = 4, 2, 1
"""How sure each kind of agreement is, so that each outweighs all below it."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What may tell who somebody is. ``identifiers``: pairs of system and value."""

    given_name: str
    family_name: str
    email: str = ""
    birth_date: date | None = None
    identifiers: frozenset[tuple[str, str]] = frozenset()

    @property
    def full_name(self) -> tuple[str, str]:
        """Given and family name, however they are written."""
        return self.given_name.strip().casefold(), self.family_name.strip().casefold()


@dataclass(frozen=True, slots=True)
class Match:
    """One newcomer who may be one person, and what agrees."""

    sourced_id: str
    person: UUID
    matched_on: tuple[str, ...]
    sureness: float


def find_matches(
    newcomers: Sequence[tuple[str, Traits]], known: Iterable[tuple[UUID, Traits]]
) -> list[Match]:
    """Return the pairs that a person must judge, in the order of the newcomers.

    Agreement on an identifier outweighs name and birth date, and those outweigh an email address,
    which a family may share. Of all that agree with a newcomer only the surest are kept, and a
    person who agrees more surely with another newcomer is left to that one.
    """
    holders: dict[object, list[tuple[UUID, Traits]]] = {}
    wanted = {clue for _, traits in newcomers for clue in _clues(traits)}
    for person, traits in known:
        for clue in wanted.intersection(_clues(traits)):
            holders.setdefault(clue, []).append((person, traits))
    pairs: dict[tuple[str, UUID], Match] = {}
    for sourced_id, traits in newcomers:
        for clue in _clues(traits):
            for person, theirs in holders.get(clue, ()):
                if (sourced_id, person) not in pairs:
                    pairs[sourced_id, person] = _match(sourced_id, traits, person, theirs)
    return _surest(list(pairs.values()))


def _clues(traits: Traits) -> list[object]:
    clues: list[object] = [("identifier", *one) for one in sorted(traits.identifiers)]
    if traits.birth_date:
        clues.append(("born", *traits.full_name, traits.birth_date))
    if traits.email:
        clues.append(("email", traits.email.casefold()))
    return clues


def _match(sourced_id: str, ours: Traits, person: UUID, theirs: Traits) -> Match:
    agree = [_said(system) for system, _ in sorted(ours.identifiers & theirs.identifiers)]
    sureness: float = IDENTIFIER if agree else 0
    same_name = ours.full_name == theirs.full_name
    if same_name and ours.birth_date and ours.birth_date == theirs.birth_date:
        agree.append("name and birth date")
        sureness += NAME_AND_BIRTH
    elif same_name:
        agree.append("name")
        sureness += EMAIL / 2
    if ours.email and ours.email.casefold() == theirs.email.casefold():
        agree.append("email")
        sureness += EMAIL
    return Match(sourced_id, person, tuple(agree), sureness)


def _said(system: str) -> str:
    return "identifier" if system == "identifier" else f"identifier {system}"


def _surest(matches: Sequence[Match]) -> list[Match]:
    best_of_newcomer: dict[str, float] = {}
    best_of_person: dict[UUID, float] = {}
    for one in matches:
        best_of_newcomer[one.sourced_id] = max(
            one.sureness, best_of_newcomer.get(one.sourced_id, 0)
        )
        best_of_person[one.person] = max(one.sureness, best_of_person.get(one.person, 0))
    return [
        one
        for one in matches
        if one.sureness == best_of_newcomer[one.sourced_id] == best_of_person[one.person]
    ]
