"""What the roster publishes to the lake: learner keys, never names."""

from uuid import UUID

import pyarrow as pa

from milepost.lake import Column, Dataset
from milepost.roster.models import Demographics, LearnerKey, Role

ALL = "all"
_TEXT, _P = pa.string(), "pseudonymous"
_DEMOGRAPHICS = "roster.Demographics; as known at the extract, not dated"

PEOPLE = Dataset(
    "people",
    "One row a learner, school and student group; each learner is in the group `all`.",
    (
        Column("learner", _TEXT, "Learner key.", "roster.LearnerKey", _P),
        Column("school", _TEXT, "School.", "roster.Role.organisation", "public"),
        Column("grade", _TEXT, "CEDS grade at the extract.", "roster.Person.grade", _P),
        Column("student_group", _TEXT, "Group that is counted.", _DEMOGRAPHICS, _P),
        Column("begins_on", pa.date32(), "First day.", "roster.Role.begins_on", _P, True),
        Column("ends_on", pa.date32(), "Last day.", "roster.Role.ends_on", _P, True),
    ),
)
_FLAGS = ("economically_disadvantaged", "english_learner", "disability")


def people_table(district: UUID) -> pa.Table:
    """Return a district's learners, shape `PEOPLE`. A flag that is missing puts nobody anywhere."""
    keys = dict(LearnerKey.objects.filter(district=district).values_list("person", "id"))
    groups = {d.person_id: _groups(d) for d in Demographics.objects.filter(district=district)}
    roles = Role.objects.filter(district=district, kind=Role.Kind.LEARNER)
    columns = ("person", "organisation", "person__grade", "begins_on", "ends_on")
    rows = [
        (str(keys[person]), str(school), grade, group, begins_on, ends_on)
        for person, school, grade, begins_on, ends_on in roles.values_list(*columns).iterator()
        if person in keys
        for group in (ALL, *groups.get(person, ()))
    ]
    names = PEOPLE.schema.names
    return pa.Table.from_pylist(
        [dict(zip(names, row, strict=True)) for row in sorted(rows, key=str)], PEOPLE.schema
    )


def _groups(of: Demographics) -> list[str]:
    flags = [flag for flag in _FLAGS if getattr(of, flag)]
    return [*flags, *map(str, of.race), *([f"sex: {of.sex}"] if of.sex else [])]
