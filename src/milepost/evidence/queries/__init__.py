"""Reads of the evidence room."""

from milepost.evidence.queries.observations import (
    FRAME_SCHEMA,
    evidence_frame,
    last_position,
    learners_since,
    observations,
)

__all__ = [
    "FRAME_SCHEMA",
    "evidence_frame",
    "last_position",
    "learners_since",
    "observations",
]
