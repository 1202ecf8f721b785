"""Django for a process that is no web server: the least settings under which the tables can be used.

The web face configures Django by its own settings module; whoever comes first wins, and both name the same application.
"""

import os

import django
from django.apps import apps
from django.conf import settings


def prepare_django() -> None:
    """Configure Django unless somebody did, and load the application of the tables. Safe to call again."""
    if not settings.configured and not os.environ.get("DJANGO_SETTINGS_MODULE"):
        settings.configure(
            INSTALLED_APPS=["letapis.engines.db"],
            DATABASES={},
            USE_TZ=True,
            DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        )
    if not (apps.ready or apps.loading):  # while Django loads its applications, it comes by here itself
        django.setup()
