"""Pages of web captures: bringing one in, what was found, whether it holds what was seen, how it was captured."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from letapis.core.assertion import Result
from letapis.core.language import LANGUAGES
from letapis.desk import assertions, captures, evidence, reading, web_captures, web_roots
from letapis.desk.opening import Desk
from letapis.faces.texts import texts

from . import casework
from .casework import browsing, send
from .test_pages import check

VECTORS = Path(__file__).parents[2] / "vectors"
WORDS = "У Прыдуманску суд адклаў паседжанне да 28 верасня."


@pytest.fixture(autouse=True)
def sealing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The store behind uploads."""
    monkeypatch.setattr(casework, "count_bytes", evidence.seal_upload)


def brought(desk: Desk, case: casework.Case, name: str, *words: str) -> web_captures.Brought:
    form = web_captures.CaptureForm("Post about the court", name.split("/")[1], case.klon, words)
    return web_captures.import_capture(desk, desk.reader("work"), case.dossier, form, [(VECTORS / name).read_bytes()])


def test_a_capture_is_brought_in_and_says_what_it_holds(desk: Desk) -> None:
    case = casework.play(desk)
    with browsing(desk) as client:
        place = reverse("captures:import", args=[case.dossier.hex()])
        assert place in client.get(reverse("evidence:list", args=[case.dossier.hex()])).content.decode()
        upload = SimpleUploadedFile("post.warc.gz", (VECTORS / "hollow" / "content.warc.gz").read_bytes(), "application/octet-stream")
        answer = send(client, place, title="Post", words=WORDS, source=case.klon.hex(), file=upload)
        assert answer.status_code == 303
        (item,) = [one for one in reading.evidence_of(desk, desk.reader("work"), case.dossier) if one.kind == "web"]
        assert answer["Location"] == reverse("captures:show", args=[item.object.hex()])
        for language in LANGUAGES:
            page = client.get(answer["Location"], headers={"accept-language": language}).content.decode()
            check(page, language)
            assert texts().say("assertion.result.present", language) in page and "https://social.example/u/1" in page
            assert texts().say("web.digests_right", language) in page
            check(client.get(place, headers={"accept-language": language}).content.decode(), language)
            check(client.get(reverse("evidence:item", args=[item.object.hex()]), headers={"accept-language": language}).content.decode(), language)
        text = next(one for one in reading.parts_of(desk, desk.reader("work"), item.object) if one.name == web_captures.TEXT)
        shown = client.get(reverse("evidence:item", args=[text.object.hex()])).content.decode()
        assert WORDS in shown
        assert len(page.encode()) < 60_000


def test_what_is_wrong_is_said_beside_its_field(desk: Desk) -> None:
    case = casework.play(desk)
    with browsing(desk) as client:
        place = reverse("captures:import", args=[case.dossier.hex()])
        for words, data, code in (("short", b"x" * 99, "assertion.too_short"), ("", b"", "evidence.empty")):
            answer = send(client, place, title="Post", words=words, file=SimpleUploadedFile("post.warc", data))
            assert answer.status_code == 422
            assert texts().say(f"errors.{code}", "en") in answer.content.decode()
        assert not [one for one in reading.evidence_of(desk, desk.reader("work"), case.dossier) if one.kind == "web"]


def test_a_file_that_is_no_archive_is_kept_and_set_apart(desk: Desk) -> None:
    case = casework.play(desk)
    made = brought(desk, case, "wacz/gen-unlisted-warc.wacz")
    with browsing(desk) as client:
        for language in LANGUAGES:
            page = client.get(reverse("captures:show", args=[made.item.hex()]), headers={"accept-language": language}).content.decode()
            check(page, language)
            assert texts().say("capture.verdict.refused", language) in page and texts().say("wacz.part_unlisted", language) in page


