"""Which frameworks and competencies there are, and which of them count on a day."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Case, Count, IntegerField, Max, Q, QuerySet, Value, When
from django.utils import timezone

from milepost.purpose.models import Competency, Framework, FrameworkVersion


def in_force(on: date | None = None) -> Q:
    """Return the filter for competencies, ties and definitions that count on a day."""
    return Q(retired_on=None) | Q(retired_on__gt=on or timezone.localdate())


def frameworks(district: UUID, on: date | None = None) -> QuerySet[Framework]:
    """Return a district's frameworks by title.

    Each carries `assessable_count`, `retired_count`, `version_number` and `taken_at` (None for a
    framework that grew from labels and has no versions).
    """
    counts = Q(competencies__assessable=True) & (
        Q(competencies__retired_on=None)
        | Q(competencies__retired_on__gt=on or timezone.localdate())
    )
    retired = Q(competencies__retired_on__lte=on or timezone.localdate())
    return (
        Framework.objects.filter(district=district)
        .annotate(
            assessable_count=Count("competencies", filter=counts, distinct=True),
            retired_count=Count("competencies", filter=retired, distinct=True),
            version_number=Max("versions__number"),
            taken_at=Max("versions__taken_at"),
        )
        .order_by("title", "pk")
    )


def competencies(
    district: UUID,
    *,
    framework: UUID | None = None,
    on: date | None = None,
    assessable: bool | None = True,
) -> QuerySet[Competency]:
    """Return the competencies that count on a day (default: today), in the frameworks' order.

    `assessable`: True for what evidence may show, False for headings, None for both.
    """
    rows = Competency.objects.filter(in_force(on), district=district)
    if framework is not None:
        rows = rows.filter(framework=framework)
    if assessable is not None:
        rows = rows.filter(assessable=assessable)
    return rows.order_by("framework", "position", "pk")


def effective(ids: Iterable[UUID], on: date | None = None) -> set[UUID]:
    """Return those of ``ids`` that count on a day: known, assessable and not retired.

    One question to the database a thousand ids.
    """
    asked, found = list(ids), set[UUID]()
    for start in range(0, len(asked), 1_000):
        rows = Competency.objects.filter(
            in_force(on), pk__in=asked[start : start + 1_000], assessable=True
        )
        found.update(rows.values_list("pk", flat=True))
    return found


def search(
    district: UUID,
    text: str,
    *,
    framework: UUID | None = None,
    on: date | None = None,
    retired: bool = False,
) -> QuerySet[Competency]:
    """Return competencies that have every word of ``text`` in code, title or statement.

    An exact code comes first, then codes that begin so, then where a word begins so ("ratio" before
    "operations"), each in the frameworks' order. Without words: nothing. SQLite folds the case of
    ASCII letters only.
    """
    words = text.split()
    rows = Competency.objects.filter(district=district).select_related("framework")
    if not words:
        return rows.none()
    if not retired:
        rows = rows.filter(in_force(on))
    if framework is not None:
        rows = rows.filter(framework=framework)
    for word in words:
        rows = rows.filter(
            Q(code__icontains=word) | Q(title__icontains=word) | Q(statement__icontains=word)
        )
    nearness = Case(
        When(code__iexact=text.strip(), then=Value(0)),
        When(code__istartswith=words[0], then=Value(1)),
        When(_begins(words[0]), then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    return rows.order_by(nearness, "framework__title", "position", "pk")


def _begins(word: str) -> Q:
    """Return the filter for competencies in whose title or statement a word begins with this."""
    return (
        Q(title__istartswith=word)
        | Q(statement__istartswith=word)
        | Q(title__icontains=f" {word}")
        | Q(statement__icontains=f" {word}")
    )


def versions(framework: UUID) -> QuerySet[FrameworkVersion]:
    """Return the packages of a framework that were taken in, newest first, without their bytes."""
    return (
        FrameworkVersion.objects.filter(framework=framework).defer("received").order_by("-number")
    )
