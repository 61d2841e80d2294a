"""The last year's roster as a bulk OneRoster 1.2 file set.

Source of columns and vocabularies: 1EdTech OneRoster 1.2 CSV Binding, section 3. Ends are
exclusive there: an `endDate` is the day after the last.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from milepost.simulation import streams
from milepost.simulation.calendar import DAYS
from milepost.simulation.district import DISTRICT, District, labels, school_name
from milepost.simulation.names import FAMILY, GIVEN
from milepost.simulation.plan import GRADES, RACES
from milepost.simulation.population import ELSEWHERE, LEAVES_IN_YEAR
from milepost.simulation.schools import LEVEL_OF_GRADE, LEVELS
from milepost.simulation.skills import grade_code
from milepost.simulation.staff import OFFICE, build_staff
from milepost.simulation.writing import CsvFile, Folder

SYSTEM = "simulated-sis"
SESSION = "session-year"
CHUNK = 50_000
"""Learners whose rows are made at once."""

Rows = NDArray[np.int64]


def write_roster(district: District, folder: Folder, year: int) -> None:
    """Write the file set of a year into the folder's `oneroster`."""
    roster = _Roster(district, year)
    tables: dict[str, Iterable[pl.DataFrame]] = {
        "orgs": [roster.orgs()],
        "academicSessions": [roster.session()],
        "courses": [roster.courses()],
        "classes": [roster.class_rows()],
        "users": roster.users(),
        "roles": roster.roles(),
        "enrollments": roster.enrollments(),
        "demographics": roster.demographics(),
    }
    for name, frames in tables.items():
        with folder.csv(f"oneroster/{name}.csv") as file:
            _add_all(file, frames, HEADERS[name])
    said = {"manifest.version": "1.0", "oneroster.version": "1.2"}
    said |= {f"file.{name}": "bulk" if name in tables else "absent" for name in FILES}
    said |= {"source.systemName": SYSTEM, "source.systemCode": SYSTEM}
    frame = pl.DataFrame({"propertyName": list(said), "value": list(said.values())})
    folder.put_csv("oneroster/manifest.csv", frame)


def _add_all(file: CsvFile, frames: Iterable[pl.DataFrame], header: str) -> None:
    """Write frames with all columns of the header; those that a frame lacks are empty."""
    for frame in frames:
        there = set(frame.columns)
        wanted = [pl.col(n) if n in there else pl.lit(None).alias(n) for n in header.split(",")]
        file.add(frame.select(wanted))


