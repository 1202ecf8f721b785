"""Laws of the fold: a set of records, in any order, and what has no weight changes nothing. With devices, over a small invented vocabulary."""

import dataclasses
import random
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from letapis.core.fold import DossierState, fold
from letapis.core.membership import Device, Directory, Member, State
from letapis.core.records import Header, Record, Value
from letapis.core.standing import Level
from letapis.core.vocabulary import Fact, FactType, Vocabulary
from letapis.core.vocabulary import Member as EnumMember

LAW = settings(max_examples=60, deadline=None)  # a loaded machine is no broken law

DOSSIER, WORK = b"D" * 16, b"W" * 16
MEMBERS = [bytes([i]) * 16 for i in range(1, 5)]
# Two devices of the first member, one each of the others; then one lost at 50 and one in other hands since 50.
DEVICES = {"desk/one": 0, "desk/one-again": 0, "desk/two": 1, "desk/three": 2, "desk/four": 3}
SUBJECTS = [b"s" * 16, b"t" * 16]
SOURCES = [b"P" * 16, b"Q" * 16, b"R" * 16]
EVIDENCE = b"E" * 16
EDGE = 50


def fact(name: str, kind: FactType, klass: str, *keys: str) -> Fact:
    members = tuple(EnumMember(key, {}) for key in keys)
    return Fact(name, name.partition(".")[0], kind, {}, {}, "", "person", klass, items="enum" if keys else "", members=members)


FACTS = [
    fact("harm.beaten", FactType.BOOL, "first_hand"),
    fact("detention.date", FactType.DATE, "document"),
    fact("detention.place", FactType.TEXT, "close_contact"),
    fact("act.motive", FactType.ENUM, "assessment", "punish", "silence"),
    fact("harm.means", FactType.LIST, "first_hand", "cold", "light"),
]
VOCABULARY = Vocabulary({f.id: f for f in FACTS}, ())
VALUES: dict[str, list[dict[str, Value]]] = {
    "harm.beaten": [{"value.bool": True}, {"value.bool": False}],
    "detention.date": [{"value.date": "2020-08"}, {"value.date": "2020-08-09"}, {"value.date": "2021"}],
    "detention.place": [{"value.text": "Vydumka"}, {"value.text": "Pryklad"}],
    "act.motive": [{"value.text": "punish"}, {"value.text": "silence"}],
    "harm.means": [{"value.listed": True, "value.list": ("cold",)}, {"value.listed": True, "value.list": ("cold", "light"), "value.partial": True}],
}


def directory(**marks: tuple[int | None, int | None]) -> Directory:
    """``marks``: removed from and compromised since, by the last word of a device's name."""
    devices = {}
    for name, owner in DEVICES.items():
        removed, compromised = marks.get(name.partition("/")[2].replace("-", "_"), (None, None))
        state = State.REMOVED if removed is not None else State.ACTIVE
        devices[name] = Device(name, MEMBERS[owner], "", name, b"", b"", b"", b"", b"", state, b"", removed, compromised)
    return Directory("", "", {m: Member(m, "Vydumka", True, True, State.ACTIVE, b"") for m in MEMBERS}, devices)


PLAIN = directory()


def record(number: int, kind: str, device: str, body: dict[str, Value], seq: int | None = None, recorded: str = "2026-02-01T00:00:00Z") -> Record:
    ref = number.to_bytes(32, "big")
    return Record(ref, Header(kind, 1, ref[-16:], device, WORK, recorded, number % EDGE if seq is None else seq), body)


DECISIONS = ["check", "check", "check", "dispute", "withdraw", "overrule", "retract", "reconfirm", "authentic", "distinct", "same", "approve"]


@st.composite
def records(draw: st.DrawFn, most: int = 25, first: int = 0, known: Sequence[Record] = (), devices: Sequence[str] = tuple(DEVICES)) -> list[Record]:
    """Claims, decisions on what was recorded before or beside, sources, evidence, consents, notes, and a type from the future."""
    found: list[Record] = []
    for number in range(first, first + draw(st.integers(0, most))):
        device = draw(st.sampled_from(list(devices)))
        kind = draw(st.sampled_from(["claim", "claim", "decision", "decision", "decision", "source", "evidence", "consent", "note", "horoscope"]))
        body = draw(bodies(kind, [*known, *found]))
        when = f"2026-02-{draw(st.integers(1, 28)):02}T00:00:00Z"
        made = record(number, kind, device, body, recorded=when)
        found.append(made if kind != "horoscope" else dataclasses.replace(made, body={}, known=False))
    return found


