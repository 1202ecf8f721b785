"""A case file convinces a stranger with a bare Python, names no source and no colleague's hour, and leaves nothing half done."""

import base64
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from letapis.core.access import Reader
from letapis.core.disclosure import parse_disclosure
from letapis.core.errors import Busy, Damaged, LetapisError, NotFound, Refused, UsageError
from letapis.core.language import LANGUAGES
from letapis.core.standing import Level
from letapis.desk import casefile, casefile_opening, casefile_records, copy_places, evidence, fixity, ledger, reading
from letapis.desk.bag import Bag, growing, sheet
from letapis.desk.casefile import Choice, export_case_file, trust_files
from letapis.desk.casefile_records import Showing
from letapis.desk.opening import Desk
from letapis.engines.objects import ObjectStore
from letapis.engines.pixels import png
from tests.desk.casework import LETTER, SECRET_NAME, SECRET_TITLE, Work, checked_work, desk, office, work_at
from tests.team import Team

__all__ = ["desk"]

OPEN = Choice(floor=Level.OPEN)


@pytest.fixture
def work(desk: Desk) -> Work:
    return work_at(desk)


def handed_out(desk: Desk, work: Work, target: Path, choice: Choice = OPEN) -> casefile.CaseFileReport:
    return export_case_file(desk, desk.reader("submit"), work.dossier, target, "An invented court", "a hearing", choice)


def judged(case: Path, desk: Desk | None = None) -> tuple[int, dict[str, Any]]:
    """Exit code and report of the verifier inside the case file, in a bare Python; with a desk, under the keys that it publishes."""
    trust: list[str] = []
    if desk is not None:
        for option, data in zip(("--policy", "--devices"), trust_files(desk, desk.reader("work")), strict=True):
            path = case.parent / f"{option[2:]}.txt"
            path.write_bytes(data)
            trust += [option, str(path)]
    command = [sys.executable, "-I", "-S", str(case / "verify.py"), str(case), "--json", *trust]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    return run.returncode, json.loads(run.stdout)


def contents(case: Path) -> Iterator[tuple[str, bytes]]:
    return ((str(path.relative_to(case)), path.read_bytes()) for path in sorted(case.rglob("*")) if path.is_file())


# ---- copies ----------------------------------------------------------------------------------------------------------


def test_that_copies_were_checked_stands_in_a_table_without_places(desk: Desk, work: Work, tmp_path: Path) -> None:
    before = handed_out(desk, work, tmp_path / "before").target
    assert not (before / "data/metadata/copies.csv").exists() and "copies.csv" not in (before / "data/metadata/system.txt").read_text()
    stick, reader = tmp_path / "Canary stick", desk.reader("work")
    stick.mkdir()
    place = copy_places.add_place(desk, reader, copy_places.PlaceForm("Canary safe", str(stick)))
    for one, deed in ((place, "copy"), (copy_places.here_id(desk), "check"), (place, "check")):
        fixity.walk(desk, reader, one, deed)
    ledger.sign_checkpoint(desk)
    case = handed_out(desk, work, tmp_path / "case").target
    rows = list(csv.DictReader(io.StringIO((case / "data/metadata/copies.csv").read_text("utf-8"))))
    day = desk.clock().date().isoformat()
    assert {"item": "I0001", "good copies": "2", "days of checks": "1", "first": day, "last": day} in rows
    assert judged(case, desk)[0] == 0 and "copies.csv" in (case / "data/metadata/system.txt").read_text()
    assert not [name for name, data in contents(case) if b"Canary s" in data]


# ---- what an expert finds --------------------------------------------------------------------------------------------


def test_holds_under_the_experts_keys_and_says_so_when_there_are_none(desk: Desk, work: Work, tmp_path: Path) -> None:
    report = handed_out(desk, work, tmp_path / "case")
    code, said = judged(report.target, desk)
    assert (code, said["bag"], said["keys"], said["device_keys"]) == (0, "OK", "confirmed", "confirmed")
    assert [row["item"] for row in said["items"]] == ["I0001"] and said["items"][0]["result"].startswith("REDACTED ")
    assert judged(report.target)[0] == 3
    assert (report.target / "data/originals/0001.txt").read_bytes() == LETTER
    assert report.items == 1 and report.claims == 0 and report.kept == 2 and report.left_out == 0


