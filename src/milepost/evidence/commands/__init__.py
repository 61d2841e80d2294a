"""Writes of the evidence room."""

from milepost.evidence.commands.record import Shown, erase_notes, record, void
from milepost.evidence.commands.responses import import_responses
from milepost.evidence.commands.time_given import rebuild_time_given
from milepost.evidence.commands.waiting import adopt_waiting

__all__ = [
    "Shown",
    "adopt_waiting",
    "erase_notes",
    "import_responses",
    "rebuild_time_given",
    "record",
    "void",
]
