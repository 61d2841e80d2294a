"""The site as a WSGI application."""

import os
import threading

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "milepost.site.settings")
application = get_wsgi_application()


def _warm_up() -> None:
    """Load the compiled filter, so that the first answer after a start does not wait for it."""
    from milepost.measurement import Calibration, Log, fold

    fold(Log.of(["nobody"], ["none"], [("none",)], [1.0]), Calibration.default())


threading.Thread(target=_warm_up, daemon=True).start()