@pytest.mark.parametrize("path", ["data/originals/0001.txt", "data/records/0001.rec", "data/proofs/0002.tlog-proof", "data/items.csv", "VERIFY.md"])
def test_a_changed_file_fails(desk: Desk, work: Work, tmp_path: Path, path: str) -> None:
    case = handed_out(desk, work, tmp_path / "case").target
    data = bytearray((case / path).read_bytes())
    data[len(data) // 2] ^= 1
    (case / path).write_bytes(bytes(data))
    assert judged(case, desk)[0] == 1


def test_a_record_that_was_taken_out_is_missed_although_the_bag_is_made_anew(desk: Desk, work: Work, tmp_path: Path) -> None:
    """The sender themself cannot hide a step: with record 2 gone and every manifest right again, the chain has a gap."""
    case = handed_out(desk, work, tmp_path / "case").target
    again = Bag(tmp_path / "again")
    manifests = ("bagit.txt", "bag-info.txt", "manifest-", "tagmanifest-")
    for path, data in contents(case):
        if not path.startswith(manifests) and not re.match(r"data/(records|proofs)/0002", path):
            again.put(path, [data])
    again.finish([("Letapis-Case-File", "1")])
    code, said = judged(tmp_path / "again", desk)
    assert code == 1 and said["items"][0]["result"].startswith("FAIL custody gap")


def test_keys_of_another_organisation_do_not_confirm_it(desk: Desk, work: Work, tmp_path: Path, make_desk: Any) -> None:
    stranger = office(make_desk(7))
    code, said = judged(handed_out(desk, work, tmp_path / "case").target, stranger)
    assert code == 1 and "FAIL log key" in json.dumps(said)


def test_records_of_several_devices_stand_in_one_file_each_proven_by_its_own_log(make_team: Callable[..., Team], tmp_path: Path) -> None:
    team = make_team(3)
    work = checked_work(team)
    for number, one in enumerate(team.desks):
        report = export_case_file(one, team.reader(number), work.dossier, tmp_path / f"case-{number}", "An invented court", "a hearing")
        code, said = judged(report.target, one)
        assert code == 0, said
        assert len(said["checkpoints"]) == 3 and report.claims == 2
        rows = list(csv.DictReader(io.StringIO((report.target / "data/metadata/claims.csv").read_text("utf-8"))))
        assert (report.target / "VERIFY.md").read_text("utf-8").count("`data/metadata/claims.csv`") == len(LANGUAGES)
        assert {(row["standing"], row["checks"]) for row in rows} == {("checked", "2")}


# ---- what they do not find -------------------------------------------------------------------------------------------


def test_no_name_no_source_and_no_inner_key_leaves_the_house(desk: Desk, work: Work, tmp_path: Path) -> None:
    report = handed_out(desk, work, tmp_path / "case")
    kept = reading.evidence(desk, desk.reader("work"), work.item)
    inner = ledger.opened_by_ref(desk, [kept.ref])[kept.ref].record.raw("blob.key")
    forbidden = [SECRET_NAME.encode(), SECRET_TITLE.encode(), b"family", base64.b64encode(work.source), work.source.hex().encode()]
    forbidden += [base64.b64encode(inner), inner.hex().encode(), kept.blob.encode(), b"Vydumka 1", kept.received.encode()]
    for path, data in contents(report.target):
        found = [word for word in forbidden if word in data]
        assert not found, (path, found)
    shown = [parse_disclosure(data) for path, data in contents(report.target) if path.endswith(".rec")]
    assert sum(len(one.withheld) for one in shown) == report.withheld > 0
    assert all(one.value("h.recorded") is None and one.value("b.source") is None for one in shown)


def test_titles_are_shown_when_somebody_decides_so(desk: Desk, work: Work, tmp_path: Path) -> None:
    case = handed_out(desk, work, tmp_path / "case", Choice(floor=Level.OPEN, showing=Showing(titles=True))).target
    first = parse_disclosure((case / "data/records/0001.rec").read_bytes())
    assert first.value("b.title") == SECRET_TITLE.encode() and first.value("b.received") is None and first.value("b.name") is None
    assert judged(case, desk)[0] == 0


def test_the_organisation_attests_the_day_and_no_device_or_hour_is_shown(desk: Desk, work: Work, tmp_path: Path) -> None:
    case = handed_out(desk, work, tmp_path / "case").target
    shown = [parse_disclosure(data) for path, data in contents(case) if path.endswith(".rec")]
    assert all(one.value("h.device") is None and one.value("h.recorded") is None for one in shown)
    rows = list(csv.DictReader(io.StringIO((case / "data/metadata/attested.csv").read_text("utf-8"))))
    assert len(rows) == len(shown) and {row["attested by"] for row in rows} == {"Pryklad"}
    assert {row["day"] for row in rows} == {desk.clock().date().isoformat()}
    assert judged(case, desk)[0] == 0


def test_devices_and_hours_are_opened_by_two_and_the_case_file_is_still_proven(make_team: Callable[..., Team], tmp_path: Path) -> None:
    team = make_team(3)
    work, first, second = checked_work(team), team.desks[0], team.desks[1]
    open_ = Choice(showing=Showing(instants=True))

    def shown(name: str) -> list[bool]:
        report = export_case_file(first, team.reader(), work.dossier, tmp_path / name, "An invented court", "a hearing", open_)
        assert judged(report.target, first)[0] == 0
        records = [parse_disclosure(data) for path, data in contents(report.target) if path.endswith(".rec")]
        return [bool(one.value("h.device") and one.value("h.recorded")) for one in records]

    asked = casefile_opening.ask_opening(first, team.reader(), work.dossier, "The court asks who was where.")
    with pytest.raises(Refused, match=r"casefile\.needs_two"):
        shown("alone")
    with pytest.raises(Refused, match=r"casefile\.own_opening"):
        casefile_opening.agree_opening(first, team.reader(), work.dossier, asked.header.id)
    with pytest.raises(NotFound):
        casefile_opening.agree_opening(first, team.reader(), work.dossier, b"x" * 16)
    team.settle()
    casefile_opening.agree_opening(second, team.reader(1), work.dossier, asked.header.id)
    team.settle()
    assert all(shown("opened"))
    first.clock.now += timedelta(days=31)  # type: ignore[attr-defined]  # the tests' clock can be set
    with pytest.raises(Refused, match=r"casefile\.needs_two"):
        shown("later")


def test_a_former_recipient_is_withheld_from_the_next(desk: Desk, work: Work, tmp_path: Path) -> None:
    export_case_file(desk, desk.reader("submit"), work.dossier, tmp_path / "first", "Canary recipient", "canary purpose", OPEN)
    case = handed_out(desk, work, tmp_path / "second").target
    assert not any(word in data for _, data in contents(case) for word in (b"Canary recipient", b"canary purpose"))
    assert judged(case, desk)[0] == 0
    entries = reading.custody(desk, desk.reader("work"), work.item)
    assert [entry.outcome for entry in entries if entry.event == "export"] == ["handed over", "handed over"]
    assert any("Canary recipient" in entry.detail for entry in entries)


def test_claims_below_the_floor_stay_at_home(desk: Desk, work: Work, tmp_path: Path) -> None:
    report = handed_out(desk, work, tmp_path / "case", Choice())
    assert report.claims == 0 and not (report.target / "data/metadata/claims.csv").exists()
    for name in ("VERIFY.md", "data/metadata/system.txt"):
        assert b"claims.csv" not in (report.target / name).read_bytes(), "what is not in the folder is not named"
    assert judged(report.target, desk)[0] == 0


def test_a_type_without_a_rule_is_never_shown(desk: Desk, work: Work) -> None:
    note = reading.notes(desk, desk.reader("work"), work.dossier)[0]
    (ref,) = (bytes(row[0]) for row in desk.store.rows("SELECT ref FROM db_note WHERE note = %s", (note.note,)))
    with pytest.raises(Damaged, match=r"casefile\.type"):
        casefile_records.withheld_fields(ledger.opened_by_ref(desk, [ref])[ref], Showing(True, True))


# ---- copies, choice, words -------------------------------------------------------------------------------------------


def test_safe_copies_go_with_their_original(desk: Desk, work: Work, tmp_path: Path) -> None:
    form = evidence.EvidenceForm("Page", "testimony", media_type="image/png", derived_from=work.item, derivation="safe copy", tool="letapis", page=1)
    evidence.add_evidence(desk, desk.reader("work"), work.dossier, form, [png(Image.new("L", (3, 2), 128))])
    report = handed_out(desk, work, tmp_path / "case")
    rows = list(csv.DictReader(io.StringIO((report.target / "data/items.csv").read_text("utf-8"))))
    assert [(row["item"], row["role"], row["derived_from"]) for row in rows] == [("I0001", "original", ""), ("I0001.p1", "derived", "I0001")]
    code, said = judged(report.target, desk)
    assert code == 0 and len(said["items"]) == 2
    without = handed_out(desk, work, tmp_path / "bare", Choice(copies=False, floor=Level.OPEN))
    assert without.items == 1 and not (without.target / "data/derived").exists()


def test_only_the_chosen_originals_leave(desk: Desk, work: Work, tmp_path: Path) -> None:
    reader = desk.reader("work")
    other = evidence.keep_text(desk, reader, work.dossier, "Second", "Canary-Second: invented words.")
    report = handed_out(desk, work, tmp_path / "case", Choice(items=(other,), claims=False))
    assert report.items == 1
    assert not any(LETTER in data for _, data in contents(report.target))
    assert judged(report.target, desk)[0] == 0
    with pytest.raises(UsageError, match=r"casefile\.item"):
        handed_out(desk, work, tmp_path / "other", Choice(items=(other, b"\x01" * 16)))


def test_words_of_three_languages_and_no_formula_for_a_spreadsheet(desk: Desk, work: Work, tmp_path: Path) -> None:
    case = export_case_file(desk, desk.reader("submit"), work.dossier, tmp_path / "case", "=HYPERLINK(1) <b>", "a *hearing*", OPEN).target
    guide = (case / "VERIFY.md").read_text("utf-8")
    assert all(words in guide for words in ("How to check this case file", "Як праверыць гэтыя матэрыялы", "Как проверить эти материалы"))
    assert "INVENTED EXAMPLE" in guide and "<b>" not in guide and "\\*hearing\\*" in guide
    assert "Letapis-Marking: INVENTED EXAMPLE\n" in (case / "bag-info.txt").read_text("utf-8")
    assert sheet(("a",), [("=1+1",), ("two\nlines",)]) == b"a\n'=1+1\ntwo lines\n"
    assert judged(case, desk)[0] == 0


def test_an_organisation_that_is_no_example_is_not_marked(make_desk: Any, tmp_path: Path) -> None:
    from letapis.desk import members

    real = make_desk(3)
    members.found_organisation(real, "Pryklad", "Vydumka")
    case = handed_out(real, work_at(real), tmp_path / "case").target
    assert not any(b"INVENTED" in data for path, data in contents(case) if path != "verify.py")
    assert judged(case, real)[0] == 0


# ---- nothing half done -----------------------------------------------------------------------------------------------


def test_an_existing_place_a_missing_folder_and_the_workspace_are_refused(desk: Desk, work: Work, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to(desk.workspace)
    for target, code in (
        (tmp_path / "there", "casefile.exists"),
        (tmp_path / "nowhere" / "case", "casefile.folder"),
        (desk.workspace / "case", "casefile.inside_workspace"),
        (desk.workspace, "casefile.inside_workspace"),
        (tmp_path / "link" / "case", "casefile.inside_workspace"),
    ):
        with pytest.raises(LetapisError, match=re.escape(code)):
            handed_out(desk, work, target)
    assert not [entry for entry in reading.custody(desk, desk.reader("work"), work.item) if entry.event == "export"]


@pytest.mark.parametrize(("recipient", "purpose"), [("", "x"), ("x", "  "), ("x" * 201, "x"), ("x", "a\u202eb")])
def test_a_hand_over_without_plain_words_is_refused(desk: Desk, work: Work, tmp_path: Path, recipient: str, purpose: str) -> None:
    with pytest.raises(UsageError):
        export_case_file(desk, desk.reader("submit"), work.dossier, tmp_path / "case", recipient, purpose)


def test_an_original_that_is_missing_or_changed_stops_everything(desk: Desk, work: Work, tmp_path: Path) -> None:
    kept = reading.evidence(desk, desk.reader("work"), work.item)
    path = desk.workspace / "objects" / kept.blob
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(Damaged):
        handed_out(desk, work, tmp_path / "case")
    ObjectStore(desk.workspace / "objects").remove(kept.blob)
    with pytest.raises(NotFound):
        handed_out(desk, work, tmp_path / "case")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["desk-0"]


def test_who_may_not_read_the_dossier_hands_out_nothing(desk: Desk, work: Work, tmp_path: Path) -> None:
    home = reading.dossier(desk, desk.reader("work"), work.dossier)
    nobody = Reader(desk.me, frozenset(), "submit")
    with pytest.raises(NotFound):
        export_case_file(desk, nobody, work.dossier, tmp_path / "case", "x", "x")
    without_raw = Reader(desk.me, frozenset({home.work}), "submit")
    with pytest.raises(Refused, match=r"casefile\.no_items"):
        export_case_file(desk, without_raw, work.dossier, tmp_path / "case", "x", "x")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte; only root may make one."""
    path, mount = tmp_path / "small", shutil.which("mount")
    path.mkdir(mode=0o700)
    options = ["-t", "tmpfs", "-o", "size=1m", "tmpfs", str(path)]
    if mount is None or os.geteuid() != 0 or subprocess.run([mount, *options], check=False, capture_output=True).returncode:
        pytest.skip("this user may not mount a small disk")
    yield path
    subprocess.run(["umount", "-l", str(path)], check=True)


def test_a_really_full_disk_is_named_and_nothing_in_clear_stays_on_it(desk: Desk, work: Work, small_disk: Path) -> None:
    evidence.add_evidence(desk, desk.reader("work"), work.dossier, evidence.EvidenceForm("Large", "audio"), [os.urandom(1 << 20) * 2])
    with pytest.raises(Busy, match=r"disk\.full"):
        handed_out(desk, work, small_disk / "case")
    assert list(small_disk.iterdir()) == []
    with pytest.raises(Busy, match=r"disk\.full"):
        bag_only(small_disk)
    assert list(small_disk.iterdir()) == []


def bag_only(place: Path) -> None:
    with growing(place / "case") as (bag, _):
        bag.put("data/originals/0001.bin", (bytes(1 << 16) for _ in range(64)))


def test_a_full_disk_or_a_place_taken_meanwhile_leaves_nothing_but_the_word_of_it(
    desk: Desk, work: Work, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise Busy("disk.full")

    monkeypatch.setattr(casefile, "publish", full)
    with pytest.raises(Busy):
        handed_out(desk, work, tmp_path / "case")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["desk-0"]
    entries = reading.custody(desk, desk.reader("work"), work.item)
    assert [(entry.outcome, entry.detail) for entry in entries if entry.event == "export"][1] == ("failed", "disk.full")


def test_a_colleagues_entry_that_no_checkpoint_covers_yet_asks_for_a_sync(make_team: Callable[..., Team], tmp_path: Path) -> None:
    team = make_team(3)
    work = checked_work(team)
    first, second = team.desks[:2]
    evidence.add_custody(first, team.reader(0), work.item, "fixity check", "good")
    team.settle()
    second.store.run("DELETE FROM db_checkpoint WHERE size > (SELECT min(size) FROM db_checkpoint)")
    with pytest.raises(Refused, match=r"casefile\.not_covered"):
        export_case_file(second, team.reader(1), work.dossier, tmp_path / "case", "x", "x")
    assert not (tmp_path / "case").exists()
