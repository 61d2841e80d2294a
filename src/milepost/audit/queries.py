"""Reads of the audit room: what was brought in, and what was refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet

from milepost.audit.models import Event, ImportRun, RefusedRow


@dataclass(frozen=True)
class RunDetail:
    """One import with the rows that it refused, in the order of the files."""

    run: ImportRun
    refused: tuple[RefusedRow, ...]
    refused_in_all: int
    refused_by_file: tuple[tuple[str, int], ...]


def latest_runs(district: UUID, kind: str = "", limit: int = 20) -> QuerySet[ImportRun]:
    """Return the last imports of a district (of one kind, if given), newest first.

    Each carries `refused`, how many rows it refused.
    """
    runs = ImportRun.objects.filter(district=district)
    if kind:
        runs = runs.filter(kind=kind)
    return runs.annotate(refused=Count("refused_rows")).order_by("-started_at", "-pk")[:limit]


def run_detail(district: UUID, run: UUID, limit: int = 500) -> RunDetail | None:
    """Return one import of a district with at most ``limit`` refused rows; None if unknown."""
    found = ImportRun.objects.filter(district=district, pk=run).first()
    if found is None:
        return None
    rows = found.refused_rows.order_by("file", "line", "pk")
    by_file = rows.order_by("file").values_list("file").annotate(n=Count("pk"))
    files = tuple((file, n) for file, n in by_file)
    return RunDetail(found, tuple(rows[:limit]), sum(n for _, n in files), files)


def last_run(
    district: UUID, kind: str, statuses: Sequence[str], system: str | None = None
) -> ImportRun | None:
    """Return the last import of a kind that ended in one of ``statuses``, or None."""
    runs = ImportRun.objects.filter(district=district, kind=kind, status__in=statuses)
    if system is not None:
        runs = runs.filter(system=system)
    return runs.order_by("-started_at", "-pk").first()


def waiting_runs(district: UUID) -> QuerySet[ImportRun]:
    """Return the imports that wait for a person's decision, oldest first."""
    return ImportRun.objects.filter(district=district, status=ImportRun.Status.HELD).order_by(
        "started_at", "pk"
    )


def latest_events(district: UUID, limit: int = 50) -> QuerySet[Event]:
    """Return the last acts in a district, newest first."""
    return Event.objects.filter(district=district).order_by("-at", "-pk")[:limit]
