"""The values that components are made from. Pages build them from their rooms' answers.

`look` knows no other room: statuses come in as codes (`none`, `working`, `proficient`, `refresh`)
with the words that the district chose for them, and every address comes in as text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

# The order in which statuses are drawn and counted, surest first.
STATUS_ORDER = ("proficient", "refresh", "working", "none")


@dataclass(frozen=True)
class Cell:
    """One learner and one competency in a heat map.

    `code` is a status code and `words` its words; `detail` is read aloud after them ("5 pieces of
    evidence"). `unsure` draws the lighter, dashed edge: the belief is still uncertain.
    """

    code: str
    words: str
    url: str = ""
    detail: str = ""
    unsure: bool = False


@dataclass(frozen=True)
class Column:
    """One competency at the head of a heat map: `shown` of `of` learners are proficient in it.

    `counts` are learners by status code, for the distribution bar. `full` is the long name where
    `label` is a short code.
    """

    label: str
    shown: int
    of: int
    counts: Mapping[str, int]
    url: str = ""
    full: str = ""


@dataclass(frozen=True)
class Row:
    """One learner in a heat map; `cells` in the order of the columns, None where nothing is."""

    label: str
    cells: Sequence[Cell | None]
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class HeatMap:
    """A grid of learners by competencies. `words` are the district's words by status code."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    words: Mapping[str, str]
    corner: str = ""


@dataclass(frozen=True)
class Moment:
    """One entry of a timeline; `code` and `words` draw a status chip, `body` is plain text."""

    when: datetime | date
    title: str
    url: str = ""
    body: str = ""
    code: str = ""
    words: str = ""
    void: bool = False


@dataclass(frozen=True)
class Point:
    """One value over time; None is missing and leaves a gap. `low` and `high` are its interval."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
