"""What the system that sends a roster calls our records."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import QuerySet

from milepost.prepared import Unindexed
from milepost.roster.commands.bulk import insert
from milepost.roster.models import Organisation, OutsideIdentifier

LONGEST = 255
CHUNK = 2_000
SHARED = {"organisation_part"}
"""Kinds of which several names may mean one record: a department is its school to us."""


T = TypeVar("T")


def fit(value: str) -> str:
    """Return a value that the table can hold; one made of two sourcedIds may be too long."""
    return value if len(value) <= LONGEST else "sha256:" + sha256(value.encode()).hexdigest()


class Identifiers:
    """The identifiers that are in use for one system of a district, and those newly given.

    Nothing is written before `flush`. A new name of a record closes the old one in that system. A
    name that is closed is kept: it says what the record was called, and until when.
    """

    def __init__(self, district: Organisation, system: str, now: datetime) -> None:
        self.district, self.system, self.now = district, system, now
        self.written = 0
        self._live: dict[str, dict[str, UUID]] = {}
        self._given: dict[str, dict[str, UUID]] = {}
        self._closed: dict[str, set[str]] = {}
        self._renamed: dict[str, list[UUID]] = {}

    def of(self, kind: str) -> Mapping[str, UUID]:
        """Return value → our id of all that the system names, newly given names included."""
        if kind not in self._live:
            rows = self._rows(kind).values_list("value", "target")
            self._live[kind] = dict(rows.iterator(chunk_size=CHUNK))
        return self._live[kind]

    def look_up(
        self, kind: str, values: Iterable[str], targets: QuerySet[Any] | Iterable[UUID] = ()
    ) -> None:
        """Read only the names ``values``, and the names of ``targets`` (ids, or a query for them).

        For ties, of which years of history pile up: `of` then gives these and no others.
        """
        rows = self._rows(kind).values_list("value", "target")
        live: dict[str, UUID] = {}
        self._live[kind] = live
        if not rows.exists():
            return
        if isinstance(targets, QuerySet):
            live.update(rows.filter(target__in=targets).iterator(chunk_size=CHUNK))
        else:
            theirs = OutsideIdentifier.objects.alias(within=Unindexed("district_id")).filter(
                within=self.district.pk, system=self.system, kind=kind, valid_until=None
            )
            for few in _chunks(targets):
                live.update(theirs.filter(target__in=few).values_list("value", "target"))
        for some in _chunks(value for value in values if value not in live):
            live.update(rows.filter(value__in=some))

    def closed(self, kind: str) -> set[str]:
        """Return the values that once named another record in this system."""
        rows = OutsideIdentifier.objects.filter(
            district=self.district, system=self.system, kind=kind, valid_until__isnull=False
        )
        return set(rows.values_list("value", flat=True))

    @cached_property
    def other_rosters(self) -> frozenset[str]:
        """The other systems that send this district rosters: those that name organisations."""
        rows = OutsideIdentifier.objects.filter(
            district=self.district, kind="organisation", valid_until=None
        ).exclude(system=self.system)
        return frozenset(rows.values_list("system", flat=True).distinct())

    def name(self, kind: str, value: str, target: UUID, *, fresh: bool = False) -> None:
        """Give a record its name in the system. ``fresh``: a record that had none before."""
        live = self.of(kind)
        if live.get(value) == target:
            return
        if value in live:
            self._closed.setdefault(kind, set()).add(value)
        self._live[kind][value] = target
        self._given.setdefault(kind, {})[value] = target
        if not fresh and kind not in SHARED:
            self._renamed.setdefault(kind, []).append(target)

    def named_elsewhere(self, kind: str, targets: Iterable[UUID]) -> set[UUID]:
        """Return those of ``targets`` that another roster names."""
        found: set[UUID] = set()
        if not self.other_rosters:
            return found
        for some in _chunks(targets):
            found.update(
                OutsideIdentifier.objects.filter(
                    district=self.district,
                    system__in=self.other_rosters,
                    kind=kind,
                    valid_until=None,
                    target__in=some,
                ).values_list("target", flat=True)
            )
        return found

    def flush(self, kind: str | None = None) -> None:
        """Write the names that were given, and close those that they replace.

        Of one kind, when the import is done with it, or of all; they are read anew after that.
        """
        for one in [kind] if kind else list(self._given):
            self._flush(one, self._given.pop(one, {}))
            self._live.pop(one, None)

    def _flush(self, kind: str, given: Mapping[str, UUID]) -> None:
        for values in _chunks(self._closed.pop(kind, ())):
            self._close(self._rows(kind).filter(value__in=values))
        for targets in _chunks(self._renamed.pop(kind, ())):
            self._close(self._rows(kind).filter(target__in=targets))
        insert(
            OutsideIdentifier,
            {"value": list(given), "target": list(given.values())},
            district_id=self.district.pk,
            system=self.system,
            kind=kind,
            valid_from=self.now,
        )
        self.written += len(given)

    def _rows(self, kind: str) -> QuerySet[OutsideIdentifier]:
        return OutsideIdentifier.objects.filter(
            district=self.district, system=self.system, kind=kind, valid_until=None
        )

    def _close(self, rows: QuerySet[OutsideIdentifier]) -> None:
        self.written += rows.update(valid_until=self.now)


def _chunks(items: Iterable[T]) -> Iterator[list[T]]:
    whole = list(items)
    for start in range(0, len(whole), CHUNK):
        yield whole[start : start + CHUNK]
