"""A State's reply: the first question before the grid, the task in the same step, silence as silence, and the State's words as information."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from letapis.core.brief import Table
from letapis.core.errors import LetapisError, NotFound, Refused, UsageError
from letapis.core.language import LANGUAGES
from letapis.core.records import Draft
from letapis.desk import briefs, claims, dossiers, items, ledger, reading, replies, sources, verify
from letapis.desk.opening import Desk
from letapis.engines.db import models
from tests.canary import canary, search
from tests.team import Team

WORDS = "The person was detained on 12 August 2020 in accordance with the law. A warrant was shown."


def _dossier(desk: Desk) -> tuple[bytes, bytes]:
    dossier = dossiers.new_dossier(desk, "R-1", "Pryklad", "person", "Janka Vydumka")
    return dossier, reading.entities(desk, desk.reader("work"), dossier)[0].entity


def _form(desk: Desk, **changes: object) -> replies.KnownForm:
    form = replies.KnownForm(("place", "meeting"), "careful", desk.me, "2026-12-01", "safe_call", "At the agreed hour, without names.", "The yard.")
    return replace(form, **changes)  # type: ignore[arg-type]


@pytest.fixture
def team(make_team: Callable[..., Team]) -> Team:
    return make_team(1)


def _reply(team: Team, **changes: str) -> tuple[bytes, bytes]:
    desk = team.desks[0]
    dossier, _ = _dossier(desk)
    told = {"title": "Reply of the Government", "day": "2026-11-20", "mechanism": "WGAD-REGULAR", "text": WORDS} | changes
    return dossier, replies.register(desk, team.reader(), dossier, replies.ReplyForm(**told))  # type: ignore[arg-type]


def test_the_grid_is_shut_until_the_first_question_is_answered(team: Team) -> None:
    desk, (_, reply) = team.desks[0], _reply(team)
    for deed in (
        lambda: replies.add_line(desk, team.reader(), reply, replies.LineForm("They took him without a warrant.")),
        lambda: replies.take_allegations(desk, team.reader(), reply, ["0"]),
        lambda: replies.state_note(desk, team.reader(), reply),
        lambda: replies.print_grid(desk, team.reader(), reply, "en", "pdf"),
    ):
        with pytest.raises(Refused) as caught:
            deed()
        assert caught.value.code == "replies.first_question"
    replies.answer_known(desk, team.reader(), reply, _form(desk))
    assert replies.add_line(desk, team.reader(), reply, replies.LineForm("They took him without a warrant."))


@pytest.mark.parametrize(
    "changes, code",
    [
        ({"known": ()}, "replies.known"),
        ({"known": ("gossip",)}, "replies.known"),
        ({"known": ("nothing", "name")}, "replies.known_contradicts"),
        ({"safety": ""}, "replies.safety"),
        ({"channel": "shout"}, "replies.channel"),
        ({"owner": b""}, "replies.owner"),
        ({"owner": b"x" * 16}, "tasks.owner"),
        ({"due": ""}, "replies.due"),
        ({"how": " "}, "replies.how"),
    ],
)
def test_no_part_of_the_first_question_stays_open(team: Team, changes: dict[str, object], code: str) -> None:
    desk, (_, reply) = team.desks[0], _reply(team)
    with pytest.raises(LetapisError) as caught:
        replies.answer_known(desk, team.reader(), reply, _form(desk, **changes))
    assert caught.value.code == code
    assert replies.reply(desk, team.reader(), reply).state == "received" and not reading.items(desk, team.reader(), "task")


def test_answer_and_task_are_one_step(team: Team) -> None:
    desk, (dossier, reply) = team.desks[0], _reply(team)
    before = models.Record.objects.using(desk.store.alias).count()
    task = replies.answer_known(desk, team.reader(), reply, _form(desk))
    found, known = reading.item(desk, team.reader(), task), replies.reply(desk, team.reader(), reply)
    assert models.Record.objects.using(desk.store.alias).count() == before + 2
    assert (found.text("kind"), found.owner, found.day, found.about, found.dossier) == ("tell_family", desk.me, "2026-12-01", reply, dossier)
    assert known.record.raw("task") == task and known.record.texts("known") == ("place", "meeting") and known.text("channel") == "safe_call"


def test_the_same_reply_is_registered_once(team: Team) -> None:
    desk, (dossier, _) = team.desks[0], _reply(team)
    with pytest.raises(Refused, match=r"replies\.registered_already"):
        replies.register(desk, team.reader(), dossier, replies.ReplyForm("Reply of the Government", "2026-11-20"))
    for form, code in (
        (replies.ReplyForm("", "2026"), "replies.title"),
        (replies.ReplyForm("x", "yesterday"), "replies.day"),
        (replies.ReplyForm("x", "2026", "NOBODY"), "replies.mechanism"),
    ):
        with pytest.raises(UsageError) as caught:
            replies.register(desk, team.reader(), dossier, form)
        assert caught.value.code == code
    with pytest.raises(NotFound):
        replies.register(desk, team.reader(), dossier, replies.ReplyForm("x", "2026", submission=b"x" * 16))


def test_silence_has_no_words_and_every_other_reading_has_some(team: Team) -> None:
    desk, (_, reply) = team.desks[0], _reply(team)
    replies.answer_known(desk, team.reader(), reply, _form(desk))
    line = replies.add_line(desk, team.reader(), reply, replies.LineForm("He was beaten.", stance="silent"))
    for form, code in (
        (replies.LineForm("He was beaten.", "No.", "silent"), "replies.silent_with_words"),
        (replies.LineForm("He was beaten.", "", "admits"), "replies.stance_without_words"),
        (replies.LineForm("He was beaten.", "No.", "shrugs"), "replies.stance"),
        (replies.LineForm(" "), "replies.allegation"),
    ):
        with pytest.raises(UsageError) as caught:
            replies.change_line(desk, team.reader(), line, form)
        assert caught.value.code == code
    replies.change_line(desk, team.reader(), line, replies.LineForm("He was beaten.", "No.", "denies", "His mother saw it.", "We have a photo."))
    (row,) = replies.lines(desk, team.reader(), reply)
    assert (row.item.text("stance"), row.item.text("comment"), row.item.number) == ("denies", "His mother saw it.", 1)
    assert len(reading.versions(desk, team.reader(), line)) == 2


def _sent(team: Team) -> tuple[bytes, bytes]:
    """A dossier whose checked claims were sent, and the id of the submission."""
    desk, other = team.desks[0], team.desks[1]
    dossier, person = _dossier(desk)
    reader = desk.reader("work")
    source = sources.add_source(desk, reader, dossier, sources.SourceForm("Klon", kind="media"))
    text = "They took him on 9 August 2020. Nobody showed a paper."
    note = claims.write_note(desk, reader, dossier, claims.NoteForm("Letter", text, "en", source, "saw", person))
    claims.cut_claims(desk, reader, note, 0, 31, [claims.Cut("detention.start", "2020-08-09"), claims.Cut("detention.warrant_shown", "no")])
    dossiers.admit_to_dossier(desk, reader, dossier, [one.me for one in team.desks[1:]])
    team.settle()
    for one in team.desks[1:]:
        passage = reading.passages(one, one.reader("work"), note)[0]
        verify.check_passage(one, one.reader("work"), passage.ref)
    team.settle()
    view = briefs.make_brief(desk, desk.reader("work"), dossier)
    home = reading.dossier(desk, desk.reader("work"), dossier)
    made = ledger.append(desk, [Draft("submission", home.work, {"dossier": dossier, "brief": view.ref, "mechanism": view.mechanism})])
    assert other.me
    return dossier, made[0].header.id


def test_what_was_sent_fills_the_grid_and_the_state_stands_beside_ours(make_team: Callable[..., Team]) -> None:
    team = make_team(3)
    desk, (dossier, sent) = team.desks[0], _sent(team)
    form = replies.ReplyForm("Reply", "2026-11", submission=sent, text=WORDS)
    reply = replies.register(desk, team.reader(), dossier, form)
    assert replies.reply(desk, team.reader(), reply).text("mechanism") == "WGAD-REGULAR"
    replies.answer_known(desk, team.reader(), reply, _form(desk, owner=team.desks[1].me))
    offered = replies.proposals(desk, team.reader(), reply)
    assert offered and all(one.claims for one in offered)
    assert replies.take_allegations(desk, team.reader(), reply, [one.key for one in offered]) == len(offered)
    assert replies.proposals(desk, team.reader(), reply) == () and replies.take_allegations(desk, team.reader(), reply, [offered[0].key]) == 0
    note = replies.state_note(desk, team.reader(), reply)
    assert replies.state_note(desk, team.reader(), reply) == note
    start, end = claims.find_passage(WORDS, "detained on 12 August 2020")
    claims.cut_claims(desk, team.reader(), note, start, end, [claims.Cut("detention.start", "2020-08-12")])
    rows = replies.lines(desk, team.reader(), reply)
    ours = [row for row in rows if any(claim.property == "detention.start" for claim in row.ours)]
    (theirs,) = ours[0].theirs
    source = reading.source(desk, team.reader(), theirs.source)
    assert (theirs.value, theirs.basis, theirs.contested, source.kind, source.circle) == ("2020-08-12", "document", True, "authority", "state")
    assert not [row for row in rows if row not in ours and row.theirs]
    team.settle()
    assert len(replies.lines(team.desks[1], team.reader(1), reply)) == len(rows)


def test_nothing_of_it_stands_in_clear_on_the_disk(team: Team) -> None:
    desk, (_, reply) = team.desks[0], _reply(team, title=canary(1), text=canary(2))
    replies.answer_known(desk, team.reader(), reply, _form(desk, text=canary(3), how=canary(4)))
    replies.add_line(desk, team.reader(), reply, replies.LineForm(canary(5), canary(6), "denies", canary(7), canary(8)))
    replies.print_grid(desk, team.reader(), reply, "en", "pdf", family=True)
    assert not search([desk.workspace])


def test_who_does_not_hold_the_dossier_finds_nothing(make_team: Callable[..., Team]) -> None:
    team = make_team(2)
    dossier, reply = _reply(team)
    replies.answer_known(team.desks[0], team.reader(), reply, _form(team.desks[0]))
    line = replies.add_line(team.desks[0], team.reader(), reply, replies.LineForm("x"))
    team.settle()
    other, reader = team.desks[1], team.reader(1)
    for deed in (
        lambda: replies.of_dossier(other, reader, dossier),
        lambda: replies.reply(other, reader, reply),
        lambda: replies.lines(other, reader, reply),
        lambda: replies.change_line(other, reader, line, replies.LineForm("x")),
        lambda: items.keep_version(other, reader, "reply", reply, b"x" * 32, (b"x" * 32,)),
    ):
        with pytest.raises(NotFound):
            deed()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_family_s_comment_is_printed_only_when_asked(team: Team, language: str) -> None:
    desk, (_, reply) = team.desks[0], _reply(team)
    replies.answer_known(desk, team.reader(), reply, _form(desk))
    replies.add_line(desk, team.reader(), reply, replies.LineForm("He was\nbeaten.", "No.", "denies", "Canary of the mother", "A photo."))
    replies.add_line(desk, team.reader(), reply, replies.LineForm("He was held.", stance="silent"))
    without, whole = (replies.grid_document(desk, team.reader(), reply, language, family=family) for family in (False, True))
    tables = [next(block for block in one.blocks if isinstance(block, Table)) for one in (without, whole)]
    assert "Canary" not in str(without) and "Canary" in str(whole) and [len(table.header) for table in tables] == [3, 4]
    assert not without.approved and without.marking
    assert replies.print_grid(desk, team.reader(), reply, language, "docx")[:2] == b"PK"
    assert replies.print_grid(desk, team.reader(), reply, language, "pdf", family=True)[:5] == b"%PDF-"
    with pytest.raises(UsageError, match=r"replies\.print_form"):
        replies.print_grid(desk, team.reader(), reply, language, "odt")
