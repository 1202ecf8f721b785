"""Forms of the page of time: who may stamp, a folder for requests and replies, a public random value."""

from typing import Any, Final

from django import forms

from letapis.core import beacons as beacon_rules
from letapis.desk import authorities
from letapis.faces.web.forms import DeskForm

FIELDS: Final = {
    "time.kind": "kind",
    "time.name": "name",
    "time.name_taken": "name",
    "time.address": "address",
    "time.apart": "apart",
    "time.root_missing": "root",
    "time.certificate": "root",
    "time.beacon_kind": "kind",
    "time.beacon_moment": "when",
    "time.beacon_ahead": "when",
}


class AuthorityForm(DeskForm):
    """Somebody who may state the time."""

    section = "time"
    kind = forms.ChoiceField()
    name = forms.CharField(max_length=60, widget=forms.TextInput(attrs={"spellcheck": "false"}))
    address = forms.CharField(max_length=1000, required=False, widget=forms.TextInput(attrs={"spellcheck": "false"}))
    root = forms.CharField(max_length=60_000, required=False, widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}))
    apart = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, request: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        self.offer("kind", [(kind, f"time.kind.{kind}") for kind in authorities.KINDS])
        chosen: Any = self.fields["apart"]
        chosen.choices = [(one.name, one.name) for one in authorities.authorities(request.desk, request.reader, authorities.TSA)]
        if not chosen.choices:
            del self.fields["apart"]

    def told(self) -> authorities.AuthorityForm:
        found = self.cleaned_data
        return authorities.AuthorityForm(found["kind"], found["name"], found["address"], found["root"], tuple(found.get("apart", ())))


class FolderForm(DeskForm):
    """A folder of this computer, for requests that go out and replies that come in."""

    section = "time"
    folder = forms.CharField(max_length=1000, widget=forms.TextInput(attrs={"spellcheck": "false"}))


class BeaconForm(DeskForm):
    """A public random value: typed, pasted, or fetched from a server in the list."""

    section = "time.beacon"
    kind = forms.ChoiceField(initial=beacon_rules.OTHER)
    value = forms.CharField(max_length=beacon_rules.LARGEST, widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}))
    source = forms.CharField(max_length=500, required=False)
    when = forms.CharField(max_length=40, required=False, widget=forms.TextInput(attrs={"placeholder": "2026-01-31T18:00"}))

    def __init__(self, request: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        self.offer("kind", [(kind, f"time.beacon.kind.{kind}") for kind in beacon_rules.KINDS])
