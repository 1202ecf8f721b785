"""Another person for a page about one of many: a name is looked for, and who was found leads back to the page."""

from typing import Any, Final

from django.http import HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from letapis.core.errors import NotFound
from letapis.faces.web.choosing import entries_for
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.pages import ident, page

app_name = "choosing"
_PAGES: Final = {
    "law": ("law:dossier", "law"),
    "then": ("law_compare:then", "law"),
    "mechanisms": ("mechanisms:dossier", "law"),
    "recognition": ("recognition:dossier", "around"),
    "vote": ("recognition_writing:vote", "around"),
    "guide": ("guide:show", "around"),
}
"""Pages that read one person of a dossier, with the tab under which they stand."""


@require_http_methods(["GET", "HEAD", "POST"])
def person(request: Any, dossier: str, to: str) -> HttpResponse:
    """The name travels in the body of the form: an address would be remembered by the browser."""
    ident_ = ident(dossier)
    if to not in _PAGES:
        raise NotFound("reading.not_found")
    name, tab = _PAGES[to]
    typed = request.POST.get("name", "").strip()[:200] if request.method == "POST" else ""
    context, back = dict(frame(request, ident_, tab)), reverse(name, args=[dossier])
    found = entries_for(request, ident_, typed, ("person",)) if typed else []
    hits = [(one.label, f"{back}?person={one.entity.hex()}") for one in found]
    context |= {"typed": typed, "hits": hits, "back": back}
    return page(request, "work/choose_person.html", context)


urlpatterns = [path("dossiers/<str:dossier>/choose/<str:to>", person, name="person")]
