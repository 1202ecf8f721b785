"""Django application of the tables."""

from django.apps import AppConfig


class DbConfig(AppConfig):
    name = "letapis.engines.db"
    label = "db"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Every connection that is opened from now on tells a busy database from a fault of ours."""
        from django.db.backends.signals import connection_created

        from letapis.engines.db.store import answer_busy  # asks for the settings, which are there by now

        connection_created.connect(answer_busy, dispatch_uid="letapis.busy")
