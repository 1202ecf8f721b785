"""The strict bag reader: the conformance suite of the Library of Congress, and what hostile archives try."""

import hashlib
import os
import tarfile
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from letapis.faces.verifier import verify

SUITE = Path(__file__).parents[2] / "vectors" / "bagit"


def _bags(*folders: str) -> list[Any]:
    found = [path for folder in folders for path in sorted((SUITE / folder).glob("*.tgz"))]
    assert found
    return [pytest.param(path, id=f"{path.parent.name}/{path.stem}") for path in found]


def _unpacked(archive: Path, into: Path) -> Path:
    with tarfile.open(archive) as tar:
        tar.extractall(into, filter="data")
    (top,) = [path for path in into.iterdir() if path.is_dir()]
    return top


def _upgrade(folder: Path) -> tuple[str, ...]:
    """Make an old bag a 1.0 bag with our algorithms, so that it must be refused for its own fault and not for its age."""
    declared = folder / "bagit.txt"
    if declared.exists() and declared.read_text(encoding="utf-8").splitlines() == ["BagIt-Version: 0.97", "Tag-File-Character-Encoding: UTF-8"]:
        declared.write_bytes(verify.BAGIT_TXT)
    for old in list(folder.glob("*manifest-md5.txt")):
        rows = [line.split(None, 1) for line in old.read_text(encoding="utf-8").splitlines()]
        redone = []
        for _, name in rows:
            path = folder / name
            data = path.read_bytes() if path.is_file() else b""
            redone.append(f"{hashlib.sha512(data).hexdigest()}  {name}\n")
        (folder / old.name.replace("md5", "sha512")).write_text("".join(redone), encoding="utf-8")
        old.unlink()
    for tag in folder.glob("tagmanifest-*.txt"):
        algorithm = tag.stem.split("-")[1]
        names = [line.split(None, 1)[1].replace("md5", "sha512") for line in tag.read_text(encoding="utf-8").splitlines()]
        lines = [f"{hashlib.new(algorithm, (folder / n).read_bytes()).hexdigest()}  {n}\n" for n in names if (folder / n).is_file()]
        tag.write_text("".join(lines), encoding="utf-8")
    return tuple(sorted(path.stem.split("-")[1] for path in folder.glob("manifest-*.txt")))


def test_the_valid_bag_of_version_1_is_read(tmp_path: Path) -> None:
    folder = _unpacked(SUITE / "valid" / "v1.0-basicBag.tgz", tmp_path)
    assert set(verify.check_bag(verify.Folder(str(folder)), ("sha512",))) == {"bagit.txt", "data/hello.txt", "manifest-sha512.txt"}


@pytest.mark.parametrize("archive", _bags("valid"))
def test_older_versions_are_refused_as_such(archive: Path, tmp_path: Path) -> None:
    """A case file is BagIt 1.0 with SHA-256 and SHA-512; a valid bag of another kind is no case file."""
    with pytest.raises(verify.Fault):
        verify.check_bag(verify.Folder(str(_unpacked(archive, tmp_path))))


def test_the_upgrade_used_below_makes_a_good_bag_of_a_good_one(tmp_path: Path) -> None:
    folder = _unpacked(SUITE / "valid" / "v0.97-basic-bag.tgz", tmp_path)
    assert verify.check_bag(verify.Folder(str(folder)), _upgrade(folder))


@pytest.mark.parametrize("archive", _bags("invalid", "linux-only", "windows-only"))
def test_invalid_bags_are_refused_even_when_brought_to_version_1(archive: Path, tmp_path: Path) -> None:
    folder = _unpacked(archive, tmp_path)
    with pytest.raises(verify.Fault):
        verify.check_bag(verify.Folder(str(folder)))
    if "corrupt-tag-file" in archive.name or "missing-baginfo" in archive.name:
        return  # Redoing the tagmanifest would cure these two.
    with pytest.raises(verify.Fault):
        verify.check_bag(verify.Folder(str(folder)), _upgrade(folder))


@pytest.mark.parametrize("archive", _bags("warning"))
def test_bags_that_lax_readers_only_warn_about_are_refused(archive: Path, tmp_path: Path) -> None:
    with pytest.raises(verify.Fault):
        verify.check_bag(verify.Folder(str(_unpacked(archive, tmp_path))))


