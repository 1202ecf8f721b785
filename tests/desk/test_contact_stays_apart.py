"""How to reach a source goes nowhere: no case file, no document, no page of the dossier, no index, no plain byte on the disk holds it."""

import io
import zipfile
from pathlib import Path

import pypdfium2

from letapis.core.standing import Level
from letapis.desk import briefs, calls, casefile_plan, circles, contacts, reading, sources, submit
from letapis.desk.casefile import Choice, export_case_file
from letapis.desk.contacts import ContactForm
from letapis.desk.opening import Desk
from tests.desk.assessing import AGREED
from tests.desk.test_submit import Filed, filed

__all__ = ["filed"]
CANARIES = {name: f"canarycontact{name}" for name in ("address", "hours", "word", "country", "text")}
CONTACT = ContactForm("signal", **CANARIES, safety="with_care", device="hostile")


def spoken(desk: Desk, filed: Filed) -> calls.CallNote:
    """A call about the person of the dossier by its own source, with everything about ringing back."""
    form = calls.CallForm("He is ill.", "inside", person=filed.person, source=filed.source, contact=CONTACT, call_on="2030-01-01", because="ill")
    made = calls.note_call(desk, desk.reader("work"), form)
    assert contacts.contact_of(desk, desk.reader("work"), filed.source) is not None
    return made


def holds(data: bytes) -> list[str]:
    """Canaries in some bytes, packed ones included."""
    found = [name for name, canary in CANARIES.items() if canary.encode() in data]
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            found += [name for part in packed.namelist() for name in holds(packed.read(part))]
    return found


def test_the_search_of_this_test_finds_what_it_looks_for() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("one", CANARIES["word"] * 50)
    assert holds(packed.getvalue()) == ["word"] and holds(CANARIES["hours"].encode()) == ["hours"]


def test_no_case_file_and_no_document_holds_a_contact(filed: Filed, tmp_path: Path) -> None:
    desk = filed.desk(0)
    spoken(desk, filed)
    reader = desk.reader("submit")
    for party in (filed.person, filed.source):
        sources.record_consent(desk, reader, filed.dossier, party, [sources.ConsentForm("case_file_share", "given")])
    filed.team.settle()
    second = filed.team.reader(1)
    waiting = [one.sentence for one in casefile_plan.held_back(filed.desk(1), second, filed.dossier)]
    circles.assess(filed.desk(1), second, filed.dossier, circles.PACKAGE, waiting, AGREED)
    filed.team.settle()
    made = export_case_file(desk, reader, filed.dossier, tmp_path / "case", "An invented court", "a hearing", Choice(floor=Level.OPEN))
    assert made.claims == len(waiting) > 5
    files = [path for path in (tmp_path / "case").rglob("*") if path.is_file()]
    assert files and not [(path.name, name) for path in files for name in holds(path.read_bytes())]
    view = briefs.make_brief(desk, desk.reader("work"), filed.dossier)
    shown = (repr(view.document), submit.preview_page(desk, desk.reader("work"), view, lambda _: ""))
    assert not [name for text in shown for name in holds(text.encode())]
    assert not holds(submit.preview(desk, desk.reader("work"), view))


def test_a_document_that_was_sent_holds_none(filed: Filed) -> None:
    desk = filed.desk(0)
    spoken(desk, filed)
    filed.team.settle()
    briefs.approve_brief(filed.desk(1), filed.team.reader(1), filed.brief(1))
    filed.team.settle()
    made = submit.produce(desk, desk.reader("work"), filed.brief())
    with pypdfium2.PdfDocument(made.pdf) as document:
        printed = "".join(leaf.get_textpage().get_text_bounded() for leaf in document)
    assert len(printed) > 1000 and not holds(printed.encode()) and not holds(made.docx)


def test_colleagues_of_the_dossier_read_nothing_of_it_and_no_search_finds_it(filed: Filed, tmp_path: Path) -> None:
    desk, colleague = filed.desk(0), filed.desk(1)
    made = spoken(desk, filed)
    filed.team.settle()
    theirs = colleague.reader("work")
    assert reading.note(colleague, theirs, made.note).text == "He is ill."
    (task,) = reading.items(colleague, theirs, "task", dossier=filed.dossier, state="open")
    assert not holds(repr(task.record.body).encode()) and not reading.items(colleague, theirs, "contact")
    kept = {record.compartment for record in reading.items(desk, desk.reader("work"), "contact")}
    assert not kept & colleague.epochs().keys()
    for canary in CANARIES.values():
        assert not reading.find(desk, desk.reader("work"), canary)
    plain = [path for path in (desk.workspace, filed.team.relay) for path in path.rglob("*") if path.is_file()]
    assert plain and not [path.name for path in plain if holds(path.read_bytes())]
