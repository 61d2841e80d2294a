"""Every component on one page, with invented people: to choose from, and to test."""

from datetime import UTC, date, datetime
from types import MappingProxyType

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from milepost.look.parts import STATUS_ORDER, Cell, Column, HeatMap, Moment, Point, Row

WORDS = MappingProxyType(
    {
        "proficient": _("Proficient"),
        "refresh": _("Proficient, time to refresh"),
        "working": _("Working towards"),
        "none": _("No evidence yet"),
    }
)
LEARNERS = (
    "Maya Ruiz",
    "Dev Anand",
    "Ana Lopes",
    "Theo Grant",
    "Imani Cole",
    "Bartholomew Okonkwo",
)
COMPETENCIES = (
    ("Unit rate", "Compute a unit rate and say what it means"),
    ("Ratio tables", "Complete a table of equivalent ratios"),
    ("Percent", "Find a percent of a quantity"),
    ("Slope", "Read slope as a rate of change"),
    ("Data", "Describe the spread of a distribution"),
    ("Argument", "Support a claim with evidence"),
    ("Models", "Draw a model of an unseen thing"),
    ("Feedback", "Use feedback to make work better"),
)
PATTERN = "ppwnrpwnpwwpnprn"
CODES = MappingProxyType({code[0]: code for code in STATUS_ORDER})


class SampleForm(forms.Form):
    """One field of every kind."""

    minutes = forms.IntegerField(
        label=_("Minutes"), help_text=_("How long you worked together."), min_value=1, max_value=240
    )
    how = forms.ChoiceField(
        label=_("How it went"),
        choices=[("well", _("Well")), ("mixed", _("Some of both")), ("hard", _("It was hard"))],
        widget=forms.RadioSelect,
    )
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    subject = forms.ChoiceField(
        label=_("Subject"), choices=[("m", _("Mathematics")), ("r", _("Reading"))]
    )
    about = forms.MultipleChoiceField(
        label=_("What it was about"),
        choices=[("rate", _("Unit rate")), ("table", _("Ratio tables"))],
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(label=_("Note"), widget=forms.Textarea, required=False)
    shared = forms.BooleanField(label=_("The family may read this"), required=False)


def _cell(row: int, column: int) -> Cell | None:
    code = CODES[PATTERN[(row * 5 + column * 3) % len(PATTERN)]]
    if row == column == 5:
        return None
    seen = (row * 3 + column * 5) % 7 + 1
    detail = "" if code == "none" else f"{seen} pieces of evidence"
    unsure = code in ("working", "refresh") and seen < 4
    return Cell(code, str(WORDS[code]), "#heat-map", detail, unsure)


def _heat_map() -> HeatMap:
    """Return six learners by eight competencies."""
    places = range(len(COMPETENCIES))
    rows = [
        Row(name, [_cell(r, c) for c in places], "#heat-map", "Grade 6" if r == 0 else "")
        for r, name in enumerate(LEARNERS)
    ]
    columns = []
    for c, (label, full) in enumerate(COMPETENCIES):
        codes = [cell.code for row in rows if (cell := row.cells[c])]
        counts = {code: codes.count(code) for code in STATUS_ORDER}
        shown = counts["proficient"] + counts["refresh"]
        columns.append(Column(label, shown, len(codes), counts, "#heat-map", full))
    words = {code: str(word) for code, word in WORDS.items()}
    return HeatMap(
        str(_("Grade 6 mathematics, by learner")), columns, rows, words, str(_("Learner"))
    )


def _moments() -> list[Moment]:
    """Return three entries of a timeline, one of them taken back."""
    return [
        Moment(
            datetime(2026, 11, 17, 14, 20, tzinfo=UTC),
            "Lemonade for thirty",
            "#timeline",
            "Scored on four competencies by a teacher.",
            "proficient",
            str(WORDS["proficient"]),
        ),
        Moment(datetime(2026, 11, 12, 9, 5, tzinfo=UTC), "Quiz on ratios", "#timeline", void=True),
        Moment(date(2026, 11, 3), "Conference with Ms. Park", body="One new goal."),
    ]


def samples() -> dict[str, object]:
    """Return what the gallery shows."""
    known = (41, 44, 44, None, 49, 53, 52, 58, 61)
    return {
        "words": WORDS,
        "counts": {"proficient": 11, "refresh": 3, "working": 9, "none": 5},
        "grid": _heat_map(),
        "moments": _moments(),
        "points": [
            Point(f"Week {week}", value, value and value - 5, value and value + 4)
            for week, value in enumerate(known, 1)
        ],
        "facts": [("Grade", "6"), ("Teacher", "Ms. Park", "#facts"), ("Minutes this week", 34)],
        "labels": [_("Choose a file"), _("Check"), _("Import")],
        "page": Paginator(range(200), 10).page(4),
        "crumbs": [(_("Classes"), "#main"), (_("Grade 6 mathematics"), "")],
        "form": SampleForm(),
        "wrong_form": SampleForm({"minutes": "500", "shared": "on"}, auto_id="wrong_%s"),
        "now": datetime(2026, 11, 20, 16, 45, tzinfo=UTC),
    }


def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component."""
    return render(request, "look/gallery.html", samples())
