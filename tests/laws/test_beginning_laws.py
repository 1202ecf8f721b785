"""A stranger begins the numbers of a dossier in places of their own: which beginning counts is said by whoever holds both, and holds in any order."""

from collections.abc import Callable

import pytest
from tests.desk.tables import projections
from tests.laws.test_number_laws import elsewhere
from tests.team import Team

from letapis.core.beginnings import BEGINS, Word, late
from letapis.core.errors import NotFound, Refused, UsageError
from letapis.core.records import Draft, Value
from letapis.desk import beginnings, compartments, dossiers, ledger, reading, sync
from letapis.desk.opening import Desk
from letapis.engines.db.store import Store

MakeDesk = Callable[..., Desk]
ORDERS = 10
_OWNERS = {"db_entity": ("entity", "dossier"), "db_source": ("source", "dossier"), "db_note": ("note", "dossier"), "db_dossier": ("dossier", "work")}


class Copied:
    """Two hold a dossier; a third, who learned its numbers and holds nothing of it, begins them again and lets the others in."""

    def __init__(self, team: Team) -> None:
        self.team, (self.first, self.second, self.stranger) = team, team.desks
        self.ours = dossiers.new_dossier(self.first, "PRY-1", "Vydumka", "person", "Vydumka Sapraudny")
        dossiers.admit_to_dossier(self.first, self.first.reader("work"), self.ours, [self.second.me])
        home = reading.dossier(self.first, self.first.reader("work"), self.ours)
        self.work = home.work
        self.person = reading.entities(self.first, self.first.reader("work"), self.ours)[0].entity
        self.source, self.note = (self.first.randomness(16) for _ in range(2))
        self._begin(self.first, self.work, self.ours, "Sapraudny")
        self._say(self.first, self.work, "consent", dossier=self.ours, party=self.person, scope="public_list_named", answer="given")
        self.theirs = dossiers.new_dossier(self.stranger, "VYD-9", "Vydumka", "person", "Vydumka Inshy")
        dossiers.admit_to_dossier(self.stranger, self.stranger.reader("work"), self.theirs, [self.first.me, self.second.me])
        self.own = reading.dossier(self.stranger, self.stranger.reader("work"), self.theirs).work
        self._begin(self.stranger, self.own, self.theirs, "Padmanuty")
        self._say(self.stranger, self.own, "entity", dossier=self.theirs, entity=self.person, kind="person", label="Padmanuty")
        self.copy = self._copy_of_the_dossier()
        team.settle()

    def _begin(self, desk: Desk, place: bytes, dossier: bytes, word: str) -> None:
        self._say(desk, place, "source", dossier=dossier, source=self.source, code=word, kind="person", grade="B")
        told: dict[str, Value] = {"title": word, "text": word, "language": "be", "basis": "saw"}
        self._say(desk, place, "note", dossier=dossier, note=self.note, **told)

    def _copy_of_the_dossier(self) -> bytes:
        """A working compartment that says it is of the very dossier, and a record that begins the dossier there."""
        place, raw, pub = (compartments.new_compartment(self.stranger, klass, self.ours) for klass in ("WORK", "RAW", "PUB"))
        for one, klass in ((place, "WORK"), (raw, "RAW"), (pub, "PUB")):
            self._say(self.stranger, one, "compartment", compartment=one, dossier=self.ours, epoch=1, **{"class": klass})
            for member in (self.first.me, self.second.me, self.stranger.me):
                self._say(self.stranger, one, "grant", compartment=one, epoch=1, member=member)
        told: dict[str, Value] = {"code": "PRY-1", "title": "Padman", "subject_kind": "person", "work": place, "raw": raw, "pub": pub}
        self._say(self.stranger, place, "dossier", dossier=self.ours, **told)
        return place

    @staticmethod
    def _say(desk: Desk, place: bytes, kind: str, /, **body: Value) -> bytes:
        return ledger.append(desk, [Draft(kind, place, body)])[0].ref

    def word(self, desk: Desk, first: bytes, over: bytes, dossier: bytes) -> None:
        """A word on beginnings, as a changed program would write it too."""
        (ref,) = desk.store.rows("SELECT ref FROM db_record WHERE compartment = %s AND type = 'dossier' LIMIT 1", (first,))[0]
        self._say(desk, first, "decision", dossier=dossier, kind=BEGINS, targets=(bytes(ref),), parties=(over,), reason="Vydumka")

    def strangers_words(self) -> None:
        self.word(self.stranger, self.own, self.work, self.theirs)
        self.word(self.stranger, self.copy, self.work, self.ours)

    def settle(self) -> None:
        """The second one asked, and says so at their desk."""
        reader = self.second.reader("work")
        for other in (self.own, self.copy):
            beginnings.settle(self.second, reader, self.work, other, "Vydumka asked by telephone")


@pytest.fixture
def copied(make_team: Callable[..., Team]) -> Copied:
    return Copied(make_team(3, plain=(3,)))


def owners(desk: Desk, copied: Copied) -> set[bytes]:
    """Whose the four numbers are here."""
    numbers = {"entity": copied.person, "source": copied.source, "note": copied.note, "dossier": copied.ours}
    return {
        bytes(desk.store.rows(f"SELECT {home} FROM {table} WHERE {name} = %s", (numbers[name],))[0][0]) for table, (name, home) in _OWNERS.items()
    }


def rebuilt_the_same(desk: Desk) -> dict[str, list[tuple[object, ...]]]:
    live = projections(desk)
    ledger.rebuild(desk)
    again = projections(desk)
    assert [name for name in live if live[name] != again[name]] == []
    return live


