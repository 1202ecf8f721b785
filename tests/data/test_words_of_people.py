"""One word, one meaning, in all texts of the interface: the words of the glossary and no others for the same thing."""

import re
import tomllib
from pathlib import Path

import pytest

LOCALE = Path(__file__).parents[2] / "src" / "letapis" / "data" / "locale"


@pytest.fixture(scope="module")
def found() -> dict[str, dict[str, str]]:
    return {key: text for path in LOCALE.glob("*.toml") for key, text in tomllib.loads(path.read_text("utf-8")).items()}


def says(text: str, *words: str) -> bool:
    return any(re.search(word, text, re.IGNORECASE) for word in words)


def test_a_code_name_is_one_word_in_each_language(found: dict[str, dict[str, str]]) -> None:
    other = (r"кодав\w+ ім", r"кодов\w+ им", "псеўданім", "псевдоним")
    assert not [key for key, text in found.items() if says(text["be"] + text["ru"], *other)]


def test_keepers_and_custodians_are_two_words(found: dict[str, dict[str, str]]) -> None:
    """Keepers say who is a member; custodians hold parts of the keys to identities."""
    wrong = []
    for key, text in found.items():
        keeper, custodian = says(text["en"], r"\bkeepers?\b"), says(text["en"], r"\bcustodians?\b")
        if custodian and not keeper and (says(text["be"], "ахоўнік") or says(text["ru"], "хранител")):
            wrong.append(key)
        if keeper and not custodian and (says(text["be"], "захавальнік") or says(text["ru"], "держател")):
            wrong.append(key)
    assert not wrong


def test_a_claim_is_one_word_in_each_language(found: dict[str, dict[str, str]]) -> None:
    """What a source says of a subject. An allegation that is put to the State is another thing, and so are what a file pretends to be and a
    legal claim."""
    verbs = {"errors.parse.too_many_pixels", "evidence.authentic", "normpage.guards"}
    gap = re.compile(r"\{\w+\}")  # the name of what is put in is no word of the text
    named = [text for key, text in found.items() if key not in verbs and says(gap.sub("", text["en"]), r"(?<!legal )\bclaims?\b(?!\.csv)")]
    assert named and not [text["en"] for text in named if not (says(text["be"], "звест") and says(text["ru"], "сведен"))]


def test_nobody_is_asked_to_be_a_man_or_to_stand_in_brackets(found: dict[str, dict[str, str]]) -> None:
    """A sentence is turned so that it fits everybody, and no ending is added in brackets or behind a stroke."""
    ending = r"[а-яёіў](\(-?[а-яёіў]{1,4}\)|/-?(ла|а|лася|ась|ая|ца)\b)"
    assert not [key for key, text in found.items() if says(text["be"] + " " + text["ru"], ending)]


def test_a_passphrase_is_one_word_in_each_language(found: dict[str, dict[str, str]]) -> None:
    """Somebody at the prompt of the command line, at the page and before a recovery sheet is asked for one and the same thing."""
    other = (r"кодав\w+ фраз", r"кодов\w+ фраз", r"пароль-фраз", r"фраз\w*-парол", r"сакрэтн\w+ фраз", r"секретн\w+ фраз")
    assert not [key for key, text in found.items() if says(text["be"] + " " + text["ru"], *other)]
    named = {key: text for key, text in found.items() if says(text["en"], r"\bpassphrases?\b(?!-)") and not key.startswith("cli.help.argument")}
    wrong = [key for key, text in named.items() if not all(says(text[language], r"парольн\w+ фраз") for language in ("be", "ru"))]
    assert named and not wrong, wrong


ONE_WORD = {
    # in English: what stands for it in Belarusian and in Russian, and the keys where the English word means something else
    r"dossiers?": ("дасье", "досье", ()),
    r"case files?": ("матэрыял", "материал", ("casefile.items_go_none",)),
    r"compartments?": ("адсе[кц]", "отсек", ()),
    r"checkpoints?": ("кроп[кц]|кропак", r"\bточ(?:к|ек)", ()),
    r"time stamps?": ("штамп", "штамп", ()),
    r"tasks?": ("задач", "задач", ()),
    r"publishers?": ("публікатар", "публикатор", ("errors.publishing.holds_more",)),
    r"code names?": ("[уў]моўн", "условн", ("errors.calls.who_calls",)),
}


@pytest.mark.parametrize("term", ONE_WORD)
def test_what_would_be_taken_for_another_thing_is_one_word_in_each_language(found: dict[str, dict[str, str]], term: str) -> None:
    """A dossier is no case of the prosecution, nor is a case file that is handed over; a colleague who reads of one must not think of the other."""
    be, ru, otherwise = ONE_WORD[term]
    gap = re.compile(r"\{\w+\}|letapis [a-z -]+")  # what is put in, and a command, are no words of the text
    named = {key: text for key, text in found.items() if key not in otherwise and says(gap.sub("", text["en"]), rf"\b{term}\b")}
    wrong = [key for key, text in named.items() if not (says(text["be"], be) and says(text["ru"], ru))]
    assert named and not wrong, wrong


STRANGE = {
    "member": (r"\bчал(?:ец|ьц)", r"\bчлен\w* организац"),
    "folder": (r"тэч(?:к|ак|цы)", r"тэч(?:к|ак|цы)"),
    "time stamp": (r"адзнак\w+ часу", r"отметк\w+ времени"),
    "import": ("імпарт", "импорт"),
    "checkpoint": (r"кантрольн\w+ пункт", r"контрольн\w+ пункт"),
    "standing": ("вартасц|праверанасц", "значимост|проверенност"),
    "lock": ("заблак", r"\bзапер(?:еть|ет|то|т)\b|запирани"),
}


@pytest.mark.parametrize("term", STRANGE)
def test_a_second_word_for_the_same_is_not_in_use(found: dict[str, dict[str, str]], term: str) -> None:
    be, ru = STRANGE[term]
    otherwise = {"recognition.tier.blocked", "errors.ocr.not_started"}  # what an exclusion does to a vote, and a sandbox to a program
    assert not [key for key, text in found.items() if key not in otherwise and (says(text["be"], be) or says(text["ru"], ru))]


def test_a_button_is_named_as_it_is_called(found: dict[str, dict[str, str]]) -> None:
    assert all(found["web.lock"][language] in found["cli.start.lock"][language] for language in ("en", "be", "ru"))
