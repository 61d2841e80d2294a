"""What a OneRoster file set says, as values: one dataclass a table, fields named as its columns.

``sourced_id`` is what the standard calls sourcedId; ``line`` is the physical line in the file
(for a role taken from a 1.1 users.csv, the user's line). ``status`` is "active" or "tobedeleted";
a blank status means "active". Fields that the standard requires are filled for every active
record whenever ``Roster.problems`` is empty, and only then; a record to be deleted may carry its
``sourced_id`` alone, with None elsewhere.

``end_date`` is as the file has it: the standard means the day after the last. ``last_day`` is the
day that a person would name.

Source: 1EdTech OneRoster 1.1 CSV Tables (2017) and OneRoster 1.2 CSV Binding (2022).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeVar

import polars as pl

from milepost.roster.oneroster.problems import Note, Problem


@dataclass(frozen=True, slots=True)
class Manifest:
    """What manifest.csv says about the set.

    ``version`` is "1.1" or "1.2". ``modes`` maps every table of the standard's roster half
    (``orgs``, ``academic_sessions``, ...) to "bulk", "delta" or "absent".
    """

    version: str
    modes: Mapping[str, str]
    source_system_name: str
    source_system_code: str

    @property
    def is_delta(self) -> bool:
        """Whether any file carries changes only."""
        return "delta" in self.modes.values()


@dataclass(frozen=True, slots=True)
class Record:
    """What every record has. ``date_last_modified`` is in UTC."""

    sourced_id: str
    status: str
    date_last_modified: datetime | None
    line: int


@dataclass(frozen=True, slots=True)
class Org(Record):
    """A school, district, state or other organisation. ``type``: see `values.ORG_TYPES`."""

    name: str
    type: str
    identifier: str | None
    parent_sourced_id: str | None


@dataclass(frozen=True, slots=True)
class AcademicSession(Record):
    """A school year or a part of one. ``school_year`` is the year in which it ends."""

    title: str
    type: str
    start_date: date
    end_date: date
    parent_sourced_id: str | None
    school_year: int
    last_day: date


@dataclass(frozen=True, slots=True)
class Course(Record):
    """What is taught. ``grades`` are normalised CEDS codes."""

    school_year_sourced_id: str | None
    title: str
    course_code: str | None
    grades: tuple[str, ...]
    org_sourced_id: str
    subjects: tuple[str, ...]
    subject_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Class(Record):
    """A section of a course, or a homeroom. ``class_type``: "homeroom" or "scheduled"."""

    title: str
    grades: tuple[str, ...]
    course_sourced_id: str
    class_code: str | None
    class_type: str
    location: str | None
    school_sourced_id: str
    term_sourced_ids: tuple[str, ...]
    subjects: tuple[str, ...]
    subject_codes: tuple[str, ...]
    periods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UserId:
    """An identifier of a person in some system: ``type`` names the system or kind."""

    type: str
    identifier: str


@dataclass(frozen=True, slots=True)
class User(Record):
    """A person. Passwords in the file are never read.

    The 1.2 fields (from ``user_master_identifier`` on) are None in a 1.1 file.
    """

    enabled_user: bool
    username: str
    user_ids: tuple[UserId, ...]
    given_name: str
    family_name: str
    middle_name: str | None
    identifier: str | None
    email: str | None
    sms: str | None
    phone: str | None
    agent_sourced_ids: tuple[str, ...]
    grades: tuple[str, ...]
    user_master_identifier: str | None
    preferred_given_name: str | None
    preferred_middle_name: str | None
    preferred_family_name: str | None
    primary_org_sourced_id: str | None
    pronouns: str | None


@dataclass(frozen=True, slots=True)
class Role(Record):
    """A role that a person has in an organisation, from a day until a day.

    ``role_type``: "primary" or "secondary"; ``role``: see `values.ROLES`. A 1.1 user gives one
    role for each organisation (the first is primary), with the 1.1 word for the role, and a
    ``sourced_id`` made of the user's, the organisation's and the role's, the same at every import.
    """

    user_sourced_id: str
    role_type: str
    role: str
    begin_date: date | None
    end_date: date | None
    org_sourced_id: str
    user_profile_sourced_id: str | None
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Enrollment(Record):
    """A person in a class. ``role``: "student", "teacher", "aide", "administrator", "proctor"."""

    class_sourced_id: str
    school_sourced_id: str
    user_sourced_id: str
    role: str
    primary: bool | None
    begin_date: date | None
    end_date: date | None
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Demographics(Record):
    """What is counted about a person; ``sourced_id`` is the person's. None means not said."""

    birth_date: date | None
    sex: str | None
    american_indian_or_alaska_native: bool | None
    asian: bool | None
    black_or_african_american: bool | None
    native_hawaiian_or_other_pacific_islander: bool | None
    white: bool | None
    demographic_race_two_or_more_races: bool | None
    hispanic_or_latino_ethnicity: bool | None
    country_of_birth_code: str | None
    state_of_birth_abbreviation: str | None
    city_of_birth: str | None
    public_school_residence_status: str | None


