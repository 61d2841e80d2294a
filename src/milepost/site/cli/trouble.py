"""What goes wrong around a command, in words: a person at a terminal never meets a traceback."""

from typing import NoReturn

import click

INTERRUPTED = 130
"""What a shell expects of a command that Ctrl-C has stopped."""

NOT_SET_UP = "The database is not set up for this version yet. Run: milepost migrate"


def fail(words: str, code: int = 1) -> NoReturn:
    """Say what is wrong and end with an exit code."""
    click.echo(words, err=True)
    raise SystemExit(code)


def in_words(error: Exception) -> str:
    """Return what is wrong with the database, and what to do; empty for any other error."""
    from django.db import OperationalError, ProgrammingError

    lines = str(error).strip().splitlines()
    said = lines[0] if lines else type(error).__name__
    if not isinstance(error, OperationalError | ProgrammingError):
        return ""
    if "no such table" in said or "no such column" in said:  # SQLite
        return NOT_SET_UP
    if isinstance(error, ProgrammingError):  # PostgreSQL; anything else is a fault of ours
        return NOT_SET_UP if "does not exist" in said else ""
    if "locked" in said:
        return (
            "Another process is writing to the database and does not finish. "
            "Try again when it is done."
        )
    return (
        f"The database does not answer: {said}\n"
        "Is it running, and are MILEPOST_DATABASE and MILEPOST_HOME right?"
    )
