"""A release from dossiers to a built site: what it holds, what it never holds, and that nobody ever sees half of it."""

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from letapis.core import public_data
from letapis.core.public_data_rows import Earlier
from letapis.core.published import CardValue
from letapis.desk import months_said, people, publisher, releases, snapshots
from letapis.desk.opening import Desk
from letapis.engines import hosting
from letapis.engines.render import press
from letapis.faces import release
from letapis.faces.verifier import verify
from tests.desk.publishing import ADDRESS, Newsroom, newsroom
from tests.public import card_of
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
    hosting.begin_with_shown(root, old)
    room.recall(ONE.card)
    gone = build(room, root)
    # Built over the one before or from nothing, it is the same release to the byte.
    assert build(room, hosting.require_root(root.parent / "anew", root.parent / "elsewhere")).shown.name == gone.shown.name
    report = verify.verify_published([str(old), str(shown)], policy)
    assert report["exit"] == 0 and report["changes"]["removed"] == 1
    # Nothing of who was taken back is left but the line of the log.
    words = {one.value for one in ONE.values if one.field in ("name", "interests", "birth_date")}
    assert not hosting.holding(root, words) and not gone.left and PHOTO not in contents(root).values()
    assert {name.partition("/")[2] for name in hosting.holding(root / "releases", [ONE.card])} == {"data/changes.json", "data/snapshot.json"}


def test_a_number_that_later_news_changed_stands_beside_the_one_of_before(room: Newsroom, root: Path) -> None:
    build(room, root)
    page, picture = root / "current" / "ru" / "figures.html", root / "current" / "pictures" / "ru" / "months-held.txt"
    said = months_said.said(room.press)
    assert len(said["held"]) == 11 and 'class="changed"' not in page.read_text("utf-8")
    month, told = max(said["held"].items())
    people.keep_setting(room.press.store, "publishing.months", json.dumps({"held": {month: [told.value + 3, "2026-11-02"]}}))
    build(room, root)
    noted = f": {told.value + 3} в снимке за 2 ноября 2026 г., теперь {told.value}."
    assert all(noted in one.read_text("utf-8") for one in (page, picture)) and f"{told.value}*" in page.read_text("utf-8")
    assert months_said.said(room.press)["held"][month] == (told.value + 3, "2026-11-02")


def test_who_is_ended_in_the_middle_leaves_the_old_site_whole(room: Newsroom, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(room, root)
    before = contents(root / "current")
    room.recall(ONE.card)

    class Killed(BaseException):
        """Nothing catches it, as nothing catches a signal that kills."""

    for place in (
        "letapis.faces.release.write_site",
        "letapis.desk.releases.record",
        "letapis.engines.hosting.digests",
        "letapis.engines.hosting.show",
    ):
        with monkeypatch.context() as patched, pytest.raises(Killed):
            patched.setattr(place, lambda *_, **__: (_ for _ in ()).throw(Killed()))
            build(room, root)
        assert contents(root / "current") == before
    done = build(room, root)
    assert done.shown.name.startswith("000002-") and not hosting.holding(root, [ONE.first("name")])
    assert [one.number for one in releases.releases(room.press, room.press_reader)] == [2, 1]


def test_what_somebody_wrote_into_a_page_goes_with_the_next_build(room: Newsroom, root: Path) -> None:
    build(room, root)
    before, page = contents(root / "current"), root / "current" / "en" / "p" / f"{ONE.card[:16]}.html"
    deeds = (lambda: page.write_text("canary"), lambda: (page.parent / "canary.html").symlink_to(root.parent), page.unlink)
    for deed in deeds:
        deed()
        build(room, root)
        assert contents(root / "current") == before and len(list((root / "releases").iterdir())) == 1
    page.write_text("canary")
    room.public(card_of(3))
    build(room, root)
    assert not hosting.holding(root, ["canary"]) and page.read_bytes() == before[f"en/p/{ONE.card[:16]}.html"]


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


def test_rows_of_data_stay_and_none_that_somebody_wrote(room: Newsroom, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given, made = list[Earlier | None](), public_data.files

    def files(*told: Any) -> Iterator[tuple[str, bytes]]:
        given.append(told[-1])
        return made(*told)

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
    assert not hosting.holding(root, ["Canarka"]) and b"Vydumka" in table.read_bytes()
    room.recall(ONE.card)
    last = build(room, root)
    assert [one is not None for one in given] == [False, True, False, True] and not last.left
    assert build(room, hosting.require_root(root.parent / "anew", root.parent / "elsewhere")).shown.name == last.shown.name