@dataclass(frozen=True, slots=True)
class Relation:
    """An adult of the family and a learner, from users.agentSourcedIds.

    ``relationship`` is the adult's role ("parent", "guardian" or "relative"), or None when the
    set does not carry the adult's role (a delta): the importer then looks it up, or asks.
    """

    learner_sourced_id: str
    agent_sourced_id: str
    relationship: str | None
    line: int


R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Roster:
    """A whole file set as read. Import it only when ``problems`` is empty.

    ``frames`` holds every table as a Polars frame whose columns are the fields of its dataclass
    (dates as Date, lists as List(String), ``user_ids`` as List(Struct(type, identifier))); an
    absent table is an empty frame. The properties give the same rows as dataclasses: handy for
    the small tables; for enrollments by the hundred thousand prefer the frame.
    """

    manifest: Manifest
    digest: str
    frames: Mapping[str, pl.DataFrame]
    relations: tuple[Relation, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Note, ...]

    @cached_property
    def orgs(self) -> tuple[Org, ...]:
        """Organisations."""
        return _records(Org, self.frames["orgs"])

    @cached_property
    def academic_sessions(self) -> tuple[AcademicSession, ...]:
        """School years and their parts."""
        return _records(AcademicSession, self.frames["academic_sessions"])

    @cached_property
    def courses(self) -> tuple[Course, ...]:
        """Courses."""
        return _records(Course, self.frames["courses"])

    @cached_property
    def classes(self) -> tuple[Class, ...]:
        """Classes."""
        return _records(Class, self.frames["classes"])

    @cached_property
    def users(self) -> tuple[User, ...]:
        """People."""
        return _records(User, self.frames["users"])

    @cached_property
    def roles(self) -> tuple[Role, ...]:
        """Roles of people in organisations, from roles.csv (1.2) or users.csv (1.1)."""
        return _records(Role, self.frames["roles"])

    @cached_property
    def enrollments(self) -> tuple[Enrollment, ...]:
        """People in classes."""
        return _records(Enrollment, self.frames["enrollments"])

    @cached_property
    def demographics(self) -> tuple[Demographics, ...]:
        """What is counted about people."""
        return _records(Demographics, self.frames["demographics"])


def _records(kind: type[R], frame: pl.DataFrame) -> tuple[R, ...]:
    return tuple(kind(**_frozen(row)) for row in frame.iter_rows(named=True))


def _frozen(row: dict[str, Any]) -> dict[str, Any]:
    """Lists become tuples, and user identifiers values, so that a record can be compared."""
    lists = {name: tuple(value) for name, value in row.items() if isinstance(value, list)}
    if "user_ids" in row:
        lists["user_ids"] = tuple(UserId(**one) for one in row["user_ids"])
    return row | lists
