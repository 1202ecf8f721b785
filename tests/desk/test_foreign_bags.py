"""Bags of others that are brought in: as a folder, as an archive file; judged by a reader that is locked in, said in the report, nothing fetched."""

import io
import json
import socket
import tarfile
import zipfile
from pathlib import Path

import pytest

from letapis.core.errors import LetapisError, Refused
from letapis.core.language import LANGUAGES
from letapis.desk import dossiers, foreign_bags, imports, insides, ledger, reading, restriction
from letapis.desk.opening import Desk
from letapis.engines import bagit, gathering, parse
from tests.core.test_bagit import EVERY, SUITE, bag, members, tagged
from tests.desk.casework import desk

__all__ = ["desk"]


def unpacked(files: dict[str, bytes], into: Path) -> Path:
    for path, data in files.items():
        (into / path).parent.mkdir(parents=True, exist_ok=True)
        (into / path).write_bytes(data)
    return into


def zipped(files: dict[str, bytes], folder: str = "bag/") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            archive.writestr(folder + path, data)
    return made.getvalue()


def packed(files: dict[str, bytes], mode: str = "w:gz", folder: str = "bag/") -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode=mode) as archive:  # type: ignore[call-overload]
        for path, data in files.items():
            one = tarfile.TarInfo(folder + path)
            one.size = len(data)
            archive.addfile(one, io.BytesIO(data))
    return made.getvalue()


def told(data: bytes) -> list[bagit.Bag]:
    return bagit.told(parse.inspect(data, "bagit"))


@pytest.fixture
def dossier(desk: Desk) -> bytes:
    return dossiers.new_dossier(desk, "EX-1", "Pryklad", "person", "Prykladny")


def test_every_bag_of_the_suite_has_one_verdict_as_a_folder_and_as_an_archive(tmp_path: Path) -> None:
    for path in EVERY[::4]:
        files = members(path)
        (folder,), (archive,) = bagit.bags(unpacked(files, tmp_path / path.stem)), told(path.read_bytes())
        assert folder.valid == archive.valid == (path.parent.name in ("valid", "warning")), path.stem
        assert (folder.version, folder.files, folder.remarks) == (archive.version, archive.files, archive.remarks)
    assert told(SUITE.joinpath("valid/v1.0-basicBag.tgz").read_bytes())[0].verdict == "valid"


def test_the_report_says_what_each_bag_is_and_where_its_faults_stand(desk: Desk, dossier: bytes, tmp_path: Path) -> None:
    folder = tmp_path / "brought"
    unpacked(bag("0.97", ("md5",)), folder / "old")
    unpacked({**bag(), "data/more.txt": b"nobody listed this"}, folder / "b" / "new")
    unpacked(bag(), folder / "good")
    (folder / "letter.txt").write_bytes(b"invented words")
    (folder / "handed.zip").write_bytes(zipped(tagged({**bag(), "data/letter.txt": b"another letter"})))
    reader = desk.reader("work")
    ident = imports.import_folder(desk, reader, dossier, folder)
    known = imports.shown(desk, reader, ident)
    assert known.counts[imports.REFUSED] == 0, "a fault of the bag costs no file"
    assert [(one.folder, one.verdict) for one in known.bags] == [("b/new", "invalid"), ("good", "valid"), ("old", "warned")]
    assert foreign_bags.of_import(desk, reader, known) == list(known.bags), "nobody looked into the archive yet"
    imports.look_at_all(desk, reader, ident)
    *_, archive = foreign_bags.of_import(desk, reader, imports.shown(desk, reader, ident))
    assert (archive.folder, archive.verdict, archive.version) == ("handed.zip/bag", "invalid", "1.0")
    assert ("digest", "manifest-sha256.txt:2: data/letter.txt") in archive.remarks
    for language in LANGUAGES:
        head, remarks = foreign_bags.words(desk, known.bags[0], language)
        assert "b/new" in head and "1.0" in head and any("manifest-sha256.txt: data/more.txt" in line for line in remarks)
        head, remarks = foreign_bags.words(desk, known.bags[1], language)
        assert "good" in head and not remarks


