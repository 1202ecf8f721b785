"""From a sentence in the DOCX file, by its footnote, to the claims, the very words, and the bytes of the sealed original: nothing typed by hand."""

import hashlib
import io
import re
import zipfile
from collections.abc import Callable
from xml.etree import ElementTree

from letapis.core.brief import sentences
from letapis.desk import evidence, reading, trace
from tests.desk.filing import Filed, Paper, filed_by
from tests.team import Team

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
COURT = Paper("Judgment of the invented court", b"%PDF an invented judgment", "hearing.closed", "true")
LABEL = re.compile(r"C-[0-9]{3} \(([0-9a-f]{8})\)")


class Docx:
    """A DOCX file as bytes: its sentences with the number of their footnote, the notes, the digests of its annexes."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            body, notes = (ElementTree.fromstring(package.read(f"word/{name}.xml")) for name in ("document", "footnotes"))
        self.notes = {int(node.attrib[f"{W}id"]): _text(node) for node in notes.iter(f"{W}footnote")}
        self.said = [pair for paragraph in body.iter(f"{W}p") for pair in _sentences(paragraph)]
        rows = [[_text(cell) for cell in row.iter(f"{W}tc")] for row in body.iter(f"{W}tr")]
        self.digests = {int(row[0]): row[-1] for row in rows if re.fullmatch("[0-9a-f]{64}", row[-1])}


def _text(node: ElementTree.Element) -> str:
    return "".join(part.text or "" for part in node.iter(f"{W}t"))


def _sentences(paragraph: ElementTree.Element) -> list[tuple[str, int]]:
    """Each run of words that a footnote follows; a later sentence with the same note points at it by a field."""
    found, words = [], ""
    for run in paragraph.iter(f"{W}r"):
        note = next((node.attrib[f"{W}id"] for node in run.iter(f"{W}footnoteReference")), "")
        again = next((hit[1] for node in run.iter(f"{W}instrText") if (hit := re.search(r"_RefNote(\d+)", node.text or ""))), "")
        if note or again:
            found.append((words.strip(), int(note or again)))
            words = ""
        elif run.find(f".//{W}rStyle") is None:
            words += _text(run)
    return found


def test_every_sentence_leads_to_the_bytes_that_it_rests_on(make_team: Callable[..., Team]) -> None:
    filed = filed_by(make_team(3), (COURT,))
    paper = Docx(filed.produce().docx)
    claimed = [sentence.text for sentence in sentences(filed.brief().document) if sentence.claims]
    assert [text for text, _ in paper.said] == claimed and len(claimed) > 5
    reached = {walk(filed, paper, text, number) for text, number in paper.said}
    assert reached == {hashlib.sha256(COURT.data).hexdigest(), hashlib.sha256(_account(filed)).hexdigest()} == set(paper.digests.values())


def _account(filed: Filed) -> bytes:
    return b"".join(evidence.read_object(filed.desk(0), filed.team.reader(), filed.items[0]))


def walk(filed: Filed, paper: Docx, text: str, number: int) -> str:
    """By what is printed alone; then by ``trace``, which has to say the same. Returns the digest of the original."""
    desk, reader = filed.desk(0), filed.team.reader()
    short = LABEL.findall(paper.notes[number])
    known = [claim for claim in reading.claims(desk, reader, filed.dossier) if claim.ref.hex()[:8] in short]
    assert short and len(known) == len(short)
    (annex,) = re.findall(r"Annex (\d+)", paper.notes[number])
    digests = set()
    for claim in known:
        (passage,) = reading.passages_by_ref(desk, reader, [claim.passage]).values()
        note = reading.note(desk, reader, passage.note)
        assert note.text[passage.start : passage.end] == passage.text and note.evidence == claim.evidence
        original = b"".join(evidence.read_object(desk, reader, claim.evidence))
        digests.add(hashlib.sha256(original).hexdigest())
    assert digests == {paper.digests[int(annex)]}
    found = trace.trace(desk, reader, filed.brief(), number)
    assert text in {sentence.text for sentence in found.sentences} and found.note.annexes == (int(annex),)
    assert {step.item.sha256.hex() for step in found.steps if step.item} == digests
    assert {step.claim.ref for step in found.steps if step.claim} == {claim.ref for claim in known}
    assert all(step.passage and step.label in paper.notes[number] for step in found.steps)
    return digests.pop()
