"""Sign-in: accounts come from the roster, nobody signs up; the demonstration offers its people."""

from dataclasses import dataclass
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from milepost.prepared import Prepared
from milepost.roster.models import Account, Role

BACKEND = "milepost.site.sign_in.Backend"

_account = Prepared(
    lambda pk: Account.objects.select_related("person__district").filter(pk=pk), UUID
)


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's way in; who comes is read with person and district, which every page needs."""

    def get_user(self, user_id: UUID) -> Account | None:
        account = _account.first(user_id)
        return account if account and self.user_can_authenticate(account) else None


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's account rules, with sign-up closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


@dataclass(frozen=True)
class Somebody:
    """A person of the demonstration whom a visitor can be."""

    username: str
    name: str
    role: str
    place: str


def demonstration_people() -> list[Somebody]:
    """Return whom a visitor can be, in the order of the roles; empty outside the demonstration."""
    if not settings.DEMO:
        return []
    accounts = Account.objects.exclude(person=None).select_related("person")
    roles = {
        role.person_id: role
        for role in Role.objects.filter(
            person__in=accounts.values("person"), organisation__demonstration=True
        ).select_related("organisation")
    }
    order = list(Role.Kind)
    found = [
        (
            order.index(Role.Kind(role.kind)),
            Somebody(
                account.username,
                account.person.name,  # type: ignore[union-attr]
                str(Role.Kind(role.kind).label),
                role.organisation.name,
            ),
        )
        for account in accounts
        if account.person_id and (role := roles.get(account.person_id))
    ]
    return [somebody for _, somebody in sorted(found, key=lambda pair: (pair[0], pair[1].name))]


@require_POST
def as_somebody(request: HttpRequest) -> HttpResponse:
    """Sign a visitor in as one of the demonstration's people, without a password."""
    if not settings.DEMO:
        raise Http404
    account = get_object_or_404(
        Account,
        username=request.POST.get("username", ""),
        person__district__demonstration=True,
    )
    login(request, account, backend=BACKEND)
    return redirect("home")
