"""Forms of a State's reply: what came, the first question with who tells the family, one line of the grid."""

from typing import Any

from django import forms

from letapis.desk import replies, submit
from letapis.faces.texts import texts
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.lines import Lines
from letapis.faces.web.task_form import colleagues


class ReplyForm(DeskForm):
    """What came. The file comes last, so that the words are read first."""

    section = "replies"
    title = forms.CharField(max_length=200)
    day = forms.CharField(max_length=24)
    answers = forms.ChoiceField(required=False)
    text = forms.CharField(required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 10}))
    file = forms.FileField(required=False, allow_empty_file=True)

    def __init__(self, request: Any, dossier: bytes, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        lines, cards = Lines(request), request.desk.catalogue.mechanisms
        sent = [(f"s:{s.rid.hex()}", f"{card_name(request, s.mechanism)}, {lines.date(s.recorded[:10])}")
                for s in submit.submissions(request.desk, request.reader, dossier)]  # fmt: skip
        bodies = sorted(((f"m:{card.id}", card.name[self.language]) for card in cards.values()), key=lambda pair: pair[1])
        field: Any = self.fields["answers"]
        field.choices = [("", lines.say("replies.answers_unknown")), (lines.say("submit.sent"), sent), (lines.say("replies.bodies"), bodies)]

    def reply(self, document: bytes) -> replies.ReplyForm:
        told = self.cleaned_data
        kind, _, named = told["answers"].partition(":")
        submission = bytes.fromhex(named) if kind == "s" else b""
        return replies.ReplyForm(told["title"], told["day"].strip(), named if kind == "m" else "", submission, document, told["text"])


def card_name(request: Any, mechanism: str) -> str:
    """A body by its name; by its key when this version does not know it."""
    card = request.desk.catalogue.mechanisms.get(mechanism)
    return str(card.name[request.language]) if card else mechanism


class KnownForm(DeskForm):
    """The first question, and who tells the family."""

    section = "replies"
    known = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    known_text = forms.CharField(required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    safety = forms.ChoiceField(widget=forms.RadioSelect)
    owner = forms.ChoiceField()
    due = forms.CharField(max_length=24)
    channel = forms.ChoiceField()
    how = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, request: Any, dossier: bytes, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        words = request.desk.catalogue.replies
        for name, choices in (("known", words.known), ("safety", words.safety), ("channel", words.channels)):
            self.offer_labels(name, [(one.id, one.label) for one in choices.values()])
        owner: Any = self.fields["owner"]
        owner.choices = colleagues(request, dossier)

    def answer(self) -> replies.KnownForm:
        told = self.cleaned_data
        owner = bytes.fromhex(told["owner"])
        return replies.KnownForm(tuple(told["known"]), told["safety"], owner, told["due"].strip(), told["channel"], told["how"], told["known_text"])


class LineForm(DeskForm):
    section = "replies"
    allegation = forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    answer = forms.CharField(required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": 4}))
    stance = forms.ChoiceField(required=False)
    comment = forms.CharField(required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": 3}))
    ours = forms.CharField(required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, request: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        stances = request.desk.catalogue.replies.stances.values()
        self.offer_labels("stance", [("", {self.language: texts().say("replies.stance_open", self.language)}), *((s.id, s.label) for s in stances)])

    def line(self) -> replies.LineForm:
        return replies.LineForm(**self.cleaned_data)
