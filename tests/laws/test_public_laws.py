"""Laws of the gate: whatever is recorded, in whatever order it arrives, nothing is public that two other members did not approve.

The first half draws sets of records as no honest program would write them and asks an oracle that knows nothing of the fold; the second
half lets four desks of three members propose, approve and recall while they hear of each other by chance.
"""

import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import make_desk
from tests.desk.tables import projections
from tests.team import Team, endorse_all, make_team

from letapis.core.errors import LetapisError
from letapis.core.public_fold import CARD, Approval, PublicState, Recall, Version, fold
from letapis.core.published import Card, CardValue, encode_card
from letapis.desk import dossiers, ledger, members, public_record, sync
from letapis.desk.opening import Desk
from letapis.engines.catalogue import catalogue

__all__ = ["make_desk", "make_team"]
LAW = settings(max_examples=200, deadline=None)
SHORT = settings(LAW, max_examples=60)
PUBLICATION = catalogue().publication
MEMBERS = [bytes([n]) * 16 for n in range(1, 5)]
CARDS = [bytes([n]) * 16 for n in (0xA1, 0xA2)]
SALT = b"salt" * 8
LOOKS = frozenset({"outcome"})
GOOD, HOSTILE = ("recognised", "refused", "withdrawn"), ("<b>", "=1+1", "\u202eno", "")
Records = tuple[tuple[Version, ...], tuple[Approval, ...], tuple[Recall, ...]]


def content_of(card: bytes, value: str, field: str = "outcome") -> bytes:
    return encode_card(Card(card.hex(), (CardValue(field, value),)))


def hour(number: int) -> str:
    return f"2026-11-{1 + number % 28:02}T08:00:00Z"


@st.composite
def records(draw: st.DrawFn) -> Records:
    """Versions that name earlier ones or none, approvals of what was or was not there, recalls that some knew of: two cards, four members."""
    recalls = tuple(
        Recall(b"R" + bytes([n]) * 31, draw(st.sampled_from(CARDS)), draw(st.sampled_from(MEMBERS)), "safety", hour(n))
        for n in range(draw(st.sampled_from((0, 0, 0, 1, 2))))
    )
    versions = list[Version]()
    for n in range(draw(st.integers(1, 5))):
        card, field = draw(st.sampled_from(CARDS)), draw(st.sampled_from(("outcome",) * 9 + ("torture",)))
        content = content_of(draw(st.sampled_from((card,) * 9 + (CARDS[0],))), draw(st.sampled_from(GOOD * 4 + HOSTILE)), field)
        after = tuple(draw(st.sets(st.sampled_from([v.ref for v in versions])))) if versions else ()
        seen = tuple(draw(st.sets(st.sampled_from([r.ref for r in recalls])))) if recalls else ()
        author = draw(st.sampled_from(MEMBERS))
        versions.append(Version(b"V" + bytes([n]) * 31, CARD, card, author, hour(draw(st.integers(0, 27))), content, SALT, after, seen))
    approvals = list[Approval]()
    for version in versions:
        for who in draw(st.lists(st.sampled_from(MEMBERS), max_size=4)):
            digest = draw(st.sampled_from([version.digest] * 9 + [versions[0].digest]))
            looked = draw(st.sampled_from([LOOKS] * 9 + [frozenset({"name"})]))
            ref = b"A" + bytes([len(approvals)]) * 31
            approvals.append(Approval(ref, version.ref, who, digest, looked, hour(draw(st.integers(0, 27)))))
    return tuple(versions), tuple(approvals), recalls


def may_stand(version: Version, known: Records) -> bool:
    """The rule said once more, of one version alone and without the code that is tested."""
    _, approvals, recalls = known
    fits = version.content in {content_of(version.ident, value) for value in GOOD}
    behind = {a.member for a in approvals if a.version == version.ref and a.digest == version.digest and "outcome" in a.looked}
    return fits and len(behind - {version.author}) >= 2 and all(r.ref in version.recalls for r in recalls if r.ident == version.ident)


def _again(chance: random.Random, part: Iterable[Any]) -> list[Any]:
    known = list(part)
    shuffled = known + [one for one in known if chance.random() < 0.3]
    chance.shuffle(shuffled)
    return shuffled


