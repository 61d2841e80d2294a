"""The people in every test: a small district with one insider and one outsider of each kind.

Cedar Valley has one school, Cedar School. Ms. Alba teaches Maya and Dev mathematics. Rosa is Maya's
mother. Mr. Bell teaches Omar, whom nobody else here knows. Ms. Chen leads Cedar School. Mr. Diaz is
the data lead. Ms. Eze, a tutor, was granted sight of Maya. Mr. Fox is finance lead: no learners.
Zoe and her teacher Mr. Young live in another district.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from milepost.roster import commands as roster
from milepost.roster.models import Organisation, Person, Role, SchoolClass
from milepost.roster.queries import today


@dataclass
class Cast:
    """Everybody, by first name (learners, family) or family name (staff)."""

    district: Organisation
    school: Organisation
    algebra: SchoolClass
    history: SchoolClass
    maya: Person
    dev: Person
    omar: Person
    rosa: Person
    alba: Person
    bell: Person
    chen: Person
    diaz: Person
    eze: Person
    fox: Person
    elsewhere: Organisation
    far_class: SchoolClass
    zoe: Person
    young: Person

    @property
    def people(self) -> dict[str, Person]:
        """Return everybody by name."""
        return {k: v for k, v in vars(self).items() if isinstance(v, Person)}


def assemble() -> Cast:
    """Write the cast into the database and return it."""
    district, school = _district("Cedar Valley", "Cedar School")
    elsewhere, far_school = _district("Far Plains", "Plains School")
    algebra = roster.add_class(by=None, school=school, title="Mathematics 6", grades=["06"])
    history = roster.add_class(by=None, school=school, title="Social studies 6", grades=["06"])
    far_class = roster.add_class(by=None, school=far_school, title="Mathematics 6")
    cast = Cast(
        district=district,
        school=school,
        algebra=algebra,
        history=history,
        maya=_person("Maya", "Reyes", Role.Kind.LEARNER, school, grade="06"),
        dev=_person("Dev", "Shah", Role.Kind.LEARNER, school, grade="06"),
        omar=_person("Omar", "Hadi", Role.Kind.LEARNER, school, grade="06"),
        rosa=_person("Rosa", "Reyes", Role.Kind.GUARDIAN, school, language="es"),
        alba=_person("Ana", "Alba", Role.Kind.TEACHER, school),
        bell=_person("Ben", "Bell", Role.Kind.TEACHER, school),
        chen=_person("Cora", "Chen", Role.Kind.SCHOOL_LEADER, school),
        diaz=_person("Dan", "Diaz", Role.Kind.DATA_LEAD, district),
        eze=_person("Efe", "Eze", Role.Kind.COMMUNITY_EDUCATOR, school),
        fox=_person("Finn", "Fox", Role.Kind.FINANCE_LEAD, district),
        elsewhere=elsewhere,
        far_class=far_class,
        zoe=_person("Zoe", "Adler", Role.Kind.LEARNER, far_school, grade="06"),
        young=_person("Yan", "Young", Role.Kind.TEACHER, far_school),
    )
    _enroll(algebra, cast.alba, cast.maya, cast.dev)
    _enroll(history, cast.bell, cast.omar)
    _enroll(far_class, cast.young, cast.zoe)
    roster.add_guardian(by=None, guardian=cast.rosa, learner=cast.maya, relationship="mother")
    on = today(district)
    roster.grant_access(
        by=cast.chen,
        person=cast.eze,
        learner=cast.maya,
        purpose="tutoring in fractions",
        begins_on=on - timedelta(days=7),
        ends_on=on + timedelta(days=60),
    )
    return cast


def _district(name: str, school: str) -> tuple[Organisation, Organisation]:
    district = roster.add_organisation(by=None, kind="district", name=name)
    return district, roster.add_organisation(by=None, kind="school", name=school, parent=district)


def _person(
    given: str,
    family: str,
    role: str,
    organisation: Organisation,
    grade: str = "",
    language: str = "en",
) -> Person:
    district = organisation.district
    assert district
    person = roster.add_person(
        by=None,
        district=district,
        given_name=given,
        family_name=family,
        grade=grade,
        language=language,
    )
    roster.give_role(by=None, person=person, organisation=organisation, kind=role)
    roster.add_account(by=None, person=person, username=given.lower())
    return person


def _enroll(school_class: SchoolClass, teacher: Person, *learners: Person) -> None:
    begins = date(2020, 8, 1)
    roster.enroll(
        by=None, person=teacher, school_class=school_class, role="teacher", begins_on=begins
    )
    for learner in learners:
        roster.enroll(
            by=None, person=learner, school_class=school_class, role="learner", begins_on=begins
        )
