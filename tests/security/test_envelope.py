"""T3: whoever changes a sealed thing, its key or the place it belongs to opens nothing. 20,000 seeded changes per run, none accepted.

Each form that leaves the machine is attacked: envelope with wraps, small record, wrap of a data key, wrap to a device, chunk stream.
An attempt counts as accepted when anything at all opens, the true plaintext included: a changed envelope must not open either.
The nightly run (marker ``long``) makes a million.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import pytest

from letapis.core.errors import Damaged
from letapis.engines import seal
from letapis.engines.seal import CHUNK, SEALED_CHUNK
from letapis.engines.seal.primitives import kem_keys

DEK, CK = bytes(range(32)), bytes(range(32, 64))
PRIVATE, KEM = kem_keys(b"\x21" * 32)
OTHER_PRIVATE, OTHER_KEM = kem_keys(b"\x22" * 32)
FIELDS: dict[str, str | int | bytes] = {
    "purpose": "record",
    "organisation": b"o" * 16,
    "dossier": b"d" * 16,
    "kind": "WORK",
    "compartment": b"c" * 16,
    "object_id": b"i" * 16,
    "object_version": 1,
    "epoch": 7,
}


def context(fields: dict[str, str | int | bytes]) -> bytes:
    return seal.context(**fields)  # type: ignore[arg-type]


ABOUT = context(FIELDS)
Open = Callable[[bytes, bytes, bytes], object]


@dataclass(frozen=True)
class Form:
    """A sealed form: sound bytes, its key, how it is opened with (key, context, bytes), and where whole parts begin."""

    sound: bytes
    key: bytes
    open: Open
    part: int


def _envelope() -> Form:
    wraps = (
        seal.Wrap(seal.UNDER_COMPARTMENT, b"", seal.wrap_dek(CK, ABOUT, DEK)),
        seal.Wrap(seal.TO_DEVICE, seal.kem_key_id(KEM), seal.wrap_to(KEM, ABOUT, DEK)),
        seal.Wrap(seal.TO_DEVICE, seal.kem_key_id(OTHER_KEM), seal.wrap_to(OTHER_KEM, ABOUT, DEK)),
    )
    header = seal.Header(b"c" * 16, 7, b"i" * 16, 1, wraps=wraps)
    sound = seal.Envelope.seal(DEK, header, ABOUT, seal.pad(b"testimony " * 20, 512)).encode()
    return Form(sound, DEK, lambda key, about, data: seal.Envelope.decode(data).open(key, about), 16)


def _unwrap(key: bytes, about: bytes, data: bytes) -> bytes:
    private, public = kem_keys(key)
    return seal.unwrap_with(private, public, about, data)


def _forms() -> dict[str, Form]:
    stream = bytes(seal.ChunkSealer(DEK, ABOUT).seal(b"s" * (3 * CHUNK + 100), final=True))
    return {
        "envelope": _envelope(),
        "record": Form(seal.seal_record(DEK, ABOUT, b"claim " * 40), DEK, seal.open_record, 16),
        "wrap of a data key": Form(seal.wrap_dek(CK, ABOUT, DEK), CK, seal.unwrap_dek, 12),
        "wrap to a device": Form(seal.wrap_to(KEM, ABOUT, DEK), b"\x21" * 32, _unwrap, 32),
        "chunks": Form(stream, DEK, lambda key, about, data: seal.ChunkOpener(key, about).open(data, final=True), SEALED_CHUNK),
    }


FORMS = _forms()
SHARES = {"envelope": 9000, "record": 5000, "wrap of a data key": 3000, "wrap to a device": 2000, "chunks": 1000}


def _flip(form: Form, chance: random.Random) -> tuple[bytes, bytes, bytes]:
    data = bytearray(form.sound)
    for _ in range(chance.choice([1, 1, 1, 2, 8])):
        bit = chance.randrange(8 * len(data))
        data[bit // 8] ^= 1 << bit % 8
    return form.key, ABOUT, bytes(data)


def _cut(form: Form, chance: random.Random) -> tuple[bytes, bytes, bytes]:
    end = chance.choice([chance.randrange(len(form.sound)), len(form.sound) - chance.randrange(1, 20)])
    return form.key, ABOUT, form.sound[:end]


def _grow(form: Form, chance: random.Random) -> tuple[bytes, bytes, bytes]:
    at = chance.randrange(len(form.sound) + 1)
    return form.key, ABOUT, form.sound[:at] + chance.randbytes(chance.randrange(1, 40)) + form.sound[at:]


def _swap(form: Form, chance: random.Random) -> tuple[bytes, bytes, bytes]:
    parts = [form.sound[i : i + form.part] for i in range(0, len(form.sound), form.part)]
    one, two = chance.randrange(len(parts)), chance.randrange(len(parts))
    parts[one], parts[two] = parts[two], parts[one]
    return form.key, ABOUT, b"".join(parts)


def _drop_or_repeat(form: Form, chance: random.Random) -> tuple[bytes, bytes, bytes]:
    parts = [form.sound[i : i + form.part] for i in range(0, len(form.sound), form.part)]
    at = chance.randrange(len(parts))
    changed = parts[:at] + parts[at + 1 :] if chance.random() < 0.5 else [*parts[: at + 1], *parts[at:]]
    return form.key, ABOUT, b"".join(changed)


def _splice(form: Form, chance: random.Random) -> tuple[bytes, bytes, bytes]:
    """Head of one sealed thing, tail of another under the same key."""
    other = FORMS[chance.choice(sorted(FORMS))].sound
    at = chance.randrange(1, len(form.sound))
    return form.key, ABOUT, form.sound[:at] + other[-(len(form.sound) - at) :]


def _wrong_key(form: Form, chance: random.Random) -> tuple[bytes, bytes, bytes]:
    key = bytearray(form.key)
    key[chance.randrange(32)] ^= chance.randrange(1, 256)
    return bytes(key), ABOUT, form.sound


def _wrong_field(form: Form, chance: random.Random) -> tuple[bytes, bytes, bytes]:
    name = chance.choice(sorted(FIELDS))
    value = FIELDS[name]
    if isinstance(value, int):
        wrong: str | int | bytes = value ^ (1 << chance.randrange(31))
    elif isinstance(value, bytes):
        wrong = chance.choice([chance.randbytes(16), value + b"\x00", value[:-1], b""])
    else:
        wrong = chance.choice([value + "s", value[:-1], "", value.swapcase()])
    return form.key, context({**FIELDS, name: wrong}), form.sound


CHANGES = (_flip, _flip, _flip, _cut, _grow, _swap, _drop_or_repeat, _splice, _wrong_key, _wrong_field)


def attempts(name: str, count: int, seed: int) -> Iterator[tuple[str, bytes, bytes, bytes]]:
    """``count`` real changes; one that changes nothing (a part swapped with itself) is drawn again."""
    form, chance, made = FORMS[name], random.Random(f"{name} {seed}"), 0
    while made < count:
        change = CHANGES[made % len(CHANGES)]
        key, about, data = change(form, chance)
        if (key, about, data) != (form.key, ABOUT, form.sound):
            made += 1
            yield change.__name__, key, about, data


def accepted(name: str, count: int, seed: int) -> Counter[str]:
    """Which kinds of change opened something; anything but Damaged as an answer fails at once."""
    found: Counter[str] = Counter()
    for kind, key, about, data in attempts(name, count, seed):
        try:
            FORMS[name].open(key, about, data)
        except Damaged:
            continue
        found[kind] += 1
    return found


def test_the_sound_forms_open() -> None:
    for form in FORMS.values():
        assert form.open(form.key, ABOUT, form.sound)
    assert seal.unwrap_with(PRIVATE, KEM, ABOUT, FORMS["wrap to a device"].sound) == DEK


@pytest.mark.parametrize("name", sorted(SHARES))
def test_no_change_of_a_sealed_thing_is_accepted(name: str) -> None:
    assert accepted(name, SHARES[name], 1) == {}


def test_a_run_makes_twenty_thousand_changes_of_every_kind_to_every_form() -> None:
    assert sum(SHARES.values()) == 20_000 and set(SHARES) == set(FORMS)
    for name in FORMS:
        assert {kind for kind, *_ in attempts(name, 30, 1)} == {change.__name__ for change in CHANGES}


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(SHARES))
def test_a_million_changes_a_night(name: str) -> None:
    seed = random.SystemRandom().randrange(1 << 32)
    assert (seed, accepted(name, SHARES[name] * 50, seed)) == (seed, {})


def test_a_recipient_who_is_not_named_opens_no_wrap() -> None:
    for about in (ABOUT, b""):
        with pytest.raises(Damaged):
            seal.unwrap_with(OTHER_PRIVATE, OTHER_KEM, about, FORMS["wrap to a device"].sound)
    # The private key is right and the key id in the info is another's: a wrap cannot be relabelled.
    with pytest.raises(Damaged):
        seal.unwrap_with(PRIVATE, OTHER_KEM, ABOUT, FORMS["wrap to a device"].sound)


@pytest.mark.parametrize("version", [v for v in range(256) if v != 1])
def test_no_other_version_or_suite_is_read(version: int) -> None:
    sound = FORMS["envelope"].sound
    for place in (4, 5):
        with pytest.raises(Damaged) as caught:
            seal.Envelope.decode(sound[:place] + bytes((version,)) + sound[place + 1 :])
        assert caught.value.code == "seal.version"


def test_a_form_is_not_taken_for_another_even_under_one_key() -> None:
    for one, form in FORMS.items():
        for two, other in FORMS.items():
            if one != two:
                with pytest.raises(Damaged):
                    partial(other.open, form.key, ABOUT)(form.sound)


def test_a_key_found_for_a_second_meaning_of_the_same_bytes_fails_at_the_commitment() -> None:
    """The AEAD alone would accept a blob made to open under two keys; the commitment names one."""
    one = seal.Envelope.seal(DEK, seal.Header(b"c" * 16, 7, b"i" * 16, 1), ABOUT, b"meaning")
    for key in (CK, b"\x00" * 32):
        with pytest.raises(Damaged) as caught:
            one.open(key, ABOUT)
        assert caught.value.code == "seal.commitment"
