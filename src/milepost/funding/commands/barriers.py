"""Telling the rulebook what rules block in a plan, so that the policy room can act on it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from milepost.roster.models import Organisation
from milepost.rulebook import commands as rulebook
from milepost.rulebook.models import Barrier

PLAN_VERSION = "plan_version"
"""The kind of record that these barriers are of."""


class Block(Protocol):
    """What is blocked: the braid's barrier, and `funding.blocks.Blocked`."""

    @property
    def line(self) -> str: ...
    @property
    def stream(self) -> str | None: ...
    @property
    def citation(self) -> str: ...
    @property
    def cents(self) -> int: ...
    @property
    def years(self) -> tuple[int, ...]: ...


@transaction.atomic
def record_barriers(
    *,
    by: UUID,
    organisation: Organisation,
    version: UUID,
    barriers: Iterable[Block],
    on: date,
    now: datetime,
    replaces: UUID | None = None,
) -> list[Barrier]:
    """Make the open barriers of a version of a plan those that were found, and return them.

    What was open and is not found again is resolved; what is the same stays as it was reported.
    ``replaces``: the version before, whose barriers end with it. Raises ValueError as
    `report_barrier` does; nothing has changed then.
    """
    reported = [
        rulebook.report_barrier(
            by=by,
            organisation=organisation,
            citation=block.citation,
            blocks=_words(block),
            on=on,
            now=now,
            record_kind=PLAN_VERSION,
            record=version,
            part=_part(block),
            blocked_cents=block.cents,
            years=block.years,
        )
        for block in barriers
    ]
    kept = {one.pk for one in reported}
    for version_then, why in ((version, _("The plan is no longer in its way.")),
                              (replaces, _("A newer version of the plan stands."))):  # fmt: skip
        if version_then is None:
            continue
        open_ones = Barrier.objects.filter(
            record_kind=PLAN_VERSION, record=version_then, resolved_on=None
        )
        for one in open_ones.exclude(pk__in=kept).select_related("organisation"):
            day = max(on, one.reported_on)
            rulebook.resolve_barrier(by=by, barrier=one, on=day, why=why, now=now)
    return reported


def _part(block: Block) -> str:
    """Return the name of what is blocked within a plan: its line, and who could have paid."""
    return f"{block.line} ← {block.stream}" if block.stream else block.line


def _words(block: Block) -> str:
    said = getattr(block, "why", "")
    if said:
        return _("Line “%(line)s”: %(why)s.") % {"line": block.line, "why": said}
    if block.stream:
        return _("Line “%(line)s” cannot be paid by “%(stream)s”.") % {
            "line": block.line,
            "stream": block.stream,
        }
    return _("Line “%(line)s” cannot be paid by anybody.") % {"line": block.line}
