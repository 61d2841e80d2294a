"""Writes of the roster room."""

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
    "enroll",
    "erase_learner",
    "give_role",
    "grant_access",
    "learner_key",
    "learner_keys",
    "set_setting",
]
