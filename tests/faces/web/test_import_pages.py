"""Many files at once in the browser: chosen or a folder of this machine; every file has its line, and what was refused says why."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.desk import captures, evidence, imports, reading
from letapis.desk.opening import Desk
from tests.core.test_bagit import bag
from tests.desk.test_foreign_bags import unpacked, zipped
from tests.team import Team, make_team

from . import papers as played
from .casework import browsing, forms, resend, say
from .papers import PNG, Papers, client, desk, papers
from .test_pages import check

__all__ = ["client", "desk", "make_team", "papers"]


@pytest.fixture
def brought(tmp_path: Path) -> Path:
    folder = tmp_path / "brought"
    folder.mkdir()
    (folder / "door.png").write_bytes(PNG)
    (folder / "=cmd().txt").write_bytes(b"invented words")
    (folder / "empty.txt").touch()
    (folder / "bomb.zip").write_bytes(b"PK\x03\x04 no archive")
    return folder


def test_the_report_says_what_an_archive_object_lacks(client: Client, desk: Desk, papers: Papers, brought: Path) -> None:
    (brought / "kept").mkdir()
    (brought / "kept" / "0=ocfl_object_1.1").write_bytes(b"ocfl_object_1.1\n")
    (brought / "kept" / "inventory.json").write_bytes(b"{}")
    ident = imports.import_folder(desk, desk.reader("work"), papers.dossier, brought)
    for language in LANGUAGES:
        text = client.get(reverse("imports:show", args=[ident.hex()]), headers={"accept-language": language}).content.decode()
        check(text, language)
        assert "E036: " in text and desk.catalogue.texts.say("ocfl.tag.faulty", language) in text


def test_the_report_and_the_page_of_an_archive_file_say_what_is_wrong_with_a_bag(client: Client, desk: Desk, papers: Papers, tmp_path: Path) -> None:
    folder = unpacked({**bag(), "data/more.txt": b"x"}, tmp_path / "bags" / "one").parent
    (folder / "handed.zip").write_bytes(zipped(bag("0.97", ("md5",))))
    reader = desk.reader("work")
    ident = imports.import_folder(desk, reader, papers.dossier, folder)
    imports.look_at_all(desk, reader, ident)
    (archive,) = (line.item for line in imports.lines(desk, reader, ident) if line.path == "handed.zip")
    for language in LANGUAGES:
        say_ = desk.catalogue.texts.say
        text = client.get(reverse("imports:show", args=[ident.hex()]), headers={"accept-language": language}).content.decode()
        check(text, language)
        assert say_("bagit.tag.invalid", language) in text and say_("bagit.tag.warned", language) in text
        assert "manifest-sha256.txt: data/more.txt" in text
        text = client.get(reverse("insides:show", args=[archive.hex()]), headers={"accept-language": language}).content.decode()
        check(text, language)
        assert say_("insides.reader.bagit", language) in text and say_("bagit.means.weak", language) in text


def start(papers: Papers) -> str:
    return reverse("imports:dossier", args=[papers.dossier.hex()])


def send_folder(client: Client, papers: Papers, folder: Path, **changes: str) -> object:
    told = {"source": papers.source.hex(), "folder": str(folder), "copies": "on"} | changes
    token = forms(client.get(start(papers)).content.decode())[-1]["data"]["csrfmiddlewaretoken"][0]
    return client.post(start(papers), {**told, "csrfmiddlewaretoken": token})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_whole_in_every_language(client: Client, desk: Desk, papers: Papers, brought: Path, language: str) -> None:
    ident = imports.import_folder(desk, desk.reader("work"), papers.dossier, brought)
    for place in (start(papers), reverse("imports:show", args=[ident.hex()])):
        answer = client.get(place, headers={"accept-language": language})
        assert answer.status_code == 200
        check(answer.content.decode(), language)


def test_a_folder_comes_in_with_copies_and_a_line_for_each_file(client: Client, desk: Desk, papers: Papers, brought: Path) -> None:
    answer = send_folder(client, papers, brought)
    assert answer.status_code == 303  # type: ignore[attr-defined]
    place = answer["Location"]  # type: ignore[index]
    shown = client.get(place).content.decode().replace("&#x27;", "'")
    assert say("imports.counts", taken=2, held=0, quarantined=1, refused=1) in shown and say("errors.evidence.empty") in shown
    assert say("errors.parse.archive_damaged") in shown
    door = next(one for one in reading.evidence_of(desk, desk.reader("work"), papers.dossier) if one.title == "door.png")
    assert door.source == papers.source and len(reading.renditions(desk, desk.reader("work"), door.object)) == 1
    saved = client.get(place + "/table")
    rows = list(csv.reader(io.StringIO(b"".join(saved.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]
    assert {row[0] for row in rows[1:]} == {"door.png", "'=cmd().txt", "empty.txt", "bomb.zip"}
    assert ".csv" in saved["Content-Disposition"] and "door" not in saved["Content-Disposition"]


def test_files_chosen_in_the_browser_are_taken_together(client: Client, desk: Desk, papers: Papers) -> None:
    before = set(evidence.objects(desk).names())
    files = [SimpleUploadedFile(name, data) for name, data in (("a/../letter.txt", b"words one"), ("b.txt", b""), ("c.txt", b"words one"))]
    answer = resend(client, start(papers), client.get(start(papers)).content.decode(), "", source=papers.source.hex(), chosen=files)
    assert answer.status_code == 303
    shown = client.get(answer["Location"]).content.decode()
    assert say("imports.counts", taken=1, held=1, quarantined=0, refused=1) in shown
    assert len(set(evidence.objects(desk).names()) - before) == 1


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_left(client: Client, desk: Desk, papers: Papers, brought: Path) -> None:
    before = set(evidence.objects(desk).names())
    wrong = send_folder(client, papers, brought / "nowhere")
    text = wrong.content.decode()  # type: ignore[attr-defined]
    assert wrong.status_code == 422 and say("errors.imports.folder") in text and str(brought / "nowhere") in text  # type: ignore[attr-defined]
    check(text, "en")
    assert send_folder(client, papers, desk.workspace).status_code == 422  # type: ignore[attr-defined]
    files = [SimpleUploadedFile("a.txt", b"words")]
    answer = resend(client, start(papers), client.get(start(papers)).content.decode(), "", source="f" * 32, chosen=files)
    assert answer.status_code == 422 and set(evidence.objects(desk).names()) == before
    answer = resend(client, start(papers), client.get(start(papers)).content.decode(), "", source="")
    assert answer.status_code == 422 and say("errors.imports.nothing") in answer.content.decode()


def test_an_import_is_taken_back_once(client: Client, desk: Desk, papers: Papers, brought: Path) -> None:
    ident = imports.import_folder(desk, desk.reader("work"), papers.dossier, brought)
    place = reverse("imports:show", args=[ident.hex()])
    assert resend(client, place, client.get(place).content.decode(), "/undo").status_code == 303
    text = client.get(place).content.decode()
    assert say("imports.state.undone") in text and "/undo" not in text


def test_a_folder_is_asked_once_and_the_rest_is_said_later(client: Client, desk: Desk, papers: Papers, brought: Path) -> None:
    told = {"how-form-purpose": "to show the door", "how-collection-collector": "Vydumka the collector", "copies": ""}
    send_folder(client, papers, brought, **told)
    reader = desk.reader("work")
    (ident,) = [one.item for one in imports.imports_of(desk, reader, papers.dossier)]
    first, *_ = items = imports.originals_of(desk, reader, ident)
    place = reverse("imports:capture", args=[ident.hex()])
    for language in LANGUAGES:
        check(client.get(place, headers={"accept-language": language}).content.decode(), language)
        check(client.get(reverse("captures:show", args=[first.hex()]), headers={"accept-language": language}).content.decode(), language)
    token = forms(client.get(place).content.decode())[-1]["data"]["csrfmiddlewaretoken"][0]
    wrong = client.post(place, {"csrfmiddlewaretoken": token, "how-collection-time": "yesterday", "how-form-circumstances": "by post"})
    assert wrong.status_code == 422 and say("errors.capture.instant") in wrong.content.decode() and "by post" in wrong.content.decode()
    done = client.post(place, {"csrfmiddlewaretoken": token, "how-form-purpose": "another word", "how-form-circumstances": "by post"})
    assert done.status_code == 303
    for item in items:
        given = captures.capture_of(desk, reader, item).given
        assert (given["form.purpose"], given["form.circumstances"]) == ("to show the door", "by post")
        assert given["collection.collector"] == "Vydumka the collector"
    shown = client.get(reverse("captures:show", args=[first.hex()])).content.decode()
    assert say("capture.unsaid") in shown and say("capture.from_records") in shown and "with a folder" in shown


def test_a_stranger_finds_nothing(make_team: Callable[..., Team], brought: Path) -> None:
    team = make_team(2)
    desk = team.desks[0]
    papers = played.play(desk, desk.me)
    ident = imports.import_folder(desk, desk.reader("work"), papers.dossier, brought).hex()
    team.settle()
    with browsing(team.desks[1]) as stranger:
        token = forms(stranger.get("/help").content.decode())[0]["data"]["csrfmiddlewaretoken"]
        for name in ("show", "table", "capture"):
            assert stranger.get(reverse(f"imports:{name}", args=[ident])).status_code == 404
        for name in ("look", "undo", "capture"):
            assert stranger.post(reverse(f"imports:{name}", args=[ident]), {"csrfmiddlewaretoken": token}).status_code == 404
        assert stranger.get(start(papers)).status_code == 404
        assert stranger.post(start(papers), {"csrfmiddlewaretoken": token, "folder": str(brought)}).status_code == 404
