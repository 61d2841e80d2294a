"""Reads of plans: which a person may see, what a version says, what differs between two."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Max, QuerySet

from milepost.funding.models.plan import Plan, PlanVersion
from milepost.funding.plan.difference import Difference
from milepost.funding.plan.difference import difference as compare
from milepost.funding.plan.document import plan_from_json
from milepost.funding.plan.model import Plan as Contents
from milepost.funding.plan.parts import Headcount
from milepost.funding.years import fiscal_year, last_day
from milepost.roster.access import Viewer
from milepost.roster.models import Enrollment, Organisation, Role
from milepost.roster.queries import is_open

COUNT_DAY = (10, 1)
"""Month and day of the autumn count, as federal membership counts take it."""


@dataclass(frozen=True)
class Held:
    """A version of a plan with what it says."""

    version: PlanVersion
    contents: Contents


def plans(viewer: Viewer) -> QuerySet[Plan]:
    """Return the plans that a person may see, by name, with the number of the ``newest`` version.

    The finance lead and who works for a district see its plans; who leads a school sees the
    school's.
    """
    districts = set(viewer.works_for)
    if Role.Kind.FINANCE_LEAD in viewer.roles:
        districts.add(viewer.district)
    found = Plan.objects.filter(district__in=districts) | Plan.objects.filter(
        school__in=viewer.leads
    )
    return (
        found.select_related("school")
        .annotate(newest=Max("versions__number"))
        .order_by("name", "first_year")
    )


def plan(pk: UUID, version: int | None = None) -> Held:
    """Return a plan's version (None: the newest) with what it says.

    Raises PlanVersion.DoesNotExist; who may see it is asked before (`plans`).
    """
    kept = PlanVersion.objects.select_related("plan", "plan__school").filter(plan=pk)
    found = kept.get(number=version) if version is not None else kept.order_by("-number").first()
    if found is None:
        raise PlanVersion.DoesNotExist(f"there is no plan {pk}")
    return Held(found, plan_from_json(found.document))


def difference(a: PlanVersion, b: PlanVersion, *, on: date) -> Difference:
    """Return what differs between two versions, entry by entry and line by line."""
    return compare(plan_from_json(a.document), plan_from_json(b.document), on=on)


def headcounts(
    school: Organisation, grades: Sequence[str], years: Sequence[int], *, on: date
) -> tuple[Headcount, ...]:
    """Return the roster's autumn count of a school by grade, a year each, for a plan's history.

    Counted are learners enrolled in any class on 1 October. The grade of the year that holds the
    day ``on`` is the learner's own, of earlier years that of their classes. A year in which nobody
    was enrolled, or a grade cannot be told, is not known by grade: its counts are None, not zero.
    """
    return tuple(
        Headcount(year, _counted(school, grades, year, fiscal_year(on) == year)) for year in years
    )


def _counted(
    school: Organisation, grades: Sequence[str], year: int, now: bool
) -> tuple[int | None, ...]:
    day = date(last_day(year).year - 1, *COUNT_DAY)
    rows = Enrollment.objects.filter(
        is_open(day), school_class__school=school, role="learner"
    ).values_list("person", "person__grade", "school_class__grades")
    grade_of: dict[UUID, str | None] = {}
    for person, own, of_class in rows:
        if now:
            grade_of[person] = own or None
        elif len(of_class) == 1:
            grade_of[person] = of_class[0]
        else:
            grade_of.setdefault(person, None)
    if not grade_of or None in grade_of.values():
        return (None,) * len(grades)
    counts = Counter(grade_of.values())
    return tuple(counts[grade] for grade in grades)
