"""The teacher's pages: grid, groups, judging many at once, one learner, correcting evidence."""

from datetime import timedelta

import pytest
from django.utils import timezone

from milepost.audit.models import Event
from milepost.evidence.models import Note, Observation
from milepost.learning import commands as learning
from milepost.learning.models import Conference
from milepost.mastery import commands as mastery
from milepost.mastery import queries as statuses
from milepost.purpose.models import Competency
from milepost.roster import commands as roster
from milepost.roster.models import SchoolClass
from milepost.roster.queries import today
from tests.cast import Cast
from tests.site.schoolroom import (
    ClientOf,
    add_learners,
    framework,
    key_of,
    lead,
    questions,
    read,
    send,
    show,
)

NO_LEARNER = "The roster has no learner in this class today."


@pytest.fixture
def skills(cast: Cast) -> list[Competency]:
    return framework(cast.district)


@pytest.fixture
def empty_class(cast: Cast) -> SchoolClass:
    """A class of Ms. Alba's that nobody is in yet."""
    made = roster.add_class(by=None, school=cast.school, title="Algebra 1", grades=["06"])
    roster.enroll(by=None, person=cast.alba, school_class=made, role="teacher")
    return made


# The grid


def test_the_grid_begins_with_where_most_work_is_under_way(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    show(cast.maya, skills[1], *[1.0] * 12)
    show(cast.dev, skills[1], 0.0)
    said = lead(client_of(cast.alba), "grid", cast.algebra.pk)
    assert said == "1 of 2 have shown “Skill M.6.2”, where most work is under way."


def test_every_cell_says_who_what_and_on_how_much_it_rests(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    show(cast.maya, skills[0], *[1.0] * 12)
    page = read(client_of(cast.alba), "grid", cast.algebra.pk)
    assert "Maya Reyes, Skill M.6.1: Proficient, 12 pieces of evidence" in page
    assert "Dev Shah, Skill M.6.1: No evidence yet" in page
    assert "1 of 2 Proficient: 1. No evidence yet: 1." in page


def test_who_is_stuck_is_named_with_what(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    show(cast.dev, skills[0], 0.0, ago=timedelta(days=20))
    show(cast.dev, skills[0], *[0.0] * 6)
    page = read(client_of(cast.alba), "grid", cast.algebra.pk)
    assert "1 has been stuck on “Skill M.6.1” for two weeks." in page
    assert "7 pieces of evidence, stuck" in page


def test_a_grid_without_evidence_says_so_and_not_that_none_have_shown_it(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    said = lead(client_of(cast.alba), "grid", cast.algebra.pk)
    assert said == "There is no evidence in this part yet."


def test_a_class_without_learners_says_so(
    cast: Cast, skills: list[Competency], empty_class: SchoolClass, client_of: ClientOf
) -> None:
    client = client_of(cast.alba)
    for name in ("grid", "groups"):
        page = read(client, name, empty_class.pk)
        assert NO_LEARNER in page
        assert "0 of 0" not in page
        assert "0 groups" not in page
    page = read(client, "judge", empty_class.pk, competency=str(skills[0].pk))
    assert NO_LEARNER in page
    assert "Record these judgements" not in page


def test_a_district_without_competencies_has_an_empty_grid(cast: Cast, client_of: ClientOf) -> None:
    assert "No competencies here" in read(client_of(cast.alba), "grid", cast.algebra.pk)
    read(client_of(cast.alba), "groups", cast.algebra.pk)
    read(client_of(cast.alba), "judge", cast.algebra.pk)


def test_a_grid_of_another_subject_and_grade_can_be_asked_for(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    framework(cast.district, ["H.6.1"], "History")
    client = client_of(cast.alba)
    assert "Skill H.6.1" in read(client, "grid", cast.algebra.pk, subject="History")
    assert "Skill M.6.1" in read(client, "grid", cast.algebra.pk, subject="Mathematics")
    assert "Skill" in read(client, "grid", cast.algebra.pk, subject="<b>", grade="99", on="soon")


def test_the_grid_of_a_past_day_opens_the_evidence_of_that_day_in_the_same_sense(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    show(cast.maya, skills[0], *[1.0] * 12)
    show(cast.maya, skills[1], 0.0, ago=timedelta(days=10))
    day = str(today(cast.district) - timedelta(days=5))
    client = client_of(cast.alba)
    page = read(client, "grid", cast.algebra.pk, on=day)
    assert "Maya Reyes, Skill M.6.1: No evidence yet" in page
    assert "Maya Reyes, Skill M.6.2: Working towards, 1 piece of evidence" in page
    raw = client.get(f"/classes/{cast.algebra.pk}/grid/", {"on": day, "sense": "known"})
    assert f"?on={day}&amp;sense=known" in raw.content.decode()


def test_the_districts_words_stand_on_the_grid(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    show(cast.maya, skills[0], *[1.0] * 12)
    mastery.set_word(by=None, district=cast.district.pk, code="proficient", label="Got it")
    page = read(client_of(cast.alba), "grid", cast.algebra.pk)
    assert "Maya Reyes, Skill M.6.1: Got it" in page
    assert "Proficient" not in page


# Groups for tomorrow


def test_groups_say_who_works_on_what_and_why(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    client = client_of(cast.alba)
    assert lead(client, "groups", cast.algebra.pk) == (
        "1 group. 0 learners have no shared next step."
    )
    page = read(client, "groups", cast.algebra.pk)
    assert "Maya Reyes" in page
    assert "Dev Shah" in page
    assert "It builds on nothing else." in page


def test_a_reason_that_holds_for_one_only_is_not_the_groups(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    learning.set_goal(by=cast.maya.pk, learner=cast.maya, competency=skills[0], now=timezone.now())
    page = read(client_of(cast.alba), "groups", cast.algebra.pk)
    assert "Chosen as a goal" not in page


def test_who_shares_no_step_is_named(
    cast: Cast, skills: list[Competency], empty_class: SchoolClass, client_of: ClientOf
) -> None:
    add_learners(empty_class, 1)
    client = client_of(cast.alba)
    assert lead(client, "groups", empty_class.pk) == (
        "0 groups. 1 learner has no shared next step."
    )
    assert "Kim0 Lee : Skill M.6.1" in read(client, "groups", empty_class.pk)


@pytest.mark.parametrize(("size", "groups"), [("2", 3), ("3", 2), ("6", 1)])
def test_groups_have_the_size_that_is_asked_for(
    size: str, groups: int, cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    add_learners(cast.algebra, 4)
    said = lead(client_of(cast.alba), "groups", cast.algebra.pk, size=size)
    assert said.startswith(f"{groups} group")


@pytest.mark.parametrize("size", ["1", "99", "-3", "²", "", "four"])
def test_a_size_that_cannot_be_is_the_districts(
    size: str, cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    roster.set_setting(
        by=None, district=cast.district, key="groups.size", value=1,
        effective_from=today(cast.district),
    )  # fmt: skip
    said = lead(client_of(cast.alba), "groups", cast.algebra.pk, size=size)
    assert said.startswith("1 group.")


# Judging many at once


def level(person: object, code: str) -> dict[str, str]:
    return {f"level-{person.pk}": code}  # type: ignore[attr-defined]


def test_one_form_records_one_observation_each_by_the_teacher_and_blanks_record_nothing(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    kim, lee = add_learners(cast.algebra, 2)
    form = {"competency": str(skills[0].pk), f"note-{kim.pk}": "With a drawing."}
    form |= level(cast.maya, "3") | level(kim, "1") | level(cast.dev, "") | level(lee, "7")
    page = send(client_of(cast.alba), "judge", cast.algebra.pk, **form)
    assert "Your judgement of 2 learners in Skill M.6.1 is recorded." in page
    rows = {o.learner: o for o in Observation.objects.all()}
    assert set(rows) == {key_of(cast.maya), key_of(kim)}
    assert {(o.kind, o.by, o.source) for o in rows.values()} == {
        ("judgement", cast.alba.pk, "milepost")
    }
    assert rows[key_of(cast.maya)].scores == [[str(skills[0].pk), 1.0]]
    assert rows[key_of(kim)].scores == [[str(skills[0].pk), pytest.approx(1 / 3)]]
    assert Note.objects.get().text == "With a drawing."
    assert Event.objects.filter(action="evidence.record").count() == 1
    assert "Maya Reyes, Skill M.6.1: Working towards, 1 piece of evidence" in page


def test_a_form_without_any_level_says_so_and_keeps_the_notes(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    client = client_of(cast.alba)
    form = {"competency": str(skills[0].pk), f"note-{cast.maya.pk}": "Half way."}
    response = client.post(f"/classes/{cast.algebra.pk}/judge/", form)
    assert "Choose a level for at least one learner." in response.content.decode()
    assert 'value="Half way."' in response.content.decode()
    assert not Observation.objects.exists()


@pytest.mark.parametrize("competency", ["", "nonsense", "01990000-0000-7000-8000-000000000000"])
def test_a_competency_that_is_not_one_records_nothing(
    competency: str, cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    form = {"competency": competency} | level(cast.maya, "3")
    page = send(client_of(cast.alba), "judge", cast.algebra.pk, **form)
    assert page.count("Choose what you looked at.") == 2  # as the message and as the task
    assert not Observation.objects.exists()


def test_a_learner_of_another_class_cannot_be_slipped_into_the_form(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    form = {"competency": str(skills[0].pk)} | level(cast.omar, "3")
    page = send(client_of(cast.alba), "judge", cast.algebra.pk, **form)
    assert "Choose a level for at least one learner." in page
    assert not Observation.objects.exists()


# One learner


def test_one_learner_shows_where_they_stand_and_what_is_missing(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    show(cast.maya, skills[0], 1.0, 1.0)
    page = read(client_of(cast.alba), "learner", cast.maya.pk)
    assert "things are next for Maya Reyes." in page
    assert "1 more piece of evidence is needed (2 of 3)." in page
    assert "You teach a class of this learner." in page


def test_a_learner_without_evidence_or_steps_is_not_a_row_of_zeros(
    cast: Cast, client_of: ClientOf
) -> None:
    page = read(client_of(cast.alba), "learner", cast.maya.pk)
    assert "No next step is known for Maya Reyes right now." in page
    assert "There is no evidence yet." in page
    assert "No practice time is known for this week." in page


def test_a_conference_is_recorded_with_the_people_who_were_there(
    cast: Cast, client_of: ClientOf
) -> None:
    day = today(cast.district) - timedelta(days=1)
    page = send(
        client_of(cast.alba), "conferences", cast.maya.pk, held_on=str(day),
        agreed="Ten minutes on Tuesday.", with_learner="1", with_family="1",
    )  # fmt: skip
    assert "The conference is recorded." in page
    assert "Ten minutes on Tuesday." in page
    held = Conference.objects.get()
    assert set(held.people.all()) == {cast.alba, cast.maya, cast.rosa}
    assert (held.held_on, held.recorded_by) == (day, cast.alba.pk)


@pytest.mark.parametrize(
    ("held_on", "agreed", "words"),
    [
        ("", "Yes.", "Give a day such as 2026-05-31."),
        ("2026-02-30", "Yes.", "Give a day such as 2026-05-31."),
        ("2999-01-01", "Yes.", "A conference is recorded on its day or after."),
        ("2026-01-15", "  ", "Write down what was agreed."),
    ],
)
def test_a_conference_that_cannot_be_is_refused_in_words(
    held_on: str, agreed: str, words: str, cast: Cast, client_of: ClientOf
) -> None:
    page = send(client_of(cast.alba), "conferences", cast.maya.pk, held_on=held_on, agreed=agreed)
    assert words in page
    assert not Conference.objects.exists()


# Taking evidence back


def test_evidence_taken_back_stops_counting_and_stays_with_its_reason(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    *_, last = show(cast.maya, skills[0], *[1.0] * 3)
    before = statuses.statuses(cast.district.pk, learners=[key_of(cast.maya)])
    assert before.of(key_of(cast.maya), skills[0].pk).shown
    page = send(client_of(cast.alba), "void", last.pk, why="It was Dev's sheet.")
    assert "The evidence no longer counts. It stays in the record." in page
    assert "Does not count." in page
    assert "It was Dev's sheet." in page
    assert "3 pieces of evidence in the last 30 days, 3 in all." in page
    page = read(client_of(cast.maya), "learner_competency", cast.maya.pk, skills[0].pk)
    assert "Working towards. 1 more piece of evidence is needed (2 of 3)." in page


@pytest.mark.parametrize("why", ["", "   "])
def test_evidence_is_not_taken_back_without_a_reason(
    why: str, cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    (row,) = show(cast.maya, skills[0], 1.0)
    page = send(client_of(cast.alba), "void", row.pk, why=why)
    assert "Say why this evidence is taken back." in page
    assert Observation.objects.count() == 1


def test_evidence_is_taken_back_once(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    (row,) = show(cast.maya, skills[0], 1.0)
    send(client_of(cast.alba), "void", row.pk, why="Mistake.")
    assert "taken back already" in send(client_of(cast.alba), "void", row.pk, why="Mistake.")
    void = Observation.objects.get(kind="void")
    assert "correction cannot be taken back" in send(
        client_of(cast.alba), "void", void.pk, why="Undo."
    )


# Constant number of questions


@pytest.mark.parametrize("name", ["grid", "groups", "judge"])
def test_a_class_of_thirty_takes_no_more_questions_than_one_of_five(
    name: str,
    cast: Cast,
    skills: list[Competency],
    empty_class: SchoolClass,
    client_of: ClientOf,
) -> None:
    small, large = empty_class, cast.algebra
    for school_class, size in ((small, 5), (large, 30)):
        for k, person in enumerate(add_learners(school_class, size)):
            show(person, skills[k % 3], 1.0, 0.0)
            learning.set_goal(
                by=person.pk, learner=person, competency=skills[2], now=timezone.now()
            )
    client = client_of(cast.alba)
    query = {"competency": str(skills[0].pk)} if name == "judge" else {}
    five, thirty = (questions(client, name, c.pk, **query) for c in (small, large))
    assert five == thirty
    assert thirty <= 30


def test_a_grid_of_the_past_takes_the_same_number_of_questions_for_any_class(
    cast: Cast, skills: list[Competency], empty_class: SchoolClass, client_of: ClientOf
) -> None:
    for school_class, size in ((empty_class, 5), (cast.algebra, 30)):
        for person in add_learners(school_class, size):
            show(person, skills[0], 1.0, ago=timedelta(days=9))
    on = str(today(cast.district) - timedelta(days=2))
    client = client_of(cast.alba)
    assert questions(client, "grid", empty_class.pk, on=on) == questions(
        client, "grid", cast.algebra.pk, on=on
    )


def test_one_learner_takes_the_same_number_of_questions_however_much_there_is(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    show(cast.dev, skills[0], 1.0)
    for one in skills:
        show(cast.maya, one, *[1.0, 0.0] * 10)
    for person, times in ((cast.dev, 1), (cast.maya, 4)):
        for _ in range(times):
            learning.record_conference(
                by=cast.alba.pk, learner=person, people=[cast.alba, person], agreed="Yes.",
                held_on=today(cast.district), now=timezone.now(),
            )  # fmt: skip
    client = client_of(cast.alba)
    for name in ("learner", "evidence"):
        assert questions(client, name, cast.dev.pk) == questions(client, name, cast.maya.pk)
