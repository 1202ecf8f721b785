"""What goes beside a document: the originals that everybody in them agrees to, under numbers, with digests, whole or not at all."""

import csv
import errno
import io
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from letapis.core.answers import Answer
from letapis.core.errors import Busy, LetapisError, NotFound, Refused, UsageError
from letapis.core.records import Draft
from letapis.core.redaction import Box
from letapis.desk import briefs, bundle, bundle_plan, dossiers, evidence, ledger, reading, redaction, sources, submit, trace
from letapis.desk.evidence import EvidenceForm
from letapis.desk.opening import Desk
from letapis.engines.pixels import png
from tests.desk.filing import FACTS, Filed, Paper, cut_one, filed_by
from tests.team import Team

COURT = Paper("Judgment of the invented court", b"%PDF court " + os.urandom(2000), "hearing.closed", "true")
DOOR = b"\xff\xd8 door " + os.urandom(3000)
PHOTO = Paper("Photo of a door", DOOR, "detention.masked_agents", "true", "photo", "image/jpeg", "person", True, "public")
LETTER = Paper("Letter that names a neighbour", b"canary-neighbour" + os.urandom(500), "detention.force_used", "true")
DIARY = Paper("Diary of two", b"canary-diary" + os.urandom(500), "detention.warrant_shown", "false")
VOICE = Paper("Call", b"canary-voice" + os.urandom(900), "contact.letters_last_received", "2025-03", "audio", "audio/ogg", "person", True, "public")
PAPERS = (COURT, PHOTO, LETTER, DIARY, VOICE)


def more(made: Filed) -> None:
    """The letter tells of a neighbour whom nobody asked; in the diary somebody wrote who never agreed."""
    desk, reader = made.desk(0), made.team.reader()
    neighbour = dossiers.add_entity(desk, reader, made.dossier, "person", "Vydumka Susied")
    cut_one(desk, made, reading.evidence(desk, reader, made.items[3]).source, made.items[3], "person.sex", "male", neighbour)
    silent = sources.add_source(desk, reader, made.dossier, sources.SourceForm("Silent", "person", "B", "public"))
    cut_one(desk, made, silent, made.items[4], "privacy.home_search", "true", made.person)


@pytest.fixture
def filed(make_team: Callable[..., Team]) -> Filed:
    return filed_by(make_team(3), PAPERS, more)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def reasons(desk: Desk, made: Filed, chosen: set[int] | None = None) -> dict[str, str]:
    plan = bundle_plan.make_plan(desk, desk.reader("work"), made.brief(), chosen)
    return {one.annex.title: one.because.because for one in plan}


