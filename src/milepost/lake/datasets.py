"""What a published table is: its columns, what each means, and how sensitive it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

YEAR_BEGINS = 7  # Month. School years are named by the calendar year in which they end.


@dataclass(frozen=True)
class Column:
    """One column. `sensitivity`: public, internal, or pseudonymous (it is about one learner)."""

    name: str
    type: pa.DataType
    meaning: str
    source: str
    sensitivity: str = "internal"
    nullable: bool = False


@dataclass(frozen=True)
class Dataset:
    """One table of the lake, partitioned by district and school year."""

    name: str
    meaning: str
    columns: tuple[Column, ...]

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of every file."""
        return pa.schema([pa.field(c.name, c.type, nullable=c.nullable) for c in self.columns])


def school_year(day: date) -> int:
    """Return the calendar year in which the school year of a day ends."""
    return day.year + (day.month >= YEAR_BEGINS)


_HEADING = """# Data dictionary of the lake

Made by `milepost lake dictionary` from what the rooms declare. Beside its own columns each table
has `district` (UUID) and `school_year` (the calendar year in which it ends; it turns on 1 July):
they stand in the path of a file. Public: about organisations and words. Internal: about the
district's work, naming nobody. Pseudonymous: about one learner, as protected as the record itself.
"""


def dictionary(datasets: Iterable[Dataset]) -> str:
    """Return the data dictionary as Markdown."""
    parts = [_HEADING]
    for dataset in datasets:
        rows = [
            f"| `{c.name}` | {c.type} | {'yes' if c.nullable else 'no'} | {c.sensitivity} "
            f"| {c.source} | {c.meaning} |"
            for c in dataset.columns
        ]
        head = "| column | type | may be missing | sensitivity | source | meaning |"
        rule = "|---|---|---|---|---|---|"
        title = f"## {dataset.name}\n\n{dataset.meaning}\n"
        parts.append("\n".join([title, head, rule, *rows]) + "\n")
    return "\n".join(parts)
