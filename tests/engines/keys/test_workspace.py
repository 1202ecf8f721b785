"""A workspace folder: private, sealed, forgiving to fingers and to nothing else."""

import os
import stat
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.killing import killed_at

from letapis.core.errors import Busy, Damaged, LetapisError, Locked, NotFound, Refused, UsageError
from letapis.engines.keys import words, workspace
from letapis.engines.keys.words import new_passphrase, plain_passphrase, word_list
from letapis.engines.keys.workspace import Workspace, create_workspace
from letapis.engines.seal import PassphraseCost

CHEAP = PassphraseCost(memory_kib=64, passes=1, lanes=1)
MEMBER = b"\x4d" * 16
PHRASE = "abacus zoom cactus felt-tip unit plow"


@pytest.fixture
def made(tmp_path: Path) -> Workspace:
    return create_workspace(tmp_path / "w", MEMBER, PHRASE, cost=CHEAP)[0]


def test_a_new_workspace_is_private_and_unlocks_with_its_generated_passphrase(tmp_path: Path) -> None:
    made, phrase = create_workspace(tmp_path / "w", MEMBER, cost=CHEAP)
    assert len(phrase.split()) == 6 and set(phrase.split()) <= set(word_list())
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o700
    assert {stat.S_IMODE(f.stat().st_mode) for f in made.path.iterdir() if f.is_file()} == {0o600}
    agent = Workspace.load(made.path).unlock(phrase)
    assert agent.me().member == MEMBER and agent.me().origin == made.origin and agent.me().device == made.device
    assert agent.confirm(phrase) and not agent.confirm(phrase + " x")


def test_unlocking_twice_gives_the_same_keys_and_two_workspaces_differ(tmp_path: Path, made: Workspace) -> None:
    one, two = made.unlock(PHRASE), Workspace.load(made.path).unlock(PHRASE)
    assert one.me() == two.me() and one.database_key() == two.database_key()
    other = create_workspace(tmp_path / "v", MEMBER, PHRASE, cost=CHEAP)[0]
    assert other.unlock(PHRASE).database_key() != one.database_key() and other.origin != made.origin


@pytest.mark.parametrize(
    "typed", [PHRASE.upper(), f"  {PHRASE} ", PHRASE.replace(" ", "\n\t"), PHRASE.replace("felt-tip", "felt tip"), "ＡBACUS" + PHRASE[6:]]
)
def test_case_spaces_hyphens_and_wide_letters_are_forgiven(made: Workspace, typed: str) -> None:
    assert made.unlock(typed).me().member == MEMBER


@pytest.mark.parametrize("typed", ["", "abacus", PHRASE[:-1], PHRASE + "s", PHRASE.replace(" ", "")])
def test_a_wrong_passphrase_is_locked_and_not_damage(made: Workspace, typed: str) -> None:
    with pytest.raises(Locked) as caught:
        made.unlock(typed)
    assert caught.value.code == "keys.passphrase"
    assert not made.is_passphrase(typed)


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o770, 0o777, 0o701])
def test_a_folder_that_others_can_enter_is_refused(made: Workspace, mode: int) -> None:
    made.path.chmod(mode)
    with pytest.raises(Refused) as caught:
        Workspace.load(made.path)
    assert caught.value.code == "workspace.permissions"


def test_a_folder_behind_a_link_is_refused(tmp_path: Path, made: Workspace) -> None:
    (tmp_path / "link").symlink_to(made.path)
    with pytest.raises(Refused):
        Workspace.load(tmp_path / "link")


