"""PREMIS, CASE, RO-Crate and the printed index tell what the records of the case file show, and not a word more."""

import csv
import json
import subprocess
import uuid
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from letapis.core.disclosure import parse_disclosure
from letapis.core.handed import shown
from letapis.core.language import LANGUAGES
from letapis.core.standing import Level
from letapis.desk import captures, custody
from letapis.desk.casefile import Choice, export_case_file
from letapis.desk.casefile_records import Showing
from letapis.desk.opening import Desk
from letapis.engines.catalogue import catalogue
from tests.desk.casework import SECRET_NAME, SECRET_TITLE, Work, desk, work_at
from tests.premis_models import faults

__all__ = ["desk"]

PREMIS = {"p": "http://www.loc.gov/premis/v3"}


@pytest.fixture
def work(desk: Desk) -> Work:
    return work_at(desk)


def handed_out(desk: Desk, work: Work, target: Path, **more: Any) -> Path:
    choice = Choice(floor=Level.OPEN, **more)
    return export_case_file(desk, desk.reader("submit"), work.dossier, target, "An invented court", "a hearing", choice).target


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def records(case: Path) -> dict[str, Any]:
    return {path.stem: parse_disclosure(path.read_bytes()) for path in sorted((case / "data/records").iterdir())}


def premis(case: Path) -> ET.Element:
    return ET.parse(case / "data/metadata/premis.xml").getroot()


def words(element: ET.Element, path: str) -> list[str]:
    return [found.text or "" for found in element.findall("/".join(f"p:{part}" for part in path.split("/")), PREMIS)]


def test_every_object_is_a_file_of_the_table_with_its_digests(desk: Desk, work: Work, tmp_path: Path) -> None:
    case = handed_out(desk, work, tmp_path / "case")
    assert not list(faults(premis(case)))
    objects, listed = premis(case).findall("p:object", PREMIS), rows(case / "data/items.csv")
    assert [words(one, "objectIdentifier/objectIdentifierValue") for one in objects] == [[row["item"], row["record"]] for row in listed]
    assert [words(one, "storage/contentLocation/contentLocationValue") for one in objects] == [[row["path"]] for row in listed]
    for one, row in zip(objects, listed, strict=True):
        digests = words(one, "objectCharacteristics/fixity/messageDigest")
        sums = [(case / f"manifest-{name}.txt").read_text(encoding="utf-8") for name in ("sha256", "sha512")]
        assert digests[0] == row["sha256"] and all(f"{digest}  {row['path']}\n" in text for digest, text in zip(digests, sums, strict=True))
        assert words(one, "objectCharacteristics/size") == [str((case / row["path"]).stat().st_size)]


def test_every_event_is_a_custody_record_in_the_order_of_its_chain(desk: Desk, work: Work, tmp_path: Path) -> None:
    handed_out(desk, work, tmp_path / "first")
    case = handed_out(desk, work, tmp_path / "case")
    told = {number: shown(record) for number, record in records(case).items() if record.value("b.event")}
    events = premis(case).findall("p:event", PREMIS)
    found = [(*words(e, "eventIdentifier/eventIdentifierValue"), *words(e, "eventType")) for e in events]
    assert found == sorted(((number, said["b.event"]) for number, said in told.items()), key=lambda pair: int(told[pair[0]]["b.step"]))
    assert len(found) == 3 and found[-1][1] == "export"
    assert not words(events[-1], "eventDetailInformation/eventDetail"), "to whom it went before is withheld in the record"
    attested = {row["record"]: row["day"] for row in rows(case / "data/metadata/attested.csv")}
    assert [words(e, "eventDateTime") for e in events] == [[attested[number]] for number, _ in found]
    terms = {kind.text or "": kind.get("valueURI", "") for e in events for kind in e.findall("p:eventType", PREMIS)}
    known = catalogue().custody.by_id
    assert all(uri.endswith(f"/{known[word].code}") if uri else not known[word].code for word, uri in terms.items() if word in known)


def test_the_graph_names_files_and_actions_once_and_points_at_nothing_that_is_not_there(desk: Desk, work: Work, tmp_path: Path) -> None:
    case = handed_out(desk, work, tmp_path / "case")
    graph = json.loads((case / "data/metadata/case.jsonld").read_bytes())["@graph"]
    idents = [node["@id"] for node in graph]
    assert len(set(idents)) == len(idents) and all(uuid.UUID(ident[-36:]).version == 5 for ident in idents)
    pointed = {ref["@id"] for node in graph for value in node.values() for ref in (value if isinstance(value, list) else [value]) if is_ref(ref)}
    assert pointed <= set(idents) and pointed
    files = [node for node in graph if node["@type"] == "uco-observable:File"]
    hashes = {h["uco-types:hashMethod"]: h["uco-types:hashValue"]["@value"] for h in files[0]["uco-core:hasFacet"][1]["uco-observable:hash"]}
    assert hashes["SHA256"] == rows(case / "data/items.csv")[0]["sha256"] and len(hashes["SHA512"]) == 128
    actions = [node for node in graph if node["@type"] == "case-investigation:InvestigativeAction"]
    assert [node["uco-core:name"] for node in actions] == words(premis(case), "event/eventType")


