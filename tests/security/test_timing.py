"""T9: a right and a wrong passphrase, share or data key take the same time, as far as a clock in this process can tell."""

import os
import statistics
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from letapis.core.errors import LetapisError
from letapis.core.thresholds import Share, check, commitments
from letapis.engines import seal
from letapis.engines.keys.workspace import create_workspace
from letapis.engines.seal.primitives import kem_keys

TRIALS = 10_000


def _quiet(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    with suppress(LetapisError):
        call()
    return time.perf_counter() - began


def difference(right: Callable[[], object], wrong: Callable[[], object], trials: int) -> float:
    """Relative difference of the medians, the two interleaved so that a slow minute of the machine hits both."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(trials):
        times[0].append(_quiet(right))
        times[1].append(_quiet(wrong))
    one, two = map(statistics.median, times)
    return abs(one - two) / max(one, two)


@pytest.mark.long
def test_a_wrong_passphrase_takes_as_long_as_the_right_one(tmp_path: Path) -> None:
    cost = seal.PassphraseCost(memory_kib=1024, passes=1, lanes=1)
    made, phrase = create_workspace(tmp_path / "w", b"m" * 16, cost=cost)
    assert difference(lambda: made.is_passphrase(phrase), lambda: made.is_passphrase(phrase[::-1]), TRIALS // 10) < 0.05


@pytest.mark.long
def test_a_false_share_takes_as_long_as_a_true_one() -> None:
    true = Share((b"a" * 16, b"b" * 16), b"a" * 16, os.urandom(32), os.urandom(32))
    late = Share(true.subset, true.holder, true.value[:-1] + bytes((true.value[-1] ^ 1,)), true.nonce)
    committed = commitments([true])
    assert difference(lambda: check([true], committed), lambda: check([late], committed), TRIALS) < 0.1


@pytest.mark.long
def test_a_wrong_device_takes_as_long_as_the_right_one_to_fail() -> None:
    _, public = kem_keys(b"\x01" * 32)
    sealed = seal.wrap_to(public, b"", b"k" * 32)
    changed, private = sealed[:5] + bytes((sealed[5] ^ 1,)) + sealed[6:], kem_keys(b"\x02" * 32)
    other = seal.wrap_to(private[1], b"", b"k" * 32)
    wrong_end = other[:-1] + bytes((other[-1] ^ 1,))
    assert difference(lambda: seal.unwrap_with(*private, b"", wrong_end), lambda: seal.unwrap_with(*private, b"", changed), TRIALS) < 0.1
