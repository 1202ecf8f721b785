"""Another passphrase for this workspace: the old one first, the new one twice, six words beside it for whoever wants them."""

from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods

from letapis.core.errors import LetapisError
from letapis.desk import passphrase
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.pages import notice, page, see_other

app_name = "passphrase"
_FIELDS: Final = {"keys.passphrase": "old", "keys.passphrase_short": "new", "keys.passphrase_same": "new", "keys.passphrase_again": "again"}


def _hidden() -> forms.CharField:
    # Never shown again and never offered by the browser, which would keep it in a store of its own.
    return forms.CharField(max_length=500, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "off"}))


class ChangeForm(DeskForm):
    section = "passphrases"
    old = _hidden()
    new = _hidden()
    again = _hidden()


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: Any) -> HttpResponse:
    form = ChangeForm(request, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            passphrase.change_passphrase(request.desk, told["old"], told["new"], told["again"])
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "passphrases.changed")
            return see_other("settings:show")
    # Not beside what was refused: other words than those that somebody has on paper by now would only confuse.
    proposed = "" if form.errors else passphrase.proposed()
    return page(request, "settings/passphrase.html", {"form": form, "proposed": proposed}, 422 if form.errors else 200)


urlpatterns = [path("passphrase", change, name="change")]
