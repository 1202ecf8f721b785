"""Submissions encrypted on the phone: the sample of another program opens to its values, ones made here in every way wrong are refused."""

import base64
import hashlib
import os
from pathlib import Path

import pytest
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat, PublicFormat
from tests.engines.test_tables import outside

from letapis.core.errors import LetapisError
from letapis.engines.odk import Given, Submission, open_submissions

__all__ = ["outside"]
SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "odk"
OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
KEY, OTHER = (rsa.generate_private_key(65537, 2048) for _ in range(2))
CLEAR = '<data id="vydumka" version="7"><name>Алена Выдумка</name></data>'.encode()
PHOTO, SOUND = b"\xff\xd8 no photograph", b"OggS no sound" * 9
Files = dict[str, bytes]


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, form: PrivateFormat = PrivateFormat.PKCS8, encoding: Encoding = Encoding.PEM) -> bytes:
    return key.private_bytes(encoding, form, NoEncryption())


def locked(number: int = 1, media: dict[str, bytes] | None = None, answers: bytes = CLEAR, version: str = "7", prefix: str = "") -> Files:
    """What a phone sends, written by the specification and not by our own code."""
    session, instance = os.urandom(32), f"uuid:{number}"
    start = bytearray(hashlib.md5(instance.encode() + session).digest())
    held = base64.b64encode(KEY.public_key().encrypt(session, OAEP)).decode()
    source = f"vydumka\n{version}\n{held}\n{instance}\n" if version else f"vydumka\n{held}\n{instance}\n"
    files, told = {}, ""
    for place, (name, data) in enumerate([*(media or {}).items(), ("submission.xml", answers)]):
        start[place % 16] = (start[place % 16] + 1) % 256
        filled = 16 - len(data) % 16
        door = Cipher(algorithms.AES(session), CFB(bytes(start))).encryptor()
        files[f"{prefix}{name}.enc"] = door.update(data + bytes([filled]) * filled) + door.finalize()
        source += f"{name}::{hashlib.md5(data).hexdigest()}\n"
        told += f"<media><file>{name}.enc</file></media>" if name != "submission.xml" else ""
    signature = base64.b64encode(KEY.public_key().encrypt(hashlib.md5(source.encode()).digest(), OAEP)).decode()
    about = f'id="vydumka" encrypted="yes"{f" version={chr(34)}{version}{chr(34)}" if version else ""}'
    envelope = (
        f'<data {about} xmlns="http://opendatakit.org/submissions"><base64EncryptedKey>{held}</base64EncryptedKey>'
        f'<n0:meta xmlns:n0="http://openrosa.org/xforms"><n0:instanceID>{instance}</n0:instanceID></n0:meta>{told}'
        f"<encryptedXmlFile>submission.xml.enc</encryptedXmlFile>"
        f"<base64EncryptedElementSignature>{signature}</base64EncryptedElementSignature></data>"
    )
    return {f"{prefix}submission.xml": envelope.encode(), **files}


def opened(files: list[tuple[str, bytes]], key: bytes) -> tuple[Submission, ...]:
    return open_submissions([Given(name, len(data), lambda data=data: data) for name, data in files], key)  # type: ignore[misc]


def refused(files: Files, key: bytes) -> str:
    with pytest.raises(LetapisError) as told:
        opened(list(files.items()), key)
    assert not told.value.where
    return told.value.code


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared samples stand beside the repository")
def test_the_sample_of_another_program_opens_to_its_values(outside: None) -> None:
    names = ("encrypted-form-submission.xml", "encrypted-form-submission.xml.enc", "encrypted-form.xml")
    key = (SAMPLES / "encrypted-form-key.pem").read_bytes()
    (one,) = opened([(name, (SAMPLES / name).read_bytes()) for name in names], key)
    assert one.of == 0 and one.answers.of == 1 and b"<name>Guillermo</name>" in one.answers.data
    assert b"uuid:494cd080-3bf4-47be-b40f-c706a950d58a" in one.answers.data and one.answers.data.endswith(b"</data>")


