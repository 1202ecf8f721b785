"""Two copies of a public list: what an outsider finds out with one file and a key, whoever tries to hide a change."""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.faces.verifier.conftest import Signer
from tests.public import published_of

from letapis.core import public_data, public_log
from letapis.core.public_viasna import Links
from letapis.core.published import CardValue, Change, Entry, Published, Statement
from letapis.engines import hosting_upload
from letapis.engines.catalogue import catalogue
from letapis.faces.verifier import verify

ORIGIN = "list.example"
KEY, STRANGER = Signer(ORIGIN, b"\1" * 32), Signer(ORIGIN, b"\2" * 32)
KNOWN = catalogue()
WORDS = KNOWN.public_words
Writer = Callable[..., Path]


def note(text: bytes, signer: Signer = KEY) -> bytes:
    """The text signed with both kinds of keys, as a log of ours is."""
    origin, size, root = text.decode().splitlines()
    lines = [signer.line(kind, origin, int(size), base64.b64decode(root)) for kind in (1, 6)]
    return text + b"\n" + "".join(lines).encode()


def policy(signer: Signer = KEY) -> bytes:
    return "".join(f"log {signer.vkey(kind)}\n" for kind in (1, 6)).encode() + b"quorum none\n"


def site(published: Published, signer: Signer = KEY) -> dict[str, bytes]:
    """The data files of a snapshot with their signed notes."""
    files = dict(public_data.files(published, WORDS, KNOWN.export_words, Links("https://list.example")))
    files[public_data.CHECKPOINT_PATH] = note(public_data.checkpoint_body(ORIGIN, published), signer)
    files[public_data.MANIFEST_NOTE_PATH] = note(public_data.manifest_body(ORIGIN, files[public_data.MANIFEST_PATH]), signer)
    return files


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    def run(name: str, files: dict[str, bytes]) -> Path:
        for path, data in files.items():
            (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / path).write_bytes(data)
        return tmp_path / name

    return run


OLD = published_of(9)


def later(entries: tuple[Entry, ...], recalls: dict[str, str], before: Published = OLD) -> Published:
    changes = public_log.extended(before, entries, "2026-11-24", recalls)
    dated = public_log.dated(before, entries, "2026-11-24")
    return replace(before, number=before.number + 1, day="2026-11-24", entries=dated, changes=changes)


def edited(entry: Entry) -> Entry:
    return replace(entry, card=replace(entry.card, values=tuple(sorted({*entry.card.values, CardValue("judge", "Vydumka")}))))


NAMED = next(place for place, one in enumerate(OLD.entries) if one.card.named)
GONE = OLD.entries[NAMED].card.card
REST = tuple(one for one in OLD.entries if one.card.card != GONE)
NEW = later((edited(REST[0]), *REST[1:]), {GONE: "consent_withdrawn"})


def told(old: Path | None, new: Path, given: bytes | None = None) -> tuple[int, dict[str, str], dict[str, Any]]:
    report = verify.verify_published([str(path) for path in (old, new) if path], given)
    return report["exit"], {one["check"]: one["result"] for one in report["checks"]}, report


def failed(old: Path | None, new: Path, given: bytes | None = None) -> str:
    """What fails, as one text."""
    code, checks, _ = told(old, new, given)
    assert code == 1
    return "\n".join(f"{name}: {result}" for name, result in checks.items() if result != "PASS")


def test_an_honest_list_extends_its_older_copy(write: Writer) -> None:
    code, checks, report = told(write("old", site(OLD)), write("new", site(NEW)), policy())
    assert code == 0 and set(checks.values()) == {"PASS"} and len(checks) == 9
    assert report["changes"] == {"added": 0, "changed": 1, "removed": 1, "returned": 0, "reasons": {"consent_withdrawn": 1}}
    assert [one["counted"] for one in report["copies"]] == [2, 2] and report["keys"] == "confirmed"
    assert told(write("old", {}), write("new", {}))[0] == 3, "without a key of one's own it is not proven who signed"
    assert told(None, write("new", {}), policy())[0] == 0
    assert "removed because of consent_withdrawn: 1\n" in verify.render_published(report)


