"""Every item of every subject, over many seeds: it asks, it helps, and it knows what is right."""

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from importlib import import_module
from random import Random

import pytest

from milepost.assessment import items
from milepost.assessment.items.answers import read_number, same_words, show_number
from milepost.assessment.items.core import FIELD, Bank, Choice, Draw, ItemTemplate
from milepost.site.demo import content

pytestmark = pytest.mark.pure

SEEDS = range(200)
LETTERS = {"mathematics": "M", "english": "E", "science": "S", "social_studies": "H"}
"""Subject → the letter that its codes begin with."""

every_subject = pytest.mark.parametrize("subject", LETTERS)


@cache
def _bank(subject: str) -> Bank:
    bank = Bank()
    import_module(f"milepost.assessment.items.{subject}").add_to(bank)
    return bank


def _drawn(subject: str) -> Iterator[tuple[ItemTemplate, int, Draw]]:
    for template in _bank(subject).templates:
        for seed in SEEDS:
            yield template, seed, template.draw(seed)


def _keyed(draw: Draw) -> str:
    return draw.answer if isinstance(draw.answer, str) else show_number(draw.answer)


def _says(text: str, answer: str) -> bool:
    """Return whether a text has the answer in it, whole: 5 is not said by 15, 2.5 or 5/8."""
    text, answer = (one.replace("−", "-") for one in (text, answer))
    whole = rf"(?<![\w.,/-]){re.escape(answer)}(?![\w/]|[.,]\d)"
    return re.search(whole, text, re.IGNORECASE) is not None


@every_subject
def test_every_competency_has_an_item_and_no_item_an_unknown_competency(subject: str) -> None:
    every = {one.code for one in content.load().competencies}
    taught = {code for code in every if code.startswith(LETTERS[subject] + ".")}
    assert set(_bank(subject).by_code) == taught


@every_subject
def test_every_competency_can_be_practised_without_meeting_one_question_twice(
    subject: str,
) -> None:
    for code, templates in _bank(subject).by_code.items():
        prompts = {t.question(seed).prompt for t in templates for seed in SEEDS}
        assert len(prompts) >= 4, f"{code} has only {len(prompts)} questions"


@every_subject
def test_the_keyed_answer_is_right(subject: str) -> None:
    for template, seed, draw in _drawn(subject):
        for text in (_keyed(draw), *draw.accept):
            result = template.check(seed, {FIELD: text})
            assert result.correct, f"{template.id} seed {seed}: {text}"
            assert result.score == 1.0


@every_subject
def test_every_wrong_choice_is_wrong_and_says_why(subject: str) -> None:
    for template, seed, draw in _drawn(subject):
        for choice in draw.choices:
            result = template.check(seed, {FIELD: choice.text})
            assert result.readable, f"{template.id} seed {seed}"
            assert not result.correct, f"{template.id} seed {seed}: {choice.text}"
            assert result.feedback == choice.why != "", f"{template.id} seed {seed}: {choice.text}"


@every_subject
def test_a_choice_has_four_answers_that_differ(subject: str) -> None:
    for template, seed, draw in _drawn(subject):
        if draw.choices:
            offered = template.question(seed).field.choices
            assert len({text.casefold() for text in offered}) == 4, f"{template.id} seed {seed}"
            assert _keyed(draw) in offered


@every_subject
def test_the_place_of_the_right_choice_gives_nothing_away(subject: str) -> None:
    for template in _bank(subject).templates:
        if template.draw(0).choices:
            places = [
                template.question(seed).field.choices.index(_keyed(template.draw(seed)))
                for seed in SEEDS
            ]
            counts = [places.count(place) for place in range(4)]
            assert min(counts) >= len(SEEDS) / 10, f"{template.id}: {counts}"


@every_subject
def test_the_length_of_the_right_choice_gives_nothing_away(subject: str) -> None:
    for template in _bank(subject).templates:
        draws = [template.draw(seed) for seed in SEEDS]
        if draws[0].choices:
            stands_out = [
                len(_keyed(draw)) > max(len(choice.text) for choice in draw.choices)
                for draw in draws
            ]
            assert sum(stands_out) <= 0.8 * len(SEEDS), template.id


@every_subject
def test_hints_help_more_and_more_and_only_the_last_may_tell(subject: str) -> None:
    for template, seed, draw in _drawn(subject):
        assert 2 <= len(draw.hints) <= 3, f"{template.id} seed {seed}"
        assert len(set(draw.hints)) == len(draw.hints)
        for hint in draw.hints[:-1]:
            assert not _says(hint, _keyed(draw)), f"{template.id} seed {seed}: {hint}"


@every_subject
def test_an_item_is_plain_text_that_says_something(subject: str) -> None:
    for template, seed, draw in _drawn(subject):
        question = template.question(seed)
        for text in (question.prompt, question.worked, question.field.label, *question.hints):
            assert text.strip() == text != "", f"{template.id} seed {seed}: {text!r}"
            assert not re.search(r"[<>]\w|</|\{|\}|\bNone\b", text), f"{template.id}: {text}"
        assert draw.worked not in draw.prompt


