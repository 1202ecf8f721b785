"""Nothing that people write stands anywhere on the disk in a readable form: not after the whole job, not after a kill.

Sixty canaries go into every field of the desk, by command line and by browser. Searched are the workspaces, the relay, the folder for
temporary files, the home folder and everything that was written to standard error. What a person asked to see (standard output) and
the file they brought themselves are no part of it.
"""

import base64
import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest

from tests import canary
from tests.canary import CANARIES
from tests.faces.cli.players import Player, environment
from tests.workspaces import made

KILLS = 6
LONG_KILLS = 200


@dataclass
class Place:
    """One invented organisation of two on one disk area. ``told`` collects standard error of every process."""

    area: Path
    brought: Path
    first: Player
    second: Player
    told: Path
    used: list[int] = field(default_factory=list)
    open_desks: list["subprocess.Popen[str]"] = field(default_factory=list)
    visitors: list["Browser"] = field(default_factory=list)

    def word(self) -> str:
        """The next canary."""
        self.used.append(len(self.used))
        return CANARIES[self.used[-1] % len(CANARIES)]

    def hits(self) -> list[canary.Hit]:
        return canary.search([self.area])

    def open_desk(self, player: Player) -> None:
        """Open a member's desk; commands join its agent from then on, and the first one-time link is kept."""
        with self.told.open("a", encoding="utf-8") as errors:
            process = player.begin("start", stderr=errors)
        assert process.stdout is not None
        link = urlsplit(json.loads(process.stdout.readline())["link"])
        visitor = Browser(link.netloc)
        visitor.ask("POST", link.path, {"csrfmiddlewaretoken": visitor.token(link.path)})
        self.visitors.append(visitor)
        self.open_desks.append(process)


def _environment(area: Path) -> dict[str, str]:
    (area / "tmp").mkdir(exist_ok=True)
    return environment(area / "home") | {"TMPDIR": str(area / "tmp"), "XDG_RUNTIME_DIR": str(area / "tmp"), "XDG_CACHE_HOME": str(area / "home")}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    base = tmp_path_factory.mktemp("canaries")
    area, brought = base / "area", base / "brought"
    (area / "home").mkdir(parents=True)
    brought.mkdir()
    first, second = made(area, ("first", "second"), area / "relay")
    first.environment = second.environment = _environment(area)
    invented = Place(area, brought, first, second, area / "errors.txt")
    invented.open_desk(first)
    invented.open_desk(second)
    yield invented
    for process in invented.open_desks:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=30)


def _file(place: Place) -> Path:
    """A picture with a canary in its text chunk, under a name with a canary; it lies outside the searched area."""
    word = place.word()
    text = f"Comment\0{word.split()[0]}".encode()
    parts = [(b"IHDR", bytes.fromhex("0000000100000001080200000000")[:13]), (b"tEXt", text), (b"IDAT", zlib.compress(b"\0\xff\0\0")), (b"IEND", b"")]
    raw = b"\x89PNG\r\n\x1a\n" + b"".join(
        len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big") for kind, data in parts
    )
    path = place.brought / f"{word}.png"
    path.write_bytes(raw)
    return path


@pytest.fixture(scope="module")
def done(place: Place) -> Place:
    """The whole job with a canary in every field: two members, one relay, a document, a search, refusals."""
    me, word = place.first, place.word
    me.does("dossier", "new", word(), "--title", word(), "--person", word())
    dossier = me.does("dossier", "list")["dossiers"][0]["dossier"]
    identity = json.dumps({name: word() for name in ("name", "birth", "contact", "notes")}, ensure_ascii=False)
    source = me.does("source", "add", dossier, word(), "--grade", "B", "--circle", "family", "--identity", "-", stdin=identity)["source"]
    other = me.does("source", "add", dossier, word(), "--kind", "media")["source"]
    for party in (source, me.does("dossier", "show", dossier)["people"][0]["entity"]):
        me.does("consent", "set", dossier, party, "wgad_regular", "given", "--recipient", word(), "--reason", word(), "--taken", "2025-01-01")
    me.does("source", "compare", dossier, source, other, "--reason", word())
    me.does("evidence", "add", dossier, str(_file(place)), "--title", word(), "--kind", "photo", "--source", source)
    quotes = [word() for _ in range(6)]
    person = me.does("dossier", "show", dossier)["people"][0]["entity"]
    text = ". ".join(quotes)
    noted = me.does("note", "add", dossier, "--title", word(), "--text", "-", "--source", source, "--basis", "saw", "--subject", person, stdin=text)
    for quote_, fact in zip(quotes, ("detention.place", "detention.agency", "expression.act", "identity.name", "identity.profession"), strict=False):
        cut = json.dumps([{"property": fact, "value": word(), "page": word(), "time_code": word()}])
        me.does("claim", "add", dossier, "--note", noted["note"], "--quote", quote_, "--claims", cut)
    claim = me.does("claim", "list", dossier)["claims"][0]["claim"]
    me.does("claim", "correct", claim, "--property", "detention.place", "--value", word())
    me.does("dossier", "admit", dossier, "Vydumka 2")
    for player in (place.first, place.second, place.first, place.second):
        player.does("sync")
    dispute = place.second.does("dispute", claim, "--reason", word())
    place.second.does("withdraw", dispute["decision"])
    place.second.does("retract", claim, "--reason", word())
    request = place.second.does("identity", "request", dossier, source, "--purpose", word())["request"]
    place.second.does("sync")
    me.does("sync")
    me.does("identity", "share", request)
    me.does("sync")
    place.second.does("sync")
    me.does("judge", dossier, "WGAD-II", "E2", "yes", "--reason", word())
    me.does("brief", "make", dossier)
    for _ in range(6):
        me.does("find", word())
    _refusals(place, dossier)
    return place


