"""The folder of a witness: what it promised survives a crash, a restore and a change on the disk, and what does not go together is kept."""

import errno
import os
import signal
from functools import partial
from pathlib import Path

import pytest
from tests.damage import flip
from tests.killing import killed_at

from letapis.core import merkle
from letapis.core.errors import Busy, Damaged, LetapisError, Locked, NotFound, Refused, UsageError
from letapis.core.notes import Checkpoint, KeyKind, VerifierKey, format_note, open_checkpoint, parse_note, signature_line, signed_bytes
from letapis.core.witness import Request, cosigners, format_request, parse_request
from letapis.engines import seal
from letapis.engines import witness as engine
from letapis.engines.keys.workspace import write_private
from letapis.engines.seal import DeviceKeys, PassphraseCost
from letapis.engines.witness import OpenWitness, Witness, create_witness

PASSPHRASE = "six plainly invented words for tests"
ORIGIN = "log.vydumka.example/abc"
CHEAP = PassphraseCost(memory_kib=8192, passes=1, lanes=1)


class Log:
    """A log that signs whatever it is told to, honest or not."""

    def __init__(self, words: list[str], seed: int = 1) -> None:
        self.keys = DeviceKeys.from_seed(bytes((seed,)) * 32)
        self.vkeys = (
            VerifierKey(ORIGIN, KeyKind.ED25519, self.keys.public.log_ed25519),
            VerifierKey(ORIGIN, KeyKind.ML_DSA_44, self.keys.public.log_mldsa44),
        )
        self.leaves = [merkle.leaf_hash(word.encode()) for word in words]
        self.nodes = {(level, index): hashed for level, index, hashed in merkle.Frontier().extend(self.leaves)[1]}

    def note(self, size: int, time: int = 1000) -> bytes:
        text = Checkpoint(ORIGIN, size, merkle.root_of(self.leaves[:size])).text
        signed = [(key, seal.sign_log(self.keys, key.scheme, signed_bytes(key, text, time))) for key in self.vkeys]
        return format_note(text, [signature_line(key, time, signature) for key, signature in signed])

    def request(self, old: int, new: int) -> bytes:
        proof = merkle.consistency_proof(old, new, lambda level, index: self.nodes[level, index]) if 0 < old < new else []
        return format_request(old, proof, self.note(new))


HONEST = Log([f"record {i}" for i in range(20)])
OTHER = Log([f"record {i}" if i != 1 else "changed" for i in range(20)])


def explain(shows: str) -> str:
    return f"what {shows} means"


@pytest.fixture
def witness(tmp_path: Path) -> OpenWitness:
    made, _ = create_witness(tmp_path / "witness", "witness.vydumka.example", PASSPHRASE, CHEAP)
    made.add_log(HONEST.vkeys)
    return made.unlock(PASSPHRASE, explain)


def _again(opened: OpenWitness) -> OpenWitness:
    return type(opened.witness).load(opened.witness.path).unlock(PASSPHRASE, explain)


def test_a_witness_is_a_small_private_folder_with_sealed_keys(witness: OpenWitness) -> None:
    path = witness.witness.path
    assert path.stat().st_mode & 0o777 == 0o700
    assert all(file.stat().st_mode & 0o077 == 0 for file in path.rglob("*"))
    public = (path / engine.PUBLIC).read_text().split()
    assert public == [key.text for key in witness.witness.keys] and {key.kind for key in witness.witness.keys} == {4, 6}
    for wrong in ("another phrase of many words", PASSPHRASE + "x"):
        with pytest.raises(Locked, match=r"keys\.passphrase"):
            witness.witness.unlock(wrong, explain)
    with pytest.raises(Refused, match=r"workspace\.exists"):
        create_witness(path, "again", PASSPHRASE, CHEAP)
    for name in ("two words", "a+b", 'a"b', ""):
        with pytest.raises(UsageError, match=r"witness\.name"):
            create_witness(path / "new", name, PASSPHRASE, CHEAP)
    flip(path / "seed.sealed")
    with pytest.raises(Damaged, match=r"witness\.settings"):
        witness.witness.unlock(PASSPHRASE, explain)


