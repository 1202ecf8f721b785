"""The main job at the command line: three people with a workspace each and a relay folder, from the first note to a verified case file."""

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from letapis.engines.catalogue import data_files
from tests.faces.cli.players import Player, found, join

PERSON = "Aleś Pryklad-Vydumany"
CANARY = "Vydumka-Kanarejka"


def told_by(source: str) -> tuple[str, list[dict[str, Any]]]:
    """All claims that the example takes from one source, and one text that holds the quotes of them."""
    notes = [note for note in tomllib.loads(data_files("demo")["ex-1.toml"])["notes"] if note["source"] == source]
    passages = [passage for note in notes for passage in note["passages"]]
    return "\n".join(p["quote"] for p in passages), [claim for p in passages for claim in p["claims"] if "source" not in claim]


@dataclass
class Job:
    """What the story has made so far."""

    alena: Player
    bahdan: Player
    cimafej: Player
    home: Path
    made: dict[str, Any] = field(default_factory=dict)

    @property
    def everybody(self) -> tuple[Player, Player, Player]:
        return self.alena, self.bahdan, self.cimafej

    def sync(self, names: str) -> None:
        """Sync in this order, a letter for each: "abc" hands on what alena has, "cba" lets her hear everybody."""
        for name in names:
            {"a": self.alena, "b": self.bahdan, "c": self.cimafej}[name].does("sync")


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Job]:
    """An invented organisation of three keepers who met only through files and a relay folder; from here on their desks are open."""
    home = tmp_path_factory.mktemp("main-job")
    relay = home / "relay"
    alena = found(home, "alena", "Invented Centre", "Alena Vydumka")
    alena.does("sync", "--relay", str(relay))
    bahdan = join(home, "bahdan", "Bahdan Pryklad", alena, relay)
    bahdan.does("sync")
    cimafej = join(home, "cimafej", "Cimafiej Uzor", alena, relay, bahdan)
    job = Job(alena, bahdan, cimafej, home)
    for player in job.everybody:
        player.unlock()
    yield job
    for player in job.everybody:
        player.lock()


@pytest.fixture(scope="module")
def written(team: Job) -> Job:
    """Step 1 to 4: a dossier, evidence, sources with sealed identities and consent, notes, claims."""
    alena = team.alena
    alena.does("dossier", "new", "EX-1", "--title", "Invented: a volunteer", "--person", PERSON)
    identity = json.dumps({"name": f"Invented wife {CANARY}", "contact": "invented number 000"})
    alena.does("source", "add", "EX-1", "Kalina", "--grade", "B", "--circle", "family", "--identity", "-", stdin=identity)
    alena.does("source", "add", "EX-1", "Klon", "--grade", "B", "--circle", "lawyer")
    alena.does("source", "add", "EX-1", "Verdict", "--kind", "court", "--grade", "C", "--circle", "state")
    alena.does("source", "add", "EX-1", "Register", "--kind", "document", "--grade", "A", "--circle", "public")
    surrogate = ["--surrogate", "--how", "written", "--reason", "The spouse signed.", "--taken", "2025-02-01"]
    alena.does("consent", "set", "EX-1", PERSON, "wgad_regular", "given", *surrogate)
    alena.does("consent", "set", "EX-1", PERSON, "case_file_share", "given", "--how", "written", "--taken", "2025-02-10")
    for source in ("Kalina", "Klon"):
        for scope in ("wgad_regular", "case_file_share"):
            alena.does("consent", "set", "EX-1", source, scope, "given", "--taken", "2025-01-20")
    file = team.home / "verdict.txt"
    file.write_text("ВЫДУМАННЫЙ ПРИМЕР приговора.", encoding="utf-8")
    team.made["evidence"] = alena.does("evidence", "add", "EX-1", str(file), "--title", "Verdict (invented)", "--source", "Verdict")
    for code, source in (("Kalina", "Kalina"), ("Klon", "Klon"), ("Verdict", "Verdict"), ("Register", "Own register")):
        team.made[code] = write(alena, code, *told_by(source))
    assert len(alena.does("dossier", "admit", "EX-1", "Bahdan Pryklad", "Cimafiej Uzor")) == 2
    team.sync("abc")
    return team


