"""The agent's contract, kept by LocalAgent; test_agent runs the same sentences against the process."""

import pytest

from letapis.core.canonical import signed_message
from letapis.core.errors import Damaged, Locked, Refused, UsageError
from letapis.core.merkle import EMPTY_ROOT
from letapis.core.notes import Checkpoint, KeyKind, VerifierKey, format_note, manifest_origin, open_checkpoint, public_origin
from letapis.engines import seal
from letapis.engines.keys import Agent
from letapis.engines.keys.local import LocalAgent, dek_context

ORIGIN = "log.pryklad.example/0123456789abcdef"
COMPARTMENT, OTHER = b"c" * 16, b"d" * 16


def agent(fill: int = 1, **more: object) -> LocalAgent:
    return LocalAgent.from_seed(bytes((fill,)) * 32, bytes((fill,)) * 16, f"device.pryklad.example/{fill}", ORIGIN, **more)  # type: ignore[arg-type]


def test_local_agent_is_an_agent() -> None:
    one: Agent = agent()
    assert one.me().member == b"\x01" * 16 and one.me().origin == ORIGIN and one.me().device == "device.pryklad.example/1"


def test_records_are_signed_by_the_record_keys_under_the_device_name() -> None:
    one = agent()
    digests = [bytes((n,)) * 32 for n in range(3)]
    signed = one.sign_records([(digests[0], False), (digests[1], True), (digests[2], False)])
    assert [[alg for alg, _ in s] for s in signed] == [[1], [1, 6], [1]]
    public = one.me().public
    for digest, signatures in zip(digests, signed, strict=True):
        for alg, signature in signatures:
            key = public.record_ed25519 if alg == 1 else public.record_mldsa44
            assert seal.verify(alg, key, signed_message(one.me().device, digest), signature)


def test_a_checkpoint_carries_both_log_signatures_and_verifies_as_a_note() -> None:
    one = agent()
    text = Checkpoint(ORIGIN, 5, b"\x05" * 32).text
    note = format_note(text, one.sign_checkpoint(text, 1_700_000_000))
    public = one.me().public
    logs = (VerifierKey(ORIGIN, KeyKind.ED25519, public.log_ed25519), VerifierKey(ORIGIN, KeyKind.ML_DSA_44, public.log_mldsa44))
    opened = open_checkpoint(note, logs, seal.verify)
    assert opened.checkpoint.size == 5 and opened.time == 1_700_000_000 and len(opened.log) == 2


def test_a_checkpoint_of_another_log_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        agent().sign_checkpoint(Checkpoint("log.vydumka.example/x", 0, EMPTY_ROOT).text, 1)
    assert caught.value.code == "keys.checkpoint_origin"


@pytest.mark.parametrize(("size", "root"), [(4, b"\x05" * 32), (5, b"\x06" * 32)])
def test_a_log_never_goes_back_and_never_forks(size: int, root: bytes) -> None:
    one = agent()
    one.sign_checkpoint(Checkpoint(ORIGIN, 5, b"\x05" * 32).text, 1)
    one.sign_checkpoint(Checkpoint(ORIGIN, 5, b"\x05" * 32).text, 2)
    with pytest.raises(Refused) as caught:
        one.sign_checkpoint(Checkpoint(ORIGIN, size, root).text, 3)
    assert caught.value.code == "keys.checkpoint_back"


def test_the_log_of_publications_has_a_name_and_a_memory_of_its_own() -> None:
    one, public = agent(), public_origin(ORIGIN)
    one.sign_checkpoint(Checkpoint(ORIGIN, 9, b"\x09" * 32).text, 1)
    text = Checkpoint(public, 5, b"\x05" * 32).text
    keys = (VerifierKey(public, KeyKind.ED25519, one.me().public.log_ed25519), VerifierKey(public, KeyKind.ML_DSA_44, one.me().public.log_mldsa44))
    assert open_checkpoint(format_note(text, one.sign_checkpoint(text, 2)), keys, seal.verify).checkpoint.size == 5
    with pytest.raises(Refused) as caught:
        one.sign_checkpoint(Checkpoint(public, 4, b"\x04" * 32).text, 3)
    assert caught.value.code == "keys.checkpoint_back"
    for size in (4, 3):  # each snapshot has its own files
        assert len(one.sign_checkpoint(Checkpoint(manifest_origin(ORIGIN), size, b"\x04" * 32).text, 4)) == 2


