"""Encrypted submissions at the desk: the list is what was in them, the originals stay locked, and neither key nor answers lie on the disk."""

from pathlib import Path

import pytest

from letapis.core.errors import LetapisError
from letapis.desk import dossiers, evidence, form_keys, ledger, list_files, list_import, list_preview, reading
from letapis.desk.audit import audit
from letapis.desk.opening import Desk
from tests.desk.casework import desk
from tests.engines.test_odk import KEY, OTHER, PHOTO, locked, pem

__all__ = ["desk"]
CANARY = "Kanarejkavich Alena"
ANSWERS = f'<data id="vydumka" version="7"><name>{CANARY}</name><detained_on>2021-03-04</detained_on></data>'.encode()
FORM = list_files.ListForm("Invented form", source_code="FORM", mapping="odk-submissions")


@pytest.fixture
def dossier(desk: Desk) -> bytes:
    return dossiers.new_dossier(desk, "ODK-1", "Pryklad form", "group")


def everything(desk: Desk, dossier: bytes) -> list[reading.EvidenceView]:
    return reading.evidence_of(desk, desk.reader("work"), dossier, derived=True)


def bring(desk: Desk, dossier: bytes, files: dict[str, bytes], key: bytes) -> bytes:
    reader = desk.reader("work")
    sealed = [(name, evidence.seal_upload(desk, reader, dossier, [data])) for name, data in files.items()]
    return list_files.bring(desk, reader, dossier, FORM, sealed, key)


def test_what_the_key_opens_is_recorded_and_the_originals_stay_locked(desk: Desk, dossier: bytes) -> None:
    files, reader = locked(media={"a.jpg": PHOTO}, answers=ANSWERS), desk.reader("work")
    ident = bring(desk, dossier, files, pem(KEY))
    known = list_files.shown(desk, reader, ident)
    (item,) = known.files
    copy = reading.evidence(desk, reader, item)
    assert b"".join(evidence.read_object(desk, reader, item)) == ANSWERS
    assert b"".join(evidence.read_object(desk, reader, copy.derived_from)) == files["submission.xml"]
    kept = {one.name: b"".join(evidence.read_object(desk, reader, one.object)) for one in everything(desk, dossier) if not one.derived_from}
    assert kept == files
    made = {one.name: one for one in everything(desk, dossier) if one.derived_from}
    assert set(made) == {"submission.xml", "a.jpg"} and b"".join(evidence.read_object(desk, reader, made["a.jpg"].object)) == PHOTO
    opened = ledger.opened_by_ref(desk, [one.ref for one in made.values()])
    assert {one.record.text("derivation") for one in opened.values()} == {form_keys.DERIVATION}
    list_preview.look(desk, reader, ident)
    list_import.record(desk, reader, ident)
    said = {(one.property, one.value, one.evidence) for one in reading.claims(desk, reader, dossier)}
    assert {("identity.name", CANARY, item), ("detention.start", "2021-03-04", item)} <= said
    assert audit(desk, processes=1).faults == ()


def test_the_same_submission_again_is_kept_once(desk: Desk, dossier: bytes) -> None:
    files = locked(answers=ANSWERS)
    first, again = (bring(desk, dossier, files, pem(KEY)) for _ in range(2))
    assert first == again and len(everything(desk, dossier)) == 3
    assert set(evidence.objects(desk).names()) == {one.blob for one in everything(desk, dossier)}


@pytest.mark.parametrize(
    ("key", "gone", "code"),
    [
        (pem(OTHER), "", "odk.key_wrong"),
        (b"no key", "", "odk.key_unreadable"),
        (pem(KEY), "a.jpg.enc", "odk.media_missing"),
        (pem(KEY), "submission.xml.enc", "odk.answers_missing"),
    ],
    ids=["wrong key", "no key", "media missing", "answers missing"],
)
def test_what_cannot_be_opened_leaves_nothing(desk: Desk, dossier: bytes, key: bytes, gone: str, code: str) -> None:
    reader, before = desk.reader("work"), set(evidence.objects(desk).names())
    files = {name: data for name, data in locked(media={"a.jpg": PHOTO}, answers=ANSWERS).items() if name != gone}
    with pytest.raises(LetapisError) as told:
        bring(desk, dossier, files, key)
    assert told.value.code == code and set(evidence.objects(desk).names()) == before
    assert everything(desk, dossier) == [] and list_files.imports_of(desk, reader, dossier) == []


def test_an_import_that_cannot_begin_leaves_no_copy_in_clear_behind(desk: Desk, dossier: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    before = set(evidence.objects(desk).names())

    def failing(*_: object) -> bytes:
        raise LetapisError("lists.unfinished")

    monkeypatch.setattr(list_files, "_begin", failing)
    with pytest.raises(LetapisError, match=r"lists\.unfinished"):
        bring(desk, dossier, locked(media={"a.jpg": PHOTO}, answers=ANSWERS), pem(KEY))
    assert set(evidence.objects(desk).names()) == before


def test_without_the_key_it_is_said_what_is_missing(desk: Desk, dossier: bytes) -> None:
    ident = bring(desk, dossier, locked(answers=ANSWERS), b"")
    with pytest.raises(LetapisError, match=r"parse\.form_encrypted"):
        list_preview.look(desk, desk.reader("work"), ident)


def test_neither_the_key_nor_the_answers_lie_on_the_disk(desk: Desk, dossier: bytes, tmp_path: Path) -> None:
    """The key in any of its forms: as text, and as the numbers that it is made of."""
    ident = bring(desk, dossier, locked(answers=ANSWERS, media={"a.jpg": b"KANAREJKA-PHOTO" * 9}), pem(KEY))
    list_import.record(desk, desk.reader("work"), ident)
    numbers = KEY.private_numbers()
    secrets = [CANARY.encode(), b"KANAREJKA-PHOTO", *(line for line in pem(KEY).split(b"\n")[1:-2] if len(line) > 30)]
    secrets += [number.to_bytes(128, "big") for number in (numbers.p, numbers.q)]
    for root in {desk.workspace, tmp_path}:
        files = [one for one in root.rglob("*") if one.is_file()]
        assert not [one.name for one in files if any(secret in one.read_bytes() for secret in secrets)]
