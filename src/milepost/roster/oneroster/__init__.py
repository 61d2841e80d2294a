"""OneRoster 1.1 and 1.2 CSV, read and checked without touching a database.

``open_files`` takes a folder or a zip, ``read`` says everything in it and everything wrong with
it, ``write_report`` tells a registrar.
"""

from milepost.roster.oneroster.files import FileSet, open_files
from milepost.roster.oneroster.problems import FatalProblem, Note, Problem
from milepost.roster.oneroster.reading import read
from milepost.roster.oneroster.records import (
    AcademicSession,
    Class,
    Course,
    Demographics,
    Enrollment,
    Manifest,
    Org,
    Record,
    Relation,
    Role,
    Roster,
    User,
    UserId,
)
from milepost.roster.oneroster.report import write_report, write_report_csv
from milepost.roster.oneroster.values import normalise_grade

__all__ = [
    "AcademicSession",
    "Class",
    "Course",
    "Demographics",
    "Enrollment",
    "FatalProblem",
    "FileSet",
    "Manifest",
    "Note",
    "Org",
    "Problem",
    "Record",
    "Relation",
    "Role",
    "Roster",
    "User",
    "UserId",
    "normalise_grade",
    "open_files",
    "read",
    "write_report",
    "write_report_csv",
]