@st.composite
def bodies(draw: st.DrawFn, kind: str, before: list[Record]) -> dict[str, Value]:
    source = draw(st.sampled_from(SOURCES))
    if kind == "claim":
        name = draw(st.sampled_from(list(VALUES)))
        earlier = [r.ref for r in before if r.type == "claim"]
        body: dict[str, Value] = {"dossier": DOSSIER, "subject": draw(st.sampled_from(SUBJECTS)), "property": name, "source": source}
        body |= draw(st.sampled_from(VALUES[name])) | {"basis": draw(st.sampled_from(["saw", "document", "was_told"]))}
        body |= {"evidence": EVIDENCE} if body["basis"] == "document" else {}
        return body | ({"replaces": draw(st.sampled_from(earlier))} if earlier and draw(st.integers(0, 3)) == 0 else {})
    if kind == "decision":
        what = draw(st.sampled_from(DECISIONS))
        parties = {"parties": tuple(draw(st.lists(st.sampled_from(SOURCES), min_size=2, max_size=2)))} if what in ("distinct", "same") else {}
        aims = [r.ref for r in before] or [b"?" * 32]
        targets = () if parties else tuple(draw(st.lists(st.sampled_from(aims), min_size=1, max_size=3, unique=True)))
        reason = {"reason": "because"} if draw(st.booleans()) else {}
        return {"dossier": DOSSIER, "kind": what, "targets": targets, **parties, **reason}
    if kind == "source":
        upstream = tuple(draw(st.lists(st.sampled_from(SOURCES), max_size=1)))
        grade, sort = draw(st.sampled_from("ABDF")), draw(st.sampled_from(["person", "document", "media"]))
        return {"dossier": DOSSIER, "source": source, "code": "K", "kind": sort, "grade": grade, "upstream": upstream}
    if kind == "consent":
        return {"dossier": DOSSIER, "party": source, "scope": "publish", "answer": draw(st.sampled_from(["given", "refused"]))}
    return {"dossier": DOSSIER, "object": EVIDENCE} if kind == "evidence" else {"dossier": DOSSIER, "note": source, "title": "", "text": ""}


Worth = dict[bytes, tuple[object, ...]]


def worth(state: DossierState, refs: Sequence[bytes] | None = None) -> Worth:
    """What all claims (or those named) are worth."""
    return {ref: (c.standing, c.contested) for ref, c in state.claims.items() if refs is None or ref in refs}


def things(state: DossierState) -> tuple[object, ...]:
    """Everything in the state beside claims and the raw list of decisions."""
    return (state.dossiers, state.entities, state.sources, state.notes, state.evidence, state.consents, state.submissions, state.briefs)


@LAW
@given(records(), st.randoms(use_true_random=False))
def test_order_and_repetition_of_records_change_nothing(given_: list[Record], chance: random.Random) -> None:
    again = [*given_, *given_[::2], *given_[:5]]
    chance.shuffle(again)
    assert fold(again, PLAIN, VOCABULARY) == fold(given_, PLAIN, VOCABULARY)


@LAW
@given(records(), st.data())
def test_two_halves_in_any_order_of_arrival_give_the_whole(given_: list[Record], data: st.DataObject) -> None:
    """Two desks that each know a part, overlapping or not, see the same after both gave the other what they had."""
    here = [r for r in given_ if data.draw(st.booleans())]
    there = [r for r in given_ if r not in here or data.draw(st.booleans())]
    whole = fold(given_, PLAIN, VOCABULARY)
    assert fold([*here, *there], PLAIN, VOCABULARY) == whole == fold([*there, *here], PLAIN, VOCABULARY)


@LAW
@given(records(devices=("desk/one", "desk/one-again", "desk/two")))
def test_a_second_device_is_no_second_member(given_: list[Record]) -> None:
    """One member with two devices and one colleague: a claim of either never has two checkers who are not its author."""
    assert all(c.standing.level < Level.CHECKED for c in fold(given_, PLAIN, VOCABULARY).claims.values())


@LAW
@given(records(), st.data())
def test_what_a_device_signs_after_its_compromise_changes_nothing_until_reconfirmed(given_: list[Record], data: st.DataObject) -> None:
    """The thief of device four signs whatever they like, about everything that is there, reconfirmations of their own records among it."""
    stolen = data.draw(records(first=1000, known=given_, devices=("desk/four",)))
    later = [dataclasses.replace(r, header=dataclasses.replace(r.header, seq=EDGE + i)) for i, r in enumerate(stolen)]
    marked = directory(four=(900, EDGE))
    calm, shaken = fold(given_, marked, VOCABULARY), fold([*given_, *later], marked, VOCABULARY)
    assert worth(shaken, [r.ref for r in given_]) == worth(calm)
    assert things(shaken) == things(calm)
    assert all(shaken.claims[r.ref].standing.level is Level.UNCOUNTED for r in later if r.ref in shaken.claims)


