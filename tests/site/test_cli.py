"""The command line as a script meets it: real processes, exit codes, and words for people."""

import json
import re
import signal
import socket
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest

from milepost.site.cli import main
from tests.roster.oneroster_files import Files, small_set, write_folder
from tests.site.terminal import DISTRICT, Terminal, copy, fresh

HEADER = "learner,item,competencies,score,time,seconds"


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """A terminal with one empty district; tests work on copies of it."""
    with fresh(tmp_path_factory.mktemp("begun")) as terminal:
        assert terminal("district", DISTRICT).code == 0
        yield terminal


@pytest.fixture
def milepost(begun: Terminal, tmp_path: Path) -> Iterator[Terminal]:
    with copy(begun, tmp_path / "home") as terminal:
        yield terminal


@pytest.fixture
def nothing(tmp_path: Path) -> Iterator[Terminal]:
    """A terminal on a database that nobody has set up."""
    with fresh(tmp_path / "home") as terminal:
        yield terminal


def roster(folder: Path, files: Files | None = None) -> Path:
    return write_folder(folder / "roster", files or small_set())


def log(folder: Path, *learners: str, rows: int = 6) -> Path:
    """Write a log in which each learner answers a few times about a week ago."""
    begin = datetime.now(UTC) - timedelta(days=7)
    lines = [
        f"{who},item {k % 3},add,{int(k > 1)},{begin + timedelta(minutes=k):%Y-%m-%dT%H:%M:%SZ},20"
        for who in learners
        for k in range(rows)
    ]
    path = folder / "log.csv"
    path.write_text("\n".join((HEADER, *lines)) + "\n")
    return path


def commands(group: click.Group, *path: str) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)


@pytest.mark.pure
@pytest.mark.parametrize("words", [(), *commands(main)], ids=" ".join)
def test_every_command_has_help(words: tuple[str, ...], tmp_path: Path) -> None:
    ended = Terminal(tmp_path)(*words, "--help")
    assert ended.code == 0
    usage, what, *_ = [part for part in ended.out.split("\n\n") if part.strip()]
    assert usage.startswith("Usage: ")
    assert len(what.split()) > 3, "it says nothing about what it is for"


@pytest.mark.pure
def test_the_help_names_every_command_and_exit_code(tmp_path: Path) -> None:
    said = Terminal(tmp_path)("--help").out
    for word in ("demo", "serve", "import", "export", "catch-up", "rebuild", "3 refused", "4 held"):
        assert word in said


# From a roster to states: 0.


def test_the_commands_of_the_readme_take_a_district_from_a_roster_to_states(
    milepost: Terminal, tmp_path: Path
) -> None:
    ended = milepost("import", "oneroster", roster(tmp_path), "--system", "paper")
    assert ended.code == 0, ended.said
    assert "Applied" in ended.out
    ended = milepost("import", "responses", log(tmp_path, "maya", "dev"), "--system", "tool",
                     "--learner-system", "paper")  # fmt: skip
    assert ended.code == 0, ended.said
    assert "Took in 12 responses of 2 learners." in ended.out
    assert "made from 12 observations" in milepost("calibrate").out
    assert milepost("catch-up").out == "2 learners folded.\n"
    assert milepost("catch-up").out == "0 learners folded.\n"
    assert milepost("rebuild").out == "2 learners folded anew.\n"


def test_the_same_files_again_are_nothing_new_and_no_error(
    milepost: Terminal, tmp_path: Path
) -> None:
    files, responses = roster(tmp_path), log(tmp_path, "x")
    for _ in range(2):
        ended = milepost("import", "oneroster", files, "--system", "paper")
        again = milepost("import", "responses", responses, "--new-learners")
        assert (ended.code, again.code) == (0, 0)
    assert "Nothing new" in ended.out
    assert "Nothing new" in again.out


