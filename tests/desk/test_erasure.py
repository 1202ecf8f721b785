"""Taken back: restricted at once, erased when two have decided, gone everywhere, and nothing else harmed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from letapis.core.errors import NotFound, Refused, UsageError
from letapis.core.records import Draft
from letapis.desk import (
    claims,
    copy_places,
    dossiers,
    erasing,
    erasing_places,
    erasure,
    evidence,
    fixity,
    ledger,
    members,
    people,
    reading,
    restriction,
    settings,
    shredded,
    sources,
    sync,
)
from letapis.desk.audit import audit
from letapis.desk.identity import Details
from letapis.desk.opening import Desk
from letapis.engines.objects import ObjectStore
from letapis.engines.relay import RelayStore
from tests.canary import CANARIES
from tests.desk.tables import projections
from tests.desk.test_packing import leftovers
from tests.team import Team, endorse_all

MakeTeam = Callable[..., Team]
WORDS = CANARIES[:8]


class Told:
    """A dossier with two sources: one says canaries and takes them back, the other says the same things in plain words."""

    def __init__(self, desk: Desk, others: list[bytes]) -> None:
        self.dossier = dossiers.new_dossier(desk, "PRY-1", "Pryklad", "person", "Vydumka")
        dossiers.admit_to_dossier(desk, desk.reader("work"), self.dossier, others)
        reader = desk.reader("work")
        person = reading.entities(desk, reader, self.dossier)[0].entity
        self.source = sources.add_source(desk, reader, self.dossier, sources.SourceForm(WORDS[0][:20]), Details(name=WORDS[1]))
        self.other = sources.add_source(desk, reader, self.dossier, sources.SourceForm("other"), Details(name="Pryklad"))
        self.note, self.claim, self.passage = self._tells(desk, self.source, WORDS[2], WORDS[3], WORDS[4], person)
        self.stays, self.claim_stays, _ = self._tells(desk, self.other, "Pryklad", "Pryklad said", "Pryklad", person)
        form = evidence.EvidenceForm(WORDS[5], "document", name=WORDS[6], source=self.source)
        self.object = evidence.add_evidence(desk, reader, self.dossier, form, [WORDS[7].encode() * 50])
        self.kept = evidence.add_evidence(desk, reader, self.dossier, evidence.EvidenceForm("Pryklad"), [b"Pryklad" * 50])

    def _tells(self, desk: Desk, source: bytes, title: str, words: str, value: str, person: bytes) -> tuple[bytes, bytes, bytes]:
        reader = desk.reader("work")
        note = claims.write_note(desk, reader, self.dossier, claims.NoteForm(title, f"{words} they took him", "en", source, "saw"))
        claims.cut_claims(desk, reader, note, 0, len(words), [claims.Cut("detention.place", value, subject=person)])
        (passage,) = reading.passages(desk, reader, note)
        (claim,) = reading.claims_of_passage(desk, reader, passage.ref)
        return note, claim.rid, passage.rid


@pytest.fixture
def team(make_team: MakeTeam) -> Team:
    return make_team(3)


@pytest.fixture
def told(team: Team) -> Told:
    made = Told(team.desks[0], [team.desks[1].me])
    team.settle()
    return made


def withdraw(desk: Desk, told: Told, scope: str = "keep_internal") -> None:
    sources.record_consent(desk, desk.reader("work"), told.dossier, told.source, [sources.ConsentForm(scope, "withdrawn")])


def erase(team: Team, told: Told) -> bytes:
    """Asked at the first desk, agreed at the second, followed by all."""
    order = erasure.ask(team.desks[0], team.reader(), told.dossier, [told.source], "withdrawal", CANARIES[9])
    team.sync(0, 1)
    erasure.agree(team.desks[1], team.reader(1), order)
    team.settle()
    return order


def seen(desk: Desk, told: Told) -> list[str]:
    """What a desk still shows of what was said, by every way in."""
    reader, found = desk.reader("work"), list[str]()
    for name, read in (("note", reading.note), ("claim", reading.claim), ("passage", reading.passage), ("object", reading.evidence)):
        try:
            read(desk, reader, getattr(told, name))
        except NotFound:
            continue
        found.append(name)
    found += ["search"] if any(reading.find(desk, reader, word) for word in WORDS) else []
    found += ["notes"] if told.note in {one.note for one in reading.notes(desk, reader, told.dossier)} else []
    return found + (["claims"] if told.claim in {one.rid for one in reading.claims(desk, reader, told.dossier)} else [])


def shared(desk: Desk) -> dict[str, list[tuple[object, ...]]]:
    """The tables without the members' own compartments."""
    return {name: rows for name, rows in projections(desk).items() if name not in ("db_compartment", "db_grant")}


