"""The WebDAV client against a small WebDAV server on loopback, honest or hostile, written from RFC 4918."""

import base64
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

import pytest

from letapis.core.errors import Busy, Hostile, NotFound, Refused, UsageError
from letapis.engines import webdav
from letapis.engines.objects import PIECE, ObjectStore
from letapis.engines.relay import RelayStore

A, B = "a" * 32, "b" * 32


class Share(BaseHTTPRequestHandler):
    """Files and folders in memory. ``steer`` answers every request with a redirect, ``said`` is the body of every listing, when set."""

    files: ClassVar[dict[str, bytes]] = {}
    folders: ClassVar[set[str]] = set()
    asked: ClassVar[list[tuple[str, str]]] = []
    steer: ClassVar[str | None] = None
    said: ClassVar[bytes | None] = None
    status: ClassVar[int | None] = None
    ranges: ClassVar[bool] = True
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def __getattr__(self, name: str) -> Callable[[], None]:
        if name.startswith("do_"):
            return self._any
        raise AttributeError(name)

    def _reply(self, code: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(code)
        for key, value in {"Content_Length": str(len(body)), **headers}.items():
            self.send_header(key.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _any(self) -> None:
        self.asked.append((self.command, self.path))
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.steer is not None:
            self._reply(302, Location=self.steer)
        elif self.status is not None:
            self._reply(self.status)
        else:
            getattr(self, f"_{self.command.lower()}")(body)

    def _put(self, body: bytes) -> None:
        if self.path.rpartition("/")[0] not in self.folders:
            return self._reply(409)
        self.files[self.path] = body
        self._reply(201)

    def _mkcol(self, _: bytes) -> None:
        there = self.path in self.folders
        self.folders.add(self.path)
        self._reply(405 if there else 201)

    def _move(self, _: bytes) -> None:
        target = urlsplit(self.headers["Destination"]).path
        if target in self.files and self.headers["Overwrite"] == "F":
            return self._reply(412)
        self.files[target] = self.files.pop(self.path)
        self._reply(201)

    def _delete(self, _: bytes) -> None:
        self._reply(204 if self.files.pop(self.path, None) is not None else 404)

    def _head(self, _: bytes) -> None:
        self._get(b"")

    def _get(self, _: bytes) -> None:
        data = self.files.get(self.path)
        part = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if data is None:
            self._reply(404)
        elif part and self.ranges:
            start, end = int(part[1]), min(int(part[2]), len(data) - 1)
            if start >= len(data):
                return self._reply(416)
            self._reply(206, data[start : end + 1], Content_Range=f"bytes {start}-{end}/{len(data)}")
        else:
            self._reply(200, data)

    def _propfind(self, _: bytes) -> None:
        folder = self.path.rstrip("/")
        if self.said is not None:
            return self._reply(207, self.said)
        if folder not in self.folders:
            return self._reply(404)
        inside = [p for p in (*self.files, *self.folders) if p.rpartition("/")[0] == folder]
        entries = [f"<D:response><D:href>{escape(folder)}/</D:href>{COLLECTION}</D:response>"]
        for path in inside:
            size = COLLECTION if path in self.folders else PLAIN.format(len(self.files[path]))
            entries.append(f"<D:response><D:href>http://elsewhere.pryklad.example{escape(path)}</D:href>{size}</D:response>")
        self._reply(207, f'<D:multistatus xmlns:D="DAV:">{"".join(entries)}</D:multistatus>'.encode())


COLLECTION = "<D:propstat><D:prop><D:resourcetype><D:collection/></D:resourcetype></D:prop></D:propstat>"
PLAIN = "<D:propstat><D:prop><D:getcontentlength>{}</D:getcontentlength><D:resourcetype/></D:prop></D:propstat>"


@pytest.fixture
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Share)
    Share.files.clear()
    Share.folders.clear()
    Share.folders.add("/relay")
    Share.asked.clear()
    Share.steer = Share.said = Share.status = None
    Share.ranges = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/relay"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_relay_on_webdav_keeps_what_it_is_given(address: str) -> None:
    store = RelayStore(address)
    assert len(store.list()) == 0 and len(store.list("records")) == 0
    names = [f"records/{A}/0/{B}", f"objects/{A}", f"keys/{A}/3/{B}"]
    for name in names:
        store.put_new(name, name.encode())
        assert store.get(name) == name.encode()
    assert list(store.list()) == sorted(names) and store.list("records").names == (names[0],) and store.list().ignored == {}
    with pytest.raises(Refused):
        store.put_new(names[0], b"other")
    assert store.get(names[0]) == names[0].encode()
    store.remove(names[1])
    for call in (store.get, store.remove, store.pieces):
        with pytest.raises(NotFound):
            call(names[1])


def test_a_name_taken_between_looking_and_moving_is_not_overwritten(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = RelayStore(address)
    store.put_new(f"notes/{A}", b"first")
    monkeypatch.setattr(webdav.WebDav, "_has", lambda *_: False)
    with pytest.raises(Refused) as caught:
        store.put_new(f"notes/{A}", b"second")
    assert caught.value.code == "blobs.exists" and store.get(f"notes/{A}") == b"first"
    assert list(Share.files) == [f"/relay/notes/{A}"]


def test_what_a_hostile_server_lists_is_ignored_by_name(address: str) -> None:
    store = RelayStore(address)
    store.put_new(f"objects/{A}", b"good")
    for path in ("/relay/objects/x.exe", f"/relay/objects/{A}.html", "/relay/objects/%2e%2e%2f%2e%2e%2fetc", f"/relay/tiles/{A}"):
        Share.files[path] = b"bad"
    Share.folders.update({"/relay/tiles", "/relay/objects/%2e%2e", "/relay/objects/a b", f"/elsewhere/{A}"})
    listing = store.list()
    assert listing.names == (f"objects/{A}",) and listing.ignored == {"relay.name": 3, "relay.not_plain": 3}
    assert not [path for _, path in Share.asked if ".." in path or "%2e" in path or " " in path]


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"not xml",
        b"<D:multistatus xmlns:D='DAV:'>",
        b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]><x>&a;</x>",
    ],
)
def test_a_listing_that_is_none_is_hostile(address: str, said: bytes) -> None:
    Share.said = said
    with pytest.raises(Hostile) as caught:
        RelayStore(address).list()
    assert caught.value.code == "blobs.listing"


