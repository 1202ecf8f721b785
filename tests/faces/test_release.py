"""A release from dossiers to a built site: what it holds, what it never holds, and that nobody ever sees half of it."""

import hashlib
import io
import json
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from letapis.core import public_data
from letapis.core.errors import Refused
from letapis.core.public_data_rows import Earlier
from letapis.core.published import CardValue
from letapis.desk import months_said, publisher, releases, settings, snapshots
from letapis.desk.opening import Desk
from letapis.engines import hosting
from letapis.engines.render import press
from letapis.faces import release
from letapis.faces.verifier import verify
from tests.desk.publishing import ADDRESS, Newsroom, newsroom
from tests.public import card_of, holding
from tests.team import Team, make_team

__all__ = ["make_team"]

PHOTO = b"\xff\xd8\xff\xdb\x00\x04ab\xff\xda\x00\x02xx\xff\xd9"
PICTURED = CardValue("photo", hashlib.sha256(PHOTO).hexdigest())
ONE = replace(card_of(1), values=tuple(sorted([*card_of(1).values, PICTURED])))
IMPRINT = release.Imprint(ADDRESS, "list@pryklad.example")


@pytest.fixture
def room(make_team: Callable[..., Team], make_desk: Callable[..., Desk]) -> Newsroom:
    made = newsroom(make_team, make_desk, (2,))
    made.public(ONE, photo=PHOTO)
    return made


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return hosting.require_root(tmp_path / "site", tmp_path / "elsewhere")


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few files are taken over by a second process too."""
    monkeypatch.setattr(hosting, "_MANY", 1)


def build(room: Newsroom, root: Path) -> release.Released:
    return release.build(room.press, room.press_reader, snapshots.plan(room.press, room.press_reader), root, IMPRINT)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_site_is_built_from_what_is_public_and_built_again_the_same(room: Newsroom, root: Path) -> None:
    done = build(room, root)
    shown = root / "current"
    assert (shown / "en" / "p" / f"{ONE.card[:16]}.html").is_file() and done.site.pages > 30 and not done.left
    before = contents(shown)
    assert [name for name, data in before.items() if data == PHOTO] == [f"photos/{ONE.card[:16]}.jpg"]
    again = build(room, root)
    assert again.shown.before and contents(shown) == before and len(list((root / "releases").iterdir())) == 1
    # Anybody who was given the keys checks it with one file.
    room.team.sync(3, 0)
    policy = publisher.policy(room.team.desks[0], room.reader())
    first, old = verify.verify_published([str(shown)], policy), root.parent / "kept by somebody"
    assert first["exit"] == 0, first
    shutil.copytree(shown, old)
    room.recall(ONE.card)
    gone = build(room, root)
    # Built over the one before or from nothing, it is the same release to the byte.
    assert build(room, hosting.require_root(root.parent / "anew", root.parent / "elsewhere")).shown.name == gone.shown.name
    report = verify.verify_published([str(old), str(shown)], policy)
    assert report["exit"] == 0 and report["changes"]["removed"] == 1
    # Nothing of who was taken back is left but the line of the log.
    words = {one.value for one in ONE.values if one.field in ("name", "interests", "birth_date")}
    assert not holding(root, words) and not gone.left and PHOTO not in contents(root).values()
    assert {name.partition("/")[2] for name in holding(root / "releases", [ONE.card])} == {"data/changes.json", "data/snapshot.json"}


def test_a_number_that_later_news_changed_stands_beside_the_one_of_before(room: Newsroom, root: Path) -> None:
    build(room, root)
    page, picture = root / "current" / "ru" / "figures.html", root / "current" / "pictures" / "ru" / "months-held.txt"
    said = months_said.said(room.press)
    assert len(said["held"]) == 11 and 'class="changed"' not in page.read_text("utf-8")
    month, told = max(said["held"].items())
    settings.keep(room.press.store, "publishing.months", json.dumps({"held": {month: [told.value + 3, "2026-11-02"]}}))
    build(room, root)
    noted = f": {told.value + 3} в снимке за 2 ноября 2026 г., теперь {told.value}."
    assert all(noted in one.read_text("utf-8") for one in (page, picture)) and f"{told.value}*" in page.read_text("utf-8")
    assert months_said.said(room.press)["held"][month] == (told.value + 3, "2026-11-02")


@pytest.mark.usefixtures("many")
def test_who_is_ended_in_the_middle_leaves_the_old_site_whole(room: Newsroom, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(room, root)
    before = contents(root / "current")
    room.recall(ONE.card)

    class Killed(BaseException):
        """Nothing catches it, as nothing catches a signal that kills."""

    for place in (
        "letapis.faces.release.write_site",
        "letapis.desk.releases.record",
        "letapis.engines.hosting.read",
        "letapis.engines.hosting.show",
    ):
        with monkeypatch.context() as patched, pytest.raises(Killed):
            patched.setattr(place, lambda *_, **__: (_ for _ in ()).throw(Killed()))
            build(room, root)
        assert contents(root / "current") == before
    done = build(room, root)
    assert done.shown.name.startswith("000002-") and not holding(root, [ONE.first("name")])
    assert [one.number for one in releases.releases(room.press, room.press_reader)] == [2, 1]


@pytest.mark.usefixtures("many")
def test_what_somebody_wrote_into_a_page_goes_with_the_next_build(room: Newsroom, root: Path) -> None:
    build(room, root)
    before, page = contents(root / "current"), root / "current" / "en" / "p" / f"{ONE.card[:16]}.html"
    deeds = (lambda: page.write_text("canary"), lambda: (page.parent / "canary.html").symlink_to(root.parent), page.unlink)
    for number, deed in enumerate(deeds):  # A page of another size has the whole site written anew; what is strange or missing is told of.
        deed()
        assert bool(build(room, root).altered) is (number > 0)
        assert contents(root / "current") == before and len(list((root / "releases").iterdir())) == 1
    page.write_text("canary")
    room.public(card_of(3))
    build(room, root)
    assert not holding(root, ["canary"]) and page.read_bytes() == before[f"en/p/{ONE.card[:16]}.html"]


def forge(path: Path, was: bytes, now: bytes) -> None:
    """Change some bytes of a file, and nothing that its folder tells of it."""
    told, before = path.stat(), path.read_bytes()
    assert was in before and len(was) == len(now)
    path.write_bytes(before.replace(was, now))
    os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns))


@pytest.mark.usefixtures("many")
def test_a_byte_in_a_page_that_stays_is_found_before_the_switch(room: Newsroom, root: Path) -> None:
    build(room, root)
    name = f"en/p/{ONE.card[:16]}.html"
    files = {name: b"<h1>", "site.css": b"{", f"photos/{ONE.card[:16]}.jpg": b"ab", "_headers": b"default-src", "ru/how-we-count.html": b"<h1>"}
    before = contents(root / "current")
    for path, was in files.items():
        forge(root / "current" / path, was, was.swapcase() if was.swapcase() != was else b"(")
        changed = contents(root / "current")[path]
        done = build(room, root)
        assert done.altered == (path,) and contents(root / "current") == before and changed != before[path]
    assert not build(room, root).altered
    # Also where others change, and where whoever wrote into it told the folder a new digest and gave the release the name that fits.
    for number, lie in enumerate((False, True)):
        page = root / "current" / name
        forge(page, b"<h1>", b"<H1>")
        if lie:
            shown, told = page.parents[2].resolve(), root / "digests.txt"
            digests = hosting.digests(shown)
            told.write_text("".join(f"{digest} {one}\n" for one, digest in sorted(digests.items())), "utf-8")
            home = shown.with_name(hosting.name_of(int(shown.name.partition("-")[0]), digests))
            shown.rename(home)
            (root / "current").unlink()
            (root / "current").symlink_to(f"releases/{home.name}")
        room.public(card_of(20 + number))
        done = build(room, root)
        assert (root / "current" / name).read_bytes() == before[name] and bool(done.altered) is not lie
        assert build(room, hosting.require_root(root.parent / f"anew {number}", root.parent / "elsewhere")).shown.name == done.shown.name


def test_who_writes_into_the_folder_while_it_is_built_is_found(room: Newsroom, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(room, root)
    name, before = f"en/p/{ONE.card[:16]}.html", contents(root / "current")
    room.public(card_of(3))
    times, made = [1], releases.record

    def record(*told: Any) -> Any:
        """Somebody writes a line into a page that was written already, so many times."""
        for folder in (root / "releases").glob(".building-*") if times[0] else ():
            (folder / name).write_bytes(b"canary")
            times[0] -= 1
        return made(*told)

    monkeypatch.setattr(releases, "record", record)
    done = build(room, root)
    assert done.altered == (name,) and contents(root / "current")[name] == before[name]
    times[0] = 2
    room.public(card_of(4))
    shown = contents(root / "current")
    with pytest.raises(Refused) as caught:
        build(room, root)
    assert caught.value.code == "hosting.altered" and hosting.current(root) == done.shown.folder and len(shown) == len(contents(root / "current"))


def test_a_name_that_pages_write_otherwise_is_found_in_what_is_left(room: Newsroom, root: Path) -> None:
    """``Дар'я`` is written ``Дар&#39;я`` in a page."""
    name = "Дар'я Выдумка-Лук'янаў"
    gone = replace(card_of(4), values=(CardValue("name", name, "be"), CardValue("sex", "f")))
    other = replace(card_of(5), values=tuple(sorted([*card_of(5).values, CardValue("about", f"Invented: with {name}.", "en")])))
    room.public(gone, other)
    assert not build(room, root).left
    room.recall(gone.card)
    left = build(room, root).left
    assert {f"en/p/{other.card[:16]}.html", "data/persons.json"} <= set(left)