def test_withdrawn_is_out_of_sight_in_the_same_step(team: Team, told: Told) -> None:
    desk = team.desks[0]
    assert seen(desk, told) == ["note", "claim", "passage", "object", "search", "notes", "claims"]
    withdraw(desk, told)
    assert seen(desk, told) == []
    assert told.claim_stays in {one.rid for one in reading.claims(desk, team.reader(), told.dossier)}
    (one,) = restriction.restrictions(desk, team.reader(), told.dossier)
    assert (one.party, one.scopes, one.on) == (told.source, (), True)
    team.settle()
    assert seen(team.desks[1], told) == []
    before = projections(desk)
    ledger.rebuild(desk)
    assert projections(desk) == before
    assert shared(team.desks[1]) == shared(desk)


def test_taking_back_the_last_use_restricts_only_that_use(team: Team, told: Told) -> None:
    """Whether it is kept was never asked of them: taking back a use does not answer that."""
    desk, reader = team.desks[0], team.reader()
    sources.record_consent(desk, reader, told.dossier, told.source, [sources.ConsentForm("publish_named", "given")])
    withdraw(desk, told, "publish_named")
    (one,) = restriction.restrictions(desk, reader, told.dossier)
    assert one.scopes == ("publish_named",)
    assert "claim" in seen(desk, told)


def test_only_an_officer_lifts_and_all_of_it_comes_back(make_team: MakeTeam) -> None:
    team = make_team(3, plain=[3])
    told = Told(team.desks[0], [team.desks[1].me, team.desks[2].me])
    team.settle()
    before = projections(team.desks[0])
    withdraw(team.desks[0], told)
    team.settle()
    (one,) = restriction.restrictions(team.desks[2], team.reader(2), told.dossier)
    with pytest.raises(Refused, match=r"erasure\.officers_only"):
        restriction.lift(team.desks[2], team.reader(2), one.restricted, "an invented reason")
    # Who writes it past the desk lifts nothing either.
    home = reading.dossier(team.desks[2], team.reader(2), told.dossier)
    body = {"dossier": told.dossier, "restricted": one.restricted, "party": told.source, "state": "lifted", "after": one.heads}
    ledger.append(team.desks[2], [Draft("restricted", home.work, body)])
    team.settle()
    assert seen(team.desks[0], told) == seen(team.desks[2], told) == []
    narrow = {**body, "scopes": ("publish",), "state": "on", "after": restriction.restrictions(team.desks[2], team.reader(2), told.dossier)[0].heads}
    ledger.append(team.desks[2], [Draft("restricted", home.work, narrow)])
    team.settle()
    for desk in team.desks[:2]:
        ledger.rebuild(desk)
        assert seen(desk, told) == [], "nor does a version that would restrict one use alone"
    (one,) = restriction.restrictions(team.desks[0], team.reader(), told.dossier)
    assert one.on
    restriction.lift(team.desks[0], team.reader(), one.restricted, "she agreed again", one.heads)
    team.settle()
    after = projections(team.desks[0])
    assert {name: rows for name, rows in after.items() if name not in ("db_item", "db_itemversion", "db_consent")} == {
        name: rows for name, rows in before.items() if name not in ("db_item", "db_itemversion", "db_consent")
    }
    assert projections(team.desks[2])["db_claim"] == after["db_claim"]


def test_two_erase_and_it_is_gone_everywhere(team: Team, told: Told) -> None:
    preview = {"source": 1, "identity": 1, "note": 1, "as_said": 1, "claim": 1, "evidence": 1}
    going = erasing.going(team.desks[0], team.reader(), told.dossier, [told.source])
    assert preview.items() <= going.counts.items()
    blob = going.blobs[0]
    relay = RelayStore(team.relay)
    assert f"objects/{blob}" in relay.list()
    before = {ref: leaf for ref, leaf in _proofs(team.desks[0]).items() if ref not in set(going.refs)}
    erase(team, told)
    for number, desk in enumerate(team.desks):
        assert number == 2 or seen(desk, told) == []
        assert leftovers(desk) == []
        assert blob not in set(ObjectStore(desk.workspace / "objects").names())
        assert desk.store.rows_in("SELECT ref FROM db_record WHERE ref IN ({marks})", going.refs) == []
        assert settings.value(desk.store, "travel.left") == ""
        found = audit(desk, processes=1)
        assert found.faults == ()
        (standing,) = erasure.standings(desk, team.reader(number))
        assert (standing.in_force, standing.missing) == (True, ())
    assert f"objects/{blob}" not in relay.list()
    assert before.items() <= _proofs(team.desks[0]).items()
    assert shared(team.desks[0]) == shared(team.desks[1])
    assert [report.faults for report in team.sync()] == [(), (), ()]
    assert told.claim_stays in {one.rid for one in reading.claims(team.desks[1], team.reader(1), told.dossier)}


