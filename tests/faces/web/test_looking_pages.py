"""Looking without harm, and blacking out: pages in three languages, without script, with nothing typed lost."""

import mimetypes
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.core.redaction import MARK
from letapis.desk import claims, difficult, dossiers, evidence, reading, redaction
from letapis.desk.evidence import EvidenceForm
from letapis.engines import paper, pixels
from tests.desk.test_redaction import NAME, paper_of
from tests.team import Team, make_team

from . import papers as played
from .casework import browsing, forms, resend, say, send
from .papers import ACCOUNT, Papers
from .test_pages import check

__all__ = ["make_team"]


@pytest.fixture
def team(make_team: Callable[..., Team]) -> Team:
    return make_team(2)


@pytest.fixture
def papers(team: Team) -> Papers:
    return played.play(team.desks[0], team.desks[1].me)


@pytest.fixture
def client(team: Team, papers: Papers) -> Iterator[Client]:
    with browsing(team.desks[0]) as inside:
        yield inside


@pytest.fixture
def verdict(team: Team, papers: Papers) -> bytes:
    """A paper of three pages with a text layer and its safe pages."""
    desk, reader = team.desks[0], team.reader()
    form = EvidenceForm("Verdict", "document", media_type="application/pdf")
    item = evidence.add_evidence(desk, reader, papers.dossier, form, [paper_of(NAME, "Nobody", NAME)])
    evidence.make_working_copy(desk, reader, item)
    return item


def at(name: str, *arguments: bytes | int) -> str:
    return reverse(name, args=[one.hex() if isinstance(one, bytes) else one for one in arguments])


def person_of(team: Team, papers: Papers) -> bytes:
    return reading.entities(team.desks[0], team.reader(), papers.dossier)[0].entity


def fill(client: Client, address: str, **changes: object) -> Any:
    """Send the form of a page that takes these fields."""
    found = [form for form in forms(client.get(address).content.decode()) if "csrfmiddlewaretoken" in form["data"]]
    fields = [{*form["data"], *(name for name, _ in form["buttons"])} for form in found]
    place = next(number for number, names in enumerate(fields) if set(changes) - {"topics", "nothing_open", "do"} <= names)
    return client.post(address, {**found[place]["data"], **changes})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_whole_in_every_language(client: Client, papers: Papers, verdict: bytes, language: str) -> None:
    places = [at("evidence:item", verdict), at("looking:page", verdict, 2), at("looking:player", papers.sound), at("looking:mark", verdict)]
    places += [at(f"redacting:{name}", item) for name in ("draw", "preview") for item in (verdict, papers.item)]
    places.append(at("evidence:item", papers.photo))
    assert fill(client, at("redacting:draw", verdict), words=NAME, do="words").status_code == 303
    for place in places:
        answer = client.get(place, headers={"accept-language": language})
        assert answer.status_code == 200, place
        check(answer.content.decode(), language)


def test_pages_are_turned_by_links_by_number_and_by_keys(client: Client, verdict: bytes) -> None:
    shown = client.get(at("looking:page", verdict, 2), {"zoom": "150"}).content.decode()
    for number, key in ((1, "b"), (3, "n")):
        assert f'href="{at("looking:page", verdict, number)}?zoom=150" data-key="{key}"' in shown
    assert 'class="copy sheet-of-paper zoom-150"' in shown and "Said by Nobody today" in shown and NAME not in shown
    assert client.get(at("looking:turn", verdict), {"to": "3", "zoom": "200"})["Location"] == f"{at('looking:page', verdict, 3)}?zoom=200"
    for typed in ("", "99", "-1", "x", "3" * 50):
        assert client.get(at("looking:turn", verdict), {"to": typed, "zoom": "<b>"})["Location"] == at("looking:page", verdict, 1)
    assert client.get(at("looking:page", verdict, 4)).status_code == 404
    first, last = (client.get(at("looking:page", verdict, number)).content.decode() for number in (1, 3))
    assert 'data-key="b"' not in first and 'data-key="n"' not in last


