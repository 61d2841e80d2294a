"""The worker: does what takes longer than a request (`python -m milepost.site.worker`)."""

import os

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "milepost.site.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("db_worker", verbosity=0)
