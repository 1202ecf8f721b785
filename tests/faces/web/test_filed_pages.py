"""After filing: the pages of a submission, the calendar with its days, and who may see them."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.desk import evidence, filed, hearings, reading, replies
from letapis.desk.filed import StepForm
from letapis.desk.opening import Desk
from letapis.faces.texts import texts
from tests.desk.filing import produced

from . import casework
from .casework import Case, browsing, forms, resend, say, send
from .test_pages import check


@pytest.fixture
def case(desk: Desk) -> Case:
    return casework.play(desk)


@pytest.fixture
def submission(desk: Desk, case: Case) -> str:
    return produced(desk, case.dossier).hex()


def place(case: Case, submission: str, kind: str) -> str:
    return reverse("filed:note", args=[case.dossier.hex(), submission, kind])


def body(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_whole_in_every_language(desk: Desk, case: Case, submission: str, language: str) -> None:
    day = desk.clock().date().isoformat()
    show, kinds = reverse("filed:show", args=[submission]), [k.id for k in desk.catalogue.after_filing.steps.values() if not k.by_reply]
    with browsing(desk) as client:
        check(client.get(show, headers={"accept-language": language}).content.decode(), language)
        for kind, more in (("sent", {"channel": "email"}), ("acknowledged", {"reference": "P-1", "due": day}), ("decision", {})):
            filed.record_step(desk, desk.reader("work"), bytes.fromhex(submission), StepForm(kind, day, **more))
        replies.register(desk, desk.reader("work"), case.dossier, replies.ReplyForm("Reply", day, submission=bytes.fromhex(submission)))
        places = [show, reverse("hearings:calendar"), reverse("submit:dossier", args=[case.dossier.hex()]), reverse("tasks:list")]
        for address in places + [place(case, submission, kind) for kind in kinds]:
            answer = client.get(address, headers={"accept-language": language})
            assert answer.status_code == 200, address
            check(answer.content.decode(), language)


def test_a_submission_is_marked_sent_and_followed(desk: Desk, case: Case, submission: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(casework, "count_bytes", evidence.seal_upload)
    show = reverse("filed:show", args=[submission])
    with browsing(desk) as client:
        assert say("filed.it_was_sent") in body(client, show) and say("filed.it_was_sent") not in say("filed.title")
        wrong = send(client, place(case, submission, "sent"), day="2027-01-01", channel="email")
        assert wrong.status_code == 422 and say("errors.filed.day_future") in wrong.content.decode() and "2027-01-01" in wrong.content.decode()
        assert resend(client, place(case, submission, "sent"), wrong.content.decode(), day="2026-11-20").status_code == 303
        assert send(client, place(case, submission, "sent"), day="2026-11-20", channel="email").status_code == 422
        letter = SimpleUploadedFile("letter.txt", b"Invented acknowledgement.")
        told = {"day": "2026-11-24", "reference": "PRY/1", "channel": "email", "due": "2026-12-01", "file": letter}
        assert send(client, place(case, submission, "acknowledged"), **told).status_code == 303
        shown = body(client, show)
        assert all(word in shown for word in ("PRY/1", "1 December 2026", say("filed.named"), say("filed.document"), "20 November 2026"))
        month = body(client, reverse("hearings:calendar") + "?view=month&day=2026-12-01")
        assert f"PRY-1 · {say('mechanisms.time.state_reply')}" in month and say("filed.whose.state") in month
        saved = client.get(reverse("hearings:export") + "?view=month&day=2026-12-01").content.decode()
        assert "DTSTART;VALUE=DATE:20261201" in saved and "SUMMARY:PRY-1\r\n" in saved and "WGAD" not in saved
        assert say("tasks.kind.deadline") in body(client, reverse("tasks:list"))
        (task,) = reading.items(desk, desk.reader("work"), "task", about=bytes.fromhex(submission), state="open")
        own = reverse("tasks:show", args=[task.item.hex()])
        assert f'href="{show}"' in body(client, own)
        for address, language in product((own, reverse("tasks:list")), LANGUAGES):
            read = client.get(address, headers={"accept-language": language}).content.decode()
            said = {one: texts().say("mechanisms.time.state_reply", one) + ": " in read for one in LANGUAGES}
            assert said == {one: one == language for one in LANGUAGES}, "a task is read in the reader's language alone"
        back = next(form for form in forms(shown) if form["action"].endswith("/back"))
        assert client.post(back["action"], back["data"]).status_code == 303


def test_the_reply_is_registered_from_the_submission_and_begins_our_time(desk: Desk, case: Case, submission: str) -> None:
    show = reverse("filed:show", args=[submission])
    with browsing(desk) as client:
        assert send(client, place(case, submission, "sent"), day="2026-11-01", channel="email").status_code == 303
        new = reverse("replies:new", args=[case.dossier.hex()]) + f"?submission={submission}"
        assert f'value="s:{submission}" selected' in body(client, new) and f"?submission={submission}" in body(client, show)
        assert send(client, new, title="Reply of the Government", day="2026-11-20", text="All was lawful.").status_code == 303
        (reply,) = replies.of_dossier(desk, desk.reader("work"), case.dossier)
        assert f'href="{show}"' in body(client, reverse("replies:show", args=[reply.item.hex()]))
        shown = body(client, show)
        assert say("filed.met.met") in shown and "20 December 2026" in shown and say("filed.grid") in shown
        assert send(client, place(case, submission, "comments_sent"), day="2026-11-25", channel="email").status_code == 303
        assert say("filed.met.met") in body(client, reverse("hearings:calendar") + "?view=month&day=2026-12-20")
        wrong = send(client, place(case, submission, "family_told"), day="2026-11-25", channel="lawyer")
        assert wrong.status_code == 422
        assert resend(client, place(case, submission, "family_told"), wrong.content.decode(), safety="careful").status_code == 303
        assert desk.catalogue.replies.safety["careful"].label["en"] in body(client, show)


def test_hearings_and_days_stand_in_one_calendar(desk: Desk, case: Case, submission: str) -> None:
    filed.record_step(desk, desk.reader("work"), bytes.fromhex(submission), StepForm("sent", "2026-11-20", channel="email"))
    hearings.add_hearing(desk, desk.reader("work"), case.dossier, hearings.HearingForm("2027-01-19", "court", "10:00"))
    with browsing(desk) as client:
        shown = body(client, reverse("hearings:calendar") + "?day=2027-01-19")
        saved = client.get(reverse("hearings:export") + "?day=2027-01-19").content.decode()
    assert "10:00" in shown and say("calendar.whole_day") in shown and saved.count("BEGIN:VEVENT") == 2


def test_who_does_not_hold_the_dossier_finds_nothing(two_desks: tuple[Desk, Desk], carry: Callable[..., Any]) -> None:
    author, stranger = two_desks
    case = casework.play(author)
    submission = produced(author, case.dossier).hex()
    step = filed.record_step(author, author.reader("work"), bytes.fromhex(submission), StepForm("sent", "2026-11-20", channel="email"))
    carry(author, stranger)
    stranger.store.run("DELETE FROM db_compartmentkey WHERE compartment IN (SELECT compartment FROM db_compartment WHERE dossier <> %s)", (b"",))
    with browsing(stranger) as client:
        token = forms(client.get("/help").content.decode())[0]["data"]["csrfmiddlewaretoken"]
        assert client.get(reverse("filed:show", args=[submission])).status_code == 404
        assert client.get(place(case, submission, "acknowledged")).status_code == 404
        for address in (place(case, submission, "acknowledged"), reverse("filed:back", args=[step.hex()])):
            assert client.post(address, {"csrfmiddlewaretoken": token, "day": "2026-11-25"}).status_code == 404
        assert not reading.items(stranger, stranger.reader("work"), "filing_step")
        assert say("mechanisms.time.state_reply") not in body(client, reverse("hearings:calendar") + "?view=month&day=2027-01-19")
    with browsing(author) as client:
        for kind in ("state_reply", "nonsense"):
            assert client.get(place(case, submission, kind)).status_code == 404
        assert client.get(reverse("filed:note", args=["ab" * 16, submission, "sent"])).status_code == 404
        assert client.get(reverse("filed:back", args=[step.hex()])).status_code == 405
