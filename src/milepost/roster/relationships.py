"""What a person is to others on a day, in one question, asked for every page and never kept."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import connection

from milepost.prepared import answer

_HOLDS = "(t.begins_on IS NULL OR t.begins_on <= %s) AND (t.ends_on IS NULL OR t.ends_on >= %s)"
_TIES = f"""
SELECT 'role', t.kind, CAST(t.organisation_id AS text)
  FROM roster_role t WHERE t.person_id = %s AND {_HOLDS}
UNION ALL SELECT 'learner', '', CAST(t.learner_id AS text)
  FROM roster_guardianship t WHERE t.guardian_id = %s AND {_HOLDS}
UNION ALL SELECT t.role, '', CAST(t.school_class_id AS text)
  FROM roster_enrollment t JOIN roster_schoolclass c ON c.id = t.school_class_id AND c.active
  WHERE t.person_id = %s AND t.role IN ('teacher', 'aide') AND {_HOLDS}
UNION ALL SELECT 'granted', t.purpose, CAST(t.learner_id AS text)
  FROM roster_accessgrant t WHERE t.person_id = %s AND {_HOLDS}
"""  # noqa: S608  no value comes from outside


@dataclass
class Relationships:
    """Roles as (kind, organisation), classes taught, family's learners, learners by purpose."""

    roles: set[tuple[str, UUID]] = field(default_factory=set)
    guardian_of: set[UUID] = field(default_factory=set)
    teaches: set[UUID] = field(default_factory=set)
    granted: dict[UUID, str] = field(default_factory=dict)


def relationships(person: UUID, on: date) -> Relationships:
    """Return the ties of a person that hold on a day; a class counts while it is active."""
    one = str(person) if connection.vendor == "postgresql" else person.hex
    day = on.isoformat()
    found = Relationships()
    for tie, what, other in answer(_TIES, [one, day, day] * 4):
        if tie == "role":
            found.roles.add((what, UUID(other)))
        elif tie == "learner":
            found.guardian_of.add(UUID(other))
        elif tie == "granted":
            found.granted[UUID(other)] = what
        else:
            found.teaches.add(UUID(other))
    return found
