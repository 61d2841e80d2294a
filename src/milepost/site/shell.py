"""What every page needs: who is signed in, where they can go, and whether this is a show."""

from django.conf import settings
from django.http import HttpRequest


def context(request: HttpRequest) -> dict[str, object]:
    """Return the template context of the shell."""
    return {"demo_mode": settings.DEMO, "viewer": getattr(request, "viewer", None)}