def test_snapshots_alone_are_compared_too(write: Writer) -> None:
    where = public_data.SNAPSHOT_PATH
    paths = [write(name, {where: site(one)[where]}) / where for name, one in (("a", OLD), ("b", NEW))]
    assert told(paths[0], paths[1])[0] == 3
    assert "no checkpoint" in failed(paths[0], paths[1], policy())


def forged(published: Published) -> dict[str, bytes]:
    """What somebody with the key of the publisher could sign."""
    return site(published)


def test_a_silently_removed_person_is_found(write: Writer) -> None:
    silent = replace(OLD, number=2, entries=REST)
    words = failed(write("old", site(OLD)), write("new", forged(silent)), policy())
    assert words == f"new: log and cards: FAIL gone without a line in the log: {GONE}"


def spoiled(published: Published, **parts: Any) -> dict[str, bytes]:
    """The snapshot alone, with other parts."""
    told = json.loads(public_data.snapshot(published))
    return {public_data.SNAPSHOT_PATH: verify.canonical_json(told | parts) + b"\n"}


def test_a_person_who_is_hidden_among_those_who_are_only_counted_is_found(write: Writer) -> None:
    """The log goes on as it was and the number of all is right: the name alone is gone, and nobody said so."""
    shown = json.loads(public_data.snapshot(replace(OLD, number=2)))
    entries = [one for one in shown["entries"] if one["card"]["card"] != GONE]
    hidden = spoiled(replace(OLD, number=2), entries=entries, counted=sorted([*shown["counted"], GONE]))
    old, new = write("old", spoiled(OLD)), write("new", hidden)
    assert GONE in failed(old, new) and GONE in failed(new, old)
    # Who is not to be named any more has a line that says so.
    bare = replace(OLD.entries[NAMED], card=replace(OLD.entries[NAMED].card, values=(CardValue("sex", "m"),)), salt="ab" * 32)
    honest = later((*REST, bare), {})
    assert told(old, write("later", spoiled(honest)))[0] == 3


def test_days_and_members_that_the_log_does_not_bear_out_are_found(write: Writer) -> None:
    shown = json.loads(public_data.snapshot(OLD))
    first = shown["entries"][0]
    dated = [first | {"since": "2001-01-01"}, *shown["entries"][1:]]
    assert "dated otherwise" in failed(None, write("dated", spoiled(OLD, entries=dated)))
    assert failed(None, write("more", spoiled(OLD, remark="Vydumka")))
    assert failed(None, write("within", spoiled(OLD, entries=[first | {"remark": "Vydumka"}, *shown["entries"][1:]])))


def test_a_manifest_that_says_two_things_of_a_file_is_found(write: Writer) -> None:
    files = site(OLD)
    manifest = json.loads(files[public_data.MANIFEST_PATH])
    manifest["files"].insert(0, manifest["files"][0] | {"sha256": "00" * 32})
    files[public_data.MANIFEST_PATH] = json.dumps(manifest).encode()
    files[public_data.MANIFEST_NOTE_PATH] = note(public_data.manifest_body(ORIGIN, files[public_data.MANIFEST_PATH]))
    assert "twice" in failed(None, write("two", files), policy())


def test_a_person_who_is_taken_out_of_the_log_as_well_is_found(write: Writer) -> None:
    changes = tuple(one for one in OLD.changes if one.card != GONE)
    erased = replace(OLD, number=2, entries=REST, changes=changes)
    words = failed(write("old", site(OLD)), write("new", forged(erased)), policy())
    assert words == "the older log is the beginning of the newer: FAIL the newer log has 8 lines, the older one 9: lines were taken out"
    (stranger,) = (one for one in published_of(10).entries if one.card.card not in {one.card.card for one in OLD.entries})
    line = Change(OLD.day, stranger.card.card, "added", digest=public_log.digest(stranger))
    filled = replace(erased, entries=(*REST, stranger), changes=(*changes, line))
    assert "rewritten, taken out or put in between" in failed(write("old", {}), write("filled", forged(filled)), policy())