@LAW
@given(records(), st.data())
def test_reconfirmed_records_count_as_if_nothing_had_happened(given_: list[Record], data: st.DataObject) -> None:
    """Device four was compromised before all it signed; the second member vouches for each of its records."""
    calm = [r for r in given_ if r.text("kind") != "reconfirm"]
    ours = [r for r in calm if r.header.device == "desk/four"]
    vouching = [record(2000 + i, "decision", "desk/two", {"kind": "reconfirm", "targets": (r.ref,)}) for i, r in enumerate(ours)]
    before, after = fold(calm, PLAIN, VOCABULARY), fold([*calm, *vouching], directory(four=(900, 0)), VOCABULARY)
    assert worth(after) == worth(before) and things(after) == things(before)


@LAW
@given(records(), st.data())
def test_what_a_removed_device_signs_later_changes_nothing_even_if_reconfirmed(given_: list[Record], data: st.DataObject) -> None:
    signed = data.draw(records(first=1000, known=given_, devices=("desk/four",)))
    later = [dataclasses.replace(r, header=dataclasses.replace(r.header, seq=EDGE + i)) for i, r in enumerate(signed)]
    vouching = [record(2000 + i, "decision", "desk/two", {"kind": "reconfirm", "targets": (r.ref,)}) for i, r in enumerate(later)]
    marked = directory(four=(EDGE, None))
    calm, loud = fold(given_, marked, VOCABULARY), fold([*given_, *later, *vouching], marked, VOCABULARY)
    assert worth(loud, [r.ref for r in given_]) == worth(calm) and things(loud) == things(calm)
    assert all(loud.claims[r.ref].standing.level is Level.UNCOUNTED for r in later if r.ref in loud.claims)


@LAW
@given(records(), st.data())
def test_a_device_that_the_directory_does_not_know_changes_nothing(given_: list[Record], data: st.DataObject) -> None:
    foreign = data.draw(records(first=1000, known=given_, devices=("stranger/one",)))
    calm, loud = fold(given_, PLAIN, VOCABULARY), fold([*given_, *foreign], PLAIN, VOCABULARY)
    assert worth(loud, [r.ref for r in given_]) == worth(calm) and things(loud) == things(calm)


@LAW
@given(records(), st.data())
def test_claims_on_another_subject_change_nothing(given_: list[Record], data: st.DataObject) -> None:
    others = data.draw(records(first=1000, known=[], devices=tuple(DEVICES)))
    elsewhere = [dataclasses.replace(r, body={**r.body, "subject": b"u" * 16}) for r in others if r.type == "claim"]
    calm, more = fold(given_, PLAIN, VOCABULARY), fold([*given_, *elsewhere], PLAIN, VOCABULARY)
    assert worth(more, [r.ref for r in given_]) == worth(calm)


@LAW
@given(records(most=35))
def test_verified_stands_on_two_people_beside_the_author_and_on_enough_sources(given_: list[Record]) -> None:
    state = fold(given_, PLAIN, VOCABULARY)
    for claim in state.claims.values():
        if claim.standing.level is Level.VERIFIED:
            assert len(set(claim.standing.checkers) - {claim.said.author}) >= 2
            assert claim.standing.because[-1].holds and not claim.standing.replaced_by
        if claim.standing.replaced_by:
            by = state.claims[claim.standing.replaced_by].said
            assert by.replaces == claim.said.ref != by.ref and by.source == claim.said.source


@LAW
@given(records(most=35))
def test_contradictions_come_in_company(given_: list[Record]) -> None:
    """Who is contested has at least one other in the group, and nothing that was taken back or replaced contests."""
    state = fold(given_, PLAIN, VOCABULARY)
    for group in state.contradictions:
        assert len({state.claims[ref].said.value for ref in group}) >= 2
        for ref in group:
            standing = state.claims[ref].standing
            assert standing.level >= Level.DISPUTED and not standing.replaced_by
            assert state.claims[ref].said.property != "detention.place"
    assert sum(map(len, state.contradictions)) == sum(c.contested for c in state.claims.values())
