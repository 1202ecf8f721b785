"""Time stamps of real and of made-up authorities: each sample with its verdict, and each verdict beside that of ``openssl ts``."""

import base64
import hashlib
import json
import os
import random
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from tests.authority import Authority, make_authority, needs_openssl

from letapis.core import der, timestamps
from letapis.core.errors import Damaged, LetapisError, Refused
from letapis.engines import tsa
from letapis.engines.seal.certificates import Certificate, read_certificate, read_pem

VECTORS = Path(__file__).parents[1] / "vectors"
ANCHORS, FOREIGN, SIGSTORE = VECTORS / "letapis-v1/anchors", VECTORS / "rfc3161", VECTORS / "sigstore"
OURS = json.loads((ANCHORS / "expected.json").read_text(encoding="utf-8"))
MESSAGE = (FOREIGN / "auto-archiver/message.txt").read_bytes()


def pem(path: Path) -> tuple[Certificate, ...]:
    return read_pem(path.read_text(encoding="ascii"))


def verdict(request: bytes, reply: bytes, roots: Any, others: Any = ()) -> str:
    """"" for a time stamp that holds, else the code of why it does not."""
    try:
        tsa.verify(request, reply, roots, others)
    except LetapisError as fault:
        return fault.code
    return ""


def openssl_says(reply: bytes, digest: bytes, moment: datetime, roots: Any, others: Any, folder: Path) -> bool:
    """The same question to another program."""
    (folder / "x.tsr").write_bytes(reply)
    (folder / "root.pem").write_text("".join(one.pem for one in roots))
    command = ["openssl", "ts", "-verify", "-digest", digest.hex(), "-attime", str(int(moment.timestamp())), "-in", "x.tsr", "-CAfile", "root.pem"]
    if others:
        (folder / "chain.pem").write_text("".join(one.pem for one in others))
        command += ["-untrusted", "chain.pem"]
    environment = {"PATH": os.environ["PATH"], "OPENSSL_CONF": os.devnull}
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=60, check=False, env=environment)
    return done.returncode == 0 and b"Verification: OK" in done.stdout + done.stderr


# ---- our own samples -------------------------------------------------------------------------------------------------

CODES = {
    "one-good": "",
    "two-good": "",
    "one-good-ordered": "",
    "one-nonce-of-another-request": "time.nonce",
    "one-signature-broken": "time.signature",
    "one-wrong-purpose": "time.purpose",
}


@needs_openssl
@pytest.mark.parametrize("name", [name for name in OURS if (ANCHORS / f"{name}.tsr").exists()])
def test_each_sample_of_ours(name: str, tmp_path: Path) -> None:
    request, reply = ((ANCHORS / f"{name}.{ending}").read_bytes() for ending in ("tsq", "tsr"))
    mine, other = (pem(ANCHORS / f"root-{one}.pem") for one in (("two", "one") if name.startswith("two") else ("one", "two")))
    assert verdict(request, reply, mine) == CODES[name] and OURS[name].startswith("valid") == (not CODES[name])
    assert verdict(request, reply, (*other, *mine)) == CODES[name]
    assert verdict(request, reply, other), "the other authority is not the one that was pinned"
    asked, said = timestamps.parse_request(request), timestamps.parse_reply(reply)
    assert openssl_says(reply, asked.imprint, said.moment, mine, (), tmp_path) == (CODES[name] in ("", "time.nonce"))
    assert not openssl_says(reply, asked.imprint, said.moment, other, (), tmp_path)


def test_every_sample_of_ours_has_its_code() -> None:
    assert set(CODES) == {name for name in OURS if (ANCHORS / f"{name}.tsr").exists()}


# ---- samples of others -----------------------------------------------------------------------------------------------


def chain(folder: str) -> tuple[list[Certificate], list[Certificate]]:
    found = pem(FOREIGN / folder / "ts_chain.pem")
    return [one for one in found if one.self_issued], [one for one in found if not one.self_issued]


@needs_openssl
@pytest.mark.parametrize("name", ["response", "response-injected-certs"])
def test_foreign_certificates_in_a_token_change_nothing(name: str, tmp_path: Path) -> None:
    request, reply = (FOREIGN / "test_tsa/request.der").read_bytes(), (FOREIGN / f"test_tsa/{name}.tsr").read_bytes()
    roots, others = chain("test_tsa")
    assert verdict(request, reply, roots, others) == ""
    said = tsa.verify(request, reply, roots, others)
    assert said.authority == "CN=Test TSA Timestamping,O=local" and said.moment == datetime(2024, 10, 8, 15, 40, 32, tzinfo=UTC)
    token = timestamps.parse_reply(reply)
    assert openssl_says(reply, token.imprint, token.moment, roots, others, tmp_path)
    assert verdict(request, reply, roots) == "time.signature", "the chain does not reach the root without the one between"
    injected = [read_certificate(one) for one in token.certificates[:-1]]
    assert verdict(request, reply, injected, others) in ("time.root_outside", "time.signature", "time.no_root")