def test_a_changed_card_without_a_line_is_found_and_so_is_one_that_is_put_in(write: Writer) -> None:
    altered = tuple(edited(one) if one.card.card == GONE else one for one in OLD.entries)
    old = write("old", site(OLD))
    words = failed(old, write("new", forged(replace(OLD, number=2, entries=altered))), policy())
    assert words == f"new: log and cards: FAIL not as the log says: changed without a line: {GONE}"
    more = published_of(11).entries
    assert "public without a line in the log" in failed(old, write("more", forged(replace(OLD, number=2, entries=more))), policy())


def test_a_rewritten_and_a_reordered_log_are_found(write: Writer) -> None:
    old, second = write("old", site(NEW)), later(NEW.entries, {}, NEW)
    why = tuple(replace(one, because="mistake") if one.because else one for one in second.changes)
    words = failed(old, write("why", forged(replace(second, changes=why))), policy())
    assert words.startswith("the older log is the beginning of the newer: FAIL lines were rewritten") and f"card {GONE}" in words
    turned = (second.changes[1], second.changes[0], *second.changes[2:])
    assert "lines stand in another order, the first of them line 1" in failed(old, write("turned", forged(replace(second, changes=turned))), policy())


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (Change("2026-11-24", GONE, "removed"), "a removal has a reason"),
        (Change("2020-01-01", GONE, "removed", "safety"), "goes back in time"),
        (Change("2026-11-24", GONE, "added", digest="0" * 64), "does not go with the lines before it"),
        (Change("2030-01-01", GONE, "removed", "safety"), "later than the day of the snapshot"),
    ],
)
def test_a_log_that_cannot_be_is_found(write: Writer, change: Change, word: str) -> None:
    wrong = replace(OLD, number=2, day="2026-11-24", entries=REST, changes=(*OLD.changes, change))
    assert word in failed(write("old", site(OLD)), write("new", forged(wrong)), policy())


def test_a_forged_checkpoint_and_a_manifest_of_others_are_found(write: Writer) -> None:
    old = write("old", site(OLD))
    assert "new: signatures: FAIL log key" in failed(old, write("stranger", site(NEW, STRANGER)), policy())
    swapped = site(NEW) | {public_data.CHECKPOINT_PATH: site(OLD)[public_data.CHECKPOINT_PATH]}
    assert "signed over another log" in failed(old, write("swapped", swapped), policy())
    mixed = site(NEW) | {public_data.MANIFEST_NOTE_PATH: site(NEW, STRANGER)[public_data.MANIFEST_NOTE_PATH]}
    assert "did not sign the manifest" in failed(old, write("mixed", mixed), policy())
    foreign = site(NEW)
    foreign.pop(public_data.CHECKPOINT_PATH)
    assert "no checkpoint to hold your policy against" in failed(old, write("unsigned", foreign), policy())
    changed = site(NEW)
    changed["data/persons.en.csv"] += b"\n"
    assert "new: files: FAIL data/persons.en.csv is not as the manifest says" in failed(old, write("changed", changed), policy())
    changed = site(NEW) | {"data/more.csv": b"more"}
    changed.pop("data/persons.ru.csv")
    words = failed(old, write("other", changed), policy())
    assert "data/more.csv is not in the manifest" in words and "data/persons.ru.csv is missing" in words


def test_the_wrong_order_two_lists_and_two_copies_of_one_number_are_found(write: Writer) -> None:
    old, new = write("old", site(OLD)), write("new", site(NEW))
    assert "number and day: FAIL the copy given as the newer one has an older number or day" in failed(new, old)
    assert "different organisations" in failed(old, write("another", site(replace(NEW, organisation="Another"))))
    assert "two different copies have one number" in failed(old, write("twice", site(replace(NEW, number=1, day=OLD.day))))


