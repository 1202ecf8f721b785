"""Submissions of a form that were encrypted on the phone (OpenRosa, ODK): opened with the private key of the form, in memory.

Each submission has an AES key of its own, locked for the form's RSA key (OAEP, SHA-256). Its files follow one another, the media first and the
answers last; each is AES in CFB mode with padding (PKCS 5), under a start value that is the MD5 of instance and key with one byte counted on for
each file. The signature is the MD5 over the names and MD5s of all of them, locked in the same way: it shows that the parts belong together, never
who sent them. Specification: ODK XForms, Encryption.
"""

import binascii
import hashlib
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from hmac import compare_digest
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms
from cryptography.hazmat.primitives.serialization import load_der_private_key, load_pem_private_key

from letapis.core.errors import Refused, UsageError

LARGEST_KEY: Final = 20_000
_BLOCK: Final = 16
_OAEP: Final = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
ANSWERS: Final = "submission.xml"  # what the signature calls the answers, whatever their file is called


@dataclass(frozen=True)
class Envelope:
    """What stands in the place of the answers: whose form it is, the locked key, which files belong to it, and its signature."""

    form: str
    version: str
    instance: str
    locked_key: str
    answers: str
    media: tuple[str, ...]
    signature: str


def read_form_key(data: bytes) -> rsa.RSAPrivateKey:
    """The private key of a form: PEM or PKCS 8. Raises UsageError("odk.key_locked") for one under a passphrase, UsageError("odk.key_unreadable")."""
    load = load_pem_private_key if data.lstrip().startswith(b"-----") else load_der_private_key
    try:
        key = load(data.strip() if load is load_pem_private_key else data, None) if len(data) <= LARGEST_KEY else None
    except TypeError:
        raise UsageError("odk.key_locked") from None
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise UsageError("odk.key_unreadable")
    return key


def open_envelope(key: rsa.RSAPrivateKey, told: Envelope, media: Sequence[bytes], answers: bytes) -> tuple[bytes, ...]:
    """The files in clear, the answers last. ``media`` stand in the order of the envelope.

    Raises Refused("odk.key_wrong") where this key does not open it, Refused("odk.signature_wrong") where anything in it is not what was signed.
    """
    session = _unlocked(key, told.locked_key, "odk.key_wrong")
    start = bytearray(hashlib.md5(told.instance.encode("utf-8") + session, usedforsecurity=False).digest())
    clear = []
    for number, data in enumerate((*media, answers)):
        start[number % _BLOCK] = (start[number % _BLOCK] + 1) % 256
        clear.append(_decrypted(session, bytes(start), data))
    signed = _unlocked(key, told.signature, "odk.signature_wrong")
    if not compare_digest(signed, hashlib.md5(_signed_text(told, clear), usedforsecurity=False).digest()):
        raise Refused("odk.signature_wrong")
    return tuple(clear)


def _unlocked(key: rsa.RSAPrivateKey, text: str, code: str) -> bytes:
    try:
        return key.decrypt(b64decode(text, validate=True), _OAEP)
    except (ValueError, binascii.Error):
        raise Refused(code) from None


def _decrypted(session: bytes, start: bytes, data: bytes) -> bytes:
    try:
        door = Cipher(algorithms.AES(session), CFB(start)).decryptor()
    except ValueError:
        raise Refused("odk.key_wrong") from None
    clear = door.update(data) + door.finalize()
    filled = clear[-1] if clear else 0
    if not 1 <= filled <= _BLOCK or clear[-filled:] != bytes([filled]) * filled:
        raise Refused("odk.signature_wrong")
    return clear[:-filled]


def _signed_text(told: Envelope, clear: Sequence[bytes]) -> bytes:
    names = (*(name.removesuffix(".enc") for name in told.media), ANSWERS)
    lines = [told.form, *([told.version] if told.version else []), told.locked_key, told.instance]
    lines += [f"{name}::{hashlib.md5(data, usedforsecurity=False).hexdigest()}" for name, data in zip(names, clear, strict=True)]
    return "".join(f"{line}\n" for line in lines).encode("utf-8")
