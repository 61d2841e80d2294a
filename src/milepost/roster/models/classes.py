"""When and where schooling happens: sessions, courses, classes, enrollments."""

from django.db import models

from milepost.roster.models.organisations import DistrictRecord, Organisation
from milepost.roster.models.people import Person


class AcademicSession(DistrictRecord):
    """A school year or a part of one. `ends_on` is its last day."""

    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, help_text="schoolYear, semester, term, gradingPeriod")
    begins_on = models.DateField()
    ends_on = models.DateField()
    school_year = models.IntegerField(help_text="The calendar year in which the school year ends.")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    active = models.BooleanField(default=True)


class Course(DistrictRecord):
    """What is taught, apart from when and to whom."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="courses")
    title = models.CharField(max_length=200)
    code = models.CharField(max_length=60, blank=True)
    grades = models.JSONField(default=list)
    subjects = models.JSONField(default=list)
    active = models.BooleanField(default=True)


class SchoolClass(DistrictRecord):
    """A group of learners with its teachers: a section of a course, or a homeroom."""

    school = models.ForeignKey(Organisation, models.PROTECT, related_name="classes")
    course = models.ForeignKey(Course, models.PROTECT, null=True, related_name="classes")
    title = models.CharField(max_length=200)
    code = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=20, default="scheduled", help_text="homeroom or scheduled")
    grades = models.JSONField(default=list)
    subjects = models.JSONField(default=list)
    sessions = models.ManyToManyField(AcademicSession, related_name="classes")
    active = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = "school classes"

    def __str__(self) -> str:
        return self.title


class Enrollment(DistrictRecord):
    """A person in a class, in a role, from a day until a day. Ended, never deleted."""

    # Not looked up for every row: an import holds the district's own row (decision 0011).
    district = models.ForeignKey(
        Organisation, models.PROTECT, db_constraint=False, related_name="+"
    )
    # No index of their own: both begin one of the indexes below.
    person = models.ForeignKey(Person, models.PROTECT, db_index=False, related_name="enrollments")
    school_class = models.ForeignKey(
        SchoolClass, models.PROTECT, db_index=False, related_name="enrollments"
    )
    role = models.CharField(max_length=20, help_text="learner, teacher, aide")
    primary = models.BooleanField(default=False)
    begins_on = models.DateField(null=True, help_text="Null: since the class began.")
    ends_on = models.DateField(null=True, help_text="Last day; null: open.")

    class Meta:
        indexes = [
            models.Index(fields=["school_class", "role"]),
            models.Index(fields=["person", "role"]),
        ]
