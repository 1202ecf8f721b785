"""The form of a task, and the colleagues who may have one."""

from typing import Any

from django import forms

from letapis.desk import reading, tasks
from letapis.faces.web.choosing import offer_parties
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.lines import Lines


class TaskForm(DeskForm):
    """What is to be done comes first; everything else may stay as it is."""

    section = "tasks"
    text = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    due = forms.CharField(max_length=24, required=False)
    owner = forms.ChoiceField(required=False)
    kind = forms.ChoiceField(initial="other")
    dossier = forms.CharField(max_length=40, required=False, widget=forms.TextInput(attrs={"list": "codes"}))
    about = forms.ChoiceField(required=False)

    def __init__(self, request: Any, dossier: bytes, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        self.offer("kind", [(kind, f"tasks.kind.{kind}") for kind in tasks.KINDS])
        owner: Any = self.fields["owner"]
        owner.choices = [("", Lines(request).say("tasks.nobody_yet")), *colleagues(request, dossier)]
        owner.initial = request.reader.member.hex()
        if dossier:
            del self.fields["dossier"]
            told = reading.sources(request.desk, request.reader, dossier)
            offer_parties(self, "about", request, dossier, first=[("", "–")], last=[(s.source.hex(), s.code) for s in told])
        else:
            del self.fields["about"]

    def task(self) -> tasks.TaskForm:
        told = self.cleaned_data
        owner, about = (bytes.fromhex(told.get(name, "")) for name in ("owner", "about"))
        return tasks.TaskForm(told["text"], told["kind"], owner, told["due"].strip(), about)


def colleagues(request: Any, dossier: bytes = b"") -> list[tuple[str, str]]:
    """Active members who may have a task of this dossier, the reader first."""
    team = reading.active_members(request.desk, request.reader)
    if dossier:
        holders = reading.holders(request.desk, reading.dossier(request.desk, request.reader, dossier).work)
        team = [member for member in team if member.member in holders]
    return [(m.member.hex(), m.name) for m in sorted(team, key=lambda m: (m.member != request.reader.member, m.name))]