def _refusals(place: Place, dossier: str) -> None:
    """What goes wrong must not carry the value along: standard error is kept in the searched area."""
    word, me = place.word, place.first
    calls = [
        ("claim", "add", dossier, "--property", "person.role", "--value", word(), "--source", word(), "--subject", word(), "--basis", "saw"),
        ("dossier", "show", word()),
        ("source", "add", dossier, word(), "--grade", word()),
        ("consent", "set", dossier, word(), word(), word()),
        ("note", "add", dossier, "--title", word(), "--text", f"@{word()}"),
        ("find",),
        (word(),),
    ]
    with place.told.open("a", encoding="utf-8") as errors:
        for call in calls:
            process = me.begin(*call, stderr=errors)
            process.communicate(timeout=60)
            assert process.returncode not in (0, 70)


def test_the_search_finds_a_canary_in_every_encoding(tmp_path: Path) -> None:
    text = f"before {CANARIES[7]} after"
    written = {
        "utf-8": text.encode(),
        "utf-16-le": text.encode("utf-16-le"),
        "utf-16-be": text.encode("utf-16-be"),
        "cp1251": text.encode("cp1251", "replace"),
        "base64": base64.b64encode(text.encode()),
        "base64-1": base64.b64encode(b"x" + text.encode()),
        "base64-2": base64.urlsafe_b64encode(b"xy" + text.encode()),
        "hex": text.encode().hex().encode(),
        "url": quote(text).encode(),
        "json": json.dumps(text).encode(),
        "zlib": b"junk" + zlib.compress(text.encode()),
        "lower": text.lower().encode(),
        "stem": CANARIES[7].split()[1].lower().encode(),
    }
    for name, data in written.items():
        (tmp_path / name).write_bytes(data)
    assert {hit.path.name for hit in canary.search([tmp_path])} == set(written)
    (tmp_path / CANARIES[1]).touch()
    assert any(hit.at == -1 for hit in canary.search([tmp_path]))


def test_the_job_used_every_canary(done: Place) -> None:
    assert len(done.used) >= len(CANARIES)


def test_nothing_written_by_the_whole_job_can_be_read_on_the_disk(done: Place) -> None:
    assert done.hits() == []
    assert (done.area / "first" / "database.db").stat().st_size > 100_000
    assert any((done.area / "relay").rglob("*"))


def test_the_desk_knows_all_of_it(done: Place) -> None:
    """The search above means something only if the words are there for those who may read them."""
    assert done.first.does("find", CANARIES[0].split()[0])["hits"]


# ---- the web desk ----------------------------------------------------------------------------------------------------


@dataclass
class Browser:
    """Just enough of one: cookies, forms, and the token of a page."""

    host: str
    cookie: str = ""

    def ask(self, method: str, path: str, form: dict[str, str] | None = None, body: bytes = b"", kind: str = "") -> tuple[int, str]:
        connection = http.client.HTTPConnection(self.host.rpartition(":")[0], int(self.host.rpartition(":")[2]), timeout=60)
        headers = {"Host": self.host, "Origin": f"http://{self.host}", "Cookie": self.cookie}
        data = body or urlencode(form or {}).encode()
        if method == "POST":
            headers["Content-Type"] = kind or "application/x-www-form-urlencoded"
        connection.request(method, path, data if method == "POST" else None, headers)
        answer = connection.getresponse()
        for name, value in answer.getheaders():
            if name == "Set-Cookie":
                first = value.split(";", 1)[0]
                kept = [part for part in self.cookie.split("; ") if part and part.partition("=")[0] != first.partition("=")[0]]
                self.cookie = "; ".join([*kept, first])
        text = answer.read().decode("utf-8", "replace")
        connection.close()
        return answer.status, text

    def token(self, path: str) -> str:
        status, text = self.ask("GET", path)
        assert status == 200, path
        hidden = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)
        assert hidden
        return hidden[1]


