"""Addresses of the desk. Sections are found by themselves (``navigation.sections``); no list has to be changed to add one."""

from django.urls import URLPattern, URLResolver, include, path

from letapis.faces.web.navigation import sections

urlpatterns: list[URLPattern | URLResolver] = [path("", include(section)) for section in sections()]

handler400 = "letapis.faces.web.errors.bad_request"
handler403 = "letapis.faces.web.errors.permission_denied"
handler404 = "letapis.faces.web.errors.not_found"
handler500 = "letapis.faces.web.errors.server_error"
