"""Who may be whom: what is proposed to a person, and what is not worth asking."""

from datetime import date
from uuid import UUID

import pytest

from milepost.roster.commands.oneroster.matching import Traits, find_matches

pytestmark = pytest.mark.pure

MOTHER, CHILD, TWIN = UUID(int=1), UUID(int=2), UUID(int=3)
BORN = date(2013, 2, 28)
ROSA = Traits("Rosa", "Reyes", "home@example.org")
MAYA = Traits("Maya", "Reyes", "home@example.org", BORN)
NOA = Traits("Noa", "Reyes", "", BORN)


def proposed(*newcomers: tuple[str, Traits]) -> set[tuple[str, UUID]]:
    """Return the pairs that are proposed when all three of the family are known."""
    known = [(MOTHER, ROSA), (CHILD, MAYA), (TWIN, NOA)]
    return {(one.sourced_id, one.person) for one in find_matches(newcomers, known)}


def test_a_family_that_shares_an_address_is_told_apart_by_names() -> None:
    assert proposed(("a", ROSA), ("b", MAYA)) == {("a", MOTHER), ("b", CHILD)}


def test_a_person_who_agrees_more_surely_with_another_is_left_to_that_one() -> None:
    brother = Traits("Leo", "Reyes", "home@example.org")
    assert proposed(("a", brother), ("b", MAYA), ("c", ROSA)) == {("b", CHILD), ("c", MOTHER)}


def test_an_address_alone_is_asked_about_with_all_who_have_it() -> None:
    stranger = Traits("Kim", "Lane", "HOME@example.org")
    assert proposed(("a", stranger)) == {("a", MOTHER), ("a", CHILD)}


def test_twins_differ_by_given_name() -> None:
    assert proposed(("a", Traits("noa", " Reyes", "", BORN))) == {("a", TWIN)}


def test_names_alone_are_not_enough_to_ask() -> None:
    assert proposed(("a", Traits("Noa", "Reyes"))) == set()


def test_an_identifier_outweighs_name_birth_date_and_address() -> None:
    number = frozenset({("State", "1")})
    known = [(CHILD, MAYA), (TWIN, Traits("Noa", "Reyes", "", BORN, number))]
    newcomer = Traits("Maya", "Reyes", "home@example.org", BORN, number)
    (found,) = find_matches([("a", newcomer)], known)
    assert (found.person, found.matched_on) == (TWIN, ("identifier State",))
