"""Middleware: headers that harden every answer, who is asking, in which language and time zone."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation

from milepost.roster import queries as roster

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "manifest-src 'self'"
)
LARGEST_REQUEST = 52_000_000
"""Bytes: the largest file that an import takes (`purpose.case.LARGEST_FILE`), and its form."""

GetResponse = Callable[[HttpRequest], HttpResponse]


def security_headers(get_response: GetResponse) -> GetResponse:
    """Add the headers that Django's own middleware does not know."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if not request.path.startswith("/static/"):
            response.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def size_limit(get_response: GetResponse) -> GetResponse:
    """Refuse what is too large before a byte of it is read, whoever sends it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_REQUEST:
            return HttpResponse(render_to_string("400.html"), status=413)
        return get_response(request)

    return middleware


def current_person(get_response: GetResponse) -> GetResponse:
    """Set `request.viewer` to the relationships of the signed-in person, or None.

    Their page comes in their own language, with times in their district's zone.
    """
    languages = dict(settings.LANGUAGES)

    def middleware(request: HttpRequest) -> HttpResponse:
        person = getattr(request.user, "person", None) if request.user.is_authenticated else None
        request.viewer = roster.viewer(person) if person else None  # type: ignore[attr-defined]
        if person is None:
            return get_response(request)
        language = person.language if person.language in languages else translation.get_language()
        request.LANGUAGE_CODE = language
        with (
            translation.override(language),
            timezone.override(ZoneInfo(person.district.time_zone)),
        ):
            return get_response(request)

    return middleware
