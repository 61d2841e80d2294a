"""What must hold when a fold takes long: it is broken off, overtaken, and looked at meanwhile."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from milepost.evidence import commands as evidence
from milepost.mastery import commands, queries
from milepost.mastery.commands import learners
from milepost.mastery.fold import Folded, fold_evidence
from milepost.mastery.models import FoldCursor, LearnerBelief, State
from milepost.mastery.rules import Need, Rule
from milepost.roster import commands as roster
from milepost.roster.models import LearnerKey, Organisation
from tests.evidence.making import START, answer, competencies, learner
from tests.mastery.test_fold import states

NOW = START + timedelta(days=400)
LEARNERS = 5


class PowerCut(BaseException):
    """Ends a fold between two batches, wherever it is."""


@pytest.fixture
def district(db: None, monkeypatch: pytest.MonkeyPatch) -> Organisation:
    monkeypatch.setattr(learners, "LEARNERS_AT_FIRST", 1)
    monkeypatch.setattr(learners, "LEARNERS_AT_ONCE", 1)
    return roster.add_organisation(by=None, kind="district", name="Cedar Valley")


@pytest.fixture
def skills(district: Organisation) -> list[UUID]:
    return competencies(district)


@pytest.fixture
def keys(district: Organisation, skills: list[UUID]) -> list[UUID]:
    """Learners with folded evidence: four right answers each in the first competency, one wrong."""
    keys = [learner(district) for _ in range(LEARNERS)]
    for key in keys:
        for minute in range(4):
            record(district, answer(key, skills[0], minutes=minute))
        record(district, answer(key, skills[1], score=0.0, minutes=9))
    commands.catch_up(district=district.pk)
    return keys


def record(district: Organisation, *shown: evidence.Shown) -> None:
    evidence.record(by=None, district=district.pk, shown=shown, now=NOW)


def break_off(district: Organisation, after: int) -> None:
    """Rebuild, and lose the power after so many learners."""

    def watch(done: int, _of: int) -> None:
        if done >= after:
            raise PowerCut

    with pytest.raises(PowerCut):
        commands.rebuild(district=district.pk, progress=watch)


@pytest.mark.parametrize("after", range(1, LEARNERS + 1))
def test_a_rebuild_that_is_broken_off_goes_on_where_it_stopped(
    district: Organisation, keys: list[UUID], after: int
) -> None:
    before = states(district.pk)
    State.objects.update(mean=-99.0)  # As a fault would leave them: a rebuild heals it.
    break_off(district, after)
    assert commands.catch_up(district=district.pk) == LEARNERS - after
    assert states(district.pk) == before
    assert commands.catch_up(district=district.pk) == 0


def test_who_answers_after_their_turn_in_a_broken_rebuild_is_folded_again(
    district: Organisation, skills: list[UUID], keys: list[UUID]
) -> None:
    break_off(district, 2)
    record(district, answer(keys[0], skills[2]))
    assert commands.catch_up(district=district.pk) == LEARNERS - 1
    caught_up = states(district.pk)
    commands.rebuild(district=district.pk)
    assert states(district.pk) == caught_up


def test_pages_show_every_learner_all_through_a_rebuild(
    district: Organisation, keys: list[UUID]
) -> None:
    seen = []
    commands.rebuild(
        district=district.pk,
        progress=lambda *_: seen.append(State.objects.values("learner").distinct().count()),
    )
    assert seen == [LEARNERS] * LEARNERS


def test_an_answer_between_reading_and_writing_wins(
    district: Organisation,
    skills: list[UUID],
    keys: list[UUID],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answered: list[UUID] = []

    def answer_meanwhile(*read: object) -> Folded:
        if not answered:
            answered.append(keys[0])
            record(district, answer(keys[0], skills[2]))
            commands.fold_learners(district=district.pk, learners=[keys[0]])
        return fold_evidence(*read)  # type: ignore[arg-type]

    monkeypatch.setattr(learners, "LEARNERS_AT_FIRST", LEARNERS)
    monkeypatch.setattr(learners, "fold_evidence", answer_meanwhile)
    commands.rebuild(district=district.pk)
    assert State.objects.filter(learner=keys[0], competency=skills[2]).exists()
    caught_up = states(district.pk)
    commands.rebuild(district=district.pk)
    assert states(district.pk) == caught_up


def test_a_rebuild_takes_away_what_rests_on_nothing(
    district: Organisation, keys: list[UUID]
) -> None:
    LearnerKey.objects.filter(pk__in=keys[1:]).update(erased_at=NOW)
    commands.rebuild(district=district.pk)
    assert set(State.objects.values_list("learner", flat=True)) == {keys[0]}
    assert set(LearnerBelief.objects.values_list("learner", flat=True)) == {keys[0]}


def test_states_are_written_as_django_reads_them(
    district: Organisation, skills: list[UUID], keys: list[UUID]
) -> None:
    state = State.objects.get(learner=keys[0], competency=skills[0])
    assert (state.district_id, state.pieces, state.needs) == (district.pk, 4, [4])
    assert (state.first_at, state.last_at) == (START, START + timedelta(minutes=3))
    assert State.objects.filter(last_at=START + timedelta(minutes=3)).count() == LEARNERS
    fraction = answer(keys[0], skills[2], minutes=1 / 7)
    record(district, fraction)
    commands.catch_up(district=district.pk)
    assert State.objects.get(competency=skills[2], last_at=fraction.occurred_at).met_at is None


def test_between_a_new_rule_and_its_fold_what_was_shown_stays_shown(
    district: Organisation, skills: list[UUID], keys: list[UUID]
) -> None:
    one = {"learners": keys[:1], "at": START + timedelta(days=1)}
    commands.publish_rule(by=None, district=district.pk, rule=Rule(0.5, 0.6, 0.5), now=NOW)
    commands.catch_up(district=district.pk)
    assert queries.statuses(district.pk, **one).of(keys[0], skills[0]).code == "proficient"
    stricter = Rule(0.5, 0.6, 0.5, needs=(Need(3), Need(1, kinds=("task",))))
    commands.publish_rule(by=None, district=district.pk, rule=stricter, now=NOW)
    table = queries.statuses(district.pk, **one)
    assert table.of(keys[0], skills[0]).shown
    assert table.of(keys[0], skills[1]).needs == (1, 0)
    assert table.of(keys[0], skills[1]).not_yet
    commands.catch_up(district=district.pk)
    refolded = queries.statuses(district.pk, **one).of(keys[0], skills[0])
    assert (refolded.code, refolded.needs) == ("working", (4, 0))


def test_a_new_rule_or_calibration_counts_at_once_although_recipes_are_kept(
    district: Organisation, keys: list[UUID]
) -> None:
    assert queries.recipe(district.pk).rules == {None: Rule()}
    commands.publish_rule(by=None, district=district.pk, rule=Rule(0.5), now=NOW)
    commands.calibrate(by=None, district=district.pk, now=NOW)
    recipe = queries.recipe(district.pk)
    assert (recipe.rules, recipe.epoch) == ({None: Rule(0.5)}, 3)
    assert recipe.calibration == queries.calibration(district.pk)


def test_statuses_take_two_questions_however_many_learners(
    district: Organisation,
    keys: list[UUID],
    django_assert_num_queries: pytest.FixtureRequest,
) -> None:
    for some in (keys[:1], keys):
        with django_assert_num_queries(2):  # type: ignore[operator]
            assert len(queries.statuses(district.pk, learners=some).found) == 2 * len(some)


def test_a_frame_of_a_district_holds_its_own_states_only(
    district: Organisation, keys: list[UUID]
) -> None:
    other = roster.add_organisation(by=None, kind="district", name="Fern Ridge")
    key = learner(other)
    record(other, answer(key, competencies(other, 1)[0]))
    commands.catch_up(district=other.pk)
    assert set(queries.status_frame(other.pk)["learner"]) == {str(key)}
    assert set(queries.status_frame(district.pk)["learner"]) == {str(k) for k in keys}
    assert queries.status_frame(district.pk, learners=[key]).is_empty()
    assert queries.status_frame(district.pk, learners=[]).is_empty()


@pytest.mark.django_db(transaction=True)
def test_the_change_to_states_without_a_number_keeps_them_and_can_be_undone() -> None:
    district = roster.add_organisation(by=None, kind="district", name="Cedar Valley")
    (skill,) = competencies(district, 1)
    record(district, answer(learner(district), skill))
    commands.catch_up(district=district.pk)
    before = states(district.pk)
    assert len(before) == 2
    MigrationExecutor(connection).migrate([("mastery", "0002_initial")])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM mastery_state WHERE id IS NOT NULL")
        assert cursor.fetchone() == (1,)
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    assert states(district.pk) == before
    assert FoldCursor.objects.get(district=district).folded_epoch == 1
