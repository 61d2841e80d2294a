"""Equity: a table of districts, every measure of it with what it says, and the Lorenz curve."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from milepost.funding.equity import lorenz
from milepost.funding.equity.report import Finding
from milepost.funding.equity.tables import DEFAULTS, Asked, Table, read_table, write_table
from milepost.funding.views.access import of_the_state
from milepost.funding.views.plan import attachment
from milepost.roster.access import Viewer

LARGEST = 10_000_000
"""Bytes of a table: thirty years of a thousand districts, every column that a state publishes."""
MOST = 5_000
"""Districts that a page carries on to its download; the greatest state has some 1,200."""
EXAMPLE = (
    b"district,pupils,dollars,wealth_per_pupil,need_share\n"
    b"Alder,100,800000,100000,0.5\nBeech,200,2000000,200000,0.25\nCedar,100,1400000,300000,0\n"
    b"Dogwood,,900000,200000,0.3\n"
)
"""The three districts of the guide, and one of which nobody told the pupils."""
LABELS = {
    "coefficient_of_variation": gettext_lazy("Coefficient of variation"),
    "gini": gettext_lazy("Gini"),
    "mcloone": gettext_lazy("McLoone"),
    "verstegen": gettext_lazy("Verstegen"),
    "restricted_range": gettext_lazy("Restricted range"),
    "federal_range_ratio": gettext_lazy("Federal range ratio"),
    "wealth_correlation": gettext_lazy("Wealth correlation"),
    "wealth_slope": gettext_lazy("Slope to wealth"),
    "wealth_elasticity": gettext_lazy("Elasticity to wealth"),
    "need_weighted_progressivity": gettext_lazy("Progressivity, need-weighted"),
    "regression_progressivity": gettext_lazy("Progressivity, by regression"),
}
SIDE = 300
"""Units of the curve's square."""


@dataclass(frozen=True)
class Row:
    """One measure on the page: its label, its value as people write it, and what it says."""

    label: Any
    value: str
    says: str


@require_http_methods(["GET", "POST"])
@of_the_state
def page(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Measure a table of districts that somebody brings; nothing of it is kept."""
    context: dict[str, Any] = {"defaults": DEFAULTS, "typed": request.POST}
    try:
        if request.POST.get("act") == "csv":
            return _csv(read_table(request.POST.get("text", "").encode()))
        if request.method == "POST":
            context |= _measured(read_table(_data(request), _asked(request)))
        elif "example" in request.GET:
            context |= _measured(read_table(EXAMPLE)) | {"example": True}
    except ValueError as refused:
        context["wrong"] = str(refused).splitlines()
    return render(
        request, "funding/equity.html", context, status=400 if "wrong" in context else 200
    )


def _data(request: HttpRequest) -> bytes:
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise ValueError(_("No file came: choose one."))
    if (file.size or 0) > LARGEST:
        raise ValueError(
            _("The table is larger than 10 MB: take the columns out that are not asked for.")
        )
    data: bytes = file.read()
    return data


def _asked(request: HttpRequest) -> Asked:
    """Return how the table is to be read. Raises ValueError in words."""
    typed = {key: request.POST.get(f"column-{key}", "").strip() for key in DEFAULTS}
    column, value = (request.POST.get(name, "").strip() for name in ("where", "value"))
    least = request.POST.get("least", "").strip() or "0"
    if not (least.isascii() and least.isdigit() and len(least) < 9):
        raise ValueError(_("“%(text)s” is no number of pupils.") % {"text": least})
    return Asked(
        {key: name for key, name in typed.items() if name},
        {column: value} if column else {},
        int(least),
    )


def _measured(table: Table) -> dict[str, Any]:
    """Return what the page says of a table. Raises ValueError for one that cannot be measured."""
    if len(table.names) > MOST:
        raise ValueError(
            _("There are %(n)s rows: say which count (one year, say) to have at most %(most)s.")
            % {"n": len(table.names), "most": MOST}
        )
    found, known = table.report(), table.whole().columns
    across, up = lorenz.curve(known["per_pupil"], known["pupils"])
    points = zip(across, up, strict=True)
    tenths = [tenth / 10 for tenth in range(1, 11)]
    return {
        "found": found,
        "mean": f"{found.mean:,.0f}",
        "median": f"{found.median:,.0f}",
        "rows": list(_rows(found.findings)),
        "weighted": list(_rows(table.per_weighted_pupil())),
        "absent": table.absent(),
        "small": table.small,
        "text": write_table(table),
        "side": SIDE,
        "curve": " ".join(f"{40 + SIDE * x:.1f},{10 + SIDE * (1 - y):.1f}" for x, y in points),
        "tenths": [
            (f"{share:.0%}", f"{lorenz.held_by(known['per_pupil'], known['pupils'], share):.1%}")
            for share in tenths
        ],
    }


def _rows(findings: Iterable[Finding]) -> Iterable[Row]:
    for one in findings:
        value = f"${one.value:,.0f}" if one.name == "restricted_range" else f"{one.value:.4f}"
        yield Row(LABELS[one.name], value, one.sentence.partition(": ")[2])


def _csv(table: Table) -> HttpResponse:
    found = table.report()
    response = attachment("equity.csv")
    out = csv.writer(response)
    out.writerow(["measure", "value", "says"])
    out.writerow(["districts", found.districts, found.dropped.sentence()])
    out.writerows(
        [name, value, ""]
        for name, value in (
            ("pupils", f"{found.pupils:.10g}"),
            ("mean", f"{found.mean:.2f}"),
            ("median", f"{found.median:.2f}"),
        )
    )
    out.writerows([one.name, repr(one.value), one.sentence] for one in found.findings)
    out.writerows(
        [f"{one.name}_per_weighted_pupil", repr(one.value), one.sentence]
        for one in table.per_weighted_pupil()
    )
    out.writerows(["left_out", "", f"{name}: {lacks}"] for name, lacks in table.absent())
    return response
