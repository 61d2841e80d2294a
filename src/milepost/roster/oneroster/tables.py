"""The tables of the standard's roster half, as data: columns, kinds, what is required, what
refers to what.

Source: 1EdTech OneRoster 1.1 CSV Tables, section 3; OneRoster 1.2 CSV Binding, section 3. The
longest lengths are the standard's 255 where it has one and otherwise what a roster can keep.
"""

import re
from dataclasses import dataclass, field

import polars as pl

from milepost.roster.oneroster import values
from milepost.roster.oneroster.values import (
    BOOLEAN,
    DATE,
    GRADE_LIST,
    INSTANT,
    LIST,
    SCHOOL_YEAR,
    TEXT,
    USER_IDS,
    Kind,
    words,
)


@dataclass(frozen=True)
class Column:
    """A column: its name in the file, and what its cells must be.

    ``refers_to`` names the table whose sourcedId the cell holds (or the cell's list holds).
    """

    name: str
    kind: Kind = TEXT
    required: bool = False
    refers_to: str | None = None
    longest: int = 255

    @property
    def field(self) -> str:
        """The name as a field: sourcedId becomes sourced_id."""
        return snake_case(self.name)


@dataclass(frozen=True)
class Table:
    """A table: its name as a field, the name that the standard gives its file, its columns.

    ``order`` is a pair of dates of which the second may not come before the first.
    """

    name: str
    title: str
    own_columns: tuple[Column, ...]
    order: tuple[str, str] | None = None
    one: str = field(default="")

    @property
    def file(self) -> str:
        """The file's name as the standard writes it, for people."""
        return f"{self.title}.csv"

    @property
    def key(self) -> str:
        """The file's name as a `FileSet` holds it."""
        return self.file.lower()

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns, those that every table has first."""
        first = Column("sourcedId", required=True)
        if self.name == "demographics":
            first = Column("sourcedId", required=True, refers_to="users")
        return (first, STATUS, MODIFIED, *self.own_columns)

    def empty(self) -> pl.DataFrame:
        """A frame without rows, with a typed column for every field and the line."""
        schema: dict[str, pl.DataType] = {c.field: c.kind.dtype for c in self.columns}
        return pl.DataFrame(schema=schema | {"line": pl.Int64()})


def snake_case(name: str) -> str:
    """Return a camelCase name in snake_case."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


NEVER_READ = frozenset({"password"})
"""Columns of the standard that are passed over: a password has no business in a file."""

STATUS = Column("status", words(values.STATUSES))
MODIFIED = Column("dateLastModified", INSTANT)

ORGS = Table(
    "orgs",
    "orgs",
    (
        Column("name", required=True, longest=200),
        Column("type", words(values.ORG_TYPES), required=True),
        Column("identifier", longest=60),
        Column("parentSourcedId", refers_to="orgs"),
    ),
    one="organisation",
)

ACADEMIC_SESSIONS = Table(
    "academic_sessions",
    "academicSessions",
    (
        Column("title", required=True, longest=120),
        Column("type", words(values.SESSION_TYPES), required=True),
        Column("startDate", DATE, required=True),
        Column("endDate", DATE, required=True),
        Column("parentSourcedId", refers_to="academic_sessions"),
        Column("schoolYear", SCHOOL_YEAR, required=True),
    ),
    order=("startDate", "endDate"),
    one="academic session",
)

COURSES = Table(
    "courses",
    "courses",
    (
        Column("schoolYearSourcedId", refers_to="academic_sessions"),
        Column("title", required=True, longest=200),
        Column("courseCode", longest=60),
        Column("grades", GRADE_LIST),
        Column("orgSourcedId", required=True, refers_to="orgs"),
        Column("subjects", LIST),
        Column("subjectCodes", LIST),
    ),
    one="course",
)

CLASSES = Table(
    "classes",
    "classes",
    (
        Column("title", required=True, longest=200),
        Column("grades", GRADE_LIST),
        Column("courseSourcedId", required=True, refers_to="courses"),
        Column("classCode", longest=60),
        Column("classType", words(values.CLASS_TYPES), required=True),
        Column("location"),
        Column("schoolSourcedId", required=True, refers_to="orgs"),
        Column("termSourcedIds", LIST, required=True, refers_to="academic_sessions"),
        Column("subjects", LIST),
        Column("subjectCodes", LIST),
        Column("periods", LIST),
    ),
    one="class",
)

