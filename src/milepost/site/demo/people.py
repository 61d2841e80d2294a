"""The demonstration's people as OneRoster 1.2 files: they come in by everyone's door."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random

from milepost.site.demo.names import FAMILY, GIVEN

SUBJECTS = ("Mathematics", "English language arts", "Science", "Social studies")
SYSTEM = "cedar-valley-sis"


@dataclass(frozen=True)
class School:
    """A school of the demonstration: its grades, how many sections each, and how large."""

    id: str
    name: str
    grades: tuple[int, ...]
    sections: int
    size: int

    @property
    def departmental(self) -> bool:
        """Whether a class is a subject's (middle and high school) and not a homeroom."""
        return self.grades[0] > 5


SCHOOLS = (
    School("org-elm", "Elm Street Elementary", (0, 1, 2, 3, 4, 5), 4, 22),
    School("org-cedar", "Cedar Middle School", (6, 7, 8), 4, 28),
    School("org-ridge", "Ridgeline High School", (9, 10, 11, 12), 3, 28),
)
DISTRICT_ID = "org-district"


@dataclass
class Adult:
    """A member of staff: the OneRoster role, where, and the classes taught."""

    id: str
    given: str
    family: str
    role: str
    org: str
    classes: list[str] = field(default_factory=list)


@dataclass
class Child:
    """A learner with the classes attended and the family's adult."""

    id: str
    given: str
    family: str
    grade: int
    school: School
    section: int
    guardian: str


@dataclass
class Town:
    """Everybody in the demonstration."""

    adults: list[Adult]
    children: list[Child]
    guardians: dict[str, tuple[str, str, str]]  # id → given, family, language


def grade_code(grade: int) -> str:
    """Return the CEDS code of a grade."""
    return "KG" if grade == 0 else f"{grade:02d}"


def class_id(school: School, grade: int, section: int, subject: str = "") -> str:
    """Return the sourcedId of a class: a homeroom, or a subject's section."""
    return f"cls-{school.id[4:]}-{grade}-{section}" + (f"-{subject[:3].lower()}" if subject else "")


def invent(rng: Random, scale: float = 1.0) -> Town:
    """Invent the district's people, with classes ``scale`` times as large.

    Siblings share a family name and the family's adult.
    """
    names = _names(rng)
    adults = [adult for school in SCHOOLS for adult in _staff(school, names)]
    adults += _district_office(names)
    children: list[Child] = []
    guardians: dict[str, tuple[str, str, str]] = {}
    for school in SCHOOLS:
        for grade in school.grades:
            for number in range(school.sections * max(2, round(school.size * scale))):
                _child(school, grade, number, names, rng, children, guardians)
    return Town(adults, children, guardians)


def _names(rng: Random) -> Iterator[tuple[str, str]]:
    """Yield names, none twice until all are used."""
    pairs = [(given, family) for given in GIVEN for family in FAMILY]
    rng.shuffle(pairs)
    pairs.sort(key=lambda pair: pair == ("Maya", "Reyes"))  # kept for the tour
    while True:
        yield from pairs[:-1]


def _staff(school: School, names: Iterator[tuple[str, str]]) -> list[Adult]:
    short = school.id[4:]
    staff = [Adult(f"adult-{short}-lead", *next(names), "principal", school.id)]
    staff.append(Adult(f"adult-{short}-vice", *next(names), "siteAdministrator", school.id))
    staff += [
        Adult(f"adult-{short}-{role}-{k}", *next(names), role, school.id)
        for role, count in (("counselor", 2), ("aide", 4))
        for k in range(count)
    ]
    if school.departmental:
        staff += _subject_teachers(school, names)
    else:
        staff += [
            Adult(
                f"adult-{short}-t-{grade}-{section}",
                *next(names),
                "teacher",
                school.id,
                [class_id(school, grade, section)],
            )
            for grade in school.grades
            for section in range(school.sections)
        ]
    return staff


def _subject_teachers(school: School, names: Iterator[tuple[str, str]]) -> list[Adult]:
    """Return a teacher for each subject and grade, who takes all of its sections."""
    return [
        Adult(
            f"adult-{school.id[4:]}-t-{subject[:3].lower()}-{grade}",
            *next(names),
            "teacher",
            school.id,
            [class_id(school, grade, section, subject) for section in range(school.sections)],
        )
        for subject in SUBJECTS
        for grade in school.grades
    ]


def _district_office(names: Iterator[tuple[str, str]]) -> list[Adult]:
    return [
        Adult("adult-superintendent", *next(names), "districtAdministrator", DISTRICT_ID),
        Adult("adult-data", *next(names), "systemAdministrator", DISTRICT_ID),
    ]


def _child(
    school: School,
    grade: int,
    number: int,
    names: Iterator[tuple[str, str]],
    rng: Random,
    children: list[Child],
    guardians: dict[str, tuple[str, str, str]],
) -> None:
    given, family = next(names)
    first_of_tour = school.id == "org-cedar" and grade == 6 and number == 0
    if first_of_tour:
        given, family = "Maya", "Reyes"
    if not first_of_tour and guardians and rng.random() < 0.22:
        guardian = rng.choice(list(guardians))
        family = guardians[guardian][1]
    else:
        guardian = f"family-{len(guardians)}"
        language = "es" if first_of_tour or rng.random() < 0.2 else "en"
        adult = "Rosa" if first_of_tour else rng.choice(GIVEN)
        guardians[guardian] = (adult, family, language)
    id_ = f"learner-{school.id[4:]}-{grade}-{number}"
    section = number % school.sections
    children.append(Child(id_, given, family, grade, school, section, guardian))


