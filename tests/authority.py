"""A time-stamp authority of our own, made with ``openssl ts``: a root, a unit, and a small server on loopback. For tests only."""

import hashlib
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from letapis.core import der

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="the authority of the tests is made with openssl")

_MESSAGE_DIGEST = bytes.fromhex("2a864886f70d010904")
_CONFIG = """
[req]
distinguished_name = dn
[dn]
[root]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign
[unit]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = {purpose}
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256, sha384, sha512
signer_digest = {signer_digest}
accuracy = secs:1
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = {ess}
"""


@dataclass
class Authority:
    """An authority in a folder. ``asked`` counts what its server was asked; ``says`` replaces its answers."""

    folder: Path
    name: str
    asked: list[tuple[str, str, bytes]] = field(default_factory=list)
    says: dict[str, Any] = field(default_factory=dict)

    @property
    def root(self) -> str:
        return (self.folder / "root.pem").read_text()

    def reply(self, request: bytes, config: str = "tsa.cnf") -> bytes:
        """What this authority answers to a request."""
        query, answer = self.folder / "in.tsq", self.folder / "out.tsr"
        query.write_bytes(request)
        signed = ("-signer", "unit.pem", "-inkey", "unit.key", "-chain", "root.pem")
        openssl(self.folder, "ts", "-reply", "-queryfile", str(query), "-config", config, *signed, "-out", str(answer))
        return answer.read_bytes()

    def reply_at(self, request: bytes, moment: datetime) -> bytes:
        """The same with the hour that the authority wants to be believed, properly signed."""
        status, token = der.whole(self.reply(request), der.SEQUENCE)
        kind, content = der.nodes(token[1])
        version, algorithms, inner, certificates, signers = der.nodes(der.nodes(content[1])[0][1])
        inner_kind, held = der.nodes(inner[1])
        stated = [
            (tag, moment.strftime("%Y%m%d%H%M%SZ").encode()) if tag == der.TIME else (tag, value)
            for tag, value in der.whole(der.nodes(held[1])[0][1], der.SEQUENCE)
        ]
        info = der.encode(der.SEQUENCE, *map(der.encoded, stated))
        signer = self._signer_over(info, der.nodes(der.nodes(signers[1])[0][1]))
        told = der.encode(der.SEQUENCE, der.encoded(inner_kind), der.encode(der.FIRST, der.encode(der.OCTETS, info)))
        parts = (der.encoded(version), der.encoded(algorithms), told, der.encoded(certificates), der.encode(der.SET, signer))
        outer = der.encode(der.FIRST, der.encode(der.SEQUENCE, *parts))
        return der.encode(der.SEQUENCE, der.encoded(status), der.encode(der.SEQUENCE, der.encoded(kind), outer))

    def _signer_over(self, info: bytes, parts: list[der.Node]) -> bytes:
        digest = der.encode(der.SET, der.encode(der.OCTETS, hashlib.sha256(info).digest()))
        attributes = []
        for _, attribute in der.nodes(parts[3][1]):
            kind, values = der.nodes(attribute)
            attributes.append(der.encode(der.SEQUENCE, der.encoded(kind), digest if kind[1] == _MESSAGE_DIGEST else der.encoded(values)))
        attributes.sort()
        key: Any = load_pem_private_key((self.folder / "unit.key").read_bytes(), None)
        parts[3] = (der.FIRST, b"".join(attributes))
        parts[-1] = (der.OCTETS, key.sign(der.encode(der.SET, *attributes), ECDSA(SHA256())))
        return der.encode(der.SEQUENCE, *map(der.encoded, parts))


def openssl(folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["openssl", *words], cwd=folder, capture_output=True, check=True, timeout=60)


def make_authority(
    folder: Path, name: str = "one", purpose: str = "critical,timeStamping", days: int = 3650, ess: str = "sha256", signer_digest: str = "sha256"
) -> Authority:
    """Root and unit with P-256 keys. ``days``: how long the unit's certificate is good."""
    folder.mkdir(parents=True)
    config = folder / "tsa.cnf"
    config.write_text(_CONFIG.format(folder=folder, purpose=purpose, ess=ess, signer_digest=signer_digest))
    (folder / "serial").write_text("01\n")
    new = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-config", str(config))
    root = ("-subj", f"/O=letapis TEST ONLY/CN=Test root {name}", "-days", "3650", "-extensions", "root")
    openssl(folder, "req", "-x509", *new, "-keyout", "root.key", "-out", "root.pem", *root)
    openssl(folder, "req", "-new", *new, "-keyout", "unit.key", "-out", "unit.csr", "-subj", f"/O=letapis TEST ONLY/CN=Test unit {name}")
    signed = ("-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days", str(days), "-extfile", str(config), "-extensions", "unit")
    openssl(folder, "x509", "-req", "-in", "unit.csr", *signed, "-out", "unit.pem")
    return Authority(folder, name)


@contextmanager
def served(answer: Any) -> Iterator[str]:
    """A server on loopback for the time of a test: ``answer(method, path, headers, body)`` gives (status, headers, body). Yields its address."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, headers, data = answer(self.command, self.path, dict(self.headers.items()), body)
            with suppress(ConnectionError):  # who asked may be gone
                self.send_response(status)
                for key, value in {"Content-Length": str(len(data)), **headers}.items():
                    self.send_header(key, value)
                self.end_headers()
                self.wfile.write(data)

        do_GET = do_POST = _any  # noqa: N815  the names are those of the standard library

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def open_authority(authority: Authority) -> Iterator[str]:
    """The authority on loopback. Yields its address."""

    def answer(method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        authority.asked.append((method, headers.get("Content-Type", ""), body))
        if authority.says:
            return authority.says["status"], authority.says.get("headers", {}), authority.says.get("body", b"")
        return 200, {"Content-Type": "application/timestamp-reply"}, authority.reply(body)

    with served(answer) as address:
        yield f"{address}/tsa"
