"""The data lead's pages: the rule, the words and the settings that a district owns."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from milepost.audit.models import Event
from milepost.mastery import commands as mastery
from milepost.mastery import queries as statuses
from milepost.mastery.models import ProficiencyRule, StatusWord
from milepost.mastery.rules import Need, Rule
from milepost.purpose.models import Competency
from milepost.roster.models import LearnerKey, Person
from milepost.roster.queries import setting, today
from milepost.site import tasks
from tests.cast import Cast
from tests.site.schoolroom import (
    ClientOf,
    framework,
    key_of,
    lead,
    read,
    send,
    show,
    waiting_tasks,
)

RULE = {"chance": "70", "certainty": "80", "keep": "65", "pieces": "3", "judged": "0"}


@pytest.fixture
def skills(cast: Cast) -> list[Competency]:
    return framework(cast.district)


@pytest.fixture
def diaz(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.diaz)


# The rule


def test_the_effect_is_shown_before_anything_is_published(
    cast: Cast, skills: list[Competency], diaz: Client
) -> None:
    show(cast.maya, skills[0], *[1.0] * 4)
    show(cast.dev, skills[0], *[1.0] * 9)
    page = send(diaz, "rules", **RULE | {"pieces": "6", "act": "try"})
    assert "This rule would add 0 proficiencies and take 1 back." in page
    assert "2 proficiencies today, 1 with this rule." in page
    assert not ProficiencyRule.objects.exists()
    assert waiting_tasks() == []
    response = diaz.post(reverse("rules"), RULE | {"pieces": "6", "act": "try"})
    assert 'id="pieces" name="pieces" inputmode="numeric" value="6"' in response.content.decode()


def test_publishing_asks_the_worker_and_then_decisions_change(
    cast: Cast, skills: list[Competency], diaz: Client
) -> None:
    show(cast.maya, skills[0], *[1.0] * 4)
    mastery.catch_up(district=cast.district.pk)

    def code() -> str:
        table = statuses.statuses(cast.district.pk, learners=[key_of(cast.maya)])
        return table.of(key_of(cast.maya), skills[0].pk).code

    assert code() == "proficient"
    page = send(diaz, "rules", **RULE | {"pieces": "6", "why": "Too soon.", "act": "publish"})
    assert "The rule is published; decisions are being made anew." in page
    published = ProficiencyRule.objects.get()
    assert Rule.from_data(published.definition) == Rule(0.7, 0.8, 0.65, (Need(6),))
    assert published.published_by == cast.diaz.pk
    assert Event.objects.get(action="mastery.publish_rule").why == "Too soon."
    assert waiting_tasks() == [("catch_up", {"district": str(cast.district.pk)})]
    assert "Everybody is being folded anew" in lead(diaz, "data_health")
    everybody = LearnerKey.objects.filter(district=cast.district).count()
    assert tasks.catch_up.call(district=str(cast.district.pk)) == everybody
    assert code() == "working"
    assert "All evidence is folded." in lead(diaz, "data_health")


def test_a_teachers_confirmation_can_be_asked_for(
    cast: Cast, skills: list[Competency], diaz: Client
) -> None:
    show(cast.maya, skills[0], *[1.0] * 9)
    page = send(diaz, "rules", **RULE | {"judged": "1", "act": "try"})
    assert "This rule would add 0 proficiencies and take 1 back." in page
    send(diaz, "rules", **RULE | {"judged": "1", "act": "publish"})
    tasks.catch_up.call(district=str(cast.district.pk))
    show(cast.maya, skills[0], 2 / 3, kind="judgement")
    table = statuses.statuses(cast.district.pk, learners=[key_of(cast.maya)])
    assert table.of(key_of(cast.maya), skills[0].pk).shown


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"chance": ""}, "“” is not a number."),
        ({"chance": "often"}, "“often” is not a number."),
        ({"chance": "nan"}, "“nan” is not a number."),
        ({"certainty": "1e999"}, "“1e999” is not a number."),
        ({"chance": "0"}, "Percentages lie between 0 and 100."),
        ({"certainty": "100"}, "Percentages lie between 0 and 100."),
        ({"keep": "-5"}, "Percentages lie between 0 and 100."),
        ({"keep": "90"}, "The certainty of a refresher cannot be above the certainty it takes."),
        ({"pieces": "0"}, "A rule asks for at least one piece of evidence."),
        ({"pieces": "2.5"}, "“2.5” is not a whole number from 0 on."),
        ({"judged": "-1"}, "“-1” is not a whole number from 0 on."),
    ],
)
@pytest.mark.parametrize("act", ["try", "publish"])
def test_a_rule_that_cannot_be_is_refused_in_words_and_what_was_typed_stays(
    act: str, wrong: dict[str, str], words: str, cast: Cast, diaz: Client
) -> None:
    response = diaz.post(reverse("rules"), RULE | wrong | {"act": act, "why": "A trial."})
    page = response.content.decode()
    assert "The rule was not changed" in page
    assert words in page
    assert 'value="A trial."' in page
    assert not ProficiencyRule.objects.exists()


def test_a_rule_in_force_comes_back_as_it_was_typed(diaz: Client) -> None:
    send(diaz, "rules", **RULE | {"chance": "72,5", "pieces": "0", "judged": "2", "act": "publish"})
    page = diaz.get(reverse("rules")).content.decode()
    for name, value in (("chance", "72.5"), ("certainty", "80"), ("pieces", "0"), ("judged", "2")):
        assert f'name="{name}" inputmode=' in page
        assert f'value="{value}"' in page
    assert Rule.from_data(ProficiencyRule.objects.get().definition).needs == (
        Need(2, ("judgement",), 0.6),
    )


# The words


def test_words_are_changed_in_both_languages_on_grid_and_path(
    cast: Cast, skills: list[Competency], diaz: Client, client_of: ClientOf
) -> None:
    show(cast.maya, skills[0], *[1.0] * 9)
    page = send(diaz, "words", **{"en-proficient": "Got it", "es-proficient": "Lo logró"})
    assert "The words are changed on every page." in page
    cast.alba.language = "es"
    cast.alba.save()
    for person, word in ((cast.maya, "Got it"), (cast.rosa, "Lo logró"), (cast.alba, "Lo logró")):
        assert f"1 {word}" in read(client_of(person), "path", cast.maya.pk)
    assert "Lo logró" in read(client_of(cast.alba), "grid", cast.algebra.pk)
    assert "Got it" in read(client_of(cast.chen), "grid", cast.algebra.pk)


def test_saving_the_form_as_it_stands_changes_nothing_in_any_language(
    cast: Cast, diaz: Client
) -> None:
    form = words_form(diaz)
    assert form["en-proficient"] == "Proficient"
    assert form["es-proficient"] != "Proficient"
    send(diaz, "words", **form)
    assert not StatusWord.objects.exists()
    send(diaz, "words", **form | {"en-working": "On the way"})
    assert [(w.language, w.code, w.label) for w in StatusWord.objects.all()] == [
        ("en", "working", "On the way")
    ]


def words_form(client: Client) -> dict[str, str]:
    page = client.get(reverse("words")).content.decode()
    return dict(re.findall(r'name="(e[ns]-[a-z]+)" value="([^"]*)"', page))


@pytest.mark.parametrize("label", ["", "   "])
def test_a_blank_word_keeps_the_one_there_was(label: str, diaz: Client) -> None:
    send(diaz, "words", **{"en-proficient": label})
    assert not StatusWord.objects.exists()


def test_a_word_may_hold_anything_that_people_write(
    cast: Cast, skills: list[Competency], diaz: Client, client_of: ClientOf
) -> None:
    show(cast.maya, skills[0], *[1.0] * 9)
    send(diaz, "words", **{"en-proficient": "<b>Yes</b> & " + "x" * 100})
    assert len(StatusWord.objects.get().label) == 60
    page = client_of(cast.maya).get(reverse("path", args=[cast.maya.pk])).content.decode()
    assert "&lt;b&gt;Yes&lt;/b&gt; &amp; xxx" in page


# The settings


def test_a_setting_is_set_from_today_on(cast: Cast, diaz: Client) -> None:
    page = send(diaz, "district_settings", key="dosage.minutes_a_week", value="45")
    assert "dosage.minutes_a_week is set from today on." in page
    assert setting(cast.district.pk, "dosage.minutes_a_week") == 45
    yesterday = today(cast.district) - timedelta(days=1)
    assert setting(cast.district.pk, "dosage.minutes_a_week", yesterday) == 30


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("dosage.minutes_a_week", "many"),
        ("dosage.minutes_a_week", ""),
        ("dosage.minutes_a_week", "nan"),
        ("dosage.minutes_a_week", "inf"),
        ("dosage.minutes_a_week", "-30"),
        ("import.hold_ended_share", "5"),
        ("next_steps.lowest_chance", "70"),
        ("no.such.setting", "1"),
        ("", "1"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_in_words(
    key: str, value: str, cast: Cast, diaz: Client
) -> None:
    page = send(diaz, "district_settings", key=key, value=value)
    assert "Give a number from 0 on for a setting in the list; a share is at most 1." in page
    assert setting(cast.district.pk, "dosage.minutes_a_week") == 30
    assert not Event.objects.filter(action="roster.set_setting").exists()


def test_no_setting_breaks_the_pages_that_use_it(
    cast: Cast, skills: list[Competency], diaz: Client, client_of: ClientOf
) -> None:
    for key in ("groups.size", "dosage.minutes_a_week", "dosage.hours_a_year",
                "next_steps.lowest_chance", "next_steps.highest_chance"):  # fmt: skip
        send(diaz, "district_settings", key=key, value="0")
    now = timezone.now()
    show(cast.maya, skills[0], 1.0, occurred_at=now, seconds=60)
    for name in ("path", "story", "learner"):
        read(client_of(cast.alba), name, cast.maya.pk)
    for name in ("grid", "groups", "judge"):
        read(client_of(cast.alba), name, cast.algebra.pk)
    read(client_of(cast.chen), "pulse", cast.school.pk)


OTHERS = ("maya", "rosa", "alba", "chen", "eze", "fox", "young")


@pytest.mark.parametrize("name", ["data_health", "rules", "words", "district_settings"])
def test_the_pages_do_not_exist_for_anybody_else(
    name: str, cast: Cast, client_of: Callable[[Person | None], Client]
) -> None:
    for who in OTHERS:
        client = client_of(cast.people[who])
        assert client.get(reverse(name)).status_code == 404
        assert client.post(reverse(name), RULE | {"act": "publish"}).status_code == 404
    assert not ProficiencyRule.objects.exists()