@needs_openssl
@pytest.mark.parametrize(
    "name, code", [("response-sha256", ""), ("response-invalid-signature", "time.signature"), ("response-no-embedded-cert", "")]
)
def test_tokens_with_and_without_their_certificate(name: str, code: str, tmp_path: Path) -> None:
    reply = (FOREIGN / f"sigstage/{name}.tsr").read_bytes()
    roots, others = chain("sigstage")
    token = timestamps.parse_reply(reply)
    assert said_over(b"hello", reply, roots, others) == code
    assert openssl_says(reply, hashlib.sha256(b"hello").digest(), token.moment, roots, others, tmp_path) == (code == "")
    if not token.certificates:
        assert said_over(b"hello", reply, roots) == "time.no_signer"
    assert said_over(b"hullo", reply, roots, others) == "time.imprint"


def said_over(message: bytes, reply: bytes, roots: Any, others: Any = ()) -> str:
    try:
        tsa.verify_over(message, reply, roots, others)
    except LetapisError as fault:
        return fault.code
    return ""


def test_the_certificates_of_a_token_are_never_its_roots() -> None:
    """A token of a real authority brings its whole chain: with nothing pinned it holds as little as with somebody else's root."""
    reply = (FOREIGN / "auto-archiver/digicert.tsr").read_bytes()
    assert len(timestamps.parse_reply(reply).certificates) == 3
    assert said_over(MESSAGE, reply, ()) == "time.no_root"
    assert said_over(MESSAGE, reply, pem(ANCHORS / "root-one.pem")) in ("time.root_outside", "time.signature")
    inside = [read_certificate(one) for one in timestamps.parse_reply(reply).certificates]
    assert said_over(MESSAGE, reply, inside) == "time.root_outside", "only a root that issued itself can be pinned"


@needs_openssl
@pytest.mark.filterwarnings("ignore:Parsed a serial number")
def test_a_real_token_whose_set_is_not_in_order_holds_under_its_root(tmp_path: Path) -> None:
    """Needs the root that most systems have; the token itself is read without it."""
    reply = (FOREIGN / "auto-archiver/digicert.tsr").read_bytes()
    token = timestamps.parse_reply(reply)
    assert (token.algorithm, token.imprint) == ("sha512", hashlib.sha512(MESSAGE).digest())
    bundle = Path("/etc/ssl/certs/ca-certificates.crt")
    end = "-----END CERTIFICATE-----\n"
    blocks = [part + end for part in bundle.read_text().split(end)[:-1]] if bundle.is_file() else []
    roots = [one for block in blocks for one in read_pem(block) if "DigiCert Assured ID Root CA" in one.subject]
    if not roots:
        pytest.skip("this system does not have the root certificate of the authority")
    assert said_over(MESSAGE, reply, roots) == ""
    assert openssl_says(reply, token.imprint, token.moment, roots, (), tmp_path)


def test_a_token_whose_chain_nobody_brought_stays_unproven() -> None:
    reply = (FOREIGN / "auto-archiver/self_signed.tsr").read_bytes()
    assert timestamps.parse_reply(reply).imprint == hashlib.sha512(MESSAGE).digest()
    assert said_over(MESSAGE, reply, ()) == "time.no_root"
    assert said_over(MESSAGE, reply, pem(ANCHORS / "root-two.pem")) in ("time.root_outside", "time.signature")


BUNDLES = {
    "rekor2-timestamp-with-embedded-cert": "",
    "rekor2-timestamp-without-embedded-cert": "",
    "rekor2-happy-path": "",
    "rekor2-timestamp-payload-mismatch_fail": "time.imprint",
    # It names its certificate by SHA-1 alone, which a token of others may; its root is another.
    "rekor2-timestamp-untrusted-tsa-with-embedded-cert_fail": "time.signature",
    # The token is genuine in these two: its time is outside of what the trust root grants, or of the certificate that signed the message.
    "rekor2-timestamp-outside-trust-root-tsa-validity_fail": "",
    "rekor2-timestamp-with-incorrect-time_fail": "",
    "rekor2-no-timestamp_fail": "no token",
}


