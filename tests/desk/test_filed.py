"""After filing: steps, the tasks that follow from them, what the next filing sees, and what nobody else finds."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from letapis.core.afterwards import Met, Progress
from letapis.core.dates import bounds
from letapis.core.errors import LetapisError, NotFound, Refused, UsageError
from letapis.core.filed import HANDED
from letapis.core.periods import after
from letapis.desk import briefs, dossiers, evidence, filed, gate_words, items, reading, replies, submit, tasks, whereto
from letapis.desk.filed import StepForm
from letapis.desk.opening import Desk
from letapis.engines.catalogue import catalogue
from tests.canary import canary, search
from tests.desk.filing import dossier_of, produced
from tests.team import Team


@pytest.fixture
def dossier(desk: Desk) -> bytes:
    return dossier_of(desk)


@pytest.fixture
def sent(desk: Desk, dossier: bytes) -> bytes:
    made = produced(desk, dossier)
    note(desk, made, "sent", channel="email")
    return made


def today(desk: Desk, back: int = 0) -> str:
    return (desk.clock().date() - timedelta(days=back)).isoformat()


def note(desk: Desk, submission: bytes, kind: str, back: int = 0, **more: Any) -> bytes:
    return filed.record_step(desk, desk.reader("work"), submission, StepForm(kind, today(desk, back), **more))


def view(desk: Desk, submission: bytes) -> filed.FiledView:
    return filed.filed(desk, desk.reader("work"), submission)


def opened(desk: Desk, submission: bytes) -> dict[str, str]:
    """Open tasks about a submission: the time they are for, or their kind, and the day."""
    found = reading.items(desk, desk.reader("work"), "task", about=submission, state="open")
    return {task.text("reason") or task.text("kind"): task.text("due") for task in found}


def answer(desk: Desk, dossier: bytes, submission: bytes, back: int = 0) -> bytes:
    form = replies.ReplyForm("Reply of the Government", today(desk, back), submission=submission, text="All was lawful.")
    return replies.register(desk, desk.reader("work"), dossier, form)


def test_a_submission_is_followed_from_the_sending_to_the_decision(desk: Desk, dossier: bytes) -> None:
    submission = produced(desk, dossier)
    assert (view(desk, submission).progress, opened(desk, submission)) == (Progress.PRODUCED, {})
    note(desk, submission, "sent", 40, channel="email")
    assert opened(desk, submission) == {"state_reply": today(desk, -20)}
    note(desk, submission, "acknowledged", 38, reference="PRY/2026/1", channel="email")
    assert opened(desk, submission) == {"state_reply": today(desk, -22)}, "the task moves with the day"
    answer(desk, dossier, submission, 3)
    times = {one.key: one for one in view(desk, submission).deadlines}
    assert times["state_reply"].state is Met.MET
    assert opened(desk, submission) == {"comments": times["comments"].due.isoformat()}
    note(desk, submission, "comments_asked", 2, due=today(desk, -10))
    assert opened(desk, submission) == {"comments": today(desk, -10)}
    note(desk, submission, "comments_sent", 1, channel="email")
    assert opened(desk, submission) == {} and {one.key: one.state for one in view(desk, submission).deadlines}["comments"] is Met.MET
    note(desk, submission, "decision", reference="Opinion 1/2026", link="https://example.invalid/opinion")
    assert opened(desk, submission).keys() == {"tell_family", "follow_up"}
    note(desk, submission, "family_told", channel="safe_call", safety="calm", member=desk.me)
    assert opened(desk, submission).keys() == {"follow_up"} and view(desk, submission).progress is Progress.DECIDED


@pytest.mark.parametrize("length", [4, 7])
def test_days_that_are_known_to_a_month_or_a_year_break_no_page_and_never_run_late(desk: Desk, dossier: bytes, sent: bytes, length: int) -> None:
    reader = desk.reader("work")
    work = reading.dossier(desk, reader, dossier).work
    told = {"dossier": dossier, "submission": sent, "kind": "acknowledged", "day": today(desk)[:length], "due": "", "state": "current"}
    items.new(desk, "filing_step", work, told)
    items.new(desk, "filing_step", work, told | {"kind": "extended", "due": today(desk, -400)[:length]})
    replies.register(desk, reader, dossier, replies.ReplyForm("Reply", today(desk)[:length], submission=sent, text="All was lawful."))
    times = {one.key: one for one in view(desk, sent).deadlines}
    assert times["comments"].start == bounds(today(desk)[:length])[0] and times["state_reply"].state is Met.MET
    assert filed.between(desk, reader, date(2020, 1, 1), date(2040, 1, 1)) and filed.earlier(desk, reader, dossier).sent


def test_the_calendar_looks_back_further_than_any_time_of_a_card_runs() -> None:
    data, start = catalogue(), date(2026, 1, 1)
    keys = {key for rule in data.after_filing.times for key in rule.keys}
    runs = [after(start, time.value, time.unit) - start for card in data.mechanisms.values() for time in card.timing if time.what in keys]
    assert timedelta() < max(runs) <= timedelta(filed._BACK)


def test_what_was_noted_by_mistake_counts_for_nothing(desk: Desk, dossier: bytes, sent: bytes) -> None:
    answer(desk, dossier, sent)
    step = note(desk, sent, "comments_sent", channel="post")
    assert "comments" not in opened(desk, sent)
    filed.take_back(desk, desk.reader("work"), step)
    assert "comments" in opened(desk, sent)
    first = next(one for one in view(desk, sent).steps if one.text("kind") == "sent")
    filed.take_back(desk, desk.reader("work"), first.item)
    note(desk, sent, "sent", channel="portal")


def test_the_very_same_step_is_noted_once(desk: Desk, sent: bytes) -> None:
    """A form with a file is not told apart by its bytes when it is sent twice, so the step itself is looked at."""
    first = note(desk, sent, "acknowledged", reference="PRY/1")
    with pytest.raises(Refused, match="noted_already"):
        note(desk, sent, "acknowledged", reference="PRY/1")
    note(desk, sent, "acknowledged", reference="PRY/2")
    filed.take_back(desk, desk.reader("work"), first)
    note(desk, sent, "acknowledged", reference="PRY/1")
    assert [one.text("reference") for one in view(desk, sent).steps if one.text("kind") == "acknowledged"].count("PRY/1") == 1


def test_a_task_that_a_colleague_closed_is_not_made_again_for_the_same_day(desk: Desk, sent: bytes) -> None:
    (task,) = reading.items(desk, desk.reader("work"), "task", about=sent, state="open")
    tasks.change_task(desk, desk.reader("work"), task.item, tasks.TaskForm("Ask them", "other", desk.me, task.text("due")))
    assert opened(desk, sent).keys() == {"state_reply"}, "what a task is about stays when somebody words it anew"
    tasks.set_state(desk, desk.reader("work"), task.item, "dropped")
    note(desk, sent, "follow_up", channel="email")
    assert opened(desk, sent) == {}
    note(desk, sent, "extended", due=today(desk, -90))
    assert opened(desk, sent) == {"state_reply": today(desk, -90)}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"day": "yesterday"}, "filed.day"),
        ({"day": "2026-13-01"}, "filed.day"),
        ({"due": "soon"}, "filed.due"),
        ({"reference": "x" * 201}, "filed.reference"),
        ({"text": "x" * 4001}, "filed.text"),
        ({"link": "ftp://x"}, "filed.link"),
        ({"channel": "pigeon"}, "filed.channel"),
        ({"kind": "family_told", "channel": "email", "safety": "calm"}, "filed.channel"),
        ({"kind": "family_told", "channel": "lawyer", "safety": ""}, "filed.safety"),
        ({"kind": "family_told", "channel": "lawyer", "safety": "calm", "member": b"x" * 16}, "filed.member"),
    ],
)
def test_bad_input_is_refused_and_nothing_is_recorded(desk: Desk, sent: bytes, changes: dict[str, Any], code: str) -> None:
    before = len(view(desk, sent).steps)
    form = replace(StepForm("acknowledged", today(desk), channel="email"), **changes)
    with pytest.raises(LetapisError) as refused:
        filed.record_step(desk, desk.reader("work"), sent, form)
    assert refused.value.code == code and len(view(desk, sent).steps) == before


def test_a_document_of_another_dossier_is_not_found(desk: Desk, sent: bytes) -> None:
    other = dossier_of(desk, "PRY-2")
    item = evidence.keep_text(desk, desk.reader("work"), other, "Letter", "Invented.", b"")
    with pytest.raises(NotFound):
        note(desk, sent, "acknowledged", document=item)
    with pytest.raises(Refused, match="sent_already"):
        note(desk, sent, "sent", channel="email")
    with pytest.raises(UsageError, match="channel"):
        filed.record_step(desk, desk.reader("work"), produced(desk, other), StepForm("sent", today(desk)))


def test_the_calendar_has_every_time_of_every_dossier_on_its_day(desk: Desk, sent: bytes) -> None:
    other = produced(desk, dossier_of(desk, "PRY-2"), "SP-COMMUNICATION")
    note(desk, other, "sent", channel="portal")
    ends = desk.clock().date() + timedelta(60)
    found = filed.between(desk, desk.reader("work"), ends, ends)
    assert {(one.mechanism, time.key) for one, time in found} == {("WGAD-REGULAR", "state_reply"), ("SP-COMMUNICATION", "state_reply")}
    assert not filed.between(desk, desk.reader("work"), ends + timedelta(1), ends + timedelta(2))
    assert filed.between(desk, desk.reader("work"), date(2020, 1, 1), date(2040, 1, 1))


def test_our_own_filing_closes_another_door_until_it_is_decided(desk: Desk, dossier: bytes) -> None:
    submission = produced(desk, dossier, "WGEID")
    reasons = lambda: {g.answer.because: dict(g.answer.detail) for g in _card(desk, dossier, "WGAD-REGULAR").closing}  # noqa: E731
    assert "law.duplication_blocks_sent" not in reasons()
    note(desk, submission, "sent", 5, channel="email")
    assert reasons()["law.duplication_blocks_sent"] == {"other": "WGEID", "day": today(desk, 5)}
    brief = briefs.make_brief(desk, desk.reader("work"), dossier)
    shut = {gate.answer.because: dict(gate.answer.detail) for gate in submit.gates(desk, desk.reader("work"), brief) if gate.closed}
    assert shut["law.duplication_blocks_sent"] == {"other": "WGEID", "day": today(desk, 5)}
    note(desk, submission, "decision")
    assert reasons()["law.duplication_blocks_decided"]["day"] == today(desk)


def test_a_decision_that_was_withdrawn_afterwards_still_closes_the_door(desk: Desk, dossier: bytes) -> None:
    submission = produced(desk, dossier, "WGEID")
    for kind in ("sent", "decision", "withdrawn"):
        note(desk, submission, kind, channel="email" if kind == "sent" else "")
    assert filed.earlier(desk, desk.reader("work"), dossier).decided == {"WGEID": today(desk)}
    assert "law.duplication_blocks_decided" in {gate.answer.because for gate in _card(desk, dossier, "WGAD-REGULAR").closing}


def test_what_was_handed_over_without_word_of_a_sending_warns_the_next_filing(desk: Desk, dossier: bytes) -> None:
    reader, submission = desk.reader("work"), produced(desk, dossier, "WGEID")
    asked = lambda: {gate.answer.because for gate in submit.gates(desk, reader, briefs.make_brief(desk, reader, dossier)) if not gate.blocks}  # noqa: E731
    assert "law.duplication_handed" not in asked()
    told = {"dossier": dossier, "submission": submission, "digest": b"d" * 32, "day": today(desk), "state": HANDED}
    items.new(desk, "bundle", reading.dossier(desk, reader, dossier).work, told)
    assert "law.duplication_handed" in asked() and filed.earlier(desk, reader, dossier).handed == {"WGEID": today(desk)}
    assert filed.earlier(desk, reader, dossier, besides=submission).handed == {}
    note(desk, submission, "sent", channel="email")
    assert "law.duplication_handed" not in asked()


def test_a_procedure_that_must_be_named_waits_for_a_colleague_s_word(desk: Desk, dossier: bytes) -> None:
    note(desk, produced(desk, dossier, "SP-COMMUNICATION"), "sent", 2, channel="portal")
    brief = briefs.make_brief(desk, desk.reader("work"), dossier)
    shut = lambda: {gate.answer.because for gate in submit.gates(desk, desk.reader("work"), brief) if gate.closed}  # noqa: E731
    assert "law.duplication_declare_sent" in shut()
    told = dossier, "WGAD-REGULAR", "duplication", "SP-COMMUNICATION"
    gate_words.answer(desk, desk.reader("work"), *told, "Named in question 8.", holds=True)
    assert "law.duplication_declare_sent" not in shut()
    gate_words.answer(desk, desk.reader("work"), *told, "It was taken out again.", holds=False)
    assert "law.duplication_declare_sent" in shut()


def test_answers_that_do_not_know_of_each_other_count_only_when_all_say_yes(make_team: Callable[..., Team]) -> None:
    team = make_team(2)
    dossier = dossier_of(team.desks[0])
    dossiers.admit_to_dossier(team.desks[0], team.reader(), dossier, [team.desks[1].me])
    team.settle()
    check = next(check.id for check in team.desks[0].catalogue.mechanisms["ODIHR"].checks if check.decided_by == "human")
    for desk, holds in zip(team.desks, (True, False), strict=True):
        gate_words.answer(desk, desk.reader("work"), dossier, "ODIHR", "check", check, "Looked.", holds=holds)
    team.settle()
    for desk in team.desks:
        words = gate_words.words_on(gate_words.words_of(desk, desk.reader("work"), dossier), "ODIHR")
        assert (words.confirmed, words.denied) == (frozenset(), {check})
    gate_words.answer(team.desks[0], team.reader(), dossier, "ODIHR", "check", check, "Talked about it: yes.", holds=True)
    team.settle()
    for desk in team.desks:
        assert gate_words.words_on(gate_words.words_of(desk, desk.reader("work"), dossier), "ODIHR").confirmed == {check}


def _card(desk: Desk, dossier: bytes, mechanism: str) -> Any:
    return next(one for one in whereto.where(desk, desk.reader("work"), dossier).cards if one.card.id == mechanism)


def test_two_who_file_at_once_see_the_lock_after_they_met(make_team: Callable[..., Team]) -> None:
    team = make_team(2)
    first, second = team.desks
    dossier = dossier_of(first)
    dossiers.admit_to_dossier(first, team.reader(), dossier, [second.me])
    team.settle()
    one, other = produced(first, dossier), produced(second, dossier, "WGEID")
    note(first, one, "sent", channel="email")
    note(second, other, "sent", channel="email")
    for desk, own in ((first, "WGAD-REGULAR"), (second, "WGEID")):
        assert set(filed.earlier(desk, desk.reader("work"), dossier).sent) == {own}
    team.settle()
    for desk in team.desks:
        assert filed.earlier(desk, desk.reader("work"), dossier).sent == {"WGAD-REGULAR": today(first), "WGEID": today(first)}
        locked = {gate.answer.detail.get("other") for gate in _card(desk, dossier, "WGAD-REGULAR").closing}
        assert {"WGEID", "WGAD-REGULAR"} <= locked


def test_nobody_else_finds_a_submission_and_no_word_of_it_lies_open(desk: Desk, sent: bytes, make_desk: Callable[..., Desk]) -> None:
    note(desk, sent, "acknowledged", reference=canary(1), text=canary(2))
    note(desk, sent, "decision", link=f"https://{canary(3)}.invalid/")
    assert not search([desk.workspace])
    stranger = make_desk(2)
    for asker, ident in ((stranger, sent), (desk, b"\xab" * 16)):
        with pytest.raises(NotFound):
            view(asker, ident)
