"""Forms of the desk: Django's, with labels from the locale files and errors of the desk beside the field they are about."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from django import forms

from letapis.core.errors import LetapisError, Refused
from letapis.desk import evidence, reading
from letapis.faces.texts import texts

LOOKS: Final = "looks"
"""The code of an error that only says: somebody is looked for, choose among those who were found."""


class DeskForm(forms.Form):
    """``section`` names the texts: label ``<section>.field.<name>``, help ``<section>.field.<name>.help`` where it exists.

    Make it with the request: ``SourceForm(request, request.POST)``. When the desk refuses, ``form.complain(error, "code")`` puts the
    sentence of the error beside the field, and the view shows the form again with status 422.
    """

    section: ClassVar[str]
    use_required_attribute = True

    def __init__(self, request: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.looks = False
        self.language: str = request.language
        words = texts()
        for name, field in self.fields.items():
            key = f"{self.section}.field.{name}"
            field.label = words.say(key, self.language)
            if f"{key}.help" in words:
                field.help_text = words.say(f"{key}.help", self.language)

    def full_clean(self) -> None:
        """While somebody is looked for by name, what else is missing is not complained about yet."""
        super().full_clean()
        found: dict[str, Any] = {name: errors for name, errors in self.errors.items() if any(one.code == LOOKS for one in errors.as_data())}
        self.looks = bool(found)
        if found:
            for name in set(self.errors) - set(found):
                del self.errors[name]

    def offer(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        """Give a choice field its choices: values with the keys of their texts."""
        words = texts()
        field: Any = self.fields[name]
        field.choices = [(value, words.say(key, self.language)) for value, key in choices]

    def offer_labels(self, name: str, choices: Iterable[tuple[str, Mapping[str, str]]]) -> None:
        """The same for values whose labels a data file brought in three languages."""
        field: Any = self.fields[name]
        field.choices = [(value, label[self.language]) for value, label in choices]

    def complain(self, error: LetapisError, name: str | None = None) -> None:
        """Show the sentence of an error beside a field, or above the form where it has no such field; the reasons of a refusal follow it."""
        words = texts()
        keys = [f"errors.{error.code}", *(error.reasons if isinstance(error, Refused) else ())]
        for key in keys:
            self.add_error(name if name in self.fields else None, words.say(key, self.language))


class ManyFiles(forms.FileField):
    """Any number of files, each sealed already when it gets here."""

    class _Widget(forms.ClearableFileInput):
        allow_multiple_selected = True

    widget = _Widget

    def clean(self, data: Any, initial: Any = None) -> Any:
        return list(data or [])


def offer_sources(form: DeskForm, request: Any, dossier: bytes) -> None:
    """Give the field ``source`` the sources of a dossier, and that there is none."""
    known = reading.sources(request.desk, request.reader, dossier)
    field: Any = form.fields["source"]
    field.choices = [("", texts().say("evidence.no_source", form.language)), *((one.source.hex(), one.code) for one in known)]


def let_go(form: DeskForm, request: Any, uploads: Iterable[Any], name: str = "file") -> None:
    """Remove what was sealed of uploads that are not recorded, and say that they have to be chosen again."""
    for one in uploads:
        evidence.discard(request.desk, one.sealed)
    form.add_error(name if name in form.fields else None, texts().say("evidence.choose_again", form.language))
