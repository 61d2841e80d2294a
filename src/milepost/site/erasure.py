"""Lawful erasure of a person through the whole house, as one act."""

from collections import Counter
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from milepost.assessment.erasure import erase_attempts
from milepost.audit.models import ImportRun
from milepost.evidence import commands as evidence
from milepost.evidence.commands.erasure import forget_labels
from milepost.learning.erasure import erase_learning
from milepost.mastery import commands as mastery
from milepost.roster.commands.erasure import Erased, erase_person
from milepost.roster.models import OutsideIdentifier, Person

KEPT = (
    "the evidence, under a key that leads to nobody, out of every state and figure",
    "a row without a name, and the record of who did and saw what when: ids only",
)
"""What an erasure leaves, in words."""


def find(named: str) -> Person | None:
    """Return the one person of an id, a sign-in name or SYSTEM:IDENTIFIER; None without one."""
    try:
        return Person.objects.filter(pk=UUID(named)).first()
    except ValueError:
        pass
    system, _, value = named.partition(":")
    if value:
        known = OutsideIdentifier.objects.filter(
            kind="person", system=system, value=value, valid_until=None
        )
        people: QuerySet[Person] = Person.objects.filter(pk__in=known.values("target"))
    else:
        people = Person.objects.filter(account__username__iexact=named)
    found = list(people[:2])
    return found[0] if len(found) == 1 else None


def erase(
    *, by: UUID | None, person: Person, why: str, now: datetime
) -> tuple[Erased, Counter[str]]:
    """Destroy all that is known of a person, all or nothing; return it, and how much of what.

    Their learner key stays as a tombstone; the fold takes its states away. The caller then reaches
    what lies outside the transaction: the lake, and the blocks of the database's files
    (`scrub`). Raises ValueError without a reason.
    """
    counts: Counter[str] = Counter()
    with transaction.atomic():
        family = [person, *Person.objects.filter(merged_into=person)]
        for one in family:
            counts.update(erase_learning(by=by, person=one, why=why, now=now))
            counts["attempts"] += erase_attempts(by=by, person=one, why=why, now=now)
        gone = erase_person(by=by, person=person, why=why, now=now)
        counts.update(gone.destroyed)
        district = person.district_id
        for key in gone.keys:
            counts["notes"] += evidence.erase_notes(
                by=by, district=district, learner=key, why=why, now=now
            )
        counts["rows kept aside"] += forget_labels(
            by=by, district=district, labels=gone.labels, why=why, now=now
        )
    if gone.keys:
        mastery.fold_learners(district=district, learners=gone.keys)
    return gone, counts


def waiting_imports(person: Person) -> int:
    """Return how many imports of the district wait for a decision: their files may name them."""
    return ImportRun.objects.filter(district=person.district_id, status="held").count()


SCRUB_SQLITE = ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)")
SCRUB_POSTGRESQL = (
    "roster_person", "roster_account", "roster_demographics", "roster_outsideidentifier",
    "roster_identityproposal", "roster_attendanceday", "evidence_note", "evidence_waitingrow",
    "learning_goal", "learning_conference", "assessment_attempt", "audit_refusedrow",
)  # fmt: skip
"""Tables from which erasure takes rows with a person in them."""


def scrub() -> None:
    """Have the database free and overwrite what it only marked as deleted.

    Call it outside a transaction. It takes a while on a large SQLite file. On PostgreSQL the owner
    of the tables does it (others are passed over, and autovacuum comes by within the day).
    """
    with connection.cursor() as cursor:
        statements = (
            SCRUB_SQLITE
            if connection.vendor == "sqlite"
            else [f"VACUUM {table}" for table in SCRUB_POSTGRESQL]
        )
        for statement in statements:
            cursor.execute(statement)
