"""A terminal's database as a test sees it from outside, beside the tests' own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from django.db import ConnectionHandler
from django.db.backends.base.base import BaseDatabaseWrapper

from milepost.site import environment
from milepost.site.backup import Count, digests
from tests.database import start_postgresql
from tests.site.terminal import Terminal


@contextmanager
def looking_at(terminal: Terminal) -> Iterator[BaseDatabaseWrapper]:
    """Give a connection to the terminal's database, in a transaction that is undone at the end."""
    before = {name: os.environ.get(name) for name in ("MILEPOST_HOME", "MILEPOST_DATABASE")}
    os.environ |= {"MILEPOST_HOME": str(terminal.home), "MILEPOST_DATABASE": terminal.database}
    try:
        settings = environment.database()
    finally:
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})
    connection = ConnectionHandler({"default": settings | {"CONN_MAX_AGE": 0}})["default"]
    connection.inc_thread_sharing()
    try:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            yield connection
    finally:
        connection.close()


def ask(terminal: Terminal, statement: str) -> list[tuple[object, ...]]:
    """Return the rows of a question in SQL."""
    with looking_at(terminal) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def digests_of(terminal: Terminal) -> dict[str, Count]:
    """Return the digest of every table."""
    with looking_at(terminal) as connection:
        return digests(connection)


@contextmanager
def empty(home: Path, kind: str) -> Iterator[Terminal]:
    """Give a terminal on an empty database of a kind, whatever the tests run on."""
    if kind == "sqlite":
        yield Terminal(home)
        return
    server, name = start_postgresql(), f"terminal_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        try:
            yield Terminal(home, server.replace("/postgres?", f"/{name}?", 1))
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
