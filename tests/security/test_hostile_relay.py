"""A relay that drops, repeats, cuts, swaps, invents and shows different things to different people.

Each behaviour is named by a code or does no harm; nothing stops the exchange of the rest; and once the honest files are back, all
desks hold the same records.
"""

import os
import random
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from letapis.core.errors import LetapisError
from letapis.desk import dossiers, evidence, keyring, log_words, logs, members, publishing, reading, relaying, sync
from letapis.desk.opening import Desk, open_desk
from letapis.desk.relay_names import Exchange
from letapis.engines import seal
from letapis.engines.relay import RelayStore
from tests.damage import flip
from tests.team import Team, endorse_all

MakeTeam = Callable[..., Team]
Trick = Callable[[Path, list[str]], None]


def files(team: Team, kind: str = "") -> list[str]:
    return list(RelayStore(team.relay).list(kind))


def people_at(desk: Desk) -> set[str]:
    return {str(row[0]) for row in desk.store.rows("SELECT label FROM db_entity")}


def records_at(desk: Desk) -> set[bytes]:
    """References of the records that a desk holds and others may hold."""
    private = "SELECT compartment FROM db_compartment WHERE klass = 'PRIVATE'"
    return {bytes(row[0]) for row in desk.store.rows(f"SELECT ref FROM db_record WHERE state = 0 AND compartment NOT IN ({private})")}


def told(team: Team, number: int = 0) -> bytes:
    """A dossier of the first desk that everybody holds, settled."""
    desk = team.desks[number]
    dossier = dossiers.new_dossier(desk, "P-1", "Pryklad", "person", "Vydumka 0")
    dossiers.admit_to_dossier(desk, desk.reader("work"), dossier, [d.me for d in team.desks if d is not desk])
    team.settle()
    return dossier


def say(team: Team, dossier: bytes, label: str, number: int = 0) -> list[str]:
    """Record something at a desk and leave it on the relay; the names that are new there."""
    before = set(files(team))
    dossiers.add_entity(team.desks[number], team.reader(number), dossier, "person", label)
    team.sync(number)
    return [name for name in files(team) if name not in before]


# ---- one trick at a time on what the first desk just left ------------------------------------------------------------


def drop(relay: Path, names: list[str]) -> None:
    for name in names:
        (relay / name).unlink()


