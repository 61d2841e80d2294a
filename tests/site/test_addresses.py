"""Every address with every person: who gets in, who must not even learn that there is something."""

import re
import zlib
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from milepost.audit.models import ImportRun, Read
from milepost.evidence import commands as evidence
from milepost.funding.commands.contracts import draw_ledger
from milepost.funding.commands.plan import begin_plan
from milepost.funding.contracts.terms import Population
from milepost.funding.plan.example import example
from milepost.learning import commands as learning
from milepost.mastery import commands as mastery
from milepost.purpose.models import Competency, Framework, FrameworkVersion
from milepost.roster import commands as roster
from milepost.roster.models import LearnerKey, Person
from tests.cast import Cast
from tests.evidence.making import answer
from tests.funding.contracts.house import signed, terms
from tests.rulebook.books import a_rule

NOW = timezone.now()

Ids = dict[str, UUID | int | str]

PUBLIC = {
    "live",
    "ready",
    "metrics",
    "account_login",
    "account_logout",
    "account_signup",
    "account_inactive",
}
"""Addresses that answer without a sign-in (sign-up says that it is closed)."""

STAFF = {"alba", "bell", "chen", "diaz"}
MAYA = {"maya", "rosa", "alba", "chen", "diaz", "eze"}
DATA = {"diaz"}
MONEY = {"fox", "diaz"}
"""Who keeps the district's money."""
STATE = MONEY | {"official"}
"""Who compares districts: a state's official too, who is not in the cast."""
EVERYBODY = {"maya", "dev", "omar", "rosa", "alba", "bell", "chen", "diaz", "eze", "fox", "zoe",
             "young"}  # fmt: skip
CEDAR = EVERYBODY - {"zoe", "young"}

GET = {
    "home": EVERYBODY,
    "search": EVERYBODY,
    "learner": MAYA,
    "path": MAYA,
    "evidence": MAYA,
    "story": MAYA,
    "learner_competency": MAYA,
    "practice": {"maya"},
    "classes": EVERYBODY,
    "grid": {"alba", "chen", "diaz"},
    "groups": {"alba", "chen", "diaz"},
    "judge": {"alba"},
    "schools": {"chen", "diaz"},
    "pulse": {"chen", "diaz"},
    "grade_grid": {"chen", "diaz"},
    "data_health": DATA,
    "import_run": DATA,
    "rules": DATA,
    "words": DATA,
    "district_settings": DATA,
    "funding:plans": MONEY | {"chen"},
    "funding:plan": MONEY | {"chen"},
    "funding:plan_costs": MONEY | {"chen"},
    "funding:plan_versions": MONEY | {"chen"},
    "funding:plan_line": MONEY | {"chen"},
    "funding:stress": MONEY | {"chen"},
    "funding:equity": STATE,
    "funding:purchasing": STATE,
    "funding:formulas": STATE,
    "funding:formula": STATE,
    "funding:formula_csv": STATE,
    "funding:formula_notice": STATE,
    "funding:chance": MONEY | {"chen"},
    "funding:chance_csv": MONEY | {"chen"},
    "funding:plan_files": MONEY | {"chen"},
    "funding:plan_file": MONEY | {"chen"},
    "funding:contract": MONEY,
    "funding:contract_csv": MONEY,
    "funding:braid": MONEY | {"chen"},
    "funding:braid_csv": MONEY | {"chen"},
    "rulebook:rules": EVERYBODY,
    "rulebook:rule": CEDAR,
    "rulebook:import": DATA,
    "purpose:frameworks": EVERYBODY,
    "purpose:framework": CEDAR,
    "purpose:competency": CEDAR,
    "purpose:export": DATA,
    "purpose:import": DATA,
    "purpose:report": DATA,
    "purpose:package": DATA,
    "purpose:received": DATA,
}
POST = {
    "choose_step": {"maya"},
    "set_goal": {"maya", "rosa", "alba", "chen"},
    "end_goal": {"maya", "rosa", "alba", "chen"},
    "conferences": {"alba", "chen"},
    "void": {"alba", "chen"},
    "judge": {"alba"},
    "hint": {"maya"},
    "answer": {"maya"},
    "decide_import": DATA,
    "replay": DATA,
    "funding:plan_line": MONEY,
    "funding:equity": MONEY,
    "funding:purchasing": MONEY,
    "funding:plan_files": MONEY | {"chen"},
    "funding:contract_verify": MONEY,
    "funding:contract_dispute": MONEY,
    "funding:contract_settle": MONEY,
    "rulebook:import": DATA,
    "purpose:use": DATA,
    "purpose:import": DATA,
    "rules": DATA,
    "words": DATA,
    "district_settings": DATA,
}


