"""Settings of this desk: the language of its pages, and where to find what concerns the whole workspace."""

from typing import Any

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from letapis.desk import people
from letapis.faces.web.navigation import Entry
from letapis.faces.web.pages import page

app_name = "settings"


@require_safe
def show(request: Any) -> HttpResponse:
    directory = people.directory(request.desk)
    mine = directory.devices.get(request.desk.device)
    member = directory.members.get(request.desk.me)
    context = {"organisation": directory.name, "me": member.name if member else "", "label": mine.label if mine else ""}
    return page(request, "settings/show.html", context)


NAVIGATION = (Entry(800, "settings.title", "settings:show"),)
urlpatterns = [path("settings", show, name="show")]
