"""One wrong bit in a file: what a damaged disk, a bad cable or a hostile store leaves."""

from pathlib import Path


def flip(file: Path, at: int = -1) -> bytes:
    """Turn the lowest bit of one byte, counted from the beginning or, below zero, from the end; what then stands there. Whatever byte stood there
    is another one afterwards: a fixed letter in its place is, once in 256 ciphertexts, the same."""
    data = bytearray(file.read_bytes())
    data[at % len(data)] ^= 1
    file.write_bytes(bytes(data))
    return bytes(data)
