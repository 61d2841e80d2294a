"""The data lead's pages: is everything in, and what becomes of an import that waits."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from milepost.audit import commands as audit
from milepost.audit.models import Event, ImportRun
from milepost.evidence import commands as evidence
from milepost.evidence.models import WaitingRow
from milepost.mastery import commands as mastery
from milepost.mastery import queries as statuses
from milepost.mastery.models import FoldCursor
from milepost.mastery.rules import Rule
from milepost.purpose.models import Competency
from milepost.roster import commands as roster
from milepost.roster.models import IdentityProposal, LearnerKey, Person, Role
from milepost.site import tasks
from tests.audit.test_audit import Wrong
from tests.cast import Cast
from tests.evidence.making import answer
from tests.roster.importing import AUTUMN, Office, open_office
from tests.roster.oneroster_files import small_set
from tests.roster.test_import_decisions import renamed
from tests.roster.test_import_history import WEEK, without_dev
from tests.site.schoolroom import (
    ClientOf,
    framework,
    key_of,
    lead,
    questions,
    read,
    send,
    show,
    waiting_tasks,
)


@pytest.fixture
def skills(cast: Cast) -> list[Competency]:
    return framework(cast.district)


@pytest.fixture
def diaz(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.diaz)


# Health


def test_a_new_district_says_that_nothing_was_brought_in(diaz: Client) -> None:
    assert lead(diaz, "data_health") == "Nothing was brought in yet."
    page = read(diaz, "data_health")
    assert "No imports yet" in page
    assert "There is no evidence yet." in page
    assert "Nothing was folded yet." in page


def test_a_refused_import_comes_first_with_its_rows_in_words(cast: Cast, diaz: Client) -> None:
    run = audit.start_run(
        by=None, district=cast.district.pk, kind="oneroster", source="roster.zip",
        now=timezone.now(),
    )  # fmt: skip
    wrong = audit_rows("users.csv", 14)
    audit.refuse(run=run, problems=wrong, now=timezone.now(), message="14 rows are wrong.")
    assert lead(diaz, "data_health").startswith(
        "The last import, roster.zip, was refused: 14 rows."
    )
    page = read(diaz, "import_run", run.pk)
    assert "Refused. 14 rows are wrong." in page
    assert "14 rows were refused" in page
    assert "users.csv 14 birthDate 31/12/2013 It is not a date. Write 2013-12-31." in page


def audit_rows(file: str, count: int) -> list[object]:
    return [
        Wrong(file, k, "birthDate", "31/12/2013", "It is not a date.", "Write 2013-12-31.")
        for k in range(1, count + 1)
    ]


def test_evidence_is_counted_by_where_it_came_from(
    cast: Cast, skills: list[Competency], diaz: Client
) -> None:
    show(cast.maya, skills[0], 1.0, 0.0)
    show(cast.maya, skills[0], 1.0, kind="judgement", source="milepost")
    page = read(diaz, "data_health")
    assert "tests practice 2" in page
    assert "milepost teacher's judgement 1" in page


def test_what_no_state_rests_on_yet_is_counted_and_what_was_folded_at_once_is_not(
    cast: Cast, skills: list[Competency], diaz: Client
) -> None:
    now = timezone.now()
    show(cast.maya, skills[0], 1.0, 1.0)  # folded in its request, as practice is
    assert lead(diaz, "data_health").endswith("All evidence is folded.")
    late = [answer(key_of(p), skills[0].pk, occurred_at=now) for p in (cast.dev, cast.maya)]
    evidence.record(by=None, district=cast.district.pk, shown=late, now=now)
    assert lead(diaz, "data_health").endswith("2 pieces of evidence are not folded yet.")
    mastery.catch_up(district=cast.district.pk)
    assert lead(diaz, "data_health").endswith("All evidence is folded.")
    assert "Caught up to position 4 of 4 at " in read(diaz, "data_health")


def test_rows_that_wait_for_their_learner_are_shown_by_system(cast: Cast, diaz: Client) -> None:
    run = ImportRun.objects.create(
        district=cast.district.pk, kind="responses", source="log.csv", digest="0" * 64,
        status="applied", started_at=timezone.now(),
    )  # fmt: skip
    for row, learner in enumerate(("x7", "x7", "x8")):
        WaitingRow.objects.create(
            district=cast.district, run=run, row=row, system="tool", learner_label=learner,
            content={},
        )  # fmt: skip
    page = read(diaz, "data_health")
    assert "tool: 3 rows of 2 learners unknown to the roster" in page
    assert "They go in by themselves when the roster brings the learner." in page
    WaitingRow.objects.update(adopted_at=timezone.now())
    assert "wait for their learner" not in read(diaz, "data_health")


def test_replay_folds_everything_anew_and_comes_to_the_same(
    cast: Cast, skills: list[Competency], diaz: Client
) -> None:
    show(cast.maya, skills[0], 1.0, 0.0, 1.0)
    mastery.catch_up(district=cast.district.pk)
    at = timezone.now()

    def stand() -> object:
        return statuses.statuses(cast.district.pk, learners=[key_of(cast.maya)], at=at).found

    before = stand()
    page = send(diaz, "replay")
    assert "All evidence is being folded anew; the result must be the same." in page
    assert waiting_tasks() == [("rebuild", {"district": str(cast.district.pk)})]
    everybody = LearnerKey.objects.filter(district=cast.district).count()
    assert tasks.rebuild.call(district=str(cast.district.pk)) == everybody
    assert stand() == before


def test_a_run_of_another_district_is_not_there(cast: Cast, diaz: Client) -> None:
    run = ImportRun.objects.create(
        district=cast.elsewhere.pk, kind="oneroster", source="x", digest="", status="held",
        started_at=timezone.now(),
    )  # fmt: skip
    assert diaz.get(reverse("import_run", args=[run.pk])).status_code == 404
    assert diaz.post(reverse("decide_import", args=[run.pk])).status_code == 404


def test_health_takes_the_same_number_of_questions_however_many_imports(
    cast: Cast, skills: list[Competency], diaz: Client
) -> None:
    def offer(times: int) -> None:
        for _ in range(times):
            run = audit.start_run(
                by=None, district=cast.district.pk, kind="oneroster", source="a.zip",
                now=timezone.now(),
            )  # fmt: skip
            audit.refuse(
                run=run, problems=audit_rows("a.csv", 3), now=timezone.now(), message="No."
            )  # fmt: skip

    offer(1)
    show(cast.maya, skills[0], 1.0)
    few = questions(diaz, "data_health")
    offer(10)
    show(cast.dev, skills[1], *[1.0] * 10)
    assert questions(diaz, "data_health") == few


def test_a_cursor_that_never_moved_does_not_claim_a_time(cast: Cast, diaz: Client) -> None:
    mastery.publish_rule(by=None, district=cast.district.pk, rule=Rule(), now=timezone.now())
    assert FoldCursor.objects.get().folded_at is None
    assert "Nothing was folded yet." in read(diaz, "data_health")


# An import that waits for a person


@pytest.fixture
def office(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Riverbend with the small set in it; waiting files are kept where the site looks for them."""
    monkeypatch.setenv("MILEPOST_HOME", str(tmp_path))
    office = open_office(tmp_path)
    assert office.offer(small_set(), now=AUTUMN - WEEK).status == "applied"
    return office


