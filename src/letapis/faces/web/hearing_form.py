"""The form of a hearing."""

from typing import Any, Final

from django import forms

from letapis.desk import hearings, reading
from letapis.faces.texts import texts
from letapis.faces.web.choosing import offer_parties
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.task_form import colleagues

_CLOSED: Final = {"": None, "yes": True, "no": False}


class HearingForm(DeskForm):
    section = "hearings"
    day = forms.CharField(max_length=24)
    time = forms.CharField(max_length=5, required=False)
    court = forms.CharField(max_length=300, required=False, widget=forms.TextInput(attrs={"list": "courts"}))
    place = forms.CharField(max_length=300, required=False)
    judge = forms.CharField(max_length=300, required=False)
    stage = forms.ChoiceField(required=False)
    closed = forms.ChoiceField(required=False)
    subject = forms.ChoiceField(required=False)
    observer = forms.ChoiceField(required=False)
    text = forms.CharField(max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, request: Any, dossier: bytes, *arguments: Any, **named: Any) -> None:
        alone = reading.entities(request.desk, request.reader, dossier) if reading.entity_count(request.desk, request.reader, dossier) == 1 else []
        named["initial"] = named.get("initial") or {"subject": alone[0].entity.hex() if alone else ""}
        super().__init__(request, *arguments, **named)
        self.offer("stage", [("", "hearings.not_known"), *((stage, f"hearings.stage.{stage}") for stage in hearings.STAGES)])
        self.offer("closed", [("", "hearings.not_known"), ("no", "hearings.open"), ("yes", "hearings.closed")])
        observer: Any = self.fields["observer"]
        observer.choices = [("", texts().say("hearings.nobody_goes", self.language)), *colleagues(request, dossier)]
        offer_parties(self, "subject", request, dossier, first=[("", texts().say("hearings.not_known", self.language))])

    def hearing(self) -> hearings.HearingForm:
        told = self.cleaned_data
        words = {name: told[name].strip() for name in ("day", "time", "court", "place", "judge", "stage", "text")}
        observer, subject = (bytes.fromhex(told[name]) for name in ("observer", "subject"))
        return hearings.HearingForm(**words, closed=_CLOSED[told["closed"]], observer=observer, subject=subject)
