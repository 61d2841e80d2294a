"""Identifiers as digits are the same identifiers, in the same order as all others."""

from uuid import RFC_4122, UUID

import pytest

from milepost.ids import new_id, new_id_digits

pytestmark = pytest.mark.pure


def test_digits_are_uuids_of_version_7_between_those_before_and_after() -> None:
    before = new_id()
    made = [UUID(digits) for digits in new_id_digits(3 * 4096)]
    assert {(one.version, one.variant) for one in made} == {(7, RFC_4122)}
    assert sorted(made) == made
    assert before < made[0]
    assert made[-1] < new_id()
    assert len({one.int & ((1 << 62) - 1) for one in made}) == len(made)


def test_none_at_all_may_be_asked_for() -> None:
    assert new_id_digits(0) == []
