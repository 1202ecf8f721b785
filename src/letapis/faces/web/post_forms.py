"""Forms for posts and bodies, and for the question who commanded a place on a day."""

from typing import Any, Final

from django import forms

from letapis.core.dates import Certainty
from letapis.desk import bodies, posts
from letapis.faces.texts import texts
from letapis.faces.web.choosing import offer_parties
from letapis.faces.web.forms import DeskForm, offer_sources

_HEADS: Final = {"": None, "no": ""}
FIELDS: Final = {"posts.title": "title", "posts.too_long": "body", "posts.date": "since", "posts.ends": "until", "claims.source": "source",
                 "claims.certainty": "since_certainty", "dossiers.label": "name", "posts.person": "person", "bodies.code": "code",
                 "bodies.nothing_said": "parent"}  # fmt: skip


def _text(limit: int, required: bool = False, offer: str = "") -> forms.CharField:
    """A line of text; ``offer``: the list of the page whose entries are offered while typing."""
    return forms.CharField(max_length=limit, required=required, widget=forms.TextInput(attrs={"list": offer} if offer else {}))


class PostForm(DeskForm):
    """One post of one person: of the person of the page, or one that is chosen or named here."""

    section = "posts"
    person = forms.ChoiceField(required=False)
    name = _text(200)
    title = _text(300, required=True)
    body = _text(300, offer="bodies")
    heads = forms.ChoiceField(required=False)
    since = _text(24)
    since_certainty = forms.ChoiceField(required=False)
    until = _text(24)
    until_certainty = forms.ChoiceField(required=False)
    seen = _text(24)
    rank = _text(300)
    source = forms.ChoiceField()

    def __init__(self, request: Any, dossier: bytes, person: bytes, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        offer_sources(self, request, dossier)
        self.offer("heads", [(key, f"posts.heads.{key or 'title'}") for key in ("", "yes", "no")])
        for name in ("since_certainty", "until_certainty"):
            self.offer(name, [("", "claims.certainty.exact"), *((one.value, f"claims.certainty.{one.value}") for one in Certainty if one != "exact")])
        self._person = person
        if person:
            del self.fields["person"], self.fields["name"]
            return
        offer_parties(self, "person", request, dossier, ("person",), first=[("", texts().say("posts.somebody_new", self.language))])

    def record(self, request: Any, dossier: bytes) -> bytes:
        """Record what was typed. Returns the person. Raises as ``posts.record_posts`` does."""
        told = self.cleaned_data
        commands = told["body"] if told["heads"] == "yes" else _HEADS[told["heads"]]
        words = {name: told[name] for name in ("title", "body", "rank", "since", "until", "seen", "since_certainty", "until_certainty")}
        form = posts.PostForm(**words, commands=commands, source=bytes.fromhex(told["source"]))
        person = self._person or bytes.fromhex(told["person"])
        if not person:
            return posts.record_posts_of_new(request.desk, request.reader, dossier, told["name"], [form])[0]
        posts.record_posts(request.desk, request.reader, dossier, person, [form])
        return person


class BodyForm(DeskForm):
    """A body that the registers lack, or what a source says of one."""

    section = "bodies"
    name = _text(200, required=True, offer="bodies")
    parent = _text(300, offer="bodies")
    place = _text(300, offer="bodies")
    alias = _text(300)
    code = _text(300, offer="bodies")
    since = _text(24)
    until = _text(24)
    source = forms.ChoiceField()

    def __init__(self, request: Any, dossier: bytes, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        offer_sources(self, request, dossier)

    def record(self, request: Any, dossier: bytes) -> bytes:
        told = dict(self.cleaned_data)
        source = bytes.fromhex(told.pop("source"))
        return bodies.record_body(request.desk, request.reader, dossier, bodies.BodyForm(**told, source=source))


class CommandForm(DeskForm):
    """A place or body, and a day."""

    section = "command"
    place = _text(300, required=True, offer="bodies")
    day = _text(24, required=True)
