"""How something was captured, asked once where it is taken in: a few fields of the capture record beside the form, all of them for later too."""

from collections.abc import Iterator
from typing import Any, ClassVar, Final

from django import forms
from django.forms import BoundField

from letapis.core.capture import CaptureField
from letapis.core.errors import LetapisError
from letapis.faces.texts import texts
from letapis.faces.web.forms import DeskForm

_PREFIX: Final = "how-"


def field_name(field: CaptureField) -> str:
    return field.id.replace(".", "-")


def field_of(field: CaptureField, language: str) -> Any:
    """The form field of a field of the capture record, with its words; a code is chosen, an instant and a line are written."""
    if field.choices:
        choices = [("", "–"), *((code, label[language]) for code, label in field.choices.items())]
        made: Any = forms.ChoiceField(required=False, choices=choices)
    else:
        widget: Any = forms.Textarea(attrs={"rows": 2}) if field.kind == "lines" else forms.TextInput()
        made = forms.CharField(required=False, max_length=8_000, widget=widget, strip=True)
    made.label, made.help_text = field.label[language], field.help[language]
    if field.sealed:
        made.label = f"{made.label} ({texts().say('capture.sealed', language)})"
    return made


class Captured(DeskForm):
    """A form by which something is taken in. Its template shows ``words``, then ``how`` folded away, then ``ending``, so that the words are read
    before the bytes come. ``LAST``: the fields that hold bytes."""

    LAST: ClassVar[tuple[str, ...]] = ("file",)

    def ask_how(self, request: Any) -> None:
        """Add what a person may say at once of how it was captured."""
        self._asked = {f"{_PREFIX}{field_name(one)}": one for one in request.desk.catalogue.capture.asked()}
        for name, one in self._asked.items():
            self.fields[name] = field_of(one, self.language)

    def words(self) -> Iterator[BoundField]:
        return (self[name] for name in self.fields if name not in self._asked and name not in self.LAST)

    def how(self) -> Iterator[BoundField]:
        return (self[name] for name in self._asked)

    def how_open(self) -> bool:
        """Something stands there already, or is wrong."""
        return any(self[name].errors or self[name].value() for name in self._asked)

    def ending(self) -> Iterator[BoundField]:
        return (self[name] for name in self.fields if name in self.LAST)

    def said(self) -> dict[str, str]:
        """What was filled in, by field of the capture record."""
        return {one.id: self.cleaned_data[name] for name, one in self._asked.items() if self.cleaned_data.get(name)}

    def complain(self, error: LetapisError, name: str | None = None) -> None:
        """Beside the field that the error names, where it is one of these."""
        asked = f"{_PREFIX}{error.where.replace('.', '-')}"
        super().complain(error, asked if error.code.startswith("capture.") and asked in self.fields else name)
