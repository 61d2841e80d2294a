"""What is wrong with a log, said so that the person who keeps it can put it right."""

from dataclasses import dataclass

LONGEST_VALUE_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a row, or the whole file, cannot be taken in.

    ``line`` is the physical line of a CSV file (the header is line 1) and the row of a Parquet
    file (the first is 1); None when it is about the whole file. ``column`` is the file's header;
    None when it is about the row.
    """

    file: str
    line: int | None
    column: str | None
    value: str
    reason: str
    advice: str


class UnreadableError(Exception):
    """The file cannot be read as a response log at all; ``problem`` says why."""

    def __init__(
        self,
        file: str,
        reason: str,
        advice: str,
        *,
        line: int | None = None,
        column: str | None = None,
        value: str = "",
    ) -> None:
        self.problem = Problem(file, line, column, shorten(value), reason, advice)
        super().__init__(f"{reason} {advice}")


def shorten(value: str) -> str:
    """Return ``value`` at a length that fits a report, with NUL made visible."""
    short = value if len(value) <= LONGEST_VALUE_SHOWN else value[: LONGEST_VALUE_SHOWN - 1] + "…"
    return short.replace("\0", "␀")
