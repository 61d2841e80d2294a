"""The database gone and back: clear words, nothing acknowledged that was not saved."""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.faults.database import ask
from tests.faults.postgresql import Server, own_server
from tests.faults.schoolroom import prepare
from tests.faults.serving import Browser, serving, wait_until_ready
from tests.site.terminal import Terminal

pytestmark = pytest.mark.skipif(
    os.environ.get("MILEPOST_TEST_DATABASE") != "postgresql",
    reason="SQLite has no server that could go in the middle",
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of these tests' own, with a database that is set up."""
    with own_server() as made:
        ended = Terminal(tmp_path_factory.mktemp("made"), made.address)("migrate")
        assert ended.code == 0, ended.said
        yield made


@pytest.fixture
def terminal(server: Server, tmp_path: Path) -> Terminal:
    """A terminal on a copy of that database."""
    address = urlsplit(server.address)
    with psycopg.connect(address._replace(path="/template1").geturl(), autocommit=True) as at:
        at.execute("DROP DATABASE IF EXISTS milepost WITH (FORCE)")
        at.execute("CREATE DATABASE milepost TEMPLATE postgres")
    return Terminal(tmp_path / "home", address._replace(path="/milepost").geturl())


def test_a_site_whose_database_goes_says_so_and_comes_back_by_itself(
    server: Server, terminal: Terminal
) -> None:
    maya = prepare(terminal)
    with serving(terminal) as site:
        browser = Browser(site.port)
        browser.sign_in()
        question = browser.question(maya)
        server.crash()
        said = wait_until_ready(site, 503)
        assert "the database does not answer" in said.text
        attempt, refused = browser.answer(question, maya)
        home = browser.open("/")
        ended = terminal("catch-up")
        alive = Browser(site.port).open("/health/live/")
        server.start()
        wait_until_ready(site)
        again = browser.question(maya)
        same, taken = browser.answer(again, maya)
    kept = ask(terminal, "SELECT count(*) FROM evidence_observation")
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


def test_a_command_whose_server_crashes_says_so_and_runs_again(
    server: Server, terminal: Terminal, tmp_path: Path
) -> None:
    header = "learner,item,competencies,score,time,seconds\n"
    rows = [f"p{k % 500},i{k % 9},add,{k % 2},,\n" for k in range(100_000)]
    (tmp_path / "log.csv").write_text(header + "".join(rows))
    words = ("import", "responses", tmp_path / "log.csv", "--new-learners")
    assert terminal("district", "Riverbend").code == 0
    command = terminal.begin(*words)
    while not ask(terminal, "SELECT 1 FROM evidence_observation LIMIT 1"):
        assert command.poll() is None, "it was done before the server could crash"
        time.sleep(0.02)
    server.crash()
    _, err = command.communicate(timeout=60)
    assert command.returncode == 1
    assert "Traceback" not in err
    assert re.search("The database (went away while this ran|does not answer)", err)
    server.start()
    ended = terminal(*words)
    assert ended.code == 0, ended.said
    ((count, last),) = ask(terminal, "SELECT count(*), max(position) FROM evidence_observation")
    assert count == last == len(rows)