class _Roster:
    """The rows of one year."""

    def __init__(self, district: District, year: int) -> None:
        self.district, self.year = district, year
        calendar = district.calendar
        self.begins = calendar.first(year)
        self.after = calendar.last(year) + timedelta(days=1)
        there = district.population.grade[: year + 1] != ELSEWHERE
        # Whoever was ever there: records of earlier years must find their learner.
        self.known = np.flatnonzero(there.any(axis=0))
        self.last_year = year - np.argmax(there[::-1], axis=0)
        self.classes = district.classes(year)
        self.staff = build_staff(district, self.classes, year)
        self.class_labels = pl.Series(list(self._class_labels()))
        self.adult_labels = labels("A", len(self.staff.roles))
        self.family_labels = labels("F", len(district.population), 7)
        self.grades = pl.Series([grade_code(grade) for grade in range(GRADES)])
        self.dates = pl.Series(calendar.days, dtype=pl.Date)
        orgs = [*district.school_labels.to_list(), DISTRICT]
        self.orgs_by_number = pl.Series(orgs)

    def orgs(self) -> pl.DataFrame:
        schools = self.district.schools
        names = [school_name(schools, k) for k in range(len(schools.level))]
        return pl.DataFrame(
            {
                "sourcedId": [DISTRICT, *self.district.school_labels],
                "name": [self.district.plan.district, *names],
                "type": ["district"] + ["school"] * len(names),
                "parentSourcedId": [None] + [DISTRICT] * len(names),
            }
        )

    def session(self) -> pl.DataFrame:
        named = self.district.calendar.named(self.year)
        return pl.DataFrame(
            {
                "sourcedId": SESSION,
                "title": f"School year {named - 1}-{named % 100:02d}",
                "type": "schoolYear",
                "startDate": self.begins,
                "endDate": self.after,
                "schoolYear": named,
            }
        )

    def courses(self) -> pl.DataFrame:
        rows = [
            (grade, number, course.subject)
            for grade in range(GRADES)
            for number, course in enumerate(LEVELS[LEVEL_OF_GRADE[grade]].courses)
        ]
        return pl.DataFrame(
            {
                "sourcedId": [_course(grade, number) for grade, number, _ in rows],
                "schoolYearSourcedId": SESSION,
                "title": [f"{subject} {grade_code(grade)}" for grade, _, subject in rows],
                "courseCode": [f"{grade_code(grade)}-{number + 1}" for grade, number, _ in rows],
                "grades": [grade_code(grade) for grade, _, _ in rows],
                "orgSourcedId": DISTRICT,
                "subjects": [subject for _, _, subject in rows],
            }
        )

    def _class_labels(self) -> Iterator[str]:
        classes = self.classes
        parts = (classes.school, classes.grade, classes.course, classes.section)
        for school, grade, course, section in zip(*(one.tolist() for one in parts), strict=True):
            yield f"c-{school + 1:04d}-{grade_code(grade)}-{course + 1}-{section + 1:02d}"

    def class_rows(self) -> pl.DataFrame:
        classes = self.classes
        pairs = list(zip(classes.grade.tolist(), classes.course.tolist(), strict=True))
        subjects = [
            LEVELS[LEVEL_OF_GRADE[grade]].courses[course].subject for grade, course in pairs
        ]
        frame = pl.DataFrame(
            {
                "sourcedId": self.class_labels,
                "grades": self.grades.gather(classes.grade),
                "courseSourcedId": [_course(*pair) for pair in pairs],
                "schoolSourcedId": self.district.school_labels.gather(classes.school),
                "subjects": subjects,
                "section": classes.section + 1,
            }
        )
        homeroom = pl.col("subjects") == "Homeroom"
        return frame.with_columns(
            title=pl.concat_str("subjects", "grades", "section", separator=" "),
            classCode=pl.col("sourcedId").str.slice(2),
            classType=pl.when(homeroom).then(pl.lit("homeroom")).otherwise(pl.lit("scheduled")),
            termSourcedIds=pl.lit(SESSION),
        )

    def _chunks(self) -> Iterator[Rows]:
        for start in range(0, len(self.known), CHUNK):
            yield self.known[start : start + CHUNK]

    def users(self) -> Iterator[pl.DataFrame]:
        adults = np.arange(len(self.staff.roles))
        yield self._people(self.adult_labels, adults + _ADULTS)
        for rows in self._chunks():
            label = self.district.learner_labels.gather(rows)
            frame = self._people(label, rows).with_columns(
                grades=self.grades.gather(self._now(rows, self.district.population.grade))
            )
            if self.district.plan.guardians:
                frame = frame.with_columns(agentSourcedIds=self.family_labels.gather(rows))
                # The adult of a family shares the child's family name.
                yield self._people(self.family_labels.gather(rows), rows + _FAMILIES, rows)
            yield frame

    def _people(self, label: pl.Series, names: Rows, families: Rows | None = None) -> pl.DataFrame:
        given = self._picks(names, 0, len(GIVEN))
        family = self._picks(names if families is None else families, 1, len(FAMILY))
        return pl.DataFrame(
            {
                "sourcedId": label,
                "enabledUser": ["true"] * len(label),
                "username": label.str.to_lowercase(),
                "userIds": "{local:" + label + "}",
                "givenName": pl.Series(GIVEN).gather(given),
                "familyName": pl.Series(FAMILY).gather(family),
                "identifier": label,
            }
        )

    def _picks(self, rows: Rows, column: int, count: int) -> Rows:
        """Return a place from 0 to count - 1 for each row; rows ascend."""
        low, high = int(rows[0]), int(rows[-1])
        draws = streams.uniforms(self.district.plan.seed, streams.NAMES, low, high + 1)
        return np.asarray(draws[rows - low, column] * count, np.int64)

    def _now(self, rows: Rows, of_year: NDArray[Any]) -> pl.Series:
        """Return a number of the roster's year for each person; null for who is no longer there."""
        gone = pl.Series(self.last_year[rows] < self.year)
        return pl.Series(of_year[self.year, rows].astype(np.int64)).set(gone, None)

    def roles(self) -> Iterator[pl.DataFrame]:
        office = len(self.orgs_by_number) - 1
        place = np.where(self.staff.school == OFFICE, office, self.staff.school)
        begins = pl.Series([self.begins]).new_from_index(0, len(place))
        yield self._roles(self.adult_labels, "", place, begins).with_columns(
            role=pl.Series(self.staff.roles)
        )
        for rows in self._chunks():
            people, last = self.district.population, self.last_year[rows]
            school = self.district.school[last, rows]
            first = people.first_year[rows]
            begins = self._day(first, people.entry[first, rows])
            ends = self._day(last, people.exit[last, rows]).dt.offset_by("1d")
            left = pl.Series((last < self.year) | (people.ending[last, rows] == LEAVES_IN_YEAR))
            yield self._roles(
                self.district.learner_labels.gather(rows), "student", school, begins
            ).with_columns(endDate=ends.set(~left, None))
            if self.district.plan.guardians:
                yield self._roles(self.family_labels.gather(rows), "guardian", school, begins)

    def _day(self, year: NDArray[Any], day: NDArray[Any]) -> pl.Series:
        """Return the date of a day of a year."""
        return self.dates.gather(year.astype(np.int64) * DAYS + day)

    def _roles(
        self, label: pl.Series, role: str, school: NDArray[Any], begins: pl.Series
    ) -> pl.DataFrame:
        return pl.DataFrame(
            {
                "sourcedId": "role-" + label,
                "userSourcedId": label,
                "beginDate": begins,
                "orgSourcedId": self.orgs_by_number.gather(school),
            }
        ).with_columns(roleType=pl.lit("primary"), role=pl.lit(role))

    def enrollments(self) -> Iterator[pl.DataFrame]:
        classes = np.arange(len(self.class_labels))
        teachers = self.adult_labels.gather(self.staff.teacher)
        yield self._enrollments(classes, teachers, "teacher").with_columns(
            primary=pl.lit("true"), beginDate=pl.lit(self.begins)
        )
        for rows in self._chunks():
            own = self.classes.of_learner[rows]
            row, column = np.nonzero(own >= 0)
            person = rows[row]
            learners = self.district.learner_labels.gather(person)
            frame = self._enrollments(own[row, column], learners, "student")
            people, year = self.district.population, np.full(len(person), self.year)
            left = pl.Series(people.ending[self.year, person] == LEAVES_IN_YEAR)
            ends = self._day(year, people.exit[self.year, person]).dt.offset_by("1d")
            yield frame.with_columns(
                primary=pl.lit("false"),
                beginDate=self._day(year, people.entry[self.year, person]),
                endDate=ends.set(~left, None),
            )

    def _enrollments(self, numbers: NDArray[Any], users: pl.Series, role: str) -> pl.DataFrame:
        label = self.class_labels.gather(numbers)
        school = self.district.school_labels.gather(self.classes.school[numbers])
        return pl.DataFrame(
            {
                "sourcedId": "e-" + users + "-" + label.str.slice(2),
                "classSourcedId": label,
                "schoolSourcedId": school,
                "userSourcedId": users,
            }
        ).with_columns(role=pl.lit(role))

    def demographics(self) -> Iterator[pl.DataFrame]:
        people = self.district.population
        for rows in self._chunks():
            races = {
                name: pl.Series(["false", "true"]).gather((people.race[rows] == k).astype(np.int8))
                for k, name in enumerate(RACES)
            }
            sex = pl.Series(["male", "female"]).gather(people.female[rows].astype(np.int8))
            yield pl.DataFrame(
                {
                    "sourcedId": self.district.learner_labels.gather(rows),
                    "birthDate": self._births(rows),
                    "sex": sex,
                    **races,
                }
            )

    def _births(self, rows: Rows) -> pl.Series:
        """Return birth dates: five years old by September of the year that kindergarten begins."""
        people = self.district.population
        years = people.first_year[rows].astype(np.int64) - people.first_grade[rows]
        first = (self.district.plan.begins.year - 6 - 1970 + years).astype("datetime64[Y]")
        second_of_september = (first.astype("datetime64[M]") + 8).astype("datetime64[D]") + 1
        return pl.Series(second_of_september + self._picks(rows, 2, 365))


