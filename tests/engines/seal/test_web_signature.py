"""Signatures and time stamps of web archives: right ones pass, and each way to be wrong has its code."""

import hashlib
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from letapis.core.errors import Damaged, LetapisError, Refused
from letapis.engines.foreign_proofs import public_roots
from letapis.engines.seal.web_signature import check_anonymous, check_domain, read_root

VECTORS = Path(__file__).parents[2] / "vectors" / "wacz"
DOMAIN, MESSAGE = "archive.vydumka.example", b"sha256:" + b"ab" * 32
DAY = datetime(2026, 3, 9, 14, 0, tzinfo=UTC)


def certificate(
    subject: str, key: ec.EllipticCurvePrivateKey, issuer: str, signer: ec.EllipticCurvePrivateKey, days: int = 90, *, between: bool = False
) -> x509.Certificate:
    def name(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    ca = between or subject == issuer
    made = x509.CertificateBuilder().subject_name(name(subject)).issuer_name(name(issuer)).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(DAY - timedelta(days=1)).not_valid_after(DAY + timedelta(days=days))
    made = made.add_extension(x509.BasicConstraints(ca, None), True)
    made = made.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), False)
    if ca:
        made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        made = made.add_extension(x509.KeyUsage(*[False] * 5, True, True, False, False), True)
    else:
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(subject)]), False)
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)
    return made.sign(signer, hashes.SHA256())


def pem(*chain: x509.Certificate) -> str:
    return "".join(one.public_bytes(Encoding.PEM).decode() for one in chain)


ROOT, LEAF, OTHER = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
AUTHORITY, STRANGER = certificate("Invented root", ROOT, "Invented root", ROOT, 3650), certificate("Other root", OTHER, "Other root", OTHER, 3650)
CHAIN = pem(certificate(DOMAIN, LEAF, "Invented root", ROOT))
PINNED, FOREIGN = AUTHORITY.public_bytes(Encoding.DER), STRANGER.public_bytes(Encoding.DER)
SIGNED = b64encode(LEAF.sign(MESSAGE, ec.ECDSA(hashes.SHA256()))).decode()


def test_a_domain_under_a_pinned_root_is_right() -> None:
    check_domain(CHAIN, DOMAIN, SIGNED, MESSAGE, DAY, [FOREIGN, PINNED])


def test_under_a_public_authority_a_chain_counts_without_a_pin_and_one_that_anybody_made_does_not() -> None:
    """The authority stands between as well: its own certificate, given along by the signer, makes nobody an authority."""
    middle = ec.generate_private_key(ec.SECP256R1())
    between = certificate("Invented R3", middle, "Invented root", ROOT, 3650, between=True)
    chain = pem(certificate(DOMAIN, LEAF, "Invented R3", middle), between)
    check_domain(chain, DOMAIN, SIGNED, MESSAGE, DAY, [], [FOREIGN, PINNED])
    for made in (chain, chain + pem(AUTHORITY)):
        with pytest.raises(Refused, match=r"wacz\.no_root"):
            check_domain(made, DOMAIN, SIGNED, MESSAGE, DAY, [], [FOREIGN])
        with pytest.raises(Refused, match=r"wacz\.chain_unknown"):
            check_domain(made, DOMAIN, SIGNED, MESSAGE, DAY, [FOREIGN], [FOREIGN])
    with pytest.raises(Refused, match=r"wacz\.outside_validity"):
        check_domain(chain, DOMAIN, SIGNED, MESSAGE, DAY + timedelta(days=91), [], [PINNED])


def test_an_authority_that_takes_the_name_of_a_public_one_is_none() -> None:
    false = ec.generate_private_key(ec.SECP256R1())
    chain = pem(certificate(DOMAIN, LEAF, "Invented root", false), certificate("Invented root", false, "Invented root", false, 3650))
    with pytest.raises(Refused, match=r"wacz\.no_root"):
        check_domain(chain, DOMAIN, SIGNED, MESSAGE, DAY, [], [PINNED])


def test_the_public_authorities_are_the_two_of_lets_encrypt() -> None:
    """Their digests as the authority publishes them."""
    assert [hashlib.sha256(root).hexdigest() for root in public_roots()] == [
        "96bcec06264976f37460779acf28c5a7cfe8a3c0aae11a8ffcee05c0bddf08c6",
        "69729b8e15a86efc177a57afb7171dfc64add28c2fca8cf1507e34453ccb1470",
    ]