def test_what_no_line_covers_is_told(write: Writer) -> None:
    first, *rest = OLD.statements
    other: Statement = replace(rest[0], link="https://invented.example")
    figures = (replace(OLD.figures[0], value=8),)
    new = replace(NEW, statements=(other, *rest[1:]), figures=figures)
    _, _, report = told(write("old", site(OLD)), write("new", site(new)))
    assert report["exit"] == 3 and report["notes"] == [
        f"statement {first.statement} is no longer there",
        f"statement {other.statement} reads otherwise",
        "figure held of 2026-11-20: 9, now 8",
    ]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[:-1],
        lambda data: data.replace(b'"number":1', b'"number":1.5'),
        lambda data: data.replace(b'"number":1', b'"number":1,"number":1'),
        lambda data: data.replace(b'"what":"added"', b'"what":1', 1),
        lambda data: b"[" * 100_000,
        lambda data: b"\xff",
        lambda data: b"{}",
        lambda data: data.replace(b'"salt":"', b'"salt":"zz', 1),
    ],
)
def test_what_is_not_in_the_form_is_refused_and_ends_no_reader(write: Writer, spoil: Callable[[bytes], bytes]) -> None:
    files = site(OLD)
    broken = write("broken", files | {"data/snapshot.json": spoil(files["data/snapshot.json"])})
    assert failed(write("old", files), broken).startswith("new: form: FAIL snapshot")


def test_it_runs_alone_and_says_what_is_unusable(write: Writer, tmp_path: Path) -> None:
    old, new = write("old", site(OLD)), write("new", site(NEW))
    (tmp_path / "policy.txt").write_bytes(policy())

    def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "-S", verify.__file__, *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, check=False, env={"PATH": os.environ["PATH"]})

    whole = run("--published", old, new, "--policy", tmp_path / "policy.txt", "--json")
    assert whole.returncode == 0 and json.loads(whole.stdout)["changes"]["removed"] == 1
    assert run("--published", tmp_path / "nothing").returncode == 2
    assert run("--published", old, new, new).returncode == 2 and run(old, "--published", new).returncode == 2


# ---- an outsider with two copies of a site and one file ---------------------------------------------------------------


PAGES = {
    "index.html": b"<h1>1</h1>",
    "site-build.json": b"{}",
    "_headers": b"/*",
    "en/index.html": b"<h1>Nine</h1>",
    f"en/p/{GONE[:16]}.html": b"<h1>Vydumka</h1>",
    "site.css": b"h1{}",
}


def whole(published: Published, pages: dict[str, bytes] = PAGES) -> dict[str, bytes]:
    """A site with its pages, as a publisher signs it."""
    digests = {path: hashlib.sha256(data).hexdigest() for path, data in pages.items()}
    told = public_data.files(published, WORDS, KNOWN.export_words, Links("https://list.example"), pages=lambda: digests)
    files = {**dict(told), **pages}
    files[public_data.CHECKPOINT_PATH] = note(public_data.checkpoint_body(ORIGIN, published))
    files[public_data.MANIFEST_NOTE_PATH] = note(public_data.manifest_body(ORIGIN, files[public_data.MANIFEST_PATH]))
    return files


FORK = later((*REST[1:], edited(REST[0])), {GONE: "mistake"})
LATER = replace(NEW, number=3)
ATTACKS = {
    "log and cards": ("new", whole(OLD), whole(replace(LATER, entries=LATER.entries[1:]))),
    "pages": ("new", whole(OLD), {**whole(NEW), "en/index.html": b"<h1>None</h1>"}),
    "files": ("new", whole(OLD), {**whole(NEW), "data/persons.en.csv": b"id\n"}),
    "number and day": ("", whole(NEW), whole(OLD)),
    "the older log is the beginning of the newer": ("", whole(NEW), whole(FORK)),
}


