"""Who belongs where: the roles, enrollments and family of a set as ties of ours."""

from collections.abc import Mapping
from uuid import UUID

import polars as pl

from milepost.roster.commands.oneroster.identifiers import fit
from milepost.roster.commands.oneroster.ties import Tie, TieKind, Whole, import_ties
from milepost.roster.commands.oneroster.work import Work
from milepost.roster.models import Enrollment, Guardianship, Organisation, Role

ROLE_KINDS = {
    "student": Role.Kind.LEARNER,
    "parent": Role.Kind.GUARDIAN,
    "guardian": Role.Kind.GUARDIAN,
    "relative": Role.Kind.GUARDIAN,
    "teacher": Role.Kind.TEACHER,
    "aide": Role.Kind.AIDE,
    "proctor": Role.Kind.AIDE,
    "counselor": Role.Kind.COUNSELOR,
    "principal": Role.Kind.SCHOOL_LEADER,
    "siteAdministrator": Role.Kind.SCHOOL_LEADER,
    "districtAdministrator": Role.Kind.DISTRICT_LEADER,
    "systemAdministrator": Role.Kind.DATA_LEAD,
}
"""OneRoster's words for roles, and ours. 1.1's "administrator" leads whatever it is at."""

ENROLLMENT_ROLES = {
    "student": "learner",
    "teacher": "teacher",
    "aide": "aide",
    "proctor": "aide",
    "administrator": "administrator",
}
"""OneRoster's words for roles in a class, and ours. An administrator of a class teaches nobody."""

ROLES = TieKind("role", "roles", Role, ("person_id", "organisation_id", "kind"))
ENROLLMENTS = TieKind(
    "enrollment",
    "enrollments",
    Enrollment,
    ("person_id", "school_class_id", "role"),
    ("primary",),
)
FAMILY = TieKind(
    "guardianship",
    "guardianships",
    Guardianship,
    ("guardian_id", "learner_id"),
    ("relationship",),
)

_ALIVE = pl.col("status") != "tobedeleted"


def import_roles(work: Work, orgs: Mapping[str, UUID], people: Mapping[str, UUID]) -> None:
    """Bring in the roles that people have in organisations."""
    frame = work.roster.frames["roles"]
    schools = set(
        Organisation.objects.filter(
            district=work.district, kind=Organisation.Kind.SCHOOL
        ).values_list("pk", flat=True)
    )
    columns = ("sourced_id", "user_sourced_id", "role", "org_sourced_id", "begin_date", "last_day")
    wanted = [
        Tie(
            (people[user], orgs[org], _role_kind(role, orgs[org] in schools)),
            begins,
            ends,
            name=fit(name),
        )
        for name, user, role, org, begins, ends in frame.filter(_ALIVE).select(columns).iter_rows()
    ]
    leaving = [fit(name) for name in frame.filter(~_ALIVE)["sourced_id"]]
    if work.roster.manifest.version != "1.1":
        import_ties(work, ROLES, wanted, mode=work.mode("roles"), leaving=leaving)
        return
    # In 1.1 the row of a person names all of their organisations.
    users = work.roster.users
    given = frozenset(people[one.sourced_id] for one in users if one.sourced_id in people)
    mode = work.mode("users")
    import_ties(work, ROLES, wanted, mode=mode, leaving=leaving, whole=Whole("person_id", given))


def _role_kind(role: str, at_school: bool) -> str:
    if role == "administrator":
        return Role.Kind.SCHOOL_LEADER if at_school else Role.Kind.DISTRICT_LEADER
    return ROLE_KINDS[role]


def import_enrollments(work: Work, classes: Mapping[str, UUID], people: Mapping[str, UUID]) -> None:
    """Bring in who is in which class."""
    frame = work.roster.frames["enrollments"]
    columns = (
        "sourced_id",
        "user_sourced_id",
        "class_sourced_id",
        "role",
        "primary",
        "begin_date",
        "last_day",
    )
    wanted = [
        Tie(
            (people[user], classes[school_class], ENROLLMENT_ROLES[role]),
            begins,
            ends,
            (bool(primary),),
            name,
        )
        for name, user, school_class, role, primary, begins, ends in frame.filter(_ALIVE)
        .select(columns)
        .iter_rows()
    ]
    leaving = frame.filter(~_ALIVE)["sourced_id"].to_list()
    import_ties(work, ENROLLMENTS, wanted, mode=work.mode("enrollments"), leaving=leaving)


def import_family(work: Work, people: Mapping[str, UUID]) -> None:
    """Bring in who is family to whom, from the agents that people's rows name.

    In a delta a learner's row that names agents names all of them; one that names none says
    nothing, for the adults' rows may name the learner instead.
    """
    known = {
        (guardian, learner): relationship
        for guardian, learner, relationship in Guardianship.objects.filter(
            district=work.district
        ).values_list("guardian", "learner", "relationship")
    }
    wanted: dict[tuple[UUID, UUID], Tie] = {}
    for one in work.roster.relations:
        pair = people[one.agent_sourced_id], people[one.learner_sourced_id]
        relationship = one.relationship or known.get(pair, "guardian")
        name = fit(f"{one.learner_sourced_id}:{one.agent_sourced_id}")
        wanted.setdefault(pair, Tie(pair, None, None, (relationship,), name))
    told = frozenset(
        people[one.sourced_id]
        for one in work.roster.users
        if one.agent_sourced_ids and one.sourced_id in people
    )
    import_ties(
        work,
        FAMILY,
        list(wanted.values()),
        mode=work.mode("users"),
        whole=Whole("learner_id", told),
    )
