"""Forms speak the reader's language, keep labels, help and errors tied to their field, and never lose what was typed."""

from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.template.loader import render_to_string
from django.utils import translation

from letapis.core.errors import Refused
from letapis.core.language import LANGUAGES, Texts
from letapis.faces.web import forms as desk_forms
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.templatetags import desk as tags

TABLES = {
    "try.field.code": {"en": "Code name", "be": "Умоўнае імя", "ru": "Условное имя"},
    "try.field.code.help": {"en": "Never a real one.", "be": "Не сапраўднае.", "ru": "Не настоящее."},
    "try.field.kind": {"en": "Kind", "be": "Від", "ru": "Вид"},
    "try.person": {"en": "person", "be": "асоба", "ru": "человек"},
    "web.optional": {"en": "(optional)", "be": "(неабавязкова)", "ru": "(необязательно)"},
    "errors.try.taken": {"en": "Taken.", "be": "Занята.", "ru": "Занято."},
    "try.why": {"en": "Another source has it.", "be": "Яно ў іншай крыніцы.", "ru": "Оно у другого источника."},
}


class TryForm(DeskForm):
    section = "try"
    code = forms.CharField(max_length=10)
    kind = forms.ChoiceField(required=False)


@pytest.fixture(autouse=True)
def words(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (desk_forms, tags):
        monkeypatch.setattr(module, "texts", lambda: Texts(TABLES))


def form(language: str, data: dict[str, str] | None = None) -> TryForm:
    made = TryForm(SimpleNamespace(language=language), data)
    made.offer("kind", [("person", "try.person")])
    return made


def shown(made: TryForm, name: str) -> str:
    with translation.override(made.language):
        return render_to_string("parts/field.html", {"field": made[name], "language": made.language})


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_help_and_choices_are_in_the_reader_s_language(language: str) -> None:
    made = form(language)
    text = shown(made, "code")
    assert TABLES["try.field.code"][language] in text and TABLES["try.field.code.help"][language] in text
    assert 'for="id_code"' in text and 'aria-describedby="id_code_helptext"' in text and "required" in text
    assert TABLES["try.person"][language] in shown(made, "kind") and TABLES["web.optional"][language] in shown(made, "kind")


@pytest.mark.parametrize("language, said", [("en", "This field is required."), ("be", "Поле"), ("ru", "Обязательное поле.")])
def test_an_empty_field_is_named_beside_it(language: str, said: str) -> None:
    made = form(language, {"code": ""})
    with translation.override(language):
        assert not made.is_valid()
        text = shown(made, "code")
    assert said in text and 'id="id_code_error"' in text and "id_code_error" in text.split("aria-describedby", 1)[1] and 'aria-invalid="true"' in text


def test_an_error_of_the_desk_stands_beside_its_field_with_its_reasons() -> None:
    made = form("be", {"code": "Вольха <b>"})
    assert made.is_valid()
    made.complain(Refused("try.taken", reasons=("try.why",)), "code")
    text = shown(made, "code")
    assert "Занята." in text and "Яно ў іншай крыніцы." in text
    assert "Вольха &lt;b&gt;" in text and "<b>" not in text


def test_labels_of_data_files_are_chosen_by_language() -> None:
    made = form("ru")
    made.offer_labels("kind", [("x", {"en": "a", "be": "б", "ru": "в"})])
    assert ">в<" in shown(made, "kind")


def test_a_field_without_a_text_fails_at_once() -> None:
    class Wrong(DeskForm):
        section = "try"
        nameless = forms.CharField()

    request: Any = SimpleNamespace(language="en")
    with pytest.raises(KeyError):
        Wrong(request)
