"""A ProofMode bundle: its files, what its JSON says of device and network, its signatures as bytes. Runs inside the sandbox.

OpenPGP armour is taken off here; whether a signature is right is asked elsewhere (``engines.gpgv``), again without a network.
"""

import base64
import io
import json
import re
import zipfile

from letapis.engines.parse.answer import Answer, Stop
from letapis.engines.parse.archives import read_archive
from letapis.engines.parse.told import Told
from letapis.engines.parse.wire import MAX_MEMBER

_ARMOUR = re.compile(
    rb"-----BEGIN PGP (SIGNATURE|PUBLIC KEY BLOCK)-----\r?\n(?:[^\r\n]+:[^\r\n]*\r?\n)*\r?\n"
    rb"([A-Za-z0-9+/=\s]+?)(?:\r?\n=[A-Za-z0-9+/]{4})?\s*-----END"
)


def read(untrusted: bytes, answer: Answer) -> None:
    read_archive(untrusted, "application/zip", answer)
    told = Told(answer)
    with zipfile.ZipFile(io.BytesIO(untrusted)) as archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        if not any(info.filename.endswith((".proof.json", ".proof.csv")) for info in infos):
            raise Stop("parse.other_form")
        for info in infos[:100]:
            if info.flag_bits & 1 or info.file_size > MAX_MEMBER:
                told.row("part", kind="file", name=info.filename, size=info.file_size)
                continue
            data = archive.read(info)
            kind, body = _kind(info.filename, data)
            row = told.row("part", kind=kind, name=info.filename, size=len(data))
            answer.member(row, body)
        for info in infos[:100]:
            if info.filename.endswith(".proof.json") and info.file_size < 1 << 20:
                _says(archive.read(info), told)


def _kind(name: str, data: bytes) -> tuple[str, bytes]:
    """What an entry is; armour becomes bytes, and stays what it is where it cannot be read."""
    match = _ARMOUR.search(data[: 1 << 20]) if name.endswith(".asc") else None
    if match:
        try:
            return ("signature" if match[1] == b"SIGNATURE" else "key"), base64.b64decode(b"".join(match[2].split()), validate=True)
        except ValueError:
            return "unreadable", data
    return ("proof" if ".proof." in name else "file"), data


def _says(data: bytes, told: Told) -> None:
    try:
        # As letters: given bytes, the library guesses how they are written, and behind the shut door it cannot load what it guessed.
        said = json.loads(data.removeprefix(b"\xef\xbb\xbf").decode("utf-8"))
    except (ValueError, RecursionError):
        told.answer.flag("unreadable")
        return
    for name, value in said.items() if isinstance(said, dict) else ():
        if isinstance(value, str | int | float):
            told.meta("proofmode", str(name)[:60], value)
