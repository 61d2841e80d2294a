"""Where a number comes from: every one in a plan, a contract or a formula carries it."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Source:
    """Who said so, where, and when."""

    cite: str
    on: date
    by: str
    """The person who entered it, by name or role."""

    def __post_init__(self) -> None:
        if not self.cite.strip() or not self.by.strip():
            raise ValueError("a number needs a source: what it is taken from, and who entered it")
