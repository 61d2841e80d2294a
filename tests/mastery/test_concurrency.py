"""Two writers at once, and a reader between them: nothing is skipped. PostgreSQL only.

SQLite lets one transaction write at a time, so there the question does not arise.
"""

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import timedelta

import pytest
from django.db import connection, transaction

from milepost.evidence import commands as evidence
from milepost.evidence.models import Observation
from milepost.mastery import commands, queries
from milepost.mastery.models import LearnerBelief, State
from milepost.roster import commands as roster
from milepost.roster.models import Organisation
from tests.evidence.making import START, answer, competencies, learner
from tests.mastery.test_fold import states

NOW = START + timedelta(days=400)
PATIENCE = 30

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        os.environ.get("MILEPOST_TEST_DATABASE") != "postgresql",
        reason="only PostgreSQL lets two transactions write at once",
    ),
]
Run = Callable[[Callable[[], object]], Future[object]]


@pytest.fixture
def district(transactional_db: None) -> Organisation:
    return roster.add_organisation(by=None, kind="district", name="Cedar Valley")


@pytest.fixture
def run() -> Iterator[Run]:
    """Run an act in a thread with a connection of its own."""

    def closing(act: Callable[[], object]) -> object:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        yield lambda act: threads.submit(closing, act)


def record(district: Organisation, *shown: evidence.Shown) -> list[Observation]:
    return evidence.record(by=None, district=district.pk, shown=shown, now=NOW)


def positions() -> list[int]:
    return list(Observation.objects.order_by("position").values_list("position", flat=True))


def test_a_reader_between_two_writers_skips_neither(district: Organisation, run: Run) -> None:
    (skill,) = competencies(district, 1)
    slow, quick = learner(district), learner(district)
    record(district, answer(slow, skill))
    commands.catch_up(district=district.pk)
    has_written, may_commit = threading.Event(), threading.Event()

    def write_slowly() -> None:
        with transaction.atomic():
            record(district, answer(slow, skill, minutes=5), answer(slow, skill, minutes=6))
            has_written.set()
            assert may_commit.wait(PATIENCE)

    first = run(write_slowly)
    assert has_written.wait(PATIENCE)
    second = run(lambda: record(district, answer(quick, skill, minutes=1)))
    # The second writer waits its turn rather than taking a position that the first has not passed.
    assert wait([second], timeout=0.5).not_done
    assert commands.catch_up(district=district.pk) == 0
    may_commit.set()
    first.result(PATIENCE)
    second.result(PATIENCE)

    assert positions() == [1, 2, 3, 4]
    assert [o.learner for o in Observation.objects.order_by("position")] == [slow] * 3 + [quick]
    assert commands.catch_up(district=district.pk) == 2
    assert {s.learner: s.pieces for s in State.objects.all()} == {slow: 3, quick: 1}


def test_a_writer_who_gives_up_leaves_no_gap(district: Organisation, run: Run) -> None:
    (skill,) = competencies(district, 1)
    maya = learner(district)

    def give_up() -> None:
        with transaction.atomic():
            record(district, answer(maya, skill))
            raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        run(give_up).result(PATIENCE)
    record(district, answer(maya, skill))
    assert positions() == [1]


def test_the_first_two_writers_of_a_district_share_one_ledger(
    district: Organisation, run: Run
) -> None:
    (skill,) = competencies(district, 1)
    keys = [learner(district) for _ in range(4)]
    start = threading.Barrier(len(keys))

    def write(key: object) -> None:
        start.wait(PATIENCE)
        record(district, answer(key, skill))  # type: ignore[arg-type]

    for done in [run(lambda key=key: write(key)) for key in keys]:  # type: ignore[misc]
        done.result(PATIENCE)
    assert positions() == [1, 2, 3, 4]


def test_many_writers_with_a_fold_running_all_along(district: Organisation, run: Run) -> None:
    skills = competencies(district, 3)
    keys = [learner(district) for _ in range(4)]
    over = threading.Event()

    def write(own: int) -> None:
        for k in range(12):
            record(
                district,
                answer(keys[own], skills[k % 3], score=k % 2, minutes=k),
                answer(keys[(own + k) % 4], skills[own % 3], minutes=100 + own + k),
            )

    def fold_all_along() -> None:
        while not over.is_set():
            commands.catch_up(district=district.pk, limit=5)

    def answer_in_practice() -> None:
        for k in range(10):
            record(district, answer(keys[0], skills[0], minutes=500 + k))
            commands.fold_learners(district=district.pk, learners=[keys[0]])

    folding = [run(fold_all_along), run(fold_all_along)]
    writing = [run(lambda own=own: write(own)) for own in range(4)]  # type: ignore[misc]
    for done in [*writing, run(answer_in_practice)]:
        done.result(2 * PATIENCE)
    over.set()
    for done in folding:
        done.result(PATIENCE)
    while commands.catch_up(district=district.pk, limit=7):
        pass

    assert positions() == list(range(1, 4 * 12 * 2 + 10 + 1))
    cursor = queries.cursor(district.pk)
    assert cursor
    assert cursor.position == len(positions())
    assert sum(b.observations for b in LearnerBelief.objects.all()) == len(positions())
    folded = states(district.pk)
    commands.rebuild(district=district.pk)
    assert states(district.pk) == folded


def test_one_piece_of_evidence_is_taken_back_once(district: Organisation, run: Run) -> None:
    (skill,) = competencies(district, 1)
    (row,) = record(district, answer(learner(district), skill))
    start = threading.Barrier(2)

    def take_back() -> str:
        start.wait(PATIENCE)
        try:
            evidence.void(by=None, observation=row, why="Mistake.", now=NOW)
        except ValueError as error:
            return str(error)
        return ""

    said = sorted(str(done.result(PATIENCE)) for done in [run(take_back), run(take_back)])
    assert said == ["", "This evidence was taken back already."]
    assert Observation.objects.filter(voids=row).count() == 1