def test_a_server_that_lists_a_folder_inside_itself_for_ever_ends(address: str) -> None:
    Share.said = f'<D:multistatus xmlns:D="DAV:"><D:response><D:href>/relay/keys/</D:href>{COLLECTION}</D:response></D:multistatus>'.encode()
    assert len(RelayStore(address).list()) == 0 and len(Share.asked) < 10


@pytest.mark.parametrize("ranges", [True, False])
def test_objects_are_sealed_onto_webdav_and_read_back_in_parts(address: str, ranges: bool) -> None:
    Share.ranges = ranges
    store = ObjectStore(address)
    data = bytes(range(256)) * 4096 * 9
    made = store.put([data], b"c" * 16, 0)
    assert len(data) > PIECE and b"".join(store.open(made.name, made.dek)) == data and store.fixity(made.name) == made.blob_sha256
    assert list(store.names()) == [made.name] and store.sweep() == 0
    with pytest.raises(KeyError):
        store.put(iter_that_breaks(), b"c" * 16, 0)
    assert list(store.names()) == [made.name] and len(Share.files) == 1


def iter_that_breaks() -> Iterator[bytes]:
    yield b"x" * 100
    raise KeyError


def test_reading_after_the_end_gives_nothing(address: str) -> None:
    store = RelayStore(address)
    store.put_new(f"notes/{A}", b"abc")
    assert store._blobs.read(f"notes/{A}", 3, 5) == store._blobs.read(f"notes/{A}", 0, 0) == b"" and store._blobs.read(f"notes/{A}", 1, 99) == b"bc"


def test_more_than_one_request_can_carry_is_refused_and_nothing_is_sent(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webdav, "LARGEST", 1000)
    with pytest.raises(Refused) as caught:
        ObjectStore(address).put([b"x" * 2000], b"c" * 16, 0)
    assert caught.value.code == "blobs.too_large" and not Share.files


def test_a_server_that_steers_us_to_another_host_is_not_followed(address: str) -> None:
    """The address is unroutable, and the network guard of the suite fails on any try."""
    Share.steer = "http://192.0.2.7:9/elsewhere"
    store = RelayStore(address)
    calls: tuple[Callable[[], object], ...] = (
        lambda: store.get(f"notes/{A}"),
        lambda: store.list(),
        lambda: store.put_new(f"notes/{A}", b"x"),
        lambda: store.remove(f"notes/{A}"),
    )
    for call in calls:
        with pytest.raises(Hostile) as caught:
            call()
        assert caught.value.code == "blobs.redirected"


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (401, Refused, "blobs.denied"),
        (403, Refused, "blobs.denied"),
        (507, Busy, "disk.full"),
        (500, Busy, "blobs.unreachable"),
        (423, Busy, "blobs.unreachable"),
        (405, Busy, "blobs.unreachable"),
        (416, Busy, "blobs.unreachable"),
    ],
)
def test_refusals_of_the_server_have_names(address: str, status: int, kind: type[Exception], code: str) -> None:
    Share.status = status
    with pytest.raises(kind) as caught:
        RelayStore(address).put_new(f"notes/{A}", b"x")
    assert caught.value.code == code  # type: ignore[attr-defined]


def test_name_and_password_of_the_address_go_into_the_header_and_nowhere_else(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(Share, "_propfind", lambda self, _: (seen.append(self.headers["Authorization"]), self._reply(404)))
    RelayStore(address.replace("http://", "http://pryklad:p%40ss@")).list()
    assert seen == ["Basic " + base64.b64encode(b"pryklad:p@ss").decode()] and not [p for _, p in Share.asked if "ss" in p]


@pytest.mark.parametrize(
    "address",
    [
        "ftp://pryklad.example/x",
        "file:///etc",
        "http://",
        "http://relay.pryklad.example/x",
        "http://10.0.0.1/x",
        "https://relay.pryklad.example/x?q=1",
        "https://relay.pryklad.example:x/",
        "s3://",
    ],
)
def test_an_address_that_is_unknown_or_would_send_names_in_clear_is_refused(address: str) -> None:
    with pytest.raises(UsageError):
        RelayStore(address)
