"""Competencies as pages show them: fetched once, named once."""

from collections.abc import Collection
from uuid import UUID

from milepost.purpose.models import Competency
from milepost.purpose.queries import InUse


def by_id(ids: Collection[UUID], known: InUse | None = None) -> dict[UUID, Competency]:
    """Return competencies by id, retired ones included, with their framework.

    Those that the district works by come from ``known``; only others are asked for.
    """
    kept = known.by_id if known else {}
    found = {id_: kept[id_] for id_ in ids if id_ in kept}
    others = [id_ for id_ in ids if id_ not in found]
    if others:
        found |= Competency.objects.select_related("framework").in_bulk(others)
    return found
