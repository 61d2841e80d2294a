"""Writes of the rulebook room."""

from milepost.rulebook.commands.amending import amend_rule
from milepost.rulebook.commands.barriers import lift, report_barrier, resolve_barrier
from milepost.rulebook.commands.publishing import (
    Changes,
    decoded,
    import_rules,
    preview,
    publish_rules,
)
from milepost.rulebook.commands.waivers import end_waiver, grant_waiver

__all__ = [
    "Changes",
    "amend_rule",
    "decoded",
    "end_waiver",
    "grant_waiver",
    "import_rules",
    "lift",
    "preview",
    "publish_rules",
    "report_barrier",
    "resolve_barrier",
]
