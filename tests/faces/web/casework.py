"""A small invented case at two desks, and a browser that fills in forms the way people without script do."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from django.core.cache import cache
from django.test import Client

from letapis.core.records import Draft, Value
from letapis.desk import claims, dossiers, ledger, reading, sources, verify
from letapis.desk.compartments import new_compartment
from letapis.desk.opening import Desk
from letapis.faces.texts import texts
from letapis.faces.web.doing import Doing
from letapis.faces.web.door import Door
from letapis.faces.web.running import Running, serving

from .conftest import AUTHORITY, ORIGIN, count_bytes, token_of

TEXT = "Mum called. They took him on 9 August 2020 at home. Six men in masks came.\nNo paper was shown. The flat was searched."
TAKEN = "They took him on 9 August 2020 at home."


@dataclass(frozen=True)
class Case:
    """Ids of everything in the case; ``claim`` is contested by ``other``, and ``ruling`` objects to ``other``."""

    dossier: bytes
    person: bytes
    kalina: bytes
    klon: bytes
    note: bytes
    passage: bytes
    claim: bytes
    other: bytes
    ruling: bytes

    def named(self, **more: object) -> dict[str, str]:
        ids = {"dossier": self.dossier, "entity": self.person, "party": self.kalina, "source": self.kalina, "note": self.note}
        ids |= {"passage": self.passage, "claim": self.claim, "ruling": self.ruling}
        return {name: value.hex() for name, value in ids.items()} | {name: str(value) for name, value in more.items()}


def open_identities(desk: Desk) -> None:
    """The compartment of sealed identities, which a real founding makes together with the others."""
    ident = new_compartment(desk, "IDENT")
    body: dict[str, Value] = {"compartment": ident, "class": "IDENT", "epoch": 1}
    ledger.append(desk, [Draft("compartment", ident, body), Draft("grant", ident, {"compartment": ident, "epoch": 1, "member": desk.me})])


def play(author: Desk) -> Case:
    """Write the case at one desk."""
    open_identities(author)
    dossier = dossiers.new_dossier(author, "PRY-1", "Vydumka's son", "person", "Janka Vydumka")
    reader = author.reader("work")
    person = reading.entities(author, reader, dossier)[0].entity
    kalina = sources.add_source(author, reader, dossier, sources.SourceForm("Kalina", grade="B"))
    klon = sources.add_source(author, reader, dossier, sources.SourceForm("Klon", kind="media", grade="D"))
    note = claims.write_note(author, reader, dossier, claims.NoteForm("Call with Kalina", TEXT, "en", kalina, "was_told", person))
    start, end = claims.find_passage(TEXT, TAKEN)
    cuts = [claims.Cut("detention.start", "2020-08-09"), claims.Cut("detention.warrant_shown", "no")]
    first, *_ = claims.cut_claims(author, reader, note, start, end, cuts)
    passage = reading.passages(author, reader, note)[0].rid
    against = claims.Cut("detention.start", "2020-08-12", subject=person, source=klon, basis="document")
    (other,) = claims.add_claims(author, reader, dossier, [against])
    return Case(dossier, person, kalina, klon, note, passage, first.header.id, other.header.id, b"")


def object_to(case: Case, desk: Desk) -> Case:
    """A colleague objects to the claim of the case."""
    record = verify.dispute_claim(desk, desk.reader("work"), case.claim, "The date is of another call.")
    return Case(**{**case.__dict__, "ruling": record.header.id})


@contextmanager
def browsing(desk: Desk, invented: bool = False, patience: float = 60) -> Iterator[Client]:
    """A browser that came through the door of this desk, with CSRF checked like a real one. Long work is answered within ``patience``."""
    cache.clear()
    seal: Callable[..., Any] = count_bytes
    with serving(Running(desk, Door(AUTHORITY), seal, invented, Doing(patience))) as now:
        client = Client(enforce_csrf_checks=True, headers={"host": AUTHORITY, "origin": ORIGIN, "accept-language": "en"})
        address = now.door.new_link().removeprefix(now.door.origin)
        assert client.post(address, {"csrfmiddlewaretoken": token_of(client, address)}).status_code == 303
        yield client


class _Forms(HTMLParser):
    """Forms of a page with what stands in them, fields tied by the ``form`` attribute included."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self._open: dict[str, Any] | None = None
        self._named: dict[str, dict[str, Any]] = {}
        self._select: tuple[dict[str, Any], str] | None = None
        self._area: tuple[dict[str, Any], str] | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._open = {"action": told.get("action", ""), "data": {}, "buttons": []}
            self.forms.append(self._open)
            self._named[told.get("id", "")] = self._open
        form = self._named.get(told["form"]) if "form" in told else self._open
        if form is None or ("name" not in told and tag != "option"):
            return
        data, name = form["data"], told.get("name", "")
        if tag == "input" and (told.get("type") not in ("radio", "checkbox") or "checked" in told):
            data.setdefault(name, []).append(told.get("value", "on" if told.get("type") in ("radio", "checkbox") else ""))
        elif tag == "select":
            self._select = (data, name)
        elif tag == "option" and self._select and ("selected" in told or not self._select[0].get(self._select[1])):
            self._select[0][self._select[1]] = [told.get("value", "")]
        elif tag == "textarea":
            self._area = (data, name)
            data[name] = [""]
        elif tag == "button":
            form["buttons"].append((name, told.get("value", "")))

    def handle_data(self, text: str) -> None:
        if self._area:
            self._area[0][self._area[1]][0] += text

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._area:
            data, name = self._area
            data[name][0] = data[name][0].removeprefix("\n")  # the parser of a browser drops it
            self._area = None


def say(key: str, language: str = "en", **parts: object) -> str:
    """A text as a page shows it."""
    return texts().say(key, language, **parts)


def forms(text: str) -> list[dict[str, Any]]:
    return _Forms(text).forms


def send(client: Client, address: str, end: str = "", /, **changes: Any) -> Any:
    """Fill in the form of a page whose action ends with ``end`` and send it, with only the fields that the page has."""
    return resend(client, address, client.get(address).content.decode(), end, **changes)


def resend(client: Client, address: str, text: str, end: str = "", /, **changes: Any) -> Any:
    """The same for a page that is already there, such as one that came back with errors."""
    shell = ("/language", "/lock", "/search")
    found = [form for form in forms(text) if form["action"].endswith(end) and not (form["action"] in shell and end not in shell)]
    assert found, f"no form {end!r} on the page"
    data = {**found[0]["data"], **{name.replace("__", "-"): value for name, value in changes.items()}}
    return client.post(found[0]["action"] or address, data)