def test_both_lines_are_of_one_time_that_never_runs_backwards(witness: OpenWitness) -> None:
    first = witness.answer(HONEST.request(0, 3), lambda: 5000)
    text = parse_note(HONEST.note(3)).text
    signers = cosigners(text, first.lines, witness.witness.keys, seal.verify)
    assert {(signer.key, signer.time) for signer in signers} == {(key, 5000) for key in witness.witness.keys}
    later = _again(witness).answer(HONEST.request(3, 9), lambda: 17)
    assert {s.time for s in cosigners(parse_note(HONEST.note(9)).text, later.lines, witness.witness.keys, seal.verify)} == {5000}
    seen = witness.witness.path / "seen" / engine.ident(ORIGIN)
    assert sorted(path.name for path in seen.iterdir()) == ["3.note", "9.note"]
    kept = open_checkpoint((seen / "9.note").read_bytes(), HONEST.vkeys, seal.verify, witness.witness.keys)
    assert len(kept.witnesses) == 2 and kept.checkpoint.size == 9


def test_a_fork_keeps_both_notes_with_plain_words_and_the_state_stays(witness: OpenWitness) -> None:
    assert witness.answer(HONEST.request(0, 9), lambda: 1).lines
    refused = witness.answer(OTHER.request(9, 9), lambda: 2)
    assert refused.judged.status == 422 and refused.refusal is not None and refused.evidence is not None
    assert (refused.evidence / "1-seen-before.note").read_bytes() == witness.stored(ORIGIN).note
    kept = open_checkpoint((refused.evidence / "2-refused.note").read_bytes(), OTHER.vkeys, seal.verify)
    assert kept.checkpoint.root != witness.stored(ORIGIN).root and "what fork means" in (refused.evidence / "READ-ME.txt").read_text()
    assert witness.answer(OTHER.request(9, 9), lambda: 3).evidence == refused.evidence, "the same two are kept once"
    assert witness.answer(OTHER.request(0, 9), lambda: 3).judged.shows == "fork", "also where the size was stale"
    grown = witness.answer(OTHER.request(9, 12), lambda: 3)
    assert grown.judged.status == 422 and grown.judged.shows == "unproven" and len(witness.witness.evidence()) == 2
    assert witness.answer(HONEST.request(9, 12), lambda: 4).judged.status == 200


