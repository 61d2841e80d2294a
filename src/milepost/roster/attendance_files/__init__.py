"""Attendance by day from files: a CSV of our own, and Ed-Fi's StudentSchoolAttendanceEvent.

Both become `AttendanceDay`, one for each learner, school and day. Pure: no database.
"""

from milepost.roster.attendance_files.days import STATUSES, Attendance, AttendanceDay
from milepost.roster.attendance_files.edfi import read_edfi_attendance
from milepost.roster.attendance_files.own_csv import read_attendance_csv

__all__ = [
    "STATUSES",
    "Attendance",
    "AttendanceDay",
    "read_attendance_csv",
    "read_edfi_attendance",
]
