"""Competencies as pages show them: fetched once, named once."""

from collections.abc import Collection
from uuid import UUID

from milepost.purpose.models import Competency


def by_id(ids: Collection[UUID]) -> dict[UUID, Competency]:
    """Return competencies by id, retired ones included, with their framework."""
    return Competency.objects.select_related("framework").in_bulk(list(ids))