def test_so_much_evidence_does_not_fill_the_disk(witness: OpenWitness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_MOST_EVIDENCE", 1)
    witness.answer(HONEST.request(0, 9), lambda: 1)
    kept = [witness.answer(OTHER.request(9, size), lambda: 2) for size in (9, 12, 13)]
    assert [one.judged.status for one in kept] == [422, 422, 422] and [one.evidence is None for one in kept] == [False, True, True]


def test_a_log_has_its_keys_for_good(witness: OpenWitness) -> None:
    assert witness.witness.add_log(HONEST.vkeys) == ORIGIN
    with pytest.raises(Refused, match=r"witness\.log_known"):
        witness.witness.add_log(Log([], seed=2).vkeys)
    for keys in ((), (*HONEST.vkeys, VerifierKey("other", KeyKind.ED25519, b"k" * 32)), witness.witness.keys, (HONEST.vkeys[0],) * 2):
        with pytest.raises(UsageError, match=r"witness\.log_keys"):
            witness.witness.add_log(keys)
    assert witness.answer(Log([f"record {i}" for i in range(3)], seed=2).request(0, 3), lambda: 1).judged.status == 403


def _write_and_die(witness: OpenWitness, step: int) -> None:
    """Answer in a process that is killed with SIGKILL right after its write number ``step``."""
    child = os.fork()
    if child == 0:
        done, real = [0], write_private

        def write(path: Path, data: bytes) -> None:
            if done[0] == step:
                os.kill(os.getpid(), signal.SIGKILL)
            real(path, data)
            done[0] += 1

        vars(engine)["write_private"] = write  # in the child alone, which dies
        witness.answer(HONEST.request(3, 9), lambda: 2)
        os.kill(os.getpid(), signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


@pytest.mark.parametrize("step", [0, 1, 2])
def test_killed_at_any_write_it_promises_nothing_that_it_forgets(witness: OpenWitness, step: int) -> None:
    witness.answer(HONEST.request(0, 3), lambda: 1)
    _write_and_die(witness, step)
    again = _again(witness)
    size = again.stored(ORIGIN).size
    assert size == (3 if step == 0 else 9)
    # Whatever was or was not sent out: the other history is refused, and the honest one goes on from the size that the witness says.
    assert again.answer(OTHER.request(size, 12), lambda: 3).judged.status == 422
    stale = again.answer(HONEST.request(9 if size == 3 else 3, 12), lambda: 3)
    assert stale.judged.status == 409 and stale.refusal is not None and stale.refusal.size == size
    assert again.answer(HONEST.request(size, 12), lambda: 3).judged.status == 200


def test_a_restored_folder_says_its_old_size_and_recalls_what_others_kept(witness: OpenWitness) -> None:
    path = witness.witness.path
    witness.answer(HONEST.request(0, 3), lambda: 10)
    old = engine.state_file(path, ORIGIN).read_bytes()
    witness.answer(HONEST.request(3, 9), lambda: 20)
    kept_elsewhere = (path / "seen" / engine.ident(ORIGIN) / "9.note").read_bytes()
    engine.state_file(path, ORIGIN).write_bytes(old)
    restored = _again(witness)
    assert restored.stored(ORIGIN).size == 3
    with pytest.raises(Damaged):
        restored.recall(HONEST.note(9))
    with pytest.raises(Damaged):
        restored.recall(kept_elsewhere.replace(b"\n9\n", b"\n8\n"))
    assert restored.recall(kept_elsewhere).size == 9
    with pytest.raises(Refused, match=r"witness\.recall_older"):
        restored.recall(kept_elsewhere)
    assert restored.answer(OTHER.request(9, 12), lambda: 1).judged.status == 422
    signed = restored.answer(HONEST.request(9, 12), lambda: 1)
    assert {s.time for s in cosigners(parse_note(HONEST.note(12)).text, signed.lines, restored.witness.keys, seal.verify)} == {20}
    with pytest.raises(NotFound, match=r"witness\.unknown_log"):
        restored.recall(kept_elsewhere.replace(ORIGIN.encode(), b"log.other/x"))


@pytest.mark.parametrize("damage", [b"x" * 100, None])
def test_a_state_that_is_lost_or_damaged_begins_no_other_history_and_is_recalled(witness: OpenWitness, damage: bytes | None) -> None:
    path = engine.state_file(witness.witness.path, ORIGIN)
    for old, new in ((0, 3), (3, 9)):
        witness.answer(HONEST.request(old, new), lambda: 10)
    kept = {size: (witness.witness.path / "seen" / engine.ident(ORIGIN) / f"{size}.note").read_bytes() for size in (3, 9)}
    if damage is None:
        path.unlink()
    else:
        path.write_bytes(damage)
    again = _again(witness)
    for request in (OTHER.request(0, 12), HONEST.request(9, 12)):
        with pytest.raises(Damaged, match=r"witness\.state"):
            again.answer(request, lambda: 20)
    with pytest.raises(Refused, match=r"witness\.recall_older"):
        again.recall(kept[3])
    assert again.recall(kept[9]).size == 9
    assert again.answer(OTHER.request(9, 12), lambda: 20).judged.status == 422 and again.answer(HONEST.request(9, 12), lambda: 20).lines


def test_a_changed_state_signs_nothing(witness: OpenWitness) -> None:
    witness.answer(HONEST.request(0, 9), lambda: 1)
    path = engine.state_file(witness.witness.path, ORIGIN)
    whole = path.read_bytes()
    for changed in (whole.replace(b"time 1", b"time 2"), whole[:-2], b"", whole.replace(b"\n9\n", b"\n8\n"), b"x" * 100):
        path.write_bytes(changed)
        with pytest.raises(Damaged):
            witness.answer(HONEST.request(9, 12), lambda: 2)
    path.write_bytes(whole)
    known = witness.stored(ORIGIN)
    assert (known.size, known.root, known.time) == (9, merkle.root_of(HONEST.leaves[:9]), 1)


def test_a_full_disk_costs_the_answer_and_nothing_that_was_promised(witness: OpenWitness, monkeypatch: pytest.MonkeyPatch) -> None:
    witness.answer(HONEST.request(0, 3), lambda: 1)

    def full(path: Path, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(engine, "write_private", full)
    for request in (HONEST.request(3, 9), OTHER.request(3, 3)):
        with pytest.raises(Busy, match=r"disk\.full"):
            witness.answer(request, lambda: 2)
    monkeypatch.undo()
    assert witness.stored(ORIGIN).size == 3 and witness.answer(HONEST.request(3, 9), lambda: 2).lines


def test_a_log_that_asks_without_end_does_not_fill_the_disk(witness: OpenWitness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_MOST_SEEN", 2)
    assert all(witness.answer(HONEST.request(size, size + 1), lambda: 2).lines for size in range(5))
    assert len(list((witness.witness.path / "seen" / engine.ident(ORIGIN)).iterdir())) == 2 and witness.stored(ORIGIN).size == 5


def test_lines_of_strangers_are_not_kept(witness: OpenWitness) -> None:
    note = HONEST.note(9)
    stranger = signature_line(VerifierKey("stranger", KeyKind.ED25519, b"k" * 32), 0, b"s" * 64)
    asked = Request(0, (), note + stranger, parse_request(HONEST.request(0, 9)).head)
    assert witness.answer(format_request(asked.old, asked.proof, asked.note), lambda: 1).judged.status == 200
    assert witness.stored(ORIGIN).note == note


# ---- another passphrase ----------------------------------------------------------------------------------------------

NEW = "six other words for this witness"
THIRD = "a third one that is long enough"


def opens(path: Path, phrase: str) -> bool:
    try:
        Witness.load(path).unlock(phrase, explain)
    except Locked:
        return False
    return True


def test_another_passphrase_opens_the_same_witness_and_the_old_one_nothing(witness: OpenWitness) -> None:
    path, request = witness.witness.path, HONEST.request(0, 3)
    witness.answer(request, lambda: 2000)
    witness.witness.change_passphrase(PASSPHRASE, NEW)
    assert opens(path, NEW) and not opens(path, PASSPHRASE)
    again = Witness.load(path).unlock(NEW, explain)
    assert again.witness == witness.witness and again.stored(ORIGIN) == witness.stored(ORIGIN)
    # Whoever serves with the keys open goes on, and so does whoever opens it anew.
    assert witness.answer(HONEST.request(3, 5), lambda: 2001).lines and again.answer(HONEST.request(5, 9), lambda: 2002).lines
    again.witness.change_passphrase(NEW, PASSPHRASE)
    assert opens(path, PASSPHRASE) and not opens(path, NEW)


@pytest.mark.parametrize(
    "code, old, new",
    [
        ("passphrase_short", PASSPHRASE, "elevenchars"),
        ("passphrase_same", PASSPHRASE, PASSPHRASE.upper().replace(" ", "-")),
        ("passphrase", NEW, NEW),
    ],
)
def test_what_is_no_new_passphrase_changes_nothing(witness: OpenWitness, code: str, old: str, new: str) -> None:
    sealed = witness.witness.path / "seed.sealed"
    before = sealed.read_bytes()
    with pytest.raises(LetapisError) as caught:
        witness.witness.change_passphrase(old, new)
    assert caught.value.code == f"keys.{code}" and sealed.read_bytes() == before


def test_a_changed_seed_file_opens_with_nothing(witness: OpenWitness) -> None:
    witness.witness.change_passphrase(PASSPHRASE, NEW)
    sealed = witness.witness.path / "seed.sealed"
    good = sealed.read_bytes()
    for at in range(len(good)):
        sealed.write_bytes(good[:at] + bytes((good[at] ^ 1,)) + good[at + 1 :])
        for phrase in (NEW, PASSPHRASE) if at < 6 else (NEW,):
            with pytest.raises((Locked, Damaged)):
                Witness.load(witness.witness.path).unlock(phrase, explain)
    for short in (b"", good[:5], good[:20], good[:21], good[:-1], good + b"\x00"):
        sealed.write_bytes(short)
        with pytest.raises((Locked, Damaged)):
            Witness.load(witness.witness.path).unlock(NEW, explain)


def test_killed_at_any_step_of_a_change_exactly_one_of_the_two_opens_and_nothing_lies_open(tmp_path: Path) -> None:
    opened, step = [], 0
    while True:
        path = tmp_path / str(step)
        made, _ = create_witness(path, "witness.vydumka.example", PASSPHRASE, CHEAP)
        seed, _ = made._seed(PASSPHRASE)
        killed = killed_at(step, partial(made.change_passphrase, PASSPHRASE, NEW))
        lies = b"\x00".join(file.read_bytes() for file in path.rglob("*") if file.is_file())
        assert not any(open_ in lies for open_ in (seed, seed.hex().encode(), PASSPHRASE.encode(), NEW.encode())), step
        opened.append(opens(path, NEW))
        assert opened[-1] is not opens(path, PASSPHRASE), step
        assert not list(path.glob("*.new")), "what was left of the change that was killed is gone when somebody opens the folder"
        made.change_passphrase(NEW if opened[-1] else PASSPHRASE, THIRD)
        assert opens(path, THIRD) and not opens(path, NEW)
        if not killed:
            break
        step += 1
    assert step > 4 and opened == sorted(opened) and opened[0] is False and opened[-1] is True


def as_of_an_older_version(made: Witness) -> Path:
    """The folder as it lay there before: the salt in the settings, the sealed seed alone in its file."""
    sealed, settings = made.path / "seed.sealed", made.path / engine.SETTINGS
    data = sealed.read_bytes()
    assert data.startswith(b"LTWS\x02") and "salt" not in settings.read_text()
    settings.write_text(settings.read_text() + f'salt = "{data[5:21].hex()}"\n')
    sealed.write_bytes(b"LTWS\x01" + data[21:])
    return made.path


def has_one_salt(path: Path) -> bool:
    return (path / "seed.sealed").read_bytes().startswith(b"LTWS\x02") and "salt" not in (path / engine.SETTINGS).read_text()


def test_a_folder_of_an_older_version_gets_one_place_for_its_salt_when_it_is_unlocked(witness: OpenWitness) -> None:
    witness.answer(HONEST.request(0, 3), lambda: 2000)
    path = as_of_an_older_version(witness.witness)
    with pytest.raises(Locked):
        Witness.load(path).unlock(NEW, explain)
    assert not has_one_salt(path), "whoever does not know the passphrase changes nothing"
    assert witness.answer(HONEST.request(3, 5), lambda: 2001).lines, "who serves with the keys open goes on"
    again = Witness.load(path).unlock(PASSPHRASE, explain)
    assert again.stored(ORIGIN).size == 5 and has_one_salt(path)
    assert Witness.load(path) == witness.witness and opens(path, PASSPHRASE)
    # One whose passphrase was changed by an older version has both; what the settings hold opens nothing any more.
    settings = path / engine.SETTINGS
    settings.write_text(settings.read_text() + f'salt = "{"00" * 16}"\n')
    assert opens(path, PASSPHRASE) and has_one_salt(path)


def test_an_older_folder_that_cannot_be_written_opens_as_it_is(witness: OpenWitness, monkeypatch: pytest.MonkeyPatch) -> None:
    path = as_of_an_older_version(witness.witness)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr("letapis.engines.witness_seed.write_private", full)
        assert opens(path, PASSPHRASE) and not has_one_salt(path)
    Witness.load(path).change_passphrase(PASSPHRASE, NEW)
    assert opens(path, NEW) and has_one_salt(path) and not opens(path, PASSPHRASE)


def test_an_older_folder_without_its_salt_is_said_to_be_damaged(witness: OpenWitness) -> None:
    path = as_of_an_older_version(witness.witness)
    settings = path / engine.SETTINGS
    settings.write_text("".join(line for line in settings.read_text().splitlines(keepends=True) if not line.startswith("salt")))
    with pytest.raises(Damaged, match=r"witness\.settings"):
        Witness.load(path).unlock(PASSPHRASE, explain)


def test_killed_at_any_step_of_moving_the_salt_the_folder_opens_as_before(tmp_path: Path) -> None:
    moved, step = [], 0
    while True:
        made, _ = create_witness(tmp_path / str(step), "witness.vydumka.example", PASSPHRASE, CHEAP)
        path = as_of_an_older_version(made)
        killed = killed_at(step, lambda path=path: opens(path, PASSPHRASE))  # type: ignore[misc]
        moved.append(has_one_salt(path))
        assert opens(path, PASSPHRASE) and not opens(path, NEW) and has_one_salt(path), step
        if not killed:
            break
        step += 1
    assert step > 8 and moved == sorted(moved) and moved[0] is False and moved[-1] is True


def test_of_two_who_change_it_at_once_one_is_told_that_it_is_another_now(witness: OpenWitness) -> None:
    path, children = witness.witness.path, []
    for phrase in (NEW, THIRD):
        child = os.fork()
        if child == 0:
            try:
                Witness.load(path).change_passphrase(PASSPHRASE, phrase)
            except Locked:
                os._exit(4)
            os._exit(0)
        children.append(child)
    told = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert sorted(told) == [0, 4]
    assert [opens(path, phrase) for phrase in (NEW, THIRD, PASSPHRASE)] == [told[0] == 0, told[1] == 0, False]
