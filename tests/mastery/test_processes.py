"""A fold shared among processes: they work on the same database, and end with their parent."""

import os
import time
from datetime import timedelta

import pytest

from milepost.evidence import commands as evidence
from milepost.mastery import commands
from milepost.mastery.commands import learners
from milepost.roster import commands as roster
from milepost.roster.models import Organisation
from tests.evidence.making import START, answer, competencies, learner
from tests.mastery.following import PATIENCE, SPAWN, lead
from tests.mastery.test_fold import states

LEARNERS = 3


@pytest.fixture
def district(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Organisation:
    monkeypatch.setattr(learners, "LEARNERS_OF_A_SHARE", 1)
    made = roster.add_organisation(by=None, kind="district", name="Cedar Valley")
    (skill,) = competencies(made, 1)
    shown = [answer(learner(made), skill, score=n % 2) for n in range(LEARNERS)]
    evidence.record(by=None, district=made.pk, shown=shown, now=START + timedelta(days=1))
    return made


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    os.environ.get("MILEPOST_TEST_DATABASE") != "postgresql",
    reason="the tests' SQLite is in memory, where no other process can see it",
)
def test_processes_together_give_the_states_that_one_gives(district: Organisation) -> None:
    told: list[tuple[int, int]] = []
    commands.rebuild(district=district.pk, processes=2, progress=lambda *done: told.append(done))
    together = states(district.pk)
    assert len(together) == 2 * LEARNERS
    assert told == [(n, LEARNERS) for n in range(1, LEARNERS + 1)]
    commands.rebuild(district=district.pk)
    assert states(district.pk) == together


@pytest.mark.pure
def test_a_process_ends_when_its_parent_is_killed() -> None:
    hear, tell = SPAWN.Pipe(duplex=False)
    leader = SPAWN.Process(target=lead, args=(tell,))
    leader.start()
    tell.close()  # so that a leader that could not begin ends the waiting
    follower = hear.recv()
    time.sleep(3)  # Time to become ready; one that is not ready yet ends all the same.
    leader.kill()
    leader.join()
    deadline = time.monotonic() + PATIENCE / 2
    while _runs(follower):
        assert time.monotonic() < deadline, "it outlived its parent"
        time.sleep(0.05)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()[0] != "Z"