@needs_openssl
@pytest.mark.parametrize("name", sorted(BUNDLES))
def test_tokens_inside_sigstore_bundles(name: str, tmp_path: Path) -> None:
    bundle = json.loads((SIGSTORE / name / "bundle.sigstore.json").read_text(encoding="utf-8"))
    tokens = bundle["verificationMaterial"].get("timestampVerificationData", {}).get("rfc3161Timestamps", [])
    if not tokens:
        assert BUNDLES[name] == "no token"
        return
    reply, message = base64.b64decode(tokens[0]["signedTimestamp"]), base64.b64decode(bundle["messageSignature"]["signature"])
    (trusted,) = json.loads((SIGSTORE / name / "trusted_root.json").read_text(encoding="utf-8"))["timestampAuthorities"]
    certificates = [read_certificate(base64.b64decode(one["rawBytes"])) for one in trusted["certChain"]["certificates"]]
    roots, others = [one for one in certificates if one.self_issued], [one for one in certificates if not one.self_issued]
    assert said_over(message, reply, roots, others) == BUNDLES[name]
    token = timestamps.parse_reply(reply, older=True)
    assert openssl_says(reply, hashlib.new(token.algorithm, message).digest(), token.moment, roots, others, tmp_path) == (BUNDLES[name] == "")
    if "end" in trusted["validFor"]:
        assert token.moment > datetime.fromisoformat(trusted["validFor"]["end"])


# ---- an authority of our own -----------------------------------------------------------------------------------------

NONCE = bytes((7, 1, 2, 3, 4, 5, 6, 7))
REQUEST = timestamps.request(hashlib.sha256(b"a note").digest(), NONCE)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("tsa") / "one")


@needs_openssl
def test_a_fresh_stamp_holds_and_says_when_and_how_long(here: Authority) -> None:
    said = tsa.verify(REQUEST, here.reply(REQUEST), read_pem(here.root))
    assert abs(said.moment - datetime.now(UTC)) < timedelta(minutes=1) and said.ends > said.moment + timedelta(days=3000)


@needs_openssl
@pytest.mark.parametrize("purpose", ["timeStamping", "critical,timeStamping,codeSigning", "critical,codeSigning"])
def test_a_unit_for_other_purposes_too_is_told_apart(purpose: str, tmp_path: Path) -> None:
    """``openssl ts`` will not even sign with such a certificate, so it is asked for itself; the sample above has a token of such a unit."""
    bad = make_authority(tmp_path / "bad", purpose=purpose)
    assert not pem(bad.folder / "unit.pem")[0].stamps_only


@needs_openssl
def test_old_attributes_with_sha1_alone_are_refused(tmp_path: Path) -> None:
    old = make_authority(tmp_path / "old", ess="sha1")
    assert verdict(REQUEST, old.reply(REQUEST), read_pem(old.root)) == "time.weak"


@needs_openssl
def test_a_chain_that_has_expired_today_is_fine_and_a_time_outside_of_it_is_not(here: Authority) -> None:
    """The sample's unit is asked at its own time; a token whose signed time were another is another token, so the certificate is moved."""
    reply = here.reply(REQUEST)
    (root,) = read_pem(here.root)
    token = timestamps.parse_reply(reply)
    unit = read_certificate(timestamps.signer_among(token, token.certificates))

    def with_times(first: timedelta, last: timedelta) -> Certificate:
        return Certificate(root.data, root.subject, token.moment + first, token.moment + last, False, True, True, True, root.loaded)

    hour = timedelta(hours=1)
    assert verdict(REQUEST, reply, [with_times(-hour, hour)]) == ""
    assert verdict(REQUEST, reply, [with_times(-2 * hour, -hour)]) == "time.root_outside"
    assert verdict(REQUEST, reply, [with_times(hour, 2 * hour)]) == "time.root_outside"
    assert unit.first <= token.moment <= unit.last


@needs_openssl
@pytest.mark.parametrize("first, last, code", [(-3600, 2, ""), (-7200, -3600, "time.outside")])
def test_a_unit_that_expired_since_still_counts_and_one_that_had_expired_does_not(first: int, last: int, code: str, tmp_path: Path) -> None:
    """A unit whose certificate ends two seconds after its stamp, asked when it has ended."""
    short = make_authority(tmp_path / "short")
    reissue(short, first, last)
    reply, roots = short.reply(REQUEST), read_pem(short.root)
    token = timestamps.parse_reply(reply)
    sleep(max(0, last + 0.5))
    assert read_certificate(timestamps.signer_among(token, token.certificates)).last < datetime.now(UTC)
    assert verdict(REQUEST, reply, roots) == code
    assert openssl_says(reply, token.imprint, token.moment, roots, (), tmp_path) == (code == "")


