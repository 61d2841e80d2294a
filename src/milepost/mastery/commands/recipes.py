"""Calibrations, rules and words: what a district's states are made with and called."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from milepost import measurement
from milepost.audit.commands import record_event
from milepost.evidence.queries import evidence_frame
from milepost.mastery.commands.folding import begin_epoch
from milepost.mastery.fold import evidence_log
from milepost.mastery.models import Calibration, ProficiencyRule, StatusWord
from milepost.mastery.queries.recipes import calibration as calibration_in_force
from milepost.mastery.rules import STATUSES, Rule
from milepost.purpose.models import Framework


@transaction.atomic
def calibrate(*, by: UUID | None, district: UUID, now: datetime) -> Calibration:
    """Learn difficulties from all evidence of a district and freeze them; begins an epoch.

    Raises ValueError when there is no evidence to learn from.
    """
    frame = evidence_frame(district)
    if frame.is_empty():
        raise ValueError("There is no evidence yet to learn difficulties from.")
    parameters = calibration_in_force(district).parameters
    log = evidence_log(frame, measurement.Calibration(parameters))
    artefact, _ = measurement.calibrate(log, parameters)
    return keep_calibration(
        by=by, district=district, artefact=artefact, observations=len(frame), now=now
    )


@transaction.atomic
def keep_calibration(
    *,
    by: UUID | None,
    district: UUID,
    artefact: measurement.Calibration,
    observations: int,
    now: datetime,
) -> Calibration:
    """Put a calibration in force for a district; begins an epoch."""
    kept = Calibration.objects.create(
        district_id=district,
        made_at=now,
        digest=artefact.digest,
        artefact=artefact.to_json(),
        observations=observations,
    )
    begin_epoch(district=district)
    record_event(
        action="mastery.calibrate",
        by=by,
        district=district,
        target_kind="calibration",
        target=kept.pk,
        detail={"observations": observations, "digest": artefact.digest},
        now=now,
    )
    return kept


@transaction.atomic
def publish_rule(
    *,
    by: UUID | None,
    district: UUID,
    rule: Rule,
    now: datetime,
    framework: Framework | None = None,
    why: str = "",
) -> ProficiencyRule:
    """Put a new version of the rule in force, for one framework or all; begins an epoch."""
    last = ProficiencyRule.objects.filter(district=district).aggregate(last=Max("version"))["last"]
    published = ProficiencyRule.objects.create(
        district_id=district,
        framework=framework,
        version=(last or 0) + 1,
        definition=rule.to_data(),
        published_at=now,
        published_by=by,
    )
    begin_epoch(district=district)
    record_event(
        action="mastery.publish_rule",
        by=by,
        district=district,
        target_kind="rule",
        target=published.pk,
        why=why,
        now=now,
    )
    return published


@transaction.atomic
def set_word(
    *, by: UUID | None, district: UUID, code: str, label: str, language: str = "en"
) -> StatusWord:
    """Give a status the district's own name. Raises ValueError for a code that is not one."""
    if code not in STATUSES:
        raise ValueError(f"{code!r} is not a status; they are {', '.join(STATUSES)}.")
    if not label.strip():
        raise ValueError("A status needs a name.")
    word, _ = StatusWord.objects.update_or_create(
        district_id=district, code=code, language=language, defaults={"label": label.strip()}
    )
    record_event(
        action="mastery.set_word",
        by=by,
        district=district,
        target_kind="status_word",
        target=word.pk,
        detail={"code": code, "language": language},
    )
    return word
