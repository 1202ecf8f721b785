"""What a publisher's device set apart: compartments of which colleagues say different things, and this member's own word on each."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods

from letapis.core.errors import LetapisError, UsageError
from letapis.desk import uninvited
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.lines import Lines
from letapis.faces.web.pages import notice, page, see_other

app_name = "apart"


class WordForm(DeskForm):
    """What a compartment is, as its publisher found out, and from whom."""

    section = "publishing.apart"
    compartment = forms.CharField(max_length=32, widget=forms.HiddenInput)
    word = forms.ChoiceField(widget=forms.RadioSelect)
    reason = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, request: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        self.offer("word", [(word, f"publishing.apart.word.{word}") for word in (uninvited.PUBLIC, uninvited.OTHER)])


@dataclass(frozen=True)
class ApartLine:
    """``public`` and ``other``: names of the members who say so in it; ``giver``: whose device gave the key."""

    one: uninvited.Apart
    public: str
    other: str
    giver: str
    form: WordForm


def _line(request: Any, words: Lines, one: uninvited.Apart, form: WordForm | None) -> ApartLine:
    public, other = (", ".join(words.name(bytes.fromhex(member)) for member in side) for side in (one.public, one.other))
    own = form or WordForm(request, initial={"compartment": one.compartment, "word": one.word}, auto_id=f"id_{one.compartment[:8]}_%s")
    return ApartLine(one, public, other, words.device(one.giver) or "?", own)


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: Any) -> HttpResponse:
    """Every compartment that was set apart; POST says what one of them is."""
    failed = None
    if request.method == "POST":
        failed = WordForm(request, request.POST, auto_id=f"id_{request.POST.get('compartment', '')[:8]}_%s")
        if failed.is_valid():
            told = failed.cleaned_data
            try:
                uninvited.settle(request.desk, request.reader, told["compartment"], told["word"], told["reason"])
            except LetapisError as error:
                failed.complain(error, "reason" if isinstance(error, UsageError) else None)
            else:
                notice(request, f"publishing.apart.said.{told['word']}")
                return see_other("apart:show")
    words, tried = Lines(request), failed["compartment"].value() if failed else ""
    lines = [_line(request, words, one, failed if one.compartment == tried else None) for one in uninvited.apart(request.desk)]
    return page(request, "publication/apart.html", {"lines": lines, "form": failed}, 422 if failed else 200)


urlpatterns = [path("publication/apart", show, name="show")]
