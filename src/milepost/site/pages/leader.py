"""The school leader's pages: the pulse of a school."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import polars as pl
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from milepost.evidence import queries as evidence
from milepost.evidence.dosage import Dosage
from milepost.look.parts import Point
from milepost.mastery import queries as mastery
from milepost.purpose.models import Competency
from milepost.roster.models import Organisation, SchoolClass
from milepost.roster.queries import (
    attendance_by_week,
    keys_of,
    school_learners,
    today,
)
from milepost.site.pages.access import PersonRequest, person_required, school_or_404
from milepost.site.pages.asof import as_of
from milepost.site.pages.district import works
from milepost.site.pages.grid import growth_grid, of_grid
from milepost.site.pages.kept import Kept

MONTH = timedelta(days=28)
WEEKS = 12
MADE_EVERY = timedelta(minutes=5)
"""How old the figures of a pulse may be."""


@dataclass(frozen=True)
class Movement:
    """One grade in one subject: how many proficiencies were shown in the last four weeks.

    `pairs`: learner × competency of the grade; `known` of them have evidence, none when it is 0.
    """

    grade: str
    subject: str
    learners: int
    known: int
    shown: int
    pairs: int
    newly: int

    @property
    def share(self) -> float:
        """Share of learner × competency pairs of the grade that are shown."""
        return self.shown / self.pairs if self.pairs else 0.0

    @property
    def newly_a_learner(self) -> float:
        """Proficiencies newly shown for each learner."""
        return self.newly / self.learners if self.learners else 0.0


@dataclass(frozen=True)
class AttendanceWeek:
    """One week's attendance; the share is of the days that were counted."""

    monday: date
    present: int
    counted: int

    @property
    def share(self) -> float:
        """Share of counted learner days that were attended."""
        return self.present / self.counted


@person_required
def schools(request: PersonRequest) -> HttpResponse:
    """The schools that the reader leads or whose district they work for; a single one opens."""
    viewer = request.viewer
    found = list(
        Organisation.objects.filter(kind="school", active=True, pk__in=viewer.leads).union(
            Organisation.objects.filter(kind="school", active=True, district__in=viewer.works_for)
        )
    )
    if not found:
        raise Http404
    if len(found) == 1:
        return redirect("pulse", school=found[0].pk)
    found.sort(key=lambda school: school.name)
    return render(request, "site/leader/schools.html", {"schools": found})


@dataclass(frozen=True)
class Pulse:
    """The figures of a school, true as of `at`."""

    at: datetime
    learners: int
    movements: list[Movement]
    weeks: list[AttendanceWeek]
    dosage: Dosage
    classes: list[tuple[UUID, str]]

    @property
    def least(self) -> Movement | None:
        """Where least was newly shown, among what there is evidence of."""
        known = [m for m in self.movements if m.known]
        return min(known, key=lambda m: m.newly_a_learner, default=None)


_pulses = Kept[Pulse](most=256)
_drawn = Kept[SafeString](most=256)


@person_required
def pulse(request: PersonRequest, school: UUID) -> HttpResponse:
    """Where to look today: movement by grade and subject, attendance, time given, classes.

    Its figures are about weeks and rest on all evidence of a school, so they are worked out every
    few minutes, and the page says when.
    """
    one = school_or_404(request, school)
    now = timezone.now()
    known = works(one.home.pk)
    made_from = (one.pk, one.name, known, int(now.timestamp() / MADE_EVERY.total_seconds()))
    figures = _pulses.get(made_from, lambda: _pulse(one, known.in_use.competencies, now))
    change = _change(figures.weeks)
    lead = {
        "school": one,
        "learners": figures.learners,
        "least": figures.least,
        "attendance_change": change,
        "attendance_down": -change if change else 0,
        "at": figures.at,
    }
    content = _drawn.get((figures.at, one.pk, get_language()), lambda: _content(one, figures))
    return render(request, "site/leader/pulse.html", lead | {"content": content})


