"""The fold: catching up in any steps equals a rebuild, whatever comes late or is taken back."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milepost.evidence import commands as evidence
from milepost.evidence.models import Observation
from milepost.mastery import commands, queries
from milepost.mastery.models import FoldCursor, LearnerBelief, State
from milepost.roster import commands as roster
from milepost.roster.models import LearnerKey, Organisation
from tests.evidence.making import START, answer, competencies, learner

NOW = START + timedelta(days=400)

acts = st.lists(
    st.tuples(
        st.sampled_from(["answer", "task", "void", "catch up", "catch up a little"]),
        st.integers(0, 2),  # learner
        st.lists(st.integers(0, 2), min_size=1, max_size=3, unique=True),  # competencies
        st.sampled_from([0.0, 0.5, 1.0]),
        st.integers(0, 100_000),  # minutes: late rows are usual
        st.integers(0, 2),  # hints
    ),
    max_size=25,
)


def states(district: UUID) -> list[tuple[object, ...]]:
    """Return everything that the fold stores, exactly."""
    rows = State.objects.filter(district=district).order_by("learner", "competency")
    fields = ("learner", "competency", "mean", "variance", "last_at", "pieces", "needs", "met_at")
    beliefs = LearnerBelief.objects.filter(district=district).order_by("learner")
    return [
        *rows.values_list(*fields),
        *beliefs.values_list("learner", "mean", "variance", "last_at", "observations"),
    ]


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=acts)
def test_catching_up_in_any_steps_equals_a_rebuild(
    acts: list[tuple[str, int, list[int], float, int, int]],
) -> None:
    district = roster.add_organisation(by=None, kind="district", name="Any")
    skills = competencies(district)
    keys = [learner(district) for _ in range(3)]
    done: list[Observation] = []
    for act, who, which, score, minutes, hints in acts:
        if act == "void":
            for observation in done[who : who + 1]:
                evidence.void(by=None, observation=observation, why="Test.", now=NOW)
                done.remove(observation)
        elif act.startswith("catch up"):
            commands.catch_up(district=district.pk, limit=2 if "little" in act else None)
        else:
            shown = answer(
                keys[who],
                *(skills[k] for k in which),
                score=score,
                minutes=minutes,
                hints=hints,
                kind="practice" if act == "answer" else "task",
            )
            done += evidence.record(by=None, district=district.pk, shown=[shown], now=NOW)
    while queries.cursor(district.pk) is None or _behind(district):
        commands.catch_up(district=district.pk, limit=3)
    caught_up = states(district.pk)
    commands.rebuild(district=district.pk)
    assert states(district.pk) == caught_up


def _behind(district: Organisation) -> bool:
    from milepost.evidence.queries import last_position

    return FoldCursor.objects.get(district=district).position < last_position(district.pk)


@pytest.fixture
def district(db: None) -> Organisation:
    return roster.add_organisation(by=None, kind="district", name="Cedar Valley")


def show(district: Organisation, *shown: evidence.Shown, now: object = NOW) -> list[Observation]:
    rows = evidence.record(by=None, district=district.pk, shown=shown, now=now)  # type: ignore[arg-type]
    commands.catch_up(district=district.pk)
    return rows


def test_a_correction_refolds_that_learner_and_nobody_else(district: Organisation) -> None:
    (skill,) = competencies(district, 1)
    maya, dev = learner(district), learner(district)
    wrong, *_ = show(district, answer(maya, skill, score=0), answer(dev, skill))
    before = {s.learner: (s.pk, s.mean) for s in State.objects.all()}
    evidence.void(by=None, observation=wrong, why="It was Dev's.", now=NOW)
    assert commands.catch_up(district=district.pk) == 1
    after = {s.learner: (s.pk, s.mean) for s in State.objects.all()}
    assert after == {dev: before[dev]}


def test_a_late_row_takes_its_place_in_time(district: Organisation) -> None:
    (skill,) = competencies(district, 1)
    maya, dev = learner(district), learner(district)
    show(district, answer(maya, skill, minutes=10), answer(dev, skill, score=0, minutes=5))
    show(district, answer(maya, skill, score=0, minutes=5), answer(dev, skill, minutes=10))
    late, timely = (State.objects.get(learner=key) for key in (maya, dev))
    assert (late.mean, late.variance) == (timely.mean, timely.variance)


def test_an_erased_learner_stays_out_of_every_rebuild(district: Organisation) -> None:
    (skill,) = competencies(district, 1)
    maya = learner(district)
    show(district, answer(maya, skill))
    LearnerKey.objects.filter(pk=maya).update(erased_at=NOW)
    commands.rebuild(district=district.pk)
    assert not State.objects.exists()
    assert not LearnerBelief.objects.exists()


def test_a_fold_that_read_less_never_overwrites_one_that_read_more(district: Organisation) -> None:
    (skill,) = competencies(district, 1)
    maya = learner(district)
    show(district, answer(maya, skill))
    LearnerBelief.objects.update(position=1_000)
    before = states(district.pk)
    show(district, answer(maya, skill, score=0, minutes=5))
    assert states(district.pk) == before


def test_what_was_true_then_is_not_what_was_known_then(district: Organisation) -> None:
    (skill,) = competencies(district, 1)
    maya = learner(district)
    tuesday, friday = START + timedelta(days=1), START + timedelta(days=4)
    show(district, answer(maya, skill, minutes=0), now=START)
    late = answer(maya, skill, minutes=60)  # happened on Monday, recorded on Friday
    show(district, late, now=friday)

    true_then = queries.statuses_as_of(district.pk, learners=[maya], true_at=tuesday)
    known_then = queries.statuses_as_of(district.pk, learners=[maya], known_at=tuesday)
    assert true_then.of(maya, skill).pieces == 2
    assert known_then.of(maya, skill).pieces == 1


def test_a_correction_counts_from_the_day_it_was_known(district: Organisation) -> None:
    (skill,) = competencies(district, 1)
    maya = learner(district)
    row, *_ = show(district, answer(maya, skill), now=START)
    evidence.void(by=None, observation=row, why="Mistake.", now=START + timedelta(days=4))
    tuesday = START + timedelta(days=1)
    true_then = queries.statuses_as_of(district.pk, learners=[maya], true_at=tuesday)
    known_then = queries.statuses_as_of(district.pk, learners=[maya], known_at=tuesday)
    assert true_then.of(maya, skill).code == "none"
    assert known_then.of(maya, skill).code == "working"


def test_stored_states_equal_those_folded_as_of_now(district: Organisation) -> None:
    skills = competencies(district)
    maya = learner(district)
    for minute in range(12):
        show(district, answer(maya, skills[minute % 3], score=minute % 2, minutes=minute))
    stored = queries.statuses(district.pk, learners=[maya], at=NOW)
    folded = queries.statuses_as_of(district.pk, learners=[maya], true_at=NOW)
    assert stored.found == folded.found
    assert len(stored.found) == 3


def test_a_scored_task_scores_each_competency_apart(district: Organisation) -> None:
    good, poor, _ = competencies(district)
    maya = learner(district)
    task = answer(maya, good, poor, kind="task")
    scored = evidence.Shown(**(vars(task) | {"scores": [(good, 1.0), (poor, 0.0)]}))
    show(district, scored)
    level = {s.competency_id: s.mean for s in State.objects.all()}
    assert level[good] > level[poor]
