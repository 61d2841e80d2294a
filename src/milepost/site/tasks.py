"""Work that takes longer than a request, done by the worker."""

from uuid import UUID

from django.utils import timezone
from django_tasks import task

from milepost.audit.models import ImportRun
from milepost.mastery import commands as mastery
from milepost.roster import commands as roster
from milepost.site import arrivals, environment


@task()
def catch_up(*, district: str) -> int:
    """Fold the evidence that came since the last time; return how many learners."""
    return mastery.catch_up(district=UUID(district))


@task()
def rebuild(*, district: str) -> int:
    """Fold all evidence of a district anew; return how many learners."""
    return mastery.rebuild(district=UUID(district))


@task()
def approve_import(*, run: str, by: str) -> str:
    """Apply an import that waited, take in what waited for its learners; return its status."""
    found = ImportRun.objects.get(pk=run)
    done = roster.approve_import(
        by=UUID(by), run=found, now=timezone.now(), keep_in=environment.home() / "imports"
    )
    arrivals.take_in(by=UUID(by), run=done, now=timezone.now())
    return str(done.status)