@pytest.mark.parametrize(
    "path",
    ["", "/etc/passwd", "data//x", "data/./x", "data/../x", "..", "~/x", "~root/x", "C:/x", "c:x", "data\\x", "\\\\host\\x", "data/x\x00",
     "data/\x1b[2J", "data/\ud800", "data/" + "x" * 2000],
)  # fmt: skip
def test_path_that_leads_out_or_differs_between_systems_is_refused(path: str) -> None:
    with pytest.raises(verify.Fault):
        verify.check_path(path)


@pytest.mark.parametrize(
    "line",
    ["{hash} data/x\n", "{hash} *data/x\n", "{hash}  data/x", "{hash}  data/x\r\n", "{HASH}  data/x\n", "{hash}\tdata/x\n", "{hash}   data/x\n",
     "{short}  data/x\n", "{hash}  data/%zz\n", "{hash}  bagit.txt\n", "{hash}  data/x\n{hash}  data/x\n", "\n", "{hash}  data/x\n\n", "# x\n",
     "\ufeff{hash}  data/x\n"],
)  # fmt: skip
def test_manifest_line_of_another_form_is_refused(line: str) -> None:
    number = hashlib.sha256(b"").hexdigest()
    text = line.format(hash=number, HASH=number.upper(), short=number[:-2])
    with pytest.raises(verify.Fault):
        verify.parse_manifest(text.encode("utf-8"), "sha256", payload=True)


def test_encoded_line_ends_in_paths_are_decoded() -> None:
    number = hashlib.sha256(b"").hexdigest()
    found = verify.parse_manifest(f"{number}  data/a%0Ab%0dc%25d\n".encode(), "sha256", payload=True)
    assert list(found) == ["data/a\nb\rc%d"]


@pytest.fixture
def good(tmp_path: Path, memory_bag: Callable[[str], Any]) -> Path:
    folder: Path = memory_bag("good").write(tmp_path / "case")
    return folder


def _verdict(folder: Path) -> str:
    report = verify.verify_case_file(str(folder))
    assert report["exit"] in (1, 2)
    return str(report["bag"])


def test_links_are_refused(good: Path) -> None:
    photo = good / "data" / "originals" / "E-0001.jpg"
    photo.rename(good.parent / "photo")
    photo.symlink_to(good.parent / "photo")
    assert "neither file nor folder" in _verdict(good)


def test_linked_folders_are_refused(good: Path) -> None:
    (good / "data" / "originals").rename(good.parent / "originals")
    (good / "data" / "originals").symlink_to(good.parent / "originals", target_is_directory=True)
    assert "neither file nor folder" in _verdict(good)


def test_pipes_are_refused_and_never_opened(good: Path) -> None:
    os.mkfifo(good / "data" / "web" / "pipe")
    assert "neither file nor folder" in _verdict(good)


def test_a_link_in_place_of_bagit_txt_is_refused(good: Path) -> None:
    (good / "bagit.txt").rename(good.parent / "bagit.txt")
    (good / "bagit.txt").symlink_to(good.parent / "bagit.txt")
    _verdict(good)


def test_names_that_are_no_utf8_are_refused(good: Path) -> None:
    with open(os.fsencode(str(good / "data" / "web")) + b"/\xff\xfe", "wb") as stream:
        stream.write(b"x")
    assert "not UTF-8" in _verdict(good)


@pytest.mark.parametrize(
    "name", ["fetch.txt", "extra.txt", "data/extra", "manifest-md5.txt", "tagmanifest-sha384.txt", "data/records/x.rec", "sub/manifest-sha256.txt"]
)
def test_a_file_that_no_manifest_lists_is_refused(name: str, good: Path) -> None:
    (good / name).parent.mkdir(exist_ok=True)
    (good / name).write_bytes(b"")
    _verdict(good)


@pytest.mark.parametrize(
    "name",
    ["bagit.txt", "bag-info.txt", "manifest-sha256.txt", "manifest-sha512.txt", "tagmanifest-sha256.txt", "data/items.csv", "data/records/0001.rec"],
)
def test_a_missing_file_is_noticed(name: str, good: Path) -> None:
    (good / name).unlink()
    _verdict(good)


def test_two_spellings_of_one_letter_are_one_name(memory_bag: Callable[[str], Any], check: Callable[..., dict[str, Any]]) -> None:
    bag = memory_bag("good")
    for form in ("NFC", "NFD"):
        bag.files["data/metadata/" + unicodedata.normalize(form, "ў.txt")] = b"x"
    assert "cannot tell apart" in check(bag.redone())["bag"]


