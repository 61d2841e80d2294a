"""Contracts paid on outcomes: what is due, line by line, and what each learner still lacks."""

import csv
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from milepost.funding.commands import contracts as commands
from milepost.funding.models import Contract, ContractLedger, ContractLine
from milepost.funding.money import dollars
from milepost.funding.queries import contracts as queries
from milepost.funding.views.access import of_the_money
from milepost.funding.views.plan import attachment, guarded
from milepost.roster.access import Viewer

LINES_A_PAGE = 50


@require_GET
@of_the_money
def contract(request: HttpRequest, viewer: Viewer, contract: UUID) -> HttpResponse:
    """Show a contract: what is due by its newest ledger, its terms, and a line a learner."""
    row, why = _contract(viewer, contract)
    ledger = queries.newest_ledger(row)
    context: dict[str, Any] = {
        "contract": row,
        "terms": queries.terms_of(row),
        "ledger": ledger,
        "why": why,
        "crumbs": [(_("Money"), reverse("funding:plans")), (row.title, "")],
    }
    if ledger:
        lines = ledger.lines.order_by("learner")
        context |= {
            "counts": lines.aggregate(
                inside=Count("pk", filter=Q(standing="in")),
                excluded=Count("pk", filter=Q(standing="excluded")),
                gate=Count("pk", filter=Q(standing="in", gate_passed=True)),
                reached=Count("pk", filter=Q(bonus_cents__gt=0)),
            ),
            "payment": queries.payment_of(ledger),
            "lines": Paginator(lines, LINES_A_PAGE).get_page(request.GET.get("page")),
            "disputable": ledger.status in ("verified", "disputed"),
        }
    return render(request, "funding/contract.html", context)


@require_GET
@of_the_money
def ledger_csv(request: HttpRequest, viewer: Viewer, contract: UUID) -> HttpResponse:
    """Give the lines of the newest ledger as a table."""
    row, _why = _contract(viewer, contract)
    ledger = queries.newest_ledger(row)
    if ledger is None:
        raise Http404
    response = attachment(f"{slugify(row.title)}-{ledger.as_of}.csv")
    table = csv.writer(response)
    table.writerow(COLUMNS)
    for one in queries.ledger_lines(ledger):
        table.writerow(
            (
                one.learner,
                one.standing,
                guarded(one.reason),
                one.sessions,
                one.sessions_due,
                len(one.evidence),
                dollars(one.base),
                dollars(one.bonus),
                dollars(one.adjustment),
                dollars(one.total),
                "" if one.paid is None else dollars(one.paid),
                "yes" if one.disputed else "no",
                guarded("; ".join(one.lacks)),
            )
        )
    return response


COLUMNS = ("learner_key", "standing", "reason", "sessions", "sessions_due", "pieces_of_evidence",
           "base", "bonus", "adjustment", "total", "paid", "disputed", "lacks")  # fmt: skip


@require_POST
@of_the_money
def verify(request: HttpRequest, viewer: Viewer, contract: UUID) -> HttpResponse:
    """Confirm the newest ledger: worked out again, by somebody else than who drew it."""
    return _act(request, viewer, contract, _verify)


@require_POST
@of_the_money
def settle(request: HttpRequest, viewer: Viewer, contract: UUID) -> HttpResponse:
    """Pay what the newest ledger owes beyond what was paid before."""
    return _act(request, viewer, contract, _settle)


@require_POST
@of_the_money
def dispute(request: HttpRequest, viewer: Viewer, contract: UUID) -> HttpResponse:
    """Dispute one line of the newest ledger, with the reason."""
    return _act(request, viewer, contract, _dispute)


def _verify(request: HttpRequest, viewer: Viewer, ledger: ContractLedger) -> str:
    commands.verify_ledger(by=viewer.person, ledger=ledger, now=timezone.now())
    return _("The ledger is verified; lines may be disputed from now on.")


def _settle(request: HttpRequest, viewer: Viewer, ledger: ContractLedger) -> str:
    paid = commands.settle(by=viewer.person, ledger=ledger, now=timezone.now())
    return _("%(amount)s dollars are to be paid.") % {"amount": f"{dollars(paid.pays):,}"}


def _dispute(request: HttpRequest, viewer: Viewer, ledger: ContractLedger) -> str:
    found = ledger.lines.filter(pk=_whole(request.POST.get("line", ""))).first()
    if found is None:
        raise ValueError(_("This line is not in the newest ledger: open the contract again."))
    line: ContractLine = found
    why = request.POST.get("why", "")[:1_000]
    commands.dispute_line(by=viewer.person, line=line, why=why, now=timezone.now())
    return _("The line is held back until the dispute ends.")


def _act(
    request: HttpRequest,
    viewer: Viewer,
    contract: UUID,
    act: Callable[[HttpRequest, Viewer, ContractLedger], str],
) -> HttpResponse:
    """Do something with the newest ledger and say how it went; a refusal changes nothing."""
    row, _why = _contract(viewer, contract)
    ledger = queries.newest_ledger(row)
    if ledger is None:
        raise Http404
    try:
        messages.success(request, act(request, viewer, ledger))
    except ValueError as refused:
        messages.error(request, str(refused))
    return redirect("funding:contract", row.pk)


def _contract(viewer: Viewer, pk: UUID) -> tuple[Contract, str]:
    """Return a contract and why the reader may see its lines; Http404 for anybody else."""
    found = get_object_or_404(Contract.objects.select_related("district"), pk=pk)
    why = queries.why_lines_visible(viewer, found)
    if why is None:
        raise Http404
    return found, why


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
