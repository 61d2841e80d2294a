"""The real nginx of docs/deploy in front of the real server, seen by a visitor."""

import http.client
import os
import re
import ssl
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.operate.installation import Installation, ask, free_port, installed, wait_for
from tests.operate.nginx import NAME, Proxy, proxy

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        os.environ.get("MILEPOST_TEST_DATABASE") == "postgresql",
        reason="the proxy knows nothing of the database; once is enough",
    ),
]

Site = tuple[Proxy, Installation, list[int]]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[Site]:
    """Nginx in front of two processes of the site, as docs/operate.md sets them up."""
    folder, ports = tmp_path_factory.mktemp("site"), [free_port(), free_port()]
    settings = {"MILEPOST_HOSTS": f"{NAME},127.0.0.1", "MILEPOST_HTTPS": "yes",
                "MILEPOST_LOG": "WARNING"}  # fmt: skip
    with (
        installed(folder / "home", **settings) as installation,
        proxy(folder / "nginx", *ports) as front,
    ):
        for port, processes in zip(ports, ("2", "1"), strict=True):
            installation.start("serve", "--port", str(port), "--processes", processes,
                               "--no-worker", "--no-migrate")  # fmt: skip
        for port in ports:
            installation.wait_until_ready(port)
        yield front, installation, ports


def test_a_visitor_is_sent_to_https_and_kept_there(site: Site) -> None:
    front, _, _ = site
    plain = http.client.HTTPConnection("127.0.0.1", front.http, timeout=10)
    plain.request("GET", "/learners/?q=maya", headers={"Host": NAME})
    response = plain.getresponse()
    assert response.status == 301
    assert response.headers["Location"] == f"https://{NAME}/learners/?q=maya"
    page = front.get("/account/login/")
    assert page.status == 200
    assert "max-age=31536000" in page.headers["Strict-Transport-Security"]
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert "Secure" in page.headers["Set-Cookie"]
    assert page.headers["Server"] == "nginx"


def test_another_name_gets_no_answer(site: Site) -> None:
    front, _, _ = site
    with pytest.raises((ssl.SSLError, ConnectionError)):
        front.get("/", name="elsewhere.example.org")


def test_the_style_sheet_is_kept_for_a_year_and_compressed(site: Site) -> None:
    front, _, _ = site
    page = front.get("/account/login/").body.decode()
    sheet = re.search(r'href="(/static/[^"]+\.css)"', page)
    assert sheet, page
    answer = front.get(sheet.group(1), Accept_Encoding="gzip")
    assert answer.status == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Encoding"] == "gzip"


def test_figures_are_for_monitors_on_this_machine(site: Site) -> None:
    front, _, ports = site
    assert front.get("/metrics").status == 404
    assert front.get("/metrics/").status == 404
    asked = ask(ports[0], "/metrics")
    assert asked.status == 200
    assert b"milepost_database_up 1.0" in asked.body
    assert ask(ports[0], "/metrics", X_Forwarded_For="203.0.113.9").status == 404
    assert ask(ports[0], "/metrics", X_Forwarded_For="203.0.113.9, 127.0.0.1").status == 404


def test_two_processes_on_one_port_count_together(site: Site) -> None:
    _, _, ports = site

    def counted() -> float:
        text = ask(ports[0], "/metrics").body.decode()
        found = re.search(r'^milepost_requests_total\{.*page="live".*\} (\S+)', text, re.M)
        return float(found.group(1)) if found else 0.0

    before = counted()
    for _ in range(20):
        assert ask(ports[0], "/health/live/").status == 200
    # Whichever of the two is asked, it knows what the other has answered.
    assert {counted() for _ in range(6)} == {before + 20}


def test_the_log_holds_no_query(site: Site) -> None:
    front, _, _ = site
    front.get("/search/?q=Maya+Reyes")
    wait_for(lambda: "/search/" in (front.folder / "milepost.log").read_text(), "the log")
    assert "Maya" not in (front.folder / "milepost.log").read_text()


def test_what_is_too_large_is_refused_at_the_door(site: Site) -> None:
    front, _, _ = site
    connection = front.connect()
    connection.putrequest("POST", "/account/login/")
    connection.putheader("Content-Length", "60000000")
    connection.endheaders()
    assert connection.getresponse().status == 413


def test_one_process_after_the_other_restarts_and_no_page_is_refused(site: Site) -> None:
    front, installation, ports = site
    pages: Counter[int | str] = Counter()
    forms: Counter[int | str] = Counter()
    done = threading.Event()

    def visit(method: str) -> None:
        answers = pages if method == "GET" else forms
        while not done.is_set():
            try:
                answers[front.ask(method, "/").status] += 1
            except (OSError, http.client.HTTPException) as error:
                answers[repr(error)] += 1
            done.wait(0.05)

    visitors = [threading.Thread(target=visit, args=[m]) for m in ("GET", "GET", "POST", "POST")]
    for visitor in visitors:
        visitor.start()
    try:
        for process, port in zip(list(installation.processes[:2]), ports, strict=True):
            process.terminate()
            process.wait(30)
            installation.serve(port)
    finally:
        done.set()
        for visitor in visitors:
            visitor.join()
    assert set(pages) == {302}, pages  # to sign in
    # Refused without the form's token: an answer of the site itself. A form that arrives in the
    # very instant a process closes its door may be told to try again (502), for the proxy never
    # sends a form twice.
    assert set(forms) <= {403, 502}, forms
    assert forms[502] <= 2, forms
    assert min(pages[302], forms[403]) > 20, (pages, forms)


class Echo(BaseHTTPRequestHandler):
    """A site that answers with the headers that reached it."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        said = str(self.headers).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """Nginx in front of a server that says what it is told."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with proxy(tmp_path_factory.mktemp("mirror") / "nginx", server.server_port, free_port()) as one:
        yield one
    server.shutdown()
    server.server_close()


def test_the_proxy_says_who_asks_whatever_they_say_themselves(mirror: Proxy) -> None:
    told = mirror.get(
        "/", X_Forwarded_For="127.0.0.1", X_Forwarded_Proto="http", X_Forwarded_Host="evil.org",
        Forwarded="for=127.0.0.1",
    ).body.decode()  # fmt: skip
    assert re.findall(r"^X-Forwarded-For: (.*)", told, re.M) == ["127.0.0.1"]
    told = mirror.get("/", X_Forwarded_For="198.51.100.7").body.decode()
    assert "198.51.100.7" not in told
    assert re.findall(r"^X-Forwarded-Proto: (.*)", told, re.M) == ["https"]
    assert f"Host: {NAME}" in told
    assert "evil.org" not in told
    assert "Forwarded: for" not in told


def test_guessing_passwords_fast_is_slowed_down(mirror: Proxy) -> None:
    connection = mirror.connect()
    statuses: Counter[int] = Counter()
    for _ in range(500):
        connection.request("GET", "/account/login/", headers={"Host": NAME})
        response = connection.getresponse()
        response.read()
        statuses[response.status] += 1
    assert statuses[200] >= 200
    assert statuses[429] > 50, statuses
