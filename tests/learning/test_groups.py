"""Groups for tomorrow: everybody in one group or named as alone, each group with one reason."""

from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.learning.groups import groups_for
from milepost.learning.next_steps import Kind, Step

pytestmark = pytest.mark.pure

SPACE = UUID(int=0)


def id_(name: str) -> UUID:
    return uuid5(SPACE, name)


def pool(**wishes: str) -> dict[UUID, list[Step]]:
    """Return learner → steps from `maya="slope ratio"`."""
    return {
        id_(learner): [Step(id_(name), Kind.READY, 0.75) for name in steps.split()]
        for learner, steps in wishes.items()
    }


def test_learners_who_share_a_step_work_together() -> None:
    grouping = groups_for(pool(maya="slope", dev="slope ratio", omar="ratio", ana="slope"), 4)
    assert [(g.competency, set(g.learners)) for g in grouping.groups] == [
        (id_("slope"), {id_("maya"), id_("dev"), id_("ana")})
    ]
    assert grouping.alone == (id_("omar"),)


def test_many_with_the_same_step_make_even_groups() -> None:
    grouping = groups_for(pool(**{f"p{k}": "slope" for k in range(9)}), 4)
    assert sorted(len(g.learners) for g in grouping.groups) == [3, 3, 3]


def test_nobody_is_left_alone_for_the_sake_of_the_size() -> None:
    grouping = groups_for(pool(a="slope", b="slope", c="slope"), 2)
    assert [len(g.learners) for g in grouping.groups] == [3]


def test_a_learner_without_a_shared_step_is_named() -> None:
    grouping = groups_for(pool(maya="slope", dev="slope", zoe="art"), 4)
    assert grouping.alone == (id_("zoe"),)


def test_a_group_of_one_is_refused() -> None:
    with pytest.raises(ValueError, match="at least two"):
        groups_for({}, 1)


@given(
    wishes=st.dictionaries(
        st.integers(0, 40), st.lists(st.sampled_from("abcdef"), max_size=3, unique=True)
    ),
    size=st.integers(2, 6),
)
def test_everybody_stands_in_exactly_one_place(wishes: dict[int, list[str]], size: int) -> None:
    steps = pool(**{f"p{k}": " ".join(v) for k, v in wishes.items()})
    grouping = groups_for(steps, size)
    placed = [x for g in grouping.groups for x in g.learners] + list(grouping.alone)
    assert sorted(placed) == sorted(steps)
    for group in grouping.groups:
        assert 2 <= len(group.learners) <= max(size, 3)
        for learner in group.learners:
            assert group.competency in {s.competency for s in steps[learner]}
