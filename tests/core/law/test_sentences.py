"""Sentences of a narrative: whole, in whose mouth they belong, and with nothing read into a value."""

import re
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.sentences import Attribution, sentence
from letapis.core.vocabulary import Fact, FactType, Value
from letapis.engines.catalogue import catalogue

VOCABULARY, ALL = catalogue().vocabulary, catalogue().templates
TEMPLATES = ALL["en"]
FINDING, REPORTS = Attribution.FINDING, Attribution.SOURCE_REPORTS
WHO = "Ms Pryklad"


def say(fact: str, value: Value, when: str = "", who: Attribution = FINDING, language: str = "en", *, named: bool = True) -> str:
    return sentence(ALL[language], VOCABULARY.fact(fact), value, when, WHO, who, named=named)


@pytest.mark.parametrize(
    ("fact", "value", "when", "text"),
    [
        ("detention.start", "2020-08-09", "", "Ms Pryklad was deprived of liberty on 9 August 2020."),
        ("detention.start", "2020-08", "", "Ms Pryklad was deprived of liberty in August 2020."),
        ("detention.masked_agents", True, "", "Those who took Ms Pryklad hid their faces or bore no identification."),
        ("custody.medical_denied", False, "", "Medical care was available and given to Ms Pryklad."),
        ("lawyer.first_access_h", 72, "", "Ms Pryklad had no meeting with a lawyer within 72 hours of the arrest."),
        ("solitary.days", 1, "2021-03", "Ms Pryklad was held in solitary confinement for up to 1 day without a break (March 2021)."),
        ("charge.article", ("CC1999 342(1)",), "", "Ms Pryklad was charged under article 342(1) of the Criminal Code."),
        ("person.role", ("hrd", "journalist"), "", "Ms Pryklad was known as a human rights defender and a journalist or media worker."),
        ("discrim.ground", (), "", "No protected ground was found in the treatment of Ms Pryklad."),
        ("passport.expired", True, "", "The passport of Ms Pryklad has expired."),
        ("judge.authority", "none", "", "Nobody controlled the lawfulness of the detention of Ms Pryklad."),
        ("contact.incommunicado_days", 0, "", "Ms Pryklad had contact with the family or a lawyer throughout."),
        ("place.outside", "NL", "", "Ms Pryklad is now in the Netherlands."),
        ("procedure.decided_by", ("CCF",), "", "The case of Ms Pryklad was decided by the following: INTERPOL, request to the CCF."),
    ],
)
def test_a_claim_is_one_plain_sentence(fact: str, value: Value, when: str, text: str) -> None:
    assert say(fact, value, when) == text


def test_what_is_only_checked_is_what_the_source_reports() -> None:
    text = say("detention.masked_agents", True, who=REPORTS)
    assert text == "The source reports that those who took Ms Pryklad hid their faces or bore no identification."


@pytest.mark.parametrize(
    ("language", "fact", "value", "who", "named", "text"),
    [
        ("be", "lawyer.access", False, FINDING, True, "Ms Pryklad: рэальнага доступу да адваката не было."),
        ("be", "lawyer.access", False, REPORTS, True, "Ms Pryklad: паводле крыніцы, рэальнага доступу да адваката не было."),
        ("be", "lawyer.access", False, REPORTS, False, "Паводле крыніцы, рэальнага доступу да адваката не было."),
        ("be", "solitary.days", Decimal("2.5"), FINDING, False, "Найдаўжэйшае бесперапыннае ўтрыманне ў адзіночнай камеры — 2,5 дня."),
        ("be", "harm.type", ("threats", "suffocation"), FINDING, False, "Чалавек зазнаў наступнае: пагрозы і ўдушэнне."),
        ("ru", "detention.start", "2020-08", FINDING, False, "Начало лишения свободы — в августе 2020 г."),
        ("ru", "charge.article", ("CC1999 342(1)",), FINDING, False, "Обвинение предъявлено по следующим нормам: статья 342(1) Уголовного кодекса."),
    ],
)
def test_where_names_are_declined_the_name_opens_the_clause(language: str, fact: str, value: Value, who: Attribution, named: bool, text: str) -> None:
    assert say(fact, value, "", who, language, named=named) == text


