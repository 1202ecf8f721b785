"""Who could have told us: the sentences of a document that wait, one word for several, other words for one, and one's own word taken back."""

from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse

from letapis.core.brief import sentences
from letapis.core.language import LANGUAGES
from letapis.desk import briefs, circles
from tests.desk.test_submit import Filed, filed
from tests.team import make_team

from .casework import browsing, forms, resend, say, send
from .test_pages import check

__all__ = ["filed", "make_team"]


@dataclass
class Waiting:
    """A new document of a dossier whose sentences wait, at the desk of a colleague who wrote none of it."""

    filed: Filed
    brief: str
    place: str

    @property
    def view(self) -> briefs.BriefView:
        return briefs.brief(self.filed.desk(1), self.filed.team.reader(1), bytes.fromhex(self.brief))

    def held(self) -> int:
        return len(briefs.held_back(self.filed.desk(1), self.filed.team.reader(1), self.view))


@pytest.fixture
def waiting(filed: Filed) -> Waiting:
    desk = filed.desk(1)
    reader = filed.team.reader(1)
    view = briefs.briefs(desk, reader, filed.dossier)[0]
    for one in circles.assessed(desk, reader, filed.dossier, view.mechanism):
        circles.withdraw_assessment(desk, reader, filed.dossier, one.ref)
    return Waiting(filed, view.brief.hex(), reverse("circles:show", args=[view.brief.hex()]))


def tick(client: Client, place: str, *numbers: int, **fields: str) -> tuple[int, str, str]:
    """Tick sentences and send the form: status, text, where it goes."""
    text = client.get(place).content.decode()
    form = next(f for f in forms(text) if f["action"] == place)
    answer = client.post(place, {**form["data"], "chosen": [str(n) for n in numbers], **fields})
    return answer.status_code, answer.content.decode(), answer.headers.get("Location", "")


AGREED = {"risk": "They could be asked at work.", "consent": "agreed", "goes": "as_it_is"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_are_whole_in_every_language(waiting: Waiting, language: str) -> None:
    with browsing(waiting.filed.desk(1)) as client:
        for place in (waiting.place, reverse("circles:reword", args=[waiting.brief, 0]), reverse("submit:brief", args=[waiting.brief])):
            answer = client.get(place, headers={"accept-language": language})
            assert answer.status_code == 200
            check(answer.content.decode(), language)


def test_the_document_leads_to_the_sentences_and_names_circle_source_and_claim(waiting: Waiting) -> None:
    with browsing(waiting.filed.desk(1)) as client:
        assert waiting.place in client.get(reverse("submit:brief", args=[waiting.brief])).content.decode()
        shown = client.get(waiting.place).content.decode()
    assert say("circles.waiting", count=waiting.held()) in shown and say("claims.circle.family") in shown and "Kalina" in shown


def test_one_word_for_all_ticked_sentences_opens_the_gate(waiting: Waiting) -> None:
    with browsing(waiting.filed.desk(1)) as client:
        status, _, to = tick(client, waiting.place, *range(waiting.held()), **AGREED)
        assert (status, to) == (303, reverse("submit:brief", args=[waiting.brief]))
        assert say("submit.circle_assessed") in client.get(to).content.decode()
        settled = client.get(waiting.place).content.decode()
        check(settled, "en")
        assert say("circles.none") in settled and AGREED["risk"] in settled and say("circles.consent.agreed") in settled
        while "/take-back" in client.get(waiting.place).content.decode():
            assert send(client, waiting.place, "/take-back").status_code == 303
    assert waiting.held()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"risk": ""}, ""),
        ({"consent": ""}, ""),
        ({"consent": "refused"}, "circles.needs_wording"),
        ({"consent": "not_asked"}, "circles.needs_wording"),
        ({"goes": "in_a_song"}, ""),
    ],
)
def test_what_is_missing_is_said_beside_its_field_and_nothing_typed_is_lost(waiting: Waiting, changes: dict[str, str], code: str) -> None:
    with browsing(waiting.filed.desk(1)) as client:
        status, text, _ = tick(client, waiting.place, 0, 1, **AGREED | changes)
    assert status == 422 and (not code or say(f"errors.{code}") in text)
    assert text.count(" checked> <span lang=") == 2 and ("risk" in changes or AGREED["risk"] in text)
    check(text, "en")


