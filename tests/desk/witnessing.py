"""Witness organisations for the tests of the desk: real folders, with a passphrase that costs little."""

from pathlib import Path

from letapis.core.witness_policy import GROUPS
from letapis.desk import people, witnesses
from letapis.desk.logs import verifier_keys
from letapis.desk.opening import Desk
from letapis.desk.witnesses import WitnessForm
from letapis.engines.seal import PassphraseCost
from letapis.engines.witness import OpenWitness, create_witness

PASSPHRASE = "six plainly invented words for tests"
CHEAP = PassphraseCost(memory_kib=8192, passes=1, lanes=1)


def opened(folder: Path, name: str) -> OpenWitness:
    """A witness that watches nothing yet."""
    made, _ = create_witness(folder / name, f"{name}.vydumka.example", PASSPHRASE, CHEAP)
    return made.unlock(PASSPHRASE, lambda shows: shows)


def watch(one: OpenWitness, desk: Desk) -> None:
    """Give it the keys of every log of the organisation."""
    for device in people.directory(desk).devices.values():
        one.witness.add_log(verifier_keys(device.log, device.log_ed25519, device.log_mldsa44))


def enter(desk: Desk, one: OpenWitness, group: str = "ngo", household: str = "", address: str = "") -> witnesses.Witness:
    """A keeper enters it."""
    assert group in GROUPS
    keys = tuple(key.text for key in one.witness.keys)
    reader = desk.reader("work")
    name = one.witness.path.name
    ident = witnesses.add_witness(desk, reader, WitnessForm(f"Vydumka {name}", keys, group, household, address))
    return witnesses.witness(desk, reader, ident)
