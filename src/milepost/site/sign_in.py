"""Sign-in: accounts come from the roster, nobody signs up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's account rules, with sign-up closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
