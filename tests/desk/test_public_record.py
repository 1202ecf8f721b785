"""The public record at the desk: proposed, approved by two others, recalled by one, read by a publisher who holds no other key."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from letapis.core.access import Reader
from letapis.core.errors import LetapisError, NotFound, Refused, UsageError
from letapis.core.public_fold import PublicState
from letapis.core.public_log import digest
from letapis.core.published import Card, CardValue, Statement
from letapis.core.records import Value
from letapis.desk import dossiers, items, ledger, logs, public_record, reading, removal
from letapis.desk.vault import opened_by_ref
from tests.public import card_of
from tests.team import Team, endorse_all

LOOK = ("outcome",)
NUMBER = card_of(1).card
BARE = b"\xff\xd8\xff\xdb\x00\x04ab\xff\xda\x00\x02xx\xff\xd9"
PLACE = b"\xff\xd8\xff\xe1\x00\x0aExif\x00\x00GP\xff\xda\x00\x02xx\xff\xd9"


@pytest.fixture
def team(make_team: Callable[..., Team]) -> Team:
    return make_team(3)


def opened_dossier(team: Team) -> bytes:
    """A dossier at the first desk that all hold, with words that must not go further than its working compartment."""
    dossier = dossiers.new_dossier(team.desks[0], "KANAREYKA-1", "Kanareyka title", "person", "Vydumka Kanareyka")
    dossiers.admit_to_dossier(team.desks[0], team.reader(), dossier, [desk.me for desk in team.desks[1:]])
    team.settle()
    return dossier


def proposed(team: Team, dossier: bytes, card: Card | None = None, by: int = 0) -> bytes:
    ref = public_record.propose_card(team.desks[by], team.reader(by), dossier, card or card_of(1))
    team.settle()
    return ref


def approved(team: Team, ref: bytes, *by: int) -> None:
    for number in by:
        public_record.approve(team.desks[number], team.reader(number), ref, LOOK)
    team.settle()


def state(team: Team, dossier: bytes, card: str = NUMBER) -> PublicState:
    return public_record.state_of(team.desks[0], team.reader(), dossier, bytes.fromhex(card))


def public(team: Team, by: int = 0, card: str = NUMBER) -> tuple[Card, ...]:
    """The card as it stands in public by what this desk holds; none where it does not."""
    return tuple(one.card for one in public_record.entries(team.desks[by], team.reader(by)).entries if one.card.card == card)


def refused(deed: Callable[[], object]) -> str:
    with pytest.raises(LetapisError) as told:
        deed()
    return told.value.code


def with_place(place: str, number: int = 1) -> Card:
    card = card_of(number)
    return replace(card, values=tuple(sorted(replace(one, value=place) if one.field == "place" else one for one in card.values)))


def test_two_others_make_it_public_and_one_takes_it_back(team: Team) -> None:
    dossier = opened_dossier(team)
    first, second, third = team.desks
    ref = proposed(team, dossier)
    assert [one.what for one in public_record.waiting(second, team.reader(1))] == [public_record.APPROVE]
    assert refused(lambda: public_record.approve(first, team.reader(), ref, LOOK)) == "public_record.own"
    assert refused(lambda: public_record.approve(second, team.reader(1), ref)) == "public_record.look"
    assert refused(lambda: public_record.propose_card(first, team.reader(), dossier, card_of(1))) == "public_record.same"
    approved(team, ref, 1)
    assert not public(team) and refused(lambda: public_record.approve(second, team.reader(1), ref, LOOK)) == "public_record.approved_already"
    approved(team, ref, 2)
    assert [public(team, by) for by in range(3)] == [(card_of(1),)] * 3 and not public_record.waiting(first, team.reader())
    assert refused(lambda: public_record.approve(third, team.reader(2), ref, LOOK)) == "public_record.approved_already"
    told = public_record.entries(first, team.reader())
    assert digest(told.entries[0]) == state(team, dossier).versions[0].version.digest.hex() and told.refs == {NUMBER: ref}
    # One member takes it back: nothing is left, and what had been approved before is worth nothing any more.
    assert refused(lambda: public_record.recall(third, team.reader(2), dossier, bytes.fromhex(NUMBER), "whim")) == "public_record.because"
    public_record.recall(third, team.reader(2), dossier, bytes.fromhex(NUMBER), "consent_withdrawn")
    team.settle()
    assert [public(team, by) for by in range(3)] == [()] * 3
    gone = state(team, dossier)
    assert gone.recalled is not None and gone.recalled.because == "consent_withdrawn" and not gone.alive and gone.stage == "recalled"
    assert public_record.entries(first, team.reader()).recalls == {NUMBER: "consent_withdrawn"}
    assert refused(lambda: public_record.approve(second, team.reader(1), ref, LOOK)) == "public_record.recalled"
    assert refused(lambda: public_record.recall(first, team.reader(), dossier, bytes.fromhex(NUMBER), "safety")) == "public_record.nothing"
    # It comes back by a new version with approvals of its own.
    again = proposed(team, dossier)
    assert not public(team) and state(team, dossier).stage == "waiting", "a new version waits, however often the card went before"
    approved(team, again, 1, 2)
    assert public(team) == (card_of(1),) and state(team, dossier).recalled is None and state(team, dossier).stage == "public"
    # The same tables come out of the sealed records.
    before = public_record.entries(first, team.reader())
    ledger.rebuild(first)
    assert public_record.entries(first, team.reader()) == before


def test_changes_take_a_place_when_approved_recalls_win_and_what_nobody_can_choose_waits(team: Team) -> None:
    dossier, number = opened_dossier(team), [card_of(one).card for one in range(5)]
    first = [public_record.propose_card(team.desks[0], team.reader(), dossier, card_of(one)) for one in (2, 3, 4)]
    team.settle()
    for ref in first:
        for by in (1, 2):
            public_record.approve(team.desks[by], team.reader(by), ref, ("outcome",))
    team.settle()
    # A change takes the place of what stood only when it is approved.
    later = proposed(team, dossier, with_place("ik-17", 2), by=1)
    assert public(team, 0, number[2]) == (card_of(2),)
    # Beside it: a recall at one desk and a change at another that knew nothing of it.
    unaware = public_record.propose_card(team.desks[1], team.reader(1), dossier, with_place("sizo-1", 3))
    public_record.recall(team.desks[0], team.reader(), dossier, bytes.fromhex(number[3]), "safety")
    # And two changes that do not know of each other.
    one = public_record.propose_card(team.desks[0], team.reader(), dossier, with_place("sizo-1", 4))
    two = public_record.propose_card(team.desks[1], team.reader(1), dossier, with_place("ik-3", 4))
    team.settle()
    for by, refs in ((0, (later, two)), (1, (one,)), (2, (later, one, two))):
        for ref in refs:
            public_record.approve(team.desks[by], team.reader(by), ref, LOOK)
    team.settle()
    assert public(team, 1, number[2]) == (with_place("ik-17", 2),)
    assert public_record.why_not(team.desks[0], team.reader(), first[0], b"another").because == "errors.public_record.overtaken"
    assert not public(team, 2, number[3])
    assert refused(lambda: public_record.approve(team.desks[2], team.reader(2), unaware, LOOK)) == "public_record.recalled"
    assert public_record.entries(team.desks[2], team.reader(2)).contested == {number[4]}
    assert public(team, 1, number[4]) == (card_of(4),), "what stood before stays until somebody has chosen"
    assert {w.what for w in public_record.waiting(team.desks[2], team.reader(2))} == {public_record.SETTLE}
    assert public_record.why_not(team.desks[0], team.reader(), one, b"another").because == "errors.public_record.contested"
    chosen = proposed(team, dossier, with_place("ik-3", 4), by=2)
    approved(team, chosen, 0, 1)
    assert public(team, 2, number[4]) == (with_place("ik-3", 4),) and not state(team, dossier, number[4]).contested


def test_what_nobody_confirmed_for_long_is_listed_and_what_waited_too_long_is_proposed_anew(team: Team) -> None:
    dossier, late = opened_dossier(team), team.desks[1].clock() + timedelta(days=32)
    ref = proposed(team, dossier)
    approved(team, ref, 1, 2)
    team.desks[:] = [replace(desk, clock=lambda: late) for desk in team.desks]
    assert public_record.entries(team.desks[0], team.reader()).stale == {NUMBER} and public(team)
    assert [one.what for one in public_record.waiting(team.desks[1], team.reader(1))] == [public_record.CONFIRM]
    waited = public_record.propose_card(team.desks[0], team.reader(), dossier, card_of(2))
    later = late + timedelta(days=32)
    approved(team, ref, 1, 2)
    assert not public_record.entries(team.desks[0], team.reader()).stale
    team.desks[:] = [replace(desk, clock=lambda: later) for desk in team.desks]
    assert public_record.why_not(team.desks[1], team.reader(1), waited, team.desks[1].me).because == "errors.public_record.old"
    # Statements stand under the same rule.
    statement = Statement("ab" * 16, "2026-11-01", "recognised", "3.1", "immediate_release", ("Pryklad",), {"be": "Заява"}, {"be": "Прыклад."})
    made = public_record.propose_statement(team.desks[0], team.reader(), dossier, statement)
    team.settle()
    for number in (1, 2):
        assert not public_record.entries(team.desks[0], team.reader()).statements
        public_record.approve(team.desks[number], team.reader(number), made)
        team.settle()
    assert public_record.entries(team.desks[0], team.reader()).statements == (statement,)
    bad = replace(statement, link="http://pryklad.example")
    with pytest.raises(Refused) as told:
        public_record.propose_statement(team.desks[0], team.reader(), dossier, bad)
    assert told.value.reasons == ("public_check.link",) and told.value.where == "link"


def a_photograph_is_a_picture_and_nothing_else(team: Team, dossier: bytes) -> None:
    desk, reader = team.desks[0], team.reader()

    def card(photo: bytes) -> Card:
        return replace(card_of(1), values=(*card_of(1).values, CardValue("photo", hashlib.sha256(photo).hexdigest())))

    for told, photo in ((card(BARE), b""), (card(BARE), PLACE), (card(PLACE), PLACE), (card_of(1), BARE)):
        with pytest.raises(Refused) as fault:
            public_record.propose_card(desk, reader, dossier, told, photo)
        assert fault.value.reasons == ("public_check.picture",)
    ref = public_record.propose_card(desk, reader, dossier, card(BARE), BARE)
    assert public_record.photo(desk, reader, ref) == BARE


def test_a_publisher_reads_from_the_public_compartment_alone_and_finds_no_word_of_the_rest(team: Team) -> None:
    dossier = opened_dossier(team)
    approved(team, proposed(team, dossier), 1, 2)
    public_record.recall(team.desks[1], team.reader(1), dossier, bytes.fromhex(NUMBER), "mistake")
    team.settle()
    approved(team, proposed(team, dossier), 1, 2)
    desk, reader = team.desks[0], team.reader()
    home = reading.dossier(desk, reader, dossier)
    alone = Reader(desk.me, frozenset({home.pub}), "publish")
    assert public_record.entries(desk, alone) == public_record.entries(desk, reader)
    assert refused(lambda: reading.dossier(desk, alone, dossier)) == "reading.not_found"
    refs = [bytes(row[0]) for row in desk.store.rows("SELECT ref FROM db_record WHERE compartment = %s", (home.pub,))]
    told = b"".join(b"".join(field.value for field in one.sealed.fields) for one in opened_by_ref(desk, refs).values())
    entity = reading.entities(desk, reader, dossier)[0].entity
    for word in (b"KANAREYKA", b"Kanareyka", home.work, home.raw, entity):
        assert word not in told, word


def test_records_of_a_program_that_is_not_ours_make_nothing_public(team: Team) -> None:
    """A field that is never public, a card of another number, bytes that are no card, the digest of another card, a field not looked at, another
    compartment."""
    dossier = opened_dossier(team)
    desk, home = team.desks[0], reading.dossier(team.desks[0], team.reader(), dossier)

    def forged(content: bytes, compartment: bytes = b"") -> bytes:
        body: dict[str, Value] = {"dossier": dossier, "content": content, "salt": b"s" * 32, "state": "proposed"}
        return ledger.append(desk, [items.draft(desk, "public_card", compartment or home.pub, body, bytes.fromhex(NUMBER))])[0].ref

    def approval(number: int, ref: bytes, content: bytes, look: tuple[str, ...] = LOOK) -> None:
        body: dict[str, Value] = {"dossier": dossier, "about": bytes.fromhex(NUMBER), "version": ref, "look": look, "state": "given"}
        body |= {"digest": hashlib.sha256(b"s" * 32 + content).digest()}
        ledger.append(team.desks[number], [items.draft(team.desks[number], "public_approval", home.pub, body)])

    sound = json.dumps({"card": NUMBER, "values": [{"field": "outcome", "value": "recognised"}]}, separators=(",", ":"), sort_keys=True)
    for content, said, look in (
        (sound.replace("outcome", "torture").encode(), None, LOOK),
        (sound.replace(NUMBER, "ab" * 16).encode(), None, LOOK),
        (sound.encode() + b" ", None, LOOK),
        (b"[" * 60_000, None, LOOK),
        (sound.encode(), sound.replace("recognised", "refused").encode(), LOOK),
        (sound.encode(), None, ("name",)),
    ):
        ref = forged(content)
        for number in (1, 2):
            approval(number, ref, said or content, look)
    beside = forged(sound.encode(), home.work)
    for number in (1, 2):
        approval(number, beside, sound.encode())
    team.settle()
    assert [public(team, by) for by in range(3)] == [()] * 3
    good = forged(sound.encode())
    for number in (1, 2):
        approval(number, good, sound.encode())
    team.settle()
    assert len(public(team)) == 1


def what_does_not_fit_is_refused_with_the_way_to_mend_it(team: Team, dossier: bytes) -> None:
    desk, reader, texts = team.desks[0], team.reader(), team.desks[0].catalogue.texts
    bad = Card(NUMBER, (CardValue("name", "Vуdumka", "en"), CardValue("place", "ik-3\u202e", since="2026-13")))
    with pytest.raises(Refused) as told:
        public_record.propose_card(desk, reader, dossier, bad)
    assert set(told.value.reasons) == {"public_check.mixed", "public_check.place", "public_check.days"} and told.value.where == "name, place"
    assert all(texts.say(reason, language) for reason in told.value.reasons for language in ("en", "be", "ru"))
    with pytest.raises(UsageError):
        public_record.recall_draft(desk, reader, dossier, bytes.fromhex(NUMBER), "")
    assert isinstance(public_record.fresh(desk, reader).because, str)


def test_the_door_refuses_what_does_not_fit_and_who_does_not_hold_the_dossier(make_team: Callable[..., Team]) -> None:
    team = make_team(2)
    dossier = dossiers.new_dossier(team.desks[0], "P-1", "Pryklad", "person", "Vydumka")
    ref = proposed(team, dossier)
    stranger, reader = team.desks[1], team.reader(1)
    card = bytes.fromhex(NUMBER)
    deeds: list[Callable[[], object]] = [
        lambda: public_record.approve(stranger, reader, ref, LOOK),
        lambda: public_record.why_not(stranger, reader, ref, stranger.me),
        lambda: public_record.photo(stranger, reader, ref),
        lambda: public_record.recall(stranger, reader, dossier, card, "safety"),
        lambda: public_record.propose_card(stranger, reader, dossier, card_of(2)),
        lambda: public_record.versions(stranger, reader, dossier),
    ]
    for deed in deeds:
        with pytest.raises(NotFound):
            deed()
    assert not public_record.waiting(stranger, reader) and not public_record.entries(stranger, reader).entries
    # Nor does a reader at the desk that has it, but whose compartments are others.
    bare = Reader(team.desks[0].me, frozenset(), "work")
    assert not public_record.waiting(team.desks[0], bare)
    assert refused(lambda: public_record.photo(team.desks[0], bare, ref)) == "reading.not_found"
    a_photograph_is_a_picture_and_nothing_else(team, dossier)
    what_does_not_fit_is_refused_with_the_way_to_mend_it(team, dossier)


def test_an_approval_of_a_device_that_was_in_other_hands_lapses_and_a_recall_of_it_stays(make_team: Callable[..., Team]) -> None:
    team = make_team(3, plain=(3,))
    dossier, device = opened_dossier(team), team.desks[2].device
    size = next(log.frontier.size for log in logs.logs(team.desks[0].store) if log.device == device)
    refs = [public_record.propose_card(team.desks[0], team.reader(), dossier, card_of(number)) for number in (1, 2)]
    team.settle()
    for ref in refs:
        for by in (1, 2):
            public_record.approve(team.desks[by], team.reader(by), ref, LOOK)
    public_record.recall(team.desks[2], team.reader(2), dossier, bytes.fromhex(NUMBER), "safety")
    team.settle()
    assert public(team, 1, card_of(2).card) and not public(team, 1)
    removal.remove_device(team.desks[0], team.reader(), device, "found in other hands", compromised_since=size)
    left = Team(team.desks[:2], team.relay)
    left.settle()
    endorse_all(left)
    left.settle()
    assert not public(team, 1, card_of(2).card), "one of two approvals counts for nothing now"
    assert not public(team, 1), "what was taken back for somebody's safety stays taken back"
    assert state(team, dossier).recalled is not None
