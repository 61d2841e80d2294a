"""What is next for a learner: ready, due or chosen, and why."""

from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.learning.next_steps import Band, Candidate, Kind, Learner, Step, next_steps
from milepost.mastery.queries import Status

pytestmark = pytest.mark.pure

SPACE = UUID(int=0)


def c(name: str) -> UUID:
    return uuid5(SPACE, name)


def framework(*rows: tuple[str, str, str]) -> dict[UUID, Candidate]:
    """Return candidates from (name, grade, names it builds on)."""
    return {
        c(name): Candidate(
            id=c(name),
            grades=(grade,),
            position=place,
            needs=frozenset(map(c, needs.split())),
            opens=sum(name in other_needs.split() for _, _, other_needs in rows),
        )
        for place, (name, grade, needs) in enumerate(rows)
    }


FRACTIONS = framework(
    ("count", "01", ""),
    ("halves", "05", "count"),
    ("equal", "06", "halves"),
    ("ratio", "06", "equal"),
    ("slope", "07", "ratio"),
    ("calculus", "12", ""),
)


def learner(
    status: dict[str, str] | None = None,
    chance: dict[str, float] | None = None,
    goals: tuple[str, ...] = (),
    grade: str = "06",
) -> Learner:
    codes = {c(name): code for name, code in (status or {}).items()}
    chances = {c(name): value for name, value in (chance or {}).items()}
    return Learner(
        grade=grade,
        status=lambda id_: Status(code=codes.get(id_, "none"), certainty=0.5),
        chance=lambda id_: chances.get(id_, 0.75),
        goals=[c(goal) for goal in goals],
    )


def offered(steps: list[Step]) -> dict[UUID, Kind]:
    return {step.competency: step.kind for step in steps}


def test_a_step_is_ready_when_what_it_builds_on_was_shown() -> None:
    steps = next_steps(learner({"halves": "proficient"}), FRACTIONS)
    assert offered(steps) == {c("equal"): Kind.READY}
    assert steps[0].builds_on == (c("halves"),)


def test_what_is_proficient_is_not_offered_again_and_what_waits_for_it_is() -> None:
    steps = next_steps(learner({"halves": "proficient", "equal": "proficient"}), FRACTIONS)
    assert c("equal") not in offered(steps)
    assert offered(steps)[c("ratio")] is Kind.READY


def test_a_new_learner_is_not_sent_back_to_the_first_grade() -> None:
    steps = next_steps(learner(), FRACTIONS)
    assert steps[0].competency == c("equal")
    assert steps[0].presumed == (c("halves"),)


def test_evidence_against_an_earlier_grade_is_not_overlooked() -> None:
    steps = next_steps(learner({"halves": "working"}), FRACTIONS)
    assert c("equal") not in offered(steps)
    assert c("halves") in offered(steps)


def test_nothing_far_ahead_of_the_grade_is_offered() -> None:
    assert c("calculus") not in offered(next_steps(learner(), FRACTIONS))


def test_what_faded_is_due() -> None:
    steps = next_steps(learner({"halves": "refresh", "equal": "proficient"}), FRACTIONS)
    assert offered(steps) == {c("halves"): Kind.DUE, c("ratio"): Kind.READY}


def test_a_goal_far_away_offers_the_way_to_it() -> None:
    steps = next_steps(learner({"halves": "proficient"}, goals=("slope",)), FRACTIONS)
    chosen = next(step for step in steps if step.kind is Kind.CHOSEN)
    assert (chosen.competency, chosen.goal) == (c("equal"), c("slope"))


def test_a_goal_that_is_shown_is_no_longer_offered() -> None:
    steps = next_steps(learner({"halves": "proficient"}, goals=("halves",)), FRACTIONS)
    assert Kind.CHOSEN not in offered(steps).values()


def test_steps_in_the_band_come_before_those_too_easy_or_too_hard() -> None:
    rows = framework(("hard", "06", ""), ("easy", "06", ""), ("right", "06", ""), ("odd", "06", ""))
    chance = {"hard": 0.3, "easy": 0.97, "right": 0.75, "odd": 0.1}
    steps = next_steps(learner(chance=chance), rows, Band(0.7, 0.8))
    assert [s.competency for s in steps] == [c("right"), c("easy"), c("hard")]


def test_an_unknown_prerequisite_does_not_block() -> None:
    alone = {c("ratio"): FRACTIONS[c("ratio")]}
    assert offered(next_steps(learner(), alone)) == {c("ratio"): Kind.READY}


names = [f"s{k}" for k in range(8)]


@given(
    edges=st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7))),
    codes=st.lists(
        st.sampled_from(["none", "working", "proficient", "refresh"]), min_size=8, max_size=8
    ),
    goals=st.lists(st.sampled_from(names), max_size=3),
)
def test_whatever_is_known_at_most_three_different_steps_are_offered_and_none_is_blocked(
    edges: list[tuple[int, int]], codes: list[str], goals: list[str]
) -> None:
    needs = {k: " ".join(f"s{a}" for a, b in edges if b == k and a < b) for k in range(8)}
    rows = framework(*((f"s{k}", "06", needs[k]) for k in range(8)))
    known = dict(zip(names, codes, strict=True))
    steps = next_steps(learner(known, goals=tuple(goals)), rows)
    assert len(steps) <= 3
    assert len({s.competency for s in steps}) == len(steps)
    for step in steps:
        code = known[next(n for n in names if c(n) == step.competency)]
        assert (code == "refresh") == (step.kind is Kind.DUE)
        assert code != "proficient"
        if step.kind is not Kind.DUE:
            shown = {c(n) for n, code in known.items() if code in {"proficient", "refresh"}}
            assert rows[step.competency].needs <= shown


@pytest.mark.parametrize("grade", ["", "ZZ"])
def test_a_learner_without_a_grade_still_gets_steps(grade: str) -> None:
    assert next_steps(learner(grade=grade), FRACTIONS)
