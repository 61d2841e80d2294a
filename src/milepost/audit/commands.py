"""Writes of the audit room."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from milepost.audit.models import Event, ImportRun, Read, RefusedRow


def record_event(
    *,
    action: str,
    by: UUID | None,
    district: UUID | None,
    target_kind: str,
    target: UUID | None = None,
    why: str = "",
    detail: Mapping[str, Any] | None = None,
    now: datetime | None = None,
) -> Event:
    """Record one act; call it once a command, inside the command's transaction.

    ``detail`` is JSON and holds ids and counts, no names.
    """
    return Event.objects.create(
        at=now or timezone.now(),
        by=by,
        district=district,
        action=action,
        target_kind=target_kind,
        target=target,
        why=why,
        detail=dict(detail or {}),
    )


def record_read(
    *, by: UUID, learner: UUID, reason: str, page: str, now: datetime | None = None
) -> Read:
    """Record that ``by`` looked at a learner's record, and the reason that allowed it."""
    at = now or timezone.now()
    return Read.objects.create(
        at=at, month=at.date().replace(day=1), by=by, learner=learner, reason=reason, page=page
    )


class Refusal(Protocol):
    """One thing that is wrong with a file, as every reader of files says it.

    `line` is None when it is about the whole file, `column` when it is about the row.
    """

    @property
    def file(self) -> str: ...
    @property
    def line(self) -> int | None: ...
    @property
    def column(self) -> str | None: ...
    @property
    def value(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def advice(self) -> str: ...


def start_run(
    *,
    by: UUID | None,
    district: UUID,
    kind: str,
    source: str,
    now: datetime,
    digest: str = "",
    system: str = "",
    demonstration: bool = False,
) -> ImportRun:
    """Open the record of one import, before and outside the transaction that does its work.

    So the record stands whatever becomes of the work. Close it with `finish_run` or `refuse`.
    """
    return ImportRun.objects.create(
        by=by,
        district=district,
        kind=kind,
        source=source[:200],
        system=system[:120],
        digest=digest,
        status=ImportRun.Status.RUNNING,
        started_at=now,
        demonstration=demonstration,
    )


@transaction.atomic
def finish_run(
    *,
    run: ImportRun,
    status: str,
    now: datetime,
    message: str = "",
    counts: Mapping[str, Any] | None = None,
    by: UUID | None = None,
    why: str = "",
) -> ImportRun:
    """Say what became of an import, with one audit event. For `applied`, call it inside the work.

    `by` is who decided, when that is not who started it.
    """
    run.status = ImportRun.Status(status)
    run.finished_at = now
    run.message = message
    run.counts = dict(counts or {})
    run.save()
    record_event(
        action=f"import.{run.kind}.{run.status}",
        by=by or run.by,
        district=run.district,
        target_kind="import_run",
        target=run.pk,
        why=why,
        detail={"counts": run.counts},
        now=now,
    )
    return run


@transaction.atomic
def refuse(
    *, run: ImportRun, problems: Iterable[Refusal], now: datetime, message: str
) -> ImportRun:
    """Close an import that changed nothing, keeping every row that it could not take."""
    rows = [
        RefusedRow(
            run=run,
            file=one.file[:200],
            line=one.line,
            column=(one.column or "")[:120],
            value=one.value[:200],
            reason=one.reason,
            advice=one.advice,
        )
        for one in problems
    ]
    RefusedRow.objects.bulk_create(rows, batch_size=2_000)
    return finish_run(
        run=run,
        status=ImportRun.Status.REFUSED,
        now=now,
        message=message,
        counts={"refused rows": len(rows)},
    )
