"""What one roster import holds in its hands, and the two writes that every table shares."""

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from milepost.ids import new_ids
from milepost.roster.commands.bulk import insert
from milepost.roster.commands.oneroster.identifiers import Identifiers
from milepost.roster.commands.oneroster.matching import Match
from milepost.roster.models import Organisation
from milepost.roster.oneroster import Problem, Roster

CHUNK = 2_000
"""Rows a statement: few enough for the variables that SQLite allows, many enough to be quick."""

FEW = 20_000
"""So many records or fewer are looked up one by one; more are found by reading all."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much is done, and how much there is."""

T = TypeVar("T")


class RefusedError(Exception):
    """The set cannot be imported; the rows that are in the way."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} rows")
        self.problems = problems


@dataclass
class Work:
    """One import while it runs. ``counts``: what → "new", "changed" or "ended" → how many."""

    district: Organisation
    system: str
    now: datetime
    today: date
    roster: Roster
    identifiers: Identifiers
    progress: Progress
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    made: set[UUID] = field(default_factory=set)
    """Records that this import made."""
    gone: set[UUID] = field(default_factory=set)
    """Schools, classes and people that this import ends; their ties end with them."""
    open_enrollments: int = 0
    ended_enrollments: int = 0
    proposals: list[Match] = field(default_factory=list)
    """Questions about who somebody is that no person has answered yet."""

    def count(self, what: str, change: str, number: int) -> None:
        """Add to the counts; zeros leave no trace."""
        if number:
            self.counts.setdefault(what, Counter())[change] += number

    @property
    def writes(self) -> int:
        """How many rows were written so far; zero means that nothing was new."""
        counted = sum(sum(one.values()) for one in self.counts.values())
        return counted + self.identifiers.written

    def mode(self, table: str) -> str:
        """Return "bulk", "delta" or "absent": what the set carries of a table."""
        return self.roster.manifest.modes[table]


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Yield lists of at most ``size`` items."""
    whole = list(items)
    for start in range(0, len(whole), size):
        yield whole[start : start + size]


def rows_of(
    rows: QuerySet[Any], field: str, values: Collection[Any], *columns: str
) -> Iterator[tuple[Any, ...]]:
    """Yield columns of the rows that have one of ``values`` in a field.

    Few are asked for by value; for many it is quicker to read all, so other rows may come too.
    """
    parts = [rows]
    if len(values) <= FEW:
        parts = [rows.filter(**{f"{field}__in": some}) for some in chunks(values)]
    for part in parts:
        yield from part.values_list(*columns).iterator(chunk_size=CHUNK)


def identify(
    work: Work,
    kind: str,
    keys: Mapping[str, Sequence[Hashable]],
    known: Iterable[tuple[Hashable, UUID]],
) -> dict[str, UUID]:
    """Return sourcedId → our id for places and sessions; an unknown one is recognised or made.

    ``keys`` are what each is also known by (identifier, name, …), the surest first; ``known``
    says which of our records have which. A sourcedId that is new to us names a record of ours
    when exactly one has the key, no sourcedId in the set names that record, and no other newcomer
    has the key: so an import after a change of system goes on with the schools and classes that
    are there. People are never recognised like this: see `matching`.
    """
    live = work.identifiers.of(kind)
    found = {sourced_id: live[sourced_id] for sourced_id in keys if sourced_id in live}
    newcomers = [sourced_id for sourced_id in keys if sourced_id not in live]
    if not newcomers:
        return found
    named = set(found.values())
    holders: dict[Hashable, set[UUID]] = {}
    for key, pk in known:
        if pk not in named:
            holders.setdefault(key, set()).add(pk)
    askers = Counter(key for sourced_id in newcomers for key in keys[sourced_id])
    for sourced_id, fresh in zip(newcomers, new_ids(len(newcomers)), strict=True):
        sure = (
            next(iter(holders[key]))
            for key in keys[sourced_id]
            if len(holders.get(key, ())) == 1 and askers[key] == 1
        )
        pk = next((one for one in sure if one not in named), fresh)
        found[sourced_id] = pk
        named.add(pk)
        work.identifiers.name(kind, sourced_id, pk, fresh=pk is fresh)
    return found


def save(
    work: Work,
    what: str,
    model: type[Model],
    rows: Mapping[UUID, Mapping[str, Any]],
    at_first: Mapping[str, Any] | None = None,
) -> None:
    """Make the records that are not there, change those that differ, and touch no other.

    ``rows``: our id → fields. ``at_first``: fields given to a new record and never changed after.
    """
    names = sorted({name for fields in rows.values() for name in fields})
    there = _there(work, model, rows, names)
    fresh = {pk: fields for pk, fields in rows.items() if pk not in there}
    missing = {f.attname: f.get_default() for f in model._meta.concrete_fields}
    insert(
        model,
        {"id": list(fresh)}
        | {name: [one.get(name, missing[name]) for one in fresh.values()] for name in names},
        district_id=work.district.pk,
        **(at_first or {}),
    )
    changed, touched = [], set[str]()
    for pk, before in there.items():
        different = {n for n, value in rows[pk].items() if before[n] != value}
        if different:
            changed.append(model(pk=pk, **{**before, **rows[pk]}))
            touched |= different
    if changed:
        model._default_manager.bulk_update(changed, sorted(touched), batch_size=CHUNK // 4)
    work.made.update(fresh)
    work.count(what, "new", len(fresh))
    work.count(what, "changed", len(changed))


def _there(
    work: Work, model: type[Model], rows: Mapping[UUID, Any], names: Sequence[str]
) -> dict[UUID, dict[str, Any]]:
    """Return the records that are there of those in ``rows``: id → fields."""
    every = model._default_manager.filter(district=work.district)
    found = rows_of(every, "pk", rows.keys(), "pk", *names)
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in found if row[0] in rows}


def deactivate(work: Work, what: str, model: type[Model], targets: Iterable[UUID]) -> None:
    """Mark records as no longer active; what hangs on them stays as history."""
    for some in chunks(targets):
        active = model._default_manager.filter(pk__in=some, active=True)
        work.count(what, "ended", active.update(active=False))


def dropped(
    work: Work, table: str, kind: str, here: Mapping[str, UUID], leaving: Iterable[str]
) -> set[UUID]:
    """Return the records that the set ends: absent from a bulk file, or to be deleted.

    Only records that this system has named, and that no other system names still.
    """
    live = work.identifiers.of(kind)
    gone = {live[sourced_id] for sourced_id in leaving if sourced_id in live}
    if work.mode(table) == "bulk":
        gone |= set(live.values())
    gone -= set(here.values())
    return gone - work.identifiers.named_elsewhere(kind, gone)
