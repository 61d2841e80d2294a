"""The competencies that a district works by."""

from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from milepost.purpose.models import Competency
from milepost.purpose.queries.frameworks import in_force


def competencies_in_use(district: UUID, on: date | None = None) -> QuerySet[Competency]:
    """Return the assessable competencies in force of the frameworks that a district works by.

    In the order of their frameworks. A framework that is only kept beside (a state's standards
    for a crosswalk) is not among them; neither is what was retired by ``on`` (default: today).
    """
    return (
        Competency.objects.filter(
            in_force(on), district=district, framework__in_use=True, assessable=True
        )
        .select_related("framework")
        .order_by("framework__title", "framework_id", "position", "code")
    )