@pytest.fixture(scope="module")
def browser(done: Place) -> Browser:
    """The real desk of the first member, entered through its one-time link while it was fresh."""
    return done.visitors[0]


def _upload(browser: Browser, dossier: str, name: str, data: bytes, whole: bool = True) -> int:
    token = browser.token(f"/dossiers/{dossier}/evidence")
    edge = "edge7391"
    fields = {"csrfmiddlewaretoken": token, "title": name, "kind": "document"}
    parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode() for key, value in fields.items()]
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: application/octet-stream\r\n\r\n'.encode()
    body = b"".join([*parts, head, data, f"\r\n--{edge}--\r\n".encode() if whole else b""])
    return browser.ask("POST", f"/dossiers/{dossier}/evidence/add", body=body, kind=f"multipart/form-data; boundary={edge}")[0]


def test_what_is_typed_into_the_web_desk_leaves_no_trace_on_the_disk(done: Place, browser: Browser) -> None:
    dossier = done.first.does("dossier", "list")["dossiers"][0]["dossier"]
    assert CANARIES[0].split()[0] in browser.ask("GET", f"/dossiers/{dossier}")[1]
    browser.ask("GET", "/search?" + urlencode({"q": CANARIES[3]}))
    form = {"csrfmiddlewaretoken": browser.token(f"/dossiers/{dossier}/write"), "title": CANARIES[4], "text": CANARIES[5] * 50, "language": "be"}
    browser.ask("POST", f"/dossiers/{dossier}/write", form)
    browser.ask("POST", "/kept", form | {"text": CANARIES[7] * 50, "kept_form": f"/dossiers/{dossier}/write#note"})
    assert CANARIES[7] in browser.ask("GET", f"/dossiers/{dossier}/write?kept=note")[1]
    large = (CANARIES[6].encode() + b" ") * 100_000  # five megabytes, twice what Django would spool
    assert _upload(browser, dossier, CANARIES[8], large) == 303
    _upload(browser, dossier, CANARIES[9], large + b"more", whole=False)
    assert browser.ask("GET", "/" + quote(CANARIES[1]))[0] == 404
    assert done.hits() == []


# ---- kills -----------------------------------------------------------------------------------------------------------


def _kill_while_writing(place: Place, seed: int) -> None:
    """Start one command that writes and kill it without warning at a random moment; then nothing can be read, and nothing is broken."""
    chance = random.Random(seed)
    me = place.first
    dossier = me.does("dossier", "list")["dossiers"][0]["dossier"]
    large = place.brought / "large.bin"
    large.write_bytes((CANARIES[seed % 60].encode() + b" ") * 400_000)
    words = chance.choice(
        [
            ("evidence", "add", dossier, str(large), "--title", f"{CANARIES[seed % 60]} {seed}", "--kind", "video", "--without-copy"),
            ("note", "add", dossier, "--title", CANARIES[seed % 60], "--text", f"@{large}"),
            ("sync",),
            ("rebuild",),
        ]
    )
    with place.told.open("a", encoding="utf-8") as errors:
        process = me.begin(*words, stderr=errors)
        time.sleep(chance.uniform(0.2, 3.0))
        process.kill()
        process.communicate()


@pytest.mark.parametrize("kills", [KILLS, pytest.param(LONG_KILLS, marks=pytest.mark.long)])
def test_a_killed_writer_leaves_nothing_readable_and_nothing_broken(done: Place, kills: int) -> None:
    before = done.first.does("audit")["records"]
    for seed in range(kills):
        _kill_while_writing(done, seed)
        if kills == KILLS or seed % 20 == 19:
            assert done.hits() == []
    audited = done.first.does("audit")
    assert audited["records"] >= before
    assert audited["faults"] == []


def test_no_process_shows_what_it_was_told(done: Place) -> None:
    """Passphrases and canaries are in no argument and no environment of a process that runs."""
    process = done.first.begin("audit", stdout=subprocess.DEVNULL)
    try:
        while process.poll() is None:
            for entry in Path("/proc").glob("[0-9]*"):
                for name in ("cmdline", "environ"):
                    try:
                        shown = (entry / name).read_bytes()
                    except OSError:
                        continue
                    assert done.first.passphrase.encode() not in shown
            time.sleep(0.1)
    finally:
        process.communicate()


def test_a_desk_that_is_killed_leaves_nothing_readable(done: Place) -> None:
    """The supervisor dies without warning; the kernel ends its children, and nothing of them stays."""
    process = done.open_desks[0]
    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)
    time.sleep(1)
    assert done.hits() == []
    assert not done.first.does("status")["open"]
    assert done.first.does("audit")["faults"] == []


if sys.platform != "linux":
    pytestmark = pytest.mark.skip(reason="processes are looked at through /proc")
