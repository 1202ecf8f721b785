"""Help: the words of the desk and the keys that speed it up."""

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from letapis.faces.web.navigation import Entry
from letapis.faces.web.pages import page
from letapis.faces.web.request import DeskRequest

WORDS = ("note", "claim", "source", "basis", "checked", "contradiction", "dossier", "circle", "lock")
KEYS = (("j", "next"), ("k", "previous"), ("n", "note"), ("c", "check"), ("/", "search"), ("?", "help"), ("Ctrl+Enter", "send"), ("Esc", "leave"),
        ("Alt+L", "lock"))  # fmt: skip


@require_safe
def show(request: DeskRequest) -> HttpResponse:
    """One page, the same for everybody: it reads nothing from the record."""
    words = [(f"help.word.{word}", f"help.word.{word}.means") for word in WORDS]
    return page(request, "help/show.html", {"words": words, "keys": [(key, f"help.key.{name}") for key, name in KEYS]})


NAVIGATION = (Entry(900, "help.title", "help"),)
urlpatterns = [path("help", show, name="help")]
