"""What a district decides itself about its competencies: levels on the way, and when one ends."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction

from milepost.audit.commands import record_event
from milepost.purpose.models import Competency, Framework, ProgressionLevel


@transaction.atomic
def set_levels(
    *, by: UUID | None, competency: Competency, levels: Sequence[tuple[str, str]]
) -> list[ProgressionLevel]:
    """Say the levels on the way to a competency, lowest first, each a name and a statement.

    They replace the earlier ones; the same levels again change nothing. Raises ValueError, naming
    the level, when a name or statement is blank or a name comes twice.
    """
    wanted = [(name.strip(), statement.strip()) for name, statement in levels]
    _check_levels(wanted)
    known = list(competency.levels.all())
    if [(one.name, one.statement) for one in known] == wanted:
        return known
    competency.levels.all().delete()
    made = ProgressionLevel.objects.bulk_create(
        ProgressionLevel(
            district_id=competency.district_id,
            competency=competency,
            position=position,
            name=name,
            statement=statement,
        )
        for position, (name, statement) in enumerate(wanted, start=1)
    )
    record_event(
        action="purpose.set_levels",
        by=by,
        district=competency.district_id,
        target_kind="competency",
        target=competency.pk,
        detail={"levels": len(made), "before": [[one.name, one.statement] for one in known]},
    )
    return made


def _check_levels(levels: Sequence[tuple[str, str]]) -> None:
    names = [name for name, _ in levels]
    for number, (name, statement) in enumerate(levels, start=1):
        if not name or not statement:
            raise ValueError(f"Level {number} needs a name and a statement in a learner's words.")
        if len(name) > 80:
            raise ValueError(f"The name of level {number} is too long: at most 80 characters.")
        if names.count(name) > 1:
            raise ValueError(f"Two levels are called “{name}”. Give each a name of its own.")


@transaction.atomic
def use_framework(*, by: UUID | None, framework: Framework, in_use: bool = True) -> Framework:
    """Say whether the district works by a framework: grids and next steps draw on it then."""
    row = Framework.objects.select_for_update().get(pk=framework.pk)
    if row.in_use == in_use:
        return row
    row.in_use = in_use
    row.save(update_fields=["in_use"])
    record_event(
        action="purpose.use_framework",
        by=by,
        district=row.district_id,
        target_kind="framework",
        target=row.pk,
        detail={"in_use": in_use},
    )
    return row


@transaction.atomic
def retire_competency(*, by: UUID | None, competency: Competency, on: date, why: str) -> Competency:
    """End a competency: it keeps its history and stops counting from the day ``on``.

    The decision stands whatever later packages of the framework say. Raises ValueError without a
    reason, or when the competency has ended already.
    """
    if not why.strip():
        raise ValueError("Say why the competency ends: people will ask.")
    row = Competency.objects.select_for_update().get(pk=competency.pk)
    if row.retired_on is not None:
        raise ValueError(f"{row.code or row.name} has ended already, on {row.retired_on}.")
    row.retired_on, row.retired_why = on, why.strip()
    row.save(update_fields=["retired_on", "retired_why"])
    record_event(
        action="purpose.retire_competency",
        by=by,
        district=row.district_id,
        target_kind="competency",
        target=row.pk,
        why=row.retired_why,
        detail={"on": on.isoformat()},
    )
    return row
