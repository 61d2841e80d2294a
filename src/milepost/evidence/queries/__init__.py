"""Reads of the evidence room."""

from milepost.evidence.queries.health import evidence_counts, waiting_rows
from milepost.evidence.queries.observations import (
    FRAME_SCHEMA,
    evidence_frame,
    last_position,
    learners_since,
    observations,
)
from milepost.evidence.queries.time_given import minutes_by_week, time_given

__all__ = [
    "FRAME_SCHEMA",
    "evidence_counts",
    "evidence_frame",
    "last_position",
    "learners_since",
    "minutes_by_week",
    "observations",
    "time_given",
    "waiting_rows",
]