@pytest.mark.usefixtures("many")
def test_over_what_a_second_process_took_over_the_same_is_built_as_anew(room: Newsroom, root: Path) -> None:
    """Who came, who changed and who went: few pages are made, for the sizes of the others are known, and all is byte for byte the whole build."""
    room.public(card_of(3))
    build(room, root)
    for days in (lambda: room.public(card_of(4)), lambda: room.recall(ONE.card)):
        days()
        done = build(room, root)
        assert 0 < len(done.site.digests) < done.site.pages and not done.altered
        anew = build(room, hosting.require_root(root.parent / f"anew-{done.shown.name}", root.parent / "elsewhere"))
        assert contents(anew.shown.folder) == contents(done.shown.folder) and anew.shown.name == done.shown.name
        assert len(anew.site.digests) > anew.site.pages


def test_rows_of_data_stay_and_none_that_somebody_wrote(room: Newsroom, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given, made = list[Earlier | None](), public_data.files

    def files(*told: Any, **rest: Any) -> Iterator[tuple[str, bytes]]:
        given.append(told[-1])
        return made(*told, **rest)

    monkeypatch.setattr(public_data, "files", files)
    build(room, root)
    room.public(card_of(3))
    build(room, root)
    table = root / "current" / "data" / "persons.en.csv"
    before, hours = table.read_bytes(), table.stat()
    table.write_bytes(before.replace(b"Vydumka", b"Canarka"))
    os.utime(table, ns=(hours.st_atime_ns, hours.st_mtime_ns))
    pack = root / "current" / "pictures" / press.PACK
    drawn, hours = pack.read_bytes(), pack.stat()
    with zipfile.ZipFile(io.BytesIO(drawn)) as read:
        told = {one.filename: (read.read(one), one.comment.decode()) for one in read.infolist()}
    forged = [(name, data[::-1] if name.endswith(".png") else data) for name, (data, _) in told.items()]
    pack.write_bytes(press.packed(forged, {name: source for name, (_, source) in told.items()}))
    os.utime(pack, ns=(hours.st_atime_ns, hours.st_mtime_ns))
    assert pack.stat().st_size == hours.st_size
    room.public(card_of(4))
    build(room, root)
    with zipfile.ZipFile(pack) as read:
        assert all(read.read(one)[:4] == b"\x89PNG" for one in read.infolist() if one.filename.endswith(".png"))
    assert not holding(root, ["Canarka"]) and b"Vydumka" in table.read_bytes()
    room.recall(ONE.card)
    last = build(room, root)
    assert [one is not None for one in given] == [False, True, False, True] and not last.left
    assert build(room, hosting.require_root(root.parent / "anew", root.parent / "elsewhere")).shown.name == last.shown.name
