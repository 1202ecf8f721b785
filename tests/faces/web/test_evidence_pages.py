"""Evidence: what comes in is sealed, what is looked at is a copy, and what leaves leaves on purpose."""

import zlib
from collections.abc import Callable
from pathlib import Path
from struct import pack
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.desk import captures, care, dossiers, evidence, reading
from letapis.desk.opening import Desk
from letapis.engines.catalogue import catalogue
from tests.team import Team, make_team

from . import casework
from . import papers as played
from .casework import browsing, say, send
from .papers import ACCOUNT, PNG, SOUND, Papers, client, desk, papers, photo_of
from .test_pages import check

__all__ = ["client", "desk", "make_team", "papers"]


def at(name: str, papers: Papers, **more: str) -> str:
    named = {**papers.named(), **more}
    argument = {"list": "dossier", "add": "dossier", "paste": "dossier", "picture": "copy"}.get(name, "item")
    return reverse(f"evidence:{name}", args=[named[argument]])


def done(event: str) -> str:
    return catalogue().custody.label(event, "en")


def blobs(desk: Desk) -> set[str]:
    return set(evidence.objects(desk).names())


def clear_png(width: int, height: int) -> bytes:
    """A grey picture, written by hand (PNG specification, third edition)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\x00" + b"\x80" * width for _ in range(height))
    head = chunk(b"IHDR", pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_whole_in_every_language(client: Client, desk: Desk, papers: Papers, language: str) -> None:
    items = [papers.item, papers.sound, photo_of(desk, papers)]
    for place in (at("list", papers), at("add", papers), at("paste", papers), *(at("item", papers, item=i.hex()) for i in items)):
        answer = client.get(place, headers={"accept-language": language})
        assert answer.status_code == 200
        check(answer.content.decode(), language)


def test_a_file_is_kept_byte_for_byte_with_who_gave_it_and_what_the_sender_called_it(client: Client, desk: Desk, papers: Papers) -> None:
    data = b"%PDF-1.7 invented " + bytes(range(256)) * 2000
    upload = SimpleUploadedFile("Janka/../verdict.pdf", data, "application/pdf")
    answer = send(client, at("add", papers), title="Verdict", kind="document", source=papers.source.hex(), file=upload)
    assert answer.status_code == 303
    kept = reading.evidence(desk, desk.reader("work"), bytes.fromhex(answer["Location"].rpartition("/")[2]))
    assert (kept.title, kept.kind, kept.source, kept.media_type, kept.size) == ("Verdict", "document", papers.source, "application/pdf", len(data))
    assert b"".join(evidence.read_object(desk, desk.reader("work"), kept.object)) == data
    shown = client.get(answer["Location"]).content.decode()
    assert "verdict.pdf" in shown and kept.sha256.hex() in shown and done("accession") in shown


@pytest.mark.parametrize("changes, expected", [({"title": ""}, "evidence.choose_again"), ({"source": "f" * 32}, "evidence.choose_again")])
def test_a_form_that_is_wrong_keeps_the_words_and_removes_what_had_arrived(
    client: Client, desk: Desk, papers: Papers, changes: dict[str, str], expected: str
) -> None:
    before = blobs(desk)
    told = {"title": "Photo of a wall", "kind": "photo", "file": SimpleUploadedFile("a.png", PNG + b"more")} | changes
    answer = send(client, at("add", papers), **told)
    assert answer.status_code == 422 and say(expected) in answer.content.decode()
    assert blobs(desk) == before
    assert "Photo of a wall" in answer.content.decode() or changes.get("title") == ""
    check(answer.content.decode(), "en")


@pytest.mark.parametrize("data, code", [(b"", "evidence.empty"), (ACCOUNT.encode(), "evidence.duplicate")])
def test_what_the_desk_refuses_stands_beside_the_file_and_is_not_kept(client: Client, desk: Desk, papers: Papers, data: bytes, code: str) -> None:
    before = blobs(desk)
    answer = send(client, at("add", papers), title="Again", kind="document", file=SimpleUploadedFile("a.txt", data, "text/plain"))
    assert answer.status_code == 422 and say(f"errors.{code}") in answer.content.decode().replace("&#x27;", "'")
    assert blobs(desk) == before and 'value="Again"' in answer.content.decode()


def test_how_it_was_captured_is_asked_once_and_a_wrong_word_keeps_nothing(client: Client, desk: Desk, papers: Papers) -> None:
    place = reverse("evidence:add", args=[papers.dossier.hex()])
    before = len(reading.evidence_of(desk, desk.reader("work"), papers.dossier))
    for moment, status in (("yesterday", 422), ("2026-05-01T10:00:00Z", 303)):
        token = casework.forms(client.get(place).content.decode())[-1]["data"]["csrfmiddlewaretoken"][0]
        told = {"title": "A door", "kind": "photo", "source": "", "how-form-purpose": "to show it", "how-collection-time": moment}
        file = SimpleUploadedFile("door.png", PNG, "image/png")
        answer = client.post(place, {**told, "csrfmiddlewaretoken": token, "file": file})
        assert answer.status_code == status
        if status == 422:
            text = answer.content.decode()
            assert say("errors.capture.instant") in text and "to show it" in text
            assert len(reading.evidence_of(desk, desk.reader("work"), papers.dossier)) == before
    kept = reading.evidence_of(desk, desk.reader("work"), papers.dossier)[-1]
    given = captures.capture_of(desk, desk.reader("work"), kept.object).given
    assert (given["form.purpose"], given["collection.time"], given["file.arrived"]) == ("to show it", "2026-05-01T10:00:00Z", "upload")


def test_a_type_that_is_none_is_left_out_and_no_reason_to_lose_the_file(client: Client, desk: Desk, papers: Papers) -> None:
    upload = SimpleUploadedFile("a.bin", b"invented bytes", "no type")
    answer = send(client, at("add", papers), title="Bytes", kind="document", file=upload)
    kept = reading.evidence(desk, desk.reader("work"), bytes.fromhex(answer["Location"].rpartition("/")[2]))
    assert kept.media_type == "application/octet-stream"


def test_nothing_of_an_upload_lies_on_the_disk_in_clear(client: Client, desk: Desk, papers: Papers) -> None:
    canary = b"PLAINLY-INVENTED-CANARY" * 4000
    assert send(client, at("add", papers), title="C", kind="document", file=SimpleUploadedFile("c", canary)).status_code == 303
    found = [path for path in Path(desk.workspace).rglob("*") if path.is_file() and b"PLAINLY-INVENTED" in path.read_bytes()]
    assert found == []


def test_a_pasted_account_is_kept_exactly_and_shown(client: Client, desk: Desk, papers: Papers) -> None:
    text = "  First line.\n<script>alert(1)</script>\n  Апошні радок. "
    answer = send(client, at("paste", papers), title="Message", source=papers.source.hex(), text=text)
    assert answer.status_code == 303
    kept = bytes.fromhex(answer["Location"].rpartition("/")[2])
    assert b"".join(evidence.read_object(desk, desk.reader("work"), kept)).decode().replace("\r\n", "\n") == text
    shown = client.get(answer["Location"]).content.decode()
    assert "&lt;script&gt;alert(1)" in shown and "<script>alert" not in shown


def test_an_empty_account_comes_back_with_its_title(client: Client, papers: Papers) -> None:
    answer = send(client, at("paste", papers), title="Message", text="  \n ")
    assert answer.status_code == 422 and 'value="Message"' in answer.content.decode()


def test_the_sandbox_makes_pictures_that_the_page_shows(client: Client, desk: Desk, papers: Papers) -> None:
    upload = SimpleUploadedFile("w.png", clear_png(40, 30), "image/png")
    place = send(client, at("add", papers), title="Wall", kind="photo", file=upload)["Location"]
    assert send(client, place, "/copy").status_code == 303
    shown = client.get(place).content.decode()
    assert say("evidence.copied", count=1) in shown and done("format identification") in shown and "<img" not in shown
    assert send(client, place, "/open").status_code == 303
    shown = client.get(place).content.decode()
    picture = shown.split('<img src="', 1)[1].split('"', 1)[0]
    answer = client.get(picture)
    assert answer["Content-Type"] == "image/png" and answer.content.startswith(b"\x89PNG")
    assert answer["X-Content-Type-Options"] == "nosniff" and "sandbox" not in answer.get("Content-Disposition", "")
    assert "/copy" not in shown, "it is not offered twice"


def test_a_file_that_the_sandbox_gives_up_stays_as_it_is(client: Client, desk: Desk, papers: Papers) -> None:
    upload = SimpleUploadedFile("w.png", b"\x89PNG\r\n\x1a\n broken", "image/png")
    place = send(client, at("add", papers), title="Broken", kind="photo", file=upload)["Location"]
    assert send(client, place, "/copy").status_code == 303
    assert client.get(place).status_code == 200


def test_what_the_sandbox_refused_is_said_where_one_looks_and_a_letter_leads_to_the_page_that_reads_it(
    client: Client, desk: Desk, papers: Papers
) -> None:
    reader = desk.reader("work")
    grows = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "cc"><!ENTITY d "&b;&b;">]><a>&d;</a>'
    bad = evidence.add_evidence(desk, reader, papers.dossier, evidence.EvidenceForm("Bad", media_type="text/xml"), [grows])
    assert send(client, at("item", papers, item=bad.hex()), "/copy").status_code == 303
    client.get(at("item", papers, item=bad.hex()))  # what is told once was told
    shown = client.get(at("item", papers, item=bad.hex())).content.decode()
    assert say("evidence.refused") in shown and say("evidence.no_copy") not in shown
    form = evidence.EvidenceForm("Letter", media_type="message/rfc822")
    letter = evidence.add_evidence(desk, reader, papers.dossier, form, [b"From: a@b.invalid\r\nSubject: x\r\n\r\nWords.\r\n"])
    assert send(client, at("item", papers, item=letter.hex()), "/copy").status_code == 303
    shown = client.get(at("item", papers, item=letter.hex())).content.decode()
    look = shown.partition(say("evidence.look"))[2].partition(say("evidence.claims"))[0]
    assert say("evidence.read_inside") in look and reverse("insides:show", args=[letter.hex()]) in look


def test_only_what_the_sandbox_drew_is_shown_as_a_picture(client: Client, papers: Papers, desk: Desk) -> None:
    assert send(client, at("item", papers, item=papers.photo.hex()), "/open").status_code == 303
    assert client.get(at("picture", papers)).content == PNG
    for original in (papers.item, papers.sound, photo_of(desk, papers)):
        assert client.get(at("picture", papers, copy=original.hex())).status_code == 404


def test_a_photograph_is_closed_then_small_and_grey_then_as_it_is(client: Client, papers: Papers, desk: Desk) -> None:
    place, picture, small = at("item", papers, item=papers.photo.hex()), at("picture", papers), reverse("looking:grey", args=[papers.copy.hex()])
    closed = client.get(place).content.decode()
    assert say("care.difficult") in closed and "<img" not in closed
    assert client.get(picture).status_code == client.get(small).status_code == 404, "nor by a guessed address"
    assert send(client, place, "/open", how="grey").status_code == 303
    grey = client.get(place).content.decode()
    assert small in grey and f'{picture}"' not in grey and say("difficult.grey_means") in grey
    assert client.get(small).content.startswith(b"\x89PNG") and client.get(picture).status_code == 404
    assert send(client, place, "/open", how="open").status_code == 303
    assert picture in client.get(place).content.decode() and client.get(picture).content == PNG
    assert care.load(desk, desk.reader("work")).week == 1, "one look is counted once"


def test_a_sound_plays_from_the_middle(client: Client, papers: Papers) -> None:
    place = at("play", papers, item=papers.sound.hex())
    whole = client.get(place)
    assert b"".join(whole.streaming_content) == SOUND and whole["Accept-Ranges"] == "bytes" and whole["Content-Type"] == "audio/mpeg"
    part = client.get(place, headers={"range": "bytes=60000-60009"})
    assert part.status_code == 206 and b"".join(part.streaming_content) == SOUND[60000:60010]


def test_what_is_no_sound_or_film_is_not_played(client: Client, papers: Papers) -> None:
    assert client.get(at("play", papers)).status_code == 404


def test_an_original_leaves_as_a_file_under_a_name_of_ours_and_that_is_written_down(client: Client, desk: Desk, papers: Papers) -> None:
    photo = photo_of(desk, papers).hex()
    answer: Any = send(client, at("item", papers, item=photo), "/original")
    assert b"".join(answer.streaming_content) == b"no photo"
    assert answer["Content-Disposition"] == f'attachment; filename="original-{photo[:8]}.jpg"' and "door" not in str(answer.headers)
    assert answer["Content-Type"] == "application/octet-stream"
    last = reading.custody(desk, desk.reader("work"), bytes.fromhex(photo))[-1]
    assert (last.event, last.outcome, last.member) == ("export", "original", desk.me)
    assert done("export") in client.get(at("item", papers, item=photo)).content.decode()


def test_a_missing_original_is_an_error_page_and_no_entry(client: Client, desk: Desk, papers: Papers) -> None:
    kept = reading.evidence(desk, desk.reader("work"), papers.item)
    place = at("item", papers)
    page = client.get(place).content.decode()
    evidence.objects(desk).remove(kept.blob)
    before = len(reading.custody(desk, desk.reader("work"), papers.item))
    assert casework.resend(client, place, page, "/original").status_code in (404, 500)
    assert len(reading.custody(desk, desk.reader("work"), papers.item)) == before


def test_a_safe_copy_leads_to_its_original(client: Client, desk: Desk, papers: Papers) -> None:
    answer = client.get(at("item", papers, item=papers.copy.hex()))
    assert answer.status_code == 303 and answer["Location"] == at("item", papers, item=photo_of(desk, papers).hex())


def test_information_taken_from_an_item_stands_on_its_page(client: Client, papers: Papers) -> None:
    shown = client.get(at("item", papers)).content.decode()
    assert "9 August 2020" in shown and ACCOUNT in shown.replace("&#x27;", "'")


def test_a_long_account_is_cut_on_the_page(client: Client, desk: Desk, papers: Papers) -> None:
    kept = evidence.keep_text(desk, desk.reader("work"), papers.dossier, "Long", "слова " * 20_000)
    shown = client.get(at("item", papers, item=kept.hex())).content.decode()
    assert say("evidence.text_cut") in shown
    check(shown, "en")


def test_without_the_words_of_a_dossier_its_files_do_not_exist(make_team: Callable[..., Team]) -> None:
    """A colleague who works with the information but was not given the original words."""
    team = make_team(2)
    papers = played.play(team.desks[0], team.desks[1].me)
    dossiers.admit_to_dossier(team.desks[0], team.reader(), papers.dossier, [team.desks[1].me], raw=False)
    team.settle()
    with browsing(team.desks[1]) as client:
        assert say("evidence.no_raw") in client.get(at("list", papers)).content.decode()
        assert [client.get(at(name, papers)).status_code for name in ("item", "picture", "play")] == [404] * 3
        assert say("evidence.no_raw") in client.get(at("add", papers)).content.decode()
        assert "<textarea" not in client.get(at("paste", papers)).content.decode()


def test_a_colleague_says_whether_it_is_authentic(make_team: Callable[..., Team]) -> None:
    team = make_team(2)
    papers = played.play(team.desks[0], team.desks[1].me)
    played.share(team, papers, 1)
    address = at("item", papers)
    with browsing(team.desks[1]) as inside:
        for language in LANGUAGES:
            check(inside.get(address, headers={"accept-language": language}).content.decode(), language)
        wrong = send(inside, address, "/authentic", authentic="yes", because=" ")
        assert wrong.status_code == 422 and ACCOUNT[:20] in wrong.content.decode()
        assert "id_because_error" in wrong.content.decode()
        assert send(inside, address, "/authentic", authentic="yes", because="The hand is hers <b>.").status_code == 303
        page = inside.get(address).content.decode()
        assert say("evidence.authentic.found") in page and "The hand is hers &lt;b&gt;." in page
        assert send(inside, address, "/authentic", authentic="no", because="The date cannot be.").status_code == 303
        page = inside.get(address).content.decode()
        assert say("evidence.authentic.doubted") in page and "The hand is hers" not in page


def test_who_brought_it_in_is_told_to_ask_a_colleague(client: Client, papers: Papers) -> None:
    address = at("item", papers)
    page = client.get(address).content.decode()
    assert say("evidence.authentic.yours") in page and "/authentic" not in page
    token = casework.forms(page)[0]["data"]["csrfmiddlewaretoken"]
    told = {"csrfmiddlewaretoken": token, "authentic": "yes", "because": "x"}
    answer = client.post(reverse("evidence:judge", args=[papers.item.hex()]), told)
    assert answer.status_code == 422 and say("evidence.authentic.yours") in answer.content.decode()