def test_a_mark_closes_what_was_open_and_says_who_made_it(client: Client, team: Team, papers: Papers, verdict: bytes) -> None:
    wrong = fill(client, at("looking:mark", verdict), text="a burnt page", do="mark")
    assert wrong.status_code == 422 and "a burnt page" in wrong.content.decode() and say("errors.difficult.topics") in wrong.content.decode()
    check(wrong.content.decode(), "en")
    assert fill(client, at("looking:mark", verdict), topics=["violence", "death"], text="a burnt page", do="mark").status_code == 303
    for place in (at("evidence:item", verdict), at("evidence:list", papers.dossier)):
        shown = client.get(place).content.decode()
        assert "a burnt page" in shown and say("difficult.marked_by") in shown and "blood, beating" in shown and "<img" not in shown
    copy = reading.renditions(team.desks[0], team.reader(), verdict)[0].object
    assert client.get(at("looking:page", verdict, 1)).status_code == 303
    assert client.get(at("evidence:picture", copy)).status_code == client.get(at("redacting:drawn", verdict, 1)).status_code == 404
    assert client.get(at("redacting:draw", verdict))["Location"] == at("evidence:item", verdict)
    send(client, at("evidence:item", verdict), "/open", how="open")
    assert client.get(at("evidence:picture", copy)).status_code == 200
    assert fill(client, at("looking:mark", verdict), do="take_back").status_code == 303
    assert difficult.marks(team.desks[0], team.reader(), verdict) == []
    difficult.mark(team.desks[0], team.reader(), verdict, ["death"])
    with browsing(team.desks[0]) as later:
        assert later.get(at("evidence:picture", copy)).status_code == 404, "the next session begins closed"


def test_a_recording_is_muted_starts_at_a_moment_and_loads_nothing(client: Client, team: Team, papers: Papers) -> None:
    shown = client.get(at("looking:player", papers.sound), {"at": "00:03:12"}).content.decode()
    assert f'controls muted preload="none" src="{at("evidence:play", papers.sound)}#t=192"' in shown and "autoplay" not in shown
    assert f'src="{at("evidence:play", papers.sound)}' not in client.get(at("evidence:item", papers.sound)).content.decode()
    assert '#t=0"' in client.get(at("looking:player", papers.sound), {"at": "<script>"}).content.decode()
    assert client.get(at("looking:player", papers.item)).status_code == 404
    before = reading.custody(team.desks[0], team.reader(), papers.sound)
    played_ = client.get(at("evidence:play", papers.sound), headers={"range": "bytes=0-9"})
    assert b"".join(played_.streaming_content) and played_["X-Content-Type-Options"] == "nosniff"
    assert played_["Content-Security-Policy"].startswith("default-src 'none'") and "sandbox" in played_["Content-Security-Policy"]
    assert "script" not in played_["Content-Security-Policy"] and "filename" not in played_["Content-Disposition"]
    after = reading.custody(team.desks[0], team.reader(), papers.sound)
    assert len(after) == len(before) + 1 and after[-1].event == "decryption"
    wrong = fill(client, at("looking:player", papers.sound), moment="soon", words="He says his name.")
    assert wrong.status_code == 422 and "He says his name." in wrong.content.decode() and say("errors.looking.moment") in wrong.content.decode()
    assert fill(client, at("looking:player", papers.sound), moment="3:12", words="He says his name.").status_code == 303
    (note,) = [one for one in reading.notes(team.desks[0], team.reader(), papers.dossier) if one.evidence == papers.sound]
    assert note.text == "[00:03:12] He says his name." and note.title == "Call, 00:03:12"
    assert f"{at('looking:player', papers.sound)}?at=192" in client.get(at("account:note", note.note)).content.decode()
    start, end = claims.find_passage(note.text, "He says his name.")
    (claim,) = claims.cut_claims(
        team.desks[0],
        team.reader(),
        note.note,
        start,
        end,
        [claims.Cut("detention.start", "2020-08-09", source=papers.source, basis="heard", subject=person_of(team, papers))],
    )
    page = client.get(at("claims:show", claim.header.id)).content.decode()
    assert f'<a href="{at("looking:player", papers.sound)}?at=192">00:03:12</a>' in page
    cut = client.get(at("claims:add", papers.dossier), {"evidence": papers.sound.hex(), "time_code": "00:03:12"}).content.decode()
    assert 'value="00:03:12"' in cut and 'value="00:03:13"' not in cut


