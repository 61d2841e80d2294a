"""Writes of the evidence room."""

from milepost.evidence.commands.record import Shown, erase_notes, record, void
from milepost.evidence.commands.responses import import_responses
from milepost.evidence.commands.waiting import adopt_waiting

__all__ = [
    "Shown",
    "adopt_waiting",
    "erase_notes",
    "import_responses",
    "record",
    "void",
]
