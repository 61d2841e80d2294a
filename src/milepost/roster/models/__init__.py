"""Tables of the roster room."""

from milepost.roster.models.access import AccessGrant, Guardianship, LearnerKey
from milepost.roster.models.attendance import AttendanceDay
from milepost.roster.models.classes import AcademicSession, Course, Enrollment, SchoolClass
from milepost.roster.models.identity import IdentityProposal, OutsideIdentifier
from milepost.roster.models.organisations import DistrictRecord, Organisation, Setting
from milepost.roster.models.people import Account, Demographics, Person, Role

__all__ = [
    "AcademicSession",
    "AccessGrant",
    "Account",
    "AttendanceDay",
    "Course",
    "Demographics",
    "DistrictRecord",
    "Enrollment",
    "Guardianship",
    "IdentityProposal",
    "LearnerKey",
    "Organisation",
    "OutsideIdentifier",
    "Person",
    "Role",
    "SchoolClass",
    "Setting",
]
