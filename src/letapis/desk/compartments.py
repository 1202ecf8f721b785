"""Make a need-to-know set: a new key inside the agent, sealed to this device so that it is there after the next unlock."""

from letapis.desk.opening import Desk


def new_compartment(desk: Desk, klass: str, dossier: bytes = b"") -> bytes:
    """A new compartment of a class (WORK, RAW, PUB, ORG, IDENT …) at epoch 1. Returns its id; who else may hold it is said by grants."""
    compartment = desk.randomness(16)
    desk.agent.new_compartment(compartment, 1)
    keep_key(desk, compartment, 1)
    columns = "compartment, klass, dossier, epoch"
    desk.store.run(f"INSERT INTO db_compartment ({columns}) VALUES (%s, %s, %s, 1)", (compartment, klass, dossier))
    return compartment


def keep_key(desk: Desk, compartment: bytes, epoch: int) -> None:
    """Keep a key that the agent holds, sealed to this device."""
    (wrap,) = desk.agent.export_compartment(compartment, epoch, [desk.agent.me().public])
    statement = "INSERT INTO db_compartmentkey (compartment, epoch, wrap) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
    desk.store.run(statement, (compartment, epoch, wrap))
