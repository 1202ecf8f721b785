"""A call is one entry: note, caller, answers, contact, task. Nothing of the contact stands where the case is, and nothing goes out by itself."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from letapis.core.answers import Answer
from letapis.core.consent import Consent, may
from letapis.core.errors import NotFound, Refused, UsageError
from letapis.desk import apart, calls, contacts, dossiers, ledger, reading, sources
from letapis.desk.calls import CallForm
from letapis.desk.contacts import ContactForm
from letapis.desk.opening import Desk
from letapis.engines.db import models
from tests.team import Team

SAID = "Mum of Vydumka: they moved him from SIZO-1, no letters since March."
CONTACT = ContactForm("signal", "CANARY-number", "CANARY-hours", "CANARY-word", safety="with_care")
CALL = CallForm(SAID, "inside", "Janka Vydumka", caller="Kalina", circle="family", because="The person cannot be reached.", contact=CONTACT)


@pytest.fixture
def team(make_team: Callable[..., Team]) -> Team:
    return make_team(2)


@pytest.fixture
def desk(team: Team) -> Desk:
    return team.desks[0]


def note(desk: Desk, form: CallForm) -> calls.CallNote:
    return calls.note_call(desk, desk.reader("work"), form)


def answers(desk: Desk, made: calls.CallNote) -> set[tuple[bytes, str, str, bool]]:
    return {(c.party, c.scope, c.answer, c.surrogate) for c in reading.consents(desk, desk.reader("work"), made.dossier)}


def test_a_call_about_nobody_we_have_is_kept_in_one_entry(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    entries: list[int] = []
    append = ledger.append
    monkeypatch.setattr(ledger, "append", lambda desk, drafts, ids=None: entries.append(len(drafts)) or append(desk, drafts, ids))
    made = note(desk, replace(CALL, call_on="2026-12-01"))
    assert len(entries) == 1 and made.is_new
    reader = desk.reader("work")
    kept, home = reading.note(desk, reader, made.note), reading.dossier(desk, reader, made.dossier)
    assert (kept.text, kept.source, kept.subject, kept.basis) == (SAID, made.source, made.person, "was_told")
    assert kept.title == f"{desk.clock().date().isoformat()} Kalina"
    assert "vydumka" not in home.code.casefold() and len(home.code.split("-")) >= 2 and home.title == "Janka Vydumka"
    source = reading.source(desk, reader, made.source)
    assert (source.code, source.grade, source.circle) == ("Kalina", "F", "family")
    assert models.Identity.objects.using(desk.store.alias).filter(source=made.source).exists()
    assert answers(desk, made) == {(made.source, "keep_internal", "given", False), (made.person, "keep_internal", "given", True)}
    (task,) = reading.items(desk, reader, "task", dossier=made.dossier)
    assert (task.text("kind"), task.text("text"), task.owner, task.day) == ("call_back", "Kalina", desk.me, "2026-12-01")
    assert task.record.raw("party") == made.source
    contact = contacts.contact_of(desk, reader, made.source)
    assert contact and contacts.form_of(contact) == CONTACT
    assert contact.compartment not in (home.work, home.raw, home.pub)


def test_no_means_that_nothing_goes_out_and_later_means_that_it_must_be_asked(desk: Desk) -> None:
    refused = answers(desk, note(desk, replace(CALL, use="no")))
    scopes = set(desk.catalogue.consent.scopes)
    assert {scope for _, scope, answer, _ in refused if answer == "refused"} == scopes - {"keep_internal"} and len(refused) == len(scopes) - 1
    later = note(desk, replace(CALL, use="later", about="Another Pryklad"))
    assert answers(desk, later) == {(later.source, "keep_internal", "ask_again", False)}


def test_a_relative_s_word_never_stands_in_for_the_person_s_own(desk: Desk) -> None:
    made = note(desk, replace(CALL, use="later"))
    reader = desk.reader("work")
    sources.record_consent(desk, reader, made.dossier, made.person, [sources.ConsentForm("keep_internal", "refused")])
    again = note(desk, CallForm("He says thank you.", "inside", person=made.person, source=made.source, because="x"))
    assert (again.dossier, again.source, again.is_new) == (made.dossier, made.source, False)
    assert (made.person, "keep_internal", "refused", False) in answers(desk, made)


def test_inside_only_from_a_relative_is_an_answer_that_counts_for_the_person(desk: Desk) -> None:
    """From the call to the consent table: the answer stands there with its reason, and the question whether it may be kept is answered."""
    made = note(desk, CALL)
    scope = desk.catalogue.consent.scope("keep_internal")
    (known,) = [one for one in reading.consents(desk, desk.reader("work"), made.dossier) if one.party == made.person]
    assert known.surrogate and known.reason == CALL.because
    given = Consent(b"r" * 32, known.party, known.scope, known.answer, known.taken, surrogate=True, reason=known.reason)
    today = desk.clock().date()
    assert may(scope, [given], today) == Answer(True, "law.consent_surrogate_given")
    assert not may(scope, [replace(given, reason="")], today).holds
    outward = desk.catalogue.consent.scope("publish_named")
    assert not may(outward, [replace(given, scope=outward.id)], today).holds, "a relative still allows no publication"


def test_somebody_we_have_calls_about_somebody_else(desk: Desk) -> None:
    first = note(desk, CALL)
    second = note(desk, CallForm("A cellmate is ill.", "later", "Another Pryklad", source=first.source))
    reader = desk.reader("work")
    other = reading.source(desk, reader, second.source)
    assert second.dossier != first.dossier and (other.code, other.circle) == ("Kalina", "family")
    third = note(desk, CallForm("Still ill.", "later", person=second.person, source=first.source))
    assert third.source == second.source, "the code name says who it is, so the dossier has the caller once"
    inside = note(desk, CallForm("They are in one cell.", "later", "Third Vydumka", dossier=first.dossier, source=first.source))
    assert (inside.dossier, inside.source, inside.is_new) == (first.dossier, first.source, False)


def test_a_new_caller_may_not_take_the_code_name_of_another(desk: Desk) -> None:
    made = note(desk, CALL)
    with pytest.raises(Refused, match=r"sources\.code_taken"):
        note(desk, CallForm("x", "later", person=made.person, caller="kalina"))
    nameless = note(desk, CallForm("x", "later", person=made.person))
    assert "-" in reading.source(desk, desk.reader("work"), nameless.source).code
    assert contacts.contact_of(desk, desk.reader("work"), nameless.source) is None, "nothing was said about ringing back"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"use": ""}, "calls.use"),
        ({"about": " "}, "calls.about"),
        ({"said": "  "}, "claims.note_text"),
        ({"call_on": "soon"}, "calls.call_on"),
        ({"contact": ContactForm("pigeon")}, "contacts.channel"),
        ({"because": ""}, "consent.surrogate_reason"),
        ({"circle": "aunt"}, "sources.circle"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_kept(desk: Desk, change: dict[str, object], code: str) -> None:
    before = models.Record.objects.using(desk.store.alias).count()
    with pytest.raises(UsageError) as fault:
        note(desk, replace(CALL, **change))  # type: ignore[arg-type]
    assert fault.value.code == code
    assert models.Record.objects.using(desk.store.alias).count() == before and not reading.dossiers(desk, desk.reader("work"))


def test_a_second_call_adds_to_the_contact_and_takes_nothing_away(desk: Desk) -> None:
    made = note(desk, CALL)
    note(desk, CallForm("Again.", "later", person=made.person, source=made.source, contact=ContactForm(hours="after nine")))
    contact = contacts.contact_of(desk, desk.reader("work"), made.source)
    assert contact and contacts.form_of(contact) == replace(CONTACT, hours="after nine")
    assert len(reading.versions(desk, desk.reader("work"), contact.item)) == 2
    assert len(contacts.contacts(desk, desk.reader("work"), made.dossier).contacts) == 1


def test_a_contact_is_held_by_keeper_and_deputy_alone(team: Team) -> None:
    keeper, colleague = team.desks
    made = note(keeper, CALL)
    reader = keeper.reader("work")
    with pytest.raises(Refused, match=r"contacts\.deputy"):
        contacts.add_deputy(keeper, reader, made.dossier, colleague.me)
    dossiers.admit_to_dossier(keeper, reader, made.dossier, [colleague.me])
    team.settle()
    theirs = colleague.reader("work")
    assert reading.note(colleague, theirs, made.note).text == SAID
    view = contacts.contacts(colleague, theirs, made.dossier)
    assert (view.contacts, view.holders) == ([], frozenset()) and apart.find_apart(colleague, theirs, made.dossier, "CONTACT") is None
    with pytest.raises(NotFound):
        contacts.add_deputy(colleague, theirs, made.dossier, colleague.me)
    contacts.add_deputy(keeper, reader, made.dossier, colleague.me)
    team.settle()
    contact = contacts.contact_of(colleague, colleague.reader("work"), made.source)
    assert contact and contact.text("address") == CONTACT.address, "ringing back needs no custodian"
    assert contacts.contacts(colleague, colleague.reader("work"), made.dossier).holders == {keeper.me, colleague.me}


def test_two_who_change_a_contact_apart_lose_nothing(team: Team) -> None:
    keeper, deputy = team.desks
    made = note(keeper, CALL)
    dossiers.admit_to_dossier(keeper, keeper.reader("work"), made.dossier, [deputy.me])
    contacts.add_deputy(keeper, keeper.reader("work"), made.dossier, deputy.me)
    team.settle()
    ident = contacts.contacts(keeper, keeper.reader("work"), made.dossier).contacts[0].item
    contacts.change_contact(keeper, keeper.reader("work"), ident, replace(CONTACT, word="snow"))
    contacts.change_contact(deputy, deputy.reader("work"), ident, replace(CONTACT, safety="not_now"))
    team.settle()
    shown = reading.item(keeper, keeper.reader("work"), ident)
    assert shown.contested
    assert {(v.record.text("word"), v.record.text("safety")) for v in reading.versions(keeper, keeper.reader("work"), ident) if v.is_head} == {
        ("snow", "with_care"),
        ("CANARY-word", "not_now"),
    }


@pytest.mark.parametrize(
    ("form", "code"),
    [
        (ContactForm(), "contacts.empty"),
        (ContactForm(safety="perhaps"), "contacts.safety"),
        (ContactForm(word="x", device="borrowed"), "contacts.device"),
        (ContactForm(word="x" * 401), "contacts.too_long"),
    ],
)
def test_a_contact_says_what_is_wrong(desk: Desk, form: ContactForm, code: str) -> None:
    made = note(desk, replace(CALL, contact=ContactForm()))
    with pytest.raises(UsageError) as fault:
        contacts.keep_contact(desk, desk.reader("work"), made.source, form)
    assert fault.value.code == code and not contacts.contacts(desk, desk.reader("work"), made.dossier).contacts


def test_callers_are_found_by_code_the_same_one_first(desk: Desk) -> None:
    note(desk, replace(CALL, caller="Kalina second"))
    note(desk, replace(CALL, about="Another Pryklad"))
    reader = desk.reader("work")
    assert [one.code for one in calls.callers(desk, reader, "kalina")] == ["Kalina", "Kalina second"]
    assert calls.callers(desk, reader, "  ") == calls.callers(desk, reader, "Rabina") == []
