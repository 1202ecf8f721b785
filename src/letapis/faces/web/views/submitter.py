"""Who we are, for documents: what every form asks of the organisation, written once in each language."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods

from letapis.core.errors import LetapisError, NotFound
from letapis.core.language import LANGUAGES
from letapis.core.submitters import SHOWN, Submitter
from letapis.desk import submitters
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.pages import notice, page, see_other
from letapis.faces.web.versions import carried, seen_versions

app_name = "submitter"
_LONGEST = 4_000


def _text(rows: int) -> forms.CharField:
    return forms.CharField(required=False, max_length=_LONGEST, widget=forms.Textarea(attrs={"rows": rows}))


class ProfileForm(DeskForm):
    """What the organisation says of itself, in one language."""

    section = "submitter"
    name = forms.CharField(required=False, max_length=_LONGEST)
    address = _text(2)
    email = forms.CharField(required=False, max_length=254)
    mandate = _text(3)
    description = _text(5)


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: Any, written: str) -> HttpResponse:
    """Read and write the profile in the language ``written``. Bad input comes back with what was typed."""
    if written not in LANGUAGES:
        raise NotFound("reading.not_found")
    known = submitters.profile(request.desk, request.reader, written)
    if request.method != "POST":
        return _page(request, written, ProfileForm(request, initial={name: getattr(known, name) for name in SHOWN}), 200)
    form = ProfileForm(request, request.POST)
    if form.is_valid():
        try:
            submitters.set_profile(request.desk, request.reader, written, Submitter(**form.cleaned_data), seen_versions(request.POST))
        except LetapisError as error:
            form.complain(error, {"submitter.email": "email"}.get(error.code))
        else:
            notice(request, "submitter.kept")
            return see_other("submitter:show", written=written)
    return _page(request, written, form, 422)


def _page(request: Any, written: str, form: ProfileForm, status: int) -> HttpResponse:
    seen = request.POST.get("seen", "") or carried(submitters.versions_seen(request.desk, request.reader))
    empty = written not in submitters.profiles(request.desk, request.reader)
    others = [(language, f"submit.language.{language}", language == written) for language in LANGUAGES]
    return page(request, "submitter/show.html", {"form": form, "written": written, "tongues": others, "seen": seen, "empty": empty}, status)


urlpatterns = [path("settings/submitter/<str:written>", show, name="show")]
