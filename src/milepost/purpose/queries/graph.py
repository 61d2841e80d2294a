"""What must be shown before what, over all frameworks of a district."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone

from milepost.purpose.models import Association, Competency, FrameworkVersion
from milepost.purpose.prerequisites import Graph, build_graph
from milepost.purpose.queries.frameworks import in_force
from milepost.purpose.ties import CHILD, EXACT_MATCH, PRECEDES

Stamp = tuple[UUID | None, int, int, int]


def prerequisite_graph(district: UUID, on: date | None = None) -> Graph[UUID]:
    """Return the direct prerequisites of every assessable competency that counts on a day.

    Edges are carried over from one framework to another where a crosswalk says that two items are
    an exact match. It is kept in memory until a framework, an end or a log's labels change it; to
    ask whether they did takes two questions to the database.
    """
    on = on or timezone.localdate()
    return _graph(district, on, _stamp(district, on))


def prerequisites(district: UUID, on: date | None = None) -> Mapping[UUID, frozenset[UUID]]:
    """Return competency → its direct prerequisites (see `prerequisite_graph`)."""
    return prerequisite_graph(district, on).direct


def _stamp(district: UUID, on: date) -> Stamp:
    """Return what changes whenever the graph may: the last version and counts of competencies."""
    last = FrameworkVersion.objects.filter(district=district).order_by("-pk")
    rows = Competency.objects.filter(district=district).aggregate(
        every=Count("pk"),
        ended=Count("pk", filter=Q(retired_on__isnull=False)),
        counting=Count("pk", filter=in_force(on)),
    )
    return (
        last.values_list("pk", flat=True).first(),
        rows["every"],
        rows["ended"],
        rows["counting"],
    )


@lru_cache(maxsize=16)
def _graph(district: UUID, on: date, stamp: Stamp) -> Graph[UUID]:
    del stamp  # a part of the key, nothing more
    counting = Competency.objects.filter(in_force(on), district=district, assessable=True)
    ties: dict[str, list[tuple[UUID, UUID]]] = {CHILD: [], PRECEDES: [], EXACT_MATCH: []}
    for kind, origin, destination in _ties(district, on, list(ties)):
        ties[kind].append((origin, destination))
    rows = Competency.objects.filter(district=district).values_list("pk", "framework")
    return build_graph(
        list(counting.values_list("pk", flat=True)),
        precedes=ties[PRECEDES],
        children=ties[CHILD],
        matches=ties[EXACT_MATCH],
        framework_of=dict(rows),
    )


def _ties(district: UUID, on: date, kinds: list[str]) -> Iterable[tuple[str, UUID, UUID]]:
    rows = Association.objects.filter(
        in_force(on),
        district=district,
        kind__in=kinds,
        origin__isnull=False,
        destination__isnull=False,
    )
    return rows.order_by("pk").values_list("kind", "origin", "destination")
