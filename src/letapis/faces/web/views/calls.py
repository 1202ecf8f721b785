"""Note a call: five questions on one page, kept with one press. Who is meant is asked only where somebody we have may be meant."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods

from letapis.core.errors import LetapisError
from letapis.core.language import language_of
from letapis.desk import calls, claims, contacts, reading
from letapis.faces.texts import texts
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.navigation import Entry
from letapis.faces.web.once import made_once
from letapis.faces.web.pages import ident, notice, page, see_other
from letapis.faces.web.views.contacts import choices

app_name = "calls"
NEW: Final = "new"
_SHOWN: Final = 30
_ASKED: Final = {"person": "asked_about", "source": "asked_caller"}
_CIRCLES: Final = ("", "family", "lawyer", "cell")
_FIELDS: Final = {"calls.use": "use", "calls.about": "about", "claims.note_text": "said", "calls.call_on": "call_on", "sources.code": "caller",
                  "sources.code_taken": "caller", "sources.circle": "circle", "contacts.channel": "channel", "dossiers.label": "about"}  # fmt: skip


class CallForm(DeskForm):
    section = "calls"
    caller = forms.CharField(max_length=60, required=False)
    circle = forms.ChoiceField(required=False)
    about = forms.CharField(max_length=200)
    said = forms.CharField(max_length=claims.MAX_NOTE, strip=False, widget=forms.Textarea(attrs={"rows": 12}))
    use = forms.ChoiceField(widget=forms.RadioSelect)
    safety = forms.ChoiceField(required=False, initial="unknown")
    hours = forms.CharField(max_length=400, required=False)
    channel = forms.ChoiceField(required=False)
    address = forms.CharField(max_length=400, required=False)
    word = forms.CharField(max_length=400, required=False)
    call_on = forms.CharField(required=False, widget=forms.DateInput(attrs={"type": "date", "class": "short"}))

    def __init__(self, request: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        self.offer("circle", [(one, f"calls.circle.{one}") for one in _CIRCLES])
        self.offer("use", [(one, f"calls.use.{one}") for one in calls.USES])
        choices(self)

    def contact(self) -> contacts.ContactForm:
        told = self.cleaned_data
        return contacts.ContactForm(told["channel"], told["address"], told["hours"], told["word"], safety=told["safety"] or "unknown")


@dataclass(frozen=True)
class Choice:
    """Somebody who may be meant: what the form sends, the name, and where they stand."""

    value: str
    label: str
    where: str


Choices = tuple[Choice, ...]


@dataclass(frozen=True)
class Meant:
    """Whom the typed names may mean, and who was chosen of them: an id in hexadecimal, NEW, or empty for not chosen yet."""

    people: Choices
    callers: Choices
    person: str
    source: str
    must_say_who_calls: bool
    about: str

    @property
    def likely(self) -> str:
        """What the page offers as chosen: the one person that it can be, who is kept only when somebody sends it so."""
        sure = len(self.people) == 1 and (not self.about or self.people[0].label.casefold() == self.about.casefold())
        return self.person or (self.people[0].value if sure else "")

    @property
    def person_open(self) -> bool:
        return bool(self.people) and not self.person

    @property
    def caller_open(self) -> bool:
        return self.must_say_who_calls and not self.source


def meant(request: Any, dossier: bytes) -> Meant:
    """What was chosen counts for the name for which it was asked: whoever types another name is asked anew, unless nobody else may be meant."""
    about, caller = (request.POST.get(name, "").strip() for name in ("about", "caller"))
    people, callers = _people(request, dossier, about), _callers(request, dossier, caller)
    same = any(choice.label.casefold() == caller.casefold() for choice in callers)
    person = _chosen(request, "person", about, people, lambda: _people(request, dossier, request.POST.get("asked_about", "")))
    source = _chosen(request, "source", caller, callers, lambda: _callers(request, dossier, request.POST.get("asked_caller", "")))
    return Meant(people, callers, person, source, same or bool(callers and not caller), about)


def _people(request: Any, dossier: bytes, about: str) -> Choices:
    """Those of the dossier from which the call is noted, then everybody whose name is like the one typed."""
    desk, reader = request.desk, request.reader
    found: dict[bytes, Choice] = {}
    if dossier:
        home = reading.dossier(desk, reader, dossier)
        here = [one for one in reading.entities(desk, reader, dossier) if one.kind in ("person", "group")]
        found = {one.entity: Choice(one.entity.hex(), one.label, home.code) for one in here[:_SHOWN]}
    for like in reading.people_like(desk, reader, about):
        found.setdefault(like.person.entity, Choice(like.person.entity.hex(), like.person.label, like.dossier.code))
    return tuple(found.values())


def _callers(request: Any, dossier: bytes, caller: str) -> Choices:
    desk, reader = request.desk, request.reader
    found = reading.sources(desk, reader, dossier)[:_SHOWN] if dossier else []
    found += [one for one in calls.callers(desk, reader, caller) if one.source not in {known.source for known in found}]
    return tuple(Choice(one.source.hex(), one.code, reading.dossier(desk, reader, one.dossier).code) for one in found)


def _chosen(request: Any, name: str, typed: str, offered: Choices, before: Callable[[], Choices]) -> str:
    value, asked = request.POST.get(name, ""), request.POST.get(_ASKED[name], "")
    if value == NEW:
        return value if asked == typed or set(offered) <= set(before()) else ""
    return value if asked == typed and value in {choice.value for choice in offered} else ""


@made_once
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Any) -> HttpResponse:
    """A call about anybody."""
    return _call(request, b"", {})


@made_once
@require_http_methods(["GET", "HEAD", "POST"])
def of_dossier(request: Any, dossier: str) -> HttpResponse:
    """A call noted from a dossier: its people and its callers are offered at once."""
    ident_ = ident(dossier)
    return _call(request, ident_, dict(frame(request, ident_, "account")))


def _call(request: Any, dossier: bytes, context: dict[str, Any]) -> HttpResponse:
    found = meant(request, dossier)
    keeping = request.method == "POST" and request.POST.get("do") != "look"
    form = CallForm(request, request.POST) if keeping else CallForm(request, initial=request.POST.dict())
    form.fields["about"].required = not dossier  # there it may be said by choosing
    if keeping and form.is_valid() and _said_who(form, found):
        try:
            made = calls.note_call(request.desk, request.reader, _told(request, form, found, dossier))
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "calls.kept_new" if made.is_new else "calls.kept")
            return see_other("account:note", note=made.note.hex())
    here = _here(found, request.method == "POST") if not form.is_bound else ""
    if here in form.fields:
        form.fields[here].widget.attrs["autofocus"] = True
    context |= {
        "form": form,
        "meant": found,
        "here": here,
        "new": NEW,
        "new_person": "calls.new_here" if dossier else "calls.new_person",
        "nobody": bool(found.about) and not found.people,
        "asked_about": found.about,
        "asked_caller": request.POST.get("caller", "").strip(),
        "back": [form[name] for name in ("safety", "hours", "channel", "address", "word", "call_on")],
    }
    return page(request, "calls/note.html", context, 422 if form.is_bound else 200)


def _here(found: Meant, looked: bool) -> str:
    """Where the hands go on: with who calls, then with the open question, then with what they say."""
    if not looked:
        return "caller" if not found.callers else "source"
    return "source" if found.caller_open else "person" if found.people else "said"


def _said_who(form: CallForm, found: Meant) -> bool:
    """Complains where somebody we have may be meant and nobody was chosen."""
    for name, is_open, code in (("about", found.person_open, "calls.who"), ("caller", found.caller_open, "calls.who_calls")):
        if is_open:
            form.add_error(name, texts().say(f"errors.{code}", form.language))
    return not form.errors


def _told(request: Any, form: CallForm, found: Meant, dossier: bytes) -> calls.CallForm:
    told = form.cleaned_data
    # Browsers send line ends as two characters and count them as one; the words are kept as they are counted.
    said = told["said"].replace("\r\n", "\n").replace("\r", "\n")
    return calls.CallForm(
        said,
        told["use"],
        about=told["about"],
        person=b"" if found.person in ("", NEW) else ident(found.person),
        dossier=dossier,
        caller=told["caller"],
        source=b"" if found.source in ("", NEW) else ident(found.source),
        circle=told["circle"],
        language=language_of(said, request.language),
        because=texts().say("calls.because", request.language),
        contact=form.contact(),
        call_on=told["call_on"],
    )


NAVIGATION = (Entry(11, "calls.title", "calls:new"),)
urlpatterns = [
    path("calls/new", new, name="new"),
    path("dossiers/<str:dossier>/call", of_dossier, name="dossier"),
]
