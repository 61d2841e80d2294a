"""One organisation, one person, one relationship at a time."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from milepost.audit.commands import record_event
from milepost.ids import new_id
from milepost.roster.models import (
    AccessGrant,
    Account,
    Course,
    Enrollment,
    Guardianship,
    LearnerKey,
    Organisation,
    Person,
    Role,
    SchoolClass,
    Setting,
)
from milepost.roster.settings import DISTRICT_SETTINGS


@transaction.atomic
def add_organisation(
    *,
    by: UUID | None,
    kind: str,
    name: str,
    parent: Organisation | None = None,
    identifier: str = "",
    time_zone: str = "America/Chicago",
    demonstration: bool = False,
) -> Organisation:
    """Add a state, a district or a school under its parent."""
    id_ = new_id()
    district = parent.district_id if parent else None
    if kind == Organisation.Kind.DISTRICT:
        district = id_
    organisation = Organisation.objects.create(
        id=id_,
        kind=kind,
        name=name,
        parent=parent,
        district_id=district,
        identifier=identifier,
        time_zone=time_zone,
        demonstration=demonstration,
    )
    record_event(
        action="roster.add_organisation",
        by=by,
        district=organisation.district_id,
        target_kind="organisation",
        target=id_,
    )
    return organisation


@transaction.atomic
def add_person(
    *,
    by: UUID | None,
    district: Organisation,
    given_name: str,
    family_name: str,
    grade: str = "",
    email: str = "",
    language: str = "en",
) -> Person:
    """Add one person. A roster import is the usual way; this is for those it does not carry."""
    person = Person.objects.create(
        district=district,
        given_name=given_name,
        family_name=family_name,
        grade=grade,
        email=email,
        language=language,
    )
    _event("roster.add_person", by, district.pk, "person", person.pk)
    return person


@transaction.atomic
def give_role(
    *,
    by: UUID | None,
    person: Person,
    organisation: Organisation,
    kind: str,
    begins_on: date | None = None,
    ends_on: date | None = None,
) -> Role:
    """Give a person a role in an organisation. A learner also gets the key of their evidence."""
    role = Role.objects.create(
        district_id=person.district_id,
        person=person,
        organisation=organisation,
        kind=Role.Kind(kind),
        begins_on=begins_on,
        ends_on=ends_on,
    )
    if role.kind == Role.Kind.LEARNER:
        learner_key(person=person)
    _event("roster.give_role", by, person.district_id, "person", person.pk, role=kind)
    return role


@transaction.atomic
def add_class(
    *,
    by: UUID | None,
    school: Organisation,
    title: str,
    course: Course | None = None,
    grades: Iterable[str] = (),
    subjects: Iterable[str] = (),
    kind: str = "scheduled",
) -> SchoolClass:
    """Add one class to a school."""
    school_class = SchoolClass.objects.create(
        district=school.home,
        school=school,
        course=course,
        title=title,
        grades=list(grades),
        subjects=list(subjects),
        kind=kind,
    )
    _event("roster.add_class", by, school.district_id, "class", school_class.pk)
    return school_class


@transaction.atomic
def enroll(
    *,
    by: UUID | None,
    person: Person,
    school_class: SchoolClass,
    role: str,
    begins_on: date | None = None,
    ends_on: date | None = None,
) -> Enrollment:
    """Enroll a person in a class as learner, teacher or aide."""
    enrollment = Enrollment.objects.create(
        district_id=school_class.district_id,
        person=person,
        school_class=school_class,
        role=role,
        begins_on=begins_on,
        ends_on=ends_on,
    )
    _event("roster.enroll", by, school_class.district_id, "enrollment", enrollment.pk)
    return enrollment


@transaction.atomic
def add_guardian(
    *, by: UUID | None, guardian: Person, learner: Person, relationship: str = "guardian"
) -> Guardianship:
    """Tie an adult of the family to a learner."""
    tie = Guardianship.objects.create(
        district_id=learner.district_id,
        guardian=guardian,
        learner=learner,
        relationship=relationship,
    )
    _event("roster.add_guardian", by, learner.district_id, "person", learner.pk)
    return tie


@transaction.atomic
def grant_access(
    *,
    by: Person | None,
    person: Person,
    learner: Person,
    purpose: str,
    begins_on: date,
    ends_on: date,
) -> AccessGrant:
    """Let an adult see one learner's record for a purpose until a day.

    Raises ValueError when the purpose is empty or the grant would end before it begins.
    """
    if not purpose.strip():
        raise ValueError("Say what the access is for.")
    if ends_on < begins_on:
        raise ValueError("Access cannot end before it begins.")
    grant = AccessGrant.objects.create(
        district_id=learner.district_id,
        person=person,
        learner=learner,
        purpose=purpose,
        granted_by=by,
        begins_on=begins_on,
        ends_on=ends_on,
    )
    _event("roster.grant_access", by.pk if by else None, learner.district_id, "person", learner.pk)
    return grant


def learner_key(*, person: Person) -> UUID:
    """Return the key under which a learner's evidence is kept; make it when there is none."""
    return LearnerKey.objects.get_or_create(
        person=person, defaults={"district_id": person.district_id}
    )[0].pk


