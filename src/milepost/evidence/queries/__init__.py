"""Reads of the evidence room."""

from milepost.evidence.queries.dosage import (
    dosage,
    hours_this_year,
    minutes_by_week,
    school_year_start,
    time_given,
)
from milepost.evidence.queries.frames import FRAME_SCHEMA, evidence_frame
from milepost.evidence.queries.health import evidence_counts, waiting_rows
from milepost.evidence.queries.observations import (
    last_position,
    learners_since,
    observations,
)

__all__ = [
    "FRAME_SCHEMA",
    "dosage",
    "evidence_counts",
    "evidence_frame",
    "hours_this_year",
    "last_position",
    "learners_since",
    "minutes_by_week",
    "observations",
    "school_year_start",
    "time_given",
    "waiting_rows",
]
