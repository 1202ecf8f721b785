"""A desk with something on every page, served to a browser: the played example, and papers beside it."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.core.wsgi import get_wsgi_application
from django.urls import reverse
from playwright.sync_api import Browser, Page

from letapis.core.daysheet import Row
from letapis.core.redaction import Box
from letapis.desk import briefs, copy_places, daysheets, demo, evidence, imports, reading, redaction
from letapis.desk.daysheets import SheetForm, SheetLine
from letapis.desk.evidence import EvidenceForm
from letapis.desk.opening import Desk
from letapis.faces.web import serve as serving_module
from letapis.faces.web.door import Door
from letapis.faces.web.navigation import sections
from letapis.faces.web.serve import bind, serve
from tests.browser.around import of_day
from tests.desk import listing
from tests.faces.web import papers
from tests.faces.web.test_serve import HERE, NAME, Live

CHAT = Path(__file__).parents[1] / "vectors" / "chat" / "gen-telegram-channel.json"


@dataclass(frozen=True)
class Rich:
    """A served desk, and an id for every argument that an address of the desk may have."""

    live: Live
    desk: Desk
    ids: dict[str, Any]

    def address(self, name: str, **more: object) -> str:
        """The whole address of a URL name, with the arguments it needs taken from ``ids``."""
        section = name.partition(":")[0]
        named = {key: self.ids.get(f"{section}:{key}") or self.ids[key] for key in arguments(name) if key not in more}
        return self.live.door.origin + reverse(name, kwargs=named | more)


def routes() -> dict[str, tuple[str, ...]]:
    """Every URL name of the desk, and the arguments of its address."""
    found: dict[str, tuple[str, ...]] = {}
    for section in sections():
        space = f"{section.app_name}:" if hasattr(section, "app_name") else ""
        found |= {f"{space}{pattern.name}": tuple(pattern.pattern.converters) for pattern in section.urlpatterns}
    return found


def arguments(name: str) -> tuple[str, ...]:
    return routes()[name]


@contextmanager
def served(desk: Desk) -> Iterator[Live]:
    """The real server in a thread of its own; it stops with the block."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(serving_module, "_WATCH_SECONDS", 0.05)
        patch.setattr(serving_module, "_GRACE_SECONDS", 0.05)
        server = bind(HERE, 0, get_wsgi_application())
        door = Door(f"{NAME}:{server.bind_addr[1]}")
        thread = Thread(target=serve, args=(desk, server, door, lambda _: None))
        thread.start()
        untyped: Any = desk
        try:
            yield Live(server.bind_addr[1], door, untyped, thread)
        finally:
            door.close()
            thread.join(15)


@contextmanager
def rich_desk(folder: Path) -> Iterator[Rich]:
    with ExitStack() as after:
        played = demo.play(folder / "example", after)
        desk, other = played.desks["alena"], played.desks["bahdan"]
        kept = papers.play(desk, other.me)
        ids = kept.named() | _of_example(desk, played.dossiers["EX-1"]) | _of_sheet(desk) | _of_looking(desk, kept.dossier)
        ids |= {"submitter:written": "en", "captures:group": "address", "captures:root": bytes(32).hex()}
        ids |= {"choosing:to": "law"}
        ids |= {"cards:chosen": bytes(16).hex(), "cards:digest": bytes(32).hex()}
        ids |= {"fixity:place": copy_places.here_id(desk).hex(), "fixity:deed": "check"} | _of_import(desk, kept.dossier, folder / "stick")
        ids |= listing.addresses(desk, kept.dossier)
        ids |= of_day(desk, played.dossiers["EX-1"], (other.me,))
        with served(desk) as live:
            yield Rich(live, desk, ids)


def _of_example(desk: Desk, dossier: bytes) -> dict[str, Any]:
    """Ids of the richest dossier of the example. Addresses with a ruling only take changes, so any id stands for one."""
    reader = desk.reader("work")
    notes = reading.notes(desk, reader, dossier)
    passages = [passage for note in notes for passage in reading.passages(desk, reader, note.note)]
    claims = reading.claims(desk, reader, dossier)
    person = reading.entities(desk, reader, dossier)[0].entity
    ids = {"dossier": dossier, "note": notes[0].note, "passage": passages[0].rid, "claim": claims[0].rid, "party": person, "entity": person}
    ids |= {"ruling": claims[0].rid, "circles:brief": briefs.briefs(desk, reader, dossier)[0].brief, "circles:decision": bytes(32)}
    return {name: value.hex() for name, value in ids.items()} | {"start": passages[0].start, "end": passages[0].end, "name": "app.css"}


def _of_looking(desk: Desk, dossier: bytes) -> dict[str, Any]:
    """Ids of a document with a safe page that nobody marked, and of a copy of it with a part blacked out."""
    reader = desk.reader("work")
    item = evidence.add_evidence(desk, reader, dossier, EvidenceForm("Scan", media_type="image/png"), [b"invented scan"])
    form = EvidenceForm("Scan", media_type="image/png", derived_from=item, derivation="safe copy", tool="letapis", page=1)
    page = evidence.add_evidence(desk, reader, dossier, form, [papers.PNG])
    made = redaction.redact(desk, reader, item, redaction.Wish("Scan, in part", (Box(1, 0, 0, 5000, 5000, "source"),)))
    ids = {"looking:item": item, "redacting:item": item, "redacting:made": made, "looking:copy": page, "evidence:copy": page}
    return {name: value.hex() for name, value in ids.items()} | {"looking:number": "1", "redacting:number": "1"}


def _of_import(desk: Desk, dossier: bytes, folder: Path) -> dict[str, Any]:
    """Ids of an import from a folder with a chat in it, and of the chat."""
    folder.mkdir()
    shutil.copy(CHAT, folder / "result.json")
    (folder / "empty.txt").touch()
    reader = desk.reader("work")
    made = imports.import_folder(desk, reader, dossier, folder)
    imports.look_at_all(desk, reader, made)
    chat = next(line.item for line in imports.lines(desk, reader, made) if line.item)
    return {"imports:made": made.hex(), "insides:item": chat.hex()}


def _of_sheet(desk: Desk) -> dict[str, Any]:
    """Ids of a day sheet with a named and a described person."""
    lines = [SheetLine(Row("Vydumka Ivan", "34", "24.23")), SheetLine(Row("man", "about 30"))]
    saved = daysheets.save_sheet(desk, desk.reader("work"), "", SheetForm("2026-11-19", "Minsk", source_code="Hatka"), lines)
    first = reading.sheet_lines(desk, desk.reader("work"), saved.sheet)[0]
    return {"sheet": saved.sheet.hex(), "sheet_line": first.item.item.hex(), "oneperson:other": first.item.about.hex()}


def enter(chromium: Browser, live: Live, **options: Any) -> Page:
    """A browser that came through the door."""
    page = chromium.new_context(**options).new_page()
    page.goto(live.door.new_link())
    page.click("button.main")
    return page