def learner_keys(*, people: Iterable[Person]) -> dict[UUID, UUID]:
    """Return person id → learner key, making the keys that are missing."""
    people = list(people)
    have = {
        person: key
        for person, key in LearnerKey.objects.filter(person__in=[p.pk for p in people]).values_list(
            "person", "pk"
        )
        if person
    }
    missing = [LearnerKey(person=p, district_id=p.district_id) for p in people if p.pk not in have]
    LearnerKey.objects.bulk_create(missing)
    return have | {k.person_id: k.pk for k in missing if k.person_id}


@transaction.atomic
def erase_learner(*, by: UUID | None, person: Person, why: str, now: datetime) -> None:
    """Cut the link between a person and their evidence; leave a tombstone. Cannot be undone.

    Raises ValueError without a reason. Free text is destroyed by `evidence.commands.erase`.
    """
    if not why.strip():
        raise ValueError("Say on what ground the record is erased.")
    LearnerKey.objects.filter(person=person).update(person=None, erased_at=now)
    _event("roster.erase_learner", by, person.district_id, "person", person.pk, why=why)


@transaction.atomic
def set_setting(
    *,
    by: UUID | None,
    district: Organisation,
    key: str,
    value: float | int | str,
    effective_from: date,
) -> Setting:
    """Set a declared setting for a district from a day on. KeyError when it is not declared."""
    declared = DISTRICT_SETTINGS[key]
    if not isinstance(value, type(declared.default)) and not isinstance(value, int | float):
        raise ValueError(f"{key} is {declared.unit}, not {value!r}")
    setting, _ = Setting.objects.update_or_create(
        district=district, key=key, effective_from=effective_from, defaults={"value": value}
    )
    _event("roster.set_setting", by, district.pk, "setting", setting.pk, key=key)
    return setting


@transaction.atomic
def add_account(
    *, by: UUID | None, person: Person, username: str, password: str | None = None
) -> Account:
    """Give a person a sign-in. Without a password they can only come in by another door."""
    account = Account(username=username, person=person, email=person.email)
    account.set_password(password) if password else account.set_unusable_password()
    account.save()
    _event("roster.add_account", by, person.district_id, "account", account.pk)
    return account


def _event(
    action: str,
    by: UUID | None,
    district: UUID | None,
    kind: str,
    target: UUID,
    why: str = "",
    **detail: Any,
) -> None:
    record_event(
        action=action,
        by=by,
        district=district,
        target_kind=kind,
        target=target,
        why=why,
        detail=detail,
        now=timezone.now(),
    )
