"""Django application of the tables."""

from django.apps import AppConfig


class DbConfig(AppConfig):
    name = "letapis.engines.db"
    label = "db"
    default_auto_field = "django.db.models.BigAutoField"
