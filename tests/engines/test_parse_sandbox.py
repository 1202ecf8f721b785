"""The door really shuts: inside the sandbox there is no network, no file, no process; outside, no answer of a reader is believed."""

import io
import os
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

import letapis
from letapis.core.errors import Hostile, LetapisError, Refused
from letapis.engines import parse
from letapis.engines.parse import Level, Member, Rendition, inspect, render
from letapis.engines.parse.codes import FACTS
from letapis.engines.parse.reading import Reading
from letapis.engines.parse.wire import FACT, FRAME, MAX_INPUT, MEMBER, check_picture

ROOT = str(Path(letapis.__file__).resolve().parent.parent)
NOT_SEPARATE = "import letapis.engines.parse.sandbox as s; s._separate = lambda: False; "

# Each attempt must fail with an OSError (or find nothing); its name is printed when it succeeds.
ATTEMPTS = """
import ctypes, os, signal, socket, sys, _posixsubprocess
from letapis.engines.parse.sandbox import lock_in
files = [os.open("/proc/self/ns/net", os.O_RDONLY)]
level = lock_in()
libc = ctypes.CDLL(None, use_errno=True)
def opened(path, flags): os.close(os.open(path, flags, 0o600))
def raw(number, *values):
    if libc.syscall(number, *values) < 0: raise OSError(ctypes.get_errno(), "call")
attempts = {
    "tcp": lambda: socket.socket(socket.AF_INET),
    "udp6": lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM),
    "unix": lambda: socket.socket(socket.AF_UNIX),
    "pair": lambda: socket.socketpair(),
    "netlink": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
    "create": lambda: opened("/canary", os.O_WRONLY | os.O_CREAT),
    "create_tmp": lambda: opened("/tmp/canary", os.O_RDWR | os.O_CREAT),
    "truncate": lambda: opened("/etc/hostname", os.O_WRONLY | os.O_TRUNC),
    "append": lambda: opened("/etc/hostname", os.O_WRONLY | os.O_APPEND),
    "nameless": lambda: opened("/tmp", os.O_RDWR | os.O_TMPFILE),
    "memory_file": lambda: os.memfd_create("canary"),
    "read_users": lambda: opened("/etc/passwd", os.O_RDONLY),
    "read_proc": lambda: opened("/proc/self/environ", os.O_RDONLY),
    "read_home": lambda: os.listdir(HOME),
    "make_folder": lambda: os.mkdir("/canary"),
    "rename": lambda: os.rename("/usr", "/canary"),
    "remove": lambda: os.unlink("/canary"),
    "fork": lambda: os._exit(0) if os.fork() == 0 else None,
    "thread": lambda: raw(435, ctypes.create_string_buffer(88), 88),
    "run": lambda: os.execv("/bin/true", ["true"]),
    "signal_self_group": lambda: os.kill(0, signal.SIGCONT),
    "signal_parent": lambda: os.kill(os.getppid(), signal.SIGCONT),
    "mount": lambda: raw(165, b"tmpfs", b"/", b"tmpfs", 0, 0),
    "unshare": lambda: raw(272, 0x10000000),
    "join_network": lambda: raw(308, files[0], 0),
    "trace": lambda: raw(101, 0, 0, 0, 0),
    "key_ring": lambda: raw(250, 0, -3, 0),
    "uring": lambda: raw(425, 8, 0),
    "bpf": lambda: raw(321, 0, 0, 0),
    "raise_limit": lambda: raw(160, 1, ctypes.create_string_buffer(16)),
    "chroot_out": lambda: os.chroot("/"),
}
succeeded = []
for name, attempt in attempts.items():
    try:
        attempt()
    except OSError:
        continue
    succeeded.append(name)
print(level.value, *succeeded)
sys.stdout.flush()
os._exit(0)
"""


def inside(script: str, before: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-I", "-B", "-c", f"import sys; sys.path.append({ROOT!r}); HOME = {os.path.expanduser('~')!r}\n{before}\n{script}"],
        capture_output=True,
        text=True,
        env={},
        cwd="/",
        timeout=60,
        check=True,
    )
    return done.stdout.strip()


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the raw system-call numbers of this test are those of x86_64")
def test_no_attempt_to_leave_succeeds_in_full_isolation() -> None:
    assert inside(ATTEMPTS) == "full"


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the raw system-call numbers of this test are those of x86_64")
def test_no_attempt_to_leave_succeeds_without_namespaces_either() -> None:
    assert inside(ATTEMPTS, NOT_SEPARATE) == "process"


def test_attempts_do_succeed_where_no_door_was_shut() -> None:
    """The tests above must be able to fail; of the attempts only those that harm nobody are made here."""
    harmless = ("tcp", "unix", "pair", "memory_file", "read_users", "fork")
    lines = ATTEMPTS.replace("level = lock_in()", "class level: value = 'open'").splitlines()
    script = "\n".join(line for line in lines if not line.startswith('    "') or line.strip().startswith(tuple(f'"{name}"' for name in harmless)))
    assert inside(script).split() == ["open", *harmless]


