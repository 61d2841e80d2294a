"""Every check, in the order in which a person wants to read them."""

import logging

from django.db import DatabaseError

from milepost.site.doctor import configuration, machine, tables, work
from milepost.site.doctor.finding import Check, Finding, Situation, wrong

BEFORE: tuple[Check, ...] = (
    machine.python,
    machine.libraries,
    machine.home,
    machine.disk,
    machine.static_files,
    configuration.secret_key,
    configuration.hosts,
    configuration.https,
    configuration.metrics,
)
"""Checks that need no database."""

TABLES: tuple[Check, ...] = (
    tables.writable,
    tables.guarded,
    tables.owned,
    tables.statistics,
    tables.connections,
    tables.long_transactions,
    machine.clock,
    machine.time_zones,
    configuration.demonstration,
    configuration.real_districts,
    work.worker,
    work.fold,
    work.queue,
    work.imports,
    work.waiting_rows,
    work.backup,
)
"""Checks that read tables; they need a database at this version."""


def examine(situation: Situation) -> list[tuple[str, Finding]]:
    """Return the name of every check and what it found, the database's only as far as it goes."""
    found = [_look(check, situation) for check in BEFORE]
    if situation.url:
        found.append(_look(configuration.from_outside, situation))
    for gate in (tables.answers, tables.migrations):
        found.append(_look(gate, situation))
        if found[-1][1].level == "wrong":
            return found
    return found + [_look(check, situation) for check in TABLES]


def _look(check: Check, situation: Situation) -> tuple[str, Finding]:
    try:
        return check.__name__, check(situation)
    except DatabaseError as error:
        said = (str(error).strip().splitlines() or [type(error).__name__])[0]
        finding = wrong(
            f"The database does not let me look ({check.__name__}): {said}.",
            "Is it running, and are MILEPOST_DATABASE and the rights of its user right?",
        )
    except OSError as error:
        finding = wrong(f"{error.filename or 'The system'}: {error.strerror}.", "See its rights.")
    logging.getLogger(__name__).info("%s could not look", check.__name__)
    return check.__name__, finding
