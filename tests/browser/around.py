"""What stands around the example's richest dossier: one thing of each kind, so that every page of the day has something on it."""

from datetime import timedelta
from typing import Any

from letapis.core.records import Value
from letapis.desk import (
    advocacy,
    backup_copies,
    contacts,
    erasure,
    evidence,
    filed,
    hearings,
    incidents,
    interviews,
    items,
    letters,
    members,
    needs,
    people,
    posts,
    prints,
    public_record,
    reading,
    recalls,
    recognition,
    replies,
    restriction,
    reviews,
    searches,
    statements,
    tasks,
    travel,
    witnesses,
)
from letapis.desk.opening import Desk
from letapis.engines.seal import WitnessKeys
from tests.desk.filing import produced
from tests.public import card_of

TALK = "[00:00:10] Pryklad tells how it began.\n\n[00:12:30] The cell was cold.\n\n[00:40:00] Others were there too."


def of_day(desk: Desk, dossier: bytes, others: tuple[bytes, ...]) -> dict[str, Any]:
    """Ids for the arguments of the day's addresses; ``section:argument`` where two sections give one word to different things."""
    reader = desk.reader("work")
    person = reading.entities(desk, reader, dossier)[0].entity
    source = reading.sources(desk, reader, dossier)[0].source
    today = desk.clock().date()
    day = today.isoformat()
    ids: dict[str, Any] = {
        "task": tasks.add_task(desk, reader, tasks.TaskForm("Ring the lawyer", due=day), dossier),
        "hearing": hearings.add_hearing(desk, reader, dossier, hearings.HearingForm(day, court="Vydumka court", subject=person)),
        "letter": letters.add_letter(desk, reader, dossier, letters.LetterForm(person, "sizo-1", day)),
        "paper": prints.log_print(desk, reader, dossier, "grid", 1, "For the lawyer").print,
        "search": searches.save_search(desk, reader, "Roses", "rose"),
        "contact": contacts.keep_contact(desk, reader, source, contacts.ContactForm("signal", "vydumka", "evening", "rowan"), others[:1]),
        "need": needs.add_need(desk, desk.reader("work"), dossier, needs.NeedForm(person, "medical")),
        "interview": interviews.plan_interview(desk, reader, dossier, source, person, day),
    }
    reader = desk.reader("work")  # with the compartments that were made on the way
    interviews.prepare(desk, reader, ids["interview"], interviews.Preparation())
    interviews.add_text(desk, reader, ids["interview"], "Vydumka tells", TALK, "en", "saw")
    ids["section"] = reading.items(desk, reader, "interview_section", parent=ids["interview"])[0].item
    ids |= _reply(desk, dossier, day) | _filed(desk, dossier, day)
    promise = advocacy.EntryForm("promise", day, "Government of Vydumka", "To ask after him.", "Pryklad", due=day)
    ids["entry"] = advocacy.add(desk, reader, promise, dossier)
    ids |= _organisation(desk, others, day) | _taken_back(desk, dossier) | _posts(desk, dossier, source) | _public(desk, dossier)
    ids |= _recognition(desk, dossier, person, day)
    device = people.directory(desk).devices[desk.device]
    ids["journey"] = travel.start_journey(desk, reader, device.device, today, today + timedelta(days=3))
    rest = {"place": 0, "number": "0", "job": "00" * 16, "decision": "00" * 32, "card": "WGAD-REGULAR", "filed:kind": "decision"}
    return {name: value.hex() for name, value in ids.items()} | rest


def _public(desk: Desk, dossier: bytes) -> dict[str, bytes]:
    """An invented card that waits for approval, in a dossier of which nothing was taken back."""
    reader = desk.reader("work")
    home = next(one.dossier for one in reading.dossiers(desk, reader) if one.dossier != dossier)
    ref = public_record.propose_card(desk, reader, home, card_of(1))
    return {"publication:dossier": home, "publication:version": ref, "publication:card": bytes.fromhex(card_of(1).card)}


