"""The audit event of a command, for an organisation that may be above all districts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from milepost.audit.commands import record_event
from milepost.roster.models import Organisation


def told(
    action: str,
    *,
    by: UUID | None,
    organisation: Organisation,
    target: UUID,
    now: datetime,
    why: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Record one act of this room. A state's has no district."""
    record_event(
        action=f"rulebook.{action}",
        by=by,
        district=organisation.district_id,
        target_kind=action.split("_")[-1],
        target=target,
        why=why,
        detail=detail,
        now=now,
    )