def test_waiting_rows_go_in_and_are_folded_when_the_roster_brings_their_learner(
    milepost: Terminal, tmp_path: Path
) -> None:
    path = log(tmp_path, "maya", "nobody")
    waiting = milepost("import", "responses", path, "--system", "tool", "--learner-system", "paper")
    assert "12 rows of 2 learners wait" in waiting.out
    ended = milepost("import", "oneroster", roster(tmp_path), "--system", "paper")
    assert ended.code == 0
    assert "6 waiting responses of learners who arrived went in." in ended.out
    assert milepost("catch-up").out == "0 learners folded.\n", "they are folded already"
    assert milepost("rebuild").out == "2 learners folded anew.\n", "the one without evidence too"


def test_a_log_is_read_as_its_options_say(milepost: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("learner,item,what it shows,score\np1,i1,add+carry,1\np1,i2,carry,0\n")
    command = ("import", "responses", path, "--new-learners", "--system", "tool")
    refused = milepost(*command)
    assert refused.code == 3
    assert "competencies" in refused.err
    column = ("--column", "competencies=what it shows")
    ended = milepost(*command, *column, "--separator", "+", "--make-framework")
    assert ended.code == 0, ended.said
    framework = milepost("export", "case", "tool", tmp_path / "labels.json")
    assert framework.code == 0, framework.said
    items = json.loads((tmp_path / "labels.json").read_text())["CFItems"]
    assert {item["humanCodingScheme"] for item in items} == {"add", "carry"}


# Refused: 3. Held: 4.


def test_a_refused_roster_names_each_bad_row_by_file_line_and_column(
    milepost: Terminal, tmp_path: Path
) -> None:
    files = small_set()
    files["enrollments.csv"] += "E4,,,M7-9,CEDAR,maya,student,,,\nE5,,,M7-1,CEDAR,maya,wizard,,,\n"
    ended = milepost("import", "oneroster", roster(tmp_path, files), "--system", "paper")
    assert ended.code == 3
    assert "enrollments.csv, line 5, column classSourcedId ('M7-9')" in ended.err
    assert "enrollments.csv, line 6, column role ('wizard')" in ended.err
    assert "Refused" in ended.out


def test_a_refused_log_names_its_bad_rows_and_the_rest_can_go_in(
    milepost: Terminal, tmp_path: Path
) -> None:
    path = log(tmp_path, "x")
    path.write_text(path.read_text() + "x,i,add,7,2026-01-01T00:00:00Z,20\n")
    ended = milepost("import", "responses", path, "--new-learners")
    assert ended.code == 3
    assert "log.csv, line 8, column score ('7')" in ended.err
    ended = milepost("import", "responses", path, "--new-learners", "--skip-bad-rows")
    assert ended.code == 0
    assert "Took in 6 responses" in ended.out


def test_a_framework_that_is_none_is_refused(milepost: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_text('{"CFDocument": ')
    ended = milepost("import", "case", path)
    assert ended.code == 3
    assert "broken.json" in ended.said


def test_a_roster_that_would_end_many_enrollments_is_held(
    milepost: Terminal, tmp_path: Path
) -> None:
    files = small_set()
    assert milepost("import", "oneroster", roster(tmp_path, files), "--system", "paper").code == 0
    lines = files["enrollments.csv"].splitlines(keepends=True)
    files["enrollments.csv"] = lines[0] + lines[-1]
    ended = milepost("import", "oneroster", roster(tmp_path, files), "--system", "paper")
    assert ended.code == 4, ended.said
    assert "Waits for a person" in ended.out


# Wrong usage: 2. Trouble around the command: 1. Always words.


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("catch-up", "--district", "Nowhere"), DISTRICT),
        (("export", "case", "unknown", "out.json"), "There is no framework unknown."),
        (("import", "oneroster", "missing.zip"), "missing.zip"),
        (("import", "responses", "missing.csv"), "missing.csv"),
        (("import", "responses", __file__, "--system", "x" * 61), "60 letters"),
        (("import", "responses", __file__, "--column", "score"), "NAME=HEADER"),
        (("district", "Other", "--data-lead", "Dana Diaz"), "--username"),
        (("district", "Other", "--time-zone", "Mars/Base"), "Mars/Base"),
        (("dance",), "dance"),
    ],
)
def test_wrong_usage_is_said(begun: Terminal, words: tuple[str, ...], said: str) -> None:
    ended = begun(*words)
    assert ended.code == 2
    assert said in ended.err


