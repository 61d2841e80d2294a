"""Bringing a table of a framework to what a package says, in few statements."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from milepost.ids import new_ids
from milepost.purpose.models import Association, Competency, Definition, Framework

CHUNK = 500
"""Rows a statement: SQLite allows about 32,000 values in one, and a competency has 14."""

Row = TypeVar("Row", Competency, Association, Definition)
Key = tuple[str, ...]
Wanted = Mapping[Key, Mapping[str, Any]]
"""Key of a row within its framework → its other columns."""


def sync(
    model: type[Row], framework: Framework, key: Sequence[str], wanted: Wanted, on: date
) -> Counter[str]:
    """Make a framework's rows what is ``wanted``; count added, changed, retired and returned.

    A row that is not wanted any more is retired on the day ``on``, never deleted; one that comes
    back counts again. What stands as wanted is not written.
    """
    rows = model.objects.filter(framework=framework)
    known = {tuple(getattr(row, name) for name in key): row for row in rows}
    counts: Counter[str] = Counter()
    touched = list[Row]()
    names = {"retired_on"}
    for one, columns in wanted.items():
        if one not in known:
            continue
        change, different = _update(known[one], columns)
        if different:
            counts[change] += 1
            touched.append(known[one])
            names |= different
    for one, row in known.items():
        if one not in wanted and row.retired_on is None:
            row.retired_on = on
            counts["retired"] += 1
            touched.append(row)
    new = [one for one in wanted if one not in known]
    counts["added"] = len(new)
    model.objects.bulk_create(_rows(model, framework, key, new, wanted), batch_size=CHUNK)
    if touched:
        model.objects.bulk_update(touched, sorted(names), batch_size=CHUNK // 5)
    return +counts


def _update(row: Row, columns: Mapping[str, Any]) -> tuple[str, set[str]]:
    """Set what differs; return "changed" or "returned", and the columns that differ."""
    ended_here = isinstance(row, Competency) and row.retired_why not in ("", PUBLISHER_ENDED)
    keep = {"retired_on", "retired_why"} if ended_here else set()
    target = {"retired_on": None} | dict(columns)
    different = {
        name: value
        for name, value in target.items()
        if name not in keep and getattr(row, name) != value
    }
    returned = row.retired_on is not None and "retired_on" in different
    for name, value in different.items():
        setattr(row, name, value)
    return "returned" if returned and row.retired_on is None else "changed", set(different)


def _rows(
    model: type[Row], framework: Framework, key: Sequence[str], new: list[Key], wanted: Wanted
) -> Iterator[Row]:
    for id_, one in zip(new_ids(len(new)), new, strict=True):
        yield model(
            id=id_,
            district_id=framework.district_id,
            framework=framework,
            **dict(zip(key, one, strict=True)),
            **wanted[one],
        )


PUBLISHER_ENDED = "Its publisher ended it on this day."
"""`retired_why` of a competency whose package gives it a statusEndDate."""