def _proofs(desk: Desk) -> dict[bytes, tuple[str, int]]:
    return {bytes(ref): (device, seq) for ref, device, seq in desk.store.rows("SELECT ref, device, seq FROM db_record")}


def test_one_member_alone_cannot(team: Team, told: Told) -> None:
    desk, reader = team.desks[0], team.reader()
    order = erasure.ask(desk, reader, told.dossier, [told.source], "article_17")
    with pytest.raises(Refused, match=r"erasure\.own"):
        erasure.agree(desk, reader, order)
    org = members.common_compartment(desk, "ORG")
    refs = tuple(part.ref for part in shredded.orders(desk))
    ledger.append(desk, [Draft("decision", org, {"kind": "endorse", "targets": refs})])
    team.settle()
    assert not any(part.in_force for one in team.desks for part in shredded.orders(one))
    assert desk.store.rows("SELECT 1 FROM db_record WHERE rid = %s", (told.claim,))


def test_nothing_but_what_was_asked_for_can_be_ordered(team: Team, told: Told) -> None:
    desk, reader = team.desks[0], team.reader()
    order = erasure.ask(desk, reader, told.dossier, [told.claim], "error")
    team.sync(0, 1)
    stays = reading.claim(desk, reader, told.claim_stays)
    org = members.common_compartment(desk, "ORG")
    forged = {"order": order, "part": 2, "parts": 1, "ground": "error", "commitments": (stays.ref,)}
    ledger.append(desk, [Draft("shred_order", org, forged)])
    team.sync(0, 1)
    with pytest.raises(Refused, match=r"erasure\.other_records"):
        erasure.agree(team.desks[1], team.reader(1), order)
    # An order without a request, for somebody who holds what it names.
    other = {**forged, "order": desk.randomness(16), "part": 1}
    ledger.append(desk, [Draft("shred_order", org, other)])
    team.sync(0, 1)
    with pytest.raises(Refused, match=r"erasure\.other_records"):
        erasure.agree(team.desks[1], team.reader(1), bytes(other["order"]))
    # Nor one that names only sealed objects.
    bytes_alone = {**other, "order": desk.randomness(16), "commitments": (), "blobs": (reading.evidence(desk, reader, told.kept).blob,)}
    ledger.append(desk, [Draft("shred_order", org, bytes_alone)])
    team.sync(0, 1)
    with pytest.raises(Refused, match=r"erasure\.other_records"):
        erasure.agree(team.desks[1], team.reader(1), bytes(bytes_alone["order"]))


def test_who_does_not_hold_the_dossier_is_never_the_first_to_agree(team: Team, told: Told) -> None:
    """They cannot compare what would go; after somebody who can, their word counts."""
    order = erasure.ask(team.desks[0], team.reader(), told.dossier, [told.note], "withdrawal")
    team.settle()
    with pytest.raises(Refused) as refused:
        erasure.agree(team.desks[2], team.reader(2), order)
    assert refused.value.code == "erasure.not_held" and not erasure.standing(team.desks[2], team.reader(2), order).in_force
    erasure.agree(team.desks[1], team.reader(1), order)
    team.settle()
    assert all(erasure.standing(desk, desk.reader("work"), order).in_force for desk in team.desks)


def test_the_directory_is_out_of_reach(team: Team, told: Told) -> None:
    """An order in force that names a record on which others rest takes nothing of it away."""
    desk = team.desks[0]
    org = members.common_compartment(desk, "ORG")
    named = tuple(bytes(row[0]) for row in desk.store.rows("SELECT ref FROM db_record WHERE type IN ('member', 'grant', 'dossier')"))
    body = {"order": desk.randomness(16), "part": 1, "parts": 1, "ground": "error", "commitments": named}
    (made,) = ledger.append(desk, [Draft("shred_order", org, body)])
    team.sync(0, 1)
    ledger.append(team.desks[1], [Draft("decision", org, {"kind": "endorse", "targets": (made.ref,)})])
    team.settle()
    for one in team.desks:
        assert {part.in_force for part in shredded.orders(one)} == {True}
        assert len(one.store.rows_in("SELECT 1 FROM db_record WHERE ref IN ({marks})", named)) >= 3
        assert len(people.directory(one).active_members()) == 3