@pytest.fixture
def ids(cast: Cast) -> Ids:
    """One thing of every kind that an address can name; all about Maya."""
    framework = Framework.objects.create(
        district=cast.district, identifier="demo", title="Demo", in_use=True
    )
    competency = Competency.objects.create(
        district=cast.district, framework=framework, identifier="m62", code="M.6.2",
        title="Unit rate", statement="I can find a unit rate.", grades=["06"],
        subject="Mathematics",
    )  # fmt: skip
    FrameworkVersion.objects.create(
        district=cast.district,
        framework=framework,
        number=1,
        digest="0" * 64,
        taken_at=NOW,
        received=zlib.compress(b"{}"),
    )
    key = LearnerKey.objects.get(person=cast.maya).pk
    (observation,) = evidence.record(
        by=None,
        district=cast.district.pk,
        shown=[answer(key, competency.pk, occurred_at=NOW)],
        now=NOW,
    )
    mastery.catch_up(district=cast.district.pk)
    goal = learning.set_goal(by=cast.maya.pk, learner=cast.maya, competency=competency, now=NOW)
    run = ImportRun.objects.create(
        district=cast.district.pk, kind="case", source="framework.json", digest="0" * 64,
        status="held", started_at=NOW - timedelta(hours=1),
    )  # fmt: skip
    from milepost.assessment.models import Attempt

    plan = begin_plan(
        by=cast.fox.pk, district=cast.district, school=cast.school, contents=example(), now=NOW
    )
    tutoring = terms(cast, competency.pk, population=Population(grades=("06",)))
    contract = signed(cast, tutoring)
    draw_ledger(by=cast.fox.pk, contract=contract, as_of=tutoring.last, now=NOW)
    attempt = Attempt.objects.create(
        district=cast.district, learner=cast.maya, item="M.6.2/unit-rate", seed=1, shown_at=NOW
    )
    return {
        "learner": cast.maya.pk,
        "competency": competency.pk,
        "framework": framework.pk,
        "number": 1,
        "observation": observation.pk,
        "goal": goal.pk,
        "run": run.pk,
        "rule": a_rule(cast.district).pk,
        "plan": plan.pk,
        "state": "wi",
        "year": 2010,
        "entity": "0007",
        "contract": contract.pk,
        "key": "coach",
        "form": "nces",
        "attempt": attempt.pk,
        "school_class": cast.algebra.pk,
        "school": cast.school.pk,
    }


def addresses() -> dict[str, list[str]]:
    """Return the name of every address of the site → the names of its arguments."""

    def walk(resolver: URLResolver, space: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                inner = f"{pattern.namespace}:" if pattern.namespace else space
                found |= walk(pattern, inner)
            elif isinstance(pattern, URLPattern) and pattern.name:
                found[space + pattern.name] = list(pattern.pattern.converters)
        return found

    return walk(get_resolver(), "")


def without_token(page: bytes) -> str:
    """Return a page without the token of its forms, which differs each time."""
    return re.sub(r'(csrftoken": "|csrfmiddlewaretoken" value=")[^"]+', "", page.decode())


def test_every_address_says_who_may_come_in() -> None:
    named = set(GET) | set(POST) | PUBLIC
    ours = {name for name in addresses() if not name.startswith("account_")}
    assert ours <= named, f"add to the table: {ours - named}"


@pytest.mark.parametrize("name", sorted(GET))
def test_reading(
    name: str,
    cast: Cast,
    ids: Ids,
    client_of: Callable[[Person | None], Client],
) -> None:
    url = reverse(name, args=[ids[argument] for argument in addresses()[name]])
    let_in = set()
    for who, person in cast.people.items():
        response = client_of(person).get(url)
        assert response.status_code in (200, 302, 404), (who, response.status_code)
        if response.status_code != 404:
            let_in.add(who)
    assert let_in == GET[name] - {"official"}
    assert client_of(None).get(url).headers["Location"].startswith("/account/login/")


@pytest.mark.parametrize("name", sorted(POST))
def test_writing(
    name: str,
    cast: Cast,
    ids: Ids,
    client_of: Callable[[Person | None], Client],
) -> None:
    url = reverse(name, args=[ids[argument] for argument in addresses()[name]])
    let_in = set()
    for who, person in cast.people.items():
        response = client_of(person).post(url, {"competency": str(ids["competency"])})
        assert response.status_code in (200, 302, 400, 404, 422), (who, response.status_code)
        if response.status_code != 404:
            let_in.add(who)
    assert let_in == POST[name]
    assert client_of(None).post(url).headers["Location"].startswith("/account/login/")


@pytest.mark.parametrize(
    "name", ["choose_step", "set_goal", "end_goal", "conferences", "void", "hint", "answer",
             "decide_import", "replay"]
)  # fmt: skip
def test_what_changes_something_cannot_be_asked_by_a_link(
    name: str,
    cast: Cast,
    ids: Ids,
    client_of: Callable[[Person | None], Client],
) -> None:
    url = reverse(name, args=[ids[argument] for argument in addresses()[name]])
    assert client_of(cast.maya).get(url).status_code == 405


def test_a_form_from_elsewhere_is_refused(cast: Cast, ids: Ids) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.maya.account)
    url = reverse("set_goal", args=[ids["learner"]])
    assert client.post(url, {"competency": str(ids["competency"])}).status_code == 403


