"""A small demonstration district, built and served as an operator would, for tests in a browser."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

SCALE = "0.15"
"""Size of the classes: about 180 learners, enough for every page to have something on it."""


@contextmanager
def served(home: Path) -> Iterator[str]:
    """Build the demonstration in a folder and serve it on a free port; give its address."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MILEPOST_")}
    environment["MILEPOST_HOME"] = str(home)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "milepost.site", "demo", "--scale", SCALE, "--port", str(port)]
    log = (home / "server.log").open("w")
    server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(server, f"{address}/health/ready/", home)
        yield address
    finally:
        server.terminate()
        server.wait(20)


def _wait(server: subprocess.Popen[bytes], address: str, home: Path) -> None:
    for _ in range(6_000):
        try:
            with urlopen(address, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.03)
        if server.poll() is not None:
            break
    raise RuntimeError((home / "server.log").read_text()[-3000:])
