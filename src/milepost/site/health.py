"""Is the process alive, and can it serve? For load balancers and monitors."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse


def live(request: HttpRequest) -> HttpResponse:
    """Answer that the process runs."""
    return HttpResponse("alive\n", content_type="text/plain")


def ready(request: HttpRequest) -> HttpResponse:
    """Answer whether the database is there and at this version; 503 says why not."""
    try:
        executor = MigrationExecutor(connection)
        behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Exception:
        return _not_ready("the database does not answer")
    return (
        _not_ready("the database needs: milepost migrate")
        if behind
        else HttpResponse("ready\n", content_type="text/plain")
    )


def _not_ready(why: str) -> HttpResponse:
    return HttpResponse(f"not ready: {why}\n", status=503, content_type="text/plain")