def public(states: Iterable[PublicState]) -> set[bytes]:
    return {one.standing.version.ref for one in states if one.standing is not None}


@LAW
@given(records())
def test_nothing_stands_that_two_others_did_not_approve_or_that_a_recall_did_not_know_of(known: Records) -> None:
    states = fold(*known, PUBLICATION)
    by_ref = {version.ref: version for version in known[0]}
    standing = public(states.values())
    assert all(may_stand(by_ref[ref], known) for ref in standing)
    # And the gate does open: of a card whose approved versions stand in one line the last one is public.
    for card, state in states.items():
        approved = [version for version in known[0] if version.ident == card and may_stand(version, known)]
        if len(approved) == 1:
            assert state.standing is not None and state.standing.version == approved[0]
        assert not approved or state.standing is not None or state.contested


@SHORT
@given(records(), st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(known: Records, chance: random.Random) -> None:
    versions, approvals, recalls = (_again(chance, part) for part in known)
    assert fold(versions, approvals, recalls, PUBLICATION) == fold(*known, PUBLICATION)


@SHORT
@given(records(), st.sampled_from(CARDS), st.booleans())
def test_a_number_that_was_approved_with_a_name_stands_for_nobody_without_one(known: Records, card: bytes, recalled: bool) -> None:
    """Neither the version without the name is public, nor does the one with it come back."""
    versions, approvals, recalls = known
    named = encode_card(Card(card.hex(), (CardValue("name", "Vydumka", "en"),)))
    first = Version(b"F" * 32, CARD, card, MEMBERS[0], hour(0), named, SALT)
    behind = [Approval(b"B" + bytes([n]) * 31, first.ref, who, first.digest, LOOKS, hour(1)) for n, who in enumerate(MEMBERS[1:3])]
    gone = (Recall(b"G" * 32, card, MEMBERS[0], "safety", hour(2)),) if recalled else ()
    later = [replace(one, after=(*one.after, first.ref), recalls=(*one.recalls, *(r.ref for r in gone))) for one in versions]
    states = fold([first, *later], [*approvals, *behind], (*recalls, *gone), PUBLICATION)
    before = fold(*known, PUBLICATION)
    stands = states[card].standing
    assert stands is None or stands.version.ref == first.ref
    if recalled or (card in before and before[card].standing is not None):
        assert stands is None
    assert {ident: state.standing is None for ident, state in states.items() if ident != card} == {
        ident: state.standing is None for ident, state in before.items() if ident != card
    }


@SHORT
@given(records(), st.sampled_from(CARDS), st.sampled_from(MEMBERS), st.integers(0, 27))
def test_a_recall_that_nobody_had_seen_ends_everything_of_its_card_and_nothing_else(known: Records, card: bytes, by: bytes, at: int) -> None:
    versions, approvals, recalls = known
    before = fold(*known, PUBLICATION)
    after = fold(versions, approvals, (*recalls, Recall(b"N" * 32, card, by, "safety", hour(at))), PUBLICATION)
    if card in after:
        assert after[card].standing is None and not after[card].waiting and not after[card].alive and after[card].recalled is not None
    assert {ident: state for ident, state in after.items() if ident != card} == {i: s for i, s in before.items() if i != card}


@SHORT
@given(records(), st.sampled_from(CARDS), st.integers(1, 28), st.integers(1, 28), st.booleans())
def test_a_recall_to_come_is_one_from_the_day_after_on_and_nothing_before(known: Records, card: bytes, last: int, day: int, seen: bool) -> None:
    """Of a version whose writer knew of it, it takes nothing."""
    versions, approvals, recalls = known
    due = Recall(b"D" * 32, card, MEMBERS[0], "consent_withdrawn", hour(0), f"2026-11-{last:02}")
    told = [replace(one, recalls=(*one.recalls, due.ref)) for one in versions] if seen else versions
    now = {one.standing.version.ref for one in fold(versions, approvals, recalls, PUBLICATION).values() if one.standing}
    states = fold(told, approvals, (*recalls, due), PUBLICATION)
    stands = [one.standing for one in states.values() if one.standing]
    assert {one.version.ref for one in stands} == now, "nothing else stands, and nothing falls back to an older version"
    of_day = {one.version.ref for one in stands if one.may_stand(f"2026-11-{day:02}")}
    assert of_day == {one.version.ref for one in stands if one.version.ident != card or seen or day <= last}


@SHORT
@given(records(), st.data())
def test_what_is_missing_never_publishes_what_was_not_approved(known: Records, data: st.DataObject) -> None:
    """A desk that holds some of the records: approvals that did not come are not assumed. A recall that did not come is what freshness asks."""
    versions, approvals, recalls = known
    some = tuple(one for one in approvals if data.draw(st.booleans()))
    states = fold(versions, some, recalls, PUBLICATION)
    by_ref = {version.ref: version for version in versions}
    assert all(may_stand(by_ref[ref], (versions, some, recalls)) for ref in public(states.values()))


@SHORT
@given(records())
def test_an_author_and_a_member_of_many_devices_are_one(known: Records) -> None:
    """Each member approves twenty times under other hours: only who they are counts. Two members alone never publish anything."""
    versions, approvals, recalls = known
    many = [replace(one, ref=bytes([n]) + one.ref[1:], recorded=hour(n)) for one in approvals for n in range(20)]
    assert public(fold(versions, many, recalls, PUBLICATION).values()) == public(fold(*known, PUBLICATION).values())
    two = [one for one in many if one.member in MEMBERS[:2]]
    few = [one for one in versions if one.author in MEMBERS[:2]]
    assert not public(fold(few, two, recalls, PUBLICATION).values())


@SHORT
@given(records(), records())
def test_what_is_said_elsewhere_of_a_card_changes_nothing(known: Records, other: Records) -> None:
    """Somebody who knows every number and reference writes versions, approvals and recalls in a compartment of their own: as long as nobody
    else approves anything there, all that is public stays, and nothing becomes public."""
    versions, approvals, recalls = known
    mine = [replace(one, ref=b"w" + one.ref[1:], home=b"another", author=MEMBERS[0]) for one in other[0]]
    aimed = zip(other[1], (*versions, *versions), strict=False)
    behind = [replace(one, ref=b"a" + one.ref[1:], version=at.ref, digest=at.digest, home=b"another", looked=LOOKS) for one, at in aimed]
    behind += [Approval(b"b" + one.ref[1:], one.ref, MEMBERS[0], one.digest, LOOKS, hour(1), b"another") for one in mine]
    gone = [replace(one, ref=b"r" + one.ref[1:], home=b"another") for one in other[2]]
    gone += [Recall(b"s" + card * 2, card, MEMBERS[0], "safety", hour(3), home=b"another") for card in CARDS]
    before, after = fold(*known, PUBLICATION), fold([*versions, *mine], [*approvals, *behind], [*recalls, *gone], PUBLICATION)
    assert public(after.values()) == public(before.values())
    for ident, state in before.items():
        if any(one.approved for one in state.versions):
            assert after[ident] == state


@SHORT
@given(records())
def test_a_card_that_was_approved_in_two_compartments_is_public_in_neither(known: Records) -> None:
    versions, approvals, recalls = known
    beside = replace(versions[0], ref=b"W" * 32, home=b"another", content=content_of(versions[0].ident, GOOD[0]))
    others = [who for who in MEMBERS if who != beside.author]
    behind = [Approval(b"Z" + who * 2, beside.ref, who, beside.digest, LOOKS, hour(1), b"another") for who in others]
    state = fold([*versions, beside], [*approvals, *behind], recalls, PUBLICATION)[beside.ident]
    if any(one.approved for one in fold(*known, PUBLICATION)[beside.ident].versions):
        assert state.standing is None and state.contested
    else:
        assert state.standing is not None and state.standing.version == beside


# ---- desks -----------------------------------------------------------------------------------------------------------

STEPS, LOOK = 70, ("outcome",)


class Play:
    """Three members at four desks, the last two desks being one member's, with two cards; everything done is remembered from outside."""

    def __init__(self, team: Team, dossier: bytes, seed: int) -> None:
        self.team, self.dossier, self.chance = team, dossier, random.Random(seed)
        self.cards = [bytes([seed, n]) * 8 for n in range(2)]
        self.author: dict[bytes, bytes] = {}
        self.said: dict[bytes, bytes] = {}
        self.knew: dict[bytes, set[bytes]] = {}
        self.behind: dict[bytes, set[bytes]] = {}
        self.recalls: dict[bytes, bytes] = {}
        self.shown = 0

    def held(self, desk: Desk) -> set[bytes]:
        return {bytes(row[0]) for row in desk.store.rows("SELECT ref FROM db_record")}

    def step(self) -> None:
        number = self.chance.randrange(4)
        desk, reader, card = self.team.desks[number], self.team.reader(number), self.chance.choice(self.cards)
        deed = self.chance.choice(("propose", *("approve",) * 5, *("sync",) * 5, "recall"))
        try:
            if deed == "sync":
                sync.sync(desk, reader)
            elif deed == "propose":
                made = Card(card.hex(), (CardValue("outcome", self.chance.choice(GOOD)),))
                knew = self.held(desk) & set(self.recalls)
                ref = public_record.propose_card(desk, reader, self.dossier, made)
                self.author[ref], self.said[ref], self.knew[ref] = desk.me, encode_card(made), knew
            elif deed == "approve":
                self.approve_all(desk, number)
            elif self.chance.random() < 0.4:
                self.recalls[public_record.recall(desk, reader, self.dossier, card, "mistake").ref] = card
        except LetapisError as refusal:
            assert refusal.code.startswith(("public_record.", "reading.not_found"))
        self.look(desk, number)

    def approve_all(self, desk: Desk, number: int) -> None:
        for one in public_record.waiting(desk, self.team.reader(number)):
            ref = one.version.version.ref
            if one.dossier == self.dossier and public_record.why_not(desk, self.team.reader(number), ref, desk.me).holds:
                public_record.approve(desk, self.team.reader(number), ref, LOOK)
                self.behind.setdefault(ref, set()).add(desk.me)

    def look(self, desk: Desk, number: int) -> None:
        told = public_record.entries(desk, self.team.reader(number))
        recalled = self.held(desk) & set(self.recalls)
        for entry in told.entries:
            ref = told.refs[entry.card.card]
            if ref not in self.said:
                continue  # of an earlier play
            assert self.said[ref] == encode_card(entry.card)
            assert len(self.behind[ref] - {self.author[ref]}) >= 2, "two others stand behind exactly these bytes"
            assert {one for one in recalled if self.recalls[one].hex() == entry.card.card} <= self.knew[ref]
            self.shown += 1


def test_desks_that_hear_of_each_other_by_chance_publish_only_what_two_others_approved(
    make_team: Callable[..., Team], make_desk: Callable[..., Desk]
) -> None:
    team = make_team(3)
    second = make_desk(9, member=team.desks[2].me)
    request = members.join_request(second.agent, "telephone")
    typed = members.read_request(request).fingerprint
    members.accept_welcome(second, members.add_device(team.desks[2], team.reader(2), request, second.me, typed).welcome)
    sync.set_relay(second, str(team.relay))
    team.desks.append(second)
    team.settle()
    endorse_all(team)
    team.settle()
    shown = 0
    for seed in range(2):
        dossier = dossiers.new_dossier(team.desks[0], f"P-{seed}", "Pryklad")
        dossiers.admit_to_dossier(team.desks[0], team.reader(), dossier, [desk.me for desk in team.desks[1:3]])
        team.settle()
        play = Play(team, dossier, seed)
        for _ in range(STEPS):
            play.step()
        team.settle()
        for number, desk in enumerate(team.desks):
            play.look(desk, number)
        everywhere = [public_record.entries(desk, team.reader(number)) for number, desk in enumerate(team.desks)]
        assert all(one == everywhere[0] for one in everywhere), "desks that hold the same records show the same"
        shown += play.shown
    assert shown > 20, "cards were public for much of the play"
    last, live = team.desks[3], projections(team.desks[3])
    before = public_record.entries(last, team.reader(3))
    ledger.rebuild(last)
    assert projections(last) == live and public_record.entries(last, team.reader(3)) == before