_PERSON = (
    Column("enabledUser", BOOLEAN, required=True),
    Column("username", required=True),
    Column("userIds", USER_IDS),
    Column("givenName", required=True, longest=100),
    Column("familyName", required=True, longest=100),
    Column("middleName", longest=100),
    Column("identifier"),
    Column("email", longest=254),
    Column("sms"),
    Column("phone"),
    Column("agentSourcedIds", LIST, refers_to="users"),
    Column("grades", GRADE_LIST),
)
_SINCE_1_2 = (
    Column("userMasterIdentifier"),
    Column("preferredGivenName", longest=100),
    Column("preferredMiddleName", longest=100),
    Column("preferredFamilyName", longest=100),
    Column("primaryOrgSourcedId", refers_to="orgs"),
    Column("pronouns"),
)
_UNTIL_1_1 = (
    Column("orgSourcedIds", LIST, required=True, refers_to="orgs"),
    Column("role", words(values.ROLES), required=True),
)
USERS = Table("users", "users", _PERSON + _SINCE_1_2, one="person")
USERS_1_1 = Table("users", "users", _PERSON + _UNTIL_1_1, one="person")

ROLES = Table(
    "roles",
    "roles",
    (
        Column("userSourcedId", required=True, refers_to="users"),
        Column("roleType", words(values.ROLE_TYPES), required=True),
        Column("role", words(values.ROLES), required=True),
        Column("beginDate", DATE),
        Column("endDate", DATE),
        Column("orgSourcedId", required=True, refers_to="orgs"),
        # User profiles are accepted and not read, so nothing can be said of this reference.
        Column("userProfileSourcedId"),
    ),
    order=("beginDate", "endDate"),
    one="role",
)

ENROLLMENTS = Table(
    "enrollments",
    "enrollments",
    (
        Column("classSourcedId", required=True, refers_to="classes"),
        Column("schoolSourcedId", required=True, refers_to="orgs"),
        Column("userSourcedId", required=True, refers_to="users"),
        Column("role", words(values.ENROLLMENT_ROLES), required=True),
        Column("primary", BOOLEAN),
        Column("beginDate", DATE),
        Column("endDate", DATE),
    ),
    order=("beginDate", "endDate"),
    one="enrollment",
)

DEMOGRAPHICS = Table(
    "demographics",
    "demographics",
    (
        Column("birthDate", DATE),
        Column("sex", words(values.SEXES)),
        Column("americanIndianOrAlaskaNative", BOOLEAN),
        Column("asian", BOOLEAN),
        Column("blackOrAfricanAmerican", BOOLEAN),
        Column("nativeHawaiianOrOtherPacificIslander", BOOLEAN),
        Column("white", BOOLEAN),
        Column("demographicRaceTwoOrMoreRaces", BOOLEAN),
        Column("hispanicOrLatinoEthnicity", BOOLEAN),
        Column("countryOfBirthCode"),
        Column("stateOfBirthAbbreviation"),
        Column("cityOfBirth"),
        Column("publicSchoolResidenceStatus"),
    ),
    one="demographic record",
)

TABLES = (
    ORGS,
    ACADEMIC_SESSIONS,
    COURSES,
    CLASSES,
    USERS,
    ROLES,
    ENROLLMENTS,
    DEMOGRAPHICS,
)


def tables_of(version: str) -> tuple[Table, ...]:
    """The tables of a version of the standard: 1.1 has roles inside users.csv."""
    if version == "1.1":
        swap = {USERS: USERS_1_1}
        return tuple(swap.get(table, table) for table in TABLES if table is not ROLES)
    return TABLES


ACCEPTED_FILES = frozenset(
    f"{title}.csv"
    for title in (
        "categories",
        "classresources",
        "courseresources",
        "lineitemlearningobjectiveids",
        "lineitems",
        "lineitemscorescales",
        "resources",
        "resultlearningobjectiveids",
        "results",
        "resultscorescales",
        "scorescales",
        "userprofiles",
        "userresources",
    )
)
"""Files of the standard that a roster does not need: they may be there, and are not read."""