def truncate(relay: Path, names: list[str]) -> None:
    for name in names:
        os.truncate(relay / name, (relay / name).stat().st_size // 2)


def empty(relay: Path, names: list[str]) -> None:
    for name in names:
        os.truncate(relay / name, 0)


def lengthen(relay: Path, names: list[str]) -> None:
    for name in names:
        (relay / name).write_bytes((relay / name).read_bytes() + b"\x00")


def garble(relay: Path, names: list[str]) -> None:
    for name in names:
        (relay / name).write_bytes(random.Random(7).randbytes((relay / name).stat().st_size))


def flip_early(relay: Path, names: list[str]) -> None:
    for name in names:
        flip(relay / name, 60)


def flip_late(relay: Path, names: list[str]) -> None:
    for name in names:
        flip(relay / name, -20)


def rotate(relay: Path, names: list[str]) -> None:
    """Each file gets the content of the next."""
    contents = [(relay / name).read_bytes() for name in names]
    for name, content in zip(names, contents[1:] + contents[:1], strict=True):
        (relay / name).write_bytes(content)


def link(relay: Path, names: list[str]) -> None:
    for name in names:
        kept = (relay / name).with_suffix(".kept")
        (relay / name).rename(kept)
        (relay / name).symlink_to(kept)


def swell(relay: Path, names: list[str]) -> None:
    """A file so large that reading it whole would be a mistake (sparse, so the test is quick)."""
    for name in names:
        os.truncate(relay / name, 70 << 20)


def nest(relay: Path, names: list[str]) -> None:
    for name in names:
        (relay / name).unlink()
        (relay / name / "a" / "b").mkdir(parents=True)
        (relay / name / "a" / "b" / "c").write_bytes(b"deep")


def pipe(relay: Path, names: list[str]) -> None:
    for name in names:
        (relay / name).unlink()
        os.mkfifo(relay / name)


TRICKS: list[Trick] = [drop, truncate, empty, lengthen, garble, flip_early, flip_late, rotate, link, swell, nest, pipe]


def test_every_trick_is_named_or_harmless_and_the_union_is_reached_afterwards(make_team: MakeTeam, tmp_path: Path) -> None:
    team = make_team(2)
    dossier = told(team)
    for number, trick in enumerate(TRICKS, start=1):
        fresh = say(team, dossier, f"Vydumka {number}")
        assert len(fresh) >= 3  # batch, keys, word
        honest = tmp_path / f"honest-{number}"
        shutil.copytree(team.relay, honest)
        trick(team.relay, fresh)
        (report,) = team.sync(1)
        if trick is not drop:
            assert report.faults, trick.__name__
        assert f"Vydumka {number}" not in people_at(team.desks[1]), trick.__name__
        assert f"Vydumka {number - 1}" in people_at(team.desks[1])
        shutil.rmtree(team.relay)
        shutil.copytree(honest, team.relay)
        (report,) = team.sync(1)
        assert report.faults == (), trick.__name__
        assert f"Vydumka {number}" in people_at(team.desks[1]), trick.__name__
    team.settle()
    assert records_at(team.desks[0]) == records_at(team.desks[1])


def test_own_files_that_vanish_are_missed_and_left_anew(make_team: MakeTeam) -> None:
    team = make_team(2)
    dossier = told(team)
    fresh = say(team, dossier, "Vydumka 1")
    drop(team.relay, fresh)
    (report,) = team.sync(0)
    assert report.faults.count("sync.dropped") == len(fresh) and report.sent >= 1
    (report,) = team.sync(1)
    assert "Vydumka 1" in people_at(team.desks[1]) and report.faults == ()
    assert team.sync(0)[0].faults == ()


def test_one_bad_file_stops_no_other(make_team: MakeTeam) -> None:
    team = make_team(2)
    dossier = told(team)
    first = say(team, dossier, "Vydumka 1")
    say(team, dossier, "Vydumka 2")
    garble(team.relay, [name for name in first if name.startswith("records/")])
    team.sync(1)
    assert "Vydumka 2" in people_at(team.desks[1]) and "Vydumka 1" not in people_at(team.desks[1])


def test_repetition_under_other_names_is_found_and_harmless(make_team: MakeTeam) -> None:
    """Replay: the same bytes once more, under a new name, in another compartment, in another epoch."""
    team = make_team(2)
    dossier = told(team)
    home = reading.dossier(team.desks[0], team.reader(), dossier)
    fresh = say(team, dossier, "Vydumka 1")
    (batch,) = (name for name in fresh if name.startswith("records/"))
    data = (team.relay / batch).read_bytes()
    for place in (
        relaying.Place(home.work, 1, os.urandom(16)),
        relaying.Place(home.pub, 1, relaying.place_of(batch).ident),  # type: ignore[union-attr]
        relaying.Place(home.work, 9, relaying.place_of(batch).ident),  # type: ignore[union-attr]
    ):
        RelayStore(team.relay).put_new(place.name("records"), data)
    for name in (name for name in fresh if name.startswith(("keys/", "notes/"))):
        put = f"{name.rpartition('/')[0]}/{os.urandom(16).hex()}"
        RelayStore(team.relay).put_new(put, (team.relay / name).read_bytes())
    before = len(records_at(team.desks[0]))
    (report,) = team.sync(1)
    assert set(report.faults) <= {"sync.swapped", "sync.keys_missing"} and report.faults.count("sync.swapped") == 2
    assert len(records_at(team.desks[1])) == before


def test_200_hostile_names_are_counted_and_never_opened(make_team: MakeTeam) -> None:
    team = make_team(2)
    dossier = told(team)
    say(team, dossier, "Vydumka 1")
    randomness = random.Random(11)
    letters = ["..", "%2e%2e", "CON", "a" * 200, "\u202egnp", "records", "с" * 32, "A" * 32, "z" * 31, "-rf", "$(id)", "'; --", "\n", " ", "x.new"]
    for number in range(200):
        kind = randomness.choice(["records", "keys", "notes", "objects", "other", ""])
        parts = [randomness.choice(letters) for _ in range(randomness.randint(0, 2))]
        folder = team.relay.joinpath(*(part for part in (kind, *parts) if part not in ("..", "")))
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{randomness.choice(letters[2:])}{number}").write_bytes(b"hostile")
        except OSError:
            (team.relay / f"odd-{number}").write_bytes(b"hostile")
    (report,) = team.sync(1)
    assert report.faults.count("relay.name") == 200
    assert "Vydumka 1" in people_at(team.desks[1])


def test_hexadecimal_names_that_say_nonsense_are_passed_over(make_team: MakeTeam) -> None:
    team = make_team(2)
    dossier = told(team)
    relay = RelayStore(team.relay)
    last = "0" * 32
    for folder in ("keys/ab", "keys/ab/cd/ef", f"keys/{'a' * 32}/{'f' * 20}", f"keys/{'1' * 32}", "keys"):
        relay.put_new(f"{folder}/{last}", b"nonsense")
    org = members.common_compartment(team.desks[0], "ORG").hex()
    relay.put_new(f"records/{org}/9999999999/{'0' * 32}", b"nonsense")
    relay.put_new(f"keys/{org}/1/{'0' * 32}", b"nonsense")
    relay.put_new(f"notes/{'0' * 32}", b"")
    say(team, dossier, "Vydumka 1")
    (report,) = team.sync(1)
    assert "Vydumka 1" in people_at(team.desks[1])
    assert set(report.faults) <= {"sync.changed", "seal.magic", "sync.keys_missing", "seal.header"}


# ---- people who are not who they say ---------------------------------------------------------------------------------


def test_keys_from_an_outsider_are_not_taken(make_team: MakeTeam, make_desk: Callable[..., Desk]) -> None:
    """Somebody with the public keys of a member's device, but no place in the directory, offers a compartment."""
    team = make_team(2)
    told(team)
    stranger = make_desk(66)
    members.found_organisation(stranger, "Pryklad again", "Vydumka 66")
    victim = team.desks[1].agent.me().public
    bundle = keyring.make_bundle(stranger, victim, sorted(stranger.epochs().items()))
    RelayStore(team.relay).put_new(relaying.bundle_name(bundle), bundle)
    before = team.desks[1].epochs()
    team.sync(1)
    assert team.desks[1].epochs() == before


def test_keys_in_another_device_s_name_are_not_taken(make_team: MakeTeam, make_desk: Callable[..., Desk]) -> None:
    team = make_team(2)
    told(team)
    stranger = make_desk(66)
    members.found_organisation(stranger, "Pryklad again", "Vydumka 66")
    posing = Desk(**{**{name: getattr(stranger, name) for name in stranger.__dataclass_fields__}, "device": team.desks[0].device})
    bundle = keyring.make_bundle(posing, team.desks[1].agent.me().public, sorted(stranger.epochs().items()))
    RelayStore(team.relay).put_new(relaying.bundle_name(bundle), bundle)
    before = team.desks[1].epochs()
    (report,) = team.sync(1)
    assert team.desks[1].epochs() == before and report.faults == ("sync.bundle_signature",)


def test_a_colleague_cannot_put_another_compartment_in_the_place_of_the_organisation(make_team: MakeTeam) -> None:
    team = make_team(2)
    first, second = team.desks
    org = members.common_compartment(second, "ORG")
    false = bytes(16)  # sorts before every other
    first.agent.new_compartment(false, 1)
    first.store.run("INSERT INTO db_compartment (compartment, klass, dossier, epoch) VALUES (%s, 'ORG', %s, 1)", (false, b""))
    bundle = keyring.make_bundle(first, second.agent.me().public, [(false, 1)])
    RelayStore(team.relay).put_new(relaying.bundle_name(bundle), bundle)
    team.sync(1)
    assert members.common_compartment(second, "ORG") == org


def test_a_word_in_another_device_s_name_is_not_believed(make_team: MakeTeam) -> None:
    """One who holds the ORG key says that a colleague's log has other leaves: no false evidence arises."""
    team = make_team(3)
    told(team)
    liar, victim, reader = team.desks
    org = members.common_compartment(liar, "ORG")
    word = relaying.Word(victim.device, "2026-11-25T12:30:00Z", b"", 0, (b"x" * 32,))
    place = relaying.Place(org, liar.epochs()[org], os.urandom(16))
    RelayStore(team.relay).put_new(f"notes/{place.ident.hex()}", relaying.seal_word(liar, place, word))
    (report,) = team.sync(2)
    assert report.faults == ("sync.word_signature",)
    assert sync.relay_faults(reader, team.reader(2))[0].device == ""


# ---- logs ------------------------------------------------------------------------------------------------------------


def test_a_device_that_shows_two_logs_is_found_out(make_team: MakeTeam, make_desk: Callable[..., Desk], tmp_path: Path) -> None:
    """Split view: the same keys sign two histories, each shown to one colleague; when both meet, the fork is evidence."""
    team = make_team(3)
    dossier = told(team)
    twin = tmp_path / "twin"
    shutil.copytree(team.relay, twin)
    shutil.copytree(team.desks[2].workspace, tmp_path / "twin-desk")
    double = copied(team.desks[2], tmp_path / "twin-desk")
    say(team, dossier, "Vydumka shown here", 2)
    team.sync(0)
    sync.set_relay(double, str(twin))
    dossiers.add_entity(double, double.reader("work"), dossier, "person", "Vydumka shown there")
    sync.sync(double, double.reader("work"))
    for name in RelayStore(twin).list():
        if not (team.relay / name).exists():
            (team.relay / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(twin / name, team.relay / name)
    (report,) = team.sync(0)
    assert "ledger.fork" in report.faults
    assert team.desks[2].device in {fault.device for fault in sync.relay_faults(team.desks[0], team.reader(0)) if fault.code == "ledger.fork"}
    assert {"Vydumka shown here", "Vydumka shown there"} <= people_at(team.desks[0]), "both are shown, as the evidence they are"
    (own,) = team.sync(2)
    assert "ledger.fork" in own.faults, "the device itself learns that somebody signs with its keys"


def copied(desk: Desk, folder: Path) -> Desk:
    """A desk over a copy of a workspace, with the same keys."""
    return open_desk(folder, desk.agent, desk.clock, alias=f"twin-{os.urandom(4).hex()}")


def test_a_checkpoint_without_its_leaves_is_a_gap(make_team: MakeTeam) -> None:
    team = make_team(2)
    first = team.desks[0]
    dossiers.new_dossier(first, "P-9", "Pryklad", "person", "Vydumka elsewhere")  # a dossier that the second does not hold
    org = members.common_compartment(first, "ORG")
    note = logs.sign_checkpoint(first)
    size = logs.log_of(first.store, first.device, first.origin).frontier.size
    word = relaying.Word(first.device, "2026-11-25T12:30:00Z", note, size, ())
    place = relaying.Place(org, first.epochs()[org], os.urandom(16))
    RelayStore(team.relay).put_new(f"notes/{place.ident.hex()}", relaying.seal_word(first, place, word))
    (report,) = team.sync(1)
    assert "sync.gap" in report.faults
    team.sync(0, 1)
    assert log_words.gaps(team.desks[1]) == []


def test_records_held_back_in_the_middle_are_missed(make_team: MakeTeam) -> None:
    team = make_team(2)
    dossier = told(team)
    held_back = [name for name in say(team, dossier, "Vydumka 1") if not name.startswith("notes/")]
    kept = {name: (team.relay / name).read_bytes() for name in held_back}
    drop(team.relay, held_back)
    before = set(files(team))
    dossiers.add_entity(team.desks[0], team.reader(), dossier, "person", "Vydumka 2")
    exchange = Exchange(team.desks[0], RelayStore(team.relay), {}, set())
    publishing.publish_records(exchange)  # without looking whether the relay kept what it was given
    assert set(files(team)) - before
    (report,) = team.sync(1)
    assert "sync.records_missing" in report.faults
    for name, data in kept.items():
        RelayStore(team.relay).put_new(name, data)
    (report,) = team.sync(1)
    assert report.faults == () and {"Vydumka 1", "Vydumka 2"} <= people_at(team.desks[1])


def test_rollback_of_the_whole_folder_is_seen_and_mended(make_team: MakeTeam, tmp_path: Path) -> None:
    team = make_team(2)
    dossier = told(team)
    old = tmp_path / "old"
    shutil.copytree(team.relay, old)
    say(team, dossier, "Vydumka 1")
    team.sync(1)
    shutil.rmtree(team.relay)
    shutil.copytree(old, team.relay)
    (second,) = team.sync(1)
    (first,) = team.sync(0)
    assert "sync.dropped" in first.faults and "sync.dropped" in second.faults
    team.settle()
    assert [report.faults for report in team.sync()] == [(), ()]
    assert "Vydumka 1" in people_at(team.desks[1])


def test_an_empty_relay_costs_nothing(make_team: MakeTeam, make_desk: Callable[..., Desk]) -> None:
    """Everything is dropped; a newcomer still gets all of it once the others have synced."""
    team = make_team(2)
    dossier = told(team)
    shutil.rmtree(team.relay)
    team.settle()
    newcomer = make_desk(3)
    team.admit(newcomer, keeper=False)
    team.settle()
    endorse_all(team)
    team.settle(1)
    dossiers.admit_to_dossier(team.desks[0], team.reader(), dossier, [newcomer.me])
    team.settle()
    assert "Vydumka 0" in people_at(newcomer)


# ---- interruptions, objects, canaries --------------------------------------------------------------------------------


class Killed(Exception):
    pass


def test_killed_between_any_two_writes_the_next_sync_goes_on(make_team: MakeTeam, monkeypatch: pytest.MonkeyPatch) -> None:
    team = make_team(2)
    dossier = told(team)
    real = RelayStore.put_new
    for stop in range(5):
        dossiers.add_entity(team.desks[0], team.reader(), dossier, "person", f"Vydumka {stop}-killed")
        left = [stop]

        def put(self: RelayStore, name: str, data: bytes, left: list[int] = left) -> None:
            if left[0] == 0:
                raise Killed
            left[0] -= 1
            real(self, name, data)

        monkeypatch.setattr(RelayStore, "put_new", put)
        with suppress(Killed):
            team.sync(0)
        monkeypatch.setattr(RelayStore, "put_new", real)
        team.sync(0, 1)
        assert f"Vydumka {stop}-killed" in people_at(team.desks[1])
    assert records_at(team.desks[0]) == records_at(team.desks[1])


def test_objects_travel_sealed_and_only_as_their_record_says(make_team: MakeTeam) -> None:
    team = make_team(2)
    dossier = told(team)
    form = evidence.EvidenceForm("A scan", "document", media_type="text/plain")
    item = evidence.add_evidence(team.desks[0], team.reader(), dossier, form, [b"CANARY-original" * 10])
    (sent,) = team.sync(0)
    assert sent.objects_sent == 1
    (name,) = files(team, "objects")
    honest = (team.relay / name).read_bytes()
    flip(team.relay / name, 1000)
    team.sync(1)
    (report,) = team.sync(1)
    assert report.objects_received == 0 and "objects.blob_hash" in report.faults
    (team.relay / name).write_bytes(honest)
    (report,) = team.sync(1)
    assert report.objects_received == 1 and report.faults == ()
    assert b"".join(evidence.read_object(team.desks[1], team.reader(1), item)) == b"CANARY-original" * 10


def test_nothing_readable_lies_on_the_relay(make_team: MakeTeam) -> None:
    team = make_team(2)
    desk = team.desks[0]
    dossier = dossiers.new_dossier(desk, "CANARYCODE", "CANARYTITLE", "person", "CANARYPERSON")
    dossiers.admit_to_dossier(desk, team.reader(), dossier, [team.desks[1].me])
    team.settle()
    assert "CANARYPERSON" in people_at(team.desks[1])
    plain = [b"CANARY", b"Vydumka", b"Pryklad", b"laptop", b"device.invalid", b"log.invalid", b"entity", b"b.title", desk.me, dossier]
    for path in team.relay.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        assert not [word for word in plain if word in data or word in os.fsencode(path.name)], path.name


def test_sizes_on_the_relay_are_padded(make_team: MakeTeam) -> None:
    team = make_team(2)
    dossier = told(team)
    sizes = set()
    for number in range(3):
        (batch,) = (name for name in say(team, dossier, "V" * (1 + 40 * number)) if name.startswith("records/"))
        sizes.add((team.relay / batch).stat().st_size)
    assert len(sizes) == 1


def test_a_bundle_is_cut_anywhere(make_team: MakeTeam) -> None:
    """Every cut and every changed byte of a bundle is an error with a code, never a crash."""
    team = make_team(2)
    first, second = team.desks
    bundle = keyring.make_bundle(first, second.agent.me().public, sorted(first.epochs().items())[:1])
    for cut in range(0, len(bundle), 97):
        with pytest.raises(LetapisError):
            keyring.open_bundle(second, bundle[:cut])
    opened = second.agent.open_share(bundle, seal.context("letapis bundle"))
    for cut in range(0, len(opened) - 1, 41):
        inner = seal.wrap_to(second.agent.me().public.kem, seal.context("letapis bundle"), opened[:cut])
        with pytest.raises(LetapisError):
            keyring.open_bundle(second, inner)
