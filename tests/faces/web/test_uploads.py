"""An upload is sealed while it is received: never a file, never read by a page that did not ask."""

import os
import socket
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import clear_url_caches, path

from letapis.core.access import Reader
from letapis.core.errors import Busy, LetapisError
from letapis.desk import evidence
from letapis.faces.web import urls
from letapis.faces.web.running import Running, serving
from letapis.faces.web.session import takes_files

from .conftest import token_of
from .test_serve import Live, started, token

DOSSIER = b"d" * 16
RECEIVE = f"/receive/{DOSSIER.hex()}"
CANARY = b"PRYKLAD-VYDUMKA-375291234567"
_writes: list[str] = []
_watching = False


def _watch_opens(event: str, arguments: tuple[Any, ...]) -> None:
    """Every file that Python opens for writing while a test watches. An audit hook cannot be taken away, so it is switched."""
    if _watching and event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        _writes.append(str(arguments[0]))


sys.addaudithook(_watch_opens)


@takes_files("dossier")
def receive(request: Any, dossier: str) -> HttpResponse:
    upload = request.FILES["file"]
    return HttpResponse(f"{upload.sealed} {upload.size} {upload.untrusted_name} {upload.name}")


def ignore(request: Any) -> HttpResponse:
    return HttpResponse(str(len(request.FILES)))


@pytest.fixture(autouse=True)
def addresses() -> Iterator[None]:
    module = ModuleType("tests_upload_urls")
    vars(module).update({name: getattr(urls, name) for name in ("handler400", "handler403", "handler404", "handler500")})
    vars(module)["urlpatterns"] = [*urls.urlpatterns, path("receive/<str:dossier>", receive), path("ignore", ignore)]
    with override_settings(ROOT_URLCONF=module):
        clear_url_caches()
        yield
    clear_url_caches()


