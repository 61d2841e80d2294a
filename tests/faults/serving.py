"""A site that serves in processes of its own, and a browser without a screen."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from tests.faults.schoolroom import PASSWORD, USERNAME, Learner
from tests.site.terminal import Terminal

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
ANSWER = re.compile(r'action="(/practice/([0-9a-f-]+)/answer/)"')


@dataclass(frozen=True)
class Page:
    """What came back: status, text."""

    status: int
    text: str


@dataclass
class Browser:
    """Keeps its cookies."""

    port: int
    cookies: CookieJar = field(default_factory=CookieJar)

    def open(self, path: str, **fields: str) -> Page:
        """Get a page, or post a form with the token of the page before. Raises OSError."""
        data = urlencode(fields).encode() if fields else None
        request = Request(f"http://127.0.0.1:{self.port}{path}", data)
        try:
            opener = build_opener(HTTPCookieProcessor(self.cookies))
            with opener.open(request, timeout=30) as answer:
                return Page(answer.status, answer.read().decode())
        except HTTPError as error:
            return Page(error.code, error.read().decode())
        except HTTPException as error:  # cut off in the middle of an answer
            raise ConnectionError(str(error)) from error

    def sign_in(self) -> None:
        """Sign in as the learner of `schoolroom`."""
        token = _token(self.open("/account/login/"))
        fields = {"login": USERNAME, "password": PASSWORD, "csrfmiddlewaretoken": token}
        page = self.open("/account/login/", **fields)
        assert page.status == 200, page.text
        assert "sessionid" in {cookie.name for cookie in self.cookies}, page.text

    def question(self, learner: Learner) -> Page:
        """Get a question to answer."""
        return self.open(f"/learners/{learner.learner}/competencies/{learner.competency}/practice/")

    def answer(self, question: Page, learner: Learner) -> tuple[str, Page]:
        """Answer a question with a number; return the attempt and what the site said."""
        found = ANSWER.search(question.text)
        assert found, question.text
        fields = {
            "csrfmiddlewaretoken": _token(question), "competency": learner.competency, "answer": "7"
        }  # fmt: skip
        return found[2], self.open(found[1], **fields)


def _token(page: Page) -> str:
    found = TOKEN.search(page.text)
    assert found, page.text
    return found[1]


@dataclass(frozen=True)
class Site:
    """A site that serves."""

    port: int
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """Kill all of its processes at once, in the middle of whatever they do."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=30)


@contextmanager
def serving(terminal: Terminal) -> Iterator[Site]:
    """Serve a terminal's database until the end; ready when given."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ("serve", "--no-worker", "--port", str(port))
    process = subprocess.Popen(
        [sys.executable, "-m", "milepost.site", *words],
        env=terminal.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    site = Site(port, process)
    try:
        wait_until_ready(site)
        yield site
    finally:
        site.kill()


def wait_until_ready(site: Site, status: int = 200) -> Page:
    """Wait until the site says that it can serve, or that it cannot."""
    for _ in range(3_000):
        with suppress(OSError):
            page = Browser(site.port).open("/health/ready/")
            if page.status == status:
                return page
        assert site.process.poll() is None, "the site ended"
        time.sleep(0.02)
    raise AssertionError(f"it never answered {status}")