def test_boxes_are_typed_seen_taken_away_and_made_into_a_copy(client: Client, team: Team, verdict: bytes) -> None:
    place = f"{at('redacting:draw', verdict)}?page=2"
    for field, typed, code in (("left", "nan", "percent"), ("top", "-1", "percent"), ("width", "0", "box"), ("height", "1e9", "percent")):
        sides = {"left": "10", "top": "20,5", "width": "30", "height": "5"} | {field: typed}
        wrong = fill(client, place, **sides, reason="child", do="box")
        assert wrong.status_code == 422 and say(f"errors.redact.{code}") in wrong.content.decode() and f'value="{typed}"' in wrong.content.decode()
        check(wrong.content.decode(), "en")
    assert fill(client, place, left="10", top="20,5", width="30", height="5", reason="child", do="box")["Location"] == place
    assert "from left 10 %, from top 20.5 %, 30 × 5 %" in client.get(place).content.decode()
    data = client.get(at("redacting:drawn", verdict, 2)).content
    width, height = pixels.size(data)
    assert set(pixels.opened(data).crop((width // 10, height // 4 - 2, width // 4, height // 4)).tobytes()) == {0}
    assert fill(client, place, words=NAME.lower(), reason="source", do="words").status_code == 303
    assert fill(client, place, words="Absent", reason="source", do="words").status_code == 422
    line = "2:1000,2050,3000,500:child"
    assert fill(client, place, remove=line).status_code == 303 and "20.5 %" not in client.get(place).content.decode()
    preview = client.get(at("redacting:preview", verdict)).content.decode()
    assert "Covered places: 2" in preview
    stale = resend(client, at("redacting:preview", verdict), preview, "", shown="other", title="x")
    assert stale.status_code == 422 and say("redact.look_again") in stale.content.decode()
    wrong = fill(client, at("redacting:preview", verdict), title="Verdict, in part", pages="2-9")
    assert wrong.status_code == 422 and say("errors.redact.pages") in wrong.content.decode() and "Verdict, in part" in wrong.content.decode()
    answer = fill(client, at("redacting:preview", verdict), title="Verdict, in part", pages="1, 3", text="asked by the court")
    assert answer.status_code == 303
    (one,) = redaction.redactions(team.desks[0], team.reader(), verdict)
    assert one.pages == (1, 3) and len(one.boxes) == 2 and one.text == "asked by the court"
    left = b"".join(evidence.read_object(team.desks[0], team.reader(), one.copy.object))
    assert client.get(at("redacting:picture", one.redaction, 2)).content == list(paper.pictures(left))[1]
    assert client.get(at("redacting:picture", one.redaction, 3)).status_code == 404
    assert client.get(at("evidence:item", one.copy.object))["Location"] == at("redacting:show", one.redaction)
    assert "Covered on this page" in client.get(place).content.decode() and "20.5" not in client.get(place).content.decode(), "the draft is gone"


def test_a_name_that_stands_elsewhere_too_is_said(client: Client, verdict: bytes) -> None:
    sides = {"left": "0", "top": "0", "width": "100", "height": "100"}
    assert fill(client, f"{at('redacting:draw', verdict)}?page=1", **sides, reason="source", do="box").status_code == 303
    shown = client.get(at("redacting:draw", verdict)).content.decode()
    assert say("redact.stray") in shown and f"{NAME} – {say('redact.stray_pages', pages='3')}" in shown


def test_a_text_is_cut_and_a_colleague_looks(client: Client, team: Team, papers: Papers) -> None:
    place = at("redacting:draw", papers.item)
    assert fill(client, place, words="9 August", reason="source", do="words").status_code == 303
    assert f"They took him on {MARK} 2020." in client.get(place).content.decode()
    made = fill(client, at("redacting:preview", papers.item), title="Letter, in part")["Location"]
    shown = client.get(made).content.decode().replace("&#x27;", "'")
    assert MARK in shown and ACCOUNT not in shown and say("redact.yours") in shown and say("redact.state.waits") in shown
    assert client.post(made).status_code == 403, "not without a token"
    dossiers.admit_to_dossier(team.desks[0], team.reader(), papers.dossier, [team.desks[1].me])
    team.settle()
    with browsing(team.desks[1]) as other:
        wrong = fill(other, made, nothing_open="yes", because="")
        assert wrong.status_code == 422
        check(wrong.content.decode(), "en")
        assert fill(other, made, nothing_open="yes", because="compared with the letter").status_code == 303
        for language in LANGUAGES:
            check(other.get(made, headers={"accept-language": language}).content.decode(), language)
        assert say("redact.state.cleared") in other.get(made).content.decode()
    team.settle()
    with browsing(team.desks[0]) as again:
        form = again.get(at("casefile:export", papers.dossier)).content.decode()
    assert say("casefile.field.redacted") in form and "Letter, in part" in form


@pytest.mark.parametrize("ending", ["wav", "flac", "mp3", "ogg", "m4a"])
def test_a_recording_that_came_by_the_command_line_is_heard(client: Client, team: Team, papers: Papers, ending: str) -> None:
    """There the type is taken from the ending of the file, and the name for it is not always the newest."""
    media_type = mimetypes.guess_type(f"talk.{ending}")[0] or ""
    form = EvidenceForm("A talk", "audio", f"talk.{ending}", papers.source, media_type)
    item = evidence.add_evidence(team.desks[0], team.reader(), papers.dossier, form, [b"RIFF invented"])
    assert at("looking:player", item) in client.get(at("evidence:item", item)).content.decode()
    assert client.get(at("looking:player", item)).status_code == 200
    assert b"".join(client.get(at("evidence:play", item)).streaming_content) == b"RIFF invented"  # type: ignore[attr-defined]