_ADULTS, _FAMILIES = 1 << 30, 1 << 31
"""Where the names of adults begin, beyond all learners."""


def _course(grade: int, number: int) -> str:
    return f"course-{grade_code(grade)}-{number + 1}"


FILES = (
    "academicSessions", "categories", "classes", "classResources", "courses", "courseResources",
    "demographics", "enrollments", "lineItemLearningObjectiveIds", "lineItems",
    "lineItemScoreScales", "orgs", "resources", "resultLearningObjectiveIds", "results",
    "resultScoreScales", "roles", "scoreScales", "userProfiles", "userResources", "users",
)  # fmt: skip

HEADERS = {
    "orgs": "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId",
    "academicSessions": "sourcedId,status,dateLastModified,title,type,startDate,endDate,"
    "parentSourcedId,schoolYear",
    "courses": "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,"
    "orgSourcedId,subjects,subjectCodes",
    "classes": "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,"
    "classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods",
    "users": "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,"
    "familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,"
    "userMasterIdentifier,resourceSourcedIds,preferredGivenName,preferredMiddleName,"
    "preferredFamilyName,primaryOrgSourcedId",
    "roles": "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,"
    "orgSourcedId,userProfileSourcedId",
    "enrollments": "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,"
    "userSourcedId,role,primary,beginDate,endDate",
    "demographics": "sourcedId,status,dateLastModified,birthDate,sex,"
    "americanIndianOrAlaskaNative,asian,blackOrAfricanAmerican,"
    "nativeHawaiianOrOtherPacificIslander,white,demographicRaceTwoOrMoreRaces,"
    "hispanicOrLatinoEthnicity,countryOfBirthCode,stateOfBirthAbbreviation,cityOfBirth,"
    "publicSchoolResidenceStatus",
}