def test_a_record_that_is_not_there_looks_like_one_that_is_nobodys_business(
    cast: Cast, ids: Ids, client_of: Callable[[Person | None], Client]
) -> None:
    client = client_of(cast.bell)
    missing = client.get(reverse("learner", args=[UUID(int=7)]))
    forbidden = client.get(reverse("learner", args=[cast.maya.pk]))
    assert missing.status_code == forbidden.status_code == 404
    assert without_token(missing.content) == without_token(forbidden.content)


def test_a_look_by_others_than_family_and_own_teachers_is_recorded(
    cast: Cast, ids: Ids, client_of: Callable[[Person | None], Client]
) -> None:
    url = reverse("story", args=[cast.maya.pk])
    for person in (cast.maya, cast.rosa, cast.alba):
        client_of(person).get(url)
    assert not Read.objects.exists()
    for person in (cast.chen, cast.diaz, cast.eze):
        client_of(person).get(url)
    assert {(r.by, r.reason) for r in Read.objects.all()} == {
        (cast.chen.pk, "leads"), (cast.diaz.pk, "district"), (cast.eze.pk, "granted"),
    }  # fmt: skip


def test_a_search_shows_only_what_the_reader_may_see(
    cast: Cast, ids: Ids, client_of: Callable[[Person | None], Client]
) -> None:
    seen = client_of(cast.alba).get(reverse("search"), {"q": "re"}).content.decode()
    assert "Maya Reyes" in seen
    hidden = client_of(cast.young).get(reverse("search"), {"q": "re"}).content.decode()
    assert "Maya" not in hidden
    assert "Unit rate" not in hidden


def test_every_answer_is_hardened(cast: Cast, client_of: Callable[[Person | None], Client]) -> None:
    response = client_of(cast.alba).get(reverse("classes"))
    assert "script-src 'self'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cache-Control"] == "no-store"


def test_demonstration_sign_in_is_off_by_default(client: Client, cast: Cast) -> None:
    assert "demo_sign_in" not in addresses()
    assert client.post("/demonstration/sign-in/", {"username": "maya"}).status_code == 404
    assert "Maya" not in client.get(reverse("account_login")).content.decode()


def test_health_and_readiness_answer_without_sign_in(client: Client, db: None) -> None:
    assert client.get(reverse("live")).content == b"alive\n"
    assert client.get(reverse("ready")).status_code == 200


@pytest.mark.parametrize(
    ("role", "like"),
    [("aide", "alba"), ("counselor", "chen"), ("district_leader", "diaz"),
     ("state_official", "official")],
)  # fmt: skip
def test_every_other_role_opens_what_its_like_opens(
    role: str,
    like: str,
    cast: Cast,
    ids: Ids,
    client_of: Callable[[Person | None], Client],
) -> None:
    person = roster.add_person(by=None, district=cast.district, given_name="Kim", family_name="Ito")
    place = cast.district if role in ("district_leader", "state_official") else cast.school
    roster.give_role(by=None, person=person, organisation=place, kind=role)
    roster.add_account(by=None, person=person, username="kim")
    if role == "aide":
        roster.enroll(by=None, person=person, school_class=cast.algebra, role="aide")
    client = client_of(person)
    for name, let_in in GET.items():
        url = reverse(name, args=[ids[argument] for argument in addresses()[name]])
        assert (client.get(url).status_code != 404) == (
            like in (let_in | {"official"} if let_in >= CEDAR else let_in)
        ), (
            role,
            name,
        )
