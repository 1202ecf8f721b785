"""Hostile files by the thousand: mutations of every sample, each read as the desk would read it, by every reader that could be asked. One
in four is a part of a question (``hostile_questions``): a reader of lists and proofs would refuse a file at its first byte.

``python -m tests.security.hostile [COUNT] [FIRST]`` reads COUNT of them (12,000) and says what became of them. The number of a file is its
seed: what is found once is found again. A file passes when it was read, or refused with a code of ours, and when this process meanwhile opened
no socket and nothing for writing. What the readers themselves could do is the matter of tests/engines/test_parse_sandbox.py.
"""

import io
import os
import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from PIL import Image

from letapis.core.errors import LetapisError
from letapis.engines.parse import inspect, render
from letapis.engines.parse.codes import READERS
from tests.security.hostile_questions import Question, chosen, questions

VECTORS: Final = Path(__file__).parent.parent / "vectors"
FOLDERS: Final = (
    *("hostile", "warc", "wacz", "hollow", "eml", "chat", "proofmode", "c2pa", "exif", "rfc3161", "starling-capture"),
    *("bagit", "ocfl", "sigstore"),
)
_FORTH: Final = 4  # every so many is a question
COUNT: Final = 12_000
BROKEN: Final = frozenset({"parse.bad_answer", "parse.timeout", "parse.crashed"})
_LARGEST: Final = 2 << 20
_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_ALLOWED: Final = ("/dev/null",)


@dataclass
class Watch:
    """What this process tried while files were read: sockets, and files opened for writing."""

    sockets: list[str] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)
    on: bool = False

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self.on:
            return
        if event.startswith("socket."):
            self.sockets.append(event)
        elif event == "open" and _is_written(*arguments):
            self.writes.append(str(arguments[0]))


def _is_written(path: object, _: object, flags: object) -> bool:
    """A pipe to a reader is opened by its number and is no file."""
    return isinstance(flags, int) and bool(flags & _WRITING) and not isinstance(path, int) and path not in _ALLOWED


WATCH: Final = Watch()
_HOOKED: Final = list[Watch]()


@contextmanager
def watched() -> Iterator[Watch]:
    """Watch this process. An audit hook can never be taken off again, so there is one, and it is switched."""
    if not _HOOKED:
        sys.addaudithook(WATCH)
        _HOOKED.append(WATCH)
    WATCH.sockets.clear()
    WATCH.writes.clear()
    WATCH.on = True
    try:
        yield WATCH
    finally:
        WATCH.on = False


def samples() -> list[bytes]:
    """Every vendored sample of a kind that comes from strangers, in the order of their paths, and three formats of pictures besides."""
    paths = sorted(path for folder in FOLDERS for path in (VECTORS / folder).rglob("*") if path.is_file() and path.suffix != ".md")
    return [data for path in paths if (data := path.read_bytes()) and len(data) <= _LARGEST] + [_picture(form) for form in ("GIF", "WEBP", "TIFF")]


def _picture(form: str) -> bytes:
    made = io.BytesIO()
    Image.linear_gradient("L").resize((64, 48)).save(made, form)
    return made.getvalue()


def mutated(seed: int, sources: Sequence[bytes]) -> bytes:
    """Flips, cuts, repeats and foreign pieces, a few of them, near the head more often than elsewhere."""
    return changed(seed, sources[seed % len(sources)], sources)


def changed(seed: int, source: bytes, sources: Sequence[bytes]) -> bytes:
    """The same of one of them."""
    dice = random.Random(seed)
    data = bytearray(source)
    for _ in range(dice.randint(1, 8)):
        at = dice.randrange(len(data)) if dice.random() < 0.5 else dice.randrange(min(len(data), 256))
        match dice.randrange(5):
            case 0:
                data[at] ^= 1 << dice.randrange(8)
            case 1:
                data[at : at + 4] = dice.choice((b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"\x7f\xff\xff\xff", b"\x00\x00\x00\x80"))
            case 2:
                del data[at : at + dice.randint(1, 64)]
            case 3:
                data[at:at] = data[at : at + dice.randint(1, 512)]
            case _:
                other = dice.choice(sources)
                data[at : at + 16] = other[dice.randrange(len(other)) :][:32]
        data = data or bytearray(b"\x00")
    return bytes(data)


def outcome(seed: int, sources: Sequence[bytes], asked: Mapping[str, Sequence[Question]]) -> str:
    """What became of a file or a question: the level it was read at, or the code by which it was refused. Anything else is raised."""
    try:
        if seed % _FORTH == 0:
            question = chosen(seed // _FORTH, asked)
            return question.ask(changed(seed, question.part, sources))
        data = mutated(seed, sources)
        reader = ("", *READERS)[random.Random(~seed).randrange(len(READERS) + 1)]
        return (inspect(data, reader) if reader else render(data)).level.value
    except LetapisError as error:
        return error.code


def outcomes(seeds: Sequence[int], workers: int = os.cpu_count() or 2) -> dict[int, str]:
    """What became of each."""
    sources, asked = samples(), questions()
    with ThreadPoolExecutor(workers) as pool:
        return dict(zip(seeds, pool.map(lambda seed: outcome(seed, sources, asked), seeds), strict=True))


def main(arguments: Sequence[str]) -> int:
    """Read COUNT files from FIRST on and print the figures. 0 when no socket was opened, nothing written, no reader hung, broke or lied."""
    count, first = (int(number) for number in (*arguments, *(str(COUNT), "0")[len(arguments) :]))
    with watched() as seen:
        found = outcomes(range(first, first + count))
    for name, number in sorted(Counter(found.values()).items()):
        print(f"{number:7}  {name}")
    broken = [seed for seed, name in found.items() if name in BROKEN]
    print(f"{count:7}  files of {len(samples())} samples, {len(READERS) + 1} readers: {len(seen.sockets)} sockets, {len(seen.writes)} files written")
    print(f"{'':7}  every fourth a question: {', '.join(f'{kind} ({len(asked)} samples)' for kind, asked in sorted(questions().items()))}")
    if broken:
        print(f"{len(broken):7}  broke a reader: numbers {', '.join(map(str, broken[:20]))}")
    return 1 if seen.sockets or seen.writes or broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
