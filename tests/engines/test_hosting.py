"""Releases in a folder and at a place: an old site or a new one, nothing of what went, whoever is ended in the middle."""

import errno
import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, wait
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.engines.test_webdav import Share, address
from tests.public import holding

from letapis.core.errors import Busy, LetapisError, Refused, UsageError
from letapis.engines import hosting, hosting_search, hosting_upload
from letapis.engines.blobs_remote import Remote
from letapis.engines.hosting_upload import MARK

__all__ = ["address"]

OLD = {"index.html": b"front, one", "en/p/0a.html": b"Janka Vydumka", "en/list/index.html": b"list of one", "data/manifest.json": b"{1}"}
NEW = {"index.html": b"front, two", "en/p/0b.html": b"Alena Pryklad", "en/list/index.html": b"list of two", "data/manifest.json": b"{2}"}


def fill(folder: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def build(root: Path, number: int, files: dict[str, bytes]) -> hosting.Shown:
    with hosting.alone(root), hosting.building(root) as folder:
        fill(folder, files)
        return hosting.show(root, folder, number, hosting.digests(folder))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return hosting.require_root(tmp_path / "site", tmp_path / "workspace")


def test_the_new_release_is_shown_and_the_old_one_is_gone(root: Path) -> None:
    first = build(root, 1, OLD)
    assert hosting.current(root) == first.folder and (root / "current" / "index.html").read_bytes() == b"front, one" and not first.before
    second = build(root, 2, NEW)
    assert (root / "current" / "index.html").read_bytes() == b"front, two" and [one.name for one in (root / "releases").iterdir()] == [second.name]
    assert holding(root, ["Vydumka"]) == [] and len(holding(root, ["Pryklad"])) == 1
    again = build(root, 2, NEW)
    assert again.before and again.name == second.name and hosting.current(root) == second.folder


def test_who_fails_in_the_middle_leaves_the_old_site(root: Path) -> None:
    first = build(root, 1, OLD)
    with pytest.raises(ZeroDivisionError), hosting.building(root) as folder:
        fill(folder, NEW)
        raise ZeroDivisionError
    assert hosting.current(root) == first.folder and holding(root, ["Pryklad"]) == []


def test_who_is_killed_in_the_middle_leaves_the_old_site_and_the_next_build_clears_up(root: Path) -> None:
    first = build(root, 1, OLD)
    told = (
        "import sys, time; from pathlib import Path; from letapis.engines import hosting; root = Path(sys.argv[1])\n"
        "with hosting.alone(root), hosting.building(root) as folder:\n"
        "    (folder / 'half.html').write_bytes(b'Pryklad'); print('half', flush=True); time.sleep(60)\n"
    )
    command = [sys.executable, "-c", told, str(root)]
    source = str(Path(hosting.__file__).parents[2])
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={"PYTHONPATH": source, "PATH": os.environ["PATH"]}) as running:
        assert running.stdout is not None and running.stdout.readline() == b"half\n"
        with pytest.raises(Busy), hosting.alone(root):
            pass
        running.send_signal(signal.SIGKILL)
        running.wait()
    assert hosting.current(root) == first.folder and len(holding(root, ["Pryklad"])) == 1
    build(root, 2, OLD)
    assert holding(root, ["Pryklad"]) == [] and len(list((root / "releases").iterdir())) == 1


def test_a_folder_that_holds_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "letter.txt").write_text("mine", "utf-8")
    (tmp_path / "file").write_text("mine", "utf-8")
    for folder, code in (
        (tmp_path / "papers", "hosting.not_ours"),
        (tmp_path / "work" / "site", "hosting.inside"),
        (tmp_path / "file", "hosting.folder"),
    ):
        with pytest.raises(LetapisError) as caught:
            hosting.require_root(folder, tmp_path / "work")
        assert caught.value.code == code


