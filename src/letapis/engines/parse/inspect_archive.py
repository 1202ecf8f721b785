"""The parts of a zip, for readers that know what such a package means: listed and handed out after every check of ``archives``."""

import io
import zipfile

from letapis.engines.parse.answer import Answer
from letapis.engines.parse.archives import read_archive
from letapis.engines.parse.wire import MAX_MEMBER
from letapis.engines.parse.words import visible


def read(untrusted: bytes, answer: Answer) -> None:
    """One row for each entry, and its bytes unless it is a folder, encrypted or too large to pass."""
    read_archive(untrusted, "application/zip", answer)
    with zipfile.ZipFile(io.BytesIO(untrusted)) as archive:
        for row, info in enumerate(archive.infolist()):
            answer.fact(row, "member.name", visible(info.filename))
            answer.fact(row, "member.size", str(info.file_size))
            if not (info.is_dir() or info.flag_bits & 1 or info.file_size > MAX_MEMBER):
                answer.member(row, archive.read(info))
