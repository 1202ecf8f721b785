"""Every page of an encrypted database as it lies on the disk, opened with the key alone: rows, free pages and what is left between the rows."""

from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from letapis.engines.db.backend.base import PAGE_SIZE

_SALT, _IV, _HMAC = 16, 16, 64  # SQLCipher 4: the salt begins the first page, IV and HMAC-SHA-512 end each
_WAL_HEAD, _FRAME_HEAD = 32, 24


def pages_of(data: bytes, key: bytes) -> Iterator[bytes]:
    """The pages of a main database. An assertion fails where the key is another."""
    for at in range(0, len(data), PAGE_SIZE):
        page = _opened(data[at : at + PAGE_SIZE], key, first=at == 0)
        assert at or page[:2] == PAGE_SIZE.to_bytes(2, "big"), "the first page of a database states its size"
        yield page


def wal_pages_of(data: bytes, key: bytes) -> Iterator[bytes]:
    """The pages of a write-ahead log, also those of transactions that are in the main database by now."""
    for at in range(_WAL_HEAD, len(data) - _FRAME_HEAD, _FRAME_HEAD + PAGE_SIZE):
        first = int.from_bytes(data[at : at + 4], "big") == 1
        yield _opened(data[at + _FRAME_HEAD : at + _FRAME_HEAD + PAGE_SIZE], key, first)


def pages_in(folder: Path, key: bytes) -> bytes:
    """All pages of every database and write-ahead log of a workspace, one after the other."""
    found = [page for path in sorted(folder.glob("*.db")) for page in pages_of(path.read_bytes(), key)]
    found += [page for path in sorted(folder.glob("*-wal")) for page in wal_pages_of(path.read_bytes(), key)]
    return b"\x00".join(found)


def _opened(page: bytes, key: bytes, first: bool) -> bytes:
    assert len(page) == PAGE_SIZE
    end = PAGE_SIZE - _HMAC - _IV
    opener = Cipher(AES(key), CBC(page[end : end + _IV])).decryptor()
    return opener.update(page[_SALT if first else 0 : end]) + opener.finalize()