@pytest.fixture
def registrar(office: Office, client_of: ClientOf) -> Client:
    """Riverbend's data lead, at the screen."""
    lead = roster.add_person(by=None, district=office.district, given_name="Ida", family_name="Roe")
    roster.give_role(by=None, person=lead, organisation=office.district, kind=Role.Kind.DATA_LEAD)
    roster.add_account(by=None, person=lead, username="ida")
    return client_of(lead)


def test_a_held_import_is_approved_on_its_page(office: Office, registrar: Client) -> None:
    run = office.offer(without_dev(small_set()))
    assert lead(registrar, "data_health").startswith("1 import waits for you.")
    assert "would end 1 of 3 open enrollments" in read(registrar, "import_run", run.pk)
    page = send(registrar, "decide_import", run.pk, act="approve")
    assert "The import is approved and runs now." in page
    ((name, arguments),) = waiting_tasks()
    assert (name, arguments["run"]) == ("approve_import", str(run.pk))
    assert tasks.approve_import.call(**arguments) == "applied"
    run.refresh_from_db()
    assert run.status == "applied"
    ida = Person.objects.get(given_name="Ida")
    assert Event.objects.get(action="import.oneroster.applied", target=run.pk).by == ida.pk
    assert registrar.post(
        reverse("decide_import", args=[run.pk]), {"act": "approve"}
    ).status_code == 404  # fmt: skip


def test_a_held_import_is_declined_with_a_reason_only(office: Office, registrar: Client) -> None:
    run = office.offer(without_dev(small_set()))
    page = send(registrar, "decide_import", run.pk, act="decline", why="  ")
    assert "Say why" in page
    run.refresh_from_db()
    assert run.status == "held"
    page = send(registrar, "decide_import", run.pk, act="decline", why="Half of it is missing.")
    assert "The import is declined. Nothing changed." in page
    assert "Declined: Half of it is missing." in page
    assert list(office.kept.iterdir()) == []


@pytest.mark.parametrize("act", ["", "burn"])
def test_a_decision_that_is_none_asks_again(act: str, office: Office, registrar: Client) -> None:
    run = office.offer(without_dev(small_set()))
    assert "Choose what to do with this import." in send(
        registrar, "decide_import", run.pk, act=act
    )
    assert waiting_tasks() == []


def test_an_import_with_people_who_may_be_known_first_asks_who_is_who(
    office: Office, registrar: Client
) -> None:
    run = office.offer(renamed(small_set()))
    open_ = list(run.identity_proposals.order_by("name"))
    assert len(open_) > 1
    page = send(registrar, "decide_import", run.pk, act="approve")
    assert "First say who is who, for everybody who is named." in page
    assert waiting_tasks() == []
    send(registrar, "decide_import", run.pk, act="recognise", proposal=str(open_[0].pk), same="no")
    open_[0].refresh_from_db()
    assert open_[0].status != IdentityProposal.Status.OPEN
    send(registrar, "decide_import", run.pk, act="recognise", proposal="all", same="yes")
    assert not run.identity_proposals.filter(status=IdentityProposal.Status.OPEN).exists()
    assert "The import is approved" in send(registrar, "decide_import", run.pk, act="approve")


def test_a_question_of_another_import_cannot_be_answered_here(
    office: Office, registrar: Client
) -> None:
    run = office.offer(renamed(small_set()))
    response = registrar.post(
        reverse("decide_import", args=[run.pk]),
        {"act": "recognise", "proposal": "01990000-0000-7000-8000-000000000000", "same": "yes"},
    )
    assert response.status_code == 404
