"""Lawful erasure of one person: what the roster knows of them is destroyed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from milepost.audit.commands import record_event
from milepost.audit.models import ImportRun, RefusedRow
from milepost.roster.models import (
    AccessGrant,
    Account,
    AttendanceDay,
    Demographics,
    Enrollment,
    Guardianship,
    IdentityProposal,
    LearnerKey,
    OutsideIdentifier,
    Person,
    Role,
)

NOBODY = {"given_name": "Erased", "middle_name": "", "family_name": "person",
          "preferred_name": "", "email": "", "grade": "", "language": "en",
          "active": False}  # fmt: skip
"""What is left of a person: a row without a name, which old acts and judgements point to."""


@dataclass(frozen=True)
class Erased:
    """What an erasure of a person destroyed, by kind, and the keys whose link it cut."""

    destroyed: Mapping[str, int]
    keys: tuple[UUID, ...]
    labels: frozenset[tuple[str, str]]
    """(system, value) by which other systems named the person."""


@transaction.atomic
def erase_person(*, by: UUID | None, person: Person, why: str, now: datetime) -> Erased:
    """Destroy names, contact, sign-in, demographics, ties, attendance and identifiers of a person.

    Aliases that were merged into the person go with them. The row stays, nameless, and so do the
    learner's key, cut off from it with a tombstone, and every audit event (ids only). Cannot be
    undone. Raises ValueError without a reason.

    What higher rooms keep about the person must be erased in the same transaction.
    """
    if not why.strip():
        raise ValueError("Say on what ground the record is erased.")
    everybody = [person.pk, *Person.objects.filter(merged_into=person).values_list("pk", flat=True)]
    identifiers = OutsideIdentifier.objects.filter(kind="person", target__in=everybody)
    labels = frozenset(identifiers.values_list("system", "value"))
    keys = LearnerKey.objects.filter(person__in=everybody)
    cut = tuple(keys.values_list("pk", flat=True))
    destroyed = {"rows that imports refused": _refused(everybody, labels)}
    for name, rows in _rows(everybody, labels).items():
        destroyed[name] = rows.count()
        rows.delete()
    keys.update(person=None, erased_at=now)
    Person.objects.filter(pk__in=everybody).update(**NOBODY)
    destroyed["names"] = len(everybody)
    record_event(
        action="roster.erase_person",
        by=by,
        district=person.district_id,
        target_kind="person",
        target=person.pk,
        why=why,
        detail={"destroyed": destroyed},
        now=now,
    )
    return Erased(destroyed, cut, labels)


def _rows(everybody: list[UUID], labels: frozenset[tuple[str, str]]) -> dict[str, QuerySet[Any]]:
    """Return what is destroyed whole, by what a person calls it, in an order that keys allow."""
    whose = Q(person__in=everybody)
    either = Q(learner__in=everybody)
    return {
        "sign-ins": Account.objects.filter(whose),
        "demographics": Demographics.objects.filter(whose),
        "days of attendance": AttendanceDay.objects.filter(either),
        "enrollments": Enrollment.objects.filter(whose),
        "roles": Role.objects.filter(whose),
        "family ties": Guardianship.objects.filter(either | Q(guardian__in=everybody)),
        "grants of access": AccessGrant.objects.filter(whose | either),
        "questions of identity": IdentityProposal.objects.filter(
            whose | Q(sourced_id__in=[value for _, value in labels])
        ),
        "identifiers": OutsideIdentifier.objects.filter(kind="person", target__in=everybody),
    }


def _refused(everybody: list[UUID], labels: frozenset[tuple[str, str]]) -> int:
    """Blank the cells of refused rows that hold a name, an address or an identifier of theirs."""
    people = Person.objects.filter(pk__in=everybody)
    words = {value for _, value in labels}
    for names in people.values_list("given_name", "family_name", "preferred_name", "email"):
        words |= {name for name in names if name}
    district = people.values_list("district", flat=True)[:1]
    runs = ImportRun.objects.filter(district__in=district)
    hit = RefusedRow.objects.filter(run__in=runs, value__in=words)
    return hit.update(value="", reason="A cell of a person whose record was erased.")
