"""Roster imports from OneRoster: what the set says becomes what the roster says."""

from milepost.roster.commands.oneroster.retiring import retire_system
from milepost.roster.commands.oneroster.runs import (
    approve_import,
    decline_import,
    import_oneroster,
)

__all__ = ["approve_import", "decline_import", "import_oneroster", "retire_system"]
