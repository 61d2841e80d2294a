"""What keeps a file from being taken in, said so that its sender can put it right."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where, what, and what to do (the shape of `audit.Refusal`)."""

    file: str
    line: int | None
    column: str | None
    value: str
    reason: str
    advice: str


class RefusedError(ValueError):
    """What was given cannot be taken in; nothing has changed. Carries every problem."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{one.value} {one.reason}".strip() for one in problems[:3]))
        self.problems = tuple(problems)