def multipart(fields: dict[str, str], content: bytes, name: str = "запіс.txt") -> tuple[bytes, str]:
    parts = [f'--b\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode() for key, value in fields.items()]
    head = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: text/plain\r\n\r\n'.encode()
    return b"".join([*parts, head, content, b"\r\n--b--\r\n"]), "multipart/form-data; boundary=b"


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    sealed: list[int] = []

    def seal(desk: Any, reader: Reader, dossier: bytes, pieces: Iterable[bytes]) -> int:
        assert dossier == DOSSIER and reader.purpose == "work"
        total = 0
        try:
            for piece in pieces:
                total += len(piece)
        finally:
            sealed.append(total)
        return total

    monkeypatch.setattr(evidence, "seal_upload", seal)
    with started(tmp_path) as live:
        vars(live)["sealed"] = sealed
        yield live


def test_the_sealing_handler_is_the_only_one() -> None:
    assert settings.FILE_UPLOAD_HANDLERS == ["letapis.faces.web.uploads.SealingUploadHandler"]


def test_a_large_upload_leaves_no_file(live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five megabytes through the real server: nothing is opened for writing, and the temporary folder stays empty."""
    global _watching
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    live.enter()
    content = CANARY * (5_000_000 // len(CANARY))
    body, kind = multipart({"csrfmiddlewaretoken": token(live.page("/help"))}, content)
    before = _deleted_files()
    _writes.clear()
    _watching = True
    try:
        answer = live.ask("POST", RECEIVE, body, {"Origin": live.door.origin, "Content-Type": kind})
    finally:
        _watching = False
    assert answer.status == 200
    assert answer.content.decode() == f"{len(content)} {len(content)} запіс.txt upload"  # type: ignore[attr-defined]
    assert not _writes and not list(folder.iterdir())
    assert _deleted_files() <= before


def _deleted_files() -> set[str]:
    """Open files that have no name any more: the usual way to hide a temporary file."""
    found = set()
    for descriptor in os.listdir("/proc/self/fd"):
        with suppress(OSError):
            found.add(os.readlink(f"/proc/self/fd/{descriptor}"))
    return {target for target in found if "(deleted)" in target}


def test_the_watch_for_files_sees_a_file(tmp_path: Path) -> None:
    """The test above would be worth nothing if the hook were blind."""
    global _watching
    _writes.clear()
    _watching = True
    try:
        with tempfile.TemporaryFile(dir=tmp_path):
            pass
    finally:
        _watching = False
    assert _writes


def test_a_form_in_memory_leaves_no_file(live: Live) -> None:
    global _watching
    live.enter()
    page_token = token(live.page("/help"))
    _writes.clear()
    _watching = True
    try:
        answer = live.form("/ignore", csrfmiddlewaretoken=page_token, text=CANARY.decode() * 40_000)
    finally:
        _watching = False
    assert answer.status == 200 and not _writes


def test_a_stranger_s_upload_is_not_read(live: Live) -> None:
    body, kind = multipart({}, CANARY * 1000)
    answer = live.ask("POST", RECEIVE, body, {"Origin": live.door.origin, "Content-Type": kind})
    assert answer.status == 403 and not vars(live)["sealed"]


def test_a_page_that_takes_no_files_refuses_them(inside: Client) -> None:
    token_ = token_of(inside, "/help")
    inside.raise_request_exception = False
    answer = inside.post("/ignore", {"csrfmiddlewaretoken": token_, "file": SimpleUploadedFile("x", CANARY)})
    assert answer.status_code == 403 and "takes no files" in answer.content.decode()


@pytest.mark.parametrize("address", ["/receive/zz", "/receive/" + "0" * 31, "/receive/" + "F" * 32])
def test_an_upload_for_no_dossier_is_refused_unread(inside: Client, address: str) -> None:
    token_ = token_of(inside, "/help")
    inside.raise_request_exception = False
    assert inside.post(address, {"csrfmiddlewaretoken": token_, "file": SimpleUploadedFile("x", CANARY)}).status_code == 404


def test_an_upload_without_the_form_token_is_refused(inside: Client) -> None:
    assert inside.post(RECEIVE, {"file": SimpleUploadedFile("x", CANARY)}).status_code == 403


def test_an_upload_that_breaks_off_is_told_to_the_store(live: Live) -> None:
    live.enter()
    body, kind = multipart({"csrfmiddlewaretoken": token(live.page("/help"))}, CANARY * 40_000)
    head = f"POST {RECEIVE} HTTP/1.1\r\nHost: {live.door.authority}\r\nOrigin: {live.door.origin}\r\nCookie: {live.cookie}\r\n"
    head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", live.port), timeout=10) as peer:
        peer.sendall(head.encode() + body[: len(body) // 2])
        peer.shutdown(socket.SHUT_WR)
        answer = peer.recv(65536)
    assert answer.startswith(b"HTTP/1.1 400")
    deadline = time.monotonic() + 5
    while not vars(live)["sealed"] and time.monotonic() < deadline:
        time.sleep(0.01)
    assert vars(live)["sealed"][0] < len(CANARY) * 40_000


@pytest.mark.parametrize("after", [0, 5])
def test_a_store_that_cannot_go_on_is_said(inside: Client, run: Running, after: int) -> None:
    def full(desk: Any, reader: Reader, dossier: bytes, pieces: Iterable[bytes]) -> Any:
        for number, _ in enumerate(pieces):
            if number == after:
                raise Busy("web.cannot_bind")

    with serving(Running(run.desk, run.door, full)):
        answer = _post(inside, SimpleUploadedFile("x", CANARY * 20_000))
    assert answer.status_code == 503


def test_a_store_that_answers_nothing_is_a_broken_upload(inside: Client, run: Running) -> None:
    with serving(Running(run.desk, run.door, lambda desk, reader, dossier, pieces: None)):
        assert _post(inside, SimpleUploadedFile("x", CANARY)).status_code == 400


def test_several_files_arrive_each_whole(inside: Client) -> None:
    for size in (1, 65_536, 65_537, 700_001):
        answer = _post(inside, SimpleUploadedFile("x", b"a" * size))
        assert answer.content.split()[:2] == [str(size).encode()] * 2


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\x\\y", "a" * 500, "нататка\u202e.txt", "x\r\ny"])
def test_a_foreign_name_never_becomes_a_name_of_ours(inside: Client, name: str) -> None:
    answer = _post(inside, SimpleUploadedFile(name, b"x"))
    assert answer.status_code == 200 and answer.content.decode().endswith(" upload")


def _post(client: Client, file: SimpleUploadedFile) -> Any:
    client.raise_request_exception = False
    try:
        return client.post(RECEIVE, {"csrfmiddlewaretoken": token_of(client, "/help"), "file": file})
    except LetapisError as error:
        raise AssertionError("an error reached the client") from error
