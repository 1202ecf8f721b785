"""Play the example: an invented organisation of five, three of them with a workspace, and dossiers rich enough to show the work.

Nobody in it exists, and every page and document says so. What is played is the ordinary work of the desk, through the same
functions that people use; what it should lead to is checked by ``expectations``.
"""

import secrets
import shutil
import tomllib
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from letapis.core.errors import Refused
from letapis.core.standing import Level
from letapis.desk import briefs, claims, dossiers, evidence, members, qualify, reading, sources, sync, verify
from letapis.desk.identity import Details
from letapis.desk.opening import Desk, open_desk
from letapis.engines.catalogue import data_files
from letapis.engines.keys.workspace import create_workspace

MARK: Final = "invented"  # an empty file in each workspace: the desk shows the banner, and a second demo may replace the folder
RELAY: Final = "relay"
Progress = Callable[[str], None]


@dataclass
class Played:
    """A played example: the folder, the passphrase of each workspace, the open desks by key of their member."""

    folder: Path
    passphrases: dict[str, str] = field(default_factory=dict)
    desks: dict[str, Desk] = field(default_factory=dict)
    dossiers: dict[str, bytes] = field(default_factory=dict)

    def sync(self, rounds: int = 1) -> None:
        for _ in range(rounds):
            for desk in self.desks.values():
                sync.sync(desk, desk.reader("work"))