def test_what_comes_again_is_not_taken_in(team: Team, told: Told) -> None:
    desk, late = team.desks[0], team.desks[1]
    rows = desk.store.rows("SELECT compartment, epoch, rid, blob, wrap FROM db_record ORDER BY id")
    held = late.epochs()
    old = [ledger.Arrived(bytes(c), int(e), bytes(rid), bytes(blob), bytes(wrap)) for c, e, rid, blob, wrap in rows if bytes(c) in held]
    erase(team, told)
    before = projections(late)
    receipt = ledger.receive(late, old)
    assert (receipt.new, receipt.quarantined) == (0, ())
    assert projections(late) == before
    assert leftovers(late) == []
    assert audit(late, processes=1).faults == ()


def test_kept_with_reasons_needs_two_and_never_breaks_a_promise(team: Team, told: Told) -> None:
    first, second = team.desks[0], team.desks[1]
    erasure.ask(first, team.reader(), told.dossier, [told.source], "withdrawal")
    (asked,) = erasure.requests(first, team.reader(), told.dossier)
    with pytest.raises(Refused, match=r"erasure\.promise"):
        erasure.keep(first, team.reader(), asked.erasure, "archiving", "an invented reason")
    order = erasure.ask(first, team.reader(), told.dossier, [told.kept], "article_17")
    team.settle()
    (asked,) = [one for one in erasure.requests(second, team.reader(1), told.dossier) if one.order == order]
    assert not erasure.keep(second, team.reader(1), asked.erasure, "legal_claims", "an invented case is open", asked.heads).kept
    team.settle()
    (asked,) = [one for one in erasure.requests(first, team.reader(), told.dossier) if one.order == order]
    assert erasure.keep(first, team.reader(), asked.erasure, "legal_claims", "it is needed there", asked.heads).kept
    team.settle()
    with pytest.raises(Refused, match=r"erasure\.kept"):
        erasure.agree(second, team.reader(1), order)


def test_said_meanwhile_is_named_in_the_order_written_anew(team: Team, told: Told) -> None:
    first, second = team.desks[0], team.desks[1]
    order = erasure.ask(first, team.reader(), told.dossier, [told.object], "error")
    home = reading.dossier(second, team.reader(1), told.dossier)
    body = {"dossier": told.dossier, "object": told.object, "step": 9, "event": "fixity check", "outcome": CANARIES[10]}
    ledger.append(second, [Draft("custody", home.raw, body)])
    team.sync(0, 1)
    assert not erasure.agree(second, team.reader(1), order).in_force
    team.sync(1, 0)
    assert erasure.agree(first, team.reader(), order).in_force
    team.settle()
    assert all(one.store.rows("SELECT 1 FROM db_record WHERE type = 'custody' AND rid = %s", (told.object,)) == [] for one in team.desks)
    assert all(leftovers_of(one, CANARIES[10]) == [] for one in team.desks)


def leftovers_of(desk: Desk, word: str) -> list[str]:
    rows = desk.store.rows("SELECT outcome FROM db_custodyentry")
    return [str(row[0]) for row in rows if word in str(row[0])]


def test_bad_words_are_refused(team: Team, told: Told) -> None:
    desk, reader = team.desks[0], team.reader()
    for targets, ground, code in (([told.source], "whim", "ground"), ([bytes(16)], "error", "target"), ([], "error", "target")):
        with pytest.raises(UsageError, match=rf"erasure\.{code}"):
            erasure.ask(desk, reader, told.dossier, targets, ground)
    with pytest.raises(NotFound):
        erasure.ask(team.desks[2], team.reader(2), told.dossier, [told.source], "error")
    erasure.ask(desk, reader, told.dossier, [told.source], "error")
    with pytest.raises(Refused, match=r"erasure\.asked_already"):
        erasure.ask(desk, reader, told.dossier, [told.source], "error")