def test_a_bundle_holds_what_was_sent_and_the_originals_that_may_go_under_their_numbers(filed: Filed, tmp_path: Path) -> None:
    desk, reader, view = filed.desk(0), filed.team.reader(), filed.brief()
    assert reasons(desk, filed) == {
        "Account": "bundle.testimony",
        COURT.title: "bundle.goes",
        PHOTO.title: "bundle.goes",
        LETTER.title: "bundle.person",
        DIARY.title: "bundle.source",
        VOICE.title: "bundle.testimony",
    }
    with pytest.raises(Refused, match=r"bundle\.not_produced"):
        bundle.write_bundle(desk, reader, view, tmp_path / "early")
    made, view = filed.produce(), filed.brief()
    numbers = {annex.title: annex.number for annex in view.document.annexes}
    done = bundle.write_bundle(desk, reader, view, tmp_path / "bundle")
    found = contents(tmp_path / "bundle")
    court, photo = f"annexes/{numbers[COURT.title]:02}.pdf", f"annexes/{numbers[PHOTO.title]:02}.jpg"
    assert sorted(found) == sorted(["SHA256SUMS", "index.csv", "index.pdf", "document.docx", "document.pdf", court, photo])
    assert (found["document.docx"], found["document.pdf"]) == (made.docx, made.pdf)
    assert (found[court], found[photo]) == (COURT.data, PHOTO.data)
    subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=tmp_path / "bundle", check=True, capture_output=True)
    rows = list(csv.DictReader(io.StringIO(found["index.csv"].decode())))
    assert [(row["file"], row["title"], row["media_type"]) for row in rows] == [
        (court, COURT.title, "application/pdf"),
        (photo, PHOTO.title, "image/jpeg"),
    ]
    assert all(len(row["sha256"]) == 64 and len(row["sha512"]) == 128 and len(row["received"]) == 10 for row in rows)
    with pypdfium2.PdfDocument(found["index.pdf"]) as paper:
        text = " ".join(" ".join(leaf.get_textpage().get_text_bounded() for leaf in paper).split())
    assert court in text and COURT.title in text and rows[0]["sha256"][:16] in text
    assert LETTER.title not in text and "not enclosed" in text
    everything = b"".join(found.values())
    assert not any(canary in everything for canary in (b"canary-", f"0 {FACTS[0][0]}.".encode(), b".raw"))
    assert not any(one.data in everything for one in (LETTER, DIARY, VOICE))
    # What left is known: which items, beside which submission, and on the page of custody of each.
    (left,) = bundle.bundles(desk, reader, made.submission)
    assert set(left.objects) == {filed.items[1], filed.items[2]} and left.digest.hex() == done.digest
    assert reading.custody(desk, reader, filed.items[1])[-1].event == "export"
    assert reading.custody(desk, reader, filed.items[3])[-1].event != "export"
    # Chosen by its number, a testimony goes too; what may not go does not, whoever chooses it.
    with pytest.raises(Refused, match=r"bundle\.may_not_go"):
        bundle.write_bundle(desk, reader, view, tmp_path / "second", {numbers[LETTER.title]})
    with pytest.raises(UsageError, match=r"bundle\.number"):
        bundle.write_bundle(desk, reader, view, tmp_path / "second", {99})
    assert bundle.write_bundle(desk, reader, view, tmp_path / "second", {numbers["Account"]}).annexes == (numbers["Account"],)
    with pytest.raises(Refused, match=r"casefile\.exists"):
        bundle.write_bundle(desk, reader, view, tmp_path / "second")
    with pytest.raises(Refused, match=r"casefile\.inside_workspace"):
        bundle.write_bundle(desk, reader, view, desk.workspace / "inside")
    assert sorted(path.name for path in tmp_path.iterdir() if "unfinished" in path.name) == []
    withdrawn_afterwards(filed, tmp_path)


def withdrawn_afterwards(filed: Filed, tmp_path: Path) -> None:
    """An answer that changed since shuts the gates again, and no further bundle leaves."""
    desk, reader = filed.desk(0), filed.team.reader()
    sources.record_consent(desk, reader, filed.dossier, filed.person, [sources.ConsentForm("wgad_regular", "withdrawn")])
    assert set(reasons(desk, filed).values()) <= {"bundle.person", "bundle.source"}
    with pytest.raises(Refused, match=r"submit\.gates"):
        bundle.write_bundle(desk, reader, filed.brief(), tmp_path / "third")
    assert not (tmp_path / "third").exists() and len(bundle.bundles(desk, reader, submit.submissions(desk, reader, filed.dossier)[0].rid)) == 2


