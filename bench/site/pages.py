"""How long pages take in a district of 1,000 to 100,000 learners, 20 requests at a time.

The site is served as `milepost serve` does; people sign in through its form, and a load generator
in a process of its own (`_load.py`: the standard library, so that it runs on a bare machine) sends
requests and waits for the whole answer. For each page: milliseconds at the median, the 95th
percentile and the slowest; requests a second; questions to the database; bytes. `n` is how many
requests were measured. `small`: 1,000 learners; `full`: 1,000, 10,000 and 100,000.
"""

import json
import re
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

from _district import PASSWORD, build  # noqa: E402
from _report import figure, size  # noqa: E402
from _site import on_each_database  # noqa: E402

SIZES = {"small": (1_000,), "full": (1_000, 10_000, 100_000)}
REQUESTS = {"small": 300, "full": 2_000}
AT_ONCE = 20
WARM = 3
"""How often each look is taken before measuring: two processes keep what they made apart."""
Look = tuple[str, str]


def measure(database: str, asked: str) -> None:
    """Print the figures of one database; ``asked``: the size and how many learners."""
    size, learners = asked.split()
    name = f"{database}_{int(learners) // 1_000}k"
    people = build(int(learners))
    rows(name)
    with served() as port:
        cookies = {
            one["username"]: sign_in(port, one["username"])
            for kind in people.values()
            for one in kind
        }
        for page, looks in looks_at(people).items():
            pairs = [(cookies[who], path) for who, path in looks]
            cold = load(port, WARM * len(pairs), pairs)
            seen = load(port, REQUESTS[size], pairs)
            report(page, name, cold, seen, asks(*looks[0]))


def looks_at(people: dict[str, Any]) -> dict[str, list[Look]]:
    """Return page → who looks at what, in turn."""
    teachers, principals = people["teachers"], people["principals"]
    return {
        "grid": [(t["username"], f"/classes/{t['class']}/grid/") for t in teachers],
        "learner": [
            (t["username"], f"/learners/{learner}/")
            for of_all in zip(*(t["learners"][:25] for t in teachers), strict=True)
            for t, learner in zip(teachers, of_all, strict=True)
        ],
        "path": [
            (p["username"], f"/learners/{p['learners'][0]}/path/") for p in people["learners"]
        ],
        "pulse": [(p["username"], f"/schools/{p['school']}/") for p in principals],
        "home": [(t["username"], "/classes/") for t in teachers],
    }


def asks(username: str, path: str) -> int:
    """Return how many questions to the database a page takes, the second time that it is seen."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from milepost.roster.models import Account

    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(Account.objects.get(username=username))
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    return len(asked)


def rows(name: str) -> None:
    """Print how much the district holds, and how many indexes its largest tables have."""
    from django.db import connection

    from milepost.evidence.models import Observation
    from milepost.mastery.models import State
    from milepost.roster.models import Enrollment

    for model in (Enrollment, Observation, State):
        table = model._meta.db_table
        with connection.cursor() as cursor:
            kept = connection.introspection.get_constraints(cursor, table).values()
        indexes = sum(bool(one["index"] or one["unique"] or one["primary_key"]) for one in kept)
        label = model.__name__.lower()
        figure(f"{label}_rows_{name}", model.objects.count(), "rows")
        figure(f"{label}_indexes_{name}", indexes, "indexes")


@contextmanager
def served() -> Iterator[int]:
    """Serve the site on a free port until the end of the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "milepost.site", "serve", "--no-worker", "--processes", "2"]
    site = subprocess.Popen([*command, "--port", str(port)])
    try:
        _wait(port)
        yield port
    finally:
        site.terminate()
        site.wait()


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready/").close()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the site did not come up")


def sign_in(port: int, username: str) -> str:
    """Sign in through the form and return the cookie."""
    address = f"http://127.0.0.1:{port}/account/login/"
    jar = CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    page = browser.open(address).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token, "the sign-in page has no form"
    form = {"csrfmiddlewaretoken": token[1], "login": username, "password": PASSWORD}
    browser.open(address, urllib.parse.urlencode(form).encode()).close()
    cookie = "; ".join(f"{one.name}={one.value}" for one in jar)
    assert "sessionid" in cookie, f"{username} could not sign in"
    return cookie


def load(port: int, count: int, looks: list[Look]) -> dict[str, Any]:
    """Let the load generator take ``count`` looks and return what it saw."""
    order = {"port": port, "at_once": AT_ONCE, "count": count, "looks": looks}
    command = [sys.executable, str(HERE / "_load.py")]
    done = subprocess.run(command, input=json.dumps(order), capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    seen: dict[str, Any] = json.loads(done.stdout)
    if seen["statuses"] != [200]:
        raise SystemExit(f"{looks[0][1]} answered {seen['statuses']}")
    return seen


def report(
    page: str, name: str, cold: dict[str, Any], seen: dict[str, Any], questions: int
) -> None:
    """Print the figures of one page; `first`: the slowest of the first looks after the start."""
    took = sorted(seen["milliseconds"])
    n = len(took)
    figure(f"{page}_p50_ms_{name}", statistics.median(took), "ms", n=n)
    figure(f"{page}_p95_ms_{name}", took[int(0.95 * (n - 1))], "ms", n=n)
    figure(f"{page}_max_ms_{name}", took[-1], "ms", n=n)
    figure(f"{page}_first_ms_{name}", max(cold["milliseconds"]), "ms", n=len(cold["milliseconds"]))
    figure(f"{page}_per_s_{name}", n / seen["seconds"], "requests/s", n=n)
    figure(f"{page}_questions_{name}", questions, "queries")
    figure(f"{page}_bytes_{name}", seen["bytes"], "bytes")


if __name__ == "__main__":
    chosen = size(__doc__)
    for learners in SIZES[chosen]:
        on_each_database(measure, f"{chosen} {learners}")
