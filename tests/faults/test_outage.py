"""The database gone and back: clear words, nothing acknowledged that was not saved."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.database import ask
from tests.faults.postgresql import Server, own_server
from tests.faults.schoolroom import prepare
from tests.faults.serving import Browser, serving, wait_until_ready
from tests.site.terminal import Terminal


@dataclass(frozen=True)
class Store:
    """A terminal whose database can be taken away and given back."""

    terminal: Terminal
    server: Server | None

    @property
    def _file(self) -> Path:
        return self.terminal.home / "milepost.sqlite3"

    def away(self) -> None:
        """Take the database away."""
        if self.server:
            self.server.crash()
        else:
            self._file.rename(self._file.with_suffix(".away"))
            self._file.mkdir()

    def back(self) -> None:
        """Give it back."""
        if self.server:
            self.server.start()
        else:
            self._file.rmdir()
            self._file.with_suffix(".away").rename(self._file)


@contextmanager
def store(folder: Path) -> Iterator[Store]:
    """Give an empty database of the kind that the tests run on, on a server of its own."""
    if os.environ.get("MILEPOST_TEST_DATABASE") != "postgresql":
        yield Store(Terminal(folder / "home"), None)
        return
    with own_server() as server:
        yield Store(Terminal(folder / "home", server.address), server)


@pytest.mark.skipif(
    os.environ.get("MILEPOST_TEST_DATABASE") != "postgresql",
    reason="SQLite has no server that could go in the middle",
)
def test_a_site_whose_database_goes_says_so_and_comes_back_by_itself(tmp_path: Path) -> None:
    with store(tmp_path) as records:
        maya = prepare(records.terminal)
        with serving(records.terminal) as site:
            browser = Browser(site.port)
            browser.sign_in()
            question = browser.question(maya)
            records.away()
            said = wait_until_ready(site, 503)
            assert "the database does not answer" in said.text
            attempt, refused = browser.answer(question, maya)
            home = browser.open("/")
            ended = records.terminal("catch-up")
            alive = Browser(site.port).open("/health/live/")
            records.back()
            wait_until_ready(site)
            again = browser.question(maya)
            same, taken = browser.answer(again, maya)
        kept = ask(records.terminal, "SELECT count(*) FROM evidence_observation")
    for page in (refused, home):
        assert page.status == 503
        assert "may not have been saved" in page.text
        assert "Traceback" not in page.text
    assert alive.status == 200
    assert ended.code == 1
    assert "The database does not answer" in ended.err
    assert same == attempt, "the question still waits for its answer"
    assert taken.status == 200, "nobody had to start the site again or sign in again"
    assert kept == [(1,)]


@pytest.mark.skipif(
    os.environ.get("MILEPOST_TEST_DATABASE") != "postgresql",
    reason="SQLite has no server that could go in the middle",
)
def test_a_command_whose_server_crashes_says_so_and_runs_again(tmp_path: Path) -> None:
    header = "learner,item,competencies,score,time,seconds\n"
    rows = [f"p{k % 500},i{k % 9},add,{k % 2},,\n" for k in range(100_000)]
    (tmp_path / "log.csv").write_text(header + "".join(rows))
    words = ("import", "responses", tmp_path / "log.csv", "--new-learners")
    with store(tmp_path) as records:
        assert records.server
        assert records.terminal("district", "Riverbend").code == 0
        command = records.terminal.begin(*words)
        while not ask(records.terminal, "SELECT 1 FROM evidence_observation LIMIT 1"):
            assert command.poll() is None, "it was done before the server could crash"
        records.server.crash()
        _, err = command.communicate(timeout=60)
        assert command.returncode == 1
        assert "Traceback" not in err
        assert re.search("The database (went away while this ran|does not answer)", err)
        records.server.start()
        ended = records.terminal(*words)
        assert ended.code == 0, ended.said
        ((count, last),) = ask(
            records.terminal, "SELECT count(*), max(position) FROM evidence_observation"
        )
    assert count == last == len(rows)