def test_a_compartment_travels_to_another_device_and_opens_its_data_keys() -> None:
    one, two = agent(1), agent(2)
    one.new_compartment(COMPARTMENT, 0)
    items = [(bytes((n,)) * 16, bytes((n,)) * 32) for n in range(4)]
    wraps = one.wrap_deks(COMPARTMENT, 0, items)
    (to_two, to_one) = one.export_compartment(COMPARTMENT, 0, [two.me().public, one.me().public])
    two.load_compartments([(COMPARTMENT, 0, to_two)])
    assert two.unwrap_deks(COMPARTMENT, 0, [(i, w) for (i, _), w in zip(items, wraps, strict=True)]) == [d for _, d in items]
    again = agent(1)
    again.load_compartments([(COMPARTMENT, 0, to_one)])
    assert again.unwrap_deks(COMPARTMENT, 0, [(items[0][0], wraps[0])]) == [items[0][1]]


def test_a_device_without_the_compartment_opens_nothing() -> None:
    one, stranger = agent(1), agent(3)
    one.new_compartment(COMPARTMENT, 0)
    (wrap,) = one.export_compartment(COMPARTMENT, 0, [one.me().public])
    with pytest.raises(Damaged):
        stranger.load_compartments([(COMPARTMENT, 0, wrap)])
    with pytest.raises(Locked) as caught:
        stranger.unwrap_deks(COMPARTMENT, 0, [(b"i" * 16, b"w" * 60)])
    assert caught.value.code == "keys.no_compartment"


def test_what_is_not_kept_is_forgotten_until_it_is_loaded_again() -> None:
    one = agent(1)
    for compartment, epoch in ((COMPARTMENT, 0), (COMPARTMENT, 1), (b"o" * 16, 0)):
        one.new_compartment(compartment, epoch)
    (wrap,) = one.export_compartment(COMPARTMENT, 0, [one.me().public])
    one.keep_compartments([(COMPARTMENT, 1), (b"never held here", 7)])
    one.wrap_deks(COMPARTMENT, 1, [])
    for gone in ((COMPARTMENT, 0), (b"o" * 16, 0)):
        with pytest.raises(Locked, match=r"keys\.no_compartment"):
            one.wrap_deks(*gone, [])
    one.load_compartments([(COMPARTMENT, 0, wrap)])
    one.wrap_deks(COMPARTMENT, 0, [])


def test_after_a_new_epoch_the_removed_device_opens_nothing_new() -> None:
    one, removed = agent(1), agent(2)
    one.new_compartment(COMPARTMENT, 0)
    removed.load_compartments([(COMPARTMENT, 0, one.export_compartment(COMPARTMENT, 0, [removed.me().public])[0])])
    one.new_compartment(COMPARTMENT, 1)
    (wrap,) = one.wrap_deks(COMPARTMENT, 1, [(b"i" * 16, b"k" * 32)])
    with pytest.raises(Locked):
        removed.unwrap_deks(COMPARTMENT, 1, [(b"i" * 16, wrap)])
    with pytest.raises(Damaged):
        removed.unwrap_deks(COMPARTMENT, 0, [(b"i" * 16, wrap)])


def test_a_wrap_of_another_epoch_compartment_or_object_is_refused() -> None:
    one = agent()
    for place in ((COMPARTMENT, 0), (COMPARTMENT, 1), (OTHER, 0)):
        one.new_compartment(*place)
    (wrap,) = one.wrap_deks(COMPARTMENT, 0, [(b"i" * 16, b"k" * 32)])
    for compartment, epoch, object_id in ((COMPARTMENT, 1, b"i" * 16), (OTHER, 0, b"i" * 16), (COMPARTMENT, 0, b"j" * 16)):
        with pytest.raises(Damaged):
            one.unwrap_deks(compartment, epoch, [(object_id, wrap)])
    (exported,) = one.export_compartment(COMPARTMENT, 0, [one.me().public])
    with pytest.raises(Damaged):
        agent().load_compartments([(COMPARTMENT, 1, exported)])


