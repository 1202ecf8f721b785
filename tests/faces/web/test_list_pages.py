"""A list in the browser: brought, its columns named, seen before it is recorded, recorded, decided, taken back, and its next version."""

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.desk import evidence, list_files, list_import, list_preview, reading
from letapis.desk.opening import Desk
from tests.desk import listing
from tests.engines.test_odk import KEY, OTHER, locked, pem
from tests.team import Team, make_team

from . import papers as played
from .casework import browsing, forms, resend, say, send
from .papers import PNG, Papers, client, desk, papers
from .test_pages import check

__all__ = ["client", "desk", "make_team", "papers"]


def start(papers: Papers) -> str:
    return reverse("lists:dossier", args=[papers.dossier.hex()])


def bring(client: Client, papers: Papers, rows: object = listing.FIRST, **changes: object) -> str:
    """Upload a list in the browser; the address where it leads."""
    files = [SimpleUploadedFile("list.csv", listing.sheet(rows))]  # type: ignore[arg-type]  # rows of the invented list
    told = {"source_code": "LIST", "title": "Invented list", "chosen": files} | changes
    answer = resend(client, start(papers), client.get(start(papers)).content.decode(), "", **told)
    assert answer.status_code == 303, answer.content.decode()
    place: str = answer["Location"]
    return place


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_whole_in_every_language(client: Client, desk: Desk, papers: Papers, language: str) -> None:
    wish, reader = {"accept-language": language}, desk.reader("work")
    columns = bring(client, papers)
    assert columns.endswith("/columns")
    check(client.get(columns, headers=wish).content.decode(), language)
    shown = columns.removesuffix("/columns")
    ident = bytes.fromhex(shown.rpartition("/")[2])
    list_files.choose_columns(desk, reader, ident, listing.FORM)
    send(client, shown, "/look")
    check(client.get(shown, headers=wish).content.decode(), language)
    send(client, shown, "/record")
    check(client.get(shown, headers=wish).content.decode(), language)
    (group,) = list_import.groups(desk, reader, list_files.shown(desk, reader, ident))
    check(client.get(reverse("lists:group", args=[group.ident.hex()]), headers=wish).content.decode(), language)
    newer = listing.bring(desk, papers.dossier, listing.sheet(listing.SECOND))
    place = reverse("lists:show", args=[newer.hex()])
    send(client, place, "/look")
    for page in (place, start(papers)):
        check(client.get(page, headers=wish).content.decode(), language)


