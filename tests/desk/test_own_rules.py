"""An organisation's own rules in a workspace: taken whole or not at all, named by every result, never a reason why a desk does not open."""

import json
import re
import shutil
from pathlib import Path

import pytest

from letapis.core.errors import FaultyFile
from letapis.desk import claims, opening, own_rules, qualify, reading
from letapis.desk.opening import Desk
from letapis.engines.catalogue import catalogue, law_files
from tests.canary import CANARIES, PATTERNS
from tests.desk.casework import desk, work_at

__all__ = ["desk"]

NORM = law_files()["rulebook/norms/iccpr/ICCPR-9-3.toml"]
VERSION = int(re.search(r"^version = (\d+)", NORM, re.MULTILINE)[1])  # type: ignore[index]
OWN = re.sub(r"satisfied_by = \[[^\]]*\]", 'satisfied_by = ["own.letter_burnt == true"]', NORM.replace("ICCPR-9-3", "OWN-1"), count=1)
FACTS = """group = "own"
label.en = "Own facts"
label.be = "Уласныя факты"
label.ru = "Собственные факты"
[[facts]]
id = "own.letter_burnt"
type = "bool"
asked_of = "person"
corroboration = "first_hand"
definition = "True when a letter was burnt."
label.en = "Letter burnt"
label.be = "Ліст спалены"
label.ru = "Письмо сожжено"
question.en = "Was a letter burnt?"
question.be = "Ці палілі ліст?"
question.ru = "Сжигали ли письмо?"
"""


def rules(folder: Path, version: str = "1.0", norm_version: int = VERSION + 1) -> Path:
    """Own facts, a norm of our own that reads them, and a norm of the package that is replaced."""
    for name, text in {
        "rulebook.toml": f'name = "PRYKLAD"\nversion = "{version}"\n',
        "facts/own.toml": FACTS,
        "norms/own/OWN-1.toml": OWN,
        "norms/ICCPR-9-3.toml": re.sub(r"^version = .*", f"version = {norm_version}", NORM, count=1, flags=re.MULTILINE),
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def again(desk: Desk) -> Desk:
    """The same workspace as it is opened the next time."""
    return opening.open_desk(desk.workspace, desk.agent, desk.clock, desk.store.alias)


def test_a_desk_without_own_rules_reads_the_package_s(desk: Desk) -> None:
    assert own_rules.own_rules(desk) is None and desk.catalogue is catalogue()
    assert own_rules.drop_rules(desk) is False


def test_own_rules_are_read_after_the_next_opening_and_every_result_names_them(desk: Desk, tmp_path: Path) -> None:
    work = work_at(desk)
    folder = rules(tmp_path / "rules")
    assert own_rules.use_rules(desk, folder) == own_rules.OwnRules("PRYKLAD", "1.0", 3, True)
    shutil.rmtree(folder)
    desk = again(desk)
    rulebook = desk.catalogue.rulebook
    assert rulebook.version == f"{catalogue().rulebook.version}+PRYKLAD-1.0"
    assert rulebook.norm("ICCPR-9-3").version == VERSION + 1 and "OWN-1" in rulebook.first_set
    reader, person = desk.reader("work"), reading.entities(desk, desk.reader("work"), work.dossier)[0].entity
    note = reading.notes(desk, reader, work.dossier)[0].note
    start, end = claims.find_passage(reading.note(desk, reader, note).text, "He was held there until noon.")
    claims.cut_claims(desk, reader, note, start, end, [claims.Cut("own.letter_burnt", "true")])
    page = qualify.qualify(desk, reader, work.dossier, ["OWN-1"], person=person)
    assert page.qualifications[0].rulebook == rulebook.version
    assert page.qualifications[0].element("E1").result == "met"
    assert own_rules.own_rules(desk) == own_rules.OwnRules("PRYKLAD", "1.0", 3, True)


def test_a_claim_on_an_own_fact_counts_for_nothing_when_the_rules_go_and_again_when_they_come_back(desk: Desk, tmp_path: Path) -> None:
    work = work_at(desk)
    folder = rules(tmp_path / "rules")
    own_rules.use_rules(desk, folder)
    desk = again(desk)
    reader = desk.reader("work")
    note = reading.notes(desk, reader, work.dossier)[0].note
    start, end = claims.find_passage(reading.note(desk, reader, note).text, "He was held there until noon.")
    claims.cut_claims(desk, reader, note, start, end, [claims.Cut("own.letter_burnt", "true")])

    def level() -> int:
        return next(int(c.level) for c in reading.claims(desk, reader, work.dossier) if c.property == "own.letter_burnt")

    before = level()
    assert own_rules.drop_rules(desk) is True
    assert level() < before
    desk = again(desk)
    own_rules.use_rules(desk, folder)
    assert level() == before


@pytest.mark.parametrize(
    "name, text, code",
    [
        ("rulebook.toml", 'name = "A B"\nversion = "1"', "law.overlay_head"),
        ("rulebook.toml", 'name = "A"', "law.overlay_head"),
        ("norms/ICCPR-9-3.toml", NORM, "law.overlay_version"),
        ("norms/own/OWN-1.toml", NORM.replace("ICCPR-9-3", "OWN-1").replace("present", "absent"), "law.predicate_form"),
        ("facts/own.toml", FACTS.replace("label.be", "label.by"), "law.text_languages"),
        ("facts/contact.toml", FACTS.replace("own", "contact"), "law.overlay_fact"),
        ("mechanisms/CCF.toml", law_files()["mechanisms/CCF.toml"], "law.overlay_version"),
        ("norms/broken.toml", "a = [", "law.file_form"),
    ],
)
def test_one_fault_refuses_the_whole_folder_and_what_was_there_stays(desk: Desk, tmp_path: Path, name: str, text: str, code: str) -> None:
    own_rules.use_rules(desk, rules(tmp_path / "good"))
    folder = rules(tmp_path / "bad", "2.0")
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FaultyFile) as fault:
        own_rules.use_rules(desk, folder)
    assert code in {one.code for one in fault.value.faults}
    assert all(one.text_key in catalogue().texts for one in fault.value.faults)
    found = own_rules.own_rules(again(desk))
    assert found is not None and (found.version, found.used) == ("1.0", True)


def test_rules_that_no_longer_fit_a_new_release_are_left_aside_and_the_desk_opens(desk: Desk, tmp_path: Path) -> None:
    own_rules.use_rules(desk, rules(tmp_path / "rules"))
    kept = json.loads(desk.store.rows("SELECT value FROM db_setting WHERE name = 'law.own_rules'")[0][0])
    kept["checked"] = "0.0.1"
    for broken, used in ((False, True), (True, False)):
        if broken:
            kept["files"]["norms/own/OWN-1.toml"] = "x ="
        desk.store.run("UPDATE db_setting SET value = %s WHERE name = 'law.own_rules'", (json.dumps(kept),))
        opened = again(desk)
        found = own_rules.own_rules(opened)
        assert found is not None and found.used is used
        assert ("OWN-1" in opened.catalogue.rulebook.norms) is used


def test_no_word_of_the_rules_lies_open_in_the_workspace(desk: Desk, tmp_path: Path) -> None:
    folder = rules(tmp_path / "rules")
    path = folder / "norms" / "own" / "OWN-1.toml"
    path.write_text(path.read_text("utf-8").replace("citation = \"", f'citation = "{CANARIES[0]} ', 1), encoding="utf-8")
    own_rules.use_rules(desk, folder)
    stored = b"".join(path.read_bytes() for path in desk.workspace.rglob("*") if path.is_file())
    assert stored and not [name for mark, name in PATTERNS.items() if mark in stored]
