"""Birthdays of a month, as claims that nobody disputes name them. Only a date known to the day stands here."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from letapis.core.agenda import month_of
from letapis.desk import reading
from letapis.faces.web.lines import Lines
from letapis.faces.web.pages import page
from letapis.faces.web.today import birthday_line

app_name = "birthdays"


@require_safe
def month(request: Any) -> HttpResponse:
    try:
        day = date.fromisoformat(f"{request.GET.get('month', '')}-01")
    except ValueError:
        day = request.desk.today()
    first, last = month_of(day)
    lines = Lines(request)
    found = [birthday_line(lines, one) for one in reading.birthdays(request.desk, request.reader, first, last)]
    before = "" if first.toordinal() == 1 else (first - timedelta(days=1)).isoformat()[:7]
    after = "" if last == date.max else (last + timedelta(days=1)).isoformat()[:7]
    context = {"month": first.isoformat()[:7], "before": before, "after": after, "birthdays": found, "zone": request.desk.catalogue.zone.tzname(None)}
    return page(request, "day/birthdays.html", context)


urlpatterns = [path("birthdays", month, name="month")]
