"""RIPEMD-160, which old OpenTimestamps proofs have on their path and the standard library has only where OpenSSL still does."""

from struct import pack, unpack
from typing import Final

_START: Final = (0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0)
_ADD: Final = ((0, 0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xA953FD4E), (0x50A28BE6, 0x5C4DD124, 0x6D703EF3, 0x7A6D76E9, 0))
_RHO: Final = (7, 4, 13, 1, 10, 6, 15, 3, 12, 0, 9, 5, 2, 14, 11, 8)
_SHIFTS: Final = (
    (11, 14, 15, 12, 5, 8, 7, 9, 11, 13, 14, 15, 6, 7, 9, 8),
    (12, 13, 11, 15, 6, 9, 9, 7, 12, 15, 11, 13, 7, 8, 7, 7),
    (13, 15, 14, 11, 7, 7, 6, 8, 13, 14, 13, 12, 5, 5, 6, 9),
    (14, 11, 12, 14, 8, 6, 5, 5, 15, 12, 15, 14, 9, 9, 8, 6),
    (15, 12, 13, 13, 9, 5, 8, 6, 14, 11, 12, 11, 8, 6, 5, 5),
)
_MASK: Final = 0xFFFFFFFF


def _orders(first: list[int]) -> list[list[int]]:
    """Which word each of the 16 steps of the five rounds takes."""
    rounds = [first]
    for _ in range(4):
        rounds.append([_RHO[i] for i in rounds[-1]])
    return rounds


_ORDERS: Final = (_orders(list(range(16))), _orders([(9 * i + 5) % 16 for i in range(16)]))


def _mix(which: int, x: int, y: int, z: int) -> int:
    if which == 0:
        return x ^ y ^ z
    if which == 1:
        return (x & y) | (~x & z)
    if which == 2:
        return (x | (~y & _MASK)) ^ z
    if which == 3:
        return (x & z) | (y & ~z)
    return x ^ (y | (~z & _MASK))


def _turned(value: int, by: int) -> int:
    value &= _MASK
    return (value << by | value >> (32 - by)) & _MASK


def _line(words: tuple[int, ...], state: tuple[int, ...], side: int) -> tuple[int, ...]:
    a, b, c, d, e = state
    for number in range(5):
        for order in range(16):
            word = _ORDERS[side][number][order]
            mixed = _mix(number if side == 0 else 4 - number, b, c, d)
            made = _turned(a + mixed + words[word] + _ADD[side][number], _SHIFTS[number][word]) + e
            a, b, c, d, e = e, made & _MASK, b, _turned(c, 10), d
    return a, b, c, d, e


def ripemd160(data: bytes) -> bytes:
    """The 20 bytes of the hash."""
    padded = data + b"\x80" + bytes((55 - len(data)) % 64) + pack("<Q", len(data) * 8)
    state = _START
    for at in range(0, len(padded), 64):
        words = unpack("<16I", padded[at : at + 64])
        left, right = _line(words, state, 0), _line(words, state, 1)
        state = tuple((state[(i + 1) % 5] + left[(i + 2) % 5] + right[(i + 3) % 5]) & _MASK for i in range(5))  # type: ignore[assignment]
    return pack("<5I", *state)
