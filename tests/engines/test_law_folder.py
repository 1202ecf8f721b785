"""A folder of law files from another hand: read with care, laid over the package's, refused as a whole while one fault of it stands."""

import os
from pathlib import Path

import pytest

from letapis.core.errors import FaultyFile, UsageError
from letapis.core.overlay import laid_over
from letapis.engines import law_folder
from letapis.engines.catalogue import catalogue, law_files
from letapis.engines.law_folder import faults_of_folder, folder_files

LAW = law_files()
NORM = "rulebook/norms/iccpr/ICCPR-9-3.toml"


def refused(folder: Path) -> dict[str, tuple[str, int | None]]:
    with pytest.raises(FaultyFile) as fault:
        folder_files(folder)
    assert all(one.text_key in catalogue().texts for one in fault.value.faults)
    return {one.file: (one.code, one.line) for one in fault.value.faults}


def put(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def test_files_are_read_by_their_names_and_nothing_else_is(tmp_path: Path) -> None:
    put(tmp_path, "norms/own/OWN-1.toml", '\ufeffid = "OWN-1"\n')
    put(tmp_path, "README.md", b"\xff")
    assert folder_files(tmp_path) == {"norms/own/OWN-1.toml": 'id = "OWN-1"\n'}


def test_links_are_not_followed(tmp_path: Path) -> None:
    outside = put(tmp_path, "outside/secret.toml", 'a = "Vydumka"')
    home = tmp_path / "home"
    put(home, "norms/OWN-1.toml", "a = 1")
    (home / "norms" / "link.toml").symlink_to(outside)
    (home / "facts").symlink_to(outside.parent)
    (home / "again").symlink_to(home)
    assert refused(home) == {name: ("law.folder_link", None) for name in ("again", "facts", "norms/link.toml")}


def test_what_is_no_file_too_large_or_no_text_is_refused_with_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(law_folder, "LARGEST_FILE", 1000)
    put(tmp_path, "norms/huge.toml", "#" * 1001)
    put(tmp_path, "norms/latin.toml", b"a = 1\nb = '\xe9'\n")
    put(tmp_path, "norms/wide.toml", "a = 1".encode("utf-16"))
    os.mkfifo(tmp_path / "pipe.toml")
    assert refused(tmp_path) == {
        "norms/huge.toml": ("cli.file_too_large", None),
        "norms/latin.toml": ("cli.file_no_text", 2),
        "norms/wide.toml": ("cli.file_no_text", 1),
        "pipe.toml": ("law.folder_kind", None),
    }


def test_folders_in_folders_and_files_without_end_are_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "a/b/c/d/e/f/g/h/x.toml", "a = 1")
    assert {code for code, _ in refused(tmp_path).values()} == {"law.folder_deep"}
    monkeypatch.setattr(law_folder, "MOST_FILES", 3)
    for number in range(5):
        put(tmp_path, f"many/{number}.toml", "a = 1")
    assert {code for code, _ in refused(tmp_path).values()} == {"law.folder_many"}


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as fault:
        folder_files(put(tmp_path, "x.toml", ""))
    assert fault.value.code == "law.folder_missing"


def test_a_file_above_takes_the_place_of_the_same_thing_below() -> None:
    text = LAW[NORM]
    assert set(laid_over(LAW, {"norms/other-name.toml": text})) == (set(LAW) - {NORM}) | {"norms/other-name.toml"}
    assert set(laid_over(LAW, {"norms/ICCPR-9-3.toml": "broken ["})) == (set(LAW) - {NORM}) | {"norms/ICCPR-9-3.toml"}
    assert set(laid_over(LAW, {"facts/own.toml": 'group = "own"'})) == set(LAW) | {"facts/own.toml"}


def test_one_norm_is_checked_on_top_of_the_package_s_and_a_whole_rulebook_alone() -> None:
    own = LAW[NORM].replace("ICCPR-9-3", "OWN-1").replace("@", "")
    assert faults_of_folder({"norms/OWN-1.toml": own}) == []
    (fault,) = faults_of_folder({"norms/OWN-1.toml": own.replace("act.country == BY", "act.land == BY")})
    assert (fault.file, fault.code) == ("norms/OWN-1.toml", "law.predicate_fact")
    whole = {name: text for name, text in LAW.items() if name.startswith("rulebook/")}
    assert faults_of_folder(whole) == []
    less = {name: text for name, text in whole.items() if name != "rulebook/facts/charge.toml"}
    assert {fault.code for fault in faults_of_folder(less)} >= {"law.predicate_fact"}
    assert [fault.code for fault in faults_of_folder({})] == ["law.folder_empty"]


def test_what_breaks_the_package_s_own_norms_is_a_fault_too() -> None:
    treaties = LAW["rulebook/treaties/belarus.toml"].replace('id = "CAT"', 'id = "KAT"')
    found = faults_of_folder({"treaties/belarus.toml": treaties})
    assert {fault.code for fault in found} == {"law.norm_treaty"} and all("/cat/" in fault.file for fault in found)