def _recognition(desk: Desk, dossier: bytes, person: bytes, day: str) -> dict[str, bytes]:
    """A round with a vote, a decision that waits for a second member, and its statement."""
    reader = desk.reader("work")
    made = {"round": recognition.open_round(desk, reader, dossier, person, day, "Please vote.")}
    recognition.vote(desk, reader, made["round"], recognition.VoteForm("Pryklad Centre", "for", day, "Held for beliefs."))
    words = {"en": "Vydumka is a political prisoner"}
    form = statements.StatementForm(day, "recognised", words, {"en": "We demand release."}, ("Pryklad Centre",), "3.1")
    made["recognition_writing:statement"] = statements.write(desk, reader, dossier, form)
    outcome = recognition.OutcomeForm("recognised", day, "3.1", override="Counsel answered.", statement=made["recognition_writing:statement"])
    return made | {"decided": recognition.record_outcome(desk, reader, dossier, person, outcome)}


def _posts(desk: Desk, dossier: bytes, source: bytes) -> dict[str, bytes]:
    """An invented colony with its head."""
    reader, colony = desk.reader("work"), "PK-99 Vydumka"
    form = posts.PostForm(f"Head of {colony}", colony, since="2021-06", seen="2022-03-01", source=source)
    posts.record_posts_of_new(desk, reader, dossier, "Postava, B.", [form])
    book = reading.command_book(desk, reader)
    return {"body": book.bodies[book.naming.reference(colony)].key}


def _filed(desk: Desk, dossier: bytes, day: str) -> dict[str, bytes]:
    submission = produced(desk, dossier)
    step = filed.record_step(desk, desk.reader("work"), submission, filed.StepForm("sent", day, channel="email"))
    return {"filed:submission": submission, "filed:step": step}


def _reply(desk: Desk, dossier: bytes, day: str) -> dict[str, bytes]:
    reader = desk.reader("work")
    reply = replies.register(desk, reader, dossier, replies.ReplyForm("Reply of the State", day, mechanism="WGAD-REGULAR", text="All was lawful."))
    form = replies.KnownForm(("name",), "careful", desk.me, day, "in_person", "quietly")
    replies.answer_known(desk, reader, reply, form)
    line = replies.add_line(desk, reader, reply, replies.LineForm("Held without a reason", "There was one", "denies"))
    return {"reply": reply, "replies:line": line}


def _taken_back(desk: Desk, dossier: bytes) -> dict[str, bytes]:
    """A letter that left in a case file and is asked back; a backup from before."""
    reader = desk.reader("work")
    letter = evidence.keep_text(desk, reader, dossier, "A letter taken back", "Invented words that somebody took back.")
    evidence.add_custody(desk, reader, letter, "export", "handed over", "Court of Vydumka | a hearing | 00")
    made = {"copy": backup_copies.count(desk), "order": erasure.ask(desk, reader, dossier, [letter], "withdrawal", "She rang.")}
    made["erasure_"] = erasure.requests(desk, reader, dossier)[0].erasure
    made["restricted"] = restriction.restrictions(desk, reader, dossier)[0].restricted
    return made | {"recall": recalls.recalls(desk, reader, dossier)[0].recall}


def _organisation(desk: Desk, others: tuple[bytes, ...], day: str) -> dict[str, bytes]:
    reader = desk.reader("work")
    gone = next(d for d in people.directory(desk).devices.values() if d.member in others)
    made = {"incident": incidents.open_incident(desk, reader, incidents.IncidentForm(gone.member, (gone.device,), ("taken",), day))}
    made["review"] = reviews.make(desk, reader, day[:7])
    body: dict[str, Value] = {"rule": next(iter(desk.catalogue.figures.rules)), "day": day, "value": 12, "least": True, "state": "proposed"}
    made["figure"] = items.new(desk, "figure", members.common_compartment(desk, "ORG"), body)
    keys = tuple(key.text for key in WitnessKeys.from_seed(b"w" * 32).public("archive.vydumka.example"))
    made["witness"] = witnesses.add_witness(desk, reader, witnesses.WitnessForm("Archive of Vydumka", keys, "university", "One host"))
    pair: dict[str, Value] = {"origin": gone.log, "day": day, "first": "an invented note", "second": "another one", "state": "kept"}
    made["fork"] = items.new(desk, "log_fork", members.common_compartment(desk, "ORG"), pair)
    return made
