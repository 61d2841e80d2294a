"""Schools, academic sessions, courses and classes out of a set."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from milepost.roster.commands.bulk import insert
from milepost.roster.commands.oneroster.work import (
    RefusedError,
    Work,
    chunks,
    deactivate,
    dropped,
    identify,
    save,
)
from milepost.roster.models import AcademicSession, Course, Organisation, SchoolClass
from milepost.roster.oneroster import Org, Problem, Record

DISTRICT_TYPES = ("district", "local")


def is_leaving(record: Record) -> bool:
    """Return whether the set says that the record is to be deleted."""
    return record.status == "tobedeleted"


def leaving(records: Iterable[Record]) -> set[str]:
    """Return the sourcedIds that are to be deleted."""
    return {one.sourced_id for one in records if is_leaving(one)}


def import_organisations(work: Work) -> Mapping[str, UUID]:
    """Bring in the schools; return sourcedId → our id of every organisation that may be named.

    Our tree has three levels. The set's district is the district that imports; its state is our
    state, or the district where we have none; a department is the school or district above it.
    """
    orgs = {one.sourced_id: one for one in work.roster.orgs if not is_leaving(one)}
    _check_one_district(orgs.values())
    schools = {sid: one for sid, one in orgs.items() if one.type == "school"}
    keys = {sid: _org_keys(one.identifier or "", one.name) for sid, one in schools.items()}
    there = Organisation.objects.filter(district=work.district, kind=Organisation.Kind.SCHOOL)
    known = [(k, o.pk) for o in there for k in _org_keys(o.identifier, o.name)]
    here = identify(work, "organisation", keys, known)
    fields = {
        here[sid]: {
            "kind": Organisation.Kind.SCHOOL,
            "name": one.name,
            "identifier": one.identifier or "",
            "parent_id": work.district.pk,
            "active": True,
        }
        for sid, one in schools.items()
    }
    zone = {
        "time_zone": work.district.time_zone,
        "demonstration": work.district.demonstration,
    }
    save(work, "schools", Organisation, fields, at_first=zone)
    for sid, one in orgs.items():
        if one.type in DISTRICT_TYPES:
            work.identifiers.name("organisation", sid, work.district.pk)
        elif one.type != "school":
            work.identifiers.name("organisation_part", sid, _stands_for(work, one, orgs, here))
    kept = {**here, "": work.district.pk}
    gone = dropped(work, "orgs", "organisation", kept, leaving(work.roster.orgs))
    deactivate(work, "schools", Organisation, gone)
    work.gone |= gone
    return {**work.identifiers.of("organisation_part"), **work.identifiers.of("organisation")}


def _check_one_district(orgs: Iterable[Org]) -> None:
    districts = [one for one in orgs if one.type in DISTRICT_TYPES]
    names = " and ".join(f'"{one.name}"' for one in districts[:3])
    if len(districts) > 1:
        raise RefusedError(
            [
                Problem(
                    "orgs.csv",
                    one.line,
                    "type",
                    one.type,
                    f"The set has {len(districts)} districts ({names}).",
                    "Export each district on its own, and import it into its own district.",
                )
                for one in districts[1:]
            ]
        )


def _org_keys(identifier: str, name: str) -> list[tuple[str, str]]:
    by_identifier = [("identifier", identifier)] if identifier else []
    return [*by_identifier, ("name", name.strip().casefold())]


def _stands_for(work: Work, org: Org, orgs: Mapping[str, Org], schools: Mapping[str, UUID]) -> UUID:
    """Return the organisation of ours that a department, state or nation stands for."""
    if org.type in {"state", "national"}:
        return work.district.parent_id or work.district.pk
    above: Org | None = org
    while above is not None and above.sourced_id not in schools:
        above = orgs.get(above.parent_sourced_id or "")
    return schools[above.sourced_id] if above else work.district.pk


def import_sessions(work: Work) -> Mapping[str, UUID]:
    """Bring in the academic sessions; return sourcedId → our id."""
    sessions = {one.sourced_id: one for one in work.roster.academic_sessions if not is_leaving(one)}
    keys = {
        sid: [(one.type, one.title, one.start_date, one.last_day)] for sid, one in sessions.items()
    }
    there = AcademicSession.objects.filter(district=work.district)
    known = [((o.kind, o.title, o.begins_on, o.ends_on), o.pk) for o in there]
    here = identify(work, "session", keys, known)
    every = work.identifiers.of("session")
    fields = {
        here[sid]: {
            "title": one.title,
            "kind": one.type,
            "begins_on": one.start_date,
            "ends_on": one.last_day,
            "school_year": one.school_year,
            "parent_id": every[one.parent_sourced_id] if one.parent_sourced_id else None,
            "active": True,
        }
        for sid, one in sessions.items()
    }
    save(work, "sessions", AcademicSession, fields)
    out = leaving(work.roster.academic_sessions)
    gone = dropped(work, "academic_sessions", "session", here, out)
    deactivate(work, "sessions", AcademicSession, gone)
    return every


def import_courses(work: Work, orgs: Mapping[str, UUID]) -> Mapping[str, UUID]:
    """Bring in the courses; return sourcedId → our id."""
    courses = {one.sourced_id: one for one in work.roster.courses if not is_leaving(one)}
    keys = {
        sid: [(orgs[one.org_sourced_id], one.course_code or "", one.title)]
        for sid, one in courses.items()
    }
    there = Course.objects.filter(district=work.district)
    known = [((o.organisation_id, o.code, o.title), o.pk) for o in there]
    here = identify(work, "course", keys, known)
    fields = {
        here[sid]: {
            "organisation_id": orgs[one.org_sourced_id],
            "title": one.title,
            "code": one.course_code or "",
            "grades": list(one.grades),
            "subjects": list(one.subjects),
            "active": True,
        }
        for sid, one in courses.items()
    }
    save(work, "courses", Course, fields)
    gone = dropped(work, "courses", "course", here, leaving(work.roster.courses))
    deactivate(work, "courses", Course, gone)
    return work.identifiers.of("course")


def import_classes(
    work: Work,
    orgs: Mapping[str, UUID],
    sessions: Mapping[str, UUID],
    courses: Mapping[str, UUID],
) -> Mapping[str, UUID]:
    """Bring in the classes and the sessions that they run in; return sourcedId → our id."""
    if work.mode("classes") == "absent":
        return work.identifiers.of("class")
    classes = {one.sourced_id: one for one in work.roster.classes if not is_leaving(one)}
    runs_in = _session_pairs(work)
    terms = {
        sid: frozenset(sessions[term] for term in one.term_sourced_ids)
        for sid, one in classes.items()
    }
    keys = {
        sid: [(orgs[one.school_sourced_id], one.class_code or "", one.title, terms[sid])]
        for sid, one in classes.items()
    }
    there = SchoolClass.objects.filter(district=work.district)
    known = [
        ((o.school_id, o.code, o.title, frozenset(runs_in.get(o.pk, ()))), o.pk) for o in there
    ]
    here = identify(work, "class", keys, known)
    fields = {
        here[sid]: {
            "school_id": orgs[one.school_sourced_id],
            "course_id": courses[one.course_sourced_id],
            "title": one.title,
            "code": one.class_code or "",
            "kind": one.class_type,
            "grades": list(one.grades),
            "subjects": list(one.subjects),
            "active": True,
        }
        for sid, one in classes.items()
    }
    save(work, "classes", SchoolClass, fields)
    _save_session_pairs(work, {here[sid]: terms[sid] for sid in classes}, runs_in)
    gone = dropped(work, "classes", "class", here, leaving(work.roster.classes))
    deactivate(work, "classes", SchoolClass, gone)
    work.gone |= gone
    return work.identifiers.of("class")


def _session_pairs(work: Work) -> dict[UUID, set[UUID]]:
    rows = SchoolClass.sessions.through.objects.filter(schoolclass__district=work.district)
    pairs: dict[UUID, set[UUID]] = {}
    for school_class, session in rows.values_list("schoolclass_id", "academicsession_id"):
        pairs.setdefault(school_class, set()).add(session)
    return pairs


def _save_session_pairs(
    work: Work, wanted: Mapping[UUID, frozenset[UUID]], there: Mapping[UUID, set[UUID]]
) -> None:
    """Make the sessions of each class those that the set says."""
    through = SchoolClass.sessions.through
    fresh = [
        (pk, one)
        for pk, sessions in wanted.items()
        for one in sorted(sessions - there.get(pk, set()))
    ]
    insert(
        through,
        {
            "schoolclass_id": [pk for pk, _ in fresh],
            "academicsession_id": [one for _, one in fresh],
        },
    )
    surplus = [pk for pk, sessions in wanted.items() if there.get(pk, set()) - sessions]
    removed = 0
    for pks in chunks(surplus):
        rows = through.objects.filter(schoolclass__in=pks).values_list(
            "pk", "schoolclass_id", "academicsession_id"
        )
        stale = [row for row, pk, one in rows if one not in wanted[pk]]
        for some in chunks(stale):
            removed += through.objects.filter(pk__in=some).delete()[0]
    work.count("sessions of classes", "new", len(fresh))
    work.count("sessions of classes", "ended", removed)