def told(desk: Desk) -> int:
    return int(desk.store.rows("SELECT count(*) FROM db_record WHERE fault = %s", (beginnings.TWICE,))[0][0])


def test_until_somebody_says_it_is_told_at_every_desk_and_moves_nobody_who_had_the_first(copied: Copied, make_desk: MakeDesk) -> None:
    copied.strangers_words()
    copied.team.settle()
    for desk in (copied.first, copied.second):
        assert owners(desk, copied) == {copied.ours, copied.work} and reading.given_at(desk, copied.person)
        assert told(desk) == 4 and not beginnings.late(desk)
        assert beginnings.TWICE in {one.code for one in sync.relay_faults(desk, desk.reader("work"))}
        assert {(one.stands.compartment, one.other.compartment) for one in beginnings.twice(desk, desk.reader("work"))} == {
            (copied.work, copied.own),
            (copied.work, copied.copy),
        }
        rebuilt_the_same(desk)
    lost = 0
    for seed in range(ORDERS):
        fresh = elsewhere(copied.first, make_desk(7), seed, 12)
        before = told(fresh)
        rebuilt_the_same(fresh)
        assert before == told(fresh) > 0  # the dossier alone where a copy of it came first: what is in it speaks from elsewhere then
        lost += owners(fresh, copied) != {copied.ours, copied.work}
    assert lost, "no order in which the copy came first was tried"


def test_who_holds_both_says_which_and_it_is_so_in_every_order_whatever_the_stranger_says(copied: Copied, make_desk: MakeDesk) -> None:
    copied.strangers_words()
    copied.settle()
    copied.team.settle()
    wanted = rebuilt_the_same(copied.first)
    for seed in range(ORDERS):
        fresh = elsewhere(copied.first, make_desk(7), seed, 12)
        assert beginnings.in_effect(fresh) == {copied.own, copied.copy}
        assert owners(fresh, copied) == {copied.ours, copied.work} and reading.given_at(fresh, copied.person)
        live = rebuilt_the_same(fresh)
        assert [name for name in wanted if wanted[name] != live[name]] == []


def test_two_who_say_the_opposite_settle_nothing_and_a_later_word_takes_the_place_of_the_first(copied: Copied) -> None:
    copied.settle()
    copied.team.settle()
    assert beginnings.in_effect(copied.first) == {copied.own, copied.copy}
    assert {one.said for one in beginnings.twice(copied.first, copied.first.reader("work"))} == {True}
    copied.word(copied.first, copied.own, copied.work, copied.theirs)
    assert beginnings.in_effect(copied.first) == {copied.copy}
    beginnings.settle(copied.first, copied.first.reader("work"), copied.work, copied.own, "Vydumka, asked again")
    assert beginnings.in_effect(copied.first) == {copied.own, copied.copy}


def test_who_does_not_hold_both_settles_nothing(copied: Copied) -> None:
    stranger = copied.stranger
    with pytest.raises(NotFound, match=r"beginnings\.none"):
        beginnings.settle(stranger, stranger.reader("work"), copied.own, copied.work, "Vydumka")
    with pytest.raises(UsageError, match=r"beginnings\.reason"):
        beginnings.settle(copied.second, copied.second.reader("work"), copied.work, copied.own, " ")
    with pytest.raises(NotFound, match=r"beginnings\.none"):
        beginnings.settle(copied.second, copied.second.reader("work"), copied.work, bytes(16), "Vydumka")
    let_in = {b"a": {b"1", b"2"}, b"b": {b"2"}}
    assert late([Word(b"a", b"b", b"1", ("", b""))], let_in) == frozenset()
    assert late([Word(b"a", b"b", b"2", ("", b""))], let_in) == {b"b"}
    assert late([Word(b"a", b"a", b"2", ("", b""))], let_in) == frozenset()


def test_a_key_without_a_word_of_who_is_let_in_lets_nobody_settle(copied: Copied) -> None:
    """The first one's keys came to a member whom no record let in."""
    place = copied.work
    copied.second.store.run("DELETE FROM db_record WHERE type = 'grant' AND compartment = %s", (place,))
    with pytest.raises(Refused, match=r"beginnings\.not_let_in"):
        beginnings.settle(copied.second, copied.second.reader("work"), place, copied.own, "Vydumka")


def test_many_words_are_opened_once_each(copied: Copied, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stranger who says it again and again costs the others one look at each."""
    for _ in range(20):
        copied.word(copied.stranger, copied.own, copied.work, copied.theirs)
    copied.team.settle()
    opened = list[bytes]()
    read = beginnings.opened_by_ref
    monkeypatch.setattr(beginnings, "opened_by_ref", lambda of, refs: read(of, [opened.append(ref) or ref for ref in refs]))  # type: ignore[func-returns-value]
    assert beginnings.late(copied.first) == beginnings.late(copied.first) == frozenset()
    assert len(opened) == len(set(opened))
    before = len(opened)
    copied.word(copied.first, copied.work, copied.own, copied.ours)
    assert beginnings.in_effect(copied.first) == {copied.own} and len(opened) <= before + 3


def test_where_nobody_said_a_word_nothing_is_looked_through(make_desk: MakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked with each batch: a look through all records for words that are not there made every batch of a long list slower than the last."""
    desk, asked = make_desk(1), list[str]()
    rows = Store.rows
    monkeypatch.setattr(Store, "rows", lambda self, query, *more: asked.append(query) or rows(self, query, *more))
    assert beginnings.late(desk) == frozenset() and asked and not [query for query in asked if "db_record" in query]