def test_a_second_key_for_the_same_epoch_is_refused_and_nothing_of_the_batch_is_taken() -> None:
    one, forger = agent(1), agent(2)
    one.new_compartment(COMPARTMENT, 0)
    with pytest.raises(Refused):
        one.new_compartment(COMPARTMENT, 0)
    for place in ((COMPARTMENT, 0), (OTHER, 0)):
        forger.new_compartment(*place)
    mine = one.me().public
    batch = [(OTHER, 0, forger.export_compartment(OTHER, 0, [mine])[0]), (COMPARTMENT, 0, forger.export_compartment(COMPARTMENT, 0, [mine])[0])]
    with pytest.raises(Damaged) as caught:
        one.load_compartments(batch)
    assert caught.value.code == "keys.compartment_conflict"
    with pytest.raises(Locked):
        one.wrap_deks(OTHER, 0, [])


@pytest.mark.parametrize(("compartment", "epoch"), [(b"", 0), (b"c" * 15, 0), (b"c" * 16, -1), (b"c" * 16, 1 << 32)])
def test_a_compartment_of_another_form_is_refused(compartment: bytes, epoch: int) -> None:
    with pytest.raises(UsageError):
        agent().new_compartment(compartment, epoch)


def test_a_custodian_reseals_its_share_to_the_requester_under_a_new_context() -> None:
    custodian, requester = agent(1), agent(2)
    held, asked = seal.context("share", object_id=b"s" * 16), seal.context("disclosure", object_id=b"s" * 16)
    sealed = seal.wrap_to(custodian.me().public.kem, held, b"share bytes")
    moved = custodian.reseal_share(sealed, held, requester.me().public, asked)
    assert requester.open_share(moved, asked) == b"share bytes"
    with pytest.raises(Damaged):
        requester.open_share(moved, held)
    with pytest.raises(Damaged):
        requester.reseal_share(sealed, held, requester.me().public, asked)


def test_a_locked_agent_does_nothing_more() -> None:
    one = agent(passphrase="six words that nobody else knows")
    one.new_compartment(COMPARTMENT, 0)
    one.lock()
    calls = (
        one.me,
        one.touch,
        one.database_key,
        lambda: one.sign_records([]),
        lambda: one.sign_checkpoint(Checkpoint(ORIGIN, 0, EMPTY_ROOT).text, 1),
        lambda: one.new_compartment(COMPARTMENT, 1),
        lambda: one.export_compartment(COMPARTMENT, 0, []),
        lambda: one.load_compartments([]),
        lambda: one.keep_compartments([]),
        lambda: one.wrap_deks(COMPARTMENT, 0, []),
        lambda: one.unwrap_deks(COMPARTMENT, 0, []),
        lambda: one.open_share(b"", b""),
        lambda: one.confirm("six words that nobody else knows"),
    )
    for call in calls:
        with pytest.raises(Locked) as caught:
            call()  # type: ignore[operator]
        assert caught.value.code == "keys.locked"
    one.lock()


def test_confirm_forgives_case_and_spaces_and_nothing_else() -> None:
    one = agent(passphrase="Abacus felt-tip zoom cactus unit plow")
    assert one.confirm("  abacus FELT tip zoom\tcactus unit plow ")
    assert not one.confirm("abacus felt tip zoom cactus unit") and not one.confirm("")
    assert not agent().confirm("")


def test_the_database_keys_of_two_workspaces_differ_from_each_other_and_from_every_seed() -> None:
    keys = {agent(1).database_key(), agent(2).database_key(), b"\x01" * 32, b"\x02" * 32}
    assert len(keys) == 4


def test_a_renewed_device_keeps_its_database_and_opens_what_the_old_one_was_sent() -> None:
    old = agent(1)
    old.new_compartment(COMPARTMENT, 0)
    (wrap,) = old.export_compartment(COMPARTMENT, 0, [old.me().public])
    new = agent(2, vault=b"\x01" * 32, former=(b"\x05" * 32, b"\x01" * 32))
    new.load_compartments([(COMPARTMENT, 0, wrap)])
    assert new.database_key() == old.database_key()
    assert new.me().public != old.me().public
    with pytest.raises(Damaged):
        agent(2, former=(b"\x05" * 32,)).load_compartments([(COMPARTMENT, 0, wrap)])


def test_the_context_of_a_data_key_names_compartment_epoch_and_object() -> None:
    assert dek_context(COMPARTMENT, 3, b"i" * 16) == seal.context("dek", compartment=COMPARTMENT, epoch=3, object_id=b"i" * 16)