def test_a_bundle_that_is_cut_short_leaves_nothing_that_looks_whole(
    make_team: Callable[..., Team], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed = filed_by(make_team(3), (COURT,))
    desk, reader, made = filed.desk(0), filed.team.reader(), filed.produce()
    view, out = filed.brief(), tmp_path / "out"
    out.mkdir()

    # Killed in the middle: the folder has no name yet.
    child = os.fork()
    if child == 0:
        # A forked child has no threads of the typesetter: what was sent is looked up, not set again.
        monkeypatch.setattr(bundle, "_sent", lambda *_: submit.submissions(desk, reader, filed.dossier)[0])
        monkeypatch.setattr(bundle, "index", lambda *_: os._exit(9))
        try:
            bundle.write_bundle(desk, reader, view, out / "killed")
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    (left,) = out.iterdir()
    assert left.name.startswith(".") and left.name.endswith(".unfinished")
    shutil.rmtree(left)
    assert not bundle.bundles(desk, reader, made.submission)

    # A full disk is said, and nothing stays.
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(Busy, match=r"disk\.full"):
            bundle.write_bundle(desk, reader, view, out / "full")
    assert not list(out.iterdir()) and not bundle.bundles(desk, reader, made.submission)

    # The folder cannot get its name: what was recorded is taken back in the open.
    def taken(*_: Any) -> None:
        raise Busy("disk.failed")

    with monkeypatch.context() as patch:
        patch.setattr(bundle, "publish", taken)
        with pytest.raises(LetapisError):
            bundle.write_bundle(desk, reader, view, out / "failed")
    assert not bundle.bundles(desk, reader, made.submission)
    assert [entry.outcome for entry in reading.custody(desk, reader, filed.items[1])[-2:]] == ["handed over", "failed"]

    # An original that is not what its record says does not leave.
    with monkeypatch.context() as patch:
        patch.setattr(evidence, "read_object", lambda *_, **__: iter([b"other bytes"]))
        with pytest.raises(LetapisError, match=r"casefile\.content"):
            bundle.write_bundle(desk, reader, view, out / "changed")
    assert not list(out.iterdir())

    # Whoever goes by another name is not shown by an original.
    with monkeypatch.context() as patch:
        subject = bundle_plan.material.Subject(filed.person, "Person 1", frozenset({"pryklad"}))
        patch.setattr(bundle_plan.material, "subjects", lambda *_: [subject])
        assert set(reasons(desk, filed).values()) == {"bundle.pseudonym"}
    # An original of which something goes in other words, or waits, stays.
    with monkeypatch.context() as patch:
        patch.setattr(bundle_plan.casefile_plan, "original_goes", lambda fates: Answer(False, f"fates {sorted(set(fates))}"))
        assert set(reasons(desk, filed).values()) == {"fates ['goes']"}


def test_a_record_that_calls_something_else_the_sent_files_takes_it_nowhere(filed: Filed, tmp_path: Path) -> None:
    """A patched client says that the call of a person was what was sent; a colleague's bundle does not believe it."""
    other, reader, view = filed.desk(2), filed.team.reader(2), filed.brief(2)
    call = next(one.object for one in reading.evidence_of(other, reader, filed.dossier) if one.title == VOICE.title)
    work = reading.dossier(other, reader, filed.dossier).work
    body = {"dossier": filed.dossier, "brief": view.ref, "mechanism": view.mechanism, "objects": (call,)}
    ledger.append(other, [Draft("submission", work, body)])
    filed.team.settle()
    briefs.approve_brief(filed.desk(1), filed.team.reader(1), filed.brief(1))
    filed.team.settle()
    with pytest.raises(Refused, match=r"bundle\.document_differs"):
        bundle.write_bundle(filed.desk(0), filed.team.reader(), filed.brief(), tmp_path / "bundle")
    made = submit.produce(filed.desk(0), filed.team.reader(), filed.brief())
    bundle.write_bundle(filed.desk(0), filed.team.reader(), filed.brief(), tmp_path / "bundle")
    assert contents(tmp_path / "bundle")["document.docx"] == made.docx
    assert not any(b"canary" in data for data in contents(tmp_path / "bundle").values())


def test_a_stranger_finds_neither_the_plan_nor_the_way_back(make_team: Callable[..., Team], make_desk: Callable[..., Desk]) -> None:
    team = make_team(1)
    desk = team.desks[0]
    ident = dossiers.new_dossier(desk, "PR-2", "Invented", person="Pryklad")
    view = briefs.make_brief(desk, team.reader(), ident)
    outsider = make_desk(4)
    team.admit(outsider)
    team.settle()
    with pytest.raises(NotFound):
        bundle_plan.make_plan(outsider, outsider.reader("work"), view)
    with pytest.raises(UsageError, match=r"trace\.note"):
        trace.trace(desk, team.reader(), view, 1)


def test_a_copy_with_parts_blacked_out_stands_in_for_a_letter_that_names_a_neighbour(filed: Filed, tmp_path: Path) -> None:
    desk, reader, letter = filed.desk(0), filed.team.reader(), filed.items[3]
    page = EvidenceForm("Page", media_type="image/png", derived_from=letter, derivation="safe copy", tool="letapis", page=1)
    evidence.add_evidence(desk, reader, filed.dossier, page, [png(Image.new("L", (40, 20), 200))])
    made = redaction.redact(desk, reader, letter, redaction.Wish("Letter, in part", (Box(1, 0, 0, 5000, 5000, "third_person"),)))
    assert reasons(desk, filed)[LETTER.title] == "bundle.person", "nobody else has looked yet"
    filed.team.settle()
    redaction.second_look(filed.desk(1), filed.team.reader(1), made, True, "compared with the letter")
    filed.team.settle()
    assert reasons(desk, filed)[LETTER.title] == "bundle.redacted_may"
    filed.produce()
    number = {annex.title: annex.number for annex in filed.brief().document.annexes}[LETTER.title]
    bundle.write_bundle(desk, reader, filed.brief(), tmp_path / "bundle", {number})
    found = contents(tmp_path / "bundle")
    assert found[f"annexes/{number:02}-in-part.png"] == b"".join(
        evidence.read_object(desk, reader, redaction.redaction(desk, reader, made).copy.object)
    )
    assert not any(LETTER.data in data for data in found.values())
