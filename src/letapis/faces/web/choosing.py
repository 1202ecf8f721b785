"""Whom a form is about: a list of names while a dossier has few of them, and a name to look for where it has many.

A list of 6,000 people brought into a dossier makes a list of 6,000 names of half a megabyte, which nobody reads. There the name is typed and
sent with the form; nothing is recorded, the page comes back with those who may be meant, one is chosen, and the form is sent again. It works
without script, and the name travels in the body of the form, never in an address.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from letapis.core.errors import NotFound
from letapis.desk import reading
from letapis.faces.texts import texts
from letapis.faces.web.forms import LOOKS, DeskForm

FEW: Final = 60
HITS: Final = 12
Choices = Sequence[tuple[str, str]]


def is_many(request: Any, dossier: bytes) -> bool:
    """Whether a dossier has more entries than a list of names is read through."""
    return reading.entity_count(request.desk, request.reader, dossier) > FEW


def entries_for(request: Any, dossier: bytes, text: str, kinds: Sequence[str] = ()) -> list[reading.EntityView]:
    """Those of a dossier who may be meant by a name, the likest first."""
    return reading.entries_like(request.desk, request.reader, dossier, text, HITS, kinds)


def offer_parties(
    form: DeskForm, name: str, request: Any, dossier: bytes, kinds: Sequence[str] = (), first: Choices = (), last: Choices = ()
) -> None:
    """Give a field the entries of a dossier (of these kinds; of all when none is named). ``first`` and ``last``: what else is offered beside them."""
    field: Any = form.fields[name]
    if not is_many(request, dossier):
        people = reading.entities(request.desk, request.reader, dossier)
        field.choices = [*first, *((one.entity.hex(), one.label) for one in people if not kinds or one.kind in kinds), *last]
        return
    beside = {value: label for value, label in (*first, *last) if value}
    nobody = next((label for value, label in (*first, *last) if not value), "")
    replaced = PartyField(form.language, _finder(request, dossier, kinds, beside), beside, nobody, required=field.required, initial=field.initial)
    replaced.label, replaced.help_text = field.label, field.help_text
    form.fields[name] = replaced


class Finder:
    """Who may be meant by a name, and what somebody already chosen is called."""

    def __init__(self, like: Callable[[str], dict[str, str]], label: Callable[[str], str]) -> None:
        self.like, self.label = like, label


def _finder(request: Any, dossier: bytes, kinds: Sequence[str], beside: Mapping[str, str]) -> Finder:
    def like(text: str) -> dict[str, str]:
        codes = {value: label for value, label in beside.items() if label.casefold().startswith(text.casefold())}
        return codes | {one.entity.hex(): one.label for one in entries_for(request, dossier, text, kinds)}

    def label(value: str) -> str:
        """Raises NotFound for an id that is none, or that of somebody else."""
        if value in beside:
            return beside[value]
        try:
            one = reading.entity(request.desk, request.reader, bytes.fromhex(value))
        except ValueError:
            raise NotFound("reading.not_found") from None
        if one.dossier != dossier or (kinds and one.kind not in kinds):
            raise NotFound("reading.not_found")
        return one.label

    return Finder(like, label)


class PartyInput(forms.TextInput):
    """A name to look for, the button that looks, and those who were found, one of them chosen."""

    def __init__(self, language: str, finder: Finder, beside: Mapping[str, str], nobody: str) -> None:
        super().__init__({"autocomplete": "off", "maxlength": "200"})
        self.language, self.finder, self.beside, self.nobody = language, finder, beside, nobody
        self.hits: dict[str, str] = {}
        self.chosen = self.asked = ""

    def use_required_attribute(self, initial: Any) -> bool:
        """Whoever was chosen needs no name any more."""
        return False

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[str, str, str, bool]:
        """What was typed, whom the form has chosen, for which name they were shown, and whether the button was pressed that looks."""
        told = (data.get(part, "").strip()[:200] for part in (name, f"{name}-who", f"{name}-asked"))
        typed, who, asked = told
        return typed, who, asked, f"{name}-find" in data

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        typed, chosen = (value[0], self.chosen) if isinstance(value, tuple) else ("", value or "")
        hits = dict(self.hits)
        if chosen and chosen not in hits:
            try:
                hits = {chosen: self.finder.label(chosen), **hits}
            except NotFound:
                chosen = ""
        offered = hits or (self.beside if len(self.beside) <= FEW else {})
        box = super().render(name, typed, attrs, renderer)
        button = format_html('<button name="{}-find" value="1" formnovalidate>{}</button>', name, self._say("choosing.find"))
        asked = format_html('<input type="hidden" name="{}-asked" value="{}">', name, self.asked)
        radios = self._radios(name, offered, chosen, "" if typed else self.nobody)
        return format_html('<span class="row">{} {}</span>{}{}', box, button, asked, radios)

    def _radios(self, name: str, offered: Mapping[str, str], chosen: str, nobody: str) -> SafeString:
        """``nobody`` is not offered beside a name that was typed: whoever overlooks the choice would record that it is about nobody."""
        rows = [(value, label) for value, label in (("", nobody), *offered.items()) if label]
        if not offered:
            return SafeString("")
        made = format_html_join(
            "", '<label class="choice"><input type="radio" name="{}-who" value="{}"{}> {}</label>',
            ((name, value, SafeString(" checked") if value == chosen else "", label) for value, label in rows),
        )  # fmt: skip
        return format_html('<fieldset class="plain"><legend class="visually-hidden">{}</legend>{}</fieldset>', self._say("choosing.found"), made)

    def _say(self, key: str) -> str:
        return texts().say(key, self.language)


class PartyField(forms.Field):
    """The id of an entry, in hexadecimal; empty for nobody. A name that was typed and not chosen yet is an error with those who may be meant."""

    def __init__(self, language: str, finder: Finder, beside: Mapping[str, str], nobody: str, **named: Any) -> None:
        super().__init__(widget=PartyInput(language, finder, beside, nobody), **named)

    @property
    def choices(self) -> list[tuple[str, str]]:
        """What is offered before anybody is looked for."""
        return list(self.widget.beside.items())

    def clean(self, value: Any) -> str:
        typed, who, asked, looks = value
        box: Any = self.widget
        if looks and not typed:
            # Whoever presses the button that looks asked for nothing to be recorded.
            box.chosen = who
            raise ValidationError(box._say("choosing.type"), code=LOOKS)
        if not typed or typed == asked:
            return self._chosen(box, typed, who)
        box.hits, box.asked, box.chosen = box.finder.like(typed), typed, ""
        exact = [one for one, label in box.hits.items() if label.casefold() == typed.casefold()]
        box.chosen = exact[0] if len(exact) == 1 else ""
        if box.chosen and not looks:
            return str(box.chosen)
        raise ValidationError(box._say("choosing.choose" if box.hits else "choosing.nobody"), code=LOOKS)

    def _chosen(self, box: Any, typed: str, who: str) -> str:
        if typed:
            box.hits, box.asked = box.finder.like(typed), typed
        if who:
            try:
                box.finder.label(who)
            except NotFound:
                raise ValidationError(box._say("choosing.choose")) from None
        box.chosen = who
        if typed and not who:
            raise ValidationError(box._say("choosing.choose" if box.hits else "choosing.nobody"), code=LOOKS)
        if not who and self.required:
            raise ValidationError(box._say("choosing.type"), code="required")
        return who


class Whom:
    """The party of a page whose rows are no form of Django's: ``read`` what was sent, print it as the field.

    ``error`` says why nobody is chosen yet, in the language of the page.
    """

    def __init__(self, request: Any, dossier: bytes, chosen: str = "", name: str = "subject") -> None:
        self._field = PartyField(request.language, _finder(request, dossier, (), {}), {}, "", required=False)
        self._value: Any = chosen
        self.name, self.error = name, ""

    def read(self, posted: Any) -> str:
        """The id that was chosen, in hexadecimal; empty while nobody is."""
        self._value = self._field.widget.value_from_datadict(posted, {}, self.name)
        try:
            return str(self._field.clean(self._value))
        except ValidationError as error:
            self.error = str(error.messages[0])
            return ""

    def __str__(self) -> str:
        more = {"id": self.name, **({"aria-invalid": "true", "aria-describedby": f"{self.name}_error"} if self.error else {})}
        box: PartyInput = self._field.widget
        return box.render(self.name, self._value, more)


def whom(request: Any, dossier: bytes, chosen: str = "") -> Whom | None:
    """None where a list of names is short enough to be read."""
    return Whom(request, dossier, chosen) if is_many(request, dossier) else None