@pytest.mark.parametrize(
    "form", [(PrivateFormat.PKCS8, Encoding.PEM), (PrivateFormat.TraditionalOpenSSL, Encoding.PEM), (PrivateFormat.PKCS8, Encoding.DER)]
)
@pytest.mark.parametrize("version", ["7", ""])
def test_media_and_answers_open_whatever_the_form_of_the_key(outside: None, form: tuple[PrivateFormat, Encoding], version: str) -> None:
    files = locked(media={"a.jpg": PHOTO, "b.ogg": SOUND, **{f"{n}.txt": b"%d" % n for n in range(20)}}, version=version)
    (one,) = opened([("other.csv", b"id\n1\n"), *files.items()], pem(KEY, *form))
    assert one.answers.data == CLEAR and [part.name for part in one.media][:2] == ["a.jpg", "b.ogg"] and one.answers.name == "submission.xml"
    assert [part.data for part in one.media] == [PHOTO, SOUND, *(b"%d" % n for n in range(20))] and one.of == 1


def test_answers_of_one_name_find_their_own_envelope(outside: None) -> None:
    """Folders of a phone: every submission is called the same."""
    first, second = locked(1, answers=CLEAR + b" 1"), locked(2, answers=CLEAR + b" 2")
    files = [*first.items(), *reversed(second.items())]
    found = opened(files, pem(KEY))
    assert [(one.of, one.answers.of, one.answers.data[-1:]) for one in found] == [(0, 1, b"1"), (3, 2, b"2")]


def _changed(files: Files, name: str, at: int = 3) -> Files:
    data = bytearray(files[name])
    data[at] ^= 1
    return {**files, name: bytes(data)}


def test_every_wrong_key_and_every_wrong_part_has_its_own_word(outside: None) -> None:
    files = locked(media={"a.jpg": PHOTO})
    assert refused(files, pem(OTHER)) == "odk.key_wrong"
    assert refused(files, pem(ec.generate_private_key(ec.SECP256R1()))) == "odk.key_unreadable"
    public = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for wrong in (b"", b"-----BEGIN RSA PRIVATE KEY-----", b"x" * 20_001, public, b"\x30\x82"):
        assert refused(files, wrong) == "odk.key_unreadable"
    assert refused(files, KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"words"))) == "odk.key_locked"
    for name in ("a.jpg.enc", "submission.xml.enc"):
        assert refused(_changed(files, name), pem(KEY)) == "odk.signature_wrong"
        assert refused({**files, name: files[name][:-1]}, pem(KEY)) == "odk.signature_wrong"
        assert refused({**files, name: b""}, pem(KEY)) == "odk.signature_wrong"
    assert refused({name: data for name, data in files.items() if name != "a.jpg.enc"}, pem(KEY)) == "odk.media_missing"
    assert refused({name: data for name, data in files.items() if name != "submission.xml.enc"}, pem(KEY)) == "odk.answers_missing"
    assert refused({"a.csv": b"id\n1\n", "b.xml": CLEAR}, pem(KEY)) == "odk.none"


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'version="7"', b'version="8"'), (b"uuid:1", b"uuid:2"), (b'id="vydumka"', b'id="vydumkb"'), (b"ElementSignature>", b"ElementSignatura>")],
    ids=["version", "instance", "form", "no signature"],
)
def test_a_changed_envelope_is_not_what_was_signed(outside: None, old: bytes, new: bytes) -> None:
    files = locked()
    files["submission.xml"] = files["submission.xml"].replace(old, new)
    assert refused(files, pem(KEY)) == "odk.signature_wrong"


def test_media_in_another_order_and_of_another_submission_are_not_what_was_signed(outside: None) -> None:
    files = locked(media={"a.jpg": PHOTO, "b.jpg": SOUND})
    files["a.jpg.enc"], files["b.jpg.enc"] = files["b.jpg.enc"], files["a.jpg.enc"]
    assert refused(files, pem(KEY)) == "odk.signature_wrong"
    assert refused({**locked(2), "submission.xml.enc": locked(3)["submission.xml.enc"]}, pem(KEY)) == "odk.signature_wrong"


def test_an_envelope_with_entities_or_that_breaks_off_is_refused_as_such(outside: None) -> None:
    files = locked()
    assert refused({**files, "submission.xml": b"<!DOCTYPE d [<!ENTITY x 'y'>]>" + files["submission.xml"]}, pem(KEY)) == "parse.xml_entities"
    assert refused({**files, "submission.xml": files["submission.xml"][:-9]}, pem(KEY)) == "parse.table_damaged"


def test_the_envelope_is_read_in_the_sandbox_too() -> None:
    (one,) = opened(list(locked(media={"a.jpg": PHOTO}).items()), pem(KEY))
    assert one.answers.data == CLEAR
