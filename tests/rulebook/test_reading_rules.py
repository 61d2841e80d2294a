"""A file of rules is read with every mistake named by file and line, and no code in it runs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.rulebook.rules import RefusedError, read
from tests.rulebook.books import BOOK

pytestmark = pytest.mark.pure


def refused(text: str) -> str:
    with pytest.raises(RefusedError) as caught:
        read(text, "cedar.yaml")
    return str(caught.value)


def line_of(text: str, words: str) -> int:
    return 1 + text[: text.index(words)].count("\n")


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("kind: statute", "kind: stature", "kind 'stature' is not known. Write one of definition"),
        ("from: 2015-07-01", "from: 1 July", "from '1 July' is no day. Write 2026-07-01."),
        ("until: 2024-06-30", "until: 2014-06-30", "is before its first day, 2015-07-01"),
        ("value: 24", "value: lots", "value 'lots' is no number."),
        ("value: 24", "value: nan", "value 'nan' is no number."),
        ('grades: ["03"]', "grades: [third]", "grades 'third' is not known. Known: PK, KG"),
        ('grades: ["03"]', 'grades: "03"', "is not a list"),
        ("binds: class_size", "bind: class_size", "rule 'bind' is not a field."),
        ("title: Bids", "title: Bids\n    title: Bids", "'title' stands here twice"),
        ("until: 2026-06-30}", "}", "has two figures on 2026-07-01"),
    ],
)
def test_a_mistake_is_named_by_file_and_line(was: str, now: str, said: str) -> None:
    text = BOOK.replace(was, now, 1)
    found = refused(text)
    assert said in found, found
    assert found.startswith("cedar.yaml:")


def test_the_line_is_the_mistakes_own() -> None:
    text = BOOK.replace("value: 28", "value: many")
    assert f"cedar.yaml:{line_of(text, ': many')}: value 'many'" in refused(text)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    text = BOOK.replace("kind: statute", "kind: x").replace("source: Cedar Code, volume 9", "")
    found = refused(text)
    assert found.count("kind 'x'") == 3
    assert "source '' is missing." in found


def test_a_rule_has_one_wording_a_day() -> None:
    text = BOOK.replace("    until: 2024-06-30\n", "", 1)
    assert "has two wordings on 2024-07-01" in refused(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The file is empty."),
        ("- a\n- b", "is not a list of fields"),
        ("rulebook: x\ntitle: y\nauthority: z", "rules '' are missing"),
        ("rulebook: [", "is not YAML"),
        ("a: b: c", "cedar.yaml:1: The file is not YAML"),
        ("\x00", "is not YAML"),
        ("[" * 5000, "The file is"),
        ("x" * 2_000_001, "longer than 2,000,000"),
        ("rulebook: !!python/object/apply:os.getcwd []\nrules: []", "is missing"),
    ],
)
def test_what_is_no_rulebook_is_refused(text: str, said: str) -> None:
    assert said in refused(text)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(noise: str) -> None:
    at = len(BOOK) // 2
    for text in (noise, BOOK[:at] + noise + BOOK[at:]):
        problems: tuple[object, ...] = ()
        rules: tuple[object, ...] = ()
        try:
            rules = read(text).rules
        except RefusedError as error:
            problems = error.problems
        assert bool(rules) != bool(problems)


def test_aliases_are_refused_before_they_swell_a_file() -> None:
    text = BOOK.replace("grades: [KG", "grades: &some [KG", 1) + "  - *some\n"
    assert f"cedar.yaml:{line_of(text, '- *some')}: The file is not YAML: aliases" in refused(text)
