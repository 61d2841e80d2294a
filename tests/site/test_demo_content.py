"""The demonstration's learning progressions hold together and say what they say plainly."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from milepost.site.demo import content
from milepost.site.demo.content import Demonstrable, load

pytestmark = pytest.mark.pure

GRADES = ["KG", *(f"{grade:02}" for grade in range(1, 13))]
LETTERS = {
    "Mathematics": "M",
    "English language arts": "E",
    "Science": "S",
    "Social studies": "H",
}
ABOUT = {"Mathematics": 46, "English language arts": 34, "Science": 28, "Social studies": 22}
"""About how many competencies a subject should have; a tenth fewer will do."""
LEAST_IN_ALL = 130


def _one(code: str, *needs: str, skills: tuple[str, ...] = ()) -> Demonstrable:
    return Demonstrable(code, "Music", "Song", "01", "Sing", "I can sing.", needs, skills)


def test_there_is_enough_to_learn_in_every_subject() -> None:
    counts = Counter(one.subject for one in load().competencies)
    assert set(counts) == set(ABOUT)
    assert all(counts[subject] >= 0.9 * about for subject, about in ABOUT.items()), counts
    assert counts.total() >= LEAST_IN_ALL


@pytest.mark.parametrize("subject", ["Mathematics", "English language arts"])
def test_every_grade_has_something_to_do_in_mathematics_and_english(subject: str) -> None:
    counts = Counter(one.grade for one in load().competencies if one.subject == subject)
    assert set(counts) == set(GRADES)
    assert min(counts.values()) >= 2, counts


def test_codes_name_the_subject_and_the_grade() -> None:
    for one in load().competencies:
        grade = "K" if one.grade == "KG" else str(int(one.grade))
        assert re.fullmatch(rf"{LETTERS[one.subject]}\.{grade}\.[1-9]\d?", one.code), one


def test_titles_fit_a_column_and_statements_are_what_a_learner_says() -> None:
    for one in load().competencies:
        assert 5 <= len(one.title) <= 60, one.code
        assert not one.title.endswith("."), one.code
        assert re.fullmatch(r"I can .{10,180}\.", one.statement), one.code
    titles = Counter((one.subject, one.title) for one in load().competencies)
    assert max(titles.values()) == 1, titles.most_common(1)


def test_prerequisites_stay_within_the_subject_and_never_come_from_a_later_grade() -> None:
    by_code = {one.code: one for one in load().competencies}
    for one in by_code.values():
        assert len(set(one.needs)) == len(one.needs) <= 4, one.code
        for need in (by_code[code] for code in one.needs):
            assert need.subject == one.subject, one.code
            assert need.grade_number <= one.grade_number, f"{one.code} needs {need.code}"


def test_kindergarten_builds_on_nothing_and_later_grades_build_on_something() -> None:
    for one in load().competencies:
        if one.grade == "KG":
            assert one.needs == (), one.code
    later = [one for one in load().competencies if one.grade_number >= 3]
    assert sum(bool(one.needs) for one in later) >= 0.9 * len(later)


def test_the_portrait_has_six_skills_that_grow_in_the_same_four_levels() -> None:
    portrait = load().portrait
    assert [skill.code for skill in portrait] == [
        "P.THINK", "P.SAY", "P.TEAM", "P.OWN", "P.MAKE", "P.CIVIC",
    ]  # fmt: skip
    for skill in portrait:
        names = [name for name, _ in skill.levels]
        assert names == ["Beginning", "Growing", "Confident", "Leading"], skill.code
        assert all(says.startswith("I can ") for _, says in skill.levels), skill.code


def test_every_skill_of_the_portrait_grows_in_some_subject() -> None:
    fed = {skill for one in load().competencies for skill in one.skills}
    assert fed == {skill.code for skill in load().portrait}
    assert all(one.skills for one in load().competencies)


def test_mathematics_names_codes_of_the_common_core_that_exist(real_data: Path) -> None:
    package = json.loads((real_data / "case" / "ccssm_converted.json").read_text("utf-8"))
    known = {item.get("humanCodingScheme") for item in package["CFItems"]}
    for one in load().competencies:
        if one.subject == "Mathematics":
            assert one.ccss, one.code
            assert set(one.ccss) <= known, one.code


def test_a_code_that_stands_twice_is_refused() -> None:
    with pytest.raises(ValueError, match=r"twice.*U\.1"):
        content._check((_one("U.1"), _one("U.1")), set())


def test_an_unknown_prerequisite_or_skill_is_refused() -> None:
    with pytest.raises(ValueError, match=r"U\.1 builds on unknown.*U\.9"):
        content._check((_one("U.1", "U.9"),), set())
    with pytest.raises(ValueError, match=r"U\.1 contributes to unknown.*P\.SING"):
        content._check((_one("U.1", skills=("P.SING",)),), set())


def test_a_circle_of_prerequisites_is_refused() -> None:
    with pytest.raises(ValueError, match=r"circle: U\.1 → U\.2 → U\.1"):
        content._check((_one("U.1", "U.2"), _one("U.2", "U.1")), set())