def test_a_link_in_a_release_is_refused(root: Path) -> None:
    with hosting.building(root) as folder, pytest.raises(Refused) as caught:
        (folder / "out").symlink_to("/etc/hostname")
        hosting.digests(folder)
    assert caught.value.code == "hosting.strange"


def test_many_files_are_searched_together_as_by_one(tmp_path: Path) -> None:
    names = [f"{number:02}.html" for number in range(12)]
    for number, name in enumerate(names):
        (tmp_path / name).write_text("Янка Прыклад" if number % 5 == 1 else "nobody", "utf-8")
    words = ["Прыклад".encode(), b"07"]
    together, alone = hosting_search.read_together(str(tmp_path), names, words, 2), hosting_search.read_together(str(tmp_path), names, words)
    assert together == alone and together.holding == ("01.html", "06.html", "07.html", "11.html")
    assert together.digests == {name: hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() for name in names}
    with pytest.raises(FileNotFoundError):
        hosting_search.read_together(str(tmp_path), [*names, "gone.html"], words, 2)


@pytest.mark.parametrize("fault", [BrokenExecutor, PermissionError, NotImplementedError, RuntimeError])
def test_where_there_is_no_other_process_all_is_read_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: type[Exception]) -> None:
    (tmp_path / "a.html").write_bytes(b"Pryklad")

    class Gone:
        def __init__(self, *_: object, **__: object) -> None:
            raise fault

    monkeypatch.setattr(hosting_search, "ProcessPoolExecutor", Gone)
    assert hosting_search.read_together(str(tmp_path), ["a.html"] * 6, [b"Pryklad"], 2).holding == ("a.html",) * 6


def test_what_was_read_ahead_is_read_again_where_anybody_wrote_since(tmp_path: Path) -> None:
    """A file changed with its size and hour kept, one replaced, one gone, one new: each is told as it is in the end."""
    names = [f"{number:04}.html" for number in range(3_000)]
    for name in names:
        (tmp_path / name).write_bytes(b"nobody")
    time.sleep(0.2)
    with hosting.reading_ahead(tmp_path, [*names, "missing.html"], ["Pryklad"]) as ahead:
        wait(ahead._sent)
        assert ahead.found().keys() == set(names)
        hour = (tmp_path / names[3]).stat()
        with (tmp_path / names[3]).open("r+b") as stream:
            stream.write(b"N")
        os.utime(tmp_path / names[3], ns=(hour.st_atime_ns, hour.st_mtime_ns))
        hosting.write(tmp_path / names[4], b"Pryklad")
        (tmp_path / names[5]).unlink()
        hosting.write(tmp_path / "new.html", b"new")
        early, found = ahead.found(), hosting.read(tmp_path, ["Pryklad"], ahead)
    assert found == hosting.read(tmp_path, ["Pryklad"]) and found.holding == (names[4],)
    assert {name for name, digest in found.digests.items() if name not in early or early[name][1] != digest} == {names[3], names[4], "new.html"}


def test_what_is_written_meanwhile_is_read_ahead_too(tmp_path: Path) -> None:
    names = [f"{number:04}.html" for number in range(3_000)]
    for name in names:
        (tmp_path / name).write_bytes(b"nobody")
    time.sleep(0.2)
    with hosting.reading_ahead(tmp_path, names, ["Pryklad"]) as ahead:
        wait(ahead._sent)
        hosting.write(tmp_path / names[3], b"Pryklad")
        time.sleep(0.2)
        ahead.more([names[3], "missing.html"])
        wait(ahead._sent)
        early, found = ahead.found(), hosting.read(tmp_path, ["Pryklad"], ahead)
    assert early[names[3]][1:3] == (hashlib.sha256(b"Pryklad").hexdigest(), True) and early.keys() == set(names)
    assert found.holding == (names[3],) and found == hosting.read(tmp_path, ["Pryklad"])


