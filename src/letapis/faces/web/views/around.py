"""The tab of a dossier that leads to what stands around it, with how many of each the reader holds."""

from typing import Any

from django.http import HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from letapis.desk import apart
from letapis.faces.web.around import places
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.pages import ident, page

app_name = "around"


@require_safe
def dossier(request: Any, dossier: str) -> HttpResponse:
    ident_ = ident(dossier)
    context = dict(frame(request, ident_, "around"))
    counts = apart.counts(request.desk, request.reader, ident_)
    here = [place for place in places() if not place.kinds or context["dossier"].subject_kind in place.kinds]
    lists = [(place.key, reverse(place.name, args=[dossier]), sum(counts.get(kind, 0) for kind in place.types)) for place in here]
    return page(request, "around/dossier.html", context | {"lists": lists})


urlpatterns = [path("dossiers/<str:dossier>/around", dossier, name="dossier")]
