"""What is wrong with a file, said so that the person who keeps it can put it right."""

from dataclasses import dataclass

LONGEST_VALUE_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a set of files cannot be imported.

    ``line`` is the physical line in the file (the header is line 1), None when the problem is
    about the whole file; ``column`` is the name in the header, None when it is about the row.
    """

    file: str
    line: int | None
    column: str | None
    value: str
    reason: str
    advice: str


@dataclass(frozen=True, slots=True)
class Note:
    """An oddity that does no harm: kept so that a person can see it was not overlooked."""

    file: str
    line: int | None
    text: str


class FatalProblem(Exception):
    """The files cannot be opened at all; the text says what happened and what to do."""


def shorten(value: str) -> str:
    """Return ``value`` at a length that fits a report."""
    short = value if len(value) <= LONGEST_VALUE_SHOWN else value[: LONGEST_VALUE_SHOWN - 1] + "…"
    return short.replace("\0", "␀")