def test_places_with_copies_follow_and_are_named_until_then(team: Team, told: Told, tmp_path: Path) -> None:
    desk, reader = team.desks[0], team.reader()
    stick = tmp_path / "stick"
    stick.mkdir()
    place = copy_places.add_place(desk, reader, copy_places.PlaceForm("stick in the safe", str(stick)))
    fixity.walk(desk, reader, place, "copy")
    kept = reading.evidence(desk, reader, told.kept).blob
    gone = reading.evidence(desk, reader, told.object).blob
    (stick / f"aside-{gone}-0123456789abcdef").write_bytes(b"damaged bytes of it")
    assert {kept, gone} <= {one.name for one in stick.iterdir()}
    assert erasing_places.waiting(desk, reader) == []
    erase(team, told)
    (waits,) = erasing_places.waiting(desk, team.reader())
    assert waits.place.name == "stick in the safe" and waits.reachable and waits.since
    (other,) = erasing_places.waiting(team.desks[1], team.reader(1))
    assert not other.reachable and erasing_places.clear(team.desks[1], team.reader(1)) == (0, [other.place])
    stick.rename(tmp_path / "out")
    assert erasing_places.clear(desk, team.reader()) == (0, [waits.place])
    (tmp_path / "out").rename(stick)
    assert erasing_places.clear(desk, team.reader()) == (2, [])
    assert kept in {one.name for one in stick.iterdir()} and not [one for one in stick.iterdir() if gone in one.name]
    team.settle()
    assert erasing_places.waiting(desk, team.reader()) == erasing_places.waiting(team.desks[1], team.reader(1)) == []
    assert all(not one.missing for one in erasure.standings(desk, team.reader()))


def test_two_devices_of_one_member_are_one(make_team: MakeTeam, make_desk: Callable[..., Desk]) -> None:
    team = make_team(2)
    first = team.desks[0]
    told = Told(first, [team.desks[1].me])
    second = make_desk(7, member=first.me)
    asked = members.join_request(second.agent, "second laptop")
    made = members.add_device(first, team.reader(), asked, first.me, members.read_request(asked).fingerprint)
    members.accept_welcome(second, made.welcome)
    sync.set_relay(second, str(team.relay))
    team.desks.append(second)
    team.settle()
    endorse_all(team)
    team.settle()
    assert people.directory(first).member_of(second.device) == first.me
    order = erasure.ask(first, team.reader(), told.dossier, [told.source], "withdrawal")
    team.settle()
    with pytest.raises(Refused, match=r"erasure\.own"):
        erasure.agree(second, team.reader(2), order)
    org = members.common_compartment(second, "ORG")
    ledger.append(second, [Draft("decision", org, {"kind": "endorse", "targets": tuple(part.ref for part in shredded.orders(second))})])
    team.settle()
    assert not any(part.in_force for desk in team.desks for part in shredded.orders(desk))
    assert erasure.agree(team.desks[1], team.reader(1), order).in_force
    team.settle()
    assert all(seen(desk, told) == [] for desk in team.desks)


def test_that_a_batch_of_records_left_is_nobodys_to_say(make_team: MakeTeam) -> None:
    """A member who is in league with the relay says of records that are kept from others that an order took them off."""
    team = make_team(2)
    erase(team, Told(team.desks[0], [team.desks[1].me]))
    desk, org = team.desks[1], members.common_compartment(team.desks[1], "ORG")
    names = (f"records/{'ab' * 16}/1/{'cd' * 16}", "notes/x", f"objects/{'ef' * 16}", "keys/x")
    order = shredded.orders(desk)[0].ref
    ledger.append(desk, [Draft("shredding", org, {"order": order, "ground": "copies", "gone": names})])
    assert shredded.names_removed(desk) & set(names) == {"keys/x"}


def test_the_only_member_restricts_and_erases_nothing_alone(make_team: MakeTeam) -> None:
    """One keeper is enough for everything else; for what cannot be undone a second person is asked, keeper or not."""
    team = make_team(1)
    told = Told(team.desks[0], [])
    order = erasure.ask(team.desks[0], team.reader(), told.dossier, [told.source], "withdrawal")
    assert seen(team.desks[0], told) == [] and not erasure.standing(team.desks[0], team.reader(), order).in_force


def test_a_member_who_is_no_keeper_is_the_second_and_weighs_nothing_for_the_threshold(make_team: MakeTeam) -> None:
    team = make_team(3, plain=[3])
    told = Told(team.desks[0], [one.me for one in team.desks[1:]])
    team.settle()
    order = erasure.ask(team.desks[2], team.reader(2), told.dossier, [told.source], "article_17")
    team.settle()
    assert not erasure.agree(team.desks[0], team.reader(), order).in_force
    team.settle()
    assert erasure.agree(team.desks[1], team.reader(1), order).in_force
    team.settle()
    assert all(seen(desk, told) == [] for desk in team.desks)
