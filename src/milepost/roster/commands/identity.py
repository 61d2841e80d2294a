"""Who is who: answers to the questions of an import, and two records that are one person."""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from milepost.audit.commands import record_event
from milepost.audit.models import ImportRun
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

Status = IdentityProposal.Status


@transaction.atomic
def decide_identity(*, by: UUID | None, proposal: IdentityProposal, same: bool) -> IdentityProposal:
    """Say whether somebody in a waiting import is a person that we know.

    Saying "the same" answers the other questions about either of the two: they are others. An
    answer can be changed as long as the import waits. Raises ValueError when it does not wait, or
    when one of the two was said to be the same as somebody else.
    """
    run = _waiting(proposal.run_id)
    proposal = run.identity_proposals.get(pk=proposal.pk)
    if same:
        rivals = _rivals(proposal)
        taken = rivals.filter(status=Status.SAME).select_related("person").first()
        if taken:
            raise ValueError(
                f"{taken.name} ({taken.sourced_id}) was said to be {taken.person.name}. "
                "Say first that they are not the same."
            )
        rivals.update(status=Status.OTHER)
    proposal.status = Status.SAME if same else Status.OTHER
    proposal.save()
    _decided(by, run, same, 1)
    return proposal


@transaction.atomic
def decide_identities(
    *, by: UUID | None, run: ImportRun, same: bool = True, matched_on_contains: str = "identifier"
) -> int:
    """Answer in one go all open questions of a waiting import with such an agreement.

    "The same" is said only where newcomer and person have no other candidate; the rest stay open
    for one decision each. Returns how many were answered. Raises ValueError when the run does
    not wait.
    """
    run = _waiting(run.pk)
    proposals = list(run.identity_proposals.all())
    chosen = [
        one
        for one in proposals
        if one.status == Status.OPEN
        and any(matched_on_contains in words for words in one.matched_on)
    ]
    if same:
        live = [one for one in proposals if one.status != Status.OTHER]
        newcomers = _seldom(one.sourced_id for one in live)
        people = _seldom(one.person_id for one in live)
        chosen = [o for o in chosen if o.sourced_id in newcomers and o.person_id in people]
    for one in chosen:
        one.status = Status.SAME if same else Status.OTHER
    IdentityProposal.objects.bulk_update(chosen, ["status"], batch_size=500)
    _decided(by, run, same, len(chosen))
    return len(chosen)


def _seldom(values: Iterable[Hashable]) -> set[Hashable]:
    """Return the values that occur once."""
    return {value for value, times in Counter(values).items() if times == 1}


def _waiting(run: UUID) -> ImportRun:
    found = ImportRun.objects.get(pk=run)
    if found.status != ImportRun.Status.HELD:
        raise ValueError("This import does not wait for a decision.")
    return found


def _rivals(proposal: IdentityProposal) -> QuerySet[IdentityProposal]:
    """Return the run's other questions about the same newcomer or the same person."""
    either = Q(sourced_id=proposal.sourced_id) | Q(person=proposal.person_id)
    return IdentityProposal.objects.filter(either, run=proposal.run_id).exclude(pk=proposal.pk)


def _decided(by: UUID | None, run: ImportRun, same: bool, count: int) -> None:
    record_event(
        action="roster.decide_identity",
        by=by,
        district=run.district,
        target_kind="import_run",
        target=run.pk,
        detail={"same": same, "people": count},
    )


@transaction.atomic
def merge_people(
    *,
    by: UUID | None,
    keep: Person,
    drop: Person,
    why: str,
    unused_keys: Collection[UUID] = (),
) -> Person:
    """Make two records of one person one; ``drop`` stays as an alias without ties.

    Roles, enrollments, family ties, grants, identifiers and attendance move to ``keep``; what
    both have (demographics, a sign-in, attendance of a day) stays as ``keep`` has it, and the
    other's sign-in is closed. Evidence is not rewritten: a person has one learner key, so when
    both have one, the caller must have seen that no evidence lies under one of them and give it
    in ``unused_keys``; that key is dropped.

    Raises ValueError without a reason, for one record, two districts, an alias, a guardian and
    their learner, and two keys that are both in use.
    """
    _check_merge(keep, drop, why)
    _merge_keys(keep, drop, unused_keys)
    Role.objects.filter(person=drop).update(person=keep)
    Enrollment.objects.filter(person=drop).update(person=keep)
    Guardianship.objects.filter(guardian=drop).update(guardian=keep)
    Guardianship.objects.filter(learner=drop).update(learner=keep)
    AccessGrant.objects.filter(person=drop).update(person=keep)
    AccessGrant.objects.filter(learner=drop).update(learner=keep)
    AccessGrant.objects.filter(granted_by=drop).update(granted_by=keep)
    OutsideIdentifier.objects.filter(target=drop.pk, kind="person").update(target=keep.pk)
    _merge_attendance(keep, drop)
    if not Demographics.objects.filter(person=keep).exists():
        Demographics.objects.filter(person=drop).update(person=keep)
    if not Account.objects.filter(person=keep).exists():
        Account.objects.filter(person=drop).update(person=keep)
    Account.objects.filter(person=drop).update(is_active=False)
    Person.objects.filter(merged_into=drop).update(merged_into=keep)
    Person.objects.filter(pk=drop.pk).update(merged_into=keep, active=False)
    record_event(
        action="roster.merge_people",
        by=by,
        district=keep.district_id,
        target_kind="person",
        target=keep.pk,
        why=why,
        detail={"dropped": str(drop.pk)},
    )
    keep.refresh_from_db()
    drop.refresh_from_db()
    return keep


def _check_merge(keep: Person, drop: Person, why: str) -> None:
    if not why.strip():
        raise ValueError("Say how it is known that they are one person.")
    if keep.pk == drop.pk:
        raise ValueError("These are not two records.")
    if keep.district_id != drop.district_id:
        raise ValueError("The two records are of different districts.")
    if keep.merged_into_id or drop.merged_into_id:
        raise ValueError("One of the two was merged already; use the record that it became.")
    pair = [keep, drop]
    if Guardianship.objects.filter(guardian__in=pair, learner__in=pair).exists():
        raise ValueError(f"One of the two is family of the other ({keep.name}, {drop.name}).")


def _merge_keys(keep: Person, drop: Person, unused: Collection[UUID]) -> None:
    keys = {key.person_id: key for key in LearnerKey.objects.filter(person__in=[keep, drop])}
    if keep.pk in keys and drop.pk in keys:
        idle = next((keys[p] for p in (drop.pk, keep.pk) if keys[p].pk in unused), None)
        if idle is None:
            raise ValueError(
                "Both have evidence, which is never rewritten. Take back what was recorded under "
                "one of them, or keep them apart."
            )
        idle.delete()
    LearnerKey.objects.filter(person=drop).update(person=keep)


def _merge_attendance(keep: Person, drop: Person) -> None:
    twice = AttendanceDay.objects.filter(
        learner=keep, school=OuterRef("school"), day=OuterRef("day")
    )
    AttendanceDay.objects.filter(~Exists(twice), learner=drop).update(learner=keep)
