"""A terminal for tests: `milepost` as a process of its own, on a database of its own."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
from django.db import connection

from tests.database import start_postgresql

DISTRICT = "Riverbend"
KEPT = Path(os.environ["MILEPOST_HOME"]) / "set-up"
"""Where `keep_set_up` puts what `set_up` copies."""


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code, and what it wrote to each stream."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """Everything that it wrote."""
        return self.out + self.err


@dataclass(frozen=True)
class Terminal:
    """A folder (MILEPOST_HOME) and a database (MILEPOST_DATABASE; empty: SQLite in the folder)."""

    home: Path
    database: str = ""

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment of a command, with nothing of the tests' own."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("MILEPOST_", "DJANGO_"))}
        return clean | {"MILEPOST_HOME": str(self.home), "MILEPOST_DATABASE": self.database} | more

    def begin(self, *words: object, **environment: str) -> subprocess.Popen[str]:
        """Start `milepost` with these words and do not wait."""
        return subprocess.Popen(
            [sys.executable, "-m", "milepost.site", *map(str, words)],
            env=self.environment(**environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __call__(self, *words: object, **environment: str) -> Ended:
        """Run `milepost` with these words. No command may ever show a traceback."""
        process = self.begin(*words, **environment)
        out, err = process.communicate(timeout=300)
        assert "Traceback" not in err, err
        return Ended(process.returncode, out, err)


@contextmanager
def fresh(home: Path) -> Iterator[Terminal]:
    """Give a terminal on an empty database of the kind that the tests run on."""
    if os.environ.get("MILEPOST_TEST_DATABASE") != "postgresql":
        yield Terminal(home)
        return
    with _copied_database("template0") as database:
        yield Terminal(home, database)


@contextmanager
def keep_set_up() -> Iterator[None]:
    """Put a copy of the tests' own database aside: all tables, no records yet."""
    KEPT.mkdir()
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(KEPT / "milepost.sqlite3")) as file:
            connection.connection.backup(file)
        yield
        return
    connection.close()  # PostgreSQL copies only what nobody looks at
    with _copied_database(connection.settings_dict["NAME"]) as database:
        (KEPT / "address").write_text(database)
        yield


@contextmanager
def set_up(home: Path) -> Iterator[Terminal]:
    """Give a terminal on a database that `milepost migrate` has set up: all tables, no records.

    It is a copy; to make the tables anew takes seconds. Needs the fixture `django_db_setup`.
    """
    address = KEPT / "address"
    kept = Terminal(KEPT, address.read_text() if address.exists() else "")
    with copy(kept, home) as terminal:
        (home / "address").unlink(missing_ok=True)
        yield terminal


@contextmanager
def copy(terminal: Terminal, home: Path) -> Iterator[Terminal]:
    """Give a terminal on a copy of another's folder and database."""
    shutil.copytree(terminal.home, home, dirs_exist_ok=True)
    if not terminal.database:
        yield Terminal(home)
        return
    with _copied_database(terminal.database.partition("@/")[2].partition("?")[0]) as database:
        yield Terminal(home, database)


@contextmanager
def _copied_database(template: str) -> Iterator[str]:
    server = start_postgresql()
    name = f"terminal_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield server.replace("/postgres?", f"/{name}?", 1)
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
