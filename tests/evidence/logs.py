"""Response logs for tests, written by hand or by code."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

from milepost.audit.models import ImportRun
from milepost.evidence import commands
from milepost.roster.models import Organisation, OutsideIdentifier, Person

NOW = timezone.now().replace(microsecond=0)
HEADER = "learner,item,competencies,score,time,seconds,hints"


def log(folder: Path, *rows: str, header: str = HEADER, name: str = "log.csv") -> Path:
    """Write a log of rows under a header and return its path."""
    path = folder / name
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


def many(count: int, learners: Sequence[str] = ("a", "b", "c")) -> list[str]:
    """Return rows of learners by turns, a minute apart, right and wrong by turns."""
    begin = NOW - timedelta(days=30)
    return [
        f"{learners[k % len(learners)]},item {k % 7},skill {k % 3},{k % 2},"
        f"{begin + timedelta(minutes=k):%Y-%m-%dT%H:%M:%SZ},{k % 60},0"
        for k in range(count)
    ]


def bring(district: Organisation, path: Path, now: datetime = NOW, **more: object) -> ImportRun:
    """Bring a log in from the system "tool", making learners for its labels."""
    options = {"system": "tool", "create_learners": True} | more
    return commands.import_responses(
        by=None,
        district=district,
        path=path,
        now=now,
        **options,  # type: ignore[arg-type]
    )


def name(person: Person, label: str, system: str = "tool") -> None:
    """Let a system know a person under a label."""
    OutsideIdentifier.objects.create(
        district=person.district,
        system=system,
        kind="person",
        value=label,
        target=person.pk,
        valid_from=NOW,
    )