def _pulse(one: Organisation, in_use: Sequence[Competency], now: datetime) -> Pulse:
    """Work out the figures of a school."""
    grades = dict(school_learners(one).values_list("pk", "grade"))
    keys = keys_of(grades)
    by_key = {str(key): grades[person] for person, key in keys.items()}
    since = today(one.home) - timedelta(weeks=WEEKS)
    classes = SchoolClass.objects.filter(school=one, active=True).order_by("title")
    return Pulse(
        at=now,
        learners=len(grades),
        movements=movements(one, by_key, in_use),
        weeks=[AttendanceWeek(*week) for week in attendance_by_week(one, since)],
        dosage=evidence.dosage(one.home, list(keys.values()), now=now),
        classes=list(classes.values_list("pk", "title")),
    )


def _content(one: Organisation, figures: Pulse) -> SafeString:
    points = [Point(date_format(w.monday, "j M"), round(100 * w.share, 1)) for w in figures.weeks]
    shown = {"school": one, "figures": figures, "attendance_points": points}
    return render_to_string("site/leader/_pulse.html", shown | {"dosage": figures.dosage})


@person_required
def grade_grid(request: PersonRequest, school: UUID) -> HttpResponse:
    """What a grade's figure on the pulse is made of: its learners by the subject's competencies."""
    one = school_or_404(request, school)
    grade, subject = request.GET.get("grade", ""), request.GET.get("subject", "")
    asked = as_of(request, one.home)
    learners = school_learners(one).filter(grade=grade).order_by("family_name", "given_name")
    shown = growth_grid(
        one.home.pk,
        list(of_grid(learners)),
        asked,
        subjects_first=[subject],
        grades_first=[grade],
    )
    return render(
        request,
        "site/leader/grade.html",
        {
            "school": one,
            "grade": grade,
            "grid": shown,
            "shown": sum(column.shown for column in shown.columns),
            "pairs": len(shown.columns) * shown.learners,
            "words": shown.words,
            "at": asked.at,
        },
    )


def movements(
    school: Organisation, grades: dict[str, str], in_use: Sequence[Competency]
) -> list[Movement]:
    """Return each grade and subject's standing among the competencies of that grade.

    ``grades``: learner key → grade. One query for all states of the school.
    """
    since = timezone.now() - MONTH
    frame = mastery.status_frame(school.home.pk, learners=[UUID(key) for key in grades])
    about = pl.DataFrame(
        [(str(c.pk), c.subject, grade) for c in in_use for grade in c.grades],
        schema={"competency": pl.String, "subject": pl.String, "grade": pl.String},
        orient="row",
    )
    of_grade = pl.DataFrame(
        list(grades.items()), schema={"learner": pl.String, "grade": pl.String}, orient="row"
    )
    joined = frame.join(of_grade, on="learner").join(about, on=["competency", "grade"])
    shown = pl.col("code").is_in(list(mastery.SHOWN))
    counts = joined.group_by("grade", "subject").agg(
        pl.len().alias("known"),
        shown.sum().alias("shown"),
        (shown & (pl.col("met_at") >= since)).sum().alias("newly"),
    )
    learners = dict(of_grade.group_by("grade").len().iter_rows())
    sizes = about.filter(pl.col("grade").is_in(list(learners))).group_by("grade", "subject").len()
    rows = sizes.join(counts, on=["grade", "subject"], how="left").sort("subject", "grade")
    return [
        Movement(
            grade=row["grade"],
            subject=row["subject"],
            learners=learners[row["grade"]],
            known=row["known"] or 0,
            shown=row["shown"] or 0,
            pairs=row["len"] * learners[row["grade"]],
            newly=row["newly"] or 0,
        )
        for row in rows.iter_rows(named=True)
    ]


def _change(weeks: list[AttendanceWeek]) -> float | None:
    """Return how the attendance of the last four weeks differs from the four before, in points."""
    if len(weeks) < 8:
        return None
    later, earlier = weeks[-4:], weeks[-8:-4]
    return 100 * (_share(later) - _share(earlier))


def _share(weeks: list[AttendanceWeek]) -> float:
    return sum(w.present for w in weeks) / sum(w.counted for w in weeks)
