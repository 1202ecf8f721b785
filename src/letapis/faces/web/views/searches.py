"""Searches that a member keeps: save the present one, look again, forget. Words and names stand in bodies of forms and in no address."""

from typing import Any

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST

from letapis.core.errors import LetapisError
from letapis.desk import searches
from letapis.faces.web.found import results
from letapis.faces.web.pages import ident, notice, page, see_other

app_name = "searches"


@require_POST
def save(request: Any) -> HttpResponse:
    """Keep the search whose words the form carries."""
    name, query = request.POST.get("name", ""), request.POST.get("words", "")
    try:
        searches.save_search(request.desk, request.reader, name, query)
    except LetapisError as error:
        context = results(request, query) | {"error": f"errors.{error.code}", "name": name}
        return page(request, "work/search.html", context | {"saved": searches.saved_searches(request.desk, request.reader)}, 422)
    notice(request, "searches.saved")
    return see_other("search:find")


@require_POST
def look(request: Any, search: str) -> HttpResponse:
    """Run it again; from now on only what comes later is new."""
    found = searches.look(request.desk, request.reader, ident(search))
    context = results(request, found.query) | {"looked": found, "saved": searches.saved_searches(request.desk, request.reader)}
    return page(request, "work/search.html", context)


@require_POST
def forget(request: Any, search: str) -> HttpResponse:
    searches.forget(request.desk, request.reader, ident(search))
    notice(request, "searches.forgotten")
    return see_other("search:find")


urlpatterns = [
    path("searches", save, name="save"),
    path("searches/<str:search>", look, name="look"),
    path("searches/<str:search>/forget", forget, name="forget"),
]
