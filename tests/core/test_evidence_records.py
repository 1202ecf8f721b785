"""Evidence records of archives: the public samples get their verdict; what covers something else, in any place of the tree, is refused."""

import base64
import hashlib
from pathlib import Path

import pytest
from tests.authority import Authority, make_authority, needs_openssl
from tests.evidence_record import record, sha256, stamp, token

from letapis.core import der
from letapis.core.errors import Damaged, LetapisError, Refused
from letapis.core.evidence_records import check_covers, parse_record

SAMPLES = Path(__file__).parents[1] / "vectors" / "evidence-records"
FILE = b"an invented letter"
D = sha256(FILE)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority") / "one")


def digest(algorithm: str) -> bytes:
    return hashlib.new(algorithm, FILE).digest()


def test_the_public_samples_get_their_verdict() -> None:
    known = parse_record((SAMPLES / "ER_SHA256-DGN_XAIP_OK_SC1.ers").read_bytes())
    (only,) = known.stamps
    assert known.algorithms == ("sha256",) and only.token.moment.isoformat() == "2022-08-04T15:57:23+00:00"
    check_covers(known, lambda _: only.token.imprint)
    with pytest.raises(Refused, match=r"records\.other_file"):
        check_covers(known, digest)
    bad = base64.b64decode((SAMPLES / "er_nok_wrong_version.er.b64").read_bytes())
    with pytest.raises(Damaged, match=r"records\.version"):
        parse_record(bad)
    # Of a version that does exist it has a tree of two lists that leads to its token.
    tree = parse_record(bad.replace(b"\x02\x01\x00", b"\x02\x01\x01", 1))
    check_covers(tree, lambda _: tree.stamps[0].tree[0][1])


@needs_openssl
def test_a_file_alone_or_in_a_tree_is_covered_and_nothing_else_is(authority: Authority) -> None:
    check_covers(parse_record(record([stamp(token(authority, D))])), digest)
    others = [sha256(b"second"), sha256(b"third")]
    group = sha256(*sorted([D, others[0]]))
    root = sha256(*sorted([group, others[1]]))
    good = record([stamp(token(authority, root), [[D, others[0]], [others[1]]])])
    check_covers(parse_record(good), digest)
    with pytest.raises(Refused, match=r"records\.other_file"):
        check_covers(parse_record(good), lambda _: sha256(b"fourth"))
    with pytest.raises(Refused, match=r"records\.imprint"):
        check_covers(parse_record(record([stamp(token(authority, root), [[D, others[0]], [others[0]]])])), digest)
    with pytest.raises(Refused, match=r"records\.other_file"):
        check_covers(parse_record(record([stamp(token(authority, root), [[others[0]], [D, others[1]]])])), digest)


@needs_openssl
def test_a_renewal_is_over_what_came_before_it(authority: Authority) -> None:
    first = token(authority, D)
    second = token(authority, sha256(first))
    check_covers(parse_record(record([stamp(first), stamp(second)])), digest)
    for wrong in ([stamp(first), stamp(token(authority, D))], [stamp(second), stamp(first)]):
        with pytest.raises(Refused):
            check_covers(parse_record(record(wrong)), digest)
    chain = [stamp(first), stamp(second)]
    before = der.encode(der.SEQUENCE, der.encode(der.SEQUENCE, *chain))
    third = token(authority, sha256(D, sha256(before)))
    check_covers(parse_record(record(chain, [stamp(third)])), digest)
    with pytest.raises(Refused, match=r"records\.renewal"):
        check_covers(parse_record(record([stamp(first)], [stamp(third)])), digest)


@needs_openssl
def test_no_changed_byte_is_read_as_a_record_of_something_else(authority: Authority) -> None:
    data = record([stamp(token(authority, D))])
    for at in range(0, len(data), 3):
        changed = data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :]
        try:
            known = parse_record(changed)
            check_covers(known, digest)
        except LetapisError:
            continue
        assert known.stamps[0].token.imprint == D, at


@pytest.mark.parametrize("data", [b"", b"\x30", b"\x30\x00", b"\x30\x03\x02\x01\x01", b"\x30\x80" + b"\x00" * 20, b"\x30" * 5000, b"x" * (5 << 20)])
def test_other_bytes_are_no_record(data: bytes) -> None:
    with pytest.raises(Damaged, match=r"records\.form"):
        parse_record(data)