def test_how_it_was_captured_is_filled_in_group_by_group(desk: Desk) -> None:
    case = casework.play(desk)
    made, reader = brought(desk, case, "hollow/content.warc.gz"), desk.reader("work")
    with browsing(desk) as client:
        show = reverse("captures:show", args=[made.item.hex()])
        assert "1 of the 3" in client.get(show).content.decode()
        for number, group in enumerate(desk.catalogue.capture.groups):
            language = LANGUAGES[number % 3]
            place = reverse("captures:group", args=[made.item.hex(), group.id])
            check(client.get(place, headers={"accept-language": language}).content.decode(), language)
        place = reverse("captures:group", args=[made.item.hex(), "page"])
        answer = send(client, place, **{"page-picture": "whole.png", "page-begun": "yesterday"})
        page = answer.content.decode()
        assert answer.status_code == 422 and texts().say("errors.capture.instant", "en") in page and "whole.png" in page
        assert send(client, place, **{"page-picture": "whole.png"}).status_code == 303
        sealed = reverse("captures:group", args=[made.item.hex(), "collection"])
        assert send(client, sealed, **{"collection-collector": "Vydumka the collector"}).status_code == 303
        page = client.get(show).content.decode()
        assert texts().say("capture.whole", "en") in page and "Vydumka the collector" in page
    records = {one.type: one.record.texts("values") for one in reading.items(desk, reader, captures.OPEN, captures.SEALED, about=made.item)}
    assert records[captures.SEALED] == ("Vydumka the collector",)
    assert "Vydumka the collector" not in records[captures.OPEN]


def test_words_that_are_not_there_make_a_capture_hollow(desk: Desk) -> None:
    case = casework.play(desk)
    made, reader = brought(desk, case, "hollow/login-wall.warc.gz"), desk.reader("work")
    with browsing(desk) as client:
        show = reverse("captures:show", args=[made.item.hex()])
        assert texts().say("capture.seen_nobody", "en") not in client.get(show).content.decode()
        assert send(client, show, reverse("captures:seen", args=[made.item.hex()]), words="too short").status_code == 422
        assert send(client, show, reverse("captures:seen", args=[made.item.hex()]), words=WORDS).status_code == 303
        page = client.get(show).content.decode()
        assert texts().say("assertion.looks_login", "en") in page
        assert texts().say("assertion.result.hollow", "en") in client.get(reverse("evidence:item", args=[made.item.hex()])).content.decode()
        assert send(client, show, reverse("captures:look", args=[made.item.hex()])).status_code == 303
    seen = assertions.assertion_of(desk, reader, made.item)
    assert seen is not None and seen.result is Result.HOLLOW


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nobody_else_sees_any_of_it(two_desks: tuple[Desk, Desk], carry: object, method: str) -> None:
    author, stranger = two_desks
    case = casework.play(author)
    made = brought(author, case, "hollow/content.warc.gz", WORDS)
    carry(author, stranger)  # type: ignore[operator]  # a fixture that carries records from desk to desk
    stranger.store.run("DELETE FROM db_compartmentkey WHERE compartment IN (SELECT compartment FROM db_compartment WHERE dossier <> %s)", (b"",))
    item = made.item.hex()
    places = [reverse("captures:import", args=[case.dossier.hex()])]
    places += [reverse(f"captures:{name}", args=[item]) for name in ("show", "seen", "look")] + [reverse("captures:group", args=[item, "page"])]
    with browsing(stranger) as client:
        token = casework.forms(client.get("/help").content.decode())[0]["data"]["csrfmiddlewaretoken"]
        for place in places:
            answer = client.get(place) if method == "GET" else client.post(place, {"csrfmiddlewaretoken": token})
            assert answer.status_code in (404, 405)
            assert WORDS not in answer.content.decode()


def test_certificates_are_pinned_and_dropped_on_their_page(desk: Desk) -> None:
    casework.play(desk)
    with browsing(desk) as client:
        place = reverse("captures:roots")
        assert texts().say("capture.roots_none", "en") in client.get(place).content.decode()
        pem = (VECTORS / "wacz" / "isrg-root-x1.pem").read_text()
        assert send(client, place, place, certificate=pem).status_code == 303
        assert "96bcec06264976f37460779acf28c5a7cfe8a3c0aae11a8ffcee05c0bddf08c6" in client.get(place).content.decode()
        for language in LANGUAGES:
            check(client.get(place, headers={"accept-language": language}).content.decode(), language)
        for text, code in (("no certificate", "wacz.root"), (pem, "wacz.root_pinned")):
            answer = send(client, place, place, certificate=text)
            assert answer.status_code == 422 and texts().say(f"errors.{code}", "en") in answer.content.decode()
        (root,) = web_roots.roots(desk, desk.reader("work"))
        assert send(client, place, reverse("captures:drop", args=[root.ident.hex()])).status_code == 303
        assert web_roots.roots(desk, desk.reader("work")) == []
        token = casework.forms(client.get("/help").content.decode())[0]["data"]["csrfmiddlewaretoken"]
        assert client.post(reverse("captures:drop", args=["ab" * 16]), {"csrfmiddlewaretoken": token}).status_code == 404