@needs_openssl
@pytest.mark.parametrize("days, code", [(-30, "time.before_certificate"), (0, ""), (30, ""), (4000, "time.outside")])
def test_a_back_dated_stamp_is_told_apart_from_one_of_an_expired_certificate(here: Authority, days: int, code: str, tmp_path: Path) -> None:
    """The authority itself signs another hour. Before its certificate was there it is back-dated, after its end nothing vouches for it."""
    reply, roots = here.reply_at(REQUEST, datetime.now(UTC) + timedelta(days=days)), read_pem(here.root)
    assert verdict(REQUEST, reply, roots) == code
    token = timestamps.parse_reply(reply)
    assert openssl_says(reply, token.imprint, token.moment, roots, (), tmp_path) == (code == "")


def reissue(authority: Authority, first: int, last: int) -> None:
    """Its unit's certificate anew, good from and until so many seconds from now."""
    old, issuer = (x509.load_pem_x509_certificate((authority.folder / name).read_bytes()) for name in ("unit.pem", "root.pem"))
    key: Any = load_pem_private_key((authority.folder / "root.key").read_bytes(), None)
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(issuer.subject, old.subject, old.public_key(), old.serial_number)
    made = made.not_valid_before(now + timedelta(seconds=first)).not_valid_after(now + timedelta(seconds=last))
    for extension in old.extensions:
        made = made.add_extension(extension.value, extension.critical)
    (authority.folder / "unit.pem").write_bytes(made.sign(key, SHA256()).public_bytes(Encoding.PEM))


@needs_openssl
def test_the_library_itself_asks_at_the_time_of_the_stamp(here: Authority) -> None:
    """The test authority of others has expired roots in some years; here the sample of 2024 is asked, and its time is what counts."""
    roots, others = chain("test_tsa")
    request, reply = (FOREIGN / "test_tsa/request.der").read_bytes(), (FOREIGN / "test_tsa/response.tsr").read_bytes()
    moved = reply.replace(b"20241008154032Z", b"20401008154032Z")
    assert verdict(request, moved, roots, others) == "time.outside"
    assert verdict(request, reply.replace(b"20241008154032Z", b"20241008154033Z"), roots, others) == "time.signature"


@needs_openssl
def test_an_authority_of_the_same_name_is_another_authority(here: Authority, tmp_path: Path) -> None:
    twin = make_authority(tmp_path / "twin", here.name)
    assert verdict(REQUEST, twin.reply(REQUEST), read_pem(here.root)) == "time.signature"
    assert verdict(REQUEST, here.reply(REQUEST), read_pem(twin.root)) == "time.signature"


@needs_openssl
def test_status_one_is_granted_too(here: Authority) -> None:
    reply = here.reply(REQUEST)
    granted = reply[:4] + reply[4:].replace(b"\x02\x01\x00", b"\x02\x01\x01", 1)
    assert der.whole(granted, der.SEQUENCE)[0][1].startswith(b"\x02\x01\x01")
    assert verdict(REQUEST, granted, read_pem(here.root)) == ""


@needs_openssl
@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning", "ignore:The parsed certificate contains")
def test_no_mutation_is_accepted_with_another_meaning(here: Authority) -> None:
    """5,000 mutations of a token: one that still holds states the same time by the same signer. Most of these are outside of what is signed."""
    rng, reply, roots = random.Random(20260102), here.reply(REQUEST), read_pem(here.root)
    genuine, held = tsa.verify(REQUEST, reply, roots), 0
    for _ in range(5_000):
        data = bytearray(reply)
        for _ in range(rng.randint(1, 2)):
            at = rng.randrange(len(data))
            if rng.randrange(4):
                data[at] ^= 1 << rng.randrange(8)
            elif rng.randrange(2):
                del data[at]
            else:
                data.insert(at, rng.randrange(256))
        try:
            said = tsa.verify(REQUEST, bytes(data), roots)
        except LetapisError:
            continue
        assert said == genuine
        held += 1
    assert held, "nobody signs the set of certificates"


@pytest.mark.parametrize("text", ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "ü"])
def test_what_is_no_certificate_is_said(text: str) -> None:
    with pytest.raises(Damaged, match=r"time\.certificate"):
        read_pem(text)


def test_a_request_of_another_hash_is_no_answer() -> None:
    reply = (ANCHORS / "one-good.tsr").read_bytes()
    with pytest.raises(Refused, match=r"time\.imprint"):
        tsa.verify(REQUEST, reply, pem(ANCHORS / "root-one.pem"))
