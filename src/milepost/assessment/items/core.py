"""The machinery of items: a template draws its numbers from a seed and knows how to check."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random

from milepost.assessment.items.answers import (
    is_percent,
    read_number,
    same_words,
    show_number,
    without,
)

FIELD = "answer"
"""Name of the form field that every item asks for."""


class UnknownItem(KeyError):
    """There is no item of this id."""


@dataclass(frozen=True)
class Choice:
    """One of the answers to choose from. `why`: what to say to whoever chooses it wrongly."""

    text: str
    why: str = ""


@dataclass(frozen=True)
class Field:
    """What the learner fills in: `kind` is number, text or choice; `label` names it."""

    kind: str
    label: str
    choices: tuple[str, ...] = ()
    unit: str = ""


@dataclass(frozen=True)
class Question:
    """What the learner sees, and what they may ask for.

    `hints` help more and more; only the last may give the answer away. `worked` is the solution.
    """

    prompt: str
    field: Field
    hints: tuple[str, ...]
    worked: str


@dataclass(frozen=True)
class Result:
    """What came of an answer. When it is not `readable`, it is no answer, right or wrong."""

    correct: bool
    score: float
    feedback: str
    readable: bool = True


@dataclass(frozen=True)
class Draw:
    """One drawing of an item: what a maker returns.

    `answer` is a number (int or Fraction) or the right text. `choices` are the wrong ones, which
    make it a choice item. `misses` say what to answer to a known wrong number.
    """

    prompt: str
    answer: Fraction | int | str
    hints: Sequence[str]
    worked: str
    choices: Sequence[Choice] = ()
    misses: Mapping[Fraction | int, str] = field(default_factory=dict)
    unit: str = ""
    label: str = "Your answer"
    accept: Sequence[str] = ()  # other texts that are right too


Maker = Callable[[Random], Draw]


@dataclass(frozen=True)
class ItemTemplate:
    """An item before its numbers are drawn.

    `codes`: the competencies that it shows. `difficulty`: logits from a typical item of them, as
    its author sees it; a calibration replaces it.
    """

    id: str
    codes: tuple[str, ...]
    make: Maker
    difficulty: float = 0.0

    def draw(self, seed: int) -> Draw:
        """Return the drawing that a seed gives."""
        return self.make(Random(f"{self.id}:{seed}"))

    def question(self, seed: int) -> Question:
        """Return what the learner sees."""
        draw = self.draw(seed)
        return Question(
            prompt=draw.prompt,
            field=_field(draw, self._shuffled(draw, seed)),
            hints=tuple(draw.hints),
            worked=draw.worked,
        )

    def check(self, seed: int, answer: Mapping[str, str]) -> Result:
        """Check what was typed or chosen. A choice is given by its text."""
        draw = self.draw(seed)
        given = answer.get(FIELD, "").strip()
        if not given:
            return Result(False, 0.0, "Please give an answer first.", readable=False)
        if draw.choices:
            return _check_choice(draw, given)
        if isinstance(draw.answer, str):
            right = any(same_words(given, t) for t in (draw.answer, *draw.accept))
            return _result(right, "")
        return _check_number(draw, given)

    def _shuffled(self, draw: Draw, seed: int) -> tuple[str, ...]:
        """Return the choices in an order that gives nothing away, the same for the same seed."""
        texts = [choice.text for choice in draw.choices]
        if texts:
            texts.append(_text(draw.answer))
            Random(f"{self.id}:{seed}:order").shuffle(texts)
        return tuple(texts)


class Bank:
    """All templates, by id and by the competencies that they show."""

    def __init__(self) -> None:
        self._by_id: dict[str, ItemTemplate] = {}
        self.by_code: dict[str, tuple[ItemTemplate, ...]] = {}

    @property
    def templates(self) -> tuple[ItemTemplate, ...]:
        """Return all templates in the order in which they were added."""
        return tuple(self._by_id.values())

    def template(self, item_id: str) -> ItemTemplate:
        """Return one template. Raises UnknownItem."""
        if item_id not in self._by_id:
            raise UnknownItem(item_id)
        return self._by_id[item_id]

    def add(
        self, codes: str | Sequence[str], name: str, make: Maker, difficulty: float = 0.0
    ) -> None:
        """Add an item under its first code. Raises ValueError when the id is taken."""
        every = (codes,) if isinstance(codes, str) else tuple(codes)
        template = ItemTemplate(f"{every[0]}/{name}", every, make, difficulty)
        if template.id in self._by_id:
            raise ValueError(f"There are two items {template.id}")
        self._by_id[template.id] = template
        for code in every:
            self.by_code[code] = (*self.by_code.get(code, ()), template)


def _field(draw: Draw, choices: tuple[str, ...]) -> Field:
    kind = "choice" if choices else "text" if isinstance(draw.answer, str) else "number"
    return Field(kind, draw.label, choices, draw.unit)


def _text(answer: Fraction | int | str) -> str:
    return answer if isinstance(answer, str) else show_number(answer)


def _check_choice(draw: Draw, given: str) -> Result:
    if given == _text(draw.answer):
        return _result(True, "")
    chosen = next((c for c in draw.choices if c.text == given), None)
    if chosen is None:
        return Result(False, 0.0, "Please choose one of the answers.", readable=False)
    return _result(False, chosen.why)


def _check_number(draw: Draw, given: str) -> Result:
    number = read_number(without(given, draw.label, draw.unit))
    if number is None:
        return Result(False, 0.0, "Please type a number such as 12, 0.5 or 3/4.", readable=False)
    if is_percent(given) and draw.unit != "percent":
        number /= 100  # a chance of 50% is 1/2; only where percents are asked for is it 50
    return _result(number == draw.answer, draw.misses.get(number, ""))


def _result(right: bool, why: str) -> Result:
    return Result(right, float(right), "That is right." if right else why or "Not yet.")
