"""Web captures of others: sealed as they came, read behind the shut door, every sample with its expected verdict."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from letapis.core.assertion import Result
from letapis.core.errors import Hostile, NotFound, Refused, UsageError
from letapis.core.web_claims import Verdict, verdict
from letapis.desk import assertions, captures, casefile, claims, dossiers, evidence, reading, sources, web_captures, web_roots
from letapis.desk.opening import Desk
from letapis.desk.web_captures import CaptureForm, import_capture
from tests.desk.casework import desk
from tests.engines.test_parse_web import archive
from tests.team import Team

__all__ = ["desk"]

VECTORS = Path(__file__).parents[1] / "vectors"
PICTURE = (VECTORS / "hostile" / "exif" / "gen-orientation-6.jpg").read_bytes()
WORDS = "У Прыдуманску суд адклаў паседжанне да 28 верасня."


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
    "wacz/valid_signed_example_1.wacz": (Verdict.SOUND, {"wacz.parts_right", "wacz.signature_right", "wacz.domain_right", "wacz.time_no_root"}),
    "wacz/invalid_signed_example_1.wacz": (Verdict.REFUSED, {"wacz.parts_right", "wacz.signature_right", "wacz.test_authority", "wacz.time_no_root"}),
    "wacz/good-anon-sig.wacz": (Verdict.SOUND, {"wacz.parts_right", "wacz.signature_right", "wacz.anonymous"}),
    "wacz/bad-anon-sig.wacz": (Verdict.REFUSED, {"wacz.signature_wrong"}),
    "wacz/gen-page-list-changed.wacz": (Verdict.REFUSED, {"wacz.part_changed"}),
    "wacz/gen-unlisted-warc.wacz": (Verdict.REFUSED, {"wacz.part_unlisted"}),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_every_sample_has_its_verdict(desk: Desk, dossier: bytes, name: str) -> None:
    made, (due, codes) = brought(desk, dossier, name), EXPECTED[name]
    reader = desk.reader("work")
    assert made.soundness is due
    assert codes <= set(made.codes)
    assert reading.evidence(desk, reader, made.item).sha256 == hashlib.sha256((VECTORS / name).read_bytes()).digest()
    quarantined = [entry.outcome for entry in reading.custody(desk, reader, made.item) if entry.event == "quarantine"]
    assert bool(quarantined) == (due is Verdict.REFUSED) == (not made.parts)
    if due is not Verdict.REFUSED:
        listing = web_captures.listing_of(desk, reader, made.item)
        assert listing["records"]
        assert captures.capture_of(desk, reader, made.item).given["hash.algorithm"] == "SHA-256"


def test_every_vector_has_an_expectation() -> None:
    there = {f"{kind}/{p.name}" for kind in ("warc", "wacz") for p in (VECTORS / kind).iterdir() if p.suffix != ".pem"}
    assert there == set(EXPECTED)


def test_a_genuine_signature_counts_by_itself_and_its_hour_under_a_root_that_a_person_pinned(desk: Desk, dossier: bytes) -> None:
    good = brought(desk, dossier, "wacz/valid_signed_example_1.wacz")
    staged = brought(desk, dossier, "wacz/invalid_signed_example_1.wacz")
    reader = desk.reader("work")
    web_roots.pin_root(desk, reader, (VECTORS / "wacz" / "freetsa-root.pem").read_text())
    found = web_captures.check_again(desk, reader, good.item)
    assert {"wacz.domain_right", "wacz.time_right"} <= set(found) and verdict(found) is Verdict.SOUND
    found = web_captures.check_again(desk, reader, staged.item)
    assert "wacz.test_authority" in found and verdict(found) is Verdict.REFUSED
    assert "wacz.test_authority" in web_captures.found_of(desk, reader, staged.item)
    for root in web_roots.roots(desk, reader):
        web_roots.drop_root(desk, reader, root.ident)
    found = web_captures.check_again(desk, reader, good.item)
    assert {"wacz.domain_right", "wacz.time_no_root"} <= set(found) and "wacz.time_right" not in found


@pytest.mark.parametrize("path", sorted((VECTORS / "hollow").glob("*.json")), ids=lambda path: path.stem)
def test_a_capture_without_the_words_is_hollow(desk: Desk, dossier: bytes, path: Path) -> None:
    told = json.loads(path.read_text())
    made = brought(desk, dossier, f"hollow/{path.stem}.warc.gz", told["assertion"]["text"])
    assert made.assertion is not None
    assert made.assertion.result == told["expect"]
    shown = assertions.assertion_of(desk, desk.reader("work"), made.item)
    assert shown is not None
    assert shown.result == told["expect"]


# ---- what a hollow capture does to claims ----------------------------------------------------------------------------


def claim_on(desk: Desk, dossier: bytes, item: bytes) -> bytes:
    reader = desk.reader("work")
    (person,) = reading.entities(desk, reader, dossier)
    known = [one.source for one in reading.sources(desk, reader, dossier)]
    source = known[0] if known else sources.add_source(desk, reader, dossier, sources.SourceForm("Klon", "media", "B"))
    cut = claims.Cut("detention.start", "2020-08-09", subject=person.entity, source=source, basis="document", evidence=item)
    return claims.add_claims(desk, reader, dossier, [cut])[0].ref


def test_no_claim_is_entered_on_a_hollow_capture(desk: Desk, dossier: bytes) -> None:
    made = brought(desk, dossier, "hollow/login-wall.warc.gz", WORDS)
    with pytest.raises(Refused, match=r"claims\.hollow_evidence"):
        claim_on(desk, dossier, made.item)
    good = brought(desk, dossier, "hollow/content.warc.gz", WORDS)
    assert claim_on(desk, dossier, good.item)


def test_a_description_that_stands_twice_makes_both_captures_hollow(desk: Desk, dossier: bytes) -> None:
    def post(number: int) -> web_captures.Brought:
        page = f'<meta name="description" content="{WORDS}"><p>Log in, number {number}</p>'.encode()
        data = archive((f"https://social.example/u/{number}", "text/html; charset=utf-8", page))
        return import_capture(desk, desk.reader("work"), dossier, CaptureForm(f"Post {number}", f"{number}.warc.gz", words=(WORDS,)), [data])

    first = post(1)
    assert first.assertion is not None and first.assertion.result is Result.WEAK
    second = post(2)
    assert second.assertion is not None and second.assertion.reason == "assertion.boilerplate"
    again = assertions.assertion_of(desk, desk.reader("work"), first.item)
    assert again is not None and (again.result, again.reason) == (Result.HOLLOW, "assertion.boilerplate")


# ---- the rest --------------------------------------------------------------------------------------------------------


def test_pictures_inside_are_items_with_a_safe_copy_of_their_own(desk: Desk, dossier: bytes) -> None:
    data = archive(("https://news.example/1.png", "image/jpeg", PICTURE), ("https://news.example/2", "text/html", b"<p>Text and a picture</p>"))
    seen: list[tuple[int, int]] = []
    form = CaptureForm("News", "n.warc.gz", media=(hashlib.sha256(PICTURE).digest(),))
    made = import_capture(desk, desk.reader("work"), dossier, form, [data], lambda done, of: seen.append((done, of)))
    reader = desk.reader("work")
    (photo,) = [one for one in reading.parts_of(desk, reader, made.item) if one.kind == "photo"]
    assert b"".join(evidence.read_object(desk, reader, photo.object)) == PICTURE
    assert len(reading.renditions(desk, reader, photo.object)) == 1
    assert reading.renditions(desk, reader, made.item) == []
    assert seen == [(1, 1)]
    assert made.assertion is not None and made.assertion.result is Result.PRESENT
    assert [one.object for one in reading.evidence_of(desk, reader, dossier)] == [made.item]


def test_a_file_that_the_sandbox_gives_up_is_kept_and_may_be_tried_again(desk: Desk, dossier: bytes) -> None:
    data = (VECTORS / "hostile" / "generated" / "traversal.zip").read_bytes()
    made = import_capture(desk, desk.reader("work"), dossier, CaptureForm("Trap", "trap.wacz"), [data])
    reader = desk.reader("work")
    assert (made.soundness, made.codes) == (Verdict.REFUSED, ("parse.archive_path",))
    assert [entry.outcome for entry in reading.custody(desk, reader, made.item) if entry.event == "quarantine"] == ["parse.archive_path"]
    assert not web_captures.was_read(desk, reader, made.item)
    with pytest.raises(Hostile):
        web_captures.read_capture(desk, reader, made.item)


def test_nothing_is_kept_of_words_that_are_too_short(desk: Desk, dossier: bytes) -> None:
    with pytest.raises(UsageError, match=r"assertion\.too_short"):
        brought(desk, dossier, "hollow/content.warc.gz", "short")
    assert list(evidence.objects(desk).names()) == []
    made = brought(desk, dossier, "hollow/content.warc.gz")
    with pytest.raises(Refused, match=r"capture\.read_already"):
        web_captures.read_capture(desk, desk.reader("work"), made.item)


def test_what_is_sealed_stands_apart_and_in_no_case_file(desk: Desk, dossier: bytes, tmp_path: Path) -> None:
    made, reader = brought(desk, dossier, "hollow/content.warc.gz"), desk.reader("work")
    canary = "kanarka Vydumka-Prykladny 7731"
    said = {"collection.collector": canary, "collection.ip": "192.0.2.77", "form.place": canary, "url.final": ""}
    captures.set_capture(desk, reader, made.item, said)
    view = captures.capture_of(desk, reader, made.item)
    assert view.given["collection.collector"] == canary and "url.final" not in view.given
    kept = {one.type: one.record.texts("values") for one in reading.items(desk, reader, captures.OPEN, captures.SEALED, about=made.item)}
    assert canary in kept[captures.SEALED] and canary not in kept[captures.OPEN]
    casefile.export_case_file(desk, reader, dossier, tmp_path / "case", "A court", "a trial")
    told = b"".join(path.read_bytes() for path in (tmp_path / "case").rglob("*") if path.is_file())
    assert hashlib.sha256((VECTORS / "hollow" / "content.warc.gz").read_bytes()).hexdigest().encode() in told
    assert canary.encode() not in told and b"192.0.2.77" not in told


def test_who_does_not_hold_it_sees_and_changes_nothing(two_desks: tuple[Desk, Desk], carry: Callable[..., object]) -> None:
    author, stranger = two_desks
    dossier = dossiers.new_dossier(author, "PRY-1", "Vydumka's son", "person", "Janka Vydumka")
    made = brought(author, dossier, "hollow/content.warc.gz", WORDS)
    carry(author, stranger)
    stranger.store.run("DELETE FROM db_compartmentkey WHERE compartment IN (SELECT compartment FROM db_compartment WHERE dossier <> %s)", (b"",))
    reader = stranger.reader("work")
    for call in (
        lambda: captures.capture_of(stranger, reader, made.item),
        lambda: captures.set_capture(stranger, reader, made.item, {"url.final": "x"}),
        lambda: assertions.assertion_of(stranger, reader, made.item),
        lambda: assertions.assert_seen(stranger, reader, made.item, [WORDS]),
        lambda: web_captures.read_capture(stranger, reader, made.item),
        lambda: web_captures.check_again(stranger, reader, made.item),
        lambda: web_captures.listing_of(stranger, reader, made.item),
        lambda: import_capture(stranger, reader, dossier, CaptureForm("x"), [b"x"]),
    ):
        with pytest.raises(NotFound):
            call()


def test_two_who_did_not_know_of_each_other_stand_side_by_side(make_team: Callable[..., Team]) -> None:
    team = make_team(2)
    first, second = team.desks
    dossier = dossiers.new_dossier(first, "PRY-1", "Vydumka's son", "person", "Janka Vydumka")
    dossiers.admit_to_dossier(first, team.reader(0), dossier, [second.me])
    made = brought(first, dossier, "hollow/content.warc.gz")
    team.settle()
    captures.set_capture(first, team.reader(0), made.item, {"page.picture": "one.png"})
    captures.set_capture(second, team.reader(1), made.item, {"page.picture": "two.png"})
    team.settle()
    view = captures.capture_of(first, team.reader(0), made.item)
    assert view.contested and view.given["page.picture"] in ("one.png", "two.png")
    with pytest.raises(Refused, match=r"items\.contested"):
        captures.set_capture(first, team.reader(0), made.item, {"form.browser": "Firefox"})
    captures.set_capture(first, team.reader(0), made.item, {"page.picture": "both.png"}, {captures.OPEN: view.heads[captures.OPEN]})
    settled = captures.capture_of(first, team.reader(0), made.item)
    assert not settled.contested and settled.given["page.picture"] == "both.png"
    before = captures.capture_of(first, team.reader(0), made.item).heads
    captures.set_capture(first, team.reader(0), made.item, {"page.picture": "both.png"})
    assert captures.capture_of(first, team.reader(0), made.item).heads == before
