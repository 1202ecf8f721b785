"""``letapis witness compare`` and ``audit``: for whoever kept checkpoints of a log. They need no folder, no passphrase and no desk."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from letapis.core.errors import Refused
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs
from letapis.faces.cli.witness import log_keys, read_file

if TYPE_CHECKING:
    from letapis.core.notes import OpenedCheckpoint, VerifierKey


def add(verbs: Verbs) -> None:
    compare = verbs.verb("witness compare", _compare)
    compare.add_argument("first", metavar="NOTE")
    compare.add_argument("second", metavar="NOTE")
    compare.add_argument("--keys", required=True, metavar="FILE")
    between = compare.add_mutually_exclusive_group()
    between.add_argument("--request", default="", metavar="FILE")
    between.add_argument("--tiles", type=Path, metavar="FOLDER")
    audit = verbs.verb("witness audit", _audit)
    audit.add_argument("casefile", metavar="CASEFILE", type=Path)
    audit.add_argument("notes", metavar="NOTE", nargs="+")
    audit.add_argument("--keys", required=True, metavar="FILE")


def _checkpoints(arguments: Sequence[str], keys: dict[str, list["VerifierKey"]]) -> list["OpenedCheckpoint"]:
    """Signed checkpoints out of files; a folder stands for every ``.note`` in it."""
    from letapis.core.notes import open_checkpoint
    from letapis.engines import seal

    every = [key for some in keys.values() for key in some]
    files: list[str] = []
    for argument in arguments:
        files += sorted(map(str, Path(argument).rglob("*.note"))) if Path(argument).is_dir() else [argument]
    return [open_checkpoint(read_file(name), every, seal.verify, every_key=False) for name in files]


def _compare(call: Call) -> None:
    """Two checkpoints of one log: the same, going on, open, or a fork."""
    from letapis.core import forks
    from letapis.core.witness import parse_request

    options = call.options
    first, second = _checkpoints([options.first, options.second], log_keys(options.keys))
    proof = parse_request(read_file(options.request)).proof if options.request else _from_tiles(options.tiles, first, second)
    found = forks.compare(first, second, proof)
    told = {"found": found, "origin": first.checkpoint.origin, "first": first.checkpoint.size, "second": second.checkpoint.size}
    call.give(told, [call.say(f"witness.found.{found}")])
    if found in forks.AGAINST:
        raise Refused("witness.log_contradicts")


def _from_tiles(folder: Path | None, first: "OpenedCheckpoint", second: "OpenedCheckpoint") -> Sequence[bytes] | None:
    """The way from the smaller tree to the larger, computed from the log as files; what they hold proves nothing but against both roots."""
    from letapis.core.merkle import consistency_proof
    from letapis.core.tiles import node_reader
    from letapis.engines import tile_folder

    old, new = sorted((first.checkpoint.size, second.checkpoint.size))
    if folder is None or not 0 < old < new:
        return None
    return consistency_proof(old, new, node_reader(new, tile_folder.reader(folder)))


def _audit(call: Call) -> None:
    """A case file against checkpoints that somebody kept: forks, rollbacks, and records that say they are older than they can be."""
    from letapis.core import forks
    from letapis.core.notes import open_checkpoint
    from letapis.engines import seal
    from letapis.engines.case_checkpoints import dated_records

    keys = log_keys(call.options.keys)
    seen = _checkpoints(call.options.notes, keys)
    every = [key for some in keys.values() for key in some]
    against: list[dict[str, Any]] = []
    asked: set[bytes] = set()
    for record in dated_records(call.options.casefile):
        opened = open_checkpoint(record.proof.note, every, seal.verify, every_key=False)
        others = [one for one in seen if one.checkpoint.origin == opened.checkpoint.origin]
        if record.proof.note not in asked:
            asked.add(record.proof.note)
            found = [(one.checkpoint.size, forks.compare(one, opened)) for one in others]
            against += [{"found": word, "size": size, "record": "", "day": ""} for size, word in found if word in forks.AGAINST]
        dated = forks.back_dated(record.proof.index, record.day, others) if record.day else None
        if dated is not None:
            against.append({"found": "back_dated", "size": dated.size, "record": record.number, "day": dated.day, "signed": dated.signed})
    lines = [call.say(f"witness.found.{one['found']}") + _where(one) for one in against]
    call.give({"checkpoints": len(seen), "against": against}, lines or [call.say("witness.found.nothing", count=len(seen))])
    if against:
        raise Refused("witness.log_contradicts")


def _where(one: dict[str, Any]) -> str:
    return f" (record {one['record']}: {one['day']} < {one['signed']})" if one["record"] else f" (size {one['size']})"
