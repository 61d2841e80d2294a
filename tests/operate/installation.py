"""A real installation of its own: commands, processes and ports, gone afterwards."""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import ROOT
from tests.site.terminal import set_up

PATIENCE = 45.0
"""Seconds to wait for a process on a busy machine."""


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(what: Callable[[], object], why: str) -> None:
    """Wait until something is true; it may raise OSError until then."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            if what():
                return
        except OSError:
            pass
        time.sleep(0.02)
    raise AssertionError(f"waited in vain: {why}")


@dataclass
class Installation:
    """A home folder with a database in it, and the processes started in it."""

    home: Path
    settings: dict[str, str] = field(default_factory=dict)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """The variables of its processes: none of the tests' own."""
        ours = {k: v for k, v in os.environ.items() if not k.startswith(("MILEPOST", "DJANGO"))}
        return ours | {"MILEPOST_HOME": str(self.home)} | self.settings

    def run(self, *arguments: str, words: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command to its end. `words`: typed at it."""
        return subprocess.run(
            [sys.executable, "-m", "milepost.site", *arguments],
            env=self.environment, cwd=ROOT, capture_output=True, text=True, input=words,
            timeout=PATIENCE * 3, check=False,
        )  # fmt: skip

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a command that stays."""
        process = subprocess.Popen(
            [sys.executable, "-m", "milepost.site", *arguments], env=self.environment, cwd=ROOT,
            stdout=subprocess.DEVNULL, stderr=(self.home / "errors.log").open("ab"),
        )  # fmt: skip
        self.processes.append(process)
        return process

    def serve(self, port: int) -> subprocess.Popen[bytes]:
        """Start a process of the site, as the unit `milepost-web@` does, and wait for it."""
        process = self.start("serve", "--port", str(port), "--no-worker", "--no-migrate")
        self.wait_until_ready(port)
        return process

    def wait_until_ready(self, port: int) -> None:
        """Wait until a process of the site answers that it can serve."""
        try:
            wait_for(lambda: ask(port, "/health/ready/").status == 200, f"the site on {port}")
        except AssertionError as error:
            log = (self.home / "errors.log").read_text()[-3000:]
            raise AssertionError(f"{error}\n{log}") from None

    def stop(self) -> None:
        """End every process that this started."""
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
        for process in self.processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@dataclass(frozen=True)
class Answer:
    """What a server answered."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


def ask(port: int, path: str, **headers: str) -> Answer:
    """Ask a process of the site on its own port, past any proxy."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(
            "GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()}
        )
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


@contextmanager
def installed(home: Path, **settings: str) -> Iterator[Installation]:
    """Yield an installation with tables, on the kind of database that the tests run on.

    Its processes end with the block. Needs the fixture `django_db_setup`.
    """
    with set_up(home) as terminal:
        one = Installation(home, settings | {"MILEPOST_DATABASE": terminal.database})
        try:
            yield one
        finally:
            one.stop()
            shutil.rmtree(home, ignore_errors=True)
