"""The growth grid: learners down, competencies across, and what each cell rests on."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from milepost.learning.next_steps import grade_number
from milepost.learning.queries import is_stuck
from milepost.look import heat, parts
from milepost.mastery import queries as mastery
from milepost.purpose.models import Competency
from milepost.roster.models import Person
from milepost.site.pages.asof import AsOf
from milepost.site.pages.district import Works, works
from milepost.site.pages.kept import Kept

UNSURE = 1.1
"""Standard deviation of a level, in logits, above which a cell is drawn as uncertain."""

AGED_EVERY = timedelta(hours=1)
"""A kept grid is made anew when the hour is over: beliefs age, though nobody answers."""

NOBODY = UUID(int=0)

AS_SHOWN = ("given_name", "family_name", "preferred_name", "learner_key__person")
"""What a grid needs to know of a learner."""


def of_grid(learners: QuerySet[Person]) -> QuerySet[Person]:
    """Ask for learners with their keys and names, and no more."""
    return learners.select_related("learner_key").only(*AS_SHOWN)


@dataclass(frozen=True)
class Column:
    """One competency down the class: how many have shown it, of how many, and the spread."""

    competency: Competency
    shown: int
    learners: int
    counts: dict[str, int]


@dataclass(frozen=True)
class Choice:
    """Which subject and grade a grid shows, of which there are, and the competencies of them."""

    subject: str
    subjects: list[str]
    grade: str
    grades: list[str]
    competencies: list[Competency]


@dataclass(frozen=True)
class Grid:
    """The grid as it is drawn, with its choices and the one plain sentence's figures."""

    choice: Choice
    columns: list[Column]
    learners: int
    ready: int
    ready_for: Competency | None
    stuck: int
    stuck_on: Competency | None
    words: Mapping[str, str]
    table: SafeString


_kept = Kept[Grid](most=64)


def growth_grid(
    district: UUID,
    learners: Sequence[Person],
    asked: AsOf,
    *,
    subjects_first: Sequence[str],
    grades_first: Sequence[str],
) -> Grid:
    """Return the grid of learners for one subject and grade, in a constant number of queries.

    ``subjects_first``, ``grades_first``: what to show, by preference; the first that the district
    has competencies of is taken. ``learners`` come with their keys. A grid of today is kept until a
    learner, their evidence, the rule or a framework changes.
    """
    known = works(district)
    choice = _choice(known, tuple(subjects_first), tuple(grades_first))
    keys = {p.pk: p.learner_key.pk for p in learners if hasattr(p, "learner_key")}

    def make() -> Grid:
        table = _table(district, keys, [c.pk for c in choice.competencies], asked)
        return _grid(choice, learners, keys, table, known.words, asked)

    if asked.past:
        return make()
    everything = (
        known,
        (choice.subject, choice.grade),
        tuple((person.pk, person.name, keys.get(person.pk)) for person in learners),
        mastery.fold_stamp(keys.values()),
        int(asked.at.timestamp() / AGED_EVERY.total_seconds()),
    )
    return _kept.get(everything, make)


@lru_cache(maxsize=256)
def _choice(known: Works, subjects_first: Sequence[str], grades_first: Sequence[str]) -> Choice:
    everything = known.in_use.competencies
    subjects = list(dict.fromkeys(c.subject for c in everything))
    subject = _first(subjects_first, subjects)
    of_subject = [c for c in everything if c.subject == subject]
    grades = sorted({g for c in of_subject for g in c.grades}, key=grade_number)
    grade = _first(grades_first, grades)
    columns = [c for c in of_subject if not grade or not c.grades or grade in c.grades]
    return Choice(subject, subjects, grade, grades, columns)


def _first(wanted: Sequence[str], there: Sequence[str]) -> str:
    """Return the first of what is wanted that there is; else the first that there is."""
    return next((w for w in wanted if w in there), there[0] if there else "")