def write(player: Player, source: str, text: str, claims: list[dict[str, Any]]) -> Mapping[str, Any]:
    basis = "document" if source in ("Verdict", "Register") else "saw"
    noted = player.does(
        "note", "add", "EX-1", "--title", f"Talk with {source}", "--text", "-", "--source", source, "--basis", basis, "--subject", PERSON, stdin=text
    )
    words = ["claim", "add", "EX-1", "--note", noted["note"], "--quote", text, "--claims", "-"]
    made: Mapping[str, Any] = player.does(*words, stdin=json.dumps(claims))
    return made


@pytest.fixture(scope="module")
def checked(written: Job) -> Job:
    """Step 5: two others look at it with their own eyes; one claim is disputed; a third source's day contradicts."""
    alena, bahdan, cimafej = written.everybody
    other = write(bahdan, "Klon", "Invented second call. He was taken on 13 November 2024.", [{"property": "detention.start", "value": "2024-11-13"}])
    everything = alena.does("claim", "list", "EX-1")["claims"]
    by_alena = [c["claim"] for c in everything]
    for player in (bahdan, cimafej):
        assert player.does("check", *by_alena)["claims"] == len(by_alena)
    medical = next(c["claim"] for c in everything if c["property"] == "custody.medical_denied")
    cimafej.does("dispute", medical, "--reason", "The parcel may have been returned for another reason.")
    bahdan.does("source", "compare", "EX-1", "Kalina", "Klon", "--reason", "Two calls on one evening: a relative and counsel.")
    written.made |= {"other": other["claims"][0], "disputed": medical}
    for norm, element in (("WGAD-II", "E2"), ("WGAD-III", "E2")):
        bahdan.does("judge", "EX-1", norm, element, "yes", "--reason", "Leaflets and observing only; no need is named.")
    written.sync("cbac")
    return written


@pytest.fixture(scope="module")
def sent(checked: Job) -> Job:
    """Step 6: the form of the Working Group, refused until a second member approves it, then written."""
    alena, bahdan, cimafej = checked.everybody
    brief = alena.does("brief", "make", "EX-1")
    alena.is_refused(6, "submit.own_brief", "brief", "approve", brief["brief"])
    target = checked.home / "out"
    no = alena.is_refused(6, "submit.gates", "brief", "produce", brief["brief"], "--to", str(target))
    assert no.err["reasons"] == ["submit.circle_unassessed", "submit.needs_approval"] and not target.exists()
    checked.sync("acb")
    held = cimafej.does("brief", "circles", brief["brief"])["sentences"]
    assert {one["circle"] for one in held} == {"family", "lawyer"} and not any(one["clear"] for one in held)
    words = ("brief", "assess", brief["brief"], "--risk", "The wife lives abroad and was asked.", "--consent", "agreed")
    alena.is_refused(2, "circles.sentences", *words, "--all")
    alena.is_refused(6, "circles.own", *words, "--sentence", "1")
    assert cimafej.does(*words, "--all") == {"assessed": len(held), "left": 0, "brief": brief["brief"]}
    checked.sync("cab")
    bahdan.does("brief", "approve", brief["brief"])
    checked.sync("ba")
    gates = alena.does("brief", "gates", brief["brief"])
    assert gates["open"] and {g["name"] for g in gates["gates"]} >= {"consent", "approval", "freshness"}
    checked.made |= {"brief": brief, "sent": alena.does("brief", "produce", brief["brief"], "--to", str(target))}
    return checked


def test_everybody_sees_the_same_claims_and_levels(checked: Job) -> None:
    seen = [{c["claim"]: c["level"] for c in player.does("claim", "list", "EX-1")["claims"]} for player in checked.everybody]
    assert seen[0] == seen[1] == seen[2]
    assert {"verified", "disputed", "open"} <= set(seen[0].values())
    assert seen[0][checked.made["disputed"]] == "disputed"


def test_a_contradiction_stands_side_by_side(checked: Job) -> None:
    shown = checked.cimafej.does("claim", "show", checked.made["other"])
    assert shown["contested"]
    assert {"2024-11-12"} <= {c["value"] for c in shown["same_property"]}


def test_the_author_cannot_check_an_own_claim(checked: Job) -> None:
    checked.bahdan.is_refused(6, "verify.own_claim", "check", checked.made["other"])


def test_the_words_of_a_note_are_found_in_any_form(written: Job) -> None:
    hits = written.bahdan.does("find", "валанцёр наглядальнік")["hits"]
    assert {hit["kind"] for hit in hits} >= {"note"}