def test_root_inside_holds_nothing_but_typefaces() -> None:
    script = "import os\nfrom letapis.engines.parse.sandbox import lock_in\nlock_in()\nprint([p for p in os.listdir('/')], os.listdir('/usr/share'))"
    assert inside(script) in ("['usr'] ['fonts']", "[] []")


def test_worker_starts_with_an_empty_environment_and_only_three_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LETAPIS_SECRET", "kanarejka")
    seen: dict[str, object] = {}
    popen = subprocess.Popen

    def watched(*args: object, **options: object) -> object:
        seen.update(options)
        return popen(*args, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(parse.subprocess, "Popen", watched)
    render(b"text")
    assert seen["env"] == {} and seen["close_fds"] is True and seen["cwd"] == "/"


def test_nothing_is_written_while_files_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TMPDIR", "TMP", "HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.chdir(tmp_path)
    vectors = Path(__file__).parent.parent / "vectors" / "hostile"
    for name in ("exif/gen-gps-north-east.jpg", "pdf/test_pdf.pdf", "public/specialmodes.zip"):
        render((vectors / name).read_bytes())
    assert list(tmp_path.rglob("*")) == []


def test_pdf_is_not_opened_without_full_isolation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse, "_BOOT", parse._BOOT.replace("import sys; ", f"import sys; sys.path.append(sys.argv[1]); {NOT_SEPARATE}", 1))
    vectors = Path(__file__).parent.parent / "vectors" / "hostile"
    paper = render((vectors / "pdf/test_pdf.pdf").read_bytes())
    assert paper.level is Level.PROCESS and paper.pages == ()
    assert set(paper.flags) == {"flags.needs_full_sandbox", "flags.kept_original"}
    photo = render((vectors / "exif/gen-gps-north-east.jpg").read_bytes())
    assert photo.level is Level.PROCESS and len(photo.pages) == 1 and "flags.has_gps" in photo.flags


def test_system_without_sandbox_is_refused_not_served(monkeypatch: pytest.MonkeyPatch) -> None:
    lame = "import letapis.engines.parse.sandbox as s; s._MACHINES = {}; "
    monkeypatch.setattr(parse, "_BOOT", parse._BOOT.replace("import sys; ", f"import sys; sys.path.append(sys.argv[1]); {lame}", 1))
    with pytest.raises(Refused) as error:
        render(b"text")
    assert error.value.code == "parse.no_sandbox"


# --- a reader that was taken over


def answering(monkeypatch: pytest.MonkeyPatch, answer: bytes, after: str = "") -> Rendition:
    """What the desk makes of a reader that says ``answer``."""
    monkeypatch.setattr(parse, "_BOOT", f"import sys, time; sys.stdout.buffer.write({answer!r}); sys.stdout.flush(); {after}")
    return render(b"text", timeout=5)


def frame(tag: bytes, payload: bytes) -> bytes:
    return FRAME.pack(tag, len(payload)) + payload


START, END = frame(b"L", b"\x00") + frame(b"K", b"\x02\x0a"), frame(b"E", b"")


def test_honest_answer_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    assert answering(monkeypatch, START + frame(b"T", "ў".encode()) + END).text == "ў"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"", "crashed"),
        (START, "crashed"),
        (START + frame(b"T", b"abc")[:-1], "crashed"),
        (END, "bad_answer"),
        (START + frame(b"X", b"") + END, "bad_answer"),
        (START + frame(b"F", b"\xff") + END, "bad_answer"),
        (START + frame(b"K", b"\x00\xff") + END, "bad_answer"),
        (START + frame(b"H", b"\xff"), "bad_answer"),
        (START + frame(b"F", b"") + END, "bad_answer"),
        (START + FRAME.pack(b"P", 1 << 31), "bad_answer"),
        (START + frame(b"T", b"\xff") + END, "bad_answer"),
        (START + frame(b"T", "a\u202eb".encode()) + END, "bad_answer"),
        (START + frame(b"P", b"<html><script>alert(1)</script>") + END, "bad_answer"),
        (START + frame(b"F", b"\x00") * 100 + END, "bad_answer"),
        (START + frame(b"H", b"\x02"), "too_many_pixels"),
    ],
)
def test_answer_out_of_the_rules_is_refused(monkeypatch: pytest.MonkeyPatch, answer: bytes, code: str) -> None:
    with pytest.raises(Hostile) as error:
        answering(monkeypatch, answer)
    assert error.value.code == f"parse.{code}"


def test_reader_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse, "_BOOT", "import time; time.sleep(60)")
    with pytest.raises(Hostile) as error:
        render(b"text", timeout=0.3)
    assert error.value.code == "parse.timeout"


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(b"LKFPTHDMEX"), st.binary(max_size=40)), max_size=6), st.binary(max_size=6))
def test_no_answer_whatever_raises_anything_but_an_error_of_ours(frames: list[tuple[int, bytes]], rest: bytes) -> None:
    reading, writing = os.pipe()
    os.write(writing, START + b"".join(frame(bytes([tag]), payload) for tag, payload in frames) + rest)
    os.close(writing)

    class Process:
        stdout = os.fdopen(reading, "rb")

        def wait(self) -> int:
            return 0

    try:
        Reading().all(Process(), time.monotonic() + 5)  # type: ignore[arg-type]
    except LetapisError as error:
        assert error.code.startswith("parse.")
    finally:
        Process.stdout.close()