def _table(
    district: UUID, keys: dict[UUID, UUID], columns: Sequence[UUID], asked: AsOf
) -> mastery.StatusTable:
    if asked.past:
        return mastery.statuses_as_of(
            district,
            learners=list(keys.values()),
            true_at=asked.true_at,
            known_at=asked.known_at,
        )
    return mastery.statuses(district, learners=list(keys.values()), competencies=columns)


def _grid(
    choice: Choice,
    learners: Sequence[Person],
    keys: dict[UUID, UUID],
    table: mastery.StatusTable,
    words: Mapping[str, str],
    asked: AsOf,
) -> Grid:
    """Return the grid of statuses that were fetched, with its sentence's figures."""
    rows = [
        [table.of(keys.get(person.pk), c.pk) for c in choice.competencies] for person in learners
    ]
    stuck = Counter(
        competency
        for row in rows
        for competency, status in zip(choice.competencies, row, strict=True)
        if is_stuck(status, asked.at)
    )
    columns = [_column(c, [row[k] for row in rows]) for k, c in enumerate(choice.competencies)]
    tried = [one for one in columns if one.learners > one.counts.get(mastery.NONE, 0)]
    ready = max(tried, key=lambda one: one.counts.get(mastery.WORKING, 0), default=None)
    stuck_on = stuck.most_common(1)
    return Grid(
        choice=choice,
        columns=columns,
        learners=len(learners),
        ready=ready.shown if ready else 0,
        ready_for=ready.competency if ready else None,
        stuck=stuck_on[0][1] if stuck_on else 0,
        stuck_on=stuck_on[0][0] if stuck_on else None,
        words=words,
        table=heat.table(_heat_map(choice, columns, learners, rows, words, asked)),
    )


def _column(competency: Competency, statuses: Sequence[mastery.Status]) -> Column:
    return Column(
        competency=competency,
        shown=sum(status.shown for status in statuses),
        learners=len(statuses),
        counts=dict(Counter(status.code for status in statuses)),
    )


def _heat_map(
    choice: Choice,
    columns: Sequence[Column],
    learners: Sequence[Person],
    rows: Sequence[Sequence[mastery.Status]],
    words: Mapping[str, str],
    asked: AsOf,
) -> parts.HeatMap:
    """Return the grid as the component draws it; every cell opens its evidence."""
    query = f"?on={asked.day}&sense={asked.sense}" if asked.past else ""
    return parts.HeatMap(
        caption=_("Learners and competencies: %(subject)s") % {"subject": choice.subject},
        corner=_("Learner"),
        words=words,
        columns=[
            parts.Column(
                label=column.competency.code or column.competency.name,
                full=column.competency.name,
                shown=column.shown,
                of=column.learners,
                counts=column.counts,
                url=reverse("purpose:competency", args=[column.competency.pk]),
            )
            for column in columns
        ],
        rows=[
            parts.Row(
                label=learner.name,
                url=reverse("learner", args=[learner.pk]),
                cells=_cells(learner, choice.competencies, statuses, words, asked, query),
            )
            for learner, statuses in zip(learners, rows, strict=True)
        ],
    )


def _cells(
    learner: Person,
    competencies: Sequence[Competency],
    statuses: Sequence[mastery.Status],
    words: Mapping[str, str],
    asked: AsOf,
    query: str,
) -> list[parts.Cell]:
    # One address a learner is asked of Django, and the competency put in its place.
    before, after = reverse("learner_competency", args=[learner.pk, NOBODY]).split(str(NOBODY))
    return [
        parts.Cell(
            code=status.code,
            words=words[status.code],
            detail=_detail(status, asked),
            unsure=status.variance is not None and status.variance > UNSURE**2,
            url=f"{before}{competency.pk}{after}{query}",
        )
        for competency, status in zip(competencies, statuses, strict=True)
    ]


def _detail(status: mastery.Status, asked: AsOf) -> str:
    pieces = ngettext(
        "%(count)d piece of evidence", "%(count)d pieces of evidence", status.pieces
    ) % {"count": status.pieces}
    return f"{pieces}, {_('stuck')}" if is_stuck(status, asked.at) else pieces
