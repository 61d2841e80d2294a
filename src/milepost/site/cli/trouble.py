"""What goes wrong around a command, in words: a person at a terminal never meets a traceback."""

import errno
from typing import NoReturn

import click

INTERRUPTED = 130
"""What a shell expects of a command that Ctrl-C has stopped."""

NOT_SET_UP = "The database is not set up for this version yet. Run: milepost migrate"


def fail(words: str, code: int = 1) -> NoReturn:
    """Say what is wrong and end with an exit code."""
    click.echo(words, err=True)
    raise SystemExit(code)


FULL = (
    "The disk is full{where}. What this command had not finished was undone, and nothing that was "
    "saved before is lost.\nFree some space, then run the same command again."
)
NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
GONE = (
    "connection is closed", "connection already closed", "server closed the connection",
    "terminating connection", "connection is lost", "consuming input failed",
)  # fmt: skip
"""What libpq and psycopg say when the server goes in the middle of a command."""


def in_words(error: Exception) -> str:
    """Return what is wrong around a command, and what to do; empty for a fault of our own."""
    import sqlite3

    import psycopg
    from django.db import Error, OperationalError, ProgrammingError

    # Bulk roads speak to the driver itself, whose errors Django does not make its own.
    of_databases = (Error, sqlite3.Error, psycopg.Error)
    of_programs = (ProgrammingError, sqlite3.ProgrammingError, psycopg.ProgrammingError)
    of_operation = (OperationalError, sqlite3.OperationalError, psycopg.OperationalError)
    lines = str(error).strip().splitlines()
    said = lines[0] if lines else type(error).__name__
    if isinstance(error, OSError):
        return _of_the_machine(error)
    if not isinstance(error, of_databases):
        return ""
    if "no such table" in said or "no such column" in said:  # SQLite
        return NOT_SET_UP
    if isinstance(error, of_programs):  # PostgreSQL; anything else is a fault of ours
        return NOT_SET_UP if "does not exist" in said else ""
    if words := _of_the_store(said):
        return words
    if any(sign in said for sign in GONE):
        return (
            f"The database went away while this ran: {said}\n"
            "What was not finished was undone. When it runs again, give the same command again."
        )
    if not isinstance(error, of_operation):
        return ""
    return (
        f"The database does not answer: {said}\n"
        "Is it running, and are MILEPOST_DATABASE and MILEPOST_HOME right?"
    )


def _of_the_machine(error: OSError) -> str:
    if error.errno in NO_SPACE:
        return FULL.format(where=f" ({error.filename})" if error.filename else "")
    return f"{error.filename} cannot be used: {error.strerror}." if error.filename else ""


def _of_the_store(said: str) -> str:
    """Return words about the place where the database keeps its files; empty for other trouble."""
    if "is full" in said or "No space left" in said or "could not extend file" in said:
        return FULL.format(where=" where the database is")
    if "readonly database" in said:
        return "The database may not be written to. Who owns its file and its folder?"
    if "malformed" in said or "not a database" in said or "disk I/O error" in said:
        return (
            f"The database file cannot be read: {said}.\nKeep a copy of it, and bring the last "
            "backup back into a new MILEPOST_HOME: milepost restore FILE"
        )
    if "locked" in said:
        return (
            "Another process is writing to the database and does not finish. "
            "Try again when it is done."
        )
    return ""
