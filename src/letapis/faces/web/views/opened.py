"""How much was opened: my numbers of today, what was told of me, whom to ring if it was not me; for keepers the days of everybody."""

from typing import Any

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from letapis.desk import opened, people
from letapis.faces.web.lines import Lines
from letapis.faces.web.opened import TOLD
from letapis.faces.web.pages import page

app_name = "opened"


@require_safe
def show(request: Any) -> HttpResponse:
    desk, reader, lines = request.desk, request.reader, Lines(request)
    request.session.pop(TOLD, None)
    measures = desk.catalogue.opened.measures
    told = [(one, lines.name(one.member), measures[one.kind].label[request.language]) for one in opened.told(desk, reader) if one.kind in measures]
    context = {
        "measured": [(one, one.measure.label[request.language]) for one in opened.measured(desk, reader)],
        "mine": [line for line in told if line[0].member == reader.member],
        "others": [line for line in told if line[0].member != reader.member],
        "keeper": people.is_keeper(desk, reader),
        "whom": [member.name for member in opened.whom_to_tell(desk, reader)],
    }
    return page(request, "opened/show.html", context)


urlpatterns = [path("opened", show, name="show")]
