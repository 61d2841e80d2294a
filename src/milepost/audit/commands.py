"""Writes of the audit room."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from milepost.audit.models import Event, Read


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
