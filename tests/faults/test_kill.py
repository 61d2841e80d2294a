"""`kill -9` in the middle: nothing is half done, and what was said to be in is in.

The long form, fifty kills of each, is `bench/faults/kill.py`.
"""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from uuid import uuid4

import pytest

from tests.faults import answering
from tests.faults.database import looking_at
from tests.faults.killing import (
    Simulated,
    Terminal,
    Trial,
    done,
    fold_trial,
    import_trial,
    ingest_trial,
)
from tests.site.terminal import DISTRICT, copy, set_up

KILLS = 1


@pytest.fixture(scope="module")
def begun(files: Simulated, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """A district without records."""
    with set_up(tmp_path_factory.mktemp("begun")) as terminal:
        yield done(terminal, ("district", DISTRICT), files.framework)


@pytest.fixture(scope="module")
def enrolled(
    files: Simulated, begun: Terminal, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Terminal]:
    """The same with a roster."""
    with copy(begun, tmp_path_factory.mktemp("enrolled")) as terminal:
        yield done(terminal, files.roster)


def run(trial: Trial, before: Terminal, home: Path, seed: int) -> None:
    story = trial.run(before, home, KILLS, Random(seed))
    assert not story.wrong
    assert story.kills == KILLS, "it was not killed in time"


def test_a_roster_import_is_whole_or_nothing(
    files: Simulated, begun: Terminal, tmp_path: Path
) -> None:
    run(import_trial(begun, files.roster, tmp_path / "whole"), begun, tmp_path / "home", seed=1)


def test_an_ingest_goes_on_where_it_was_killed(
    files: Simulated, enrolled: Terminal, tmp_path: Path
) -> None:
    trial = ingest_trial(enrolled, files.responses, tmp_path / "whole")
    run(trial, enrolled, tmp_path / "home", seed=2)


def test_a_fold_that_was_killed_goes_on_and_equals_a_rebuild(
    files: Simulated, enrolled: Terminal, tmp_path: Path
) -> None:
    with copy(enrolled, tmp_path / "home") as terminal:
        done(terminal, files.responses)
        trial = fold_trial(terminal, ("catch-up",), tmp_path / "rebuilt")
        run(trial, terminal, tmp_path / "folding", seed=3)


def test_every_acknowledged_answer_is_in_the_evidence_of_a_site_that_was_killed(
    tmp_path: Path,
) -> None:
    with set_up(tmp_path / "home") as terminal:
        story = answering.run(terminal, KILLS, Random(4))
        assert not story.wrong
        assert story.acknowledged
        (said, *_) = answering.lost(terminal, [str(uuid4())])
        assert "was acknowledged and is not in the evidence" in said


@pytest.mark.long
def test_the_harness_finds_a_writer_that_leaves_half(
    files: Simulated, begun: Terminal, enrolled: Terminal, tmp_path: Path
) -> None:
    trial = import_trial(begun, files.roster, tmp_path / "whole")
    ingest = ingest_trial(enrolled, files.responses, tmp_path / "in")
    with copy(begun, tmp_path / "home") as terminal:
        assert trial.look(done(terminal, files.roster)) == []
        with looking_at(terminal) as connection, connection.cursor() as cursor:
            cursor.execute("DELETE FROM roster_attendanceday")
            cursor.execute(
                "DELETE FROM roster_enrollment WHERE id IN (SELECT id FROM roster_enrollment "
                "WHERE role = 'student' OR role = 'learner' LIMIT 1)"
            )
            cursor.execute("COMMIT")
        (said,) = trial.look(terminal)
        assert "roster_enrollment" in said
        done(terminal, files.responses)
        assert ingest.look(terminal) == []
        with looking_at(terminal) as connection, connection.cursor() as cursor:
            cursor.execute("UPDATE evidence_ledger SET last_position = last_position + 7")
            cursor.execute("COMMIT")
        (gap,) = ingest.look(terminal)
        assert "a gap" in gap
