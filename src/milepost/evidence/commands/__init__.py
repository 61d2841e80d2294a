"""Writes of the evidence room."""

from milepost.evidence.commands.record import Shown, erase_notes, record, void

__all__ = ["Shown", "erase_notes", "record", "void"]