def test_a_remark_names_no_file_that_was_taken_back_since(desk: Desk, dossier: bytes, tmp_path: Path) -> None:
    folder = unpacked({**bag(), "data/Vydumka speaks.txt": b"an invented account"}, tmp_path / "brought" / "bag").parent
    unpacked({"0=ocfl_object_1.1": b"ocfl_object_1.1\n", "Vydumka's.txt": b"another account"}, folder / "kept")
    reader = desk.reader("work")
    ident = imports.import_folder(desk, reader, dossier, folder)
    before = imports.shown(desk, reader, ident)
    assert "Vydumka speaks" in repr(before.bags) and before.archived
    at = {line.path: line.item for line in imports.lines(desk, reader, ident)}
    home = reading.dossier(desk, reader, dossier)
    for path in ("bag/data/Vydumka speaks.txt", "kept/Vydumka's.txt"):
        ledger.append(desk, [restriction.draft(desk, home.work, dossier, at[path])])
    known = imports.shown(desk, reader, ident)
    assert "Vydumka" not in repr(known) and [one.verdict for one in known.bags] == ["invalid"] and not known.archived[0].sound
    assert ("unlisted", "") in known.bags[0].remarks
    assert foreign_bags.words(desk, known.bags[0], "en")[1][0] == desk.catalogue.texts.say("bagit.means.unlisted", "en")


def test_an_archive_with_a_bag_is_told_of_itself_and_one_without_leaves_no_trace(desk: Desk, dossier: bytes, tmp_path: Path) -> None:
    folder = tmp_path / "brought"
    folder.mkdir()
    (folder / "one.tgz").write_bytes(packed(bag("0.96", ("sha1",))))
    (folder / "two.zip").write_bytes(zipped({"letter.txt": b"invented"}, ""))
    (folder / "three.tar").write_bytes(packed({**bag("0.97"), "fetch.txt": b"https://a.example/x - ../x\n"}, "w"))
    reader = desk.reader("work")
    ident = imports.import_folder(desk, reader, dossier, folder)
    imports.look_at_all(desk, reader, ident)
    at = {line.path: line.item for line in imports.lines(desk, reader, ident)}
    (one,) = insides.embedded(desk, reader, at["one.tgz"])
    assert [made.verdict for made in foreign_bags.of_said(one.said)] == ["warned"] and one.fault == ""
    assert insides.embedded(desk, reader, at["two.zip"]) == []
    (three,) = (made for one in insides.embedded(desk, reader, at["three.tar"]) for made in foreign_bags.of_said(one.said))
    assert (three.verdict, three.version) == ("invalid", "0.97") and ("unsafe", "fetch.txt:1: ../x") in three.remarks


