"""Back up this workspace into a file that a person names, and show the recovery sheet: once, to be printed."""

from pathlib import Path
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods

from letapis.core.errors import LetapisError
from letapis.desk import backup
from letapis.faces.web.carrying import carry_out
from letapis.faces.web.doing import Made
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.pages import page

app_name = "backup"
_FIELDS: Final = frozenset({"backup.folder", "backup.inside_workspace", "blobs.exists"})


class BackupForm(DeskForm):
    section = "backups"
    target = forms.CharField(max_length=1000, widget=forms.TextInput(attrs={"spellcheck": "false"}))


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: Any) -> HttpResponse:
    """The form; after a backup the sheet, in the answer itself, because the code on it is kept nowhere."""
    form = BackupForm(request, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        desk, target = request.desk, Path(form.cleaned_data["target"])
        return carry_out(request, "backup", lambda progress: backup.backup(desk, target, progress), lambda made: _made(request, form, made))
    return page(request, "backup/show.html", {"form": form}, 422 if form.errors else 200)


def _made(request: Any, form: BackupForm, made: Made) -> HttpResponse:
    try:
        one = made()
    except LetapisError as error:
        form.complain(error, "target" if error.code in _FIELDS else None)
        return page(request, "backup/show.html", {"form": form}, 422)
    sheet = backup.recovery_sheet(request.desk, one, request.language)
    return page(request, "backup/made.html", {"made": one, "sheet": sheet})


urlpatterns = [path("backup", show, name="show")]
