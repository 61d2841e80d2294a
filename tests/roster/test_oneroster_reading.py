"""A good OneRoster set is read whole, quirks and all."""

from datetime import UTC, date, datetime

import pytest

from milepost.roster.oneroster import Relation, Roster, UserId, normalise_grade, read
from milepost.roster.oneroster.values import read_instant
from tests.roster.oneroster_files import as_fileset, manifest, small_set

pytestmark = pytest.mark.pure

TODAY = date(2025, 9, 1)


def read_set(files, **options) -> Roster:
    return read(as_fileset(files), today=TODAY, **options)


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_a_good_set_has_no_problems_and_every_record(version):
    roster = read_set(small_set(version))
    assert roster.problems == ()
    assert roster.notes == ()
    assert roster.manifest.version == version
    assert roster.manifest.source_system_name == "Paper SIS"
    assert not roster.manifest.is_delta
    assert {name: frame.height for name, frame in roster.frames.items()} == {
        "orgs": 3,
        "academic_sessions": 2,
        "courses": 1,
        "classes": 2,
        "users": 4,
        "roles": 6,
        "enrollments": 3,
        "demographics": 1,
    }


def test_fields_are_typed():
    roster = read_set(small_set())
    maya = roster.users[0]
    assert maya.enabled_user is True
    assert maya.user_ids == (UserId("State", "10423"), UserId("LDAP", "mr"))
    assert maya.grades == ("07",)
    assert (maya.preferred_given_name, maya.pronouns) == ("May", "she/her")
    assert (maya.middle_name, maya.line) == (None, 2)
    assert not hasattr(maya, "password")
    assert [user.enabled_user for user in roster.users] == [True, True, True, False]
    assert roster.classes[0].term_sourced_ids == ("Y26", "T1")
    assert roster.classes[1].subjects == ()
    assert roster.academic_sessions[0].school_year == 2026
    assert roster.demographics[0].birth_date == date(2013, 2, 28)
    assert roster.demographics[0].white is True
    assert roster.demographics[0].asian is False


def test_the_last_day_is_the_day_before_the_end_that_the_standard_excludes():
    roster = read_set(small_set())
    assert roster.academic_sessions[0].end_date == date(2026, 6, 6)
    assert roster.academic_sessions[0].last_day == date(2026, 6, 5)
    assert [e.last_day for e in roster.enrollments] == [date(2026, 1, 16), None, None]
    assert roster.roles[1].last_day == date(2026, 6, 5)


def test_an_enrollment_of_one_day_keeps_that_day_and_a_note_says_so():
    files = small_set()
    files["enrollments.csv"] = files["enrollments.csv"].replace("2026-01-17", "2025-08-18")
    roster = read_set(files)
    assert roster.problems == ()
    assert roster.enrollments[0].last_day == date(2025, 8, 18)
    assert [note.file for note in roster.notes] == ["enrollments.csv"]


def test_a_1_1_user_with_several_schools_has_a_role_in_each():
    roles = read_set(small_set("1.1")).roles
    of_dev = [role for role in roles if role.user_sourced_id == "dev"]
    assert [(r.org_sourced_id, r.role_type, r.role) for r in of_dev] == [
        ("CEDAR", "primary", "student"),
        ("BIRCH", "secondary", "student"),
    ]
    assert len({role.sourced_id for role in roles}) == len(roles)
    assert of_dev[0].line == of_dev[1].line == 3


def test_a_1_2_user_may_have_different_roles_in_different_schools():
    roles = read_set(small_set()).roles
    assert [(r.org_sourced_id, r.role) for r in roles if r.user_sourced_id == "okafor"] == [
        ("CEDAR", "teacher"),
        ("BIRCH", "siteAdministrator"),
    ]


@pytest.mark.parametrize("version", ["1.1", "1.2"])
@pytest.mark.parametrize(("mayas", "rosas"), [("rosa", "maya"), ("rosa", ""), ("", "maya")])
def test_family_is_found_from_either_side_and_once(version, mayas, rosas):
    files = small_set(version)
    files["users.csv"] = (
        files["users.csv"].replace(",,rosa,7", f",,{mayas},7").replace(",maya,,", f",{rosas},,")
    )
    roster = read_set(files)
    assert [
        (r.learner_sourced_id, r.agent_sourced_id, r.relationship) for r in roster.relations
    ] == [("maya", "rosa", "parent")]


def test_two_learners_are_not_family_and_a_note_says_so():
    files = small_set()
    files["users.csv"] = files["users.csv"].replace(",,rosa,7", ",,dev,7")
    files["users.csv"] = files["users.csv"].replace(",maya,,", ",,,")
    roster = read_set(files)
    assert roster.problems == ()
    assert roster.relations == ()
    assert "no relation was made" in roster.notes[0].text


def test_a_parent_who_is_the_agent_of_a_teacher_is_not_family_of_a_learner():
    files = small_set()
    okafor = next(row for row in files["users.csv"].splitlines() if row.startswith("okafor"))
    cells = okafor.split(",")
    cells[13] = "rosa"
    files["users.csv"] = files["users.csv"].replace(okafor, ",".join(cells))
    roster = read_set(files)
    assert roster.problems == ()
    assert [relation.learner_sourced_id for relation in roster.relations] == ["maya"]
    assert "okafor" in roster.notes[0].text