def write_oneroster(town: Town, folder: Path, begins: date, ends: date, year: int) -> None:
    """Write the town as a bulk OneRoster 1.2 file set, strict in form."""
    rows = {
        "orgs": _orgs(),
        "academicSessions": [
            ["session-year", "active", "", f"School year {year - 1}-{year % 100:02d}",
             "schoolYear", begins, ends, "", year],
        ],
        "courses": _courses(),
        "classes": list(_classes()),
        "users": list(_users(town)),
        "roles": list(_roles(town, begins)),
        "enrollments": list(_enrollments(town, begins)),
        "demographics": list(_demographics(town, begins)),
    }  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    for name, header in HEADERS.items():
        _write(folder / f"{name}.csv", header.split(","), rows[name])
    manifest: list[list[object]] = [["manifest.version", "1.0"], ["oneroster.version", "1.2"]]
    manifest += [[f"file.{name}", "bulk" if name in rows else "absent"] for name in FILES]
    manifest += [["source.systemName", "Cedar Valley demonstration"], ["source.systemCode", SYSTEM]]
    _write(folder / "manifest.csv", ["propertyName", "value"], manifest)


def _orgs() -> list[list[object]]:
    district: list[object] = [DISTRICT_ID, "active", "", "Cedar Valley Schools", "district", "", ""]
    return [district] + [[s.id, "active", "", s.name, "school", "", DISTRICT_ID] for s in SCHOOLS]


def _courses() -> list[list[object]]:
    return [
        [f"course-{grade}-{subject[:3].lower()}", "active", "", "session-year",
         f"{subject} {grade_code(grade)}", f"{subject[:3].upper()}{grade}",
         grade_code(grade), DISTRICT_ID, subject, ""]
        for grade in range(13)
        for subject in (SUBJECTS if grade > 5 else ("Homeroom",))
    ]  # fmt: skip


def _classes() -> Iterator[list[object]]:
    for school in SCHOOLS:
        for grade in school.grades:
            for section in range(school.sections):
                for subject in SUBJECTS if school.departmental else ("Homeroom",):
                    own = subject if school.departmental else ""
                    name = subject if own else "Homeroom"
                    yield [
                        class_id(school, grade, section, own), "active", "",
                        f"{name} {grade or 'K'}{'ABCDEF'[section]}", grade_code(grade),
                        f"course-{grade}-{subject[:3].lower()}",
                        f"{subject[:3].upper()}{grade}{section}",
                        "scheduled" if own else "homeroom", "", school.id, "session-year",
                        own or ",".join(SUBJECTS), "", section + 1,
                    ]  # fmt: skip


def _users(town: Town) -> Iterator[list[object]]:
    def row(id_: str, given: str, family: str, grade: str = "", agent: str = "") -> list[object]:
        return [id_, "active", "", "true", id_, "{local:" + id_ + "}", given, family, "", id_, "",
                "", "", agent, grade, "", "", "", "", "", "", ""]  # fmt: skip

    for adult in town.adults:
        yield row(adult.id, adult.given, adult.family)
    for id_, (given, family, _language) in town.guardians.items():
        yield row(id_, given, family)
    for child in town.children:
        yield row(
            child.id, child.given, child.family, grade_code(child.grade), agent=child.guardian
        )


def _roles(town: Town, begins: date) -> Iterator[list[object]]:
    def row(user: str, role: str, org: str) -> list[object]:
        return [f"role-{user}", "active", "", user, "primary", role, begins, "", org, ""]

    for adult in town.adults:
        yield row(adult.id, adult.role, adult.org)
    for id_ in town.guardians:
        yield row(id_, "guardian", DISTRICT_ID)
    for child in town.children:
        yield row(child.id, "student", child.school.id)


def _enrollments(town: Town, begins: date) -> Iterator[list[object]]:
    def row(class_: str, school: str, user: str, role: str) -> list[object]:
        primary = "true" if role == "teacher" else "false"
        return [f"enr-{class_}-{user}", "active", "", class_, school, user, role, primary,
                begins, ""]  # fmt: skip

    for adult in town.adults:
        for class_ in adult.classes:
            yield row(class_, adult.org, adult.id, "teacher")
    for child in town.children:
        for subject in SUBJECTS if child.school.departmental else ("",):
            class_ = class_id(child.school, child.grade, child.section, subject)
            yield row(class_, child.school.id, child.id, "student")


def _demographics(town: Town, begins: date) -> Iterator[list[object]]:
    for number, child in enumerate(town.children):
        born = date(begins.year - 5 - child.grade, 1 + number % 12, 1 + number % 28)
        sex = ("female", "male")[number % 2]
        yield [child.id, "active", "", born, sex] + ["false"] * 7 + ["", "", "", ""]


def _write(path: Path, header: list[str], rows: Iterable[list[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


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
