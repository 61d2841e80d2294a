"""What waits for a person: an import that ends much, and people who may be known."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from milepost.audit.models import ImportRun
from milepost.audit.queries import latest_runs, waiting_runs
from milepost.roster import commands as roster
from milepost.roster.models import Enrollment, IdentityProposal, OutsideIdentifier, Person
from milepost.roster.queries import named, open_proposals
from tests.roster.importing import (
    AUTUMN,
    YESTERDAY,
    Office,
    edit,
    enrolled,
    events,
    open_office,
    person,
    rows,
    without,
)
from tests.roster.oneroster_files import Files, small_set
from tests.roster.test_import_history import WEEK, changes, without_dev


@pytest.fixture
def office(db: None, tmp_path: Path) -> Office:
    """Riverbend with the small set in it, under the usual rule."""
    office = open_office(tmp_path)
    assert office.offer(small_set(), now=AUTUMN - WEEK).status == "applied"
    return office


def renamed(files: Files) -> Files:
    """The set as another system would write it: every sourcedId is new."""
    old = "CEDAR BIRCH Y26 T1 MATH7 M7-1 M7-2 maya dev okafor rosa E1 E2 E3 R1 R2 R3 R4 R5 R6 D"
    names = set(old.split())

    def new(cell: str) -> str:
        return f"new-{cell}" if cell in names else cell

    def row(line: str) -> str:
        return '"'.join(",".join(new(cell) for cell in part.split(",")) for part in line.split('"'))

    new_files = {
        name: text if name == "manifest.csv" else "\n".join(map(row, text.split("\n")))
        for name, text in files.items()
    }
    # The codes of classes look like their sourcedIds here, and are the school's own.
    codes = {"new-MATH7,new-M7-1": "new-MATH7,M7-1", "new-MATH7,new-M7-2": "new-MATH7,M7-2"}
    return edit(new_files, "classes.csv", codes)


def by_name(run: ImportRun) -> dict[str, list[str]]:
    """Who may be somebody known, and what agrees."""
    return {one.name: one.matched_on for one in run.identity_proposals.all()}


def test_an_import_that_ends_much_waits_and_says_so(office: Office) -> None:
    before = rows()
    run = office.offer(without_dev(small_set()))
    assert run.status == "held"
    assert "would end 1 of 3 open enrollments (33.3%); more than 5%" in run.message
    assert (run.counts["would end"], run.counts["open before"]) == (1, 3)
    assert rows() == before
    assert list(waiting_runs(office.district.pk)) == [run]
    kept = office.kept / f"{run.pk}.zip"
    assert kept.exists()
    assert kept.stat().st_mode & 0o077 == 0
    assert events(run) == ["import.oneroster.held"]


def test_the_share_that_waits_is_the_districts(office: Office) -> None:
    roster.set_setting(
        by=None,
        district=office.district,
        key="import.hold_ended_share",
        value=0.34,
        effective_from=date(2020, 1, 1),
    )
    assert office.offer(without_dev(small_set())).status == "applied"


def test_a_set_that_ends_enrollments_by_their_dates_waits_as_well(office: Office) -> None:
    over = edit(small_set(), "enrollments.csv", {"2025-08-18,2026-01-17": "2025-08-18,2025-09-02"})
    assert office.offer(over).status == "held"


def test_an_approved_import_is_applied_and_its_files_are_deleted(office: Office) -> None:
    run = office.offer(without_dev(small_set()))
    diaz = person("Ngozi").pk
    done = roster.approve_import(by=diaz, run=run, now=AUTUMN + WEEK, keep_in=office.kept)
    assert (done.pk, done.status) == (run.pk, "applied")
    assert ("Dev", "M7-2", "learner") not in enrolled((AUTUMN + WEEK).date())
    assert list(office.kept.iterdir()) == []
    assert events(run) == ["import.oneroster.held", "import.oneroster.applied"]
    with pytest.raises(ValueError, match="does not wait"):
        roster.approve_import(by=diaz, run=run, now=AUTUMN, keep_in=office.kept)


def test_a_declined_import_changes_nothing_and_its_files_are_deleted(office: Office) -> None:
    run = office.offer(without_dev(small_set()))
    before = rows()
    with pytest.raises(ValueError, match="Say why"):
        roster.decline_import(by=None, run=run, why=" ", now=AUTUMN, keep_in=office.kept)
    done = roster.decline_import(
        by=None, run=run, why="half the file is missing", now=AUTUMN, keep_in=office.kept
    )
    assert (done.status, done.message) == ("declined", "Declined: half the file is missing")
    assert rows() == before
    assert list(office.kept.iterdir()) == []
    # Declining is about one offer; the same set may be offered again and asks again.
    assert office.offer(without_dev(small_set())).status == "held"


def test_approval_covers_only_what_was_said(office: Office) -> None:
    files = without_dev(small_set())
    run = office.offer(files)
    # Meanwhile two more come into a class by hand-over of a delta: they would end as well.
    kept = office.kept / f"{run.pk}.zip"
    aside = kept.rename(office.folder / "aside.zip")
    ImportRun.objects.filter(pk=run.pk).update(status="declined")
    added = "E8,active,,M7-2,BIRCH,maya,student,,,\nE9,active,,M7-1,CEDAR,dev,student,,,\n"
    assert office.offer(changes(enrollments=added)).status == "applied"
    ImportRun.objects.filter(pk=run.pk).update(status="held")
    aside.rename(kept)
    again = roster.approve_import(by=None, run=run, now=AUTUMN, keep_in=office.kept)
    assert again.status == "held"
    assert "would end 3 of 5" in again.message
    assert kept.exists()
    done = roster.approve_import(by=None, run=again, now=AUTUMN, keep_in=office.kept)
    assert done.status == "applied"


def test_a_newer_whole_set_takes_the_place_of_one_that_waits(office: Office) -> None:
    first = office.offer(without_dev(small_set()))
    second = office.offer(without(small_set(), "enrollments.csv", "E1"), now=AUTUMN + WEEK)
    first.refresh_from_db()
    assert (first.status, second.status) == ("declined", "held")
    assert [p.name for p in office.kept.iterdir()] == [f"{second.pk}.zip"]
    assert office.offer(small_set(), now=AUTUMN + 2 * WEEK).status == "unchanged"
    second.refresh_from_db()
    assert second.status == "declined"
    statuses = [run.status for run in latest_runs(office.district.pk)]
    assert statuses == ["unchanged", "declined", "declined", "applied"]


def test_changes_wait_their_turn(office: Office) -> None:
    waiting = office.offer(without_dev(small_set()))
    run = office.offer(changes(enrollments="E9,active,,M7-1,CEDAR,dev,student,,,\n"))
    assert run.status == "refused"
    row = run.refused_rows.get()
    assert "An earlier set of this system waits" in row.reason
    waiting.refresh_from_db()
    assert waiting.status == "held"


def test_a_new_student_information_system_asks_who_is_who(office: Office) -> None:
    before = rows()
    run = office.offer(renamed(small_set()))
    assert run.status == "held"
    assert by_name(run) == {
        "Maya Reyes": [
            "identifier LDAP", "identifier State", "identifier", "name and birth date", "email",
        ],
        "Dev Patel": ["identifier", "name"],
    }  # fmt: skip
    assert "2 people in it may be known here under another identifier" in run.message
    assert rows() == before


def test_a_new_system_goes_on_with_the_people_and_ties_that_are_there(office: Office) -> None:
    files = edit(
        small_set(),
        "users.csv",
        {"n.okafor,,": "n.okafor,{Staff:9},", "rosa.r,,": "rosa.r,{Staff:8},"},
    )
    office.offer(files)
    people = {p.given_name: p.pk for p in Person.objects.all()}
    ties = set(Enrollment.objects.values_list("pk", "begins_on", "ends_on"))
    run = office.offer(renamed(files))
    with pytest.raises(ValueError, match="4 questions are open"):
        roster.approve_import(by=None, run=run, now=AUTUMN, keep_in=office.kept)
    assert roster.decide_identities(by=None, run=run, matched_on_contains="identifier") == 4
    done = roster.approve_import(by=None, run=run, now=AUTUMN, keep_in=office.kept)
    assert done.status == "applied", done.message
    assert {p.given_name: p.pk for p in Person.objects.all()} == people
    assert set(Enrollment.objects.values_list("pk", "begins_on", "ends_on")) == ties
    assert "people" not in done.counts
    assert "enrollments" not in done.counts
    assert named(office.district.pk, "Paper SIS", "person", "new-maya") == people["Maya"]
    old = OutsideIdentifier.objects.get(system="Paper SIS", kind="person", value="maya")
    assert (old.target, old.valid_until) == (people["Maya"], AUTUMN)
    again = edit(renamed(files), "orgs.csv", {"\n": "\r\n"})
    assert office.offer(again, now=AUTUMN + WEEK).status == "unchanged"


def test_a_system_that_was_only_renamed_asks_as_well(office: Office) -> None:
    other = edit(small_set(), "manifest.csv", {"Paper SIS": "Paper SIS 2"})
    run = office.offer(other)
    assert run.status == "held"
    assert set(by_name(run)) == {"Maya Reyes", "Dev Patel", "Ngozi Okafor", "Rosa Reyes"}
    assert "identifier sourcedId" in by_name(run)["Ngozi Okafor"]


def test_somebody_else_becomes_a_person_of_their_own(office: Office) -> None:
    twin = "maya2,,,true,maya.2,,Maya,Reyes,,,maya@example.org,,,,7,,,,,,,\n"
    files = without(small_set(), "users.csv", "maya") | {}
    files = edit(files, "users.csv", {"dev,,,": twin + "dev,,,", ",maya,,,": ",maya2,,,"})
    for name in ("roles.csv", "enrollments.csv", "demographics.csv"):
        files[name] = files[name].replace("maya", "maya2")
    files["demographics.csv"] = files["demographics.csv"].replace("2013-02-28", "2014-05-05")
    old = person("Maya").pk
    run = office.offer(files)
    proposal = open_proposals(run).get()
    assert (proposal.person_id, proposal.matched_on) == (old, ["name", "email"])
    roster.decide_identity(by=None, proposal=proposal, same=False)
    done = roster.approve_import(by=None, run=run, now=AUTUMN, keep_in=office.kept)
    # Were they one, nothing would end; now that they are two, an enrollment does: asked again.
    assert done.status == "held"
    assert "would end 1 of 3" in done.message
    assert not open_proposals(done).exists()
    done = roster.approve_import(by=None, run=run, now=AUTUMN, keep_in=office.kept)
    assert done.status == "applied"
    new = Person.objects.exclude(pk=old).get(given_name="Maya")
    assert (Person.objects.get(pk=old).active, new.active) == (False, True)
    assert new.learner_key.pk != Person.objects.get(pk=old).learner_key.pk
    assert Enrollment.objects.get(person=old).ends_on == YESTERDAY


def test_a_decision_is_not_asked_for_twice(office: Office) -> None:
    run = office.offer(renamed(small_set()))
    for proposal in open_proposals(run):
        roster.decide_identity(by=None, proposal=proposal, same=True)
    office.allow_all_ends()
    tomorrow = office.offer(
        edit(renamed(small_set()), "orgs.csv", {"\n": "\r\n"}), now=AUTUMN + timedelta(days=1)
    )
    assert tomorrow.status == "applied"
    assert Person.objects.filter(given_name="Maya").count() == 1


def test_saying_the_same_answers_the_other_questions_about_either(office: Office) -> None:
    run = office.offer(renamed(small_set()))
    maya = run.identity_proposals.get(name="Maya Reyes")
    rival = IdentityProposal.objects.create(
        district=office.district,
        run=run,
        person=maya.person,
        sourced_id="new-dev",
        name="Dev Patel",
        matched_on=["email"],
    )
    # Two newcomers for one person: nobody answers that in bulk.
    assert roster.decide_identities(by=None, run=run) == 0
    roster.decide_identity(by=None, proposal=maya, same=True)
    rival.refresh_from_db()
    assert rival.status == "other"
    with pytest.raises(ValueError, match="Maya Reyes \\(new-maya\\) was said to be May Reyes"):
        roster.decide_identity(by=None, proposal=rival, same=True)


def test_people_whom_the_set_itself_tells_apart_are_not_asked_about(office: Office) -> None:
    office.allow_all_ends()
    files = edit(
        small_set(),
        "users.csv",
        {"dev,,,": "leo,,,true,leo.r,,Leo,Reyes,,,maya@example.org,,,,5,,,,,,,\ndev,,,"},
    )
    assert office.offer(files).status == "applied"
    assert Person.objects.count() == 5


def test_a_system_that_another_replaced_is_retired_and_holds_nobody_any_more(
    office: Office,
) -> None:
    office.allow_all_ends()
    other = edit(without_dev(small_set()), "manifest.csv", {"Paper SIS": "Cloud SIS"})
    run = office.offer(other)
    assert roster.decide_identities(by=None, run=run) == 3
    assert roster.approve_import(
        by=None, run=run, now=AUTUMN, keep_in=office.kept
    ).status == "applied"  # fmt: skip
    # The old system still says that Dev is here, and nobody has said that it no longer counts.
    assert person("Dev").active
    later = AUTUMN + WEEK
    with pytest.raises(ValueError, match="Nothing here is known under 'Papyrus'"):
        roster.retire_system(
            by=None, district=office.district, system="Papyrus", why="replaced", now=later
        )
    ended = roster.retire_system(
        by=None, district=office.district, system="Paper SIS", why="replaced", now=later
    )
    assert (ended["people"], ended["roles"], ended["enrollments"]) == (
        {"ended": 1}, {"ended": 2}, {"ended": 1},
    )  # fmt: skip
    assert not person("Dev").active
    assert {name for name, _, _ in enrolled(later.date())} == {"Maya", "Ngozi"}
    assert Person.objects.count() == 4
    # From now on the new system alone says who is here.
    fewer = without(other, "users.csv", "maya")
    for name, start in (
        ("roles.csv", "R1"),
        ("enrollments.csv", "E1"),
        ("demographics.csv", "maya"),
    ):
        fewer = without(fewer, name, start)
    fewer = edit(fewer, "users.csv", {",maya,,,": ",,,,"})
    assert office.offer(fewer, now=later).status == "applied"
    assert not person("Maya").active