def test_the_law_page_reaches_categories_and_never_calls_it_a_finding(checked: Job) -> None:
    words = ["law", "evaluate", "--dossier", "EX-1", "--floor", "checked", "--norm", "WGAD-II", "--norm", "WGAD-III"]
    assert {norm["id"]: norm["status"] for norm in checked.cimafej.does(*words)["norms"]} == {"WGAD-II": "indicated", "WGAD-III": "indicated"}


def test_the_document_is_written_as_word_and_pdf(sent: Job) -> None:
    word, page = (Path(sent.made["sent"][name]) for name in ("word", "page"))
    assert word.read_bytes().startswith(b"PK") and page.read_bytes().startswith(b"%PDF-")
    assert {oct(file.stat().st_mode & 0o777) for file in (word, page)} == {"0o600"}
    assert len(sent.made["sent"]["evidence"]) == 2


def test_the_case_file_is_verified_without_letapis(sent: Job) -> None:
    """Step 7, and the way of a court: exit 0 with keys that came apart, 3 without them, 1 after a change."""
    case, trust = sent.home / "case", sent.home / "trust"
    words = ("casefile", "export", "EX-1", "--to", str(case), "--recipient", "Invented court", "--purpose", "Invented case")
    no = sent.alena.is_refused(6, "circles.unassessed", *words)
    plan = sent.alena.does("casefile", "plan", "EX-1", "--recipient", "Invented court")
    assert all(one["claims"][0][:8] in no.err["where"] for one in plan["waiting"]) and not case.exists()
    assert {one["because"] for one in plan["claims_stay"]} >= {"uses.not_relied_on"}, "a disputed claim stays at home"
    assert sent.alena.does("casefile", "plan", "EX-1", "--for", "icc")["claims"] == []
    held = sent.cimafej.does("casefile", "circles", "EX-1")["sentences"]
    word = ("casefile", "assess", "EX-1", "--risk", "The wife lives abroad and was asked.")
    first = str(next(one["number"] for one in held if not one["clear"]))
    assert sent.cimafej.does(*word, "--consent", "refused", "--leave-out", "--sentence", first)["assessed"] == 1
    assert sent.cimafej.does(*word, "--consent", "agreed", "--all")["left"] == 0
    sent.sync("ca")
    made = sent.alena.does("casefile", "export", "EX-1", "--to", str(case), "--recipient", "Invented court", "--purpose", "Invented case")
    assert made["items"] >= 1 and made["claims"] > 10 and made["left_out"] == 0
    keys = sent.bahdan.does("casefile", "trust", "--to", str(trust))
    bare = [sys.executable, "-I", "-S", str(case / "verify.py"), str(case)]
    given = ["--policy", keys["policy"], "--devices", keys["devices"]]
    assert subprocess.run([*bare, *given], capture_output=True).returncode == 0
    assert subprocess.run(bare, capture_output=True).returncode == 3
    assert sent.alena.tell("casefile", "export", "EX-1", "--to", str(case), "--recipient", "A", "--purpose", "B").code == 6
    original = next((case / "data" / "originals").iterdir())
    original.write_bytes(original.read_bytes() + b" ")
    assert subprocess.run([*bare, *given], capture_output=True).returncode == 1


def test_an_identity_opens_only_with_another_custodian(sent: Job) -> None:
    alena, bahdan, cimafej = sent.everybody
    asked = bahdan.does("identity", "request", "EX-1", "Kalina", "--purpose", "The body asks for a phone number.")["request"]
    sent.sync("bac")
    assert bahdan.tell("identity", "open", asked).code in (4, 6)
    bahdan.is_refused(6, "identity.requester_never_counts", "identity", "share", asked)
    alena.does("identity", "share", asked)
    cimafej.does("identity", "share", asked)
    sent.sync("acb")
    assert CANARY in bahdan.does("identity", "open", asked)["identity"]["name"]
    assert next(r for r in bahdan.does("identity", "list")["requests"] if r["request"] == asked)["opened"]


def test_every_workspace_passes_its_audit(sent: Job) -> None:
    for player in sent.everybody:
        answer = player.does("audit")
        assert answer["faults"] == [] and answer["records"] > 100


def test_no_word_of_a_record_is_on_any_disk(sent: Job) -> None:
    files = [file for player in sent.everybody for file in player.workspace.rglob("*") if file.is_file()]
    files += [file for file in (sent.home / "relay").rglob("*") if file.is_file()]
    assert len(files) > 20
    for file in files:
        content = file.read_bytes()
        assert CANARY.encode() not in content and PERSON.encode() not in content
