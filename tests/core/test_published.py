"""Cards and snapshots: the same thing is always the same bytes, and what is none is refused."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.public import card_of, published_of

from letapis.core.errors import Damaged
from letapis.core.publication import read_publication
from letapis.core.published import (
    Card,
    CardValue,
    Entry,
    Published,
    canonical,
    decode,
    decode_card,
    decode_statement,
    encode,
    encode_card,
    encode_statement,
    without,
)
from letapis.engines.catalogue import catalogue


def _with(entry: Entry, value: CardValue) -> Entry:
    return replace(entry, card=Card(entry.card.card, tuple(sorted((*entry.card.values, value)))))


TEXT = st.text(min_size=1, max_size=12)
VALUES = st.builds(CardValue, TEXT, TEXT, st.sampled_from(["", "be"]), st.sampled_from(["", "2024-03"]))


@given(st.lists(VALUES, max_size=8))
def test_the_same_card_is_the_same_bytes_in_any_order(values: list[CardValue]) -> None:
    one = encode_card(Card("ab" * 16, tuple(values)))
    assert one == encode_card(Card("ab" * 16, tuple(reversed(values))))
    assert decode_card(one).values == tuple(sorted(values))


def test_a_snapshot_comes_back_as_it_went() -> None:
    made = published_of(20)
    assert decode(encode(made)) == made and encode(decode(encode(made))) == encode(made)
    assert all(decode_statement(encode_statement(one)) == one for one in made.statements)
    first = made.entries[0].card.card
    assert made.entry(first) == made.entries[0] and made.entry("nobody") is None


HOSTILE = ',{"card":{"card":"'
FEW = published_of(5)
FEW = replace(FEW, organisation=HOSTILE, entries=tuple(_with(one, CardValue("zz", HOSTILE + '],"figures":')) for one in FEW.entries))


@given(st.frozensets(st.integers(0, 4)), st.frozensets(st.integers(0, 4)))
def test_what_is_cut_out_of_a_snapshot_leaves_the_bytes_of_one_that_never_had_it(asked: frozenset[int], stay: frozenset[int]) -> None:
    staying = {FEW.entries[at].card.card for at in stay}
    rest = tuple(one for at, one in enumerate(FEW.entries) if at not in asked or at in stay)
    cards = ["f" * 31, *(FEW.entries[at].card.card for at in sorted(asked))]
    assert without(encode(FEW), cards, lambda one: one.card.card in staying) == encode(replace(FEW, entries=rest))


def test_what_cannot_be_cut_out_is_damaged() -> None:
    cards = [FEW.entries[4].card.card]
    for data in (encode(FEW).replace(b'],"figures":', b"]"), encode(FEW).replace(b'"since":', b'"never":')):
        with pytest.raises(Damaged, match=r"publication\.snapshot"):
            without(data, cards, lambda one: False)


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b'{"card":1,"values":[]}', b'{"card":"a","values":[{"field":"name","relation":"b","value":"c"}]}']
)
def test_what_is_no_card_is_refused(data: bytes) -> None:
    with pytest.raises(Damaged, match=r"publication\.card"):
        decode_card(data)
    with pytest.raises(Damaged, match=r"publication\.snapshot"):
        decode(data)
    with pytest.raises(Damaged, match=r"publication\.statement"):
        decode_statement(data)


def test_a_card_that_is_not_canonical_is_refused() -> None:
    with pytest.raises(Damaged, match=r"publication\.card"):
        decode_card(json.dumps(json.loads(encode_card(card_of(1))), indent=1).encode())


NAMES = st.sampled_from(["field", "value", "language", "since", "other"])
PARTS = st.dictionaries(NAMES, st.sampled_from(["", "a", "b", "\ud800", 1, None]), max_size=4)
STRANGE = st.fixed_dictionaries({"card": st.sampled_from(["ab", 1]), "values": st.lists(PARTS, max_size=3) | st.sampled_from([{}, "a", None])})


@given(STRANGE, st.booleans())
def test_a_card_inside_a_snapshot_is_read_as_it_is_alone(card: dict[str, Any], more: bool) -> None:
    told = json.loads(encode(published_of(1)))
    told["entries"][0]["card"] = card | ({"x": "y"} if more else {})

    def read(reader: Callable[[bytes], object], part: object) -> object:
        try:
            return reader(json.dumps(part, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8", "surrogatepass"))
        except Damaged:
            return None

    whole, alone = read(decode, told), read(decode_card, told["entries"][0]["card"])
    found = whole.entries[0].card if isinstance(whole, Published) else None
    assert found == alone
    if found is not None and isinstance(whole, Published):
        assert found.encoded == Card(found.card, found.values).encoded and decode(encode(whole)) == whole


def test_values_are_found_by_field_and_language() -> None:
    card = card_of(1)
    assert card.first("name", "be") == "Алена Выдумка 1" and card.first("sex", "be") == "f" and card.first("photo") == ""
    assert len(card.all("name")) == 3 and card.named and not card_of(7).named
    assert [one.card.card for one in published_of(9).by_name("ru")].count(card_of(7).card) == 0


def test_every_field_of_the_example_may_be_public() -> None:
    known = catalogue().publication
    assert {one.field for number in range(30) for one in card_of(number).values} <= set(known.fields)
    assert known.approvals == 2 and known.small >= 3
    assert {"died", "released", "outcome", "minor"} <= {one.id for one in known.fields.values() if one.look}
    assert not any(fact.startswith(("health", "torture", "contact.", "person.relatives")) for one in known.fields.values() for fact in one.facts)


@pytest.mark.parametrize("change", [{"kind": "relation"}, {"group": "family"}, {"facts": ["identity.nothing"]}, {"ask": ["nobody"]}])
def test_a_field_that_nobody_knows_is_refused(change: dict[str, object]) -> None:
    found = catalogue()
    field = {"id": "one", "group": "who", "kind": "text", "label": {}} | change
    table = {"groups": [{"id": "who", "label": {}}], "fields": [field], "recalls": [], "approvals": 2, "fresh_days": 1, "small": 5}
    with pytest.raises(Damaged, match=r"catalogue\.publication"):
        read_publication(table, found.vocabulary, found.consent)


def test_a_sensitive_fact_is_looked_at_twice_or_not_public() -> None:
    found = catalogue()
    sensitive = next(fact.id for fact in found.vocabulary.facts.values() if fact.sensitive)
    field = {"id": "one", "group": "who", "kind": "flag", "label": {}, "facts": [sensitive]}
    table = {"groups": [{"id": "who", "label": {}}], "recalls": [], "approvals": 2, "fresh_days": 1, "small": 5}
    with pytest.raises(Damaged):
        read_publication(table | {"fields": [field]}, found.vocabulary, found.consent)
    assert read_publication(table | {"fields": [field | {"look": True}]}, found.vocabulary, found.consent).fields["one"].look


DEEP = b"[" * 100_000


@pytest.mark.parametrize("read", [decode, decode_card, decode_statement])
@pytest.mark.parametrize("data", [DEEP, b'{"a":' * 100_000, b'{"format":"letapis-public-1","a":' + DEEP, b"\xff", b"[]", b"null", b'"x"'])
def test_what_is_no_document_is_damaged_and_ends_no_reader(read: Callable[[bytes], object], data: bytes) -> None:
    with pytest.raises(Damaged):
        read(data)


@pytest.mark.parametrize(
    "part",
    [{"number": "1"}, {"number": True}, {"day": "../x"}, {"organisation": ["x"]}, {"entries": {"since": 3}}, {"entries": {"salt": None}},
     {"entries": {"salt": "zz"}}, {"changes": {"day": 3}}, {"changes": {"digest": 3}}, {"changes": {"fields": [3]}}, {"figures": {"value": "5"}}],
)  # fmt: skip
def test_a_snapshot_with_parts_of_other_types_is_damaged(part: dict[str, Any]) -> None:
    told = json.loads(encode(published_of(3)))
    for name, other in part.items():
        if isinstance(other, dict):
            told[name][0] |= other
        else:
            told[name] = other
    with pytest.raises(Damaged):
        decode(json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())


@given(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))
def test_an_entry_is_written_as_canonical_json_is(since: str, salt: str) -> None:
    entry = Entry(card_of(1), since, "2026-11-20", salt)
    told = {"card": json.loads(encode_card(entry.card)), "changed": "2026-11-20", "salt": salt, "since": since}
    assert entry.encoded == canonical(told)
