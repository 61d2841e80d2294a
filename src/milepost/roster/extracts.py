"""What the roster publishes to the lake: learner keys, never names."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

import pyarrow as pa
from django.db.models import Max, Min, Q

from milepost.lake import YEAR_BEGINS, Column, Dataset, school_year
from milepost.roster.models import (
    AttendanceDay,
    Demographics,
    Enrollment,
    LearnerKey,
    Organisation,
    Role,
)

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
ORGANISATIONS = Dataset(
    "organisations",
    "One row a district or school.",
    (
        Column("organisation", _TEXT, "District or school.", "roster.Organisation.id", "public"),
        Column("kind", _TEXT, "district or school.", "roster.Organisation.kind", "public"),
        Column("name", _TEXT, "Its name.", "roster.Organisation.name", "public"),
        Column(
            "identifier",
            _TEXT,
            "Of outside, for example its NCES ID; empty: none known.",
            "roster.Organisation.identifier",
            "public",
        ),
        Column("active", pa.bool_(), "Whether it is open.", "roster.Organisation.active", "public"),
    ),
)
ENROLLMENTS = Dataset(
    "enrollments",
    "One row a learner's time in a class that touches the school year.",
    (
        Column("learner", _TEXT, "Learner key.", "roster.LearnerKey", _P),
        Column("class", _TEXT, "Class.", "roster.Enrollment.school_class"),
        Column("school", _TEXT, "School.", "roster.SchoolClass.school", "public"),
        Column("course", _TEXT, "Title of its course.", "roster.Course.title", "public", True),
        Column(
            "begins_on",
            pa.date32(),
            "First day; missing: since the class began.",
            "roster.Enrollment.begins_on",
            _P,
            True,
        ),
        Column(
            "ends_on",
            pa.date32(),
            "Last day; missing: open.",
            "roster.Enrollment.ends_on",
            _P,
            True,
        ),
    ),
)
ATTENDANCE = Dataset(
    "attendance",
    "One row a learner, school and day on which attendance was taken. Reasons are not published.",
    (
        Column("learner", _TEXT, "Learner key.", "roster.LearnerKey", _P),
        Column("school", _TEXT, "School.", "roster.AttendanceDay.school", "public"),
        Column("day", pa.date32(), "School day.", "roster.AttendanceDay.day", _P),
        Column("status", _TEXT, "present, absent, excused or tardy.",
               "roster.AttendanceDay.status", _P),
    ),
)  # fmt: skip
ROWS_AT_ONCE = 200_000
"""Rows of one part: bounds memory."""

_FLAGS = ("economically_disadvantaged", "english_learner", "disability")


def people_table(district: UUID) -> pa.Table:
    """Return a district's learners, shape `PEOPLE`. A flag that is missing puts nobody anywhere."""
    keys = _keys(district)
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


def organisations_table(district: UUID) -> pa.Table:
    """Return a district and its schools, shape `ORGANISATIONS`."""
    rows = Organisation.objects.filter(district=district).order_by("pk")
    columns = ("pk", "kind", "name", "identifier", "active")
    return _table(ORGANISATIONS, ((str(pk), *rest) for pk, *rest in rows.values_list(*columns)))


def enrollment_parts(district: UUID, *, year: int) -> Iterator[pa.Table]:
    """Yield the learners' enrollments that touch a school year, shape `ENROLLMENTS`."""
    first, last = year_days(year)
    rows = Enrollment.objects.filter(
        Q(begins_on=None) | Q(begins_on__lte=last), Q(ends_on=None) | Q(ends_on__gte=first),
        district=district, role="learner",
    ).order_by("pk")  # fmt: skip
    columns = ("school_class", "school_class__school", "school_class__course__title", "begins_on",
               "ends_on")  # fmt: skip
    keys = _keys(district)
    found = rows.values_list("person", *columns).iterator(chunk_size=10_000)
    return _parts(
        ENROLLMENTS,
        ((str(keys[who]), str(a), str(b), *rest) for who, a, b, *rest in found if who in keys),
    )


def attendance_parts(district: UUID, *, year: int) -> Iterator[pa.Table]:
    """Yield the attendance of a school year, shape `ATTENDANCE`, in no order."""
    rows = AttendanceDay.objects.filter(district=district, day__range=year_days(year))
    keys = _keys(district)
    found = rows.order_by().values_list("learner", "school", "day", "status")
    return _parts(
        ATTENDANCE,
        (
            (str(keys[who]), str(school), *rest)
            for who, school, *rest in found.iterator(chunk_size=10_000)
            if who in keys
        ),
    )


def attendance_years(district: UUID) -> range:
    """Return the school years in which attendance was taken."""
    found = AttendanceDay.objects.filter(district=district).aggregate(a=Min("day"), b=Max("day"))
    return range(school_year(found["a"]), school_year(found["b"]) + 1) if found["a"] else range(0)


def year_days(year: int) -> tuple[date, date]:
    """Return the first and the last day of a school year as the lake is cut."""
    return date(year - 1, YEAR_BEGINS, 1), date(year, YEAR_BEGINS, 1) - timedelta(days=1)


def _keys(district: UUID) -> dict[UUID | None, UUID]:
    """Return person → learner key. Who was erased has none any more."""
    return dict(
        LearnerKey.objects.filter(district=district, erased_at=None).values_list("person", "id")
    )


def _parts(dataset: Dataset, rows: Iterable[tuple[Any, ...]]) -> Iterator[pa.Table]:
    rows = iter(rows)
    while some := list(islice(rows, ROWS_AT_ONCE)):
        yield _table(dataset, some)


def _table(dataset: Dataset, rows: Iterable[tuple[Any, ...]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(dataset.columns)
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, dataset.schema, strict=True)],
                    schema=dataset.schema)  # fmt: skip
