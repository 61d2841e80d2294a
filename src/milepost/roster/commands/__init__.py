"""Writes of the roster room."""

from milepost.roster.commands.attendance import import_attendance
from milepost.roster.commands.identity import decide_identities, decide_identity, merge_people
from milepost.roster.commands.oneroster import (
    approve_import,
    decline_import,
    import_oneroster,
    retire_system,
)
from milepost.roster.commands.people import (
    add_account,
    add_class,
    add_guardian,
    add_organisation,
    add_person,
    enroll,
    erase_learner,
    give_role,
    grant_access,
    learner_key,
    learner_keys,
    set_setting,
)

__all__ = [
    "add_account",
    "add_class",
    "add_guardian",
    "add_organisation",
    "add_person",
    "approve_import",
    "decide_identities",
    "decide_identity",
    "decline_import",
    "enroll",
    "erase_learner",
    "give_role",
    "grant_access",
    "import_attendance",
    "import_oneroster",
    "learner_key",
    "learner_keys",
    "merge_people",
    "retire_system",
    "set_setting",
]
