"""Reads of the roster room."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from milepost.audit.models import ImportRun
from milepost.prepared import Prepared
from milepost.roster.access import LearnerTies, Reason, Viewer, reason, visible
from milepost.roster.models import (
    AttendanceDay,
    Enrollment,
    IdentityProposal,
    LearnerKey,
    Organisation,
    OutsideIdentifier,
    Person,
    Role,
    SchoolClass,
    Setting,
)
from milepost.roster.relationships import relationships
from milepost.roster.settings import DISTRICT_SETTINGS

LEADING = (Role.Kind.SCHOOL_LEADER, Role.Kind.COUNSELOR)
PRESENT = (AttendanceDay.Status.PRESENT, AttendanceDay.Status.TARDY)
DISTRICT_WORK = (Role.Kind.DATA_LEAD, Role.Kind.DISTRICT_LEADER)


def today(district: Organisation | None = None) -> date:
    """Return the date in the district's time zone."""
    zone = ZoneInfo(district.time_zone) if district else ZoneInfo("UTC")
    return timezone.now().astimezone(zone).date()


def is_open(on: date) -> Q:
    """Return the filter for ties with `begins_on` and `ends_on` that hold on a day."""
    return (Q(begins_on=None) | Q(begins_on__lte=on)) & (Q(ends_on=None) | Q(ends_on__gte=on))


def open_enrollments(on: date | None = None) -> QuerySet[Enrollment]:
    """Return enrollments that hold on a day (default: today) in classes that are active."""
    return Enrollment.objects.filter(is_open(on or timezone.localdate()), school_class__active=True)


def viewer(person: Person, on: date | None = None) -> Viewer:
    """Return a person's relationships on a day (default: today in their district)."""
    on = on or today(person.district)
    own = relationships(person.pk, on)
    return Viewer(
        person=person.pk,
        name=person.name,
        district=person.district_id,
        on=on,
        roles=frozenset(kind for kind, _ in own.roles),
        guardian_of=frozenset(own.guardian_of),
        teaches=frozenset(own.teaches),
        leads=frozenset(place for kind, place in own.roles if kind in LEADING),
        works_for=frozenset(place for kind, place in own.roles if kind in DISTRICT_WORK),
        granted=own.granted,
    )


_enrollments = Prepared(
    lambda learner, on: (
        open_enrollments(on)
        .filter(person=learner, role="learner")
        .select_related("school_class")
        .only("school_class__school")
    ),
    UUID,
    date,
)


def ties(learner: Person, on: date | None = None) -> LearnerTies:
    """Return the classes, schools and district of a learner on a day (default: today)."""
    places = [tie.school_class for tie in _enrollments(learner.pk, on or timezone.localdate())]
    return LearnerTies(
        learner=learner.pk,
        district=learner.district_id,
        classes=frozenset(place.pk for place in places),
        schools=frozenset(place.school_id for place in places),
    )


def why_visible(viewer: Viewer, learner: Person) -> Reason | None:
    """Return why ``viewer`` may see a learner's record, or None when they may not."""
    return reason(viewer, ties(learner, viewer.on))


def visible_learners(viewer: Viewer) -> QuerySet[Person]:
    """Return the learners whose record ``viewer`` may see."""
    learners = Person.objects.filter(merged_into=None, roles__kind=Role.Kind.LEARNER)
    return learners.filter(visible(viewer)).distinct()


def class_learners(school_class: SchoolClass, on: date | None = None) -> QuerySet[Person]:
    """Return the learners of a class on a day (default: today), by family name."""
    members = open_enrollments(on).filter(school_class=school_class, role="learner")
    return Person.objects.filter(pk__in=members.values("person")).order_by(
        "family_name", "given_name"
    )


def school_learners(school: Organisation, on: date | None = None) -> QuerySet[Person]:
    """Return the learners with an open enrollment in any class of a school."""
    members = open_enrollments(on).filter(school_class__school=school, role="learner")
    return Person.objects.filter(pk__in=members.values("person"))


def keys_of(people: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return person id → learner key for those that have one."""
    rows = LearnerKey.objects.filter(person__in=list(people)).values_list("person", "id")
    return {person: key for person, key in rows if person}


def person_of(key: UUID) -> Person | None:
    """Return the person behind a learner key; None when erased or unknown."""
    found = LearnerKey.objects.filter(pk=key).select_related("person").first()
    return found.person if found else None


def setting(district: UUID, key: str, on: date | None = None) -> float | int | str:
    """Return a district's value of a setting on a day. KeyError when it is not declared."""
    default = DISTRICT_SETTINGS[key].default
    found = (
        Setting.objects.filter(
            district=district, key=key, effective_from__lte=on or timezone.localdate()
        )
        .order_by("-effective_from")
        .first()
    )
    return found.value if found else default


def local_midnight(district: Organisation, day: date) -> datetime:
    """Return the instant at which a day begins in the district's time zone."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(district.time_zone))


def attendance_by_week(school: Organisation, since: date) -> list[tuple[date, int, int]]:
    """Return (Monday, days present, days counted) of a school for each week from ``since`` on.

    A day counts when attendance was taken for a learner; tardy is present. A week without any is
    left out: that nobody was counted is not that nobody came.
    """
    days = (
        AttendanceDay.objects.filter(school=school, day__gte=since)
        .values_list("day")
        .annotate(present=Count("pk", filter=Q(status__in=PRESENT)), counted=Count("pk"))
    )
    weeks: dict[date, tuple[int, int]] = {}
    for day, present, counted in days:
        monday = day - timedelta(days=day.weekday())
        so_far = weeks.get(monday, (0, 0))
        weeks[monday] = (so_far[0] + present, so_far[1] + counted)
    return [(monday, *weeks[monday]) for monday in sorted(weeks)]


def open_proposals(run: ImportRun) -> QuerySet[IdentityProposal]:
    """Return the questions of an import about who is who that nobody has answered, by name."""
    return (
        run.identity_proposals.filter(status=IdentityProposal.Status.OPEN)
        .select_related("person")
        .order_by("name", "sourced_id", "pk")
    )


def named(district: UUID, system: str, kind: str, value: str) -> UUID | None:
    """Return what a system calls ``value`` now: the id of a person, class, school, …; or None."""
    found = OutsideIdentifier.objects.filter(
        district=district, system=system, kind=kind, value=value, valid_until=None
    )
    return found.values_list("target", flat=True).first()
