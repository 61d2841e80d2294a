"""Attendance by day."""

from django.db import models

from milepost.roster.models.organisations import DistrictRecord, Organisation
from milepost.roster.models.people import Person


class AttendanceDay(DistrictRecord):
    """One learner on one school day."""

    class Status(models.TextChoices):
        PRESENT = "present", "Present"
        ABSENT = "absent", "Absent"
        EXCUSED = "excused", "Absent, excused"
        TARDY = "tardy", "Tardy"

    learner = models.ForeignKey(Person, models.PROTECT, related_name="attendance")
    school = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    day = models.DateField()
    status = models.CharField(max_length=10, choices=Status)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "school", "day"], name="one_attendance_a_day"
            )
        ]
        indexes = [models.Index(fields=["school", "day"])]
