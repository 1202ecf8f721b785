"""What a file says of itself, messages of a chat with marks that stay, what is alike, a machine's reading: pages and who may see them."""

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.desk import evidence, imports, insides, reading
from letapis.desk.evidence import EvidenceForm
from letapis.desk.opening import Desk
from letapis.engines import outside
from tests.team import Team, make_team

from . import papers as played
from .casework import browsing, forms, resend, say
from .papers import Papers, client, desk, papers
from .test_pages import check

__all__ = ["client", "desk", "make_team", "papers"]
VECTORS = Path(__file__).parents[2] / "vectors"
NAMES = {
    "photo": "exif/gen-gps-north-east.jpg",
    "mail": "eml/gen-windows-1251-belarusian.eml",
    "chat": "chat/gen-telegram-channel.json",
    "signed": "c2pa/E-sig-CA.jpg",
    "proof": "proofmode/bad.zip",
}


def brought(desk: Desk, papers: Papers, name: str) -> bytes:
    form = EvidenceForm("An invented file", "document", NAMES[name].rpartition("/")[2], papers.source)
    item = evidence.add_evidence(desk, desk.reader("work"), papers.dossier, form, [(VECTORS / NAMES[name]).read_bytes()])
    insides.look_inside(desk, desk.reader("work"), item)
    return item


def at(name: str, item: bytes) -> str:
    return reverse(f"insides:{name}", args=[item.hex()])


def plain(answer: object) -> str:
    return str(answer.content.decode().replace("&#x27;", "'").replace("&quot;", '"'))  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_whole_in_every_language(client: Client, desk: Desk, papers: Papers, language: str) -> None:
    items = {name: brought(desk, papers, name) for name in NAMES}
    places = [at("show", item) for item in (*items.values(), papers.item)] + [at("thread", items["chat"]), at("alike", items["photo"])]
    for place in places:
        answer = client.get(place, headers={"accept-language": language})
        assert answer.status_code == 200
        check(answer.content.decode(), language)
    assert say("insides.warning.place_at_sea", language) in plain(client.get(at("show", items["photo"]), headers={"accept-language": language}))


def test_that_nobody_looked_and_that_nothing_was_found_are_two_texts(client: Client, desk: Desk, papers: Papers) -> None:
    """The page said that nobody had looked, or the file said nothing, also after somebody had looked."""
    form = EvidenceForm("An invented text", "document", "words.txt", papers.source)
    item = evidence.add_evidence(desk, desk.reader("work"), papers.dossier, form, [b"Plain invented words."])
    for language in LANGUAGES:
        text = plain(client.get(at("show", item), headers={"accept-language": language}))
        assert say("insides.not_looked", language) in text and say("insides.nothing", language) not in text
    for _ in range(2):
        assert insides.look_inside(desk, desk.reader("work"), item) == () and insides.embedded(desk, desk.reader("work"), item) == []
    for language in LANGUAGES:
        text = plain(client.get(at("show", item), headers={"accept-language": language}))
        assert say("insides.nothing", language) in text and say("insides.not_looked", language) not in text
    looked = [one for one in reading.items(desk, desk.reader("work"), "embedded", parent=item) if one.state == insides.LOOKED]
    assert len(looked) == 1  # looking again adds nothing


def test_of_a_web_capture_the_page_says_where_it_is_read(client: Client, desk: Desk, papers: Papers) -> None:
    form = EvidenceForm("An invented page", "web", "page.warc", papers.source)
    item = evidence.add_evidence(desk, desk.reader("work"), papers.dossier, form, [b"WARC/1.0\r\n"])
    for _ in range(2):
        for language in LANGUAGES:
            shown = client.get(at("show", item), headers={"accept-language": language})
            assert say("insides.web", language) in plain(shown) and reverse("captures:show", args=[item.hex()]) in shown.content.decode()
            assert say("insides.nothing", language) not in plain(shown) and say("insides.not_looked", language) not in plain(shown)
        insides.look_inside(desk, desk.reader("work"), item)


def test_warnings_stand_in_words_and_states_say_what_they_do_not_mean(client: Client, desk: Desk, papers: Papers) -> None:
    assert say("insides.state.invalid") in plain(client.get(at("show", brought(desk, papers, "signed"))))
    assert say("insides.warning.names_device") in plain(client.get(at("show", brought(desk, papers, "proof"))))
    shown = plain(client.get(at("show", brought(desk, papers, "mail"))))
    assert "пратакол.pdf" in shown and "Ён сказаў, што ў іх няма ордэра." in shown


def test_an_item_leads_inside_and_is_looked_into_by_a_button(client: Client, desk: Desk, papers: Papers) -> None:
    place = at("show", papers.item)
    assert place in plain(client.get(reverse("evidence:item", args=[papers.item.hex()])))
    assert resend(client, place, client.get(place).content.decode(), "/inside").status_code == 303
    assert say("insides.looked_nothing") in plain(client.get(place))