@pytest.mark.parametrize("check", ATTACKS)
def test_an_outsider_finds_it_and_is_told_in_three_languages_what_it_means(check: str, write: Writer, tmp_path: Path) -> None:
    """A folder with nothing but two copies and one file, a Python that knows nothing of ours."""
    which, old, new = ATTACKS[check]
    copies = [str(write(f"copies/{name}", files)) for name, files in (("old", old), ("new", new))]
    tool, keys = tmp_path / "copies" / "verify.py", tmp_path / "copies" / "policy.txt"
    shutil.copy(verify.__file__, tool)
    keys.write_bytes(policy())
    for number, language in enumerate(("en", "be", "ru")):
        command = [sys.executable, "-I", "-S", str(tool), "--published", *copies, "--policy", str(keys), "--language", language]
        done = subprocess.run(
            command, capture_output=True, env={"PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"}, cwd=tmp_path / "copies", check=False
        )
        said, words = done.stdout.decode("utf-8"), verify.PUBLIC_CHECKS[check]
        label = (check, *words[:2])[number]
        side = f"{verify.PUBLIC_SAID[language][which]}: " if which else ""
        assert done.returncode == 1 and f"\n{side}{label}: {verify.PUBLIC_SAID[language]['FAIL']} " in said, said
        assert f": {words[2 + number]}\n" in said and said.rstrip().endswith(verify.PUBLIC_MEANING[language][1])


def test_pages_are_held_against_the_signed_list_where_the_copy_has_them(write: Writer) -> None:
    old, new = write("old", whole(OLD)), write("new", {**whole(NEW), "letapis.txt": hosting_upload._SAID})
    code, checks, report = told(old, new, policy())
    assert code == 0 and checks["old: pages"] == checks["new: pages"] == "PASS" and not report["notes"]
    assert "new: pages" not in told(old / "data", new / "data", policy())[1], "the data folder alone has none"
    for hidden in ("site-build.json", "_headers"):
        (new / hidden).unlink()
    assert told(old, new, policy())[2]["notes"] == [], "a server gives these to nobody"
    (new / "en" / "canary.html").write_bytes(b"put in")
    assert failed(old, new, policy()) == "new: pages: FAIL put in by somebody, on no list: en/canary.html"
    (new / "en" / "canary.html").unlink()
    (new / "letapis.txt").write_bytes(b"put in")
    assert "letapis.txt" in failed(old, new, policy())
    (new / "letapis.txt").unlink()
    (new / "en" / "index.html").unlink()
    pages = (new / "data" / "pages.txt").read_bytes().splitlines(keepends=True)
    code, checks, report = told(old, new, policy())
    assert code == 0 and report["notes"] == ["new: 1 pages of the site are not in this copy"]
    (new / "data" / "pages.txt").write_bytes((new / "data" / "pages.txt").read_bytes().replace(pages[-1], b""))
    assert "data/pages.txt is not as the manifest says" in failed(old, new, policy()) and "new: pages: FAIL put in" in failed(old, new, policy())
    (new / "data" / "pages.txt").write_bytes(b"half a line")
    assert "data/pages.txt is not as the manifest says" in failed(old, new, policy()) and "new: pages: FAIL pages" in failed(old, new, policy())
    (new / "data" / "pages.txt").unlink()
    assert "data/pages.txt is missing" in failed(old, new, policy())


def test_every_check_and_every_end_has_words_in_three_languages(write: Writer) -> None:
    assert {len(words) for words in verify.PUBLIC_CHECKS.values()} == {5} and {len(ends) for ends in verify.PUBLIC_MEANING.values()} == {4}
    assert len({frozenset(words) for words in verify.PUBLIC_SAID.values()}) == 1
    _, checks, report = told(write("old", whole(OLD)), write("new", whole(NEW)), policy())
    assert {name.rpartition(": ")[2] for name in checks} == verify.PUBLIC_CHECKS.keys() - {"form", "signed numbers"}
    for language in ("en", "be", "ru"):
        assert verify.PUBLIC_MEANING[language][0] in verify.render_published(report, language)