def is_ref(value: object) -> bool:
    return isinstance(value, dict) and value.keys() == {"@id"}


def test_the_crate_lists_every_file_that_an_item_or_a_table_is(desk: Desk, work: Work, tmp_path: Path) -> None:
    case = handed_out(desk, work, tmp_path / "case")
    graph = {node["@id"]: node for node in json.loads((case / "data/ro-crate-metadata.json").read_bytes())["@graph"]}
    parts = {part["@id"] for part in graph["./"]["hasPart"]}
    there = {str(path.relative_to(case / "data")) for path in (case / "data").rglob("*") if path.is_file()}
    assert parts == {path for path in there if not path.startswith(("records/", "proofs/", "ro-crate"))}
    assert all(graph[part]["name"] for part in parts) and "INVENTED EXAMPLE" in graph["./"]["description"]


def test_what_a_record_withholds_stands_in_no_projection(desk: Desk, work: Work, tmp_path: Path) -> None:
    names = ("agent", "place", "reason", "authority", "recipient", "unusual")
    said = custody.Said(**{name: f"Kanarka{name}" for name in names}, happened="2024-02-29", condition="sealed bag 0041")
    custody.write_down(desk, desk.reader("work"), work.item, "transfer", said)
    case = handed_out(desk, work, tmp_path / "case")
    told = b"".join((case / "data" / name).read_bytes() for name in ("metadata/premis.xml", "metadata/case.jsonld", "ro-crate-metadata.json"))
    told += printed(case).encode()
    assert b"<eventType" in told and b">transfer<" in told and b"Kanarka" not in told and b"2024-02-29" not in told
    device = desk.device.encode()
    assert not [secret for secret in (SECRET_TITLE.encode(), SECRET_NAME.encode(), device) if secret in told]
    titled = handed_out(desk, work, tmp_path / "titled", showing=Showing(titles=True))
    assert SECRET_TITLE in printed(titled) and SECRET_TITLE.encode() in (titled / "data/metadata/premis.xml").read_bytes()
    assert SECRET_NAME not in printed(titled)


def printed(case: Path) -> str:
    done = subprocess.run(["pdftotext", "-layout", str(case / "data/metadata/index.pdf"), "-"], capture_output=True, text=True, check=True)
    return " ".join(done.stdout.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_index_is_printed_in_the_language_of_who_receives_it(desk: Desk, work: Work, tmp_path: Path, language: str) -> None:
    said, say = printed(handed_out(desk, work, tmp_path / "case", language=language)), catalogue().texts.say
    for word in ("heading", "files", "withheld", "digests", "checking"):
        assert say(f"casefile.index.{word}", language) in said
    assert "An invented court" in said and say("filing.invented", language) in said and catalogue().custody.label("accession", language) in said
    assert not any(mark in said for mark in ("{", "casefile.", "custody."))


def test_how_an_original_was_captured_goes_as_a_table_and_what_is_sealed_of_it_never(desk: Desk, work: Work, tmp_path: Path) -> None:
    said = {"url.requested": "https://gazette.vydumka.example/12", "page.begun": "2026-03-05T14:20:00Z"}
    captures.set_capture(desk, desk.reader("work"), work.item, {**said, "collection.ip": "192.0.2.77"})
    case = handed_out(desk, work, tmp_path / "case")
    every = rows(case / "data/metadata/berkeley.csv")
    table = [row for row in every if row["field"] != "unsaid"]
    assert len(every) == len(table) + 1
    ours = ("hash.", "file.")
    assert [(row["item"], row["paragraph 153"], row["field"], row["said"]) for row in table if not row["field"].startswith(ours)] == [
        ("I0001", "a", "url.requested", said["url.requested"]),
        ("I0001", "c", "page.begun", said["page.begun"]),
    ]
    assert {row["record"] for row in table} <= records(case).keys() and all(row["what"] for row in table)
    assert not [path for path in case.rglob("*") if path.is_file() and b"192.0.2.77" in path.read_bytes()]
    bare = handed_out(desk, work, tmp_path / "bare", captures=False)
    assert not (bare / "data/metadata/berkeley.csv").exists()
    assert not [one for one in records(bare).values() if one.value("h.type") == b"capture"]
