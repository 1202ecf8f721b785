"""Who is behind a code name: ask with a purpose, give one's share, open together. Every step is on the record before the next."""

from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from letapis.core.errors import Damaged, LetapisError, NotFound
from letapis.desk import identity, reading
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.lines import Lines, part_of
from letapis.faces.web.navigation import Entry
from letapis.faces.web.once import made_once
from letapis.faces.web.pages import ident, notice, page, see_other

app_name = "identity"
_PAGE: Final = 30


class PurposeForm(DeskForm):
    section = "identities"
    purpose = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class PassphraseForm(DeskForm):
    """The passphrase once more: whoever finds the desk open shall not open an identity."""

    section = "identities"
    passphrase = forms.CharField(max_length=500, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "off"}))


@require_safe
def overview(request: Any) -> HttpResponse:
    lines = Lines(request)
    found = identity.requests(request.desk, request.reader)
    waiting = [(asked, lines.name(asked.requester)) for asked in found if asked.mine]
    part = part_of([asked for asked in found if not asked.mine], request.GET.get("page", ""), _PAGE)
    others = [(asked, lines.name(asked.requester)) for asked in part.shown]
    return page(request, "identity/list.html", {"waiting": waiting[:_PAGE], "others": others, "part": part})


@made_once
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: Any, source: str) -> HttpResponse:
    kept = reading.source(request.desk, request.reader, ident(source))
    form = PurposeForm(request, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            identity.request_identity(request.desk, request.reader, kept.source, form.cleaned_data["purpose"])
        except LetapisError as error:
            form.complain(error, "purpose")
        else:
            notice(request, "identities.asked")
            return see_other("identity:list")
    home = reading.dossier(request.desk, request.reader, kept.dossier)
    return page(request, "identity/ask.html", {"form": form, "source": kept, "home": home}, 422 if form.errors else 200)


@require_safe
def show(request: Any, asked: str) -> HttpResponse:
    return _show(request, _find(request, ident(asked)), PassphraseForm(request), 200)


def _find(request: Any, rid: bytes) -> identity.RequestView:
    found = next((view for view in identity.requests(request.desk, request.reader) if view.rid == rid), None)
    if found is None:
        raise NotFound("reading.not_found")
    return found


def _show(request: Any, view: identity.RequestView, form: DeskForm, status: int, false: tuple[bytes, ...] = ()) -> HttpResponse:
    lines = Lines(request)
    context = {
        "asked": view,
        "requester": lines.name(view.requester),
        "form": form,
        "may_open": view.asked_by_me and not view.opened and view.shares >= view.needed,
        "false": [lines.name(member) for member in false],
    }
    return page(request, "identity/show.html", context, status)


@require_POST
def share(request: Any, asked: str) -> HttpResponse:
    view = _find(request, ident(asked))
    form = PassphraseForm(request, request.POST)
    if form.is_valid():
        try:
            identity.share_identity(request.desk, request.reader, view.rid, form.cleaned_data["passphrase"])
        except LetapisError as error:
            form.complain(error, "passphrase" if error.code == "keys.passphrase" else None)
        else:
            notice(request, "identities.shared")
            return see_other("identity:list")
    return _show(request, view, form, 422)


@require_POST
def open(request: Any, asked: str) -> HttpResponse:
    """Open an identity. It is shown in the answer itself and kept nowhere: whoever reloads must ask again."""
    view = _find(request, ident(asked))
    form = PassphraseForm(request, request.POST)
    false: tuple[bytes, ...] = ()
    if form.is_valid():
        try:
            details = identity.open_identity(request.desk, request.reader, view.rid, form.cleaned_data["passphrase"])
        except Damaged as error:
            form.complain(error)
            false = identity.false_givers(request.desk, request.reader, view.rid)
        except LetapisError as error:
            form.complain(error, "passphrase" if error.code == "keys.passphrase" else None)
        else:
            shown = [(f"identities.detail.{name}", getattr(details, name)) for name in ("name", "birth", "contact", "notes")]
            return page(request, "identity/opened.html", {"asked": view, "details": shown, "empty": not any(v for _, v in shown)})
    return _show(request, view, form, 422, false)


NAVIGATION = (Entry(65, "identities.title", "identity:list"),)
urlpatterns = [
    path("identities", overview, name="list"),
    path("identities/ask/<str:source>", ask, name="ask"),
    path("identities/<str:asked>", show, name="show"),
    path("identities/<str:asked>/share", share, name="share"),
    path("identities/<str:asked>/open", open, name="open"),
]