@pytest.mark.parametrize(("language", "begins"), [("be", "Асоба 26ecf5dc: "), ("ru", "Человек 26ecf5dc: ")])
def test_a_sentence_begins_with_a_capital_also_where_a_code_stands_for_the_name(language: str, begins: str) -> None:
    whom = begins[:1].lower() + begins[1:-2]
    for voice in (FINDING, REPORTS):
        assert sentence(ALL[language], VOCABULARY.fact("lawyer.access"), False, "", whom, voice).startswith(begins)


LISTED = {"code": ("CC1999 342(1)",), "country": ("BY", "RU"), **{kind: tuple(known) for kind, known in VOCABULARY.lists.items()}}
PLAIN: dict[FactType, list[Value]] = {
    FactType.BOOL: [True, False],
    FactType.NUMBER: [0, 1, 2, 5, Decimal("2.5")],
    FactType.DATE: ["2020-08-09", "2020-08", "2020", "2020-08-09/2020-08-11"],
    FactType.TEXT: ["77"],
}
WRITTEN = {"en": r"[Ѐ-ӿ]", "be": r"[A-Za-zищъИЩЪ]|[аеёіоуыэюяАЕЁІОУЫЭЮЯ] у|(?<![аеёіоуыэюя])(?<![аеёіоуыэюя] )ў", "ru": r"[A-Za-zўіЎІ]"}
"""What a text in a language must not hold: letters of another, and in Belarusian an «у» where it is short, or the other way round."""


def values(fact: Fact) -> list[Value]:
    """Everything that a fact can say, as far as it is counted."""
    if fact.names_country and fact.type is FactType.TEXT:
        return ["LT"]
    if fact.type in PLAIN:
        return PLAIN[fact.type]
    keys = tuple(member.key for member in fact.members) or LISTED[fact.items]
    if fact.type is FactType.ENUM:
        return list(keys)
    return [(), *((key,) for key in keys), *([keys] if len(keys) > 1 else [])]


@pytest.mark.parametrize("language", ALL)
def test_every_fact_has_words_of_its_own_that_make_a_whole_sentence_of_every_value(language: str) -> None:
    for fact in VOCABULARY.facts.values():
        assert fact.id in ALL[language].by_fact, fact.id
        for value, who, named in product(values(fact), Attribution, (True, False)):
            text = say(fact.id, value, "2021-03", who, language, named=named)
            assert re.match(r"[^\W\da-zа-яёіў]", text), text
            assert text.endswith(".") and not re.search(r"[{}]|  |\.\.|[.:,] ?[.:,]| [–—] [.,]", text.replace("г.).", "г)")), text
            assert fact.items in ("code", "scope", "mechanism") or not re.search(WRITTEN[language], text.replace(WHO, "")), text


@pytest.mark.parametrize("language", ALL)
def test_different_answers_are_different_sentences(language: str) -> None:
    for fact in VOCABULARY.facts.values():
        said = [say(fact.id, value, language=language) for value in values(fact)]
        assert len(set(said)) == len(said), fact.id


def test_templates_name_only_what_exists() -> None:
    for name, template in ((name, template) for templates in ALL.values() for name, template in templates.by_fact.items()):
        fact = VOCABULARY.fact(name)
        assert (fact.type is FactType.BOOL) == bool(template.yes and template.no), name
        assert (fact.type in (FactType.LIST, FactType.NUMBER)) <= bool(template.none), name
        assert all(fact.member(key) for key in template.members), name


def test_states_have_names_in_each_language() -> None:
    assert ALL["en"].countries.keys() == ALL["be"].countries.keys() == ALL["ru"].countries.keys()
    assert len(ALL["en"].countries) >= 249 and all(re.fullmatch("[A-Z]{2}", code) for code in ALL["en"].countries)
    for language, wrong in (("be", r"[A-Za-zищъ]"), ("ru", r"[A-Za-zўі]"), ("en", r"[Ѐ-ӿ&]")):
        assert not [name for name in ALL[language].countries.values() if re.search(wrong, name)]


@given(st.text(st.characters(codec="utf-8", exclude_categories=("C",)), min_size=1))
def test_a_value_is_only_text(words: str) -> None:
    """Braces in what a person wrote are no placeholders."""
    assert words in say("detention.agency", words)
    assert "{person}" in say("detention.agency", "{person}")