def test_two_spellings_of_one_folder_are_one_name(memory_bag: Callable[[str], Any], check: Callable[..., dict[str, Any]]) -> None:
    bag = memory_bag("good")
    bag.files["data/metadata/a/x"] = bag.files["data/metadata/A/y"] = b"x"
    assert "cannot tell apart" in check(bag.redone())["bag"]


@pytest.mark.parametrize("name", ["data/other/x", "data/x", "data/records/1.rec", "data/records/0001.json", "data/proofs/x", "data/anchors/a/b"])
def test_a_file_without_a_place_is_refused(name: str, memory_bag: Callable[[str], Any], check: Callable[..., dict[str, Any]]) -> None:
    bag = memory_bag("good")
    bag.files[name] = b"x"
    assert "has no place" in check(bag.redone())["bag"]


@pytest.mark.parametrize("name", ["data/originals/extra.jpg", "data/web/extra", "data/derived/extra"])
def test_an_evidence_file_that_no_item_names_fails(name: str, memory_bag: Callable[[str], Any], check: Callable[..., dict[str, Any]]) -> None:
    bag = memory_bag("good")
    bag.files[name] = b"x"
    report = check(bag.redone())
    assert report["exit"] == 1
    assert {"item": f"file {name}", "result": "FAIL file (no item names it)"} in report["items"]


@pytest.mark.parametrize("name", ["VERIFY.md", "verify.py", "data/metadata/custody.csv", "data/metadata/premis.xml"])
def test_what_belongs_into_a_case_file_is_accepted(name: str, memory_bag: Callable[[str], Any], check: Callable[..., dict[str, Any]]) -> None:
    bag = memory_bag("good")
    bag.files[name] = b"x"
    assert check(bag.redone())["exit"] == 0


@pytest.mark.parametrize(
    "info",
    ["", "Letapis-Case-File: 1\n", "Letapis-Case-File: 2\nPayload-Oxum: 197883.31\n", "Letapis-Case-File: 1\nPayload-Oxum: 197883.30\n",
     "Letapis-Case-File: 1\nLetapis-Case-File: 1\nPayload-Oxum: 197883.31\n", "Letapis-Case-File: 1\nPayload-Oxum: 197883.31",
     "Letapis-Case-File:1\nPayload-Oxum: 197883.31\n", "Letapis-Case-File: 1\nPayload-Oxum: 197883.31\nnonsense\n"],
)  # fmt: skip
def test_bag_info_must_state_version_and_payload(info: str) -> None:
    files = {"data/x": (197883 - 30, "", ""), **{f"data/{n}": (1, "", "") for n in range(30)}, "bagit.txt": (9, "", "")}
    with pytest.raises(verify.Fault):
        verify.check_bag_info(info.encode(), files)
    verify.check_bag_info(b"Letapis-Case-File: 1\nPayload-Oxum: 197883.31\n", files)


@pytest.mark.parametrize(
    "rows",
    ["E-0001,data/originals/E-0001.jpg,{hash},1,original,", "E 1,data/originals/E-0001.jpg,{hash},0001,original,",
     "E-0001,data/web/none,{hash},0001,web,",
     "E-0001,data/originals/E-0001.jpg,{hash},0001,web,", "E-0001,data/originals/E-0001.jpg,{hash},0001,nonsense,", "E-0001,,,,withdrawn",
     "E-0001,,,0001,withdrawn,", "E-0001,data/originals/E-0001.jpg,,0001,original,", '"E-0001,,,,withdrawn,', "",
     "E-0001,,,,withdrawn,\nE-0001,,,,withdrawn,",
     "\x1b[2J,,,,withdrawn,"],
)  # fmt: skip
def test_items_table_of_another_form_fails(rows: str, memory_bag: Callable[[str], Any], check: Callable[..., dict[str, Any]]) -> None:
    bag = memory_bag("good")
    number = hashlib.sha256(bag.files["data/originals/E-0001.jpg"]).hexdigest()
    text = "item,path,sha256,record,role,derived_from\n" + rows.format(hash=number) + "\n"
    bag.files["data/items.csv"] = text.encode()
    assert check(bag.redone())["exit"] == 1
