"""What a visitor sees when the database is away or full: a plain page, and 503.

No page may look as if what was sent had been saved.
"""

import sys

import psycopg
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error as broken

TRY_AGAIN = 15
"""Seconds after which a browser or a proxy may ask again."""

AWAY = (OperationalError, InterfaceError, psycopg.OperationalError)
"""The last one comes from bulk roads, which speak to the driver itself."""


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer for an exception that nothing caught, wherever it was raised: the site's handler500.

    A connection that broke is replaced by Django at the next request, so that the site comes back
    by itself when the database does.
    """
    if not isinstance(sys.exc_info()[1], AWAY):
        return broken(request)
    response = HttpResponse(render_to_string("503.html"), status=503)
    response["Retry-After"] = str(TRY_AGAIN)
    return response
