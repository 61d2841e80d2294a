"""Two at once: one waits for the other, and what both wrote is there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.database import ask, digests_of
from tests.faults.killing import Simulated, done
from tests.site.terminal import DISTRICT, Terminal, fresh, set_up

LOGS = 3
ROWS = 4_000


@pytest.fixture
def milepost(tmp_path: Path) -> Iterator[Terminal]:
    with set_up(tmp_path / "home") as terminal:
        yield done(terminal, ("district", DISTRICT))


def test_of_two_imports_of_one_roster_one_waits_and_finds_nothing_new(
    files: Simulated, milepost: Terminal
) -> None:
    both = [milepost.begin(*files.roster) for _ in range(2)]
    said = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    runs = ask(milepost, "SELECT status FROM audit_importrun WHERE kind = 'oneroster'")
    assert sorted(str(status) for (status,) in runs) == ["applied", "unchanged"]
    before = digests_of(milepost)["roster_enrollment"]
    assert before.rows
    done(milepost, files.roster)
    assert digests_of(milepost)["roster_enrollment"] == before


def test_writers_at_once_leave_no_gap_and_a_fold_between_them_skips_nothing(
    milepost: Terminal, tmp_path: Path
) -> None:
    header = "learner,item,competencies,score,time,seconds\n"
    logs = [tmp_path / f"log{n}.csv" for n in range(LOGS)]
    for n, path in enumerate(logs):
        rows = [f"p{k % 40},i{(k + n) % 9},add,{k % 2},,\n" for k in range(ROWS)]
        path.write_text(header + "".join(rows))
    begin = ("import", "responses")
    writers = [milepost.begin(*begin, path, "--new-learners") for path in logs]
    while any(writer.poll() is None for writer in writers):
        done(milepost, ("catch-up",))
    for writer in writers:
        _, err = writer.communicate()
        assert writer.returncode == 0, err
    done(milepost, ("catch-up",))
    ((rows, places, last),) = ask(
        milepost,
        "SELECT count(*), count(DISTINCT position), max(position) FROM evidence_observation",
    )
    assert rows == places == last == LOGS * ROWS
    followed = digests_of(milepost)["mastery_state"]
    done(milepost, ("rebuild",))
    assert digests_of(milepost)["mastery_state"] == followed


def test_of_two_that_set_up_at_once_one_waits(tmp_path: Path) -> None:
    with fresh(tmp_path) as terminal:
        both = [terminal.begin("migrate") for _ in range(2)]
        ended = [process.communicate(timeout=60) for process in both]
        assert [process.returncode for process in both] == [0, 0], ended