# --- what a file says of itself, and what it encloses


def fact(row: int, value: bytes, key: int = 0) -> bytes:
    return frame(b"D", FACT.pack(key, row) + value)


@pytest.mark.parametrize(
    "answer",
    [
        fact(1, b"a row ahead"),
        fact(0, b"one") + fact(0, b"twice"),
        fact(0, b"one") + fact(1, b"two") + fact(0, b"back", 1),
        fact(0, b"unknown", len(FACTS)),
        fact(0, b"not utf-8: \xff"),
        fact(0, "turned \u202e".encode()),
        frame(b"D", b"\0"),
        frame(b"M", b"\0"),
        frame(b"M", MEMBER.pack(0) + b"of no row"),
    ],
)
def test_facts_and_parts_out_of_order_are_believed_from_nobody(monkeypatch: pytest.MonkeyPatch, answer: bytes) -> None:
    with pytest.raises(Hostile) as error:
        answering(monkeypatch, START + answer + frame(b"E", b""))
    assert error.value.code == "parse.bad_answer"


def zipped(**parts: bytes) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return whole.getvalue()


def test_parts_of_a_package_come_out_with_their_names_and_are_not_read() -> None:
    found = inspect(zipped(photo=b"\xff\xd8 not a photo", words=b"Prykl\xffad", empty=b""), "archive")
    assert found.level is Level.FULL and found.media_type == "application/zip"
    assert [row["member.name"] for row in found.rows] == ["photo", "words", "empty"] and found.rows[0]["member.size"] == "14"
    assert found.members == (Member(0, b"\xff\xd8 not a photo"), Member(1, b"Prykl\xffad"), Member(2, b""))


def test_a_package_that_breaks_a_limit_gives_out_nothing() -> None:
    with pytest.raises(Hostile) as error:
        inspect(zipped(bomb=bytes(1 << 24)), "archive")
    assert error.value.code == "parse.archive_ratio"
    with pytest.raises(Hostile) as error:
        inspect(zipped(cut=b"words" * 100)[:-30], "archive")
    assert error.value.code == "parse.archive_damaged"
    with pytest.raises(Hostile) as error:
        inspect(b"", "archive")
    assert error.value.code == "parse.empty"


def test_what_is_too_large_to_be_read_whole_is_not_inspected_in_part() -> None:
    with pytest.raises(Hostile) as error:
        inspect(io.BytesIO(bytes(MAX_INPUT + 1)), "archive")
    assert error.value.code == "parse.too_large"


def test_only_a_reader_of_ours_is_started() -> None:
    with pytest.raises(ValueError, match="reader"):
        inspect(b"words", "os")


# --- pictures are looked at twice


def plain_png(mode: str = "RGB", size: tuple[int, int] = (3, 2)) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, "PNG")
    return out.getvalue()


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def by_hand(header: bytes, pixels: bytes, tail: bytes = b"") -> bytes:
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"") + tail


HEADER = struct.pack(">IIBBBBB", 3, 2, 8, 0, 0, 0, 0)


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_plain_picture_passes_the_second_look(mode: str) -> None:
    check_picture(plain_png(mode))
    check_picture(by_hand(HEADER, bytes(8)))


def _with_text() -> bytes:
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", "Vydumka")
    out = io.BytesIO()
    Image.new("L", (3, 2)).save(out, "PNG", pnginfo=told)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        plain_png()[:-1],
        plain_png() + b"PK\x05\x06",
        _with_text(),
        plain_png("P"),
        plain_png("RGBA"),
        by_hand(HEADER, bytes(7)),
        by_hand(HEADER, bytes(9)),
        by_hand(HEADER, b"\x05" + bytes(7)),
        by_hand(struct.pack(">IIBBBBB", 3, 2, 16, 0, 0, 0, 0), bytes(14)),
        by_hand(struct.pack(">IIBBBBB", 0, 2, 8, 0, 0, 0, 0), bytes(2)),
        by_hand(struct.pack(">IIBBBBB", 5000, 1, 8, 0, 0, 0, 0), bytes(5001)),
        by_hand(struct.pack(">IIBBBBB", 3, 2, 8, 0, 0, 0, 1), bytes(8)),
        by_hand(HEADER[:-1], bytes(8)),
        by_hand(HEADER, bytes(8), b"x"),
        by_hand(HEADER, bytes(200_000_000 // 100)),
    ],
    ids=lambda data: f"{len(data)} bytes",
)
def test_picture_that_is_more_or_less_than_pixels_is_refused(data: bytes) -> None:
    with pytest.raises(Hostile) as error:
        check_picture(data)
    assert error.value.code == "parse.bad_answer"


@given(st.integers(0, 8 * len(plain_png()) - 1))
def test_picture_with_any_bit_turned_is_refused(bit: int) -> None:
    data = bytearray(plain_png())
    data[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Hostile):
        check_picture(bytes(data))
