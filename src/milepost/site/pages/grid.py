"""The growth grid: learners down, competencies across, and what each cell rests on."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from milepost.learning.next_steps import grade_number
from milepost.learning.queries import is_stuck
from milepost.look import parts
from milepost.look.parts import HeatMap
from milepost.mastery import queries as mastery
from milepost.purpose import queries as purpose
from milepost.purpose.models import Competency
from milepost.roster.models import Person
from milepost.roster.queries import keys_of
from milepost.site.pages.asof import AsOf

UNSURE = 1.1
"""Standard deviation of a level, in logits, above which a cell is drawn as uncertain."""


@dataclass(frozen=True)
class Cell:
    """One learner in one competency."""

    competency: Competency
    status: mastery.Status
    unsure: bool
    stuck: bool


@dataclass(frozen=True)
class Row:
    """One learner across the competencies."""

    learner: Person
    cells: list[Cell]


@dataclass(frozen=True)
class Column:
    """One competency down the class: how many have shown it, of how many, and the spread."""

    competency: Competency
    shown: int
    learners: int
    counts: dict[str, int]


@dataclass(frozen=True)
class Grid:
    """The grid with its choices and the one plain sentence's figures."""

    rows: list[Row]
    columns: list[Column]
    subject: str
    subjects: list[str]
    grade: str
    grades: list[str]
    ready: int
    ready_for: Competency | None
    stuck: int
    stuck_on: Competency | None


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
    has competencies of is taken.
    """
    everything = purpose.competencies_in_use(district)
    subjects = list(dict.fromkeys(c.subject for c in everything))
    subject = _first(subjects_first, subjects)
    of_subject = [c for c in everything if c.subject == subject]
    grades = sorted({g for c in of_subject for g in c.grades}, key=grade_number)
    grade = _first(grades_first, grades)
    columns = [c for c in of_subject if not grade or not c.grades or grade in c.grades]
    keys = keys_of(person.pk for person in learners)
    table = _table(district, keys, [c.pk for c in columns], asked)
    rows = [
        Row(person, [_cell(table, keys.get(person.pk), c, asked) for c in columns])
        for person in learners
    ]
    heads = [_column(rows, k, c) for k, c in enumerate(columns)]
    stuck = Counter(cell.competency for row in rows for cell in row.cells if cell.stuck)
    stuck_on = stuck.most_common(1)
    tried = [head for head in heads if head.learners > head.counts.get(mastery.NONE, 0)]
    ready = max(tried, key=lambda h: h.counts.get(mastery.WORKING, 0), default=None)
    return Grid(
        rows=rows,
        columns=heads,
        subject=subject,
        subjects=subjects,
        grade=grade,
        grades=grades,
        ready=ready.shown if ready else 0,
        ready_for=ready.competency if ready else None,
        stuck=stuck_on[0][1] if stuck_on else 0,
        stuck_on=stuck_on[0][0] if stuck_on else None,
    )


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


def _cell(
    table: mastery.StatusTable, key: UUID | None, competency: Competency, asked: AsOf
) -> Cell:
    status = table.of(key, competency.pk)
    return Cell(
        competency=competency,
        status=status,
        unsure=status.variance is not None and status.variance > UNSURE**2,
        stuck=is_stuck(status, asked.at),
    )


def _column(rows: Sequence[Row], place: int, competency: Competency) -> Column:
    cells = [row.cells[place].status for row in rows]
    return Column(
        competency=competency,
        shown=sum(status.shown for status in cells),
        learners=len(cells),
        counts=dict(Counter(status.code for status in cells)),
    )


def _first(wanted: Sequence[str], there: Sequence[str]) -> str:
    """Return the first of what is wanted that there is; else the first that there is."""
    return next((w for w in wanted if w in there), there[0] if there else "")


def heat_map(grid: Grid, words: dict[str, str], asked: AsOf) -> HeatMap:
    """Return the grid as the component draws it; every cell opens its evidence."""
    query = f"?on={asked.day}&sense={asked.sense}" if asked.past else ""
    return HeatMap(
        caption=_("Learners and competencies: %(subject)s") % {"subject": grid.subject},
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
            for column in grid.columns
        ],
        rows=[
            parts.Row(
                label=row.learner.name,
                url=reverse("learner", args=[row.learner.pk]),
                cells=[_drawn(row.learner, cell, words, query) for cell in row.cells],
            )
            for row in grid.rows
        ],
    )


def _drawn(learner: Person, cell: Cell, words: dict[str, str], query: str) -> parts.Cell:
    pieces = ngettext(
        "%(count)d piece of evidence", "%(count)d pieces of evidence", cell.status.pieces
    ) % {"count": cell.status.pieces}
    return parts.Cell(
        code=cell.status.code,
        words=words[cell.status.code],
        detail=f"{pieces}, {_('stuck')}" if cell.stuck else pieces,
        unsure=cell.unsure,
        url=reverse("learner_competency", args=[learner.pk, cell.competency.pk]) + query,
    )