def test_whoever_is_killed_leaves_no_reader_behind(tmp_path: Path) -> None:
    told = f"""
from pathlib import Path
from letapis.engines import hosting_search
if __name__ == "__main__":
    ahead = hosting_search.Ahead({str(tmp_path)!r}, ["a"] * 6, [], 2)
    ahead._sent[-1].result()
    print(*ahead._other._pool._processes, flush=True)
    input()
"""
    (tmp_path / "a").write_bytes(b"")
    (tmp_path / "reads.py").write_text(told)
    with subprocess.Popen([sys.executable, tmp_path / "reads.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as builder:
        assert builder.stdout is not None
        reader = int(builder.stdout.readline())
        assert Path(f"/proc/{reader}/stat").exists()
        builder.kill()
    for _ in range(600):
        path = Path(f"/proc/{reader}/stat")
        if not path.exists() or ") Z " in path.read_text():
            return
        time.sleep(0.1)
    pytest.fail("the reader lives on")


def test_what_changed_a_moment_ago_is_not_believed_ahead(tmp_path: Path) -> None:
    (tmp_path / "0.html").write_bytes(b"nobody")
    assert hosting_search.read(str(tmp_path), ["0.html"], ())[0][3] == ()


# ---- what stays the same ---------------------------------------------------------------------------------------------


def vouched(root: Path) -> str:
    """What a publisher keeps of the release that is shown, where nobody wrote into it."""
    shown = hosting.current(root)
    assert shown is not None
    return hosting.list_digest(hosting.digests(shown))


def change(root: Path, number: int, files: dict[str, bytes], gone: tuple[str, ...] = ()) -> hosting.Shown:
    """Build over the release that is shown, as a publisher does."""
    with hosting.alone(root), hosting.building(root) as folder:
        hosting.begin_with_shown(root, folder, vouched(root))
        for name, data in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            hosting.write(folder / name, data)
        for name in gone:
            (folder / name).unlink()
        return hosting.show(root, folder, number, hosting.digests(folder))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_stays_is_the_same_file_and_what_is_shown_is_never_written_into(root: Path) -> None:
    first = build(root, 1, OLD)
    kept = (first.folder / "en/list/index.html").stat().st_ino
    with pytest.raises(ZeroDivisionError), hosting.building(root) as folder:
        hosting.begin_with_shown(root, folder, vouched(root))
        assert (folder / "en/list/index.html").stat().st_ino == kept
        hosting.write(folder / "en/list/index.html", b"list of two")
        (folder / "en/p/0a.html").unlink()
        assert contents(root / "current") == OLD
        raise ZeroDivisionError
    assert contents(root / "current") == OLD
    second = change(root, 2, {"index.html": b"front, two"}, ("en/p/0a.html",))
    assert (second.folder / "en/list/index.html").stat().st_ino == kept
    assert contents(second.folder) == {name: data for name, data in OLD.items() if "p/0a" not in name} | {"index.html": b"front, two"}
    # A whole build of the same files is the same release: nothing tells in which way it was made.
    assert build(root, 2, contents(second.folder)).before


@pytest.mark.parametrize("large", [1, 1_000])
def test_what_went_has_no_name_left_in_any_release(root: Path, monkeypatch: pytest.MonkeyPatch, large: int) -> None:
    monkeypatch.setattr(hosting, "_LARGE", large)
    first = build(root, 1, OLD)
    with (first.folder / "en/p/0a.html").open("rb") as held:
        change(root, 2, {"en/list/index.html": b"nobody"}, ("en/p/0a.html",))
        assert os.fstat(held.fileno()).st_nlink == 0
    assert holding(root, ["Vydumka", "0a.html"]) == [] and len(list((root / "releases").iterdir())) == 1
    assert all(path.stat().st_nlink == 1 for path in root.rglob("*") if path.is_file())


def test_a_large_release_is_removed_and_nothing_that_a_link_in_it_leads_to(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By two at once; a disk that fails is told of."""
    monkeypatch.setattr(hosting, "_LARGE", 2)
    fill(tmp_path / "others", OLD)
    old = root / "releases" / "000001-old"
    fill(old, {f"en/p/{number:03}.html": b"Janka Vydumka" for number in range(300)} | OLD)
    (old / "en/p/others").symlink_to(tmp_path / "others")
    (old / "en/others.html").symlink_to(tmp_path / "others/index.html")
    build(root, 2, NEW)
    assert not old.exists() and contents(tmp_path / "others") == OLD and contents(root / "current") == NEW

    def fails(path: str, **_: object) -> None:
        raise OSError(errno.EIO, "failed")

    fill(old, OLD | {"en/list/2.html": b"list of two"})
    monkeypatch.setattr(os, "unlink", fails)
    with pytest.raises(Busy) as caught:
        hosting.sweep(root)
    assert caught.value.code == "disk.failed" and old.exists()


def begun(root: Path, kept: str) -> hosting.Begun:
    with hosting.alone(root), hosting.building(root) as folder:
        told = hosting.begin_with_shown(root, folder, kept)
        assert set(contents(folder)) == set(told.files), "all of it, or nothing"
        return told


def struck_down(other: hosting_search.Beside) -> None:
    """The other process is killed before it does anything more."""
    for process in other._pool._processes.values() if other._pool is not None else ():
        process.kill()


@pytest.mark.parametrize("ends", [False, True])
def test_folders_that_another_process_takes_over_are_looked_at_like_the_others(root: Path, monkeypatch: pytest.MonkeyPatch, ends: bool) -> None:
    """Whole, with a file too many, one missing, and a link; also where the other process is killed meanwhile, or there is none."""
    monkeypatch.setattr(hosting, "_MANY", 1)
    shown = build(root, 1, OLD).folder
    kept = vouched(root)

    def taken() -> tuple[str, ...]:
        with hosting.alone(root), hosting.building(root) as folder, hosting.beside() as other:
            if ends:
                other.begin(time.sleep, 60)
            told = hosting.begin_with_shown(root, folder, kept, other, ("en", "ru"))
            assert {name for name in contents(folder) if not name.startswith("en/")} == {name for name in OLD if not name.startswith("en/")}
            if ends:
                struck_down(other)
            arrived, names = told.arrived(), {name for name in OLD if name.partition("/")[0] in ("en", "ru")}
            assert told.files.keys() == OLD.keys() and (arrived.strange or contents(folder) == OLD)
            assert arrived.strange or arrived.sizes == {name: len(OLD[name]) for name in names}
            return arrived.strange

    assert taken() == ()
    (shown / "en/canary.html").write_bytes(b"canary")
    assert taken() == ("en/canary.html",)
    (shown / "en/canary.html").unlink()
    (shown / "en/p/0a.html").rename(root / "0a.html")
    assert taken() == ("en/p/0a.html",)
    (shown / "en/p/0a.html").symlink_to("/etc/hostname")
    assert taken() == (f"releases/{shown.name}",)
    assert [one.name for one in (root / "releases").iterdir()] == [shown.name]


def test_only_the_release_that_the_builder_knows_is_taken_over(root: Path) -> None:
    assert begun(root, "") == begun(root, "0" * 64) == hosting.Begun({}, ())
    shown = build(root, 1, OLD).folder
    kept = vouched(root)
    assert begun(root, kept) == hosting.Begun(hosting.digests(shown), ())
    assert begun(root, "") == begun(root, "0" * 64) == hosting.Begun({}, ()), "built elsewhere: nobody changed anything"
    (shown / "canary.html").write_bytes(b"canary")
    assert begun(root, kept) == hosting.Begun({}, ("canary.html",))
    (shown / "canary.html").replace(shown / "index.html.old")
    (shown / "index.html").unlink()
    assert begun(root, kept).altered == ("index.html", "index.html.old")
    (shown / "index.html.old").unlink()
    (shown / "index.html").symlink_to("/etc/hostname")
    assert begun(root, kept).altered == (f"releases/{shown.name}",)
    for told in ("", "half a line", f"{'0' * 64} index.html\n", "\udcff".encode("utf-8", "surrogateescape").decode("latin-1") + "\n"):
        (root / "digests.txt").write_text(told, "utf-8")
        assert begun(root, kept) == hosting.Begun({}, ("digests.txt",))


def test_the_same_release_takes_the_place_of_one_that_somebody_wrote_into(root: Path) -> None:
    """A byte, with the size and the hour as before."""
    page = build(root, 1, OLD).folder / "index.html"
    told = page.stat()
    page.write_bytes(b"front, ONE")
    os.utime(page, ns=(told.st_atime_ns, told.st_mtime_ns))
    again = build(root, 1, OLD)
    assert not again.before and contents(again.folder) == OLD and len(list((root / "releases").iterdir())) == 1


def test_what_is_put_out_is_what_its_digest_says(root: Path) -> None:
    shown, store = build(root, 1, OLD), Store()
    files, journal = hosting.digests(shown.folder), hosting_upload.journal_of(root, "s3://pryklad")
    (shown.folder / "index.html").write_bytes(b"front, ONE")
    with pytest.raises(Refused) as caught:
        hosting_upload.upload(store, shown.folder, files, journal)
    assert caught.value.code == "hosting.altered" and b"front, ONE" not in store.files().values() and "data/manifest.json" not in store.files()


def test_a_disk_without_second_names_is_copied_to(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(root, 1, OLD)

    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "no")

    monkeypatch.setattr(os, "link", refuse)
    assert contents(change(root, 2, {"index.html": b"front, two"}).folder) == OLD | {"index.html": b"front, two"}
    monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))
    with pytest.raises(Busy):
        change(root, 3, {})


# ---- at a place ------------------------------------------------------------------------------------------------------


class Store(Remote):
    """A store in memory that notes what is asked of it, and fails at the request with this number."""

    def __init__(self) -> None:
        super().__init__("memory://")
        self.asked: list[str] = []
        self.fails_at = -1

    def replace(self, name: str, data: bytes, kind: str) -> None:
        self._count(f"+{name}")
        super().replace(name, data, kind)

    def remove(self, name: str) -> None:
        self._count(f"-{name}")
        super().remove(name)

    def _count(self, what: str) -> None:
        if len(self.asked) == self.fails_at:
            raise Busy("blobs.unreachable")
        self.asked.append(what)

    def files(self) -> dict[str, bytes]:
        return {name: self.read(name, 0, size) for name, size in self.entries("") if name != MARK}


def put(store: Store, root: Path, number: int, files: dict[str, bytes]) -> hosting_upload.Uploaded:
    shown = build(root, number, files)
    journal = hosting_upload.journal_of(root, "s3://pryklad")
    return hosting_upload.upload(store, shown.folder, hosting.digests(shown.folder), journal)


def test_only_what_changed_is_sent_and_what_went_goes_first(root: Path) -> None:
    store = Store()
    assert put(store, root, 1, OLD) == hosting_upload.Uploaded(4, 0, 0) and store.files() == OLD
    store.asked.clear()
    assert put(store, root, 2, {**NEW, "en/list/index.html": OLD["en/list/index.html"]}) == hosting_upload.Uploaded(3, 1, 1)
    assert store.asked == ["-en/p/0a.html", "+en/p/0b.html", "+index.html", "+data/manifest.json"]
    store.asked.clear()
    assert put(store, root, 2, {**NEW, "en/list/index.html": OLD["en/list/index.html"]}) == hosting_upload.Uploaded(0, 0, 4) and not store.asked


@pytest.fixture(params=range(6))
def broken(request: pytest.FixtureRequest) -> Iterator[Store]:
    store = Store()
    store.fails_at = request.param
    yield store


def test_an_upload_that_broke_off_goes_on_and_never_shows_half(broken: Store, root: Path) -> None:
    limit, broken.fails_at = broken.fails_at, -1
    put(broken, root, 1, OLD)
    broken.asked.clear()
    broken.fails_at = limit
    try:
        put(broken, root, 2, NEW)
        assert limit == 5
    except Busy:
        found = broken.files()
        # The manifest is the last that changes, the front page the last but one; who went is gone before anything comes.
        assert found["data/manifest.json"] == b"{1}" and (limit == 0 or "en/p/0a.html" not in found)
        assert found["index.html"] == b"front, one" or limit == 4
    broken.fails_at = -1
    put(broken, root, 2, NEW)
    assert broken.files() == NEW


def test_a_lost_journal_and_a_file_that_may_have_arrived_are_sent_again(root: Path) -> None:
    store = Store()
    put(store, root, 1, OLD)
    journal = hosting_upload.journal_of(root, "s3://pryklad")
    journal.write_text(journal.read_text("utf-8") + "? index.html\n0000 half a lin", "utf-8")
    assert put(store, root, 1, OLD).sent == 1
    journal.unlink()
    assert put(store, root, 1, OLD).sent == 4


def test_a_place_with_other_things_is_left_alone_and_strangers_among_ours_go(root: Path) -> None:
    store = Store()
    Remote.replace(store, "letter.txt", b"mine", "text/plain")
    with pytest.raises(Refused) as caught:
        put(store, root, 1, OLD)
    assert caught.value.code == "hosting.place_not_ours" and store.files() == {"letter.txt": b"mine"}
    ours = Store()
    put(ours, root, 1, OLD)
    Remote.replace(ours, "en/p/old.html", b"Vydumka, forgotten here", "text/html")
    put(ours, root, 1, OLD)
    assert ours.files() == OLD


def test_a_share_is_brought_to_the_release(root: Path, address: str) -> None:
    shown = build(root, 1, OLD)
    Share.folders.add("/relay")
    journal = hosting_upload.journal_of(root, address)
    done = hosting_upload.upload(hosting_upload.place_at(address), shown.folder, hosting.digests(shown.folder), journal)
    assert done.sent == 4 and {name: data for name, data in Share.files.items() if MARK not in name} == {f"/relay/{n}": d for n, d in OLD.items()}
    Share.status = 403
    with pytest.raises(Refused) as caught:
        hosting_upload.upload(hosting_upload.place_at(address), shown.folder, hosting.digests(shown.folder), root / "other.txt")
    assert caught.value.code == "blobs.denied"


def test_addresses_with_and_without_a_password_are_one_place(root: Path) -> None:
    one, two = (hosting_upload.journal_of(root, f"https://{who}share.pryklad.example/list") for who in ("", "press:secret@"))
    assert one == two and "secret" not in str(two)
    for wrong in ("ftp://pryklad.example", "/no/such/folder", "http://pryklad.example"):
        with pytest.raises(UsageError, match=r"hosting\.address"):
            hosting_upload.place_at(wrong)


class Bucket(BaseHTTPRequestHandler):
    """A store that refuses everything, as S3 says it."""

    status = 403

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("Content-Length", "0")
        self.end_headers()


@pytest.mark.parametrize(("status", "code"), [(403, "blobs.denied"), (401, "blobs.denied"), (404, "blobs.unreachable")])
def test_a_store_that_refuses_is_named_without_its_keys(status: int, code: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Bucket, "status", status)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Bucket)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    endpoint = {"ENDPOINT": f"http://127.0.0.1:{server.server_address[1]}", "ALLOW_HTTP": "true", "REGION": "us-east-1"}
    for name, value in {**endpoint, "ACCESS_KEY_ID": "PRYKLADKEY", "SECRET_ACCESS_KEY": "pryklad-secret"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    try:
        with pytest.raises(LetapisError) as caught:
            hosting_upload.upload(hosting_upload.place_at("s3://pryklad/list"), root, {}, root / "journal.txt")
        assert caught.value.code == code and "pryklad" not in repr(caught.value).lower() and caught.value.__cause__ is None
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