def test_the_order_of_days_is_asked_beside_its_field(client: Client, desk: Desk, papers: Papers) -> None:
    form, data = EvidenceForm("A chat", name="chat.txt"), b"1/2/26, 9:05 PM - Janka: one\n3/4/26, 10:00 PM - Janka: two\n"
    place = at("show", evidence.add_evidence(desk, desk.reader("work"), papers.dossier, form, [data]))
    answer = resend(client, place, client.get(place).content.decode(), "/inside")
    assert answer.status_code == 422 and say("errors.insides.day_order") in plain(answer)
    check(answer.content.decode(), "en")
    assert resend(client, place, answer.content.decode(), "/inside", order="mdy").status_code == 303
    assert "2026-01-02 21:05" in plain(client.get(place.replace("/inside", "/messages")))


def test_messages_keep_their_marks_and_some_become_a_note(client: Client, desk: Desk, papers: Papers) -> None:
    item = brought(desk, papers, "chat")
    place = at("thread", item)
    shown = plain(client.get(place))
    assert 'id="m4"' in shown and say("insides.missing") in shown and "Іншы прыдуманы канал" in shown
    wrong = resend(client, place, client.get(place).content.decode(), "/note", first="4", last="9", spoken="be")
    assert wrong.status_code == 422 and say("errors.insides.messages") in plain(wrong) and 'value="9"' in plain(wrong)
    made = resend(client, place, client.get(place).content.decode(), "/note", first="2", last="3", spoken="be")
    note = reading.note(desk, desk.reader("work"), bytes.fromhex(made["Location"].rpartition("/")[2]))
    assert note.evidence == item and note.text.startswith("[m2] ") and note.text.count("\n[m3] ") == 1 and note.language == "be"


def test_a_file_that_came_with_the_chat_is_one_step_away(client: Client, desk: Desk, papers: Papers, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    (folder / "photos").mkdir(parents=True)
    (folder / "result.json").write_bytes((VECTORS / NAMES["chat"]).read_bytes())
    (folder / "photos" / "photo_1@21-09-2026_12-07-00.jpg").write_bytes(b"an invented photo")
    reader = desk.reader("work")
    ident = imports.import_folder(desk, reader, papers.dossier, tmp_path / "export")
    lines = {line.path: line.item for line in imports.lines(desk, reader, ident)}
    insides.look_inside(desk, reader, lines["result.json"])
    shown = plain(client.get(at("thread", lines["result.json"])))
    assert lines["photos/photo_1@21-09-2026_12-07-00.jpg"].hex() in shown


def test_a_machine_that_is_absent_is_said_to_be_and_what_it_reads_is_marked(
    client: Client, desk: Desk, papers: Papers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = brought(desk, papers, "signed")
    evidence.make_working_copy(desk, desk.reader("work"), item)
    place = at("show", item)
    with monkeypatch.context() as patched:
        patched.setattr(outside, "PLACES", "/nowhere")
        answer = resend(client, place, client.get(place).content.decode(), "/machine")
        assert answer.status_code == 422 and say("errors.ocr.absent") in plain(answer)
    if not outside.found("sh"):
        return
    tool = tmp_path / "tools" / "tesseract"
    tool.parent.mkdir()
    row = "5\\t1\\t1\\t1\\t1\\t1\\t0\\t0\\t9\\t9\\t96\\t%s\\n"
    tool.write_text(f"#!/bin/sh\n[ $1 = --list-langs ] && echo bel && exit 0\nprintf '{row}' Вырак суда\n")
    tool.chmod(tool.stat().st_mode | stat.S_IXUSR | stat.S_IXOTH)
    monkeypatch.setattr(outside, "PLACES", f"{tool.parent}:{outside.PLACES}")
    assert resend(client, place, client.get(place).content.decode(), "/machine").status_code == 303
    shown = plain(client.get(place))
    assert "Вырак суда" in shown and say("insides.machine_means") in shown and '/machine"' not in shown
    assert say("insides.languages") + ": Belarusian</p>" in shown and say("insides.lacking") + ": Russian, English. " in shown
    check(shown, "en")
    wrong = resend(client, place, shown, "/machine/note", from_page="1", to_page="7", written="be")
    assert wrong.status_code == 422 and say("errors.ocr.pages") in plain(wrong) and 'value="7"' in plain(wrong)
    made = resend(client, place, shown, "/machine/note", from_page="1", to_page="1", written="be")
    note = reading.note(desk, desk.reader("work"), bytes.fromhex(made["Location"].rpartition("/")[2]))
    assert (note.text, note.evidence, note.language) == ("[p1]\nВырак суда", item, "be")


def test_a_stranger_finds_nothing(make_team: Callable[..., Team]) -> None:
    team = make_team(2)
    desk = team.desks[0]
    papers = played.play(desk, desk.me)
    item = brought(desk, papers, "chat")
    team.settle()
    with browsing(team.desks[1]) as stranger:
        token = forms(stranger.get("/help").content.decode())[0]["data"]["csrfmiddlewaretoken"]
        for name in ("show", "thread", "alike"):
            assert stranger.get(at(name, item)).status_code == 404
        for name in ("show", "note", "machine", "read_note"):
            assert stranger.post(at(name, item), {"csrfmiddlewaretoken": token, "first": "1", "last": "2", "spoken": "be"}).status_code == 404
