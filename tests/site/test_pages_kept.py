"""What pages keep in memory: never older than the evidence, never shown to the wrong person."""

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from milepost.evidence import commands as evidence
from milepost.learning import commands as learning
from milepost.mastery import commands as mastery
from milepost.mastery.rules import Rule
from milepost.purpose import commands as purpose
from milepost.purpose.models import Competency
from milepost.roster import commands as roster
from milepost.roster.models import Organisation, Person, Role, SchoolClass
from milepost.roster.queries import today
from milepost.site.pages import grid as grids
from milepost.site.pages.kept import Kept
from tests.cast import Cast
from tests.site.schoolroom import ClientOf, add_learners, framework, key_of, lead, read, show

LOOKS = {"grid": "algebra", "learner": "maya", "path": "maya", "story": "maya"}
"""Pages that keep something of Maya, and what each is about."""


@pytest.fixture
def skills(cast: Cast) -> list[Competency]:
    return framework(cast.district)


def _page(cast: Cast, client: Client, name: str) -> str:
    return read(client, name, getattr(cast, LOOKS[name]).pk)


# Nothing old


@pytest.mark.parametrize("name", LOOKS)
def test_a_new_answer_shows_at_once(
    name: str, cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    client = client_of(cast.alba)
    show(cast.maya, skills[0], 0.0)
    before = _page(cast, client, name)
    assert _page(cast, client, name) == before
    show(cast.maya, skills[0], *[1.0] * 12)
    after = _page(cast, client, name)
    assert after != before
    assert "Skill M.6.1" in after


def test_a_correction_shows_at_once(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    client = client_of(cast.alba)
    made = show(cast.maya, skills[0], *[1.0] * 12)
    assert "Proficient, 12 pieces of evidence" in _page(cast, client, "grid")
    evidence.void(by=cast.alba.pk, observation=made[0], why="Wrong child.", now=timezone.now())
    mastery.fold_learners(district=cast.district.pk, learners=[key_of(cast.maya)])
    assert "Proficient, 11 pieces of evidence" in _page(cast, client, "grid")


def test_a_new_rule_shows_at_once(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    client = client_of(cast.alba)
    show(cast.maya, skills[0], *[1.0] * 12)
    for name in ("grid", "learner"):
        assert "Proficient" in _page(cast, client, name)
    rule = Rule(chance=0.99, certainty=0.99, keep=0.98)
    mastery.publish_rule(by=None, district=cast.district.pk, rule=rule, now=timezone.now())
    assert "Maya Reyes, Skill M.6.1: Working towards" in _page(cast, client, "grid")
    assert "Working towards" in _page(cast, client, "learner")


def test_a_new_word_shows_at_once_and_only_in_its_language(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    show(cast.maya, skills[0], *[1.0] * 12)
    pages = {person: client_of(person) for person in (cast.alba, cast.rosa)}
    for client in pages.values():
        _page(cast, client, "path")
    mastery.set_word(
        by=None, district=cast.district.pk, code="proficient", label="Got it", language="en"
    )
    assert "Got it" in _page(cast, pages[cast.alba], "path")
    assert "Got it" not in _page(cast, pages[cast.rosa], "path")
    assert "Got it" in _page(cast, pages[cast.alba], "grid")


def test_an_ended_competency_leaves_the_grid_at_once(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    client = client_of(cast.alba)
    assert "M.6.2" in _page(cast, client, "grid")
    on = today(cast.district)
    purpose.retire_competency(by=None, competency=skills[1], on=on, why="Split in two.")
    assert "M.6.2" not in _page(cast, client, "grid")


def test_a_framework_out_of_use_leaves_the_grid_at_once(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    client = client_of(cast.alba)
    assert "M.6.2" in _page(cast, client, "grid")
    purpose.use_framework(by=None, framework=skills[0].framework, in_use=False)
    assert "M.6.2" not in _page(cast, client, "grid")


def test_who_joins_a_class_stands_in_its_grid_at_once(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    client = client_of(cast.alba)
    assert "Kim0 Lee" not in _page(cast, client, "grid")
    add_learners(cast.algebra, 1)
    assert "Kim0 Lee" in _page(cast, client, "grid")


def test_a_new_goal_and_a_new_setting_change_what_is_next_at_once(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    client = client_of(cast.maya)
    show(cast.maya, skills[0], 1.0)
    assert "Chosen as a goal" not in _page(cast, client, "path")
    learning.set_goal(by=cast.maya.pk, learner=cast.maya, competency=skills[1], now=timezone.now())
    assert "Chosen as a goal" in _page(cast, client, "path")
    roster.set_setting(
        by=None, district=cast.district, key="dosage.minutes_a_week", value=77,
        effective_from=today(cast.district),
    )  # fmt: skip
    now = timezone.now()
    show(cast.maya, skills[0], 1.0, seconds=120, occurred_at=now)
    assert "of 77" in _page(cast, client, "path")


def test_the_pulse_says_as_of_when_its_figures_were_made(
    cast: Cast, skills: list[Competency], client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, now = client_of(cast.chen), timezone.now().replace(minute=10, second=0)
    monkeypatch.setattr(timezone, "now", lambda: now)
    before = read(client, "pulse", cast.school.pk)
    add_learners(cast.algebra, 1)
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(minutes=4))
    assert read(client, "pulse", cast.school.pk) == before
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(minutes=5))
    after = read(client, "pulse", cast.school.pk)
    assert "4 learners" in after
    assert "3 learners" in before


# Nothing of one person to another


@pytest.mark.parametrize("name", LOOKS)
def test_what_is_kept_for_a_teacher_opens_nothing_to_others(
    name: str, cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    show(cast.maya, skills[0], 1.0)
    _page(cast, client_of(cast.alba), name)
    for other in (cast.bell, cast.omar, cast.fox, cast.young):
        read(client_of(other), name, getattr(cast, LOOKS[name]).pk, status=404)


def test_the_kept_header_holds_the_token_of_this_visit_and_of_no_other(cast: Cast) -> None:
    tokens = []
    for _visit in range(2):
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(cast.bell.account)
        page = browser.get(reverse("classes")).content.decode()
        (token,) = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert (
            browser.post(reverse("account_logout"), {"csrfmiddlewaretoken": token}).status_code
            == 302
        )
        tokens.append((browser, token))
    (first, own), (_second, other) = tokens
    first.force_login(cast.bell.account)
    assert own != other
    assert first.post(reverse("account_logout"), {"csrfmiddlewaretoken": other}).status_code == 403


def test_a_teacher_who_leaves_a_class_no_longer_sees_what_is_kept(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    client = client_of(cast.alba)
    _page(cast, client, "grid")
    cast.alba.enrollments.update(ends_on=today(cast.district) - timedelta(days=1))
    read(client, "grid", cast.algebra.pk, status=404)


def test_two_districts_keep_apart_what_is_called_the_same(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    framework(cast.elsewhere, codes=("X.1",))
    show(cast.maya, skills[0], 1.0)
    assert "M.6.1" in _page(cast, client_of(cast.alba), "grid")
    far = read(client_of(cast.young), "grid", cast.far_class.pk)
    assert "X.1" in far
    assert "M.6.1" not in far


# A constant number of questions


@dataclass
class Place:
    """A school of its own with one class, its teacher, leader and a framework."""

    school: Organisation
    one: SchoolClass
    teacher: Person
    leader: Person
    data_lead: Person
    learners: list[Person]
    skills: list[Competency]


def _place(name: str, learners: int, competencies: int) -> Place:
    district = roster.add_organisation(by=None, kind="district", name=name)
    school = roster.add_organisation(by=None, kind="school", name=name, parent=district)
    one = roster.add_class(by=None, school=school, title="Mathematics 6", grades=["06"])
    kinds = {"teacher": school, "school_leader": school, "data_lead": district}
    people = {kind: _adult(name, kind, place) for kind, place in kinds.items()}
    roster.enroll(
        by=None, person=people["teacher"], school_class=one, role="teacher",
        begins_on=date(2020, 8, 1),
    )  # fmt: skip
    made = add_learners(one, learners)
    skills = framework(district, codes=[f"M.6.{k}" for k in range(competencies)])
    for k, person in enumerate(made):
        show(person, skills[k % competencies], 1.0, 0.0)
        learning.set_goal(by=person.pk, learner=person, competency=skills[1], now=timezone.now())
    return Place(
        school, one, people["teacher"], people["school_leader"], people["data_lead"], made, skills
    )


def _adult(name: str, kind: str, place: Organisation) -> Person:
    person = roster.add_person(by=None, district=place.home, given_name=kind, family_name=name)
    roster.give_role(by=None, person=person, organisation=place, kind=Role.Kind(kind))
    roster.add_account(by=None, person=person, username=f"{kind} {name}")
    return person


PAGES: dict[str, Callable[[Place], tuple[Person, Sequence[object], dict[str, str]]]] = {
    "classes": lambda p: (p.teacher, (), {}),
    "grid": lambda p: (p.teacher, (p.one.pk,), {}),
    "groups": lambda p: (p.teacher, (p.one.pk,), {}),
    "judge": lambda p: (p.teacher, (p.one.pk,), {"competency": str(p.skills[0].pk)}),
    "learner": lambda p: (p.teacher, (p.learners[0].pk,), {}),
    "path": lambda p: (p.teacher, (p.learners[0].pk,), {}),
    "story": lambda p: (p.teacher, (p.learners[0].pk,), {}),
    "evidence": lambda p: (p.teacher, (p.learners[0].pk,), {}),
    "pulse": lambda p: (p.leader, (p.school.pk,), {}),
    "grade_grid": lambda p: (p.leader, (p.school.pk,), {"grade": "06", "subject": "Mathematics"}),
    "schools": lambda p: (p.data_lead, (), {}),
    "data_health": lambda p: (p.data_lead, (), {}),
    "search": lambda p: (p.leader, (), {"q": "Kim"}),
}
KEPT_AT_MOST = {"grid": 8, "learner": 10, "path": 10, "story": 14, "pulse": 6, "classes": 5}
"""Questions of a page when nothing changed since it was made."""


def _asked(client: Client, address: str, query: dict[str, str]) -> int:
    with CaptureQueriesContext(connection) as asked:
        response = client.get(address, query)
    assert response.status_code in {200, 302}, address
    return len(asked)


def test_pages_take_the_same_number_of_questions_for_few_and_many(
    db: None, client_of: ClientOf
) -> None:
    few, many = _place("Few", 5, 3), _place("Many", 30, 40)
    for name, look in PAGES.items():
        counts = []
        for place in (few, many):
            person, args, query = look(place)
            client, address = client_of(person), reverse(name, args=args)
            _asked(client, address, query)  # frameworks are read once a process
            kept = _asked(client, address, query)
            show(place.learners[0], place.skills[0], 1.0)
            counts.append((_asked(client, address, query), kept))
        assert counts[0] == counts[1], name
        anew, kept = counts[0]
        assert anew <= 25, name
        assert kept <= KEPT_AT_MOST.get(name, 25), name


# The keeping itself


def test_what_was_asked_for_least_lately_is_dropped_first() -> None:
    kept, made = Kept[str](most=2), list[str]()

    def make(name: str) -> str:
        return kept.get(name, lambda: made.append(name) or name)

    for name in ("a", "b", "a", "c", "a", "b"):
        assert make(name) == name
    assert made == ["a", "b", "c", "b"]


def test_what_many_ask_for_at_once_is_made_once() -> None:
    kept, made, meet = Kept[int](most=2), list[int](), threading.Barrier(4)

    def make() -> int:
        made.append(1)
        threading.Event().wait(0.05)
        return len(made)

    def ask() -> None:
        meet.wait()
        kept.get("same", make)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]


def test_what_could_not_be_made_is_tried_again() -> None:
    kept = Kept[int](most=2)

    def fail() -> int:
        raise ValueError("not today")

    with pytest.raises(ValueError, match="not today"):
        kept.get("same", fail)
    assert kept.get("same", lambda: 1) == 1


def test_a_grid_is_kept_until_the_hour_is_over(
    cast: Cast, skills: list[Competency], client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    show(cast.maya, skills[0], *[1.0] * 12)
    made: list[object] = []
    table = grids._table
    monkeypatch.setattr(grids, "_table", lambda *about: made.append(1) or table(*about))
    client, now = client_of(cast.alba), timezone.now().replace(minute=10)
    for ahead in (0, 20, 45, 70):
        monkeypatch.setattr(timezone, "now", lambda ahead=ahead: now + timedelta(minutes=ahead))
        lead(client, "grid", cast.algebra.pk)
    assert len(made) == 2