def test_a_district_begins_once(begun: Terminal) -> None:
    ended = begun("district", DISTRICT)
    assert ended.code == 1
    assert ended.err == f"There is a district called {DISTRICT} already.\n"


def test_without_evidence_there_is_nothing_to_calibrate(begun: Terminal) -> None:
    ended = begun("calibrate")
    assert ended.code == 1
    assert "no evidence yet" in ended.err


def test_a_framework_is_not_written_where_nothing_can_be(
    milepost: Terminal, tmp_path: Path
) -> None:
    assert milepost("import", "responses", log(tmp_path, "x"), "--new-learners").code == 0
    ended = milepost("export", "case", "log", tmp_path / "missing folder" / "out.json")
    assert ended.code == 1
    assert "out.json cannot be written" in ended.err


def test_a_database_that_is_not_set_up_is_said(nothing: Terminal) -> None:
    for words in (("catch-up",), ("rebuild",), ("import", "case", __file__)):
        ended = nothing(*words)
        assert ended.code == 1
        assert "milepost migrate" in ended.err
    assert nothing("migrate").out == "The database is ready.\n"
    assert nothing("catch-up").code == 2  # by now it is another matter: there is no district


@pytest.mark.pure
@pytest.mark.parametrize("words", [("catch-up",), ("migrate",), ("serve",), ("district", "Other")])
def test_a_database_that_does_not_answer_is_said(words: tuple[str, ...], tmp_path: Path) -> None:
    with socket.socket() as closed:  # a port on which nobody listens
        closed.bind(("127.0.0.1", 0))
        address = f"postgresql://user:secret@127.0.0.1:{closed.getsockname()[1]}/milepost"
        ended = Terminal(tmp_path, address)(*words)
    assert ended.code == 1
    assert "The database does not answer" in ended.err
    assert "secret" not in ended.said


@pytest.mark.pure
@pytest.mark.parametrize("address", ["mysql://host/name", "milepost.sqlite3"])
def test_an_address_that_is_none_is_said(address: str, tmp_path: Path) -> None:
    ended = Terminal(tmp_path, address)("catch-up")
    assert ended.code == 1
    assert "MILEPOST_DATABASE" in ended.err


@pytest.mark.pure
def test_a_home_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ended = Terminal(tmp_path / "file" / "home")("catch-up")
    assert ended.code == 1
    assert "MILEPOST_HOME" in ended.err


def test_a_sqlite_file_that_another_process_holds_is_said(milepost: Terminal) -> None:
    if milepost.database:
        pytest.skip("only a SQLite file is held whole by one writer")
    other = sqlite3.connect(milepost.home / "milepost.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    impatient = f"sqlite:///{milepost.home / 'milepost.sqlite3'}?timeout=1"
    ended = milepost("rebuild", MILEPOST_DATABASE=impatient)
    other.rollback()
    assert ended.code == 1
    assert "Another process is writing" in ended.err
    assert milepost("rebuild").code == 0


def test_ctrl_c_ends_a_command_without_noise(milepost: Terminal, tmp_path: Path) -> None:
    process = milepost.begin("import", "responses", log(tmp_path, *map(str, range(3_000)), rows=30),
                             "--new-learners")  # fmt: skip
    time.sleep(1.5)  # wherever it is by then: loading, reading or saving
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.endswith("\nStopped.\n")
    assert "Traceback" not in err
    ended = milepost("import", "responses", tmp_path / "log.csv", "--new-learners")
    assert ended.code == 0
    # All or nothing: what was stopped after it had saved everything is not taken in twice.
    assert "Took in 90,000 responses of 3,000 learners." in ended.out or "Nothing new." in ended.out
    assert re.search(r"made from 90,?000 observations", milepost("calibrate").out)
