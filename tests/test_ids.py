"""Identifiers: version 7, ascending, and never the same twice."""

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from uuid import RFC_4122

import pytest

from milepost.ids import new_id, new_ids

pytestmark = pytest.mark.pure


def test_they_are_uuids_of_version_7_that_carry_their_moment() -> None:
    before = time.time_ns() // 1_000_000
    made = new_id()
    assert (made.version, made.variant) == (7, RFC_4122)
    # Other tests may have drawn so many that the millisecond runs ahead of the clock a little.
    assert before <= made.int >> 80 < before + 60_000


def test_many_at_once_ascend_beyond_what_a_millisecond_can_count() -> None:
    before = new_id()
    many = new_ids(3 * 4096)
    assert all(a < b for a, b in pairwise([before, *many, new_id()]))
    assert {one.version for one in many} == {7}


def test_none_at_all_may_be_asked_for() -> None:
    before = new_id()
    assert new_ids(0) == []
    assert new_id() > before


def test_threads_never_get_the_same_and_each_sees_its_own_ascend() -> None:
    def draw(_: int) -> list[object]:
        return [one for _ in range(50) for one in (new_id(), *new_ids(40))]

    with ThreadPoolExecutor(8) as pool:
        drawn = list(pool.map(draw, range(8)))
    every = [one for some in drawn for one in some]
    assert len(every) == len(set(every)) == 8 * 50 * 41
    for some in drawn:
        assert some == sorted(some)  # type: ignore[type-var]


def test_they_do_not_tell_the_next_one() -> None:
    first, second = new_ids(2)
    low = (1 << 62) - 1
    assert first.int & low != second.int & low