def test_a_missing_workspace_is_not_found(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir(mode=0o700)
    for path in (tmp_path / "none", tmp_path / "empty"):
        with pytest.raises(NotFound) as caught:
            Workspace.load(path)
        assert caught.value.code == "workspace.missing"


def test_a_folder_with_something_in_it_is_not_taken_over(tmp_path: Path, made: Workspace) -> None:
    (tmp_path / "file").write_bytes(b"")
    for path in (made.path, tmp_path / "file"):
        with pytest.raises(Refused):
            create_workspace(path, MEMBER, PHRASE, cost=CHEAP)
    assert made.unlock(PHRASE)


@pytest.mark.parametrize(
    ("member", "phrase", "domain"),
    [(b"m" * 15, PHRASE, "log.pryklad.example"), (MEMBER, "abacus zoom", "log.pryklad.example"), (MEMBER, PHRASE, 'q"')],
)
def test_a_bad_member_short_passphrase_or_domain_makes_no_workspace(tmp_path: Path, member: bytes, phrase: str, domain: str) -> None:
    with pytest.raises(UsageError):
        create_workspace(tmp_path / "w", member, phrase, domain=domain, cost=CHEAP)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_flipped_bit_in_seed_or_settings_is_damage(made: Workspace, data: st.DataObject) -> None:
    path = made.path / data.draw(st.sampled_from(["seed.sealed", "workspace.toml"]))
    sound = path.read_bytes()
    bit = data.draw(st.integers(0, len(sound) * 8 - 1))
    changed = bytearray(sound)
    changed[bit // 8] ^= 1 << bit % 8
    try:
        path.write_bytes(changed)
        with pytest.raises(LetapisError) as caught:
            Workspace.load(made.path).unlock(PHRASE)
        assert isinstance(caught.value, Damaged)
    finally:
        path.write_bytes(sound)


@pytest.mark.parametrize("name", ["seed.sealed", "workspace.toml"])
def test_a_file_cut_or_gone_is_named(made: Workspace, name: str) -> None:
    path = made.path / name
    sound = path.read_bytes()
    for end in range(0, len(sound) - 1, 7):
        path.write_bytes(sound[:end])
        with pytest.raises(Damaged):
            Workspace.load(made.path)
    path.unlink()
    with pytest.raises((Damaged, NotFound)):
        Workspace.load(made.path)


def test_seed_changed_after_loading_is_damage_at_unlock(made: Workspace) -> None:
    sealed = made.path / "seed.sealed"
    sound = sealed.read_bytes()
    sealed.write_bytes(sound[:-1] + bytes((sound[-1] ^ 1,)))
    with pytest.raises(Damaged) as caught:
        made.unlock(PHRASE)
    assert caught.value.code == "workspace.seed"


def test_a_new_version_is_refused(made: Workspace) -> None:
    file = made.path / "workspace.toml"
    file.write_text(file.read_text().replace("version = 1", "version = 2"))
    with pytest.raises(Damaged) as caught:
        Workspace.load(made.path)
    assert caught.value.code == "workspace.version"


NEW = "another passphrase altogether"


def test_a_changed_passphrase_opens_the_same_keys_and_the_old_one_nothing(made: Workspace) -> None:
    before = made.unlock(PHRASE)
    changed = made.change_passphrase(PHRASE, NEW)
    assert changed == Workspace.load(made.path) and changed.unlock(NEW).me() == before.me()
    with pytest.raises(Locked):
        Workspace.load(made.path).unlock(PHRASE)
    with pytest.raises(Locked):
        made.change_passphrase(PHRASE, NEW)


def test_keys_that_are_open_know_the_new_passphrase_and_change_it_themselves(made: Workspace) -> None:
    agent = made.unlock(PHRASE)
    agent.change_passphrase(PHRASE, NEW)
    assert agent.confirm(NEW) and not agent.confirm(PHRASE)
    with pytest.raises(Locked):
        agent.change_passphrase(PHRASE, "a third one that is long")
    agent.change_passphrase(NEW, PHRASE)
    assert Workspace.load(made.path).is_passphrase(PHRASE) and not Workspace.load(made.path).is_passphrase(NEW)


@pytest.mark.parametrize(
    "code, old, new", [("short", PHRASE, "elevenchars"), ("same", PHRASE, PHRASE.upper().replace(" ", "-")), ("short", NEW, "-")]
)
def test_what_is_no_new_passphrase_is_refused_and_nothing_changes(made: Workspace, code: str, old: str, new: str) -> None:
    before = {file.name: file.read_bytes() for file in made.path.iterdir() if file.is_file()}
    with pytest.raises(UsageError) as caught:
        made.change_passphrase(old, new)
    assert caught.value.code == f"keys.passphrase_{code}"
    assert {name: (made.path / name).read_bytes() for name in before} == before


def test_whoever_guesses_the_old_passphrase_hears_the_same_for_every_new_one(made: Workspace) -> None:
    for new in (NEW, PHRASE):
        with pytest.raises(Locked) as caught:
            made.change_passphrase(NEW, new)
        assert caught.value.code == "keys.passphrase"


def test_a_renewed_device_has_new_keys_log_and_name_and_the_old_database(made: Workspace) -> None:
    before = made.unlock(PHRASE)
    before.new_compartment(b"c" * 16, 0)
    (wrap,) = before.export_compartment(b"c" * 16, 0, [before.me().public])
    after = made.renew_device(PHRASE).unlock(PHRASE)
    assert after.database_key() == before.database_key() and after.me().member == MEMBER
    assert after.me().public != before.me().public and after.me().origin != before.me().origin and after.me().device != before.me().device
    after.load_compartments([(b"c" * 16, 0, wrap)])


def test_killed_at_any_step_of_a_change_exactly_one_of_the_two_opens(tmp_path: Path) -> None:
    opened, step = [], 0
    while True:
        made = create_workspace(tmp_path / str(step), MEMBER, PHRASE, cost=CHEAP)[0]
        killed = killed_at(step, partial(made.change_passphrase, PHRASE, NEW))
        found = Workspace.load(made.path)
        opened.append(found.is_passphrase(NEW))
        assert opened[-1] is not found.is_passphrase(PHRASE), step
        assert not (made.path / "seed.sealed.next").exists()
        mine = NEW if opened[-1] else PHRASE
        assert found.change_passphrase(mine, "a third one that is long").unlock("a third one that is long").me().member == MEMBER
        assert not list(made.path.glob("*.new")), "what was left of the change that was killed is gone with the next one"
        if not killed:
            break
        step += 1
    assert step > 12 and opened == sorted(opened) and opened[0] is False and opened[-1] is True


_LOOKER = """
import sys
from pathlib import Path
from letapis.engines.keys.workspace import Workspace
print("looking", flush=True)
count = 0
while not Path(sys.argv[2]).exists():
    Workspace.load(Path(sys.argv[1]))
    count += 1
assert count
"""


def test_whoever_looks_while_it_changes_sees_a_whole_workspace_and_breaks_nothing(made: Workspace, tmp_path: Path) -> None:
    source = Path(workspace.__file__).parents[3]
    command = [sys.executable, "-c", _LOOKER, str(made.path), str(tmp_path / "end")]
    lookers = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(source)}) for _ in range(2)
    ]
    for looker in lookers:
        assert looker.stdout is not None and looker.stdout.readline() == b"looking\n"
    found, phrases = made, (PHRASE, NEW)
    for turn in range(40):
        found = found.change_passphrase(phrases[turn % 2], phrases[1 - turn % 2])
    (tmp_path / "end").touch()
    for looker in lookers:
        assert looker.communicate(timeout=30)[1] == b"" and looker.returncode == 0
    assert Workspace.load(made.path).is_passphrase(PHRASE)


