"""What a case file says of its logs, for whoever kept older checkpoints: the checkpoints of its proofs, and the day of each record."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from letapis.core.errors import Damaged, NotFound
from letapis.core.proofs import Proof, parse_proof

_LARGEST: Final = 64 << 20


@dataclass(frozen=True, slots=True)
class Dated:
    """One record of a case file: its number, its proof, and the day that the sender attests; empty when none is given."""

    number: str
    proof: Proof
    day: str


def dated_records(folder: Path) -> Iterator[Dated]:
    """The records of a case file in their order. Raises NotFound("witness.no_case_file"), Damaged for a file that does not parse."""
    proofs = sorted((folder / "data" / "proofs").glob("[0-9]*.tlog-proof"))
    if not proofs:
        raise NotFound("witness.no_case_file")
    days = _days(folder / "data" / "metadata" / "attested.csv")
    for path in proofs:
        number = path.name.removesuffix(".tlog-proof")
        yield Dated(number, parse_proof(_read(path)), days.get(number, ""))


def _days(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    try:
        rows = list(csv.reader(_read(path).decode("utf-8-sig").splitlines()))
    except (UnicodeDecodeError, csv.Error):
        raise Damaged("witness.case_file") from None
    return {row[0].lstrip("'"): row[2].lstrip("'") for row in rows[1:] if len(row) >= 3}


def _read(path: Path) -> bytes:
    if path.is_symlink() or not path.is_file() or path.stat().st_size > _LARGEST:
        raise Damaged("witness.case_file")
    return path.read_bytes()