def test_a_list_is_brought_seen_recorded_and_taken_back(client: Client, desk: Desk, papers: Papers) -> None:
    columns = bring(client, papers)
    text = client.get(columns).content.decode()
    proposed = next(form for form in forms(text) if "column-0" in form["data"])["data"]
    assert proposed["column-1"] == ["name"] and proposed["column-3"] == ["identity.birth_date"] and "Vydumka Janka" in text
    nobody = {f"column-{number}": "" for number in range(10)}
    wrong = send(client, columns, "", **nobody)
    assert wrong.status_code == 422 and say("errors.lists.columns") in wrong.content.decode()
    chosen = nobody | {"column-0": "key", "column-1": "name", "column-2": "alias", "column-3": "identity.birth_date", "column-9": "listed.died"}
    shown = send(client, columns, "", **chosen)["Location"]
    text = client.get(shown).content.decode()
    assert say("lists.would_come") in text and say("listing.held.death") in text and say("lists.nothing_yet") in text
    known = {one.label for one in reading.entities(desk, desk.reader("work"), papers.dossier)}
    assert "Pryklad Alena" not in known
    sheet = client.get(shown + "/faults")
    rows = list(csv.reader(io.StringIO(b"".join(sheet.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]
    assert [row[1:3] for row in rows[1:]] == [["8", "no"], ["4", "born"]] and "list" in sheet["Content-Disposition"]
    assert send(client, shown, "/record").status_code == 303
    assert "Pryklad Alena" in {one.label for one in reading.entities(desk, desk.reader("work"), papers.dossier)}
    wrong = send(client, shown, "/undo", reason=" ")
    assert wrong.status_code == 422
    check(wrong.content.decode(), "en")
    assert send(client, shown, "/undo", reason="The wrong list.").status_code == 303
    assert {one.label for one in reading.entities(desk, desk.reader("work"), papers.dossier)} == known
    assert say("lists.state.undone") in client.get(shown).content.decode()


def test_what_would_come_of_it_is_said_in_words_and_a_cell_turns_only_itself(client: Client, desk: Desk, papers: Papers) -> None:
    """Articles and places stood in the codes of the data; a cell with a mark that turns the direction of writing turned those after it."""
    hostile = ("1", "Vydumka \u202eJanka", "", "1990-02-01", "/p/1", "2021-03-04", "ik-15", "342", "", "")
    columns = bring(client, papers, [hostile, *listing.FIRST[1:]])
    assert "<bdi>Vydumka \u202eJanka</bdi> · <bdi>" in client.get(columns).content.decode()
    shown = columns.removesuffix("/columns")
    list_files.choose_columns(desk, desk.reader("work"), bytes.fromhex(shown.rpartition("/")[2]), listing.FORM)
    send(client, shown, "/look")
    text = client.get(shown, headers={"accept-language": "be"}).content.decode()
    assert "арт. 342 КК" in text and "ПК № 15" in text and "CC1999" not in text and "ik-15" not in text


def test_of_many_without_a_name_a_few_are_shown_and_a_list_without_names_says_what_to_do(client: Client, desk: Desk, papers: Papers) -> None:
    reader, form = desk.reader("work"), list_files.ListForm("Form", source_code="FORM", mapping="odk-submissions")
    rows = [("0", "Pryklad Alena"), *((f"number-{n}", "") for n in range(1, 31))]
    known = listing.bring(desk, papers.dossier, listing.sheet(rows, ("_uuid", "Full name")), form)
    list_preview.look(desk, reader, known)
    text = client.get(reverse("lists:show", args=[known.hex()])).content.decode()
    assert say("listing.quarantine.nameless") in text and say("lists.waiting_more", count=10) in text
    assert text.count("<li>number-") == 20 and "number-20" in text and "number-21" not in text
    check(text, "en")
    bare = listing.bring(desk, papers.dossier, listing.sheet([("1", "Pryklad Alena")], ("_uuid", "witness-name")), replace(form, source_code="BARE"))
    list_preview.look(desk, reader, bare)
    answer = send(client, reverse("lists:show", args=[bare.hex()]), "/record")
    assert say("errors.lists.no_name_column") in answer.content.decode()


def test_a_newer_version_says_exactly_what_it_changes(client: Client, desk: Desk, papers: Papers) -> None:
    first = list_files.shown(desk, desk.reader("work"), listing.recorded(desk, papers.dossier))
    shown = bring(client, papers, listing.SECOND, source=first.source.hex(), source_code="", title="")
    text = client.get(shown).content.decode()
    assert say("lists.changes") in text and "1985" in text and "June 1985" in text
    assert "Novy Vydumka" in text and say("lists.gone_means") in text
    assert send(client, shown, "/record").status_code == 303
    assert say("lists.recorded.gone") in client.get(shown).content.decode()


def test_a_group_is_decided_with_a_reason(client: Client, desk: Desk, papers: Papers) -> None:
    reader = desk.reader("work")
    known = list_files.shown(desk, reader, listing.recorded(desk, papers.dossier))
    (group,) = list_import.groups(desk, reader, known)
    place = reverse("lists:group", args=[group.ident.hex()])
    text = client.get(place).content.decode()
    assert "Dubler Adzin" in text and "Dubler Druhi" in text and say("listing.quarantine.same_page") in text
    assert send(client, place, "", decision="take", reason="").status_code == 422
    assert send(client, place, "", decision="take", reason="Two persons.").status_code == 303
    assert "Dubler Druhi" in {one.label for one in reading.entities(desk, reader, papers.dossier)}


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_left(client: Client, desk: Desk, papers: Papers) -> None:
    before = set(evidence.objects(desk).names())
    text = client.get(start(papers)).content.decode()
    for changes, error in (
        ({"source_code": ""}, "lists.source"),
        ({"source_code": "Kalina"}, "lists.source"),
        ({"source_code": "L", "chosen": []}, "lists.no_file"),
    ):
        told = {"title": "Typed title", "chosen": [SimpleUploadedFile("a.csv", b"no,name\n1,Vydumka\n")]} | changes
        answer = resend(client, start(papers), text, "", **told)
        assert answer.status_code == 422 and say(f"errors.{error}") in answer.content.decode() and "Typed title" in answer.content.decode()
        check(answer.content.decode(), "en")
    assert set(evidence.objects(desk).names()) == before


def test_letters_that_were_guessed_are_said_before_anything_is_recorded(client: Client, desk: Desk, papers: Papers) -> None:
    old = SimpleUploadedFile("list.csv", "no;name\n1;Выдумка Янка\n".encode("cp1251"))
    columns = bring(client, papers, chosen=[old])
    place = columns.removesuffix("/columns")
    list_files.choose_columns(desk, desk.reader("work"), bytes.fromhex(place.rpartition("/")[2]), listing.FORM)
    send(client, place, "/look")
    text = client.get(place).content.decode()
    assert say("flags.encoding_guessed") in text and "Выдумка Янка" in text
    check(text, "en")


def test_a_file_that_is_no_table_says_so_and_can_be_put_aside(client: Client, desk: Desk, papers: Papers) -> None:
    told = {"source_code": "LIST", "chosen": [SimpleUploadedFile("list.csv", PNG)]}
    answer = resend(client, start(papers), client.get(start(papers)).content.decode(), "", **told)
    assert answer.status_code == 422 and say("errors.parse.other_form") in answer.content.decode()
    check(answer.content.decode(), "en")
    assert resend(client, start(papers), answer.content.decode(), "/drop").status_code == 303
    (known,) = list_files.imports_of(desk, desk.reader("work"), papers.dossier)
    assert known.state == "dropped" and say("lists.state.dropped") in client.get(start(papers)).content.decode()


def test_a_title_that_stands_twice_is_decided_by_hand(client: Client, desk: Desk, papers: Papers) -> None:
    twice = SimpleUploadedFile("list.csv", b"KEY,full_name,full_name\nu1,Alena Pryklad,Reparcior Vydumany\n")
    place = bring(client, papers, chosen=[twice], mapping="odk-submissions")
    answer = resend(client, place, client.get(place).content.decode(), "/record")
    assert answer.status_code == 422 and say("errors.lists.column_twice") in answer.content.decode()
    check(answer.content.decode(), "en")
    columns = f"{place}/columns"
    assert resend(client, columns, client.get(columns).content.decode(), "").status_code == 303
    send(client, place, "/record")
    assert list_files.shown(desk, desk.reader("work"), bytes.fromhex(place.rpartition("/")[2])).state == "done"
    names = {one.label for one in reading.entities(desk, desk.reader("work"), papers.dossier)}
    assert "Alena Pryklad" in names and "Reparcior Vydumany" not in names


def test_the_questions_of_a_form_are_told_from_answers(client: Client, desk: Desk, papers: Papers) -> None:
    asked = SimpleUploadedFile("form.csv", b"type,name,label\ntext,full_name,Full name\nselect_one sex,sex,Sex\n")
    told = {"source_code": "LIST", "chosen": [asked], "mapping": "odk-submissions"}
    answer = resend(client, start(papers), client.get(start(papers)).content.decode(), "", **told)
    assert answer.status_code == 422 and say("errors.lists.form_design") in answer.content.decode()
    check(answer.content.decode(), "en")


def test_a_stranger_finds_nothing(make_team: Callable[..., Team]) -> None:
    team = make_team(2)
    desk = team.desks[0]
    papers = played.play(desk, desk.me)
    ident, reader = listing.recorded(desk, papers.dossier), desk.reader("work")
    (group,) = list_import.groups(desk, reader, list_files.shown(desk, reader, ident))
    team.settle()
    with browsing(team.desks[1]) as stranger:
        token = {"csrfmiddlewaretoken": forms(stranger.get("/help").content.decode())[0]["data"]["csrfmiddlewaretoken"]}
        for name in ("show", "columns", "faults"):
            assert stranger.get(reverse(f"lists:{name}", args=[ident.hex()])).status_code == 404
        for name in ("columns", "look", "ready", "record", "undo", "drop"):
            assert stranger.post(reverse(f"lists:{name}", args=[ident.hex()]), token).status_code == 404
        place = reverse("lists:group", args=[group.ident.hex()])
        assert stranger.get(place).status_code == 404 and stranger.post(place, token).status_code == 404
        assert stranger.get(start(papers)).status_code == 404 and stranger.post(start(papers), token).status_code == 404


def test_a_submission_opens_with_a_key_that_is_held_in_memory_and_never_sealed(
    client: Client, desk: Desk, papers: Papers, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, sealed, reader = locked(answers=b'<data id="vydumka" version="7"><name>Vydumka Alena</name></data>'), list[bytes](), desk.reader("work")
    put = evidence.ObjectStore.put

    def watched(self: object, pieces: Iterable[bytes], *more: object, **named: object) -> object:
        data = b"".join(pieces)
        sealed.append(data)
        return put(self, [data], *more, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(evidence.ObjectStore, "put", watched)
    page = client.get(start(papers)).content.decode()
    before = set(evidence.objects(desk).names())

    def sent(key: bytes) -> object:
        chosen = [SimpleUploadedFile(name, data) for name, data in files.items()]
        told = {"source_code": "FORM", "mapping": "odk-submissions", "chosen": chosen, "form_key": SimpleUploadedFile("key.pem", key)}
        return resend(client, start(papers), page, "", **told)

    for key, code in ((pem(OTHER), "odk.key_wrong"), (b"no key", "odk.key_unreadable"), (b"x" * 30_000, "odk.key_unreadable")):
        answer = sent(key)
        assert answer.status_code == 422 and say(f"errors.{code}") in answer.content.decode()  # type: ignore[attr-defined]
        assert set(evidence.objects(desk).names()) == before
    answer = sent(pem(KEY))
    assert answer.status_code == 303  # type: ignore[attr-defined]
    assert sealed and not [data for data in sealed if b"PRIVATE KEY" in data or data.startswith(b"xxx") or data == b"no key"]
    shown = answer["Location"]  # type: ignore[index]
    assert say("lists.nothing_yet") in client.get(shown).content.decode()
    assert send(client, shown, "/record").status_code == 303
    assert "Vydumka Alena" in {one.label for one in reading.entities(desk, reader, papers.dossier)}