@every_subject
def test_the_same_seed_makes_the_same_question(subject: str) -> None:
    for template in _bank(subject).templates:
        assert template.question(7) == template.question(7)
        assert -2 <= template.difficulty <= 2


@every_subject
def test_numbers_are_known_misses_only_when_they_are_wrong(subject: str) -> None:
    for template, seed, draw in _drawn(subject):
        for miss, why in draw.misses.items():
            if miss != draw.answer:
                result = template.check(seed, {FIELD: str(miss)})
                assert not result.correct
                assert result.feedback == why != "", f"{template.id} seed {seed}"


def test_items_are_found_by_id_and_by_the_competencies_they_show() -> None:
    known = items.all_items()
    assert len({one.id for one in known}) == len(known) >= 130
    for one in known:
        assert items.item(one.id) is one
        assert all(one in items.items_for(code) for code in one.codes)
    assert items.items_for("M.99.1") == ()
    with pytest.raises(items.UnknownItem):
        items.render("M.99.1/nothing", 1)


def _half(rng: Random) -> Draw:
    del rng
    return Draw("What is half of 1?", Fraction(1, 2), ("Share it.", "In two."), "1 ÷ 2 = 1/2")


def _capital(rng: Random) -> Draw:
    wrong = (Choice("Lyon", "Lyon is large, but ..."), Choice("Nice", "On the coast"))
    return Draw("Capital of France?", "Paris", ("Think.", "Par…"), "It is Paris.", choices=wrong)


HALF = ItemTemplate("X.1/half", ("X.1",), _half)
CAPITAL = ItemTemplate("X.2/capital", ("X.2",), _capital)


@pytest.mark.parametrize("typed", ["1/2", "0.5", ".5", " 2 / 4 ", "½", "0.50"])
def test_a_number_is_right_however_it_is_written(typed: str) -> None:
    assert HALF.check(1, {FIELD: typed}).correct


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1,200", Fraction(1200)),
        ("$5", Fraction(5)),
        ("-$5", Fraction(-5)),
        ("−3", Fraction(-3)),
        ("1 1/2", Fraction(3, 2)),
        ("1½", Fraction(3, 2)),
        ("12 %", Fraction(12)),
        ("7 cm", Fraction(7)),
        ("1/0", None),
        ("seven", None),
        ("1,2", None),
        ("9" * 5000, None),
        ("", None),
    ],
)
def test_numbers_are_read_as_people_write_them(typed: str, number: Fraction | None) -> None:
    assert read_number(typed) == number


def _length(rng: Random) -> Draw:
    del rng
    hints = ("Count the spaces.", "From 2 to 9.")
    return Draw("How long?", 7, hints, "9 − 2 = 7", unit="inches", label="x =")


def _share(rng: Random) -> Draw:
    del rng
    return Draw("What percent is half?", 50, ("Of 100.", "Half."), "50%", unit="percent")


LENGTH = ItemTemplate("X.3/length", ("X.3",), _length)
SHARE = ItemTemplate("X.4/share", ("X.4",), _share)


@pytest.mark.parametrize("typed", ["7", "7 inches", "7Inches", "x = 7", "X=7 inches"])
def test_a_number_may_repeat_the_label_and_the_unit_of_its_field(typed: str) -> None:
    assert LENGTH.check(1, {FIELD: typed}).correct


@pytest.mark.parametrize("typed", ["50%", "50 percent", "50.0 %"])
def test_a_percent_is_a_part_of_one_unless_percents_are_asked_for(typed: str) -> None:
    assert HALF.check(1, {FIELD: typed}).correct
    assert SHARE.check(1, {FIELD: typed}).correct
    assert SHARE.check(1, {FIELD: "50"}).correct
    assert not HALF.check(1, {FIELD: "50"}).correct
    assert not HALF.check(1, {FIELD: "0.5%"}).correct


@pytest.mark.parametrize("typed", ["", "   ", "half", "1/0"])
def test_what_cannot_be_read_is_not_counted_as_wrong(typed: str) -> None:
    result = HALF.check(1, {FIELD: typed})
    assert not result.readable
    assert "Please" in result.feedback


def test_a_choice_that_was_not_offered_is_not_counted_as_wrong() -> None:
    assert not CAPITAL.check(1, {FIELD: "Bonn"}).readable
    assert CAPITAL.check(1, {FIELD: "Paris"}).correct
    assert CAPITAL.check(1, {FIELD: "Nice"}).feedback == "On the coast"


def test_words_are_compared_without_fuss() -> None:
    assert same_words(" The  CAFÉ. ", "the cafe")
    assert not same_words("the cafe", "a cafe")


def test_an_id_is_given_once_only() -> None:
    bank = Bank()
    bank.add("X.1", "half", _half)
    with pytest.raises(ValueError, match=r"two items X\.1/half"):
        bank.add("X.1", "half", _half)
