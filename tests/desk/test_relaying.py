"""The bytes on the relay: what is written is read back, and nothing else is."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from letapis.core.errors import Damaged, Hostile, LetapisError, Locked
from letapis.desk import relaying
from letapis.desk.opening import Desk
from letapis.desk.relaying import Batch, Place, Word
from letapis.engines.seal import Envelope, Header

LONE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
ID = st.binary(min_size=16, max_size=16)
BLOBS = st.lists(st.tuples(ID, st.binary(max_size=3000)), max_size=20)
LAST = "0" * 32


@pytest.fixture
def place(desk: Desk) -> Place:
    (org,) = desk.epochs()
    return Place(org, 1, desk.randomness(16))


@LONE
@given(totals=st.dictionaries(st.text(max_size=60), st.integers(0, 2**32 - 1), max_size=5), blobs=BLOBS)
def test_a_batch_is_read_back(desk: Desk, place: Place, totals: dict[str, int], blobs: list[tuple[bytes, bytes]]) -> None:
    batch = Batch(totals, tuple(blobs))
    assert relaying.open_batch(desk, place, relaying.seal_batch(desk, place, batch)) == batch


@LONE
@given(wraps=st.dictionaries(ID, st.binary(max_size=80), max_size=20), batch=ID)
def test_wraps_are_read_back(desk: Desk, place: Place, wraps: dict[bytes, bytes], batch: bytes) -> None:
    sealed = relaying.seal_wraps(desk, place, batch, list(wraps.items()))
    assert relaying.open_wraps(desk, place, sealed) == (batch, wraps)


@LONE
@given(note=st.binary(max_size=300), start=st.integers(0, 2**63), leaves=st.lists(st.binary(min_size=32, max_size=32), max_size=10))
def test_a_word_is_read_back_with_its_signatures(desk: Desk, place: Place, note: bytes, start: int, leaves: list[bytes]) -> None:
    word = Word(desk.device, "2026-11-25T12:00:00Z", note, start, tuple(leaves))
    read, signatures = relaying.open_word(desk, place.ident, relaying.seal_word(desk, place, word), place.compartment)
    assert read == word and [alg for alg, _ in signatures] == [1, 6]


READERS: list[Callable[[Desk, Place, bytes], object]] = [
    relaying.open_batch,
    relaying.open_wraps,
    lambda desk, place, data: relaying.open_word(desk, place.ident, data, place.compartment),
]


@pytest.mark.parametrize(("purpose", "reader"), [("relay batch", 0), ("relay wraps", 1), ("relay word", 2)])
@LONE
@given(junk=st.binary(max_size=400))
def test_whatever_an_insider_seals_is_read_or_refused_with_a_code(desk: Desk, place: Place, purpose: str, reader: int, junk: bytes) -> None:
    sealed = relaying._seal(desk, purpose, place, junk)
    try:
        READERS[reader](desk, place, sealed)
    except LetapisError as fault:
        assert fault.code.startswith("sync.")


@pytest.mark.parametrize("reader", range(3))
@LONE
@given(junk=st.binary(max_size=400))
def test_whatever_an_outsider_leaves_is_refused_with_a_code(desk: Desk, place: Place, reader: int, junk: bytes) -> None:
    for data in (junk, b"LTEN" + junk, b"LTEN\x01\x01" + junk):
        with pytest.raises(LetapisError):
            READERS[reader](desk, place, data)


@LONE
@given(at=st.integers(0, 10**6), change=st.integers(1, 255))
def test_every_changed_byte_is_found(desk: Desk, place: Place, at: int, change: int) -> None:
    sealed = bytearray(relaying.seal_batch(desk, place, Batch({desk.device: 1}, ((b"r" * 16, b"blob"),))))
    sealed[at % len(sealed)] ^= change
    with pytest.raises(LetapisError):
        relaying.open_batch(desk, place, bytes(sealed))


def test_each_kind_opens_only_as_what_it_is(desk: Desk, place: Place) -> None:
    batch = relaying.seal_batch(desk, place, Batch({}, ()))
    wraps = relaying.seal_wraps(desk, place, b"b" * 16, [])
    word = relaying.seal_word(desk, place, Word(desk.device, "2026-11-25T12:00:00Z", b"", 0, ()))
    for sealed, own in ((batch, 0), (wraps, 1), (word, 2)):
        for number, reader in enumerate(READERS):
            if number != own:
                with pytest.raises(Damaged, match=r"seal\.commitment"):
                    reader(desk, place, sealed)


def test_another_name_is_found_before_anything_is_opened(desk: Desk, place: Place) -> None:
    sealed = relaying.seal_batch(desk, place, Batch({}, ()))
    for other in (Place(place.compartment, 2, place.ident), Place(b"c" * 16, 1, place.ident), Place(place.compartment, 1, b"i" * 16)):
        with pytest.raises(Hostile, match=r"sync\.swapped"):
            relaying.open_batch(desk, other, sealed)


def test_without_the_key_nothing_opens(desk: Desk, make_desk: Callable[..., Desk], place: Place) -> None:
    sealed = relaying.seal_batch(desk, place, Batch({}, ()))
    with pytest.raises(Locked, match=r"keys\.no_compartment"):
        relaying.open_batch(make_desk(2), place, sealed)


def test_a_batch_of_too_many_records_is_refused(desk: Desk, place: Place) -> None:
    blobs = tuple((number.to_bytes(16, "big"), b"") for number in range(relaying.MAX_RECORDS + 1))
    with pytest.raises(Hostile, match=r"sync\.form"):
        relaying.open_batch(desk, place, relaying.seal_batch(desk, place, Batch({}, blobs)))


def test_a_record_whose_key_was_erased_stays_unread(desk: Desk, place: Place) -> None:
    batch = Batch({}, ((b"1" * 16, b"one"), (b"2" * 16, b"two")))
    assert [a.rid for a in relaying.joined(place, batch, {b"2" * 16: b"wrap"})] == [b"2" * 16]


@settings(deadline=None)
@given(st.binary(min_size=16, max_size=16), st.integers(0, 2**31 - 1), st.binary(min_size=16, max_size=16))
def test_a_place_is_read_from_its_name(compartment: bytes, epoch: int, ident: bytes) -> None:
    place = Place(compartment, epoch, ident)
    assert relaying.place_of(place.name("records")) == place == relaying.place_of(place.name("keys"))


@pytest.mark.parametrize("name", [f"keys/{LAST}", f"records/{LAST}/4294967296/{LAST}", f"keys/{LAST[1:]}/1/{LAST}", f"keys/ab/1/{LAST}", ""])
def test_other_names_are_no_places(name: str) -> None:
    assert relaying.place_of(name) is None


def test_a_bundle_under_another_name_was_changed() -> None:
    relaying.check_bundle(relaying.bundle_name(b"data"), b"data")
    with pytest.raises(Damaged, match=r"sync\.changed"):
        relaying.check_bundle(relaying.bundle_name(b"data"), b"date")


def test_outside_stand_only_random_names_and_numbers(desk: Desk, place: Place) -> None:
    sealed = relaying.seal_batch(desk, place, Batch({desk.device: 3}, ((b"r" * 16, b"blob"),)))
    head, at = Header.decode(sealed)
    assert (head.compartment, head.epoch, head.object_id) == (place.compartment, 1, place.ident)
    assert b"r" * 16 not in sealed and desk.device.encode() not in sealed and len(Envelope.decode(sealed).chunks) == len(sealed) - at