def test_no_sentence_ticked_and_a_page_gone_stale_decide_nothing(waiting: Waiting) -> None:
    with browsing(waiting.filed.desk(1)) as client:
        status, text, _ = tick(client, waiting.place, **AGREED)
        assert status == 422 and say("errors.circles.sentences") in text
        status, text, _ = tick(client, waiting.place, 0, **AGREED | {"sentence-0": "Another sentence."})
        assert status == 422 and say("errors.circles.sentences") in text
        place = reverse("circles:reword", args=[waiting.brief, 0])
        answer = send(client, place, place, **AGREED | {"sentence": "Another.", "wording": "Said otherwise."})
        assert answer.status_code == 422 and say("errors.circles.changed") in answer.content.decode()
        assert "Said otherwise.</textarea>" in answer.content.decode()


def test_other_words_make_a_new_draft_in_which_they_stand(waiting: Waiting) -> None:
    place = reverse("circles:reword", args=[waiting.brief, 0])
    before = briefs.held_back(waiting.filed.desk(1), waiting.filed.team.reader(1), waiting.view)[0].sentence
    with browsing(waiting.filed.desk(1)) as client:
        answer = send(client, place, place, wording="He was taken in that month.", risk="Only one knew the day.", consent="not_asked")
        assert answer.status_code == 303 and answer["Location"] != reverse("submit:brief", args=[waiting.brief])
        shown = client.get(answer["Location"] + "/preview").content.decode()
    assert "He was taken in that month." in shown
    now = briefs.briefs(waiting.filed.desk(1), waiting.filed.team.reader(1), waiting.filed.dossier)[0]
    assert before.text not in {s.text for s in sentences(now.document)}
    assert len(briefs.held_back(waiting.filed.desk(1), waiting.filed.team.reader(1), now)) < waiting.held()


def test_what_stays_out_is_in_no_new_draft(waiting: Waiting) -> None:
    with browsing(waiting.filed.desk(1)) as client:
        status, _, to = tick(client, waiting.place, *range(waiting.held()), **AGREED | {"goes": "stays_out", "consent": "refused"})
    assert status == 303 and to != reverse("submit:brief", args=[waiting.brief])
    now = briefs.briefs(waiting.filed.desk(1), waiting.filed.team.reader(1), waiting.filed.dossier)[0]
    assert not [s for s in sentences(now.document) if s.claims]


def test_who_wrote_it_down_is_offered_no_word_and_gets_none_by_hand(waiting: Waiting) -> None:
    waiting.filed.team.settle()
    with browsing(waiting.filed.desk(0)) as client:
        shown = client.get(waiting.place).content.decode()
        assert say("circles.mine") in shown and 'name="chosen"' not in shown
        status, text, _ = tick(client, waiting.place, 0, **AGREED)
        assert status == 422 and say("errors.circles.own") in text


def test_only_the_own_word_is_taken_back(waiting: Waiting) -> None:
    with browsing(waiting.filed.desk(1)) as client:
        tick(client, waiting.place, 0, **AGREED)
    (said,) = circles.assessed(waiting.filed.desk(1), waiting.filed.team.reader(1), waiting.filed.dossier, waiting.view.mechanism)
    waiting.filed.team.settle()
    with browsing(waiting.filed.desk(2)) as client:
        shown = client.get(waiting.place).content.decode()
        assert "/take-back" not in shown
        place = reverse("circles:take_back", args=[waiting.brief, said.ref.hex()])
        assert resend(client, waiting.place, shown.replace(f'action="{waiting.place}"', f'action="{place}"'), "/take-back").status_code == 422
    assert circles.assessed(waiting.filed.desk(2), waiting.filed.team.reader(2), waiting.filed.dossier, waiting.view.mechanism)


def test_of_many_sentences_one_part_waits_on_a_page_and_its_form_comes_back_to_it(waiting: Waiting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("letapis.faces.web.views.circles._SHOWN", 1)
    held = waiting.held()
    second = f"{waiting.place}?page=2"
    with browsing(waiting.filed.desk(1)) as client:
        for place in (waiting.place, second):
            shown = client.get(place).content.decode()
            check(shown, "en")
            assert shown.count("data-row") == 1 and say("circles.waiting", count=held) in shown
        (form,) = [one for one in forms(shown) if one["action"] == second]
        told = {**form["data"], "chosen": ["1"], **AGREED}
        refused = client.post(second, told | {"risk": ""})
        assert refused.status_code == 422 and 'value="1" checked' in refused.content.decode(), "what was ticked stays ticked"
        assert client.post(second, told).status_code == 303 and waiting.held() < held
