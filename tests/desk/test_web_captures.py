"""Web captures of others: sealed as they came, read behind the shut door, every sample with its expected verdict."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from letapis.core.web_claims import Verdict
from letapis.desk import assertions, captures, dossiers, reading, web_captures, web_roots
from letapis.desk.opening import Desk
from letapis.desk.web_captures import CaptureForm, import_capture
from tests.desk.casework import office

VECTORS = Path(__file__).parents[1] / "vectors"
WORDS = "У Прыдуманску суд адклаў паседжанне да 28 верасня."


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    return office(make_desk(1))


@pytest.fixture
def dossier(desk: Desk) -> bytes:
    return dossiers.new_dossier(desk, "PRY-1", "Vydumka's son", "person", "Janka Vydumka")


def brought(desk: Desk, dossier: bytes, name: str, *words: str) -> web_captures.Brought:
    data = (VECTORS / name).read_bytes()
    return import_capture(desk, desk.reader("work"), dossier, CaptureForm("Post about the court", name.split("/")[1], words=words), [data])


EXPECTED = {
    "warc/example.warc.gz": (Verdict.SOUND, {"web.digests_right"}),
    "warc/example.warc": (Verdict.SOUND, {"web.digests_right"}),
    "warc/example-iana.org-chunked.warc": (Verdict.SOUND, {"web.digests_right"}),
    "warc/post-test.warc.gz": (Verdict.SOUND, {"web.digests_right"}),
    "warc/example-digest.warc": (Verdict.DAMAGED, {"web.digest_wrong"}),
    "warc/example-trunc.warc": (Verdict.DAMAGED, {"web.length_wrong", "web.digest_wrong"}),
    "warc/example-bad.warc.gz.bad": (Verdict.REFUSED, {"web.whole_gzip"}),
    "wacz/valid_example_1.wacz": (Verdict.SOUND, {"wacz.parts_right", "wacz.unsigned"}),
    "wacz/valid_signed_example_1.wacz": (Verdict.SOUND, {"wacz.parts_right", "wacz.signature_right", "wacz.no_root", "wacz.time_no_root"}),
    "wacz/invalid_signed_example_1.wacz": (Verdict.SOUND, {"wacz.parts_right", "wacz.signature_right", "wacz.no_root", "wacz.time_no_root"}),
    "wacz/good-anon-sig.wacz": (Verdict.SOUND, {"wacz.parts_right", "wacz.signature_right", "wacz.anonymous"}),
    "wacz/bad-anon-sig.wacz": (Verdict.REFUSED, {"wacz.signature_wrong"}),
    "wacz/gen-page-list-changed.wacz": (Verdict.REFUSED, {"wacz.part_changed"}),
    "wacz/gen-unlisted-warc.wacz": (Verdict.REFUSED, {"wacz.part_unlisted"}),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_every_sample_has_its_verdict(desk: Desk, dossier: bytes, name: str) -> None:
    made, (verdict, codes) = brought(desk, dossier, name), EXPECTED[name]
    reader = desk.reader("work")
    assert made.soundness is verdict
    assert codes <= set(made.codes)
    assert reading.evidence(desk, reader, made.item).sha256 == hashlib.sha256((VECTORS / name).read_bytes()).digest()
    quarantined = [entry.outcome for entry in reading.custody(desk, reader, made.item) if entry.event == "quarantine"]
    assert bool(quarantined) == (verdict is Verdict.REFUSED) == (not made.parts)
    if verdict is not Verdict.REFUSED:
        listing = web_captures.listing_of(desk, reader, made.item)
        assert listing["records"]
        assert captures.capture_of(desk, reader, made.item).given["hash.algorithm"] == "SHA-256"


def test_every_vector_has_an_expectation() -> None:
    there = {f"{kind}/{p.name}" for kind in ("warc", "wacz") for p in (VECTORS / kind).iterdir() if p.suffix != ".pem"}
    assert there == set(EXPECTED)


def test_a_signature_counts_under_a_root_that_a_person_pinned(desk: Desk, dossier: bytes) -> None:
    good = brought(desk, dossier, "wacz/valid_signed_example_1.wacz")
    staged = brought(desk, dossier, "wacz/invalid_signed_example_1.wacz")
    reader = desk.reader("work")
    for name in ("isrg-root-x1.pem", "freetsa-root.pem"):
        web_roots.pin_root(desk, reader, (VECTORS / "wacz" / name).read_text())
    assert {"wacz.domain_right", "wacz.time_right"} <= set(web_captures.check_again(desk, reader, good.item))
    assert "wacz.chain_unknown" in web_captures.check_again(desk, reader, staged.item)
    assert "wacz.chain_unknown" in web_captures.found_of(desk, reader, staged.item)
    for root in web_roots.roots(desk, reader):
        web_roots.drop_root(desk, reader, root.ident)
    assert "wacz.no_root" in web_captures.check_again(desk, reader, good.item)


@pytest.mark.parametrize("path", sorted((VECTORS / "hollow").glob("*.json")), ids=lambda path: path.stem)
def test_a_capture_without_the_words_is_hollow(desk: Desk, dossier: bytes, path: Path) -> None:
    told = json.loads(path.read_text())
    made = brought(desk, dossier, f"hollow/{path.stem}.warc.gz", told["assertion"]["text"])
    assert made.assertion is not None
    assert made.assertion.result == told["expect"]
    shown = assertions.assertion_of(desk, desk.reader("work"), made.item)
    assert shown is not None
    assert shown.result == told["expect"]