def test_secrets_stand_in_no_file(made: Workspace) -> None:
    held = made.secrets(PHRASE)
    content = b"".join(f.read_bytes() for f in made.path.rglob("*") if f.is_file())
    for canary in (held.seed, held.vault, held.member, PHRASE.encode(), b"cactus", made.unlock(PHRASE).database_key()):
        for form in (canary, canary.hex().encode()):
            assert form not in content


def test_one_purpose_one_holder_and_the_lock_ends_with_the_process(made: Workspace) -> None:
    program = (
        "import sys, time; from pathlib import Path; from letapis.engines.keys.workspace import Workspace\n"
        "with Workspace.load(Path(sys.argv[1])).locked('agent'):\n    print('held', flush=True); time.sleep(60)\n"
    )
    source = Path(workspace.__file__).parents[3]
    other = subprocess.Popen([sys.executable, "-c", program, str(made.path)], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(source)})
    assert other.stdout is not None and other.stdout.readline() == b"held\n"
    with pytest.raises(Busy) as caught, made.locked("agent"):
        pass
    assert caught.value.code == "workspace.in_use"
    with made.locked("supervisor"):
        pass
    other.kill()
    other.wait()
    other.stdout.close()
    with made.locked("agent"):
        pass


def test_the_word_list_has_7776_words_of_small_letters_and_passphrases_do_not_repeat() -> None:
    assert len(word_list()) == 7776 and all(w.replace("-", "").isalpha() and w.islower() for w in word_list())
    assert len({new_passphrase() for _ in range(50)}) == 50
    assert len({plain_passphrase(w) for w in word_list()}) == 7776


def test_a_damaged_word_list_gives_no_passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    word_list.cache_clear()
    monkeypatch.setattr(words, "LIST_SIZE", 7777)
    with pytest.raises(Damaged):
        new_passphrase()
    monkeypatch.undo()
    word_list.cache_clear()


@given(st.text(max_size=60))
def test_the_plain_form_is_stable(typed: str) -> None:
    assert plain_passphrase(plain_passphrase(typed)) == plain_passphrase(typed)