def test_a_delta_may_refer_to_what_the_system_knows():
    files = {
        "manifest.csv": manifest(mode="absent", enrollments="delta"),
        "enrollments.csv": (
            "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,"
            "role,primary,beginDate,endDate\n"
            "E9,active,2025-09-01T06:00:00.000Z,M7-1,CEDAR,lee,student,,,\n"
            "E1,tobedeleted,2025-09-01T06:00:00.000Z,gone,gone,gone,,,,\n"
        ),
    }
    known = {"classes": {"M7-1"}, "orgs": {"CEDAR"}, "users": {"lee"}}
    roster = read_set(files, known=known)
    assert roster.problems == ()
    assert roster.manifest.is_delta
    assert [e.status for e in roster.enrollments] == ["active", "tobedeleted"]
    assert roster.enrollments[0].date_last_modified == datetime(2025, 9, 1, 6, tzinfo=UTC)
    refused = read_set(files, known={**known, "users": set()})
    assert [(p.line, p.column, p.value) for p in refused.problems] == [(2, "userSourcedId", "lee")]


def test_a_delta_keeps_a_relation_whose_adult_it_does_not_carry():
    files = small_set(users="delta", roles="delta")
    lines = files["users.csv"].splitlines()
    maya = lines[1].replace("maya,,,", "maya,active,2025-09-01,")
    files["users.csv"] = "\n".join([lines[0], maya])
    files["roles.csv"] = "\n".join(files["roles.csv"].splitlines()[:2]).replace(
        "R1,,,", "R1,active,2025-09-01,"
    )
    roster = read_set(files, known={"users": {"rosa", "dev", "okafor"}})
    assert roster.problems == ()
    assert roster.relations == (Relation("maya", "rosa", None, 2),)


def test_what_is_known_does_not_stand_in_for_a_missing_row_of_a_bulk_file():
    files = small_set()
    files["enrollments.csv"] = files["enrollments.csv"].replace(",dev,", ",lee,")
    roster = read_set(files, known={"users": {"lee"}})
    assert [problem.value for problem in roster.problems] == ["lee"]


def test_harmless_oddities_are_noted_and_not_refused():
    files = small_set()
    files["userProfiles.csv"] = "sourcedId\nP9\n"
    files["lunch.csv"] = "pizza\n"
    files["orgs.csv"] = "\n".join(
        line + extra
        for line, extra in zip(
            files["orgs.csv"].splitlines(),
            (",metadata.region,mascot", ",south,", ",south,owl", ",,"),
            strict=True,
        )
    )
    files["courses.csv"] = files["courses.csv"].replace("MATH7,,,", "MATH7,active,yesterday,")
    files["classes.csv"] += ",,,,,,,,,,,,,\n\n"
    roster = read_set(files)
    assert roster.problems == ()
    assert {(note.file, note.line) for note in roster.notes} == {
        ("userprofiles.csv", None),
        ("lunch.csv", None),
        ("orgs.csv", 1),
        ("courses.csv", 2),
        ("classes.csv", 4),
    }
    assert [note.text for note in roster.notes if note.file == "orgs.csv"] == [
        'Columns that the standard does not have here were not read: "mascot".'
    ]


def test_case_blanks_and_line_ends_do_not_matter():
    plain = read_set(small_set())
    files = small_set()
    files["orgs.csv"] = "\ufeff" + files["orgs.csv"].replace("\n", "\r\n").replace(
        "CEDAR,,,Cedar School,school", " CEDAR ,,, Cedar School ,School"
    ).replace("sourcedId", "SOURCEDID")
    files["users.csv"] = files["users.csv"].replace("\n", "\r")
    roster = read_set(files)
    assert roster.problems == ()
    assert roster.orgs == plain.orgs
    assert roster.users == plain.users


def test_a_file_with_only_a_header_is_an_empty_table():
    files = small_set()
    files["demographics.csv"] = files["demographics.csv"].splitlines()[0]
    roster = read_set(files)
    assert roster.problems == ()
    assert roster.demographics == ()


def test_extensions_of_a_vocabulary_are_kept():
    files = small_set()
    files["roles.csv"] = files["roles.csv"].replace("siteAdministrator", "ext:coach")
    roster = read_set(files)
    assert roster.problems == ()
    assert roster.roles[4].role == "ext:coach"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        *[(str(n), f"{n:02}") for n in range(1, 14)],
        ("01", "01"),
        ("-1", "PK"),
        ("PK", "PK"),
        ("PR", "PR"),
        ("TK", "TK"),
        ("tk ", "TK"),
        ("K", "KG"),
        ("KG", "KG"),
        ("0", "KG"),
        ("IT", "IT"),
        ("UG", "UG"),
        ("14", None),
        ("", None),
        ("seventh", None),
        ("٧", None),
    ],
)
def test_grades_become_ceds_codes(written, code):
    assert normalise_grade(written) == code


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2025-09-01", datetime(2025, 9, 1, tzinfo=UTC)),
        ("2025-09-01T06:00:00Z", datetime(2025, 9, 1, 6, tzinfo=UTC)),
        ("2025-09-01T06:00:00", datetime(2025, 9, 1, 6, tzinfo=UTC)),
        ("2025-09-01 06:00:00+02:00", datetime(2025, 9, 1, 4, tzinfo=UTC)),
        ("2025-09-01T06:00:00.1234567-0500", datetime(2025, 9, 1, 11, 0, 0, 123456, UTC)),
        ("2025-09-01t06:00z", datetime(2025, 9, 1, 6, tzinfo=UTC)),
    ],
)
def test_instants_are_read_as_systems_write_them(written, instant):
    assert read_instant(written) == instant


def test_progress_ends_at_the_whole():
    told = []
    read_set(small_set(), progress=lambda *step: told.append(step))
    assert told[0][:2] == ("Reading orgs.csv", 0)
    assert told[-1][1] == told[-1][2] > 0
