"""What a database says, whatever identifiers and moments of writing it says it with.

Two runs of one import make different identifiers. Here every identifier is replaced by the content
of the row that it stands for, and every instant since the trial began by "now".
"""

import re
from collections import Counter
from datetime import datetime
from hashlib import blake2b
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from milepost.site.backup.tables import Table, read_rows, recorded_tables

FLOORS = ("roster", "purpose", "evidence", "assessment", "learning")
"""Rooms whose tables hold what people said. `mastery` follows from it; `audit` tells the story."""
IDENTIFIER = re.compile(r"\b[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\b")

Meaning = dict[str, Counter[str]]


def meaning(connection: BaseDatabaseWrapper, *, since: datetime) -> Meaning:
    """Return how often each content occurs, by table."""
    instant = f"{since:%Y-%m-%d %H:%M:%S}"
    stands_for: dict[str, str] = {}
    return {
        table.name: _contents(connection, table, stands_for, instant)
        for table in sorted(recorded_tables(connection), key=_turn)
        if table.model._meta.app_label in FLOORS
    }


def _turn(table: Table) -> tuple[int, bool]:
    """Order tables so that what an identifier stands for is known before it is met."""
    label = table.model._meta.app_label
    floor = FLOORS.index(label) if label in FLOORS else len(FLOORS)
    return floor, table.name == "roster_outsideidentifier"


def _contents(
    connection: BaseDatabaseWrapper, table: Table, stands_for: dict[str, str], instant: str
) -> Counter[str]:
    own = table.model._meta.pk
    place = next((k for k, one in enumerate(table.columns) if own and one.name == own.column), None)
    named = place is not None and own is not None and not own.is_relation
    moments = {k for k, one in enumerate(table.columns) if one.kind == "DateTimeField"}
    contents: Counter[str] = Counter()
    for rows in read_rows(connection, table):
        for row in rows:
            said = [
                "now" if k in moments and value and value >= instant else _plain(value, stands_for)
                for k, value in enumerate(row)
                if not (named and k == place)
            ]
            content = blake2b(repr((table.name, said)).encode(), digest_size=8).hexdigest()
            contents[content] += 1
            if named and place is not None:
                stands_for[str(row[place])] = content
    return contents


def _plain(value: Any, stands_for: dict[str, str]) -> Any:
    if not isinstance(value, str):
        return value
    return IDENTIFIER.sub(lambda found: stands_for.get(found.group().replace("-", ""), "?"), value)
