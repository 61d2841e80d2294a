"""The site as a WSGI application."""

import os
import threading

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "milepost.site.settings")
application = get_wsgi_application()


def _warm_up() -> None:
    """Load what the first visitor would wait for: the compiled filter and the items."""
    from milepost.assessment.items import all_items
    from milepost.measurement import Calibration, Log, fold

    all_items()
    fold(Log.of(["nobody"], ["none"], [("none",)], [1.0]), Calibration.default())


threading.Thread(target=_warm_up, daemon=True).start()
