"""Sentences that more than one page says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from milepost.learning.next_steps import Kind, Step
from milepost.purpose.models import Competency


@dataclass(frozen=True)
class Card:
    """A next step in words. `chance` is out of ten; `lines` say why, most important first."""

    step: Step
    competency: Competency
    kind: str
    label: str
    lines: tuple[str, ...]


def kind_label(kind: Kind) -> str:
    """Return what a kind of step is called."""
    return {Kind.READY: _("Ready"), Kind.DUE: _("Due"), Kind.CHOSEN: _("My goal")}[kind]


def cards(
    steps: Iterable[Step], competencies: Mapping[UUID, Competency], today: date
) -> list[Card]:
    """Return steps as cards, each with the reasons why it is offered."""
    return [
        Card(
            step=step,
            competency=competencies[step.competency],
            kind=step.kind.value,
            label=kind_label(step.kind),
            lines=tuple(_reasons(step, competencies, today)),
        )
        for step in steps
    ]


def names(ids: Iterable[UUID], competencies: Mapping[UUID, Competency]) -> str:
    """Return the names of competencies as a list in words."""
    return ", ".join(competencies[id_].name for id_ in ids if id_ in competencies)


def chance_words(chance: float) -> str:
    """Return a chance of success as a child reads it."""
    right = round(chance * 10)
    return _("About %(right)d in 10 right is likely.") % {"right": right}


def _reasons(step: Step, competencies: Mapping[UUID, Competency], today: date) -> Iterable[str]:
    if step.goal == step.competency:
        yield _("Chosen as a goal, and ready to begin.")
    elif step.goal:
        yield _("The next step on the way to the goal: %(goal)s.") % {
            "goal": competencies[step.goal].name
        }
    if step.kind is Kind.DUE and step.since:
        days = (today - timezone.localdate(step.since)).days
        yield ngettext(
            "Shown before; the last time was %(days)d day ago.",
            "Shown before; the last time was %(days)d days ago.",
            days,
        ) % {"days": days}
    if step.builds_on:
        yield _("What it builds on is shown: %(names)s.") % {
            "names": names(step.builds_on, competencies)
        }
    if step.presumed:
        yield _("It builds on earlier grades: %(names)s.") % {
            "names": names(step.presumed, competencies)
        }
    if not step.builds_on and not step.presumed and step.kind is Kind.READY:
        yield _("It builds on nothing else.")
    yield chance_words(step.chance)