def test_an_archive_says_whether_it_holds_one_folder_with_one_bag() -> None:
    assert told(zipped(bag()))[0].verdict == "valid"
    (top,) = told(zipped(bag(), ""))
    assert (top.folder, top.verdict, top.remarks) == ("", "warned", (("archive_root", ""),))
    both = {f"{name}/{path}": data for name in ("one", "two") for path, data in bag().items()}
    found = {one.folder: [code for code, _ in one.remarks] for one in told(zipped(both, ""))}
    assert found == {"one": ["archive_root"], "two": ["archive_root"]}


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: zipped({"../out/bagit.txt": b"x"}, ""), "parse.archive_path"),
        (lambda: packed({"../out/bagit.txt": b"x"}, folder=""), "parse.archive_path"),
        (lambda: packed({"/etc/bagit.txt": b"x"}, "w", folder=""), "parse.archive_path"),
        (lambda: packed({**bag(), "DATA/letter.txt": b"x"}), "parse.archive_duplicate"),
        (lambda: packed({**bag(), "data/zeros": bytes(40 << 20)}), "parse.archive_ratio"),
        (lambda: zipped({**bag(), "data/zeros": bytes(40 << 20)}), "parse.archive_ratio"),
        (lambda: packed(bag())[:-200], "parse.archive_damaged"),
        (lambda: zipped({"letter.txt": b"x"}), "parse.other_form"),
        (lambda: b'{"files": {}, "sizes": 3}', "parse.other_form"),
        (lambda: b'{"files": ' + b"[" * 90_000, "parse.other_form"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_hostile_archive_is_refused_with_its_reason(make: object, code: str) -> None:
    with pytest.raises(Exception, match=code.replace(".", r"\.")):
        parse.inspect(make(), "bagit")  # type: ignore[operator]


def test_a_link_in_an_archive_or_a_folder_is_not_followed(tmp_path: Path) -> None:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        link = tarfile.TarInfo("bag/bagit.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    with pytest.raises(Exception, match=r"parse\.archive_link"):
        parse.inspect(made.getvalue(), "bagit")
    unpacked(bag(), tmp_path / "bag")
    (tmp_path / "bag" / "data" / "elsewhere").symlink_to("/etc/hostname")
    (one,) = bagit.bags(tmp_path)
    assert (one.verdict, one.unread, one.valid) == ("unread", "imports.link", False)


def test_nothing_is_fetched_and_nothing_read_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("a socket")

    monkeypatch.setattr(socket.socket, "connect", never)
    monkeypatch.setattr(socket, "getaddrinfo", never)
    (tmp_path / "secret.txt").write_bytes(b"An invented letter.\n")
    files = {path: data for path, data in bag().items() if path != "data/letter.txt"}
    files["fetch.txt"] = b"http://localhost:1/letter 20 data/letter.txt\nfile:///etc/passwd - data/../../secret.txt\n"
    (one,) = bagit.bags(unpacked(tagged(files), tmp_path / "bag"))
    assert {("to_fetch", "fetch.txt:1: data/letter.txt"), ("unsafe", "fetch.txt:2: data/../../secret.txt")} <= set(one.remarks)


def test_without_a_sandbox_or_room_a_bag_is_not_judged_and_not_called_valid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked(bag(), tmp_path / "bag")

    def locked_out(*_: object) -> parse.Inspection:
        raise Refused("parse.no_sandbox")

    with monkeypatch.context() as patched:
        patched.setattr(parse, "inspect", locked_out)
        (one,) = bagit.bags(tmp_path)
        assert (one.unread, one.valid) == ("parse.no_sandbox", False)
    monkeypatch.setattr(gathering, "_TEXTS", 100)
    (one,) = bagit.bags(tmp_path)
    assert (one.unread, one.valid) == ("parse.too_large", False)


def test_what_is_kept_is_read_back_short_and_an_invalid_one_stays_invalid() -> None:
    one = bagit.Bag("a/b", "0.97", "md5", 3, (("digest", "manifest-md5.txt:1: data/a"), ("weak", "md5")), "")
    assert bagit.read_back(bagit.written([one])[0]) == one
    long = bagit.Bag("a", "1.0", "sha256", 60, tuple(("unlisted", f"{number}: {'п' * 400}") for number in range(60)))
    texts = bagit.written([long] * 100)
    assert sum(len(text.encode()) for text in texts) <= 200_000
    assert all((kept := bagit.read_back(text)) is not None and kept.verdict == "invalid" for text in texts)
    assert bagit.read_back("{}") is None and bagit.read_back("[1]") is None and bagit.written([]) == ()


def test_an_answer_that_names_no_code_of_ours_is_no_remark() -> None:
    rows = ({"bagit.files": "3", "bagit.version": "1.0"}, {"bagit.code": "<b>", "bagit.place": "x"}, {"bagit.code": "weak", "bagit.place": "md5"})
    (one,) = bagit.told(parse.Inspection(parse.Kind.TEXT, "", rows, (), None, (), parse.Level.FULL))
    assert one.remarks == (("weak", "md5"),)


def test_a_stranger_s_file_that_looks_like_our_list_of_a_folder_gets_no_verdict(tmp_path: Path) -> None:
    """It comes to the reader of bags because "ustar" stands where an archive has it, and would say of itself that it is whole."""
    unpacked(bag(), tmp_path)
    (made,) = gathering.gather(tmp_path, gathering.Rule(bagit.roots, bagit.is_text, lambda one: bagit.wanted(one.names), 1)).values()
    ours = made.packed()
    assert told(ours)[0].valid
    begin = b'{"files": {"'
    forged = begin + b"x" * (257 - len(begin)) + b'ustar": {}, ' + ours.removeprefix(b'{"files": {')
    assert forged[257:262] == b"ustar" and json.loads(forged)["texts"] == json.loads(ours)["texts"]
    with pytest.raises(LetapisError):
        told(forged)