@pytest.mark.parametrize(
    ("chain", "domain", "signature", "message", "moment", "roots", "code"),
    [
        (CHAIN, DOMAIN, SIGNED, MESSAGE + b"0", DAY, [PINNED], "wacz.signature_wrong"),
        (CHAIN, DOMAIN, SIGNED, MESSAGE, DAY, [], "wacz.no_root"),
        (CHAIN, DOMAIN, SIGNED, MESSAGE, DAY, [FOREIGN], "wacz.chain_unknown"),
        (CHAIN, "vydumka.example", SIGNED, MESSAGE, DAY, [PINNED], "wacz.other_domain"),
        (CHAIN, "", SIGNED, MESSAGE, DAY, [PINNED], "wacz.other_domain"),
        (CHAIN, DOMAIN, SIGNED, MESSAGE, DAY + timedelta(days=91), [PINNED], "wacz.outside_validity"),
        (CHAIN, DOMAIN, SIGNED, MESSAGE, DAY - timedelta(days=2), [], "wacz.outside_validity"),
        (CHAIN, DOMAIN, "no base64!", MESSAGE, DAY, [PINNED], "wacz.signature_unreadable"),
        (CHAIN + pem(*[AUTHORITY] * 10), DOMAIN, SIGNED, MESSAGE, DAY, [PINNED], "wacz.signature_unreadable"),
        ("no certificate", DOMAIN, SIGNED, MESSAGE, DAY, [PINNED], "wacz.signature_unreadable"),
        ("ў", DOMAIN, SIGNED, MESSAGE, DAY, [PINNED], "wacz.signature_unreadable"),
    ],
    ids=[
        "other words",
        "no root",
        "foreign root",
        "parent domain",
        "no domain",
        "too late",
        "too early",
        "no base64",
        "long chain",
        "no chain",
        "other letters",
    ],
)
def test_each_way_to_be_wrong_has_its_code(
    chain: str, domain: str, signature: str, message: bytes, moment: datetime, roots: list[bytes], code: str
) -> None:
    with pytest.raises(LetapisError) as told:
        check_domain(chain, domain, signature, message, moment, roots)
    assert told.value.code == code


@pytest.mark.parametrize("roots", [[], [FOREIGN]], ids=["nothing pinned", "another pinned"])
@pytest.mark.parametrize("name", ["(STAGING) Let's Encrypt", "Fake LE Intermediate X1", "Example Test CA", "Do Not Trust Root"])
def test_an_authority_for_trials_vouches_for_nobody_unless_a_person_pinned_it(name: str, roots: list[bytes]) -> None:
    trial = certificate(name, ROOT, name, ROOT, 3650)
    chain = pem(certificate(DOMAIN, LEAF, name, ROOT))
    with pytest.raises(Refused, match=r"wacz\.test_authority"):
        check_domain(chain, DOMAIN, SIGNED, MESSAGE, DAY, roots)
    check_domain(chain, DOMAIN, SIGNED, MESSAGE, DAY, [*roots, trial.public_bytes(Encoding.DER)])


def test_a_domain_with_such_a_word_is_no_authority_for_trials_and_one_that_issues_to_itself_is_refused() -> None:
    for domain in ("staging.vydumka.example", "test.example"):
        check_domain(pem(certificate(domain, LEAF, "Invented root", ROOT)), domain, SIGNED, MESSAGE, DAY, [PINNED])
        with pytest.raises(Refused, match=r"wacz\.no_root"):
            check_domain(pem(certificate(domain, LEAF, "Invented root", ROOT)), domain, SIGNED, MESSAGE, DAY, [])
    own = x509.CertificateBuilder().subject_name(AUTHORITY.subject).issuer_name(AUTHORITY.subject).public_key(LEAF.public_key())
    own = own.serial_number(7).not_valid_before(DAY).not_valid_after(DAY + timedelta(days=9))
    own = own.add_extension(x509.SubjectAlternativeName([x509.DNSName(DOMAIN)]), False)
    with pytest.raises(Refused, match=r"wacz\.self_made"):
        check_domain(pem(own.sign(LEAF, hashes.SHA256())), DOMAIN, SIGNED, MESSAGE, DAY, [])


def raw(curve: ec.EllipticCurve) -> tuple[str, bytes]:
    """A throw-away key as text, and its signature as two numbers."""
    key = ec.generate_private_key(curve)
    r, s = decode_dss_signature(key.sign(MESSAGE, ec.ECDSA(hashes.SHA256())))
    size = (curve.key_size + 7) // 8
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return b64encode(public).decode(), r.to_bytes(size, "big") + s.to_bytes(size, "big")


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1()], ids=lambda curve: str(curve.name))
def test_a_throw_away_key_signs_with_two_numbers(curve: ec.EllipticCurve) -> None:
    key, signature = raw(curve)
    check_anonymous(key, b64encode(signature).decode(), MESSAGE)
    half = len(signature) // 2
    for wrong in (signature[half:] + signature[:half], bytes(len(signature)), signature[:-1] + bytes([signature[-1] ^ 1])):
        with pytest.raises(Refused, match=r"wacz\.signature_wrong"):
            check_anonymous(key, b64encode(wrong).decode(), MESSAGE)
    for short in (signature[:-1], signature + b"0", b""):
        with pytest.raises(Damaged, match=r"wacz\.signature_unreadable"):
            check_anonymous(key, b64encode(short).decode(), MESSAGE)


def test_keys_of_another_kind_are_not_read() -> None:
    others = [rsa.generate_private_key(65537, 2048).public_key(), ec.generate_private_key(ec.SECP256K1()).public_key()]
    for key in [b64encode(one.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode() for one in others] + ["", "x", "AAAA"]:
        with pytest.raises(Damaged, match=r"wacz\.signature_unreadable"):
            check_anonymous(key, b64encode(b"0" * 64).decode(), MESSAGE)


def test_only_an_authority_that_signs_itself_is_pinned() -> None:
    der, name, digest = read_root(pem(AUTHORITY))
    assert der == PINNED and name == "CN=Invented root" and len(digest) == 64
    for text in (CHAIN, pem(AUTHORITY, STRANGER), "", "x" * 70_000):
        with pytest.raises(Damaged, match=r"wacz\.root"):
            read_root(text)