def prepare(folder: Path, fresh: bool) -> None:
    """Make the folder; with ``fresh`` replace one that an earlier example made. Raises Refused for any other folder with something in it."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            raise Refused("demo.foreign_folder")
        if not fresh:
            raise Refused("demo.exists")
        shutil.rmtree(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / MARK).touch(mode=0o600)


def play(folder: Path, after: ExitStack, tell: Progress = lambda step: None) -> Played:
    """Play the whole example into an empty folder. The desks stay open until ``after`` is closed."""
    tables = {name: tomllib.loads(text) for name, text in data_files("demo").items()}
    organisation = tables.pop("organisation.toml")
    played = Played(folder)
    tell("demo.step.members")
    _people(organisation, played, after)
    for name in sorted(tables):
        tell("demo.step.dossier")
        _dossier(tables[name], played)
    tell("demo.step.sync")
    played.sync(2)
    for name in sorted(tables):
        tell("demo.step.checks")
        _decisions(tables[name], played)
    played.sync(2)
    tell("demo.step.brief")
    author = played.desks["alena"]
    briefs.make_brief(author, author.reader("work"), played.dossiers["EX-1"])
    played.sync(1)
    return played


# ---- people ----------------------------------------------------------------------------------------------------------


def _people(organisation: Mapping[str, Any], played: Played, after: ExitStack) -> None:
    at_work = [m for m in organisation["members"] if m["workspace"]]
    for member in at_work:
        played.desks[member["key"]] = _workspace(played, member["key"], after)
    (founder, *others), first = at_work, played.desks[at_work[0]["key"]]
    members.found_organisation(first, organisation["name"], founder["name"], organisation["marking"])
    sync.set_relay(first, str(played.folder / RELAY))
    present = [first]
    for member in others:
        _admit(first, played.desks[member["key"]], member, present, played.folder / RELAY)
        present.append(played.desks[member["key"]])
    for member in organisation["members"]:
        if not member["workspace"]:
            members.register_member(first, first.reader("work"), member["name"], member["keeper"], member["custodian"])
    _endorsed(first, present)


def _workspace(played: Played, key: str, after: ExitStack) -> Desk:
    workspace, passphrase = create_workspace(played.folder / key, secrets.token_bytes(16))
    (workspace.path / MARK).touch(mode=0o600)
    played.passphrases[key] = passphrase
    agent = workspace.unlock(passphrase)
    after.callback(agent.lock)
    desk = open_desk(workspace.path, agent, alias=f"demo-{key}-{secrets.token_hex(4)}")
    after.callback(desk.close)
    return desk


def _admit(first: Desk, newcomer: Desk, member: Mapping[str, Any], present: list[Desk], relay: Path) -> None:
    """A newcomer asks, reads out the fingerprint, is let in by the keepers there are, and takes in the welcome."""
    asked = members.join_request(newcomer.agent, "laptop")
    heard = members.read_request(asked).fingerprint
    welcome = members.admit(first, first.reader("work"), asked, member["name"], heard, member["keeper"], member["custodian"])
    _endorsed(first, present)
    members.accept_welcome(newcomer, welcome.welcome)
    sync.set_relay(newcomer, str(relay))
    for desk in (*present, newcomer, *present, newcomer):
        sync.sync(desk, desk.reader("work"))


def _endorsed(first: Desk, present: list[Desk]) -> None:
    """The other keepers stand behind what waits for them."""
    sync.sync(first, first.reader("work"))
    for desk in present[1:]:
        sync.sync(desk, desk.reader("work"))
        reader = desk.reader("work")
        while waiting := [p for p in members.pending_entries(desk, reader) if desk.me not in p.supporters]:
            members.endorse_entry(desk, reader, waiting[0].ref)
        sync.sync(desk, reader)
    sync.sync(first, first.reader("work"))


# ---- dossiers --------------------------------------------------------------------------------------------------------


def _dossier(table: Mapping[str, Any], played: Played) -> None:
    desk = played.desks[table["author"]]
    ident = dossiers.new_dossier(desk, table["code"], table["title"], "person", table["person"])
    played.dossiers[table["code"]] = ident
    reader = desk.reader("work")
    known: dict[str, bytes] = {}
    for entry in table["sources"]:
        upstream = tuple(known[code] for code in entry.get("upstream", ()))
        form = sources.SourceForm(entry["code"], entry["kind"], entry["grade"], entry.get("circle", ""), upstream)
        known[entry["code"]] = sources.add_source(desk, reader, ident, form, Details(**entry.get("identity", {})))
    person = reading.entities(desk, reader, ident)[0].entity
    for entry in table.get("consents", ()):
        told = {name: value for name, value in entry.items() if name != "party"}
        party = person if entry["party"] == "person" else known[entry["party"]]
        sources.record_consent(desk, reader, ident, party, [sources.ConsentForm(**told)])
    dossiers.admit_to_dossier(desk, reader, ident, [played.desks[key].me for key in table["admit"]])
    for note in table["notes"]:
        if note["by"] != table["author"]:
            played.sync(2)
        _note(played.desks[note["by"]], ident, note, known, person)


def _note(desk: Desk, ident: bytes, note: Mapping[str, Any], known: Mapping[str, bytes], person: bytes) -> None:
    reader, source = desk.reader("work"), known[note["source"]]
    item = b""
    if kept := note.get("evidence"):
        about = evidence.EvidenceForm(kept["title"], kept["kind"], source=source, media_type="text/plain")
        item = evidence.add_evidence(desk, reader, ident, about, [kept["text"].encode("utf-8")])
        evidence.make_working_copy(desk, reader, item)
    form = claims.NoteForm(note["title"], note["text"], note["language"], source, note["basis"], person, item)
    written = claims.write_note(desk, reader, ident, form)
    for passage in note["passages"]:
        start, end = claims.find_passage(note["text"], passage["quote"])
        cuts = [_cut(told, known) for told in passage["claims"]]
        claims.cut_claims(desk, reader, written, start, end, cuts, own_experience=note.get("own", False))


def _cut(told: Mapping[str, Any], known: Mapping[str, bytes]) -> claims.Cut:
    rest = {name: value for name, value in told.items() if name != "source"}
    return claims.Cut(**rest, source=known[told["source"]] if "source" in told else b"")


# ---- decisions -------------------------------------------------------------------------------------------------------


def _decisions(table: Mapping[str, Any], played: Played) -> None:
    ident = played.dossiers[table["code"]]
    for pair in table.get("distinct", ()):
        desk = played.desks[pair["by"]]
        reader = desk.reader("check")
        first, second = (reading.resolve_source(desk, reader, ident, code) for code in pair["parties"])
        sources.compare_sources(desk, reader, first, second, pair["reason"])
    for note in table["notes"]:
        for passage in note["passages"]:
            for key in passage["checked_by"]:
                _check(played.desks[key], ident, passage["quote"])
    for said in table.get("disputes", ()):
        desk = played.desks[said["by"]]
        reader = desk.reader("check")
        source = reading.resolve_source(desk, reader, ident, said["source"])
        found = next(c for c in reading.claims(desk, reader, ident) if c.property == said["property"] and c.source == source)
        verify.dispute_claim(desk, reader, found.rid, said["reason"])
    for said in table.get("judgements", ()):
        desk = played.desks[said["by"]]
        verify.judge_element(desk, desk.reader("check"), ident, said["norm"], said["element"], said["holds"], said["reason"])


def _check(desk: Desk, ident: bytes, quote: str) -> None:
    reader = desk.reader("check")
    for note in reading.notes(desk, reader, ident):
        for passage in reading.passages(desk, reader, note.note):
            if passage.text == quote:
                verify.check_passage(desk, reader, passage.ref)


# ---- what it should lead to ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Expectation:
    """One thing that the example shows, as the key of a sentence, and whether it came out."""

    says: str
    holds: bool


def expectations(played: Played) -> list[Expectation]:
    """Does every desk see what the example was made to show?"""
    found = []
    for desk in played.desks.values():
        reader = desk.reader("work")
        first, second, third = (played.dossiers[code] for code in ("EX-1", "EX-2", "EX-3"))
        levels = {c.level for c in reading.claims(desk, reader, first)}
        found.append(Expectation("demo.shows.verified", Level.VERIFIED in levels and Level.DISPUTED in levels))
        found.append(Expectation("demo.shows.contradiction", bool(reading.contradictions(desk, reader, first))))
        found.append(Expectation("demo.shows.choice_contested", any(c.property == "departure.genuine_choice" for c in _contested(desk, third))))
        reached = {q.norm for q in qualify.qualify(desk, reader, first, ("WGAD-I", "WGAD-II", "WGAD-III"), "checked").qualifications if q.reached}
        found.append(Expectation("demo.shows.political_charge", {"WGAD-II", "WGAD-III"} <= reached))
        silent = qualify.qualify(desk, reader, second, ("INCOMMUNICADO",), "checked").qualifications
        found.append(Expectation("demo.shows.incommunicado", silent[0].reached))
    home = reading.home_page(played.desks["bahdan"], played.desks["bahdan"].reader("work"))
    found.append(Expectation("demo.shows.waiting", home.to_check_count > 0))
    return found


def _contested(desk: Desk, ident: bytes) -> list[reading.ClaimView]:
    reader = desk.reader("work")
    return [claim for pair in reading.contradictions(desk, reader, ident) for claim in pair.claims]
