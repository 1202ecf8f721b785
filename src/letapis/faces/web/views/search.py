"""Search by any form of a word. The words travel in the body of a form, never in an address that a browser would remember."""

from typing import Any, Final

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods

from letapis.desk import searches
from letapis.faces.web.found import results
from letapis.faces.web.navigation import Entry
from letapis.faces.web.pages import page

app_name = "search"
_LONGEST: Final = 400


@require_http_methods(["GET", "HEAD", "POST"])
def find(request: Any) -> HttpResponse:
    query = request.POST.get("words", "")[:_LONGEST] if request.method == "POST" else ""
    context = results(request, query) | {"saved": searches.saved_searches(request.desk, request.reader)}
    return page(request, "work/search.html", context)


NAVIGATION = (Entry(30, "search.title", "search:find"),)
urlpatterns = [path("search", find, name="find")]
