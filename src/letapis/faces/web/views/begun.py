"""Numbers that two compartments begin: whose they are, which of them stands here, and the word of somebody who holds both."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods

from letapis.core.errors import LetapisError, UsageError
from letapis.desk import beginnings
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.lines import Lines
from letapis.faces.web.pages import ident, notice, page, see_other

app_name = "begun"


class FirstForm(DeskForm):
    """Which of two compartments begins their numbers, and who was asked."""

    section = "beginnings"
    pair = forms.CharField(max_length=65, widget=forms.HiddenInput)
    first = forms.ChoiceField(widget=forms.RadioSelect)
    reason = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, request: Any, pair: tuple[bytes, bytes], *arguments: Any) -> None:
        stands, other = (one.hex() for one in pair)
        super().__init__(request, *arguments, initial={"pair": f"{stands}:{other}"}, auto_id=f"id_{stands[:8]}{other[:8]}_%s")
        self.offer("first", [(stands, "beginnings.side.stands"), (other, "beginnings.side.other")])


def _said(request: Any) -> FirstForm:
    """Say what was sent; the form is wrong afterwards unless it was recorded."""
    stands, _, other = request.POST.get("pair", "").partition(":")
    pair = ident(stands), ident(other)
    form = FirstForm(request, pair, request.POST)
    if form.is_valid():
        first = bytes.fromhex(form.cleaned_data["first"])
        try:
            beginnings.settle(request.desk, request.reader, first, pair[1] if first == pair[0] else pair[0], form.cleaned_data["reason"])
        except LetapisError as error:
            form.complain(error, "reason" if isinstance(error, UsageError) else None)
    return form


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: Any) -> HttpResponse:
    """Every two compartments that begin the same numbers; POST says which of them counts."""
    failed = _said(request) if request.method == "POST" else None
    if failed is not None and not failed.errors:
        notice(request, "beginnings.done")
        return see_other("begun:show")
    words, lines = Lines(request), []
    for one in beginnings.twice(request.desk, request.reader):
        pair = one.stands.compartment, one.other.compartment
        numbers = [(f"beginnings.number.{kind}", count) for kind, count in one.numbers]
        sides = [(key, side, words.name(side.author), words.device(side.device)) for key, side in (("stands", one.stands), ("other", one.other))]
        lines.append((one, numbers, [(f"beginnings.{key}", *rest) for key, *rest in sides], FirstForm(request, pair)))
    return page(request, "sync/begun.html", {"lines": lines, "form": failed}, 422 if failed else 200)


urlpatterns = [path("exchange/begun", show, name="show")]
