"""The catalogue reads the package's data: complete, and not at all when a file is not what it should be."""

import shutil
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from letapis.core.errors import Busy, Damaged, NotFound
from letapis.core.language import LANGUAGES
from letapis.engines import catalogue as catalogue_module
from letapis.engines import data_parts
from letapis.engines.catalogue import Catalogue, catalogue, data_files


def test_one_catalogue_serves_the_process() -> None:
    assert catalogue() is catalogue()
    assert catalogue().vocabulary is catalogue().vocabulary


def test_what_the_package_holds() -> None:
    known = catalogue()
    assert (len(known.rulebook.norms), len(known.mechanisms)) == (86, 25)
    assert set(known.rulebook.first_set) <= set(known.rulebook.norms) and len(known.rulebook.first_set) == 20
    assert known.reference["facilities"].entry("sizo-1").label["be"] == "СІЗА № 1"
    assert known.reference["facilities"].refs["locality"] == "localities"
    assert known.reference_sources["FIB"]
    assert "adjudicated" in known.proof.corroboration
    assert {fact.corroboration for fact in known.vocabulary.facts.values()} <= set(known.proof.corroboration)


def test_labels_of_everything_shown_exist_in_three_languages() -> None:
    known = catalogue()
    labels = [fact.label for fact in known.vocabulary.facts.values()] + [group.label for group in known.vocabulary.groups]
    labels += [scope.label for scope in known.consent.scopes.values()] + [record.label for record in known.records.values()]
    labels += [e.text for norm in known.rulebook.norms.values() for e in norm.elements]
    assert all(label[language].strip() for label in labels for language in LANGUAGES)


def test_facts_that_feed_a_record_exist() -> None:
    assert all(fact in catalogue().vocabulary for record in catalogue().records.values() for fact in record.facts)
    assert catalogue().records["identity.birth"].facts[0] == "identity.birth_date"


def test_reference_entries_point_at_entries_that_exist() -> None:
    lists = catalogue().reference
    for entries in lists.values():
        for name, target in entries.refs.items():
            if "." in name or name == "source":
                continue
            for entry in entries.entries.values():
                named = entry.more.get(name, [])
                for code in named if isinstance(named, list) else [named]:
                    assert code in lists[target].entries, (entries.id, entry.code, name)


def test_an_unknown_entry_is_not_found() -> None:
    with pytest.raises(NotFound, match=r"vocabulary\.unknown_entry"):
        catalogue().reference["facilities"].entry("ik-99")


def test_data_files_are_named_with_their_folders() -> None:
    assert "facts/detention.toml" in data_files("rulebook")
    assert "rulebook/norms/iccpr/ICCPR-7.toml" in data_files()


def texts_of(folder: Path, *files: str) -> Catalogue:
    (folder / "locale").mkdir(parents=True)
    for number, text in enumerate(files):
        (folder / "locale" / f"{number}.toml").write_text(text, encoding="utf-8")
    return Catalogue(folder)


TEXT = '["a.b"]\nen = "x"\nbe = "x"\nru = "x"\n'


def test_texts_of_several_files_are_one_table(tmp_path: Path) -> None:
    assert texts_of(tmp_path, TEXT, TEXT.replace("a.b", "a.c")).texts.say("a.c", "be") == "x"


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ((TEXT, TEXT), "catalogue.text_twice"),
        ((TEXT.replace('ru = "x"\n', ""),), "catalogue.text_languages"),
        ((TEXT.replace('"x"', "5"),), "catalogue.text_languages"),
        ((TEXT + "[a.c]\nen = 'x'\n",), "catalogue.text_languages"),
        ((TEXT.replace('"x"', '"x'),), "catalogue.unreadable"),
        (("[a.b]\nen = 'x'\n",), "catalogue.unreadable"),
        (("[a.b",), "catalogue.unreadable"),
    ],
)
def test_half_a_text_is_none(tmp_path: Path, files: tuple[str, ...], code: str) -> None:
    with pytest.raises(Damaged) as fault:
        texts_of(tmp_path, *files).texts.say("a.b", "en")
    assert fault.value.code == code


def test_texts_that_are_read_one_by_one_are_those_of_the_whole_files() -> None:
    whole: dict[str, dict[str, str]] = {}
    for text in data_files("locale").values():
        whole |= tomllib.loads(text)
    one_by_one = catalogue().texts
    assert set(one_by_one.keys()) == set(whole)
    assert all(one_by_one.say(key, language) == words for key, table in whole.items() for language, words in table.items())


@pytest.mark.parametrize("part", [lambda c: c.proof, lambda c: c.texts, lambda c: c.mechanisms])
def test_a_missing_file_is_damage_and_not_an_empty_list(tmp_path: Path, part: Callable[[Catalogue], object]) -> None:
    with pytest.raises(Damaged, match=r"catalogue\.missing"):
        part(Catalogue(tmp_path))


def test_files_of_another_version_under_an_open_desk_are_called_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk that stays open while the package is replaced reads files with words it does not know: nothing is wrong with them."""
    shutil.copytree(Path(str(catalogue().root)), tmp_path / "data")
    monkeypatch.setattr(catalogue_module, "files", lambda _: tmp_path)
    mapping = tmp_path / "data" / "mappings" / "uwazi.toml"
    mapping.write_text('of_a_later_version = "x"\n' + mapping.read_text("utf-8"), "utf-8")
    with pytest.raises(Busy, match=r"catalogue\.upgraded"):
        _ = Catalogue(tmp_path / "data").mappings
    (tmp_path / "data" / "guide.toml").write_text("", "utf-8")
    with pytest.raises(Busy, match=r"catalogue\.upgraded"):
        _ = Catalogue(tmp_path / "data").guide
    monkeypatch.setattr(data_parts, "BEGAN", time.time() + 60)
    with pytest.raises(Damaged, match=r"listing\.mapping_wrong"):
        _ = Catalogue(tmp_path / "data").mappings


def test_what_is_wrong_with_files_that_were_there_all_along_is_said_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "bad.toml").write_text("of_a_later_version = 1\n", "utf-8")
    shutil.copytree(Path(str(catalogue().root)) / "rulebook", tmp_path / "rulebook")
    with pytest.raises(Damaged):
        _ = Catalogue(tmp_path).mappings
