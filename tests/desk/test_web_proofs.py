"""The time stamp of a signed web archive, over the written form of its signature: what it comes to, as codes."""

import json
import zipfile
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path

from letapis.desk.web_proofs import time_codes
from letapis.engines.seal.web_signature import read_root

VECTORS = Path(__file__).parents[1] / "vectors"
SIGNED = json.loads(zipfile.ZipFile(VECTORS / "wacz/valid_signed_example_1.wacz").read("datapackage-digest.json"))["signedData"]
ROOT, OTHER = (read_root((VECTORS / name).read_text())[0] for name in ("wacz/freetsa-root.pem", "letapis-v1/anchors/root-one.pem"))
MOMENT = datetime(2022, 1, 18, 19, 0, 12, tzinfo=UTC)


def test_a_time_stamp_counts_over_the_written_signature_and_under_a_pinned_root() -> None:
    """The authority of this sample names its certificate by SHA-1 alone, which a stamp of our own may not."""
    assert time_codes(SIGNED, MOMENT, [OTHER, ROOT]) == ("wacz.time_right",)
    assert time_codes(SIGNED, MOMENT + timedelta(minutes=10), [ROOT]) == ("wacz.time_right",)
    assert time_codes(SIGNED, MOMENT + timedelta(minutes=11), [ROOT]) == ("wacz.time_right", "wacz.time_far")
    assert time_codes(SIGNED, MOMENT, []) == ("wacz.time_no_root",)
    assert time_codes(SIGNED, MOMENT, [OTHER]) == ("wacz.time_unknown",)
    assert time_codes({"signature": SIGNED["signature"]}, MOMENT, [ROOT]) == ("wacz.time_none",)


def test_a_time_stamp_over_another_signature_or_turned_in_one_bit_is_none() -> None:
    turned = bytearray(b64decode(SIGNED["timeSignature"]))
    turned[-1] ^= 1
    wrong = [
        ({"signature": SIGNED["signature"] + " "}, "wacz.time_other"),
        ({"timeSignature": b64encode(turned).decode()}, "wacz.time_unknown"),
        ({"timestampCert": "x"}, "wacz.time_unreadable"),
        *(({"timeSignature": text}, "wacz.time_unreadable") for text in ("AAAA", "", "x", "э")),
    ]
    for change, code in wrong:
        assert time_codes(SIGNED | change, MOMENT, [ROOT]) == (code,)
